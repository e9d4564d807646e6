"""ast, symtable, dis, compile flags, typing, enum, dataclasses, contextlib, inspect, abc, types."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

import ast
import dis
import io
import symtable
eq(ast.dump(ast.parse("x = 1 + y")), "Module(body=[Assign(targets=[Name(id='x', ctx=Store())], value=BinOp(left=Constant(value=1), op=Add(), right=Name(id='y', ctx=Load())))])")
eq(ast.dump(ast.parse("f(a, *b, c=1, **d)", mode="eval")), "Expression(body=Call(func=Name(id='f', ctx=Load()), args=[Name(id='a', ctx=Load()), Starred(value=Name(id='b', ctx=Load()), ctx=Load())], keywords=[keyword(arg='c', value=Constant(value=1)), keyword(value=Name(id='d', ctx=Load()))]))")
eq(ast.dump(ast.parse("def f(a: int, /, b=1, *c, d, e=2, **g) -> str: pass")), "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[arg(arg='a', annotation=Name(id='int', ctx=Load()))], args=[arg(arg='b')], vararg=arg(arg='c'), kwonlyargs=[arg(arg='d'), arg(arg='e')], kw_defaults=[None, Constant(value=2)], kwarg=arg(arg='g'), defaults=[Constant(value=1)]), body=[Pass()], returns=Name(id='str', ctx=Load()))])")
eq(ast.dump(ast.parse("class A[T](B, m=C): x: int = 1")), "Module(body=[ClassDef(name='A', bases=[Name(id='B', ctx=Load())], keywords=[keyword(arg='m', value=Name(id='C', ctx=Load()))], body=[AnnAssign(target=Name(id='x', ctx=Store()), annotation=Name(id='int', ctx=Load()), value=Constant(value=1), simple=1)], type_params=[TypeVar(name='T')])])")
eq(ast.dump(ast.parse("[x async for x in y if z]", mode="eval").body), "ListComp(elt=Name(id='x', ctx=Load()), generators=[comprehension(target=Name(id='x', ctx=Store()), iter=Name(id='y', ctx=Load()), ifs=[Name(id='z', ctx=Load())], is_async=1)])")
eq(ast.dump(ast.parse("f'{a!r:>{b}} c'", mode="eval").body), "JoinedStr(values=[FormattedValue(value=Name(id='a', ctx=Load()), conversion=114, format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(value=Name(id='b', ctx=Load()), conversion=-1)])), Constant(value=' c')])")
eq(ast.dump(ast.parse("t'{a}'", mode="eval").body), "TemplateStr(values=[Interpolation(value=Name(id='a', ctx=Load()), str='a', conversion=-1)])")
eq(ast.dump(ast.parse("match x:\n case [1, *a, {'k': b, **c}, P(1, q=2) | None as d] if e: pass")), "Module(body=[Match(subject=Name(id='x', ctx=Load()), cases=[match_case(pattern=MatchSequence(patterns=[MatchValue(value=Constant(value=1)), MatchStar(name='a'), MatchMapping(keys=[Constant(value='k')], patterns=[MatchAs(name='b')], rest='c'), MatchAs(pattern=MatchOr(patterns=[MatchClass(cls=Name(id='P', ctx=Load()), patterns=[MatchValue(value=Constant(value=1))], kwd_attrs=['q'], kwd_patterns=[MatchValue(value=Constant(value=2))]), MatchSingleton(value=None)]), name='d')]), guard=Name(id='e', ctx=Load()), body=[Pass()])])])")
eq(ast.dump(ast.parse("try: pass\nexcept* A as b: pass\nelse: pass\nfinally: pass")), "Module(body=[TryStar(body=[Pass()], handlers=[ExceptHandler(type=Name(id='A', ctx=Load()), name='b', body=[Pass()])], orelse=[Pass()], finalbody=[Pass()])])")
eq(ast.dump(ast.parse("with a as b, c: pass")), "Module(body=[With(items=[withitem(context_expr=Name(id='a', ctx=Load()), optional_vars=Name(id='b', ctx=Store())), withitem(context_expr=Name(id='c', ctx=Load()))], body=[Pass()])])")
eq(ast.dump(ast.parse("async def f():\n async with a: await b\n async for c in d: yield e")), "Module(body=[AsyncFunctionDef(name='f', args=arguments(), body=[AsyncWith(items=[withitem(context_expr=Name(id='a', ctx=Load()))], body=[Expr(value=Await(value=Name(id='b', ctx=Load())))]), AsyncFor(target=Name(id='c', ctx=Store()), iter=Name(id='d', ctx=Load()), body=[Expr(value=Yield(value=Name(id='e', ctx=Load())))])])])")
eq(ast.dump(ast.parse("a[1:2, ::3, ...]; del a.b; global g; import c.d as e; from ..f import *")), "Module(body=[Expr(value=Subscript(value=Name(id='a', ctx=Load()), slice=Tuple(elts=[Slice(lower=Constant(value=1), upper=Constant(value=2)), Slice(step=Constant(value=3)), Constant(value=Ellipsis)], ctx=Load()), ctx=Load())), Delete(targets=[Attribute(value=Name(id='a', ctx=Load()), attr='b', ctx=Del())]), Global(names=['g']), Import(names=[alias(name='c.d', asname='e')]), ImportFrom(module='f', names=[alias(name='*')], level=2)])")
eq(ast.dump(ast.parse("lambda a=1: (yield)", mode="eval").body), "Lambda(args=arguments(args=[arg(arg='a')], defaults=[Constant(value=1)]), body=Yield())")
eq(ast.dump(ast.parse("a < b <= c is not d not in e", mode="eval").body), "Compare(left=Name(id='a', ctx=Load()), ops=[Lt(), LtE(), IsNot(), NotIn()], comparators=[Name(id='b', ctx=Load()), Name(id='c', ctx=Load()), Name(id='d', ctx=Load()), Name(id='e', ctx=Load())])")
eq(ast.dump(ast.parse("x: int\n(y): str = 1\nx += 1\n(z := 5)")), "Module(body=[AnnAssign(target=Name(id='x', ctx=Store()), annotation=Name(id='int', ctx=Load()), simple=1), AnnAssign(target=Name(id='y', ctx=Store()), annotation=Name(id='str', ctx=Load()), value=Constant(value=1), simple=0), AugAssign(target=Name(id='x', ctx=Store()), op=Add(), value=Constant(value=1)), Expr(value=NamedExpr(target=Name(id='z', ctx=Store()), value=Constant(value=5)))])")
eq(ast.dump(ast.parse("type A[T: int = str] = T | None")), "Module(body=[TypeAlias(name=Name(id='A', ctx=Store()), type_params=[TypeVar(name='T', bound=Name(id='int', ctx=Load()), default_value=Name(id='str', ctx=Load()))], value=BinOp(left=Name(id='T', ctx=Load()), op=BitOr(), right=Constant(value=None)))])")
eq(ast.dump(ast.parse("@d\ndef f(): 'doc'")), "Module(body=[FunctionDef(name='f', args=arguments(), body=[Expr(value=Constant(value='doc'))], decorator_list=[Name(id='d', ctx=Load())])])")
eq(ast.dump(ast.parse("1j, 2.5, 'a', b'b', None, True, ..., -1", mode="eval").body), "Tuple(elts=[Constant(value=1j), Constant(value=2.5), Constant(value='a'), Constant(value=b'b'), Constant(value=None), Constant(value=True), Constant(value=Ellipsis), UnaryOp(op=USub(), operand=Constant(value=1))], ctx=Load())")
eq(ast.dump(ast.parse("1", mode="single")), "Interactive(body=[Expr(value=Constant(value=1))])")
eq(ast.dump(ast.parse("(int, *str) -> bool", mode="func_type")), "FunctionType(argtypes=[Name(id='int', ctx=Load()), Name(id='str', ctx=Load())], returns=Name(id='bool', ctx=Load()))")
eq(ast.dump(ast.parse("x"), include_attributes=True), "Module(body=[Expr(value=Name(id='x', ctx=Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=1), lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)])")
eq(ast.dump(ast.parse("a"), indent=1), "Module(\n body=[\n  Expr(\n   value=Name(id='a', ctx=Load()))])")
eq(ast.dump(ast.parse("not a and b or ~c ** -d @ e", mode="eval").body), "BoolOp(op=Or(), values=[BoolOp(op=And(), values=[UnaryOp(op=Not(), operand=Name(id='a', ctx=Load())), Name(id='b', ctx=Load())]), BinOp(left=UnaryOp(op=Invert(), operand=BinOp(left=Name(id='c', ctx=Load()), op=Pow(), right=UnaryOp(op=USub(), operand=Name(id='d', ctx=Load())))), op=MatMult(), right=Name(id='e', ctx=Load()))])")
eq([ast.unparse(ast.parse(s)) for s in ("x=1+2*3", "(1+2)*3", "-(a**-b)", "a if b else c", "lambda x,y=1,*a,**k:x", "f(*a,**b)", "[x for x in y if z]", "{**a,'b':1}", "f'{x!r:>{w}}'", "def f(a,/,b:int=1,*,c)->int:\n  return a", "class A(B,metaclass=C):\n  x:int=1", "with a as b,c:pass", "try:\n  a\nexcept B as c:\n  d\nfinally:\n  e", "match x:\n  case [1,*_]:\n    pass", "async def f():\n  await x", "a[1:2,...]", "x:int", "import a.b as c", "from . import d", "(yield)", "(a:=1)", "assert a,b", "raise a from b", "a<b<c", "not (a or b) and c", "'it\\'s'", "b'x'", "1e500", "type X[T]=int", "@d\ndef f():pass", "global a,b", "(1,)", "()", "*a,b=c", "t'{x}'")], ['x = 1 + 2 * 3', '(1 + 2) * 3', '-a ** (-b)', 'a if b else c', 'lambda x, y=1, *a, **k: x', 'f(*a, **b)', '[x for x in y if z]', "{**a, 'b': 1}", "f'{x!r:>{w}}'", 'def f(a, /, b: int=1, *, c) -> int:\n    return a', 'class A(B, metaclass=C):\n    x: int = 1', 'with a as b, c:\n    pass', 'try:\n    a\nexcept B as c:\n    d\nfinally:\n    e', 'match x:\n    case [1, *_]:\n        pass', 'async def f():\n    await x', 'a[1:2, ...]', 'x: int', 'import a.b as c', 'from . import d', 'yield', '(a := 1)', 'assert a, b', 'raise a from b', 'a < b < c', 'not (a or b) and c', '"""it\'s"""', "b'x'", '1e309', 'type X[T] = int', '@d\ndef f():\n    pass', 'global a, b', '(1,)', '()', '*a, b = c', "t'{x}'"])
eq(ast.literal_eval("[1, 'a', {'b': (2.5, None, True)}, b'c', -1, 1+2j, {1}.__class__]".replace(", {1}.__class__", "")), [1, 'a', {'b': (2.5, None, True)}, b'c', -1, (1+2j)])
eq(ast.literal_eval("-5"), -5)
eq(ast.literal_eval(" {1: 2}"), {1: 2})
eq(ast.literal_eval("set()"), set())
eq(ast.literal_eval(ast.parse("5", mode="eval")), 5)
with raises(ValueError, "malformed node or string on line 1: Name(id='a', ctx=Load())"):
    ast.literal_eval("a")
with raises(ValueError, "malformed node or string on line 1: BinOp(left=Constant(value=1, kind=None), op=Add(), right=Constant(value=1, kind=None))"):
    ast.literal_eval("1 + 1")
with raises(ValueError, "malformed node or string on line 1: Call(func=Name(id='f', ctx=Load()), args=[], keywords=[])"):
    ast.literal_eval("f()")
with raises(SyntaxError, "'[' was never closed (<unknown>, line 1)"):
    ast.literal_eval("[")
tree = ast.parse("def f(x):\n    return x + 1\ny = f(2)")
eq([type(n).__name__ for n in ast.walk(tree)], ['Module', 'FunctionDef', 'Assign', 'arguments', 'Return', 'Name', 'Call', 'arg', 'BinOp', 'Store', 'Name', 'Constant', 'Name', 'Add', 'Constant', 'Load', 'Load'])
eq(ast.get_docstring(ast.parse("'doc'")), "doc")
eq([n.lineno for n in tree.body], [1, 3])
eq([(n.col_offset, n.end_lineno, n.end_col_offset) for n in tree.body], [(0, 2, 16), (0, 3, 8)])
eq(ast.get_source_segment("a = b + c", ast.parse("a = b + c").body[0].value), "b + c")
eq([type(n).__name__ for n in ast.iter_child_nodes(tree)], ['FunctionDef', 'Assign'])
eq([f for f, v in ast.iter_fields(tree)], ['body', 'type_ignores'])
class T(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value * 10)

ns = {}
exec(compile(ast.fix_missing_locations(T().visit(tree)), "<ast>", "exec"), ns)
eq(ns["y"], 30)
made = ast.Expression(ast.BinOp(ast.Constant(2), ast.Add(), ast.Constant(3)))
eq(eval(compile(ast.fix_missing_locations(made), "", "eval")), 5)
eq(ast.Constant(5).value, 5)
eq(ast.Name("a").id, "a")
eq(repr(ast.Name("a").ctx), "Load()")
eq(ast.BinOp._fields, ('left', 'op', 'right'))
eq(ast.AST._attributes, ())
assert (isinstance(ast.parse(""), ast.AST)) is True
eq(repr(ast.Name(id="x", ctx=ast.Store()).ctx), "Store()")
eq(ast.List().elts, [])
eq(ast.copy_location(ast.Constant(1), tree.body[0]).lineno, 1)
assert (ast.compare(ast.parse("a"), ast.parse("a"))) is True
eq(repr(ast.Name("a"))[:4], "Name")
with raises(TypeError, 'required field "lineno" missing from expr'):
    compile(ast.Expression(ast.Constant(1)), "", "eval")
with raises(ValueError, "expression must have Load context but has Store instead"):
    compile(ast.Module([ast.Expr(ast.Name("x", ast.Store(), lineno=1, col_offset=0), lineno=1, col_offset=0)], []), "", "exec")
with raises(TypeError, 'required field "lineno" missing from stmt'):
    compile(ast.Module([5], []), "", "exec")
with raises(TypeError, "Name constructor takes at most 2 positional arguments"):
    ast.Name(1, 2, 3, 4)
with raises(SyntaxError, "invalid syntax (<unknown>, line 1)"):
    ast.parse("x = = 1")
eq(compile("x", "", "exec", ast.PyCF_ONLY_AST).body[0].__class__.__name__, "Expr")
eq(compile("'a'; x", "f", "exec", dont_inherit=True).co_name, "<module>")
assert (eval(compile("__debug__", "", "eval", optimize=0))) is True
assert (eval(compile("__debug__", "", "eval", optimize=1))) is False
assert (compile("assert 0", "", "exec", optimize=1) is not None) is True
eq(ast.parse("print(1)", feature_version=(3, 8)).body[0].value.func.id, "print")
eq(ast.parse("x = 1 # type: int", type_comments=True).body[0].type_comment, "int")
with raises(ValueError, "compile(): unrecognised flags"):
    compile("x", "", "exec", 1 << 30)
with raises(SyntaxError, "source code string cannot contain null bytes"):
    ast.parse("a\0b")
t = symtable.symtable("def f(a, b=1):\n    global g\n    c = a\n    def h():\n        nonlocal c\n        return a, d\n    return [x for x in b]\nclass K:\n    y = 1\n    def m(self): return __class__\n", "f", "exec")
f = t.get_children()[0]
eq(repr(t.get_type()), "<SymbolTableType.MODULE: 'module'>")
eq(t.get_name(), "top")
eq(sorted(t.get_identifiers()), ['K', 'f', 'g'])
eq(f.get_name(), "__annotate__")
with raises(AttributeError, "'SymbolTable' object has no attribute 'get_parameters'"):
    f.get_parameters()
with raises(AttributeError, "'SymbolTable' object has no attribute 'get_locals'"):
    sorted(f.get_locals())
with raises(AttributeError, "'SymbolTable' object has no attribute 'get_globals'"):
    f.get_globals()
with raises(AttributeError, "'SymbolTable' object has no attribute 'get_frees'"):
    f.get_frees()
eq(sorted(s.get_name() for s in f.get_symbols()), ['.format'])
with raises(KeyError, "'a'"):
    f.lookup("a").is_parameter()
with raises(KeyError, "'c'"):
    f.lookup("c").is_local()
with raises(KeyError, "'g'"):
    f.lookup("g").is_declared_global()
with raises(IndexError, "list index out of range"):
    f.get_children()[0].lookup("c").is_free()
with raises(IndexError, "list index out of range"):
    f.get_children()[0].lookup("d").is_global()
with raises(KeyError, "'h'"):
    f.lookup("h").is_namespace()
assert f.has_children() is False
assert f.is_nested() is False
eq(f.get_lineno(), 1)
with raises(KeyError, "'nope'"):
    t.lookup("nope")
with raises(SyntaxError, "invalid syntax (f, line 1)"):
    symtable.symtable("x = ", "f", "exec")
out = io.StringIO()
dis.dis(lambda a: a + 1, file=out)
assert (len(out.getvalue()) > 10) is True
assert isinstance(dis.opmap, dict) is True
assert (len(dis.opname) > 100) is True
assert (len(list(dis.get_instructions(lambda: 1))) > 0) is True
eq(dis.stack_effect.__name__, "stack_effect")
import typing
eq(repr(typing.List[int]), "typing.List[int]")
eq(repr(typing.Optional[int]), "int | None")
eq(repr(typing.Union[int, str, None]), "int | str | None")
eq(repr(typing.Callable[[int], str]), "typing.Callable[[int], str]")
eq(repr(typing.Any), "typing.Any")
eq(repr(typing.Literal[1, "a"]), "typing.Literal[1, 'a']")
assert typing.get_origin(typing.List[int]) is list
eq(repr(typing.get_args(dict[str, int])), "(<class 'str'>, <class 'int'>)")
eq(typing.cast(int, "a"), "a")
eq(repr(typing.get_type_hints(type("C", (), {"__annotations__": {"a": "int"}}))), "{'a': <class 'int'>}")
eq(repr(typing.NamedTuple("N", [("a", int)])(1)), "N(a=1)")
eq(typing.TypedDict("D", {"a": int})(a=1), {'a': 1})
eq(repr(typing.Annotated[int, 5]), "typing.Annotated[int, 5]")
eq(repr(typing.ClassVar[int]), "typing.ClassVar[int]")
eq(repr(typing.Final), "typing.Final")
eq(repr(typing.NoReturn), "typing.NoReturn")
eq(repr(typing.Protocol), "<class 'typing.Protocol'>")
eq(typing.runtime_checkable.__name__, "runtime_checkable")
eq(typing.overload.__name__, "overload")
eq(typing.NewType("N", int)(5), 5)
eq(repr(typing.ForwardRef("x")), "ForwardRef('x')")
eq(repr(typing.Self), "typing.Self")
eq(repr(typing.TypeGuard[int]), "typing.TypeGuard[int]")
eq(repr(typing.Concatenate), "typing.Concatenate")
eq(typing.assert_type(5, int), 5)
eq(typing.reveal_type.__name__, "reveal_type")
assert typing.is_typeddict(int) is False
eq(typing.get_protocol_members(typing.SupportsInt), frozenset({'__int__'}))
class Proto(typing.Protocol):
    x: int

    def m(self): ...

@typing.runtime_checkable
class Run(typing.Protocol):
    def m(self): ...

assert (isinstance(type("Y", (), {"m": lambda self: 1})(), Run)) is True
assert isinstance(5, Run) is False
with raises(TypeError, "Instance and class checks can only be used with @runtime_checkable protocols"):
    isinstance(5, Proto)
with raises(TypeError, "Protocols cannot be instantiated"):
    Proto()
class Gen(typing.Generic[typing.TypeVar("T")]):
    pass

eq(repr(Gen[int]), "__main__.Gen[int]")
eq(repr(Gen[int]().__orig_class__), "__main__.Gen[int]")
eq(repr(Gen.__parameters__), "(~T,)")
with raises(TypeError, "Too many arguments for <class '__main__.Gen'>; actual 2, expected 1"):
    Gen[int, str]
with raises(TypeError, "Cannot take a Union of no types."):
    typing.Union[()]
eq(repr(typing.Optional[5]), "5 | None")
with raises(TypeError, "Type List cannot be instantiated; use list() instead"):
    typing.List[int]()
with raises(TypeError, "Cannot instantiate typing.Literal"):
    typing.Literal[1](5)
with raises(AssertionError, "Expected code to be unreachable, but got: 5"):
    typing.assert_never(5)
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = "g"
    CRIMSON = 1

    @property
    def low(self):
        return self.name.lower()

class Flag(enum.Flag):
    A = enum.auto()
    B = enum.auto()
    AB = A | B

class Num(enum.IntEnum):
    ONE = 1

class Str(enum.StrEnum):
    A = enum.auto()

eq(repr(Color.RED), "<Color.RED: 1>")
assert (Color.CRIMSON is Color.RED) is True
eq(repr(Color(1)), "<Color.RED: 1>")
eq(repr(Color["GREEN"]), "<Color.GREEN: 'g'>")
eq(repr(list(Color)), "[<Color.RED: 1>, <Color.GREEN: 'g'>]")
eq(Color.RED.name, "RED")
eq(Color.RED.value, 1)
eq(Color.RED.low, "red")
eq(str(Color.RED), "Color.RED")
eq(repr(Color.GREEN), "<Color.GREEN: 'g'>")
assert (Color.RED in Color) is True
assert (1 in Color) is True
eq(len(Color), 2)
eq(repr(Color.__members__["CRIMSON"]), "<Color.RED: 1>")
assert (Color.RED == 1) is False
assert (hash(Color.RED) == hash(Color.RED)) is True
eq(repr(Flag.A | Flag.B), "<Flag.AB: 3>")
eq(repr(Flag.AB), "<Flag.AB: 3>")
eq(repr(Flag(3)), "<Flag.AB: 3>")
eq(repr(~Flag.A), "<Flag.B: 2>")
eq(repr(Flag.A & Flag.B), "<Flag: 0>")
assert (bool(Flag(0))) is False
eq(repr(list(Flag.AB)), "[<Flag.A: 1>, <Flag.B: 2>]")
assert (Flag.A in Flag.AB) is True
eq(Num.ONE + 1, 2)
assert (Num.ONE == 1) is True
eq(f"{Num.ONE}", "1")
eq(repr(Str.A), "<Str.A: 'a'>")
eq(str(Str.A), "a")
assert (Str.A == "a") is True
eq(repr(enum.Enum("F", "x y")["x"]), "<F.x: 1>")
assert isinstance(Color.RED, Color) is True
eq(repr(type(Color)), "<class 'enum.EnumType'>")
eq(enum.unique.__name__, "unique")
eq(repr(Color.RED.__class__), "<enum 'Color'>")
with raises(ValueError, "5 is not a valid Color"):
    Color(5)
with raises(KeyError, "'NOPE'"):
    Color["NOPE"]
with raises(AttributeError, "type object 'Color' has no attribute 'NOPE'"):
    Color.NOPE
with raises(AttributeError, "cannot reassign member 'RED'"):
    Color.RED = 5
with raises(AttributeError, "'Color' cannot delete member 'RED'."):
    del Color.RED
with raises(TypeError, "<enum 'Sub'> cannot extend <enum 'Color'>"):
    class Sub(Color): pass
with raises(AttributeError, "<enum 'Enum'> cannot set attribute 'value'"):
    Color.RED.value = 3
with raises(ValueError, "duplicate values found in <enum 'Color'>: CRIMSON -> RED"):
    enum.unique(Color)
with raises(TypeError, "'a' already defined as 1"):
    class Dup(enum.Enum): a = 1; a = 2
with raises(ValueError, "<flag 'Flag'> invalid value 8\n    given 0b0 1000\n  allowed 0b0 0011"):
    Flag(8)
import dataclasses
@dataclasses.dataclass(order=True)
class D:
    a: int
    b: str = "x"
    c: list = dataclasses.field(default_factory=list, compare=False, repr=False)
    d: dataclasses.InitVar[int] = 5
    e: typing.ClassVar[int] = 9

    def __post_init__(self, d):
        self.post = d

@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    a: int = 1

eq(repr(D(1)), "D(a=1, b='x')")
assert (D(1) == D(1)) is True
assert (D(1) < D(2)) is True
eq(D(1, "y", d=7).post, 7)
eq(dataclasses.asdict(D(1)), {'a': 1, 'b': 'x', 'c': []})
eq(dataclasses.astuple(D(1)), (1, 'x', []))
eq(repr(dataclasses.replace(D(1), b="z", d=1)), "D(a=1, b='z')")
eq([f.name for f in dataclasses.fields(D)], ['a', 'b', 'c'])
eq(D.__match_args__, ('a', 'b', 'c', 'd'))
eq(repr(Frozen()), "Frozen(a=1)")
assert (hash(Frozen()) == hash(Frozen())) is True
eq(Frozen.__slots__, ('a',))
assert dataclasses.is_dataclass(D) is True
eq(repr(dataclasses.make_dataclass("M", ["x"])(1)), "M(x=1)")
with raises(dataclasses.FrozenInstanceError, "cannot assign to field 'a'"):
    Frozen().a = 5
with raises(TypeError, "Frozen.__init__() takes 1 positional argument but 2 were given"):
    Frozen(1)
with raises(TypeError, "D.__init__() missing 1 required positional argument: 'a'"):
    D()
with raises(TypeError, "'<' not supported between instances of 'D' and 'int'"):
    D(1) < 5
with raises(ValueError, "mutable default <class 'list'> for field a is not allowed: use default_factory"):
    dataclasses.dataclass(type("B", (), {"__annotations__": {"a": list}, "a": []}))
with raises(TypeError, "non-default argument 'b' follows default argument 'a'"):
    exec("@dataclasses.dataclass\nclass Z:\n  a: int = 1\n  b: str", {"dataclasses": dataclasses})
import inspect
def sig(a, /, b: int = 1, *c, d, e=2, **f) -> str: "Doc."

eq(str(inspect.signature(sig)), "(a, /, b: int = 1, *c, d, e=2, **f) -> str")
eq(repr(inspect.signature(sig).parameters["b"].kind), "<_ParameterKind.POSITIONAL_OR_KEYWORD: 1>")
eq(str(inspect.signature(D)), "(a: int, b: str = 'x', c: list = <factory>, d: dataclasses.InitVar[int] = 5) -> None")
eq(str(inspect.signature(len)), "(obj, /)")
eq(inspect.getdoc(sig), "Doc.")
assert inspect.isfunction(sig) is True
assert inspect.isclass(D) is True
assert inspect.ismodule(ast) is True
assert inspect.isbuiltin(len) is True
assert (inspect.isgeneratorfunction(lambda: (yield))) is True
eq(inspect.signature(sig).bind(1, d=3).arguments, {'a': 1, 'd': 3})
eq(inspect.getfullargspec(sig).kwonlyargs, ['d', 'e'])
eq(inspect.cleandoc("  a\n    b"), "a\nb")
eq(inspect.unwrap(sig).__name__, "sig")
eq(str(inspect.signature(str.split)), "(self, /, sep=None, maxsplit=-1)")
eq(inspect.getattr_static(D, "b"), "x")
assert inspect.getmro(D)[1] is object
assert inspect.ismethoddescriptor(str.join) is True
eq(str(inspect.Parameter("x", inspect.Parameter.KEYWORD_ONLY, default=1)), "x=1")
assert inspect.iscoroutinefunction(sig) is False
assert inspect.isabstract(typing.Sized) is False
with raises(TypeError, "5 is not a callable object"):
    inspect.signature(5)
with raises(TypeError, "missing a required argument: 'a'"):
    inspect.signature(sig).bind()
