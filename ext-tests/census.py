"""The process under test of leaks.py: runs one script again and again and writes what lives in between.

    python3 census.py TIMES SECONDS [ARGUMENT ...] SCRIPT     (answers on descriptor 3, a line of JSON for each count)

Nothing is kept here between two counts but numbers in arrays that were made before: else the counts would count themselves.
"""

import _tracemalloc
import abc
import array
import builtins
import collections
import contextlib
import functools
import gc
import io
import json
import os
import pathlib
import sys
import time
import traceback
import types
import weakref

# Each phase is some runs and a count. It takes a few until every cache of the interpreter and of the program is full.
PHASES = 24
# So many counts that are equal say that nothing grows.
EQUAL = 4
# Runs in a phase: so many that take this long together.
PHASE_SECONDS, MOST_RUNS = 0.5, 25
ANSWER = 3
# More than what a class is made of takes in either interpreter.
CLASS_PARTS = 30


def private_bytes():
    with open("/proc/self/smaps_rollup") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Anonymous"))) * 512


def kind(thing):
    # C may make types that have no module.
    return f"{getattr(type(thing), '__module__', '?')}.{type(thing).__qualname__}"


def clear_caches():
    """Empties what is documented to forget: bounded caches would grow until they are full, and keep what a run made."""
    for thing in gc.get_objects():
        if type(thing) is functools._lru_cache_wrapper and thing.cache_parameters()["maxsize"] is not None:
            thing.cache_clear()
        if issubclass(type(thing), abc.ABCMeta):
            # References to classes that have ended stay here until there are many.
            thing._abc_caches_clear()
    thing = None
    for name, forget in (("re", "purge"), ("linecache", "clearcache"), ("_struct", "_clearcache"), ("ctypes", "_reset_cache"), ("lxml.etree", "clear_error_log")):
        if name in sys.modules:
            getattr(sys.modules[name], forget, int)()
    for module in list(sys.modules.values()):
        # Which warnings were given, by module: by category, too, which may be a class of one run.
        getattr(module, "__dict__", {}).pop("__warningregistry__", None)
    sys._clear_internal_caches()


def settle():
    """All that has ended is gone: what threads put off, what finalizers of finalizers leave, what the first collection makes unreachable."""
    before = -1
    for _ in range(10):
        clear_caches()
        for _ in range(3):
            gc.collect()
        now = len(gc.get_objects())
        if now == before:
            return
        before = now
        time.sleep(0.02)


def count(done):
    """Writes a line: objects that the collector knows, by type; blocks of memory by the line that took them. Returns both sums."""
    settle()
    blocks = _tracemalloc._get_traces()
    lines = collections.Counter(f"{trace[2][0][0]}:{trace[2][0][1]}" for trace in blocks)
    del blocks
    objects = gc.get_objects()
    kinds = collections.Counter(map(kind, objects))
    del objects
    sums = sum(kinds.values()), sum(lines.values())
    answer({"runs": done, "objects": sums[0], "blocks": sums[1], "bytes": private_bytes(), "kinds": kinds, "lines": lines})
    return sums


def answer(what):
    data = json.dumps(what).encode() + b"\n"
    while data:
        data = data[os.write(ANSWER, data) :]


def body(code, path):
    """One run of the script, as if it were the program."""
    before = set(sys.modules)
    space = {"__name__": "__main__", "__file__": path, "__builtins__": builtins}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(code, space)
        except SystemExit as ended:
            if ended.code:
                raise RuntimeError(f"exit status {ended.code}") from None
    space.clear()
    if "__main__" not in before:
        sys.modules.pop("__main__", None)


def repeat(code, path, runs, deadline):
    done = 0
    while done < runs and (done < 2 or time.monotonic() < deadline):
        body(code, path)
        done += 1
    return done


def added(before):
    """What the collector knows and did not know before, by address. Dicts of weak references, and these, are how a class knows those below it."""
    known = {id(thing) for thing in before}
    objects = gc.get_objects()
    skipped = {id(before), id(known), id(objects)}
    new = {}
    for thing in objects:
        if id(thing) in known or id(thing) in skipped or isinstance(thing, (weakref.ref, types.FrameType)):
            continue
        if type(thing) is dict and thing and all([isinstance(value, weakref.ref) for value in thing.values()]):
            continue
        new[id(thing)] = thing
    return new


def roots(new):
    """How many of the new objects nothing else of them refers to, by type. Of a ring of objects one stands for all: a class is one root, of however
    many parts it is made."""
    order = []
    seen = set()
    for key in new:
        walk(key, new, seen, order)
    # The last one finished that nothing seen leads to is where a way into all the others begins.
    seen = set()
    return collections.Counter([kind(new[key]) for key in reversed(order) if walk(key, new, seen, [])])


def walk(start, new, seen, order):
    """Depth first from `start`; notes each as it is finished. Returns whether it was new."""
    if start in seen:
        return False
    seen.add(start)
    stack = [(start, iter(successors(new[start], new)))]
    while stack:
        key, rest = stack[-1]
        for following in rest:
            if following not in seen:
                seen.add(following)
                stack.append((following, iter(successors(new[following], new))))
                break
        else:
            order.append(key)
            stack.pop()
    return True


def successors(thing, new):
    """What of `new` it refers to, also by code, which CPython's collector does not look into, and by what the collector does not know."""
    found, todo, met = [], [thing], set()
    while todo:
        referents = gc.get_referents(each := todo.pop())
        if isinstance(each, types.CodeType):
            referents = [*referents, *each.co_consts]
        for referent in referents:
            if id(referent) in new:
                found.append(id(referent))
            elif id(referent) not in met and not gc.is_tracked(referent) and not isinstance(referent, (str, bytes, int, float)):
                met.add(id(referent))
                todo.append(referent)
    return found


def explained(new):
    """How many blocks the new objects take, with what the collector does not know and only they lead to, by the line that took them."""
    lines, met = collections.Counter(), set()
    for thing in new.values():
        todo = [thing]
        while todo:
            each = todo.pop()
            trace = _tracemalloc._get_object_traceback(each)
            if trace:
                lines[f"{trace[0][0]}:{trace[0][1]}"] += parts(each)
            for referent in gc.get_referents(each):
                if id(referent) not in new and id(referent) not in met and not gc.is_tracked(referent):
                    met.add(id(referent))
                    todo.append(referent)
    return lines


def parts(thing):
    """Of how many blocks it is made at most. Those of a class are each interpreter's own business."""
    if isinstance(thing, type):
        return CLASS_PARTS
    return 1 if isinstance(thing, (str, bytes, int, float, complex, tuple)) else 2


def warm_up():
    """Bytes and characters that are made once and kept for ever: a program that works with random ones would meet new ones for a long time."""
    every = bytes(range(256))
    text = every.decode("latin-1")
    for at in range(256):
        every[at : at + 1], text[at]


def measure(code, path, times, seconds):
    warm_up()
    begun = time.monotonic()
    repeat(code, path, 2, begun)
    # Only now are all modules imported whose memory is not the run's.
    _tracemalloc.start(1)
    begun = time.monotonic()
    repeat(code, path, 2, begun)
    each = (time.monotonic() - begun) / 2
    runs = max(1, min(MOST_RUNS, times // PHASES or 1, int(PHASE_SECONDS / max(each, 1e-6))))
    objects, blocks = array.array("q", bytes(8 * PHASES)), array.array("q", bytes(8 * PHASES))
    count(0)
    done = 0
    deadline = time.monotonic() + seconds
    for phase in range(PHASES):
        done += repeat(code, path, runs, deadline + 5)
        objects[phase], blocks[phase] = count(done)
        if phase >= EQUAL and len(set(objects[phase - EQUAL + 1 : phase + 1])) == len(set(blocks[phase - EQUAL + 1 : phase + 1])) == 1:
            return
        if phase > 2 * EQUAL and time.monotonic() > deadline:
            break
    for _ in range(2):
        before = gc.get_objects()
        done = repeat(code, path, 2 * runs, deadline + 30)
        settle()
        new = added(before)
        answer({"roots": roots(new), "explained": explained(new), "of": done})
        del new


def main():
    # The script comes last: programs look for their name there.
    times, seconds, *rest, script = sys.argv[1:]
    sys.argv[:] = [script, *rest]
    code = compile(pathlib.Path(script).read_text(), script, "exec")
    try:
        measure(code, script, int(times), float(seconds))
    except BaseException as error:
        text = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1][:150]
        where = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == script]
        answer({"error": text + (f" (line {where[-1].lineno})" if where else "")})
    os._exit(0)


if __name__ == "__main__":
    main()
