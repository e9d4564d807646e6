//! Proxies: weak references that behave like their referent.
#![allow(unsafe_code, reason = "proxies have the struct of a weak reference")]

use macros::{pymethods, pytype};

use super::WeakRef;
use crate::glue::{self, *};
use crate::{Str, exceptions, names, ops, raise};

/// A proxy of an object that cannot be called.
#[pytype(name = "ProxyType", module = "weakref", export = "_PyWeakref_ProxyType", base = Object, doc = none, flags(DISALLOW_INSTANTIATION, WEAK_REFERENCE, HAVE_GC, PREFIX), gc = custom, parts(binary, inplace, rest))]
#[repr(C)]
pub struct Proxy {
    fields: ProxyFields,
}

/// A proxy of an object that can be called.
#[pytype(name = "CallableProxyType", module = "weakref", export = "_PyWeakref_CallableProxyType", base = Object, doc = none, flags(DISALLOW_INSTANTIATION, WEAK_REFERENCE, HAVE_GC, PREFIX), gc = custom, parts(binary, inplace, rest))]
#[repr(C)]
pub struct CallableProxy {
    fields: ProxyFields,
}

/// A weak reference's fields in a type that is no subtype of it.
#[repr(transparent)]
pub struct ProxyFields(WeakRef);

impl glue::Header for ProxyFields {}

/// Whether it is one of the two types, which have no subtypes.
pub fn is_proxy_type(cls: &Type) -> bool {
    core::ptr::eq(cls, Proxy::type_object()) || core::ptr::eq(cls, CallableProxy::type_object())
}

/// Whether the reference is a proxy.
pub fn is_proxy(reference: &WeakRef) -> bool {
    is_proxy_type(reference.ty())
}

/// A new weak reference of class `cls`.
pub(super) fn instance(th: &mut Thread, cls: &Type, fields: WeakRef) -> Ref<WeakRef> {
    let made = match () {
        _ if core::ptr::eq(cls, Proxy::type_object()) => th.new_object(Proxy { fields: ProxyFields(fields) }).up(),
        _ if core::ptr::eq(cls, CallableProxy::type_object()) => th.new_object(CallableProxy { fields: ProxyFields(fields) }).up(),
        _ => th.new_instance(cls, fields).up(),
    };
    // SAFETY: the structs are a `WeakRef`.
    unsafe { made.cast_unchecked() }
}

/// A proxy of `referent`.
pub fn create(th: &mut Thread, referent: &Object, callback: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let cls = if ops::is_callable(referent) { CallableProxy::type_object() } else { Proxy::type_object() };
    super::create(th, cls, referent, callback).map(Ref::up)
}

/// The weak reference that a proxy is.
pub fn as_reference(object: &Object) -> Option<&WeakRef> {
    // SAFETY: the structs are a `WeakRef`.
    is_proxy_type(object.ty()).then(|| unsafe { object.cast_unchecked() })
}

fn referent(th: &mut Thread, reference: &WeakRef) -> Result<Ref<Object>, Raised> {
    match reference.upgrade(th) {
        Some(referent) => Ok(referent),
        None => Err(raise::new(th, exceptions::reference_error_type(), format_args!("weakly-referenced object no longer exists"))),
    }
}

/// A proxy's referent; any other object itself.
fn unwrapped(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    match as_reference(object) {
        Some(reference) => referent(th, reference),
        None => Ok(object.to_ref()),
    }
}

macro_rules! binary {
    ($proxy:ident: $($slot:ident $name:ident;)*) => {
        #[pymethods(part = "binary")]
        impl $proxy {
            $(
                #[slot($slot)]
                fn $name(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                    let (a, b) = (unwrapped(th, a)?, unwrapped(th, b)?);
                    ops::$name(th, &a, &b)
                }
            )*
        }
    };
}

macro_rules! inplace {
    ($proxy:ident: $($slot:ident $name:ident;)*) => {
        #[pymethods(part = "inplace")]
        impl $proxy {
            $(
                #[slot($slot)]
                fn $name(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
                    let (a, b) = (unwrapped(th, self)?, unwrapped(th, other)?);
                    ops::$name(th, &a, &b)
                }
            )*
        }
    };
}

macro_rules! proxy {
    ($proxy:ident) => {
        impl Traverse for $proxy {
            fn traverse(&self, visitor: &mut Visitor) {
                self.fields.0.traverse(visitor);
            }
        }

        impl glue::Clear for $proxy {
            fn clear(&self, th: &mut Thread) {
                glue::Clear::clear(&self.fields.0, th);
            }
        }

        binary! {
            $proxy:
            nb_add add;
            nb_subtract sub;
            nb_multiply mul;
            nb_remainder mod_;
            nb_divmod divmod;
            nb_lshift lshift;
            nb_rshift rshift;
            nb_and and;
            nb_xor xor;
            nb_or or;
            nb_floor_divide floordiv;
            nb_true_divide truediv;
            nb_matrix_multiply matmul;
        }

        inplace! {
            $proxy:
            nb_inplace_add inplace_add;
            nb_inplace_subtract inplace_sub;
            nb_inplace_multiply inplace_mul;
            nb_inplace_remainder inplace_mod;
            nb_inplace_lshift inplace_lshift;
            nb_inplace_rshift inplace_rshift;
            nb_inplace_and inplace_and;
            nb_inplace_xor inplace_xor;
            nb_inplace_or inplace_or;
            nb_inplace_floor_divide inplace_floordiv;
            nb_inplace_true_divide inplace_truediv;
            nb_inplace_matrix_multiply inplace_matmul;
        }

        #[pymethods(part = "rest")]
        impl $proxy {
            #[slot(tp_repr)]
            fn repr(&self, th: &mut Thread) -> String {
                match self.fields.0.upgrade(th) {
                    None => format!("<weakproxy at {self:p}; dead>"),
                    Some(referent) => format!("<weakproxy at {self:p}; to '{}' at {:p}>", super::full_name(th, &referent), &*referent),
                }
            }

            #[slot(tp_str)]
            fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::str_(th, &referent)
            }

            #[slot(tp_getattro)]
            fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                let name = crate::typing::instance::attribute_name(th, name)?;
                ops::getattr(th, &referent, name)
            }

            #[slot(tp_setattro)]
            fn setattro(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
                let referent = unwrapped(th, self)?;
                let name = crate::typing::instance::attribute_name(th, name)?;
                match value {
                    Some(value) => ops::setattr(th, &referent, name, value),
                    None => ops::delattr(th, &referent, name),
                }
            }

            #[slot(tp_richcompare)]
            fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
                let (a, b) = (unwrapped(th, self)?, unwrapped(th, other)?);
                ops::richcompare(th, &a, &b, op)
            }

            #[slot(tp_iter)]
            fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::iter(th, &referent)
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
                let referent = unwrapped(th, self)?;
                if !ops::is_iterator(&referent) {
                    let name = ops::type_name(&referent);
                    return Err(raise::type_error(th, format_args!("Weakref proxy referenced a non-iterator '{name}' object")));
                }
                ops::next(th, &referent)
            }

            #[slot(nb_power)]
            fn pow(th: &mut Thread, a: &Object, b: &Object, modulo: &Object) -> Result<Ref<Object>, Raised> {
                let (a, b, modulo) = (unwrapped(th, a)?, unwrapped(th, b)?, unwrapped(th, modulo)?);
                ops::pow(th, &a, &b, Some(&*modulo).filter(|modulo| !modulo.is(crate::none())))
            }

            #[slot(nb_inplace_power)]
            fn inplace_pow(&self, th: &mut Thread, other: &Object, _modulo: &Object) -> Result<Ref<Object>, Raised> {
                let (a, b) = (unwrapped(th, self)?, unwrapped(th, other)?);
                ops::inplace_pow(th, &a, &b)
            }

            #[slot(nb_negative)]
            fn neg(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::neg(th, &referent)
            }

            #[slot(nb_positive)]
            fn pos(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::pos(th, &referent)
            }

            #[slot(nb_absolute)]
            fn abs(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::abs(th, &referent)
            }

            #[slot(nb_invert)]
            fn invert(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::invert(th, &referent)
            }

            #[slot(nb_bool)]
            fn truth(&self, th: &mut Thread) -> Result<bool, Raised> {
                let referent = unwrapped(th, self)?;
                ops::is_true(th, &referent)
            }

            #[slot(nb_int)]
            fn int(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::call1(th, crate::Int::type_object(), &referent)
            }

            #[slot(nb_float)]
            fn float(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::call1(th, crate::Float::type_object(), &referent)
            }

            #[slot(nb_index)]
            fn index(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::index(th, &referent).map(Ref::up)
            }

            #[slot(mp_length)]
            fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
                let referent = unwrapped(th, self)?;
                ops::len(th, &referent)
            }

            #[slot(mp_subscript)]
            fn getitem(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::getitem(th, &referent, key)
            }

            #[slot(mp_ass_subscript)]
            fn setitem(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
                let referent = unwrapped(th, self)?;
                match value {
                    Some(value) => ops::setitem(th, &referent, key, value),
                    None => ops::delitem(th, &referent, key),
                }
            }

            #[slot(sq_contains)]
            fn contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
                let referent = unwrapped(th, self)?;
                ops::contains(th, &referent, value)
            }

            #[method]
            fn __bytes__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::call_method(th, &referent, &names::__bytes__, &[])
            }

            #[method]
            fn __reversed__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let referent = unwrapped(th, self)?;
                ops::call_method(th, &referent, &names::__reversed__, &[])
            }
        }
    };
}

proxy!(Proxy);
proxy!(CallableProxy);

#[pymethods]
impl CallableProxy {
    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let referent = unwrapped(th, self)?;
        crate::classmethod::call_with(th, &referent, args.as_slice(), kwargs)
    }
}
