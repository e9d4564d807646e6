# modes: one
"""contextvars: tokens, contexts, and what threads see of them."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import contextvars
from contextvars import Context, ContextVar, Token, copy_context

var = ContextVar("var", default="default")
bare = ContextVar("bare")
assert var.name == "var" and var.get() == "default" and var.get("given") == "given"
try:
    bare.get()
    assert False
except LookupError as error:
    assert error.args == (bare,)
token = var.set("one")
assert type(token) is Token and token.var is var and token.old_value is Token.MISSING and var.get() == "one"
second = var.set("two")
assert second.old_value == "one"
var.reset(second)
assert var.get() == "one"
try:
    var.reset(second)
    assert False
except RuntimeError as error:
    assert "has already been used once" in str(error)
var.reset(token)
assert var.get() == "default"
other = ContextVar("other")
token = other.set(1)
try:
    var.reset(token)
    assert False
except ValueError as error:
    assert "was created by a different ContextVar" in str(error)
with var.set("inside"):
    assert var.get() == "inside"
assert var.get() == "default"

context = copy_context()
assert context.get(other) == 1 and context[other] == 1 and other in context and list(context) == [other] and len(context) == 1
assert dict(context.items()) == {other: 1} and context.copy() == context


def inside():
    var.set("in context")
    return var.get()


assert context.run(inside) == "in context" and var.get() == "default" and context[var] == "in context"
try:
    context.run(lambda: context.run(inside))
    assert False
except RuntimeError as error:
    assert "is already entered" in str(error)
assert Context().run(lambda: other.get("empty")) == "empty"

# Each thread has a context of its own; whether it starts as a copy of its starter's is a flag.
var.set("main")
inherits = getattr(sys.flags, "thread_inherit_context", 0)
seen = []
together(lambda: seen.append(var.get()))
assert seen == ["main" if inherits else "default"]


def independent(k):
    for i in range(300):
        token = var.set((k, i))
        assert var.get() == (k, i)
        if i % 3 == 0:
            var.reset(token)
        inner = copy_context()
        assert inner.run(lambda: (var.set("inner"), var.get())[1]) == "inner"
        assert var.get() != "inner"


together(*[lambda k=k: independent(k) for k in range(5)])
assert var.get() == "main"

# A thread may be given a context.
given = copy_context()
given.run(var.set, "given")
seen = []
thread = threading.Thread(target=lambda: (seen.append(var.get()), var.set("changed")), context=given)
thread.start()
thread.join()
assert seen == ["given"] and given[var] == "changed" and var.get() == "main"

# One context entered by two threads at once: one of them is refused, and a token belongs to its context.
shared = copy_context()
outcomes = []
gate = threading.Barrier(2)


def enter():
    gate.wait()
    for _ in range(200):
        try:
            shared.run(lambda: [var.set(i) for i in range(5)])
            outcomes.append("ran")
        except RuntimeError as error:
            assert "is already entered" in str(error)
            outcomes.append("refused")


together(enter, enter)
assert outcomes.count("ran") >= 200 or "ran" in outcomes and len(outcomes) == 400
token = var.set("x")
failures = []


def foreign_reset():
    try:
        var.reset(token)
    except ValueError as error:
        failures.append("was created in a different Context" in str(error))


together(foreign_reset)
assert failures == [True]

# Many variables.
variables = [ContextVar(f"v{i}", default=i) for i in range(100)]


def many(k):
    for i, v in enumerate(variables):
        v.set((k, i))
    contexts = [copy_context() for _ in range(10)]
    assert all(c[v] == (k, i) for c in contexts for i, v in enumerate(variables))


together(*[lambda k=k: many(k) for k in range(4)])
assert [v.get() for v in variables] == list(range(100))
assert contextvars.ContextVar[int].__origin__ is ContextVar
