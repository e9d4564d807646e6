//! `typing.Union`: `int | str`.
//!
//! Invariant: `args` has two members or more, none twice; those that can be hashed are also the keys of `hashable`.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::generic::{show, subst};
use crate::glue::{self, *};
use crate::singletons::NoneType;
use crate::text::Text;
use crate::typing::instance;
use crate::typevars::TypeAliasType;
use crate::{Dict, GenericAlias, Str, Tuple, hooks, none, not_implemented_ref, ops, raise};

/// Represent a union type
///
/// E.g. for int | str
#[pytype(
    name = "Union",
    module = "typing",
    export = "_PyUnion_Type",
    flags(DISALLOW_INSTANTIATION),
    weakref = weakrefs
)]
#[repr(C)]
pub struct Union {
    head: Head,
    #[member(none, name = "__args__", readonly, doc = none)]
    args: Slot<Tuple>,
    hashable: Slot<Dict>,
    unhashable: Slot<Tuple>,
    /// Made when somebody asks.
    parameters: Slot<Tuple>,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
}

/// The members of a union; `None` for anything else.
pub fn union_args(object: &Object) -> Option<Ref<Tuple>> {
    object.downcast::<Union>().map(|union| union.args().to_ref())
}

fn is_unionable(object: &Object) -> bool {
    object.is(none())
        || as_type(object).is_some()
        || object.is_a::<GenericAlias>()
        || object.is_exactly::<Union>()
        || object.is_exactly::<TypeAliasType>()
}

/// `a | b` of types; `NotImplemented` where one of them is none.
pub fn union_or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(not_implemented_ref());
    }
    let mut members = Members::default();
    members.add(th, a, false)?;
    members.add(th, b, false)?;
    members.finish(th)
}

/// `Union[args]`; strings become forward references.
pub fn union_of(th: &mut Thread, args: &Object) -> Result<Ref<Object>, Raised> {
    let mut members = Members::default();
    match args.downcast::<Tuple>() {
        Some(args) => {
            for arg in args.iter() {
                members.add(th, arg, true)?;
            }
        }
        None => members.add(th, args, true)?,
    }
    members.finish(th)
}

/// A union in the making.
#[derive(Default)]
struct Members {
    all: Vec<Ref<Object>>,
    hashable: Option<Ref<Dict>>,
    unhashable: Vec<Ref<Object>>,
}

impl Members {
    fn add(&mut self, th: &mut Thread, arg: &Object, check: bool) -> Result<(), Raised> {
        if arg.is(none()) {
            return self.add_once(th, NoneType::type_object());
        }
        if let Some(union) = arg.downcast_exact::<Union>() {
            for member in union.args().iter() {
                self.add_once(th, member)?;
            }
            return Ok(());
        }
        if check {
            let arg = type_check(th, arg, "Union[arg, ...]: each arg must be a type.")?;
            return self.add_once(th, &arg);
        }
        self.add_once(th, arg)
    }

    fn add_once(&mut self, th: &mut Thread, arg: &Object) -> Result<(), Raised> {
        if let Ok(hash) = ops::hash(th, arg) {
            let known = match &self.hashable {
                Some(known) => known.clone(),
                None => {
                    let known = Dict::new(th);
                    self.hashable = Some(known.clone());
                    known
                }
            };
            if known.get_hashed(th, arg, hash)?.is_some() {
                return Ok(());
            }
            known.set_hashed(th, arg, hash, crate::none_ref())?;
        } else {
            th.take_exception();
            for known in &self.unhashable {
                if ops::eq(th, known, arg)? {
                    return Ok(());
                }
            }
            self.unhashable.push(arg.to_ref());
        }
        self.all.push(arg.to_ref());
        Ok(())
    }

    fn finish(mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if self.all.is_empty() {
            return Err(raise::type_error(th, format_args!("Cannot take a Union of no types.")));
        }
        if self.all.len() == 1
            && let Some(only) = self.all.pop()
        {
            return Ok(only);
        }
        let args = Tuple::new(th, self.all);
        let unhashable = (!self.unhashable.is_empty()).then(|| Tuple::new(th, self.unhashable));
        let union = Union {
            head: Head::INIT,
            args: Slot::new(args),
            hashable: Slot::from_option(self.hashable),
            unhashable: Slot::from_option(unhashable),
            parameters: Slot::NULL,
            weakrefs: 0,
        };
        Ok(th.new_object(union).up())
    }
}

/// `arg` as a type: `None` stands for its type, a string for a forward reference; anything that cannot be one raises.
pub(crate) fn type_check(th: &mut Thread, arg: &Object, message: &str) -> Result<Ref<Object>, Raised> {
    if arg.is(none()) {
        return Ok(NoneType::type_object().to_ref().up());
    }
    if is_unionable(arg) {
        return Ok(arg.to_ref());
    }
    let message = Str::new(th, message);
    call_typing(th, "_type_check", &[arg, &message])
}

/// Calls a function of the module `typing`.
pub(crate) fn call_typing(th: &mut Thread, function: &str, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    let typing = (hooks::get().import)(th, "typing")?;
    let function = ops::getattr_str(th, &typing, function)?;
    ops::call(th, &function, args)
}

impl Union {
    /// The members.
    pub fn args(&self) -> &Tuple {
        self.args.peek().unwrap_or_else(|| Tuple::empty_static())
    }

    fn parameters(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        if let Some(known) = self.parameters.get(th, self) {
            return Ok(known);
        }
        let made = subst::collect_parameters(th, self.args())?;
        // Another thread may have been faster; the tuples are alike.
        let _ = self.parameters.set_if_null(th, self, made.clone());
        Ok(made)
    }

    fn equals(&self, th: &mut Thread, other: &Union) -> Result<bool, Raised> {
        let keys = |union: &Union| union.hashable.peek().map_or(0, Dict::len);
        if keys(self) != keys(other) {
            return Ok(false);
        }
        if let (Some(a), Some(b)) = (self.hashable.peek(), other.hashable.peek()) {
            for key in a.snapshot_keys(th) {
                if !b.contains(th, &key)? {
                    return Ok(false);
                }
            }
        }
        match (self.unhashable.peek(), other.unhashable.peek()) {
            (None, None) => Ok(true),
            (Some(a), Some(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for member in a.iter() {
                    if !ops::contains(th, b, member)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

#[pymethods]
impl Union {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::default();
        for (index, member) in self.args().iter().enumerate() {
            if index > 0 {
                text.push(" | ");
            }
            show::write_type(th, &mut text, member)?;
        }
        Ok(text.finish(th))
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        if let Some(unhashable) = self.unhashable.peek() {
            // Their own complaint, if there still is one.
            for member in unhashable.iter() {
                ops::hash(th, member)?;
            }
            let count = unhashable.len();
            return Err(raise::type_error(th, format_args!("union contains {count} unhashable elements")));
        }
        // The order of the members does not count.
        let mut hash = 0x2545_f491_4f6c_dd1d_usize;
        for member in self.args().iter() {
            let member = ops::hash(th, member)? as usize;
            hash ^= (member ^ member << 16 ^ 89_869_747).wrapping_mul(3_644_798_167);
        }
        Ok(hash as isize)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Union>().filter(|_| matches!(op, glue::CompareOp::Eq | glue::CompareOp::Ne)) else {
            return Ok(not_implemented_ref());
        };
        let equal = self.equals(th, other)?;
        Ok(crate::bool_ref(equal == (op == glue::CompareOp::Eq)))
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        // With a union anything may be combined; strings are forward references.
        let mut members = Members::default();
        for arg in [a, b] {
            members.add(th, arg, arg.is_a::<crate::Str>())?;
        }
        members.finish(th)
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = instance::attribute_name(th, name)?;
        if name.eq_text("__module__") {
            // The module of the type: instances say where unions are defined, too.
            return ops::getattr(th, self.ty(), name);
        }
        instance::generic_getattr(th, self, name)
    }

    #[slot(mp_subscript)]
    fn getitem(&self, th: &mut Thread, item: &Object) -> Result<Ref<Object>, Raised> {
        let parameters = self.parameters(th)?;
        let args = subst::substitute(th, self, self.args(), &parameters, item)?;
        union_of(th, &args)
    }

    #[method]
    fn __mro_entries__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
        let shown = ops::repr(th, self)?;
        Err(raise::type_error(th, format_args!("Cannot subclass {shown}")))
    }

    /// Create a union containing the given types
    #[classmethod]
    fn __class_getitem__(_cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        union_of(th, object)
    }

    /// Name of the type
    #[getter]
    fn __name__(&self) -> &'static str {
        "Union"
    }

    /// Qualified name of the type
    #[getter]
    fn __qualname__(&self) -> &'static str {
        "Union"
    }

    /// Always returns the type
    #[getter]
    fn __origin__(&self) -> Ref<Object> {
        Union::type_object().to_ref().up()
    }

    /// Type variables in the types.UnionType.
    #[getter]
    fn __parameters__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        self.parameters(th)
    }
}

