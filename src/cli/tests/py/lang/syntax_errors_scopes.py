"""Syntax errors: names, parameters, classes, annotations, type parameters: type, message and place."""

failed = []


def bad(source, kind, message, *place):
    """`place` is line and column of the start and of the end."""
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        got = type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset
    else:
        got = "no error"
    if got != (kind, message, *place):
        failed.append(f"{source!r}: {got}, not {(kind, message, *place)}")


import warnings

warnings.simplefilter("ignore")
bad("def f():\n  x = 1\n  global x", "SyntaxError", "name 'x' is assigned to before global declaration", 3, 3, 3, 11)
bad("def f():\n  print(x)\n  global x", "SyntaxError", "name 'x' is used prior to global declaration", 3, 3, 3, 11)
bad("def f(x):\n  global x", "SyntaxError", "name 'x' is parameter and global", 2, 3, 2, 11)
bad("def f():\n  nonlocal x", "SyntaxError", "no binding for nonlocal 'x' found", 2, 3, 2, 13)
bad("nonlocal x", "SyntaxError", "nonlocal declaration not allowed at module level", 1, 1, 1, 11)
bad("def f():\n  x = 1\n  def g():\n    x = 2\n    nonlocal x", "SyntaxError", "name 'x' is assigned to before nonlocal declaration", 5, 5, 5, 15)
bad("def f(x):\n  nonlocal x", "SyntaxError", "name 'x' is parameter and nonlocal", 2, 3, 2, 13)
bad("def f():\n  global x\n  nonlocal x", "SyntaxError", "name 'x' is nonlocal and global", 2, 3, 2, 11)
bad("def f(a, a): pass", "SyntaxError", "duplicate argument 'a' in function definition", 1, 10, 1, 11)
bad("def f(a, *, a): pass", "SyntaxError", "duplicate argument 'a' in function definition", 1, 13, 1, 14)
bad("lambda a, a: 1", "SyntaxError", "duplicate argument 'a' in function definition", 1, 11, 1, 12)
bad("def f(*): pass", "SyntaxError", "named arguments must follow bare *", 1, 7, 1, 8)
bad("def f(*, **k): pass", "SyntaxError", "named arguments must follow bare *", 1, 7, 1, 8)
bad("def f(a=1, b): pass", "SyntaxError", "parameter without a default follows parameter with a default", 1, 12, 1, 13)
bad("def f(**k, a): pass", "SyntaxError", "arguments cannot follow var-keyword argument", 1, 12, 1, 13)
bad("def f(*a, *b): pass", "SyntaxError", "* argument may appear only once", 1, 11, 1, 12)
bad("def f(a, /, b, /): pass", "SyntaxError", "/ may appear only once", 1, 16, 1, 17)
bad("def f(*a, /): pass", "SyntaxError", "/ must be ahead of *", 1, 11, 1, 12)
bad("def f(/, a): pass", "SyntaxError", "at least one argument must precede /", 1, 7, 1, 8)
bad("def f(None): pass", "SyntaxError", "invalid syntax", 1, 7, 1, 11)
bad("def f(a.b): pass", "SyntaxError", "invalid syntax", 1, 8, 1, 9)
bad("def f(1): pass", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("def f((a, b)): pass", "SyntaxError", "Function parameters cannot be parenthesized", 1, 7, 1, 13)
bad("def f: pass", "SyntaxError", "expected '('", 1, 6, 1, 7)
bad("def f()\n  pass", "SyntaxError", "expected ':'", 1, 8, 1, 9)
bad("def (): pass", "SyntaxError", "invalid syntax", 1, 5, 1, 6)
bad("class: pass", "SyntaxError", "invalid syntax", 1, 6, 1, 7)
bad("class A(: pass", "SyntaxError", "invalid syntax", 1, 9, 1, 10)
bad("class 5: pass", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("class A(x for x in y): pass", "SyntaxError", "invalid syntax", 1, 11, 1, 14)
bad("def f():\n  from m import *", "SyntaxError", "import * only allowed at module level", 2, 17, 2, 18)
bad("def f(a: (yield)): ...", "SyntaxError", "yield expression cannot be used within an annotation", 1, 11, 1, 16)
bad("def f(a: (x := 1)): ...", "SyntaxError", "named expression cannot be used within an annotation", 1, 11, 1, 17)
bad("x: (yield) = 1", "SyntaxError", "yield expression cannot be used within an annotation", 1, 5, 1, 10)
bad("class K:\n  x: (yield)", "SyntaxError", "yield expression cannot be used within an annotation", 2, 7, 2, 12)
bad("async def f():\n  x: await y = 1", "SyntaxError", "await expression cannot be used within an annotation", 2, 6, 2, 13)
bad("def f(a: await b): ...", "SyntaxError", "await expression cannot be used within an annotation", 1, 10, 1, 17)
bad("x: 1 2", "SyntaxError", "invalid syntax", 1, 6, 1, 7)
bad("def f(a: int b): ...", "SyntaxError", "invalid syntax. Perhaps you forgot a comma?", 1, 10, 1, 15)
bad("def f(a:): ...", "SyntaxError", "invalid syntax", 1, 9, 1, 10)
bad("def f() -> : ...", "SyntaxError", "expected ':'", 1, 9, 1, 11)
bad("def f[T, T](): pass", "SyntaxError", "duplicate type parameter 'T'", 1, 10, 1, 11)
bad("def f[](): pass", "SyntaxError", "Type parameter list cannot be empty", 1, 7, 1, 7)
bad("class A[]: pass", "SyntaxError", "Type parameter list cannot be empty", 1, 9, 1, 9)
bad("def f[T: int, *Ts: int](): pass", "SyntaxError", "cannot use bound with TypeVarTuple", 1, 18, 1, 23)
bad("def f[T = int, U](): pass", "SyntaxError", "non-default type parameter 'U' follows default type parameter", 1, 16, 1, 17)
bad("def f[**P: int](): pass", "SyntaxError", "cannot use bound with ParamSpec", 1, 10, 1, 15)
bad("def f[T: (yield)](): pass", "SyntaxError", "yield expression cannot be used within a TypeVar bound", 1, 11, 1, 16)
bad("type X[T: (y := 1)] = int", "SyntaxError", "named expression cannot be used within a TypeVar bound", 1, 12, 1, 18)
bad("type X = (yield)", "SyntaxError", "yield expression cannot be used within a type alias", 1, 11, 1, 16)
bad("type X = (y := 1)", "SyntaxError", "named expression cannot be used within a type alias", 1, 11, 1, 17)
bad("class A[T](metaclass=(y := 1)): pass", "SyntaxError", "named expression cannot be used within the definition of a generic", 1, 23, 1, 29)
bad("class A[T]((yield)): pass", "SyntaxError", "yield expression cannot be used within the definition of a generic", 1, 13, 1, 18)
bad("def f[T]() -> (yield): pass", "SyntaxError", "yield expression cannot be used within an annotation", 1, 16, 1, 21)
bad("type 5 = int", "SyntaxError", "invalid syntax", 1, 6, 1, 7)
bad("type X", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("type X =", "SyntaxError", "invalid syntax", 1, 9, 1, 10)
bad("type X.y = int", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("def f[T]():\n  nonlocal T", "SyntaxError", "nonlocal binding not allowed for type parameter 'T'", 2, 3, 2, 13)
bad("type X[T] += 1", "SyntaxError", "invalid syntax", 1, 11, 1, 13)
bad("async def f():\n  type X = await y", "SyntaxError", "await expression cannot be used within a type alias", 2, 12, 2, 19)
bad("def f[1](): pass", "SyntaxError", "expected '('", 1, 6, 1, 7)
bad("lambda[T]: 1", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
assert not failed, f"{len(failed)} differ:\n" + "\n".join(failed)
