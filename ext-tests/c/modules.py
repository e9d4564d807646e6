"""Modules in two phases, with memory of their own."""
import sys
folder = sys.argv[1] if len(sys.argv) > 1 else sys.path[0]
sys.path.insert(0, folder)
import gc
import importlib.util
import weakref

import modules as c

assert c.__doc__ == "Its text." and c.__name__ == "modules" and c.__spec__.name == "modules"
assert (c.NUMBER, c.TEXT, c.LIST, c.ANSWER, c.tuple) == (-5, "text", [], 42, tuple)
assert c.hold.__module__ == "modules" and c.hold.__self__ is c and c.hold.__doc__ == "Holds it." and c.hold.__text_signature__ == "($module, object, /)"
assert c.names() == ("modules", "modules", c.__file__, c.__dict__)
c.add(c, "NEW", 1.5)
assert c.NEW == 1.5
for args, kind in [((5, "x", 1), TypeError), ((c, "x"), SystemError)]:
    try:
        c.add(*args)
    except kind:
        pass
    else:
        raise AssertionError(args)


class Thing:
    pass


def again():
    """Another module of the same file: each has memory of its own."""
    spec = importlib.util.spec_from_file_location("modules", c.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


other = again()
assert other is not c and other.held() is None
thing = Thing()
c.hold(thing)
assert c.held() is thing and other.held() is None

# The memory is looked at by the collector: a cycle through it ends.
gc.collect()
before = c.counts()
thing = Thing()
thing.module = other
other.hold(thing)
gone = weakref.ref(thing)
del thing, other
gc.collect()
assert gone() is None
after = c.counts()
assert after[0] > before[0] and after[1] > before[1] and after[2] == before[2] + 1, (before, after)

# A module without cycles ends at once, and with it what it holds.
other = again()
thing = Thing()
gone = weakref.ref(thing)
other.hold(thing)
del thing
count = c.counts()[2]
# Its functions name it: that is a cycle, too.
del other
gc.collect()
assert gone() is None and c.counts()[2] == count + 1
