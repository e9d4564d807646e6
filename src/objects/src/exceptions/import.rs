//! `ImportError`: which module, from where, and which name in it.

use heap::Slot;
use macros::{pymethods, pytype};

use super::base::init_args;
use super::{BaseException, Exception};
use crate::glue::*;
use crate::{Dict, Str, Tuple, names};

/// Import can't find module, or can't find name in module.
#[pytype(name = "ImportError", base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyImportErrorObject)]
#[repr(C)]
pub struct ImportError {
    base: Exception,
    #[member(none, doc = "exception message")]
    msg: Slot,
    #[member(none, doc = "module name")]
    name: Slot,
    #[member(none, doc = "module path")]
    path: Slot,
    #[member(none, doc = "name imported from module")]
    name_from: Slot,
}

impl ImportError {
    /// `cls(message, name=…, path=…, name_from=…)`; `cls` is `ImportError` or a static subclass of it.
    pub fn create(
        th: &mut Thread,
        cls: &Type,
        message: Ref<Str>,
        name: Option<&Object>,
        path: Option<&Object>,
        name_from: Option<&Object>,
    ) -> Ref<ImportError> {
        let message = message.up();
        let base = Exception::with_args(Tuple::from_slice(th, &[&*message]));
        let field = |value: Option<&Object>| Slot::from_option(value.map(Heaped::to_ref));
        let (name, path, name_from) = (field(name), field(path), field(name_from));
        th.new_instance(cls, ImportError { base, msg: Slot::new(message), name, path, name_from })
    }

    fn state(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        let fields = [
            (&names::name, self.name.get(th, self)),
            (&names::path, self.path.get(th, self)),
            (&names::name_from, self.name_from.get(th, self)),
        ];
        let own = self.attributes(th)?;
        if fields.iter().all(|(_, value)| value.is_none()) {
            return Ok(own);
        }
        let state = Dict::new(th);
        for (key, value) in own.map(|own| own.snapshot(th)).unwrap_or_default() {
            state.set(th, &key, &value)?;
        }
        for (key, value) in fields {
            if let Some(value) = value {
                state.set(th, key.get(), &value)?;
            }
        }
        Ok(Some(state))
    }
}

#[pymethods]
impl ImportError {
    #[slot(tp_init, sig = "(*args, name=None, path=None, name_from=None)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, name: Option<&Object>, path: Option<&Object>, name_from: Option<&Object>) {
        init_args(th, self, args);
        self.name.set(th, self, name.map(Heaped::to_ref));
        self.path.set(th, self, path.map(Heaped::to_ref));
        self.name_from.set(th, self, name_from.map(Heaped::to_ref));
        let message = match *args.as_slice() {
            [message] => Some(message.to_ref()),
            _ => None,
        };
        self.msg.set(th, self, message);
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        match self.msg.get(th, self).map(Ref::downcast_exact::<Str>) {
            Some(Ok(message)) => Ok(message),
            _ => BaseException::str(self, th),
        }
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let args = self.args(th);
        Ok(match self.state(th)? {
            Some(state) => Tuple::from_slice(th, &[self.ty(), &args, &state]),
            None => Tuple::from_slice(th, &[self.ty(), &args]),
        })
    }
}
