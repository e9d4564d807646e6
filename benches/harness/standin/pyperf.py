"""Our stand-in for `pyperf`: it notes what a program wants measured and measures nothing.

`take()` returns what the program of this thread has handed over since the last
call, as `Bench` objects; how long and how often they run is the caller's affair.
"""

import sys
import threading
from time import perf_counter

_local = threading.local()


def python_implementation():
    return sys.implementation.name


def python_has_jit():
    return sys.implementation.name == "pypy"


class Bench:
    """One measurable function; `run(loops)` returns seconds."""

    def __init__(self, name, kind, function, args, inner=1, loop_factory=None):
        self.name = name
        self.kind = kind
        self.function = function
        self.args = args
        self.inner = inner or 1
        self.loop_factory = loop_factory

    def run(self, loops):
        return getattr(self, "_run_" + self.kind)(loops)

    def _run_func(self, loops):
        function = self.function
        args = self.args
        if loops == 1:
            start = perf_counter()
            function(*args)
            return perf_counter() - start
        times = range(loops)
        start = perf_counter()
        for _ in times:
            function(*args)
        return perf_counter() - start

    def _run_time(self, loops):
        return self.function(loops, *self.args)

    def _run_async(self, loops):
        import asyncio

        function = self.function
        args = self.args

        async def main():
            start = perf_counter()
            for _ in range(loops):
                await function(*args)
            return perf_counter() - start

        with asyncio.Runner(loop_factory=self.loop_factory) as runner:
            return runner.run(main())

    def _run_timeit(self, loops):
        return self.function(range(loops), perf_counter)


def take():
    found = getattr(_local, "found", [])
    _local.found = []
    return found


def _note(bench):
    if not hasattr(_local, "found"):
        _local.found = []
    _local.found.append(bench)


class Runner:
    """The part of `pyperf.Runner` that programs call."""

    def __init__(self, values=None, processes=None, loops=0, min_time=0.1, metadata=None, program_args=None,
                 add_cmdline_args=None, show_name=True, _argparser=None, warmups=None):  # fmt: skip
        self.metadata = dict(metadata or {})
        self.args = None
        self._argparser = _argparser

    @property
    def argparser(self):
        if self._argparser is None:
            import argparse

            self._argparser = argparse.ArgumentParser()
        return self._argparser

    def parse_args(self, args=None):
        if self.args is None:
            # Most programs have no arguments; they need no `argparse` then.
            if self._argparser is None and args is None and len(sys.argv) == 1:
                self.args = type("Namespace", (), {})()
            else:
                self.args = self.argparser.parse_args(args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        _note(Bench(name, "func", func, args, inner_loops))

    def bench_time_func(self, name, time_func, *args, inner_loops=None, metadata=None):
        _note(Bench(name, "time", time_func, args, inner_loops))

    def bench_async_func(self, name, func, *args, inner_loops=None, metadata=None, loop_factory=None):
        _note(Bench(name, "async", func, args, inner_loops, loop_factory))

    def timeit(self, name, stmt=None, setup="pass", teardown="pass", inner_loops=None, duplicate=None, metadata=None, globals=None):
        body = "\n        ".join((stmt or name).splitlines())
        before = "\n    ".join((setup or "pass").splitlines())
        source = (
            f"def timed(_times, _clock):\n    {before}\n    _start = _clock()\n"
            f"    for _ in _times:\n        {body}\n    return _clock() - _start\n"
        )
        space = dict(globals or {})
        exec(source, space)
        _note(Bench(name, "timeit", space["timed"], (), inner_loops))

    def bench_command(self, name, command):
        """A command that runs a module of this interpreter becomes a call of that module's `main`."""
        if list(command[1:3]) != ["-m", "lib2to3"]:
            raise RuntimeError(f"the command {command} cannot run in the process")
        from lib2to3.main import main

        _note(Bench(name, "func", main, ("lib2to3.fixes", list(command[3:]))))
