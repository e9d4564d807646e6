//! Names that the runtime itself uses, interned on first use: `names::__init__` derefs to an immortal `Str`.
#![allow(non_upper_case_globals, missing_docs, reason = "each static is called like the string it holds")]

use crate::str::Name;

macro_rules! names {
    ($($name:ident)*) => { $( pub static $name: Name = Name::new(stringify!($name)); )* };
}

names! {
    __abs__ __add__ __aenter__ __aexit__ __aiter__ __all__ __and__ __anext__ __annotate__ __annotate_func__ __annotations__ __annotations_cache__ __args__
    __await__ __bases__ __bool__ __buffer__ __build_class__ __builtins__ __bytes__ __call__ __cantrace__ __cause__ __ceil__ __class__ __class_getitem__ __classcell__ __classdict__ __classdictcell__
    __complex__ __contains__ __context__ __copy__ __ctypes_from_outparam__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dictoffset__ __dir__ __divmod__
    __doc__ __enter__ __eq__ __exit__ __file__ __firstlineno__ __float__ __floor__ __floordiv__ __format__ __fspath__ __ge__ __get__
    __getattr__ __getattribute__ __getinitargs__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __gt__ __hash__ __iadd__ __iand__
    __ifloordiv__ __ilshift__ __imatmul__ __imod__ __import__ __imul__ __index__ __init__ __init_subclass__ __instancecheck__ __int__ __invert__ __ior__
    __ipow__ __irshift__ __isabstractmethod__ __isub__ __iter__ __itruediv__ __ixor__ __kwdefaults__ __le__ __len__ __length_hint__ __loader__ __lshift__ __lt__
    __main__ __match_args__ __matmul__ __missing__ __mod__ __module__ __mro__ __mro_entries__ __mul__ __name__ __ne__ __neg__ __new__ __next__ __newobj__ __newobj_ex__
    __notes__ __objclass__ __or__ __orig_bases__ __orig_class__ __origin__ __package__ __parameters__ __path__ __pos__ __pow__ __prepare__ __qualname__ __radd__ __rand__
    __rdivmod__ __reduce__ __reduce_ex__ __release_buffer__ __repr__ __reversed__ __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __round__
    __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __self__ __set__ __set_name__ __setattr__ __setitem__ __setstate__ __sizeof__ __slotnames__
    __slots__ __spec__ __static_attributes__ __str__ __sub__ __subclasscheck__ __subclasshook__ __text_signature__ __truediv__ __trunc__ __type_params__ __typing_is_unpacked_typevartuple__
    __typing_prepare_subst__ __typing_subst__ __typing_unpacked_tuple_args__ __unpacked__ __warningregistry__ __weakref__ __wrapped__ __xor__ _abc_impl
    closed append args builtins clear close code copyreg decode default defaultdict encode errors extend fget file filename flush format get getattr imag isatty items join keys iter intersection
    last_exc last_traceback last_type last_value lineno maxsplit metaclass mro msg name obj object offset open partial path print_file_and_line
    read readable readline real reload reversed send sep send_ setitem sort stderr stdin stdout strict sys text throw update value values warnings write writable _fields _field_types
    True False __debug__ tb_next tb_lineno tb_lasti tb_frame split name_from derive __future__ __cached__ cls end objs key reverse iterable start step stop encoding
    copy __code__ co_consts
}

/// The empty string.
pub static EMPTY: Name = Name::new("");
pub static SPACE: Name = Name::new(" ");
pub static NEWLINE: Name = Name::new("\n");
/// `<lambda>`.
pub static LAMBDA: Name = Name::new("<lambda>");
