//! `types.GenericAlias` (`list[int]`), what it shares with unions: type variables in arguments, substitution, and how types are shown.
//!
//! Start at [`GenericAlias`]; [`subst`] replaces type variables, [`show`] writes types.
#![allow(unsafe_code, reason = "instances carry a vectorcall function")]

mod iterator;
pub mod show;
pub mod subst;

use heap::{Head, Slot};
use macros::{pymethods, pytype};

pub use iterator::GenericAliasIterator;

use crate::glue::{self, *};
use crate::text::Text;
use crate::typing::instance;
use crate::{List, Str, Tuple, exceptions, names, none, not_implemented_ref, ops, raise, union};

/// Represent a PEP 585 generic type
///
/// For example, for t = list[int], t.__origin__ is list and t.__args__
/// is (int,).
#[pytype(
    name = "GenericAlias",
    module = "types",
    export = "Py_GenericAliasType",
    sig = "(origin, args, /)",
    flags(BASETYPE),
    weakref = weakrefs,
    vectorcall
)]
#[repr(C)]
pub struct GenericAlias {
    head: Head,
    #[member(none, name = "__origin__", readonly, doc = none)]
    origin: Slot,
    #[member(none, name = "__args__", readonly, doc = none)]
    args: Slot<Tuple>,
    /// Made when somebody asks.
    parameters: Slot<Tuple>,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
    #[member(name = "__unpacked__", readonly, doc = none)]
    starred: bool,
    vectorcall: Option<vectorcallfunc>,
}

/// Names that are attributes of the alias itself, not of its origin.
const OWN_NAMES: [&str; 9] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

/// Names that are not looked for on the origin: it has them, but they would be about the origin.
const BLOCKED_NAMES: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

impl GenericAlias {
    /// `origin[args]`; a single argument need not be a tuple.
    pub fn new(th: &mut Thread, origin: &Object, args: &Object) -> Ref<GenericAlias> {
        let fields = GenericAlias::fields(th, origin, args, false);
        th.new_object(fields)
    }

    fn starred(th: &mut Thread, origin: &Object, args: &Object) -> Ref<GenericAlias> {
        let fields = GenericAlias::fields(th, origin, args, true);
        th.new_object(fields)
    }

    fn fields(th: &Thread, origin: &Object, args: &Object, starred: bool) -> GenericAlias {
        let args = match args.downcast::<Tuple>() {
            Some(args) => args.to_ref(),
            None => Tuple::from_slice(th, &[args]),
        };
        GenericAlias {
            head: Head::INIT,
            origin: Slot::new(origin.to_ref()),
            args: Slot::new(args),
            parameters: Slot::NULL,
            weakrefs: 0,
            starred,
            vectorcall: GenericAlias::VECTORCALL,
        }
    }

    /// What is subscripted.
    pub fn origin(&self) -> &Object {
        self.origin.peek().unwrap_or(none())
    }

    /// The arguments.
    pub fn args(&self) -> &Tuple {
        self.args.peek().unwrap_or_else(|| Tuple::empty_static())
    }

    /// Whether it was unpacked with a star.
    pub fn is_starred(&self) -> bool {
        self.starred
    }

    /// The type variables in the arguments.
    pub fn parameters(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        if let Some(known) = self.parameters.get(th, self) {
            return Ok(known);
        }
        let made = subst::collect_parameters(th, self.args())?;
        // Another thread may have been faster; the tuples are alike.
        let _ = self.parameters.set_if_null(th, self, made.clone());
        Ok(made)
    }

    fn is_tuple(&self) -> bool {
        self.origin().is(Tuple::type_object())
    }
}

/// `origin[args]` as an object (`Py_GenericAlias`).
pub fn generic_alias(th: &mut Thread, origin: &Object, args: &Object) -> Result<Ref<Object>, Raised> {
    Ok(GenericAlias::new(th, origin, args).up())
}

#[pymethods]
impl GenericAlias {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<GenericAlias>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("GenericAlias() takes no keyword arguments")));
        }
        let [origin, arguments] = *args.as_slice() else {
            return Err(raise::type_error(th, format_args!("GenericAlias expected 2 arguments, got {}", args.len())));
        };
        let fields = GenericAlias::fields(th, origin, arguments, false);
        Ok(th.new_instance(cls, fields))
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let made = crate::classmethod::call_with(th, self.origin(), args.as_slice(), kwargs)?;
        if ops::setattr(th, &made, &names::__orig_class__, self).is_err() {
            let refused = [exceptions::attribute_error_type(), exceptions::type_error_type()];
            if !refused.into_iter().any(|cls| raise::catch(th, cls).is_some()) {
                return Err(th.already_raised());
            }
        }
        Ok(made)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::default();
        if self.starred {
            text.push("*");
        }
        show::write_type(th, &mut text, self.origin())?;
        text.push("[");
        for (index, arg) in self.args().iter().enumerate() {
            if index > 0 {
                text.push(", ");
            }
            match arg.downcast::<List>() {
                Some(list) => show::write_list(th, &mut text, list)?,
                None => show::write_type(th, &mut text, arg)?,
            }
        }
        if self.args().is_empty() {
            // `tuple[()]`
            text.push("()");
        }
        Ok(text.push("]").finish(th))
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let origin = ops::hash(th, self.origin())?;
        Ok(origin ^ ops::hash(th, self.args())?)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<GenericAlias>().filter(|_| matches!(op, glue::CompareOp::Eq | glue::CompareOp::Ne)) else {
            return Ok(not_implemented_ref());
        };
        let equal =
            self.starred == other.starred && ops::eq(th, self.origin(), other.origin())? && ops::eq(th, self.args(), other.args())?;
        Ok(crate::bool_ref(equal == (op == glue::CompareOp::Eq)))
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = instance::attribute_name(th, name)?;
        let is = |own: &&str| name.eq_text(own);
        if OWN_NAMES.iter().any(|own| is(own)) || BLOCKED_NAMES.iter().any(|own| is(own)) {
            return instance::generic_getattr(th, self, name);
        }
        ops::getattr(th, self.origin(), name)
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<GenericAliasIterator> {
        GenericAliasIterator::new(th, self)
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        union::union_or(th, a, b)
    }

    #[slot(mp_subscript)]
    fn getitem(&self, th: &mut Thread, item: &Object) -> Result<Ref<Object>, Raised> {
        let parameters = self.parameters(th)?;
        let args = subst::substitute(th, self, self.args(), &parameters, item)?;
        let fields = GenericAlias::fields(th, self.origin(), &args, self.starred);
        Ok(th.new_object(fields).up())
    }

    #[method]
    fn __mro_entries__(&self, th: &mut Thread, _object: &Object) -> Ref<Tuple> {
        Tuple::from_slice(th, &[self.origin()])
    }

    #[method]
    fn __instancecheck__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
        Err(raise::type_error(th, format_args!("isinstance() argument 2 cannot be a parameterized generic")))
    }

    #[method]
    fn __subclasscheck__(&self, th: &mut Thread, _object: &Object) -> Result<(), Raised> {
        Err(raise::type_error(th, format_args!("issubclass() argument 2 cannot be a parameterized generic")))
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        if self.starred {
            let plain = GenericAlias::new(th, self.origin(), self.args());
            let iterator = GenericAliasIterator::new(th, &plain);
            let next = crate::builtin_function(th, "next")?;
            let args = Tuple::from_slice(th, &[&iterator]);
            return Ok(Tuple::from_slice(th, &[&*next, &args]));
        }
        let args = Tuple::from_slice(th, &[self.origin(), self.args()]);
        Ok(Tuple::from_slice(th, &[self.ty(), &args]))
    }

    #[method]
    fn __dir__(&self, th: &mut Thread) -> Result<Ref<List>, Raised> {
        let mut listed = match ops::call_special(th, self.origin(), &names::__dir__, &[])? {
            Some(all) => ops::to_vec(th, &all)?,
            None => Vec::new(),
        };
        for name in OWN_NAMES {
            let known = listed.iter().any(|n| n.downcast_ref::<Str>().is_some_and(|n| n.eq_text(name)));
            if !known {
                listed.push(Str::new(th, name).up());
            }
        }
        Ok(List::new(th, listed))
    }

    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        self.parameters(th)
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(&self) -> Option<Ref<Tuple>> {
        (self.starred && self.is_tuple()).then(|| self.args().to_ref())
    }
}
