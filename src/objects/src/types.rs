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
    crate::str::iter::StrIterator,
    crate::str::iter::StrAsciiIterator,
    crate::codecs::charmap::EncodingMap,
    crate::Bytes,
    crate::ByteArray,
    crate::Tuple,
    crate::Dict,
    crate::List,
    crate::Slice,
    crate::Range,
    crate::Set,
    crate::FrozenSet,
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
    crate::tuple::iter::TupleIter,
    crate::list::iter::ListIter,
    crate::list::iter::ListReverseIter,
    crate::dict::iter::DictKeyIter,
    crate::dict::iter::DictValueIter,
    crate::dict::iter::DictItemIter,
    crate::dict::iter::DictReverseKeyIter,
    crate::dict::iter::DictReverseValueIter,
    crate::dict::iter::DictReverseItemIter,
    crate::dict::views::DictKeys,
    crate::dict::views::DictValues,
    crate::dict::views::DictItems,
    crate::set::iter::SetIter,
    crate::range::iter::RangeIter,
    crate::range::iter::LongRangeIter,
    crate::seqiter::SeqIter,
    crate::seqiter::CallIter,
    crate::enumerate::Enumerate,
    crate::zip::Zip,
    crate::map::Map,
    crate::filter::Filter,
    crate::reversed::Reversed,
    crate::Module,
    crate::StaticMethod,
    crate::ClassMethod,
    crate::Cell,
    crate::seqiter::SeqIter,
    crate::traceback::Traceback,
}
