"""Syntax errors: async and await: type, message and place."""

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
bad("def f(): await x", "SyntaxError", "'await' outside async function", 1, 10, 1, 17)
bad("await x", "SyntaxError", "'await' outside function", 1, 1, 1, 8)
bad("async with x: pass", "SyntaxError", "'async with' outside async function", 1, 1, 1, 19)
bad("async for x in y: pass", "SyntaxError", "'async for' outside async function", 1, 1, 1, 23)
bad("def f():\n  async with x: pass", "SyntaxError", "'async with' outside async function", 2, 3, 2, 21)
bad("def f():\n  async for x in y: pass", "SyntaxError", "'async for' outside async function", 2, 3, 2, 25)
bad("async x = 1", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("async def f(): yield from x", "SyntaxError", "'yield from' inside async function", 1, 16, 1, 28)
bad("async def f():\n  yield 1\n  return 2", "SyntaxError", "'return' with value in async generator", 3, 3, 3, 11)
bad("async def f(): return await", "SyntaxError", "invalid syntax", 1, 28, 1, 29)
bad("lambda: await x", "SyntaxError", "'await' outside async function", 1, 9, 1, 16)
bad("async def f(): lambda: await x", "SyntaxError", "'await' outside async function", 1, 24, 1, 31)
bad("async lambda: 1", "SyntaxError", "invalid syntax", 1, 7, 1, 13)
bad("await = 1", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("async = 1", "SyntaxError", "invalid syntax", 1, 7, 1, 8)
bad("def f(await): pass", "SyntaxError", "invalid syntax", 1, 7, 1, 12)
bad("async def f():\n  def g(): await x", "SyntaxError", "'await' outside async function", 2, 12, 2, 19)
bad("async def f(x=await y): pass", "SyntaxError", "'await' outside function", 1, 15, 1, 22)
assert not failed, f"{len(failed)} differ:\n" + "\n".join(failed)
