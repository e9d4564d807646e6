"""Every name that CPython 3.14 has on its builtin types is there, and every builtin."""


def check(label, kind, names):
    known = dir(kind)
    missing = [name for name in names.split() if name not in known]
    assert not missing, f"{label} lacks {missing}"


# What `object` has is in every type; the others list only what they add or define themselves.
check(
    "object",
    object,
    """
    __class__ __delattr__ __dir__ __eq__ __format__ __ge__ __getattribute__ __getstate__ __gt__ __hash__
    __init__ __init_subclass__ __le__ __lt__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__
    __sizeof__ __str__ __subclasshook__
    """,
)
check(
    "type",
    type,
    """
    __abstractmethods__ __annotate__ __annotations__ __base__ __bases__ __basicsize__ __call__ __delattr__
    __dict__ __dictoffset__ __dir__ __eq__ __flags__ __format__ __ge__ __getattribute__ __getstate__ __gt__
    __hash__ __init__ __init_subclass__ __instancecheck__ __itemsize__ __le__ __lt__ __module__ __mro__
    __name__ __ne__ __new__ __or__ __prepare__ __qualname__ __reduce__ __reduce_ex__ __repr__ __ror__
    __setattr__ __sizeof__ __str__ __subclasscheck__ __subclasses__ __subclasshook__ __text_signature__
    __type_params__ __weakrefoffset__ mro
    """,
)
check(
    "int",
    int,
    """
    __abs__ __add__ __and__ __bool__ __ceil__ __divmod__ __eq__ __float__ __floor__ __floordiv__ __format__
    __ge__ __getnewargs__ __gt__ __hash__ __index__ __int__ __invert__ __le__ __lshift__ __lt__ __mod__
    __mul__ __ne__ __neg__ __new__ __or__ __pos__ __pow__ __radd__ __rand__ __rdivmod__ __repr__
    __rfloordiv__ __rlshift__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__
    __rtruediv__ __rxor__ __sizeof__ __sub__ __truediv__ __trunc__ __xor__ as_integer_ratio bit_count
    bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes
    """,
)
check(
    "bool",
    bool,
    """
    __abs__ __add__ __and__ __bool__ __ceil__ __divmod__ __float__ __floor__ __floordiv__ __getnewargs__
    __index__ __int__ __invert__ __lshift__ __mod__ __mul__ __neg__ __new__ __or__ __pos__ __pow__ __radd__
    __rand__ __rdivmod__ __repr__ __rfloordiv__ __rlshift__ __rmod__ __rmul__ __ror__ __round__ __rpow__
    __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __sub__ __truediv__ __trunc__ __xor__
    as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real
    to_bytes
    """,
)
check(
    "float",
    float,
    """
    __abs__ __add__ __bool__ __ceil__ __divmod__ __eq__ __float__ __floor__ __floordiv__ __format__ __ge__
    __getformat__ __getnewargs__ __gt__ __hash__ __int__ __le__ __lt__ __mod__ __mul__ __ne__ __neg__
    __new__ __pos__ __pow__ __radd__ __rdivmod__ __repr__ __rfloordiv__ __rmod__ __rmul__ __round__ __rpow__
    __rsub__ __rtruediv__ __sub__ __truediv__ __trunc__ as_integer_ratio conjugate from_number fromhex hex
    imag is_integer real
    """,
)
check(
    "complex",
    complex,
    """
    __abs__ __add__ __bool__ __complex__ __eq__ __format__ __ge__ __getnewargs__ __gt__ __hash__ __le__
    __lt__ __mul__ __ne__ __neg__ __new__ __pos__ __pow__ __radd__ __repr__ __rmul__ __rpow__ __rsub__
    __rtruediv__ __sub__ __truediv__ conjugate from_number imag real
    """,
)
check(
    "str",
    str,
    """
    __add__ __contains__ __eq__ __format__ __ge__ __getitem__ __getnewargs__ __gt__ __hash__ __iter__ __le__
    __len__ __lt__ __mod__ __mul__ __ne__ __new__ __repr__ __rmod__ __rmul__ __sizeof__ __str__ capitalize
    casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii
    isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower
    lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip
    split splitlines startswith strip swapcase title translate upper zfill
    """,
)
check(
    "bytes",
    bytes,
    """
    __add__ __buffer__ __bytes__ __contains__ __eq__ __ge__ __getitem__ __getnewargs__ __gt__ __hash__
    __iter__ __le__ __len__ __lt__ __mod__ __mul__ __ne__ __new__ __repr__ __rmod__ __rmul__ __str__
    capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii
    isdigit islower isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix
    removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip
    swapcase title translate upper zfill
    """,
)
check(
    "bytearray",
    bytearray,
    """
    __add__ __alloc__ __buffer__ __contains__ __delitem__ __eq__ __ge__ __getitem__ __gt__ __hash__ __iadd__
    __imul__ __init__ __iter__ __le__ __len__ __lt__ __mod__ __mul__ __ne__ __new__ __reduce__ __reduce_ex__
    __release_buffer__ __repr__ __rmod__ __rmul__ __setitem__ __sizeof__ __str__ append capitalize center
    clear copy count decode endswith expandtabs extend find fromhex hex index insert isalnum isalpha isascii
    isdigit islower isspace istitle isupper join ljust lower lstrip maketrans partition pop remove
    removeprefix removesuffix replace resize reverse rfind rindex rjust rpartition rsplit rstrip split
    splitlines startswith strip swapcase title translate upper zfill
    """,
)
check(
    "memoryview",
    memoryview,
    """
    __buffer__ __class_getitem__ __delitem__ __enter__ __eq__ __exit__ __ge__ __getitem__ __gt__ __hash__
    __iter__ __le__ __len__ __lt__ __ne__ __new__ __release_buffer__ __repr__ __setitem__ _from_flags
    c_contiguous cast contiguous count f_contiguous format hex index itemsize nbytes ndim obj readonly
    release shape strides suboffsets tobytes tolist toreadonly
    """,
)
check(
    "list",
    list,
    """
    __add__ __class_getitem__ __contains__ __delitem__ __eq__ __ge__ __getitem__ __gt__ __hash__ __iadd__
    __imul__ __init__ __iter__ __le__ __len__ __lt__ __mul__ __ne__ __new__ __repr__ __reversed__ __rmul__
    __setitem__ __sizeof__ append clear copy count extend index insert pop remove reverse sort
    """,
)
check(
    "tuple",
    tuple,
    """
    __add__ __class_getitem__ __contains__ __eq__ __ge__ __getitem__ __getnewargs__ __gt__ __hash__ __iter__
    __le__ __len__ __lt__ __mul__ __ne__ __new__ __repr__ __rmul__ count index
    """,
)
check(
    "dict",
    dict,
    """
    __class_getitem__ __contains__ __delitem__ __eq__ __ge__ __getitem__ __gt__ __hash__ __init__ __ior__
    __iter__ __le__ __len__ __lt__ __ne__ __new__ __or__ __repr__ __reversed__ __ror__ __setitem__
    __sizeof__ clear copy fromkeys get items keys pop popitem setdefault update values
    """,
)
check(
    "set",
    set,
    """
    __and__ __class_getitem__ __contains__ __eq__ __ge__ __gt__ __hash__ __iand__ __init__ __ior__ __isub__
    __iter__ __ixor__ __le__ __len__ __lt__ __ne__ __new__ __or__ __rand__ __reduce__ __repr__ __ror__
    __rsub__ __rxor__ __sizeof__ __sub__ __xor__ add clear copy difference difference_update discard
    intersection intersection_update isdisjoint issubset issuperset pop remove symmetric_difference
    symmetric_difference_update union update
    """,
)
check(
    "frozenset",
    frozenset,
    """
    __and__ __class_getitem__ __contains__ __eq__ __ge__ __gt__ __hash__ __iter__ __le__ __len__ __lt__
    __ne__ __new__ __or__ __rand__ __reduce__ __repr__ __ror__ __rsub__ __rxor__ __sizeof__ __sub__ __xor__
    copy difference intersection isdisjoint issubset issuperset symmetric_difference union
    """,
)
check(
    "range",
    range,
    """
    __bool__ __contains__ __eq__ __ge__ __getitem__ __gt__ __hash__ __iter__ __le__ __len__ __lt__ __ne__
    __new__ __reduce__ __repr__ __reversed__ count index start step stop
    """,
)
check(
    "slice",
    slice,
    """
    __eq__ __ge__ __gt__ __hash__ __le__ __lt__ __ne__ __new__ __reduce__ __repr__ indices start step stop
    """,
)
check(
    "property",
    property,
    """
    __delete__ __get__ __init__ __isabstractmethod__ __name__ __new__ __set__ __set_name__ deleter fdel fget
    fset getter setter
    """,
)
check(
    "classmethod",
    classmethod,
    """
    __annotate__ __annotations__ __class_getitem__ __dict__ __func__ __get__ __init__ __isabstractmethod__
    __new__ __repr__ __wrapped__
    """,
)
check(
    "staticmethod",
    staticmethod,
    """
    __annotate__ __annotations__ __call__ __class_getitem__ __dict__ __func__ __get__ __init__
    __isabstractmethod__ __new__ __repr__ __wrapped__
    """,
)
check(
    "super",
    super,
    """
    __get__ __getattribute__ __init__ __new__ __repr__ __self__ __self_class__ __thisclass__
    """,
)
check(
    "enumerate",
    enumerate,
    """
    __class_getitem__ __iter__ __new__ __next__ __reduce__
    """,
)
check(
    "zip",
    zip,
    """
    __iter__ __new__ __next__ __reduce__ __setstate__
    """,
)
check(
    "map",
    map,
    """
    __iter__ __new__ __next__ __reduce__ __setstate__
    """,
)
check(
    "filter",
    filter,
    """
    __iter__ __new__ __next__ __reduce__
    """,
)
check(
    "reversed",
    reversed,
    """
    __iter__ __length_hint__ __new__ __next__ __reduce__ __setstate__
    """,
)
check(
    "BaseException",
    BaseException,
    """
    __cause__ __context__ __dict__ __init__ __new__ __reduce__ __repr__ __setstate__ __str__
    __suppress_context__ __traceback__ add_note args with_traceback
    """,
)
check(
    "Exception",
    Exception,
    """
    __cause__ __context__ __dict__ __new__ __setstate__ __suppress_context__ __traceback__ add_note args
    with_traceback
    """,
)
check(
    "OSError",
    OSError,
    """
    __cause__ __context__ __dict__ __init__ __new__ __reduce__ __setstate__ __str__ __suppress_context__
    __traceback__ add_note args characters_written errno filename filename2 strerror with_traceback
    """,
)
check(
    "SyntaxError",
    SyntaxError,
    """
    __cause__ __context__ __dict__ __init__ __setstate__ __str__ __suppress_context__ __traceback__
    _metadata add_note args end_lineno end_offset filename lineno msg offset print_file_and_line text
    with_traceback
    """,
)
check(
    "StopIteration",
    StopIteration,
    """
    __cause__ __context__ __dict__ __init__ __setstate__ __suppress_context__ __traceback__ add_note args
    value with_traceback
    """,
)
check(
    "ImportError",
    ImportError,
    """
    __cause__ __context__ __dict__ __init__ __reduce__ __setstate__ __str__ __suppress_context__
    __traceback__ add_note args msg name name_from path with_traceback
    """,
)
check(
    "UnicodeDecodeError",
    UnicodeDecodeError,
    """
    __cause__ __context__ __dict__ __init__ __new__ __setstate__ __str__ __suppress_context__ __traceback__
    add_note args encoding end object reason start with_traceback
    """,
)
check(
    "UnicodeTranslateError",
    UnicodeTranslateError,
    """
    __cause__ __context__ __dict__ __init__ __new__ __setstate__ __str__ __suppress_context__ __traceback__
    add_note args encoding end object reason start with_traceback
    """,
)
check(
    "BaseExceptionGroup",
    BaseExceptionGroup,
    """
    __cause__ __class_getitem__ __context__ __dict__ __init__ __new__ __repr__ __setstate__ __str__
    __suppress_context__ __traceback__ add_note args derive exceptions message split subgroup with_traceback
    """,
)
check(
    "ExceptionGroup",
    ExceptionGroup,
    """
    __cause__ __class_getitem__ __context__ __dict__ __module__ __setstate__ __suppress_context__
    __traceback__ __weakref__ add_note args derive exceptions message split subgroup with_traceback
    """,
)
check(
    "AttributeError",
    AttributeError,
    """
    __cause__ __context__ __dict__ __getstate__ __init__ __reduce__ __setstate__ __suppress_context__
    __traceback__ add_note args name obj with_traceback
    """,
)
check(
    "NameError",
    NameError,
    """
    __cause__ __context__ __dict__ __init__ __setstate__ __suppress_context__ __traceback__ add_note args
    name with_traceback
    """,
)
check(
    "SystemExit",
    SystemExit,
    """
    __cause__ __context__ __dict__ __init__ __setstate__ __suppress_context__ __traceback__ add_note args
    code with_traceback
    """,
)
check(
    "function",
    type(lambda: 0),
    """
    __annotate__ __annotations__ __builtins__ __call__ __closure__ __code__ __defaults__ __dict__ __get__
    __globals__ __kwdefaults__ __module__ __name__ __new__ __qualname__ __repr__ __type_params__
    """,
)
check(
    "generator",
    type(i for i in ()),
    """
    __class_getitem__ __del__ __iter__ __name__ __next__ __qualname__ __repr__ __sizeof__ close gi_code
    gi_frame gi_running gi_suspended gi_yieldfrom send throw
    """,
)
check(
    "code",
    type((lambda: 0).__code__),
    """
    __eq__ __ge__ __gt__ __hash__ __le__ __lt__ __ne__ __new__ __replace__ __repr__ __sizeof__
    _co_code_adaptive _varname_from_oparg co_argcount co_branches co_cellvars co_code co_consts
    co_exceptiontable co_filename co_firstlineno co_flags co_freevars co_kwonlyargcount co_lines
    co_linetable co_lnotab co_name co_names co_nlocals co_positions co_posonlyargcount co_qualname
    co_stacksize co_varnames replace
    """,
)
check(
    "cell",
    __import__('types').CellType,
    """
    __eq__ __ge__ __gt__ __hash__ __le__ __lt__ __ne__ __new__ __repr__ cell_contents
    """,
)
check(
    "mappingproxy",
    type(type.__dict__),
    """
    __class_getitem__ __contains__ __eq__ __ge__ __getitem__ __gt__ __hash__ __ior__ __iter__ __le__ __len__
    __lt__ __ne__ __new__ __or__ __repr__ __reversed__ __ror__ __str__ copy get items keys values
    """,
)
check(
    "module",
    type(__import__('sys')),
    """
    __annotate__ __annotations__ __dict__ __dir__ __getattribute__ __init__ __new__ __repr__
    """,
)
check(
    "dict_keys",
    type({}.keys()),
    """
    __and__ __contains__ __eq__ __ge__ __gt__ __hash__ __iter__ __le__ __len__ __lt__ __ne__ __or__ __rand__
    __repr__ __reversed__ __ror__ __rsub__ __rxor__ __sub__ __xor__ isdisjoint mapping
    """,
)
check(
    "dict_values",
    type({}.values()),
    """
    __iter__ __len__ __repr__ __reversed__ mapping
    """,
)
check(
    "dict_items",
    type({}.items()),
    """
    __and__ __contains__ __eq__ __ge__ __gt__ __hash__ __iter__ __le__ __len__ __lt__ __ne__ __or__ __rand__
    __repr__ __reversed__ __ror__ __rsub__ __rxor__ __sub__ __xor__ isdisjoint mapping
    """,
)
check(
    "list_iterator",
    type(iter([])),
    """
    __iter__ __length_hint__ __next__ __reduce__ __setstate__
    """,
)
check(
    "str_iterator",
    type(iter('é')),
    """
    __iter__ __length_hint__ __next__ __reduce__ __setstate__
    """,
)
check(
    "builtin_function_or_method",
    type(len),
    """
    __call__ __eq__ __ge__ __gt__ __hash__ __le__ __lt__ __module__ __name__ __ne__ __qualname__ __reduce__
    __repr__ __self__ __text_signature__
    """,
)
check(
    "method_descriptor",
    type(str.join),
    """
    __call__ __get__ __name__ __objclass__ __qualname__ __reduce__ __repr__ __text_signature__
    """,
)
check(
    "wrapper_descriptor",
    type(str.__add__),
    """
    __call__ __get__ __name__ __objclass__ __qualname__ __reduce__ __repr__ __text_signature__
    """,
)
check(
    "method-wrapper",
    type(''.__add__),
    """
    __call__ __eq__ __ge__ __gt__ __hash__ __le__ __lt__ __name__ __ne__ __objclass__ __qualname__
    __reduce__ __repr__ __self__ __text_signature__
    """,
)
check(
    "getset_descriptor",
    type(int.real),
    """
    __delete__ __get__ __name__ __objclass__ __qualname__ __repr__ __set__
    """,
)
check(
    "NoneType",
    type(None),
    """
    __bool__ __eq__ __ge__ __gt__ __hash__ __le__ __lt__ __ne__ __new__ __repr__
    """,
)
check(
    "coroutine",
    __import__('types').CoroutineType,
    """
    __await__ __class_getitem__ __del__ __name__ __qualname__ __repr__ __sizeof__ close cr_await cr_code
    cr_frame cr_origin cr_running cr_suspended send throw
    """,
)
check(
    "async_generator",
    __import__('types').AsyncGeneratorType,
    """
    __aiter__ __anext__ __class_getitem__ __del__ __name__ __qualname__ __repr__ __sizeof__ aclose ag_await
    ag_code ag_frame ag_running ag_suspended asend athrow
    """,
)
check(
    "frame",
    __import__('types').FrameType,
    """
    __repr__ __sizeof__ clear f_back f_builtins f_code f_generator f_globals f_lasti f_lineno f_locals
    f_trace f_trace_lines f_trace_opcodes
    """,
)
check(
    "traceback",
    __import__('types').TracebackType,
    """
    __dir__ __new__ tb_frame tb_lasti tb_lineno tb_next
    """,
)
check(
    "GenericAlias",
    type(list[int]),
    """
    __args__ __call__ __dir__ __eq__ __ge__ __getattribute__ __getitem__ __gt__ __hash__ __instancecheck__
    __iter__ __le__ __lt__ __mro_entries__ __ne__ __new__ __or__ __origin__ __parameters__ __reduce__
    __repr__ __ror__ __subclasscheck__ __typing_unpacked_tuple_args__ __unpacked__
    """,
)
check(
    "SimpleNamespace",
    type(__import__('sys').implementation),
    """
    __dict__ __eq__ __ge__ __gt__ __hash__ __init__ __le__ __lt__ __ne__ __new__ __reduce__ __replace__
    __repr__
    """,
)
check(
    "method",
    __import__('types').MethodType,
    """
    __call__ __eq__ __func__ __ge__ __get__ __getattribute__ __gt__ __hash__ __le__ __lt__ __ne__ __new__
    __reduce__ __repr__ __self__
    """,
)
import builtins

check(
    "builtins",
    builtins,
    """
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
    ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning
    EnvironmentError Exception ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError
    FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError
    InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
    ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError OSError
    OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError
    RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration
    StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True TypeError
    UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
    UnicodeWarning UserWarning ValueError Warning ZeroDivisionError _IncompleteInputError __build_class__
    __debug__ __doc__ __import__ __loader__ __name__ __package__ __spec__ abs aiter all anext any ascii bin
    bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod
    enumerate eval exec filter float format frozenset getattr globals hasattr hash hex id input int
    isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print
    property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars
    zip
    """,
)
