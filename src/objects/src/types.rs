//! The one list of builtin types, bases first: `start` makes them ready in this order.

use heap::{PyType, Type};

use crate::typing::{BaseObject, Class, descr, wrapper};

macro_rules! list {
    ($($ty:ty,)*) => {
        /// Every builtin type but the exceptions, whose own table lists them.
        pub const ALL: &[fn() -> &'static Type] = &[$(<$ty as PyType>::type_object),*];
    };
}

list! {
    BaseObject,
    Class,
    crate::Str,
    crate::Bytes,
    crate::ByteArray,
    crate::Tuple,
    crate::Dict,
    crate::List,
    crate::Int,
    crate::Bool,
    crate::Float,
    crate::Complex,
    crate::singletons::NoneType,
    crate::singletons::NotImplementedType,
    crate::singletons::EllipsisType,
    crate::Builtin,
    descr::MethodDescr,
    descr::ClassMethodDescr,
    descr::GetSetDescr,
    descr::MemberDescr,
    wrapper::WrapperDescr,
    wrapper::MethodWrapper,
    crate::Module,
    crate::StaticMethod,
    crate::ClassMethod,
    crate::Cell,
    crate::seqiter::SeqIter,
    crate::traceback::Traceback,
}
