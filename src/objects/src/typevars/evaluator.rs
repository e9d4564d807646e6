//! The evaluation function of a value that is known already.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::generic::show;
use crate::glue::*;
use crate::text::Text;
use crate::{Str, Tuple, none, ops, raise};

/// The argument that asks for the source text instead of the value.
const FORMAT_STRING: isize = 4;

/// Internal type for implementing evaluation functions.
#[pytype(name = "_ConstEvaluator", module = "_typing", sig = "()", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct ConstEvaluator {
    head: Head,
    value: Slot,
}

impl ConstEvaluator {
    pub(super) fn new(th: &mut Thread, value: Ref<Object>) -> Ref<ConstEvaluator> {
        th.new_object(ConstEvaluator { head: Head::INIT, value: Slot::new(value) })
    }

    fn value(&self) -> &Object {
        self.value.peek().unwrap_or(none())
    }

    fn source(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::default();
        let Some(items) = self.value().downcast::<Tuple>() else {
            show::write_type(th, &mut text, self.value())?;
            return Ok(text.finish(th));
        };
        text.push("(");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                text.push(", ");
            }
            show::write_type(th, &mut text, item)?;
        }
        Ok(text.push(")").finish(th))
    }
}

#[pymethods]
impl ConstEvaluator {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new("<constevaluator ");
        text.push_repr(th, self.value())?.push(">");
        Ok(text.finish(th))
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("constevaluator.__call__() takes no keyword arguments")));
        }
        let [format] = *args.as_slice() else {
            let count = args.len();
            return Err(raise::type_error(th, format_args!("constevaluator.__call__() takes exactly 1 argument ({count} given)")));
        };
        match ops::index_isize(th, format)? {
            FORMAT_STRING => self.source(th).map(Ref::up),
            _ => Ok(self.value().to_ref()),
        }
    }
}
