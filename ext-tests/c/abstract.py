"""The abstract object protocol, function by function."""
import operator, os, sys, tempfile
sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else sys.path[0])
import abstract as c


def raises(error, message, f, *args):
    try:
        result = f(*args)
    except error as e:
        assert message is None or str(e) == message, (f, str(e))
    else:
        raise AssertionError((f, args, result))


class Vector:
    def __init__(self, n): self.n = n
    def __matmul__(self, other): return ("matmul", other)
    def __index__(self): return self.n
    def __pow__(self, other, mod=None): return ("pow", other, mod)
    def __ipow__(self, other): return ("ipow", other)


# Numbers.
for name, op in [("Add", operator.add), ("Subtract", operator.sub), ("Multiply", operator.mul), ("TrueDivide", operator.truediv),
                 ("FloorDivide", operator.floordiv), ("Remainder", operator.mod), ("Divmod", divmod), ("Lshift", operator.lshift),
                 ("Rshift", operator.rshift), ("And", operator.and_), ("Or", operator.or_), ("Xor", operator.xor)]:
    assert getattr(c, "PyNumber_" + name)(77, 5) == op(77, 5), name
assert c.PyNumber_MatrixMultiply(Vector(1), 2) == ("matmul", 2)
assert c.PyNumber_Power(3, 4, None) == 81 and c.PyNumber_Power(3, 4, 5) == 1
assert c.PyNumber_Power(Vector(1), 2, 7) == ("pow", 2, 7) and c.PyNumber_InPlacePower(Vector(1), 2, None) == ("ipow", 2)
raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'", c.PyNumber_Add, 1, "a")
raises(TypeError, "unsupported operand type(s) for +=: 'int' and 'str'", c.PyNumber_InPlaceAdd, 1, "a")
raises(TypeError, "unsupported operand type(s) for ** or pow(): 'str', 'int', 'int'", c.PyNumber_Power, "a", 2, 3)
raises(TypeError, "bad operand type for unary -: 'str'", c.PyNumber_Negative, "a")
raises(TypeError, "bad operand type for abs(): 'str'", c.PyNumber_Absolute, "a")
a = [1]
assert c.PyNumber_InPlaceAdd(a, [2]) is a and a == [1, 2] and c.PyNumber_InPlaceMultiply(a, 2) is a and a == [1, 2, 1, 2]
assert c.PyNumber_Index(Vector(5)) == 5 and type(c.PyNumber_Index(True)) is int
raises(TypeError, "'str' object cannot be interpreted as an integer", c.PyNumber_Index, "a")
assert c.PyNumber_Long("12") == 12 and c.PyNumber_Long(2.5) == 2 and type(c.PyNumber_Long(True)) is int
assert c.PyNumber_Float("1.5") == 1.5 and c.PyNumber_Float(Vector(3)) == 3.0
assert [c.to_base(255, n) for n in (2, 8, 10, 16)] == ["0b11111111", "0o377", "255", "0xff"]
raises(SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16", c.to_base, 1, 3)
assert c.as_ssize(10**30) == sys.maxsize and c.as_ssize(-10**30) == -sys.maxsize - 1 and c.as_ssize(7, ValueError) == 7
raises(ValueError, "cannot fit 'int' into an index-sized integer", c.as_ssize, 10**30, ValueError)
assert c.PyNumber_Check(1.0) == 1 and c.PyNumber_Check("a") == 0 and c.PyIndex_Check(Vector(1)) == 1 and c.PyIndex_Check(1.0) == 0

# Sequences.
s = [10, 11, 12, 13]
assert c.get_item(s, 1) == 11 and c.get_item(s, -1) == 13 and c.get_slice(s, 1, 3) == [11, 12]
raises(IndexError, None, c.get_item, s, 9)
raises(TypeError, "dict is not a sequence", c.get_item, {}, 0)
raises(TypeError, "'int' object does not support indexing", c.get_item, 1, 0)
raises(TypeError, "'int' object is unsliceable", c.get_slice, 1, 0, 1)
assert c.set_item(s, -1, 99) == 0 and s[3] == 99 and c.set_item(s, 0) == 0 and s == [11, 12, 99] and c.del_item(s, 0) == 0 and s == [12, 99]
raises(TypeError, "'tuple' object does not support item assignment", c.set_item, (1,), 0, 1)
raises(TypeError, "'tuple' object doesn't support item deletion", c.del_item, (1,), 0)
assert c.set_slice(s, 0, 1, [1, 2, 3]) == 0 and s == [1, 2, 3, 99] and c.del_slice(s, 1, 3) == 0 and s == [1, 99]
raises(TypeError, "'tuple' object doesn't support slice assignment", c.set_slice, (1,), 0, 1, [])
raises(TypeError, "'tuple' object doesn't support slice deletion", c.del_slice, (1,), 0, 1)
assert c.repeat([1], 3) == [1, 1, 1] and c.inplace_repeat(s, 2) is s and s == [1, 99, 1, 99]
raises(TypeError, "'int' object can't be repeated", c.repeat, 1, 3)
assert c.PySequence_Concat((1,), (2,)) == (1, 2) and c.PySequence_InPlaceConcat(s, (5,)) is s and s[-1] == 5
raises(TypeError, "'int' object can't be concatenated", c.PySequence_Concat, 1, 2)
assert c.PySequence_Size("abc") == 3 and c.PyMapping_Size({1: 2}) == 1 and c.PyObject_Size({1}) == 1
raises(TypeError, "dict is not a sequence", c.PySequence_Size, {})
raises(TypeError, "set is not a mapping", c.PyMapping_Size, {1})
raises(TypeError, "object of type 'int' has no len()", c.PyObject_Size, 1)
assert c.PySequence_Contains([1, 2], 2) == 1 and c.PySequence_Count(iter([1, 2, 1]), 1) == 2 and c.PySequence_Index("abc", "c") == 2
raises(ValueError, "sequence.index(x): x not in sequence", c.PySequence_Index, [1], 2)
raises(TypeError, "argument of type 'int' is not iterable", c.PySequence_Count, 1, 2)
raises(TypeError, "argument of type 'int' is not a container or iterable", c.PySequence_Contains, 1, 2)
assert c.PySequence_Tuple(iter("ab")) == ("a", "b") and c.PySequence_List("ab") == ["a", "b"]
assert c.fast(s) is s and c.fast(iter((1, 2))) == [1, 2]
raises(TypeError, "not fast", c.fast, 1)
assert c.PySequence_Check([]) == 1 and c.PySequence_Check({}) == 0

# Mappings.
d = {"a": 1}
assert c.PyMapping_Keys(d) == ["a"] and c.PyMapping_Values(d) == [1] and c.PyMapping_Items(d) == [("a", 1)]


class Odd:
    def keys(self): return 5
    def items(self): return iter([1])


assert c.PyMapping_Items(Odd()) == [1]
raises(TypeError, "Odd.keys() returned a non-iterable (type int)", c.PyMapping_Keys, Odd())
raises(AttributeError, "'Odd' object has no attribute 'values'", c.PyMapping_Values, Odd())
assert c.mapping_by_text(d) is d and d == {"a": 1}
assert c.PyMapping_HasKey(d, "a") == 1 and c.PyMapping_HasKeyWithError(d, "b") == 0
raises(TypeError, None, c.PyMapping_HasKeyWithError, d, [])
unraisable = []
sys.unraisablehook = unraisable.append
assert c.PyMapping_HasKey(d, []) == 0 and unraisable.pop().err_msg.startswith("Exception ignored in PyMapping_HasKey(); consider using")
assert c.PyObject_SetItem(d, "b", 2) == 0 and c.PyObject_GetItem(d, "b") == 2 and c.PyObject_DelItem(d, "b") == 0 and d == {"a": 1}
assert c.PyMapping_Check(d) == 1 and c.PyMapping_Check(1) == 0

# Iterators.
i = c.PyObject_GetIter([1])
assert c.next_item(i) == (1,) and c.next_item(i) == ()
raises(TypeError, "expected an iterator, got 'int'", c.next_item, 1)
raises(TypeError, "'int' object is not iterable", c.PyObject_GetIter, 1)
raises(TypeError, "'int' object is not an async iterable", c.PyObject_GetAIter, 1)


def generator():
    got = yield 1
    return got


g = generator()
assert c.send(g, None) == (True, 1) and c.send(g, "x") == (False, "x") and c.send(iter([3]), None) == (True, 3) and c.send(iter([]), None) == (False, None)
raises(AttributeError, None, c.send, 1, 2)
assert list(c.PySeqIter_New("ab")) == ["a", "b"]
raises(SystemError, None, c.PySeqIter_New, 1)
n = iter(range(5))
assert list(c.PyCallIter_New(lambda: next(n), 3)) == [0, 1, 2]
assert c.PyIter_Check(i) == 1 and c.PyIter_Check([]) == 0 and c.PyAIter_Check(i) == 0


# Attributes.
class Thing:
    attribute = None

    def __getattr__(self, name):
        if name == "broken":
            raise KeyError(name)
        raise AttributeError(name)


t = Thing()
t.attribute = 5
assert c.PyObject_GetAttr(t, "attribute") == 5 and c.optional(t, "attribute") == (True, 5, True, 5) and c.optional(t, "none") == (False, None, True, 5)
raises(KeyError, None, c.optional, t, "broken")
raises(TypeError, "attribute name must be string, not 'int'", c.PyObject_GetAttr, t, 1)
raises(TypeError, "attribute name must be string, not 'int'", c.optional, t, 1)
raises(AttributeError, "'list' object has no attribute 'x'", c.PyObject_GetAttr, [], "x")
raises(AttributeError, "'list' object has no attribute 'x' and no __dict__ for setting new attributes", c.PyObject_SetAttr, [], "x", 1)
assert c.PyObject_HasAttr(t, "attribute") == 1 and c.PyObject_HasAttrWithError(t, "none") == 0
assert c.PyObject_HasAttr(t, "broken") == 0 and unraisable.pop().err_msg.startswith("Exception ignored in PyObject_HasAttr(); consider")


class Plain: pass


p = Plain()
p.attribute = "x"
assert c.by_text(p) == "x" and p.__dict__ == {"other": "x"}
assert c.PyObject_SetAttr(p, "y", 1) == 0 and p.y == 1 and c.PyObject_DelAttr(p, "y") == 0 and not hasattr(p, "y")
assert c.generic_functions()

# Whole objects.
assert c.PyObject_Repr("a") == "'a'" and c.PyObject_Str(1) == "1" and c.PyObject_ASCII("é") == r"'\xe9'" and c.PyObject_Bytes([1, 2]) == b"\1\2"
raises(TypeError, "cannot convert 'int' object to bytes", c.PyObject_Bytes, 3)
assert c.PyObject_Dir(p) == dir(p) and c.PyObject_Type(1) is int and c.PyObject_Hash("a") == hash("a")
raises(TypeError, "unhashable type: 'list'", c.PyObject_Hash, [])
assert c.compare(1, 2, 0) is True and c.compare_bool(float("nan"), 1, 2) == 0
nan = float("nan")
assert c.compare_bool(nan, nan, 2) == 1 and c.compare_bool(nan, nan, 3) == 0
raises(TypeError, "'<' not supported between instances of 'int' and 'str'", c.compare, 1, "a", 0)
assert c.PyObject_IsTrue([]) == 0 and c.PyObject_Not([]) == 1 and c.PyObject_IsInstance(1, (str, int)) == 1 and c.PyObject_IsSubclass(bool, int) == 1
assert c.length_hint(iter([1, 2]), 7) == 2 and c.length_hint(generator(), 7) == 7
assert c.PyObject_Format(12, "x") == "c"
raises(SystemError, "Format specifier must be a string, not int", c.PyObject_Format, 1, 2)
assert c.constants() == [None, False, True, ..., NotImplemented, 0, 1, "", b"", ()] and c.repr_guard(p)
assert all(a is b for a, b in zip(c.constants(), c.constants())), "a borrowed constant is nobody's to give up"
assert c.null_operands(1) == "<NULL>"
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "x")
    c.print_to("é", path)
    assert open(path, encoding="utf-8").read() == "'é'é<nil>"
assert c.Py_GenericAlias(list, int) == list[int] and c.PyCallable_Check(len) == 1 and c.PyCallable_Check(1) == 0


# Calls.
def f(*args, **kwargs): return args, kwargs


assert c.PyObject_Call(f, (1,), {"a": 2}) == ((1,), {"a": 2}) and c.PyObject_CallObject(f, (1, 2)) == ((1, 2), {})
raises(TypeError, "argument list must be a tuple", c.PyObject_CallObject, f, [1])
raises(TypeError, "'int' object is not callable", c.PyObject_CallNoArgs, 1)
assert c.PyObject_CallNoArgs(f) == ((), {}) and c.PyObject_CallOneArg(f, 1) == ((1,), {}) and c.PyVectorcall_Call(f, (1,), {"b": 3}) == ((1,), {"b": 3})
raises(TypeError, "'type' object does not support vectorcall", c.PyVectorcall_Call, Plain, (), {})
m = c.PyMethod_New(f, 5)
assert m(6) == ((5, 6), {})
p = type("P", (), {"m": c.PyInstanceMethod_New(f)})()
assert p.m(1) == ((p, 1), {}) and type(p).m(1) == ((1,), {})
print("ok")
