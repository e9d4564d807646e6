"""Which programs there are, and how each is started.

A row of `PYPERFORMANCE` is a name, the folder `bm_<folder>` of the package, the
arguments on its command line, and notes: `parallel` is why the program says
nothing about threads (its state belongs to the whole process), `slow` is a
factor on the time-out. All of them need only the standard library, and none of
`_ssl`, `_sqlite3`, `pyexpat` and `_multiprocessing`. The entry of each is what it
hands to its `pyperf.Runner`; our stand-in for that module catches it.
"""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    name: str
    source: str  # the file to run
    argv: tuple = ()
    paths: tuple = ()  # folders that it imports from
    kind: str = "pyperf"  # or "workloads": a module of our own, with argv[0] the workload
    parallel: str = ""
    slow: float = 1.0
    group: str = field(default="pyperformance")


_COLLECTOR = "the collector works on the whole process"
_LOGGER = "all threads share one logger and its handlers"

PYPERFORMANCE = [
    # name, folder, arguments, notes
    ("2to3", "2to3", (), {"paths": ("vendor/src",), "slow": 2.0}),
    ("argparse_many_optionals", "argparse", ("many_optionals",), {}),
    ("argparse_subparsers", "argparse", ("subparsers",), {}),
    ("async_generators", "async_generators", (), {}),
    ("async_tree_none", "async_tree", ("none",), {}),
    ("async_tree_io", "async_tree", ("io",), {}),
    ("async_tree_memoization", "async_tree", ("memoization",), {}),
    ("async_tree_cpu_io_mixed", "async_tree", ("cpu_io_mixed",), {}),
    ("async_tree_eager_tg", "async_tree", ("eager", "--task-groups"), {}),
    ("barnes_hut", "barnes_hut", (), {}),
    ("base64", "base64", (), {}),
    ("bpe_tokeniser", "bpe_tokeniser", (), {"slow": 2.0}),
    ("chaos", "chaos", (), {}),
    ("comprehensions", "comprehensions", (), {}),
    ("coroutines", "coroutines", (), {}),
    ("decimal_factorial", "decimal_factorial", (), {"slow": 4.0}),
    ("decimal_pi", "decimal_pi", (), {"slow": 4.0}),
    ("deepcopy", "deepcopy", (), {}),
    ("deltablue", "deltablue", (), {}),
    ("fannkuch", "fannkuch", (), {}),
    ("float", "float", (), {}),
    ("gc_collect", "gc_collect", (), {"parallel": _COLLECTOR}),
    ("gc_traversal", "gc_traversal", (), {"parallel": _COLLECTOR}),
    ("generators", "generators", (), {}),
    ("go", "go", (), {}),
    ("hexiom", "hexiom", (), {}),
    ("json_dumps", "json_dumps", (), {}),
    ("json_loads", "json_loads", (), {}),
    ("logging", "logging", (), {"parallel": _LOGGER}),
    ("mdp", "mdp", (), {"slow": 2.0}),
    ("meteor_contest", "meteor_contest", (), {}),
    ("nbody", "nbody", (), {}),
    ("nqueens", "nqueens", (), {}),
    ("pathlib", "pathlib", (), {}),
    ("pickle", "pickle", ("pickle",), {}),
    ("pickle_dict", "pickle", ("pickle_dict",), {}),
    ("pickle_list", "pickle", ("pickle_list",), {}),
    ("pickle_pure_python", "pickle", ("--pure-python", "pickle"), {}),
    ("unpickle", "pickle", ("unpickle",), {}),
    ("unpickle_list", "pickle", ("unpickle_list",), {}),
    ("unpickle_pure_python", "pickle", ("--pure-python", "unpickle"), {}),
    ("pidigits", "pidigits", (), {}),
    ("pprint", "pprint", (), {"slow": 2.0}),
    ("pyflate", "pyflate", (), {}),
    ("raytrace", "raytrace", (), {}),
    ("regex_compile", "regex_compile", (), {}),
    ("regex_dna", "regex_dna", (), {}),
    ("regex_effbot", "regex_effbot", (), {}),
    ("regex_v8", "regex_v8", (), {}),
    ("richards", "richards", (), {}),
    ("richards_super", "richards_super", (), {}),
    ("scimark", "scimark", (), {}),
    ("spectral_norm", "spectral_norm", (), {}),
    ("telco", "telco", (), {"slow": 2.0}),
    ("typing_runtime_protocols", "typing_runtime_protocols", (), {}),
    ("unpack_sequence", "unpack_sequence", (), {}),
]


def pyperformance(root):
    """The programs of the package that was unpacked in `root`."""
    found = []
    for name, folder, argv, notes in PYPERFORMANCE:
        base = os.path.join(root, "bm_" + folder)
        found.append(
            Program(
                name,
                os.path.join(base, "run_benchmark.py"),
                argv,
                (base, *(os.path.join(base, path) for path in notes.get("paths", ()))),
                parallel=notes.get("parallel", ""),
                slow=notes.get("slow", 1.0),
            )
        )
    return found


def workloads(file, names, group):
    """Workloads of our own module `file` (see `ftscaling.py`) as programs."""
    return [Program(name, file, (name,), (os.path.dirname(file),), "workloads", group=group) for name in names]


def select(programs, wanted):
    """Those that a comma-separated list of names or parts of names picks; all without a list."""
    if not wanted:
        return programs
    parts = [part for part in wanted.split(",") if part]
    exact = {program.name for program in programs}
    chosen = [p for p in programs if any(p.name == part or (part not in exact and part in p.name) for part in parts)]
    if not chosen:
        raise SystemExit(f"run.py: no program matches {wanted}")
    return chosen
