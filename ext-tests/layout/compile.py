#!/usr/bin/env python3
"""Compiles against Pyston's headers: each header alone, and code that generators and C++ libraries make.

    compile.py [--include DIR] [--tools PYTHON] [--against-cpython DIR]

Only syntax is checked. PYTHON is one in which Cython, mypy, cffi, pybind11, nanobind and setuptools are installed;
what it lacks is named and skipped. With --against-cpython the same sources are also compiled against that
folder, to see that a fault is ours.
"""

import argparse
import itertools
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
C_STANDARDS = ("c99", "gnu11", "gnu17", "gnu2x")
CXX_STANDARDS = ("c++11", "c++17", "gnu++20")
WARNINGS = ("-Wall", "-Wextra", "-Wno-unused-variable", "-Wno-unused-function", "-Werror")
LIMITED = ["0x03020000", "0x03050000", "0x03070000", *(f"0x03{minor:02x}0000" for minor in range(9, 15))]
FLAVOURS = {"default": (), "shared": ("-DPy_GIL_DISABLED=1",)}
# They need another library's header first.
FOREIGN = {"pyexpat.h", "py_curses.h"}


def failures(compiler, flags, source):
    done = subprocess.run([compiler, "-fsyntax-only", *flags, source], capture_output=True, text=True)
    return [l for l in done.stderr.splitlines() if ": error:" in l or ": warning:" in l] or (
        [done.stderr] if done.returncode else [])


def each_header(include, report):
    """Every header stands alone, may be included twice, and inside of extern "C"."""
    names = sorted(str(p.relative_to(include)) for p in include.rglob("*.h") if p.name not in FOREIGN)
    names = [n for n in names if not n.startswith("pyston/")]
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        public = [n for n in names if not n.startswith("internal/")]
        everything = pathlib.Path(folder) / "all.c"
        everything.write_text("".join(f"#include <{n}>\n" for n in ["Python.h", *public] * 2))
        extern_c = pathlib.Path(folder) / "extern.cpp"
        extern_c.write_text('extern "C" {\n#include <Python.h>\n}\n')
        alone = []
        for name in names:
            path = pathlib.Path(folder) / (name.replace("/", "_") + ".c")
            path.write_text(f"#include <{name}>\nint main(void) {{ return 0; }}\n")
            alone.append(path)
        core = ("-DPy_BUILD_CORE",)
        jobs = [("gcc", ("-std=gnu17", *core), path) for path in alone]
        jobs += [("g++", (f"-std={std}", *flavour), extern_c)
                 for std, flavour in itertools.product(CXX_STANDARDS, FLAVOURS.values())]
        for flavour in [*FLAVOURS.values(), *((f"-DPy_LIMITED_API={v}",) for v in LIMITED)]:
            jobs += [("gcc", (f"-std={std}", *flavour), everything) for std in C_STANDARDS]
            jobs += [("g++", ("-x", "c++", f"-std={std}", *flavour), everything) for std in CXX_STANDARDS]
        for compiler, flags, path in jobs:
            count += 1
            for line in failures(compiler, (*WARNINGS, "-I", str(include), *flags), str(path))[:5]:
                report(f"{compiler} {' '.join(flags)} {path.name}: {line}")
    return count


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip().splitlines()[-1])
    return done.stdout.strip()


def generate(python, folder):
    """(name, compiler, source, flags) of what the generators make."""
    samples = HERE / "generated"

    def cython(name, output, *options):
        run(python, "-m", "cython", "-3", samples / name, "-o", folder / output, *options)
        return folder / output
    traced = ("-X", "profile=True", "-X", "linetrace=True")
    yield "Cython", "gcc", lambda: cython("with_cython.pyx", "plain.c"), ()
    yield "Cython, C++", "g++", lambda: cython("with_cython.pyx", "plus.cpp", "--cplus"), ()
    yield "Cython, traced", "gcc", lambda: cython("with_cython.pyx", "traced.c", *traced), ("-DCYTHON_TRACE=1",)
    for version in LIMITED[-4:]:
        yield (f"Cython, limited {version}", "gcc", lambda: cython("with_cython_limited.pyx", "limited.c"),
               ("-DCYTHON_LIMITED_API=1", f"-DPy_LIMITED_API={version}"))

    def mypyc():
        source = folder / "with_mypyc.py"
        source.write_text((samples / "with_mypyc.py").read_text())
        subprocess.run([str(python), "-c", "from mypyc.build import mypycify; mypycify(['with_mypyc.py'])"],
                       cwd=folder, check=True, capture_output=True)
        return folder / "build" / "__native.c"
    runtime = ("-c", "import mypyc, os; print(os.path.join(os.path.dirname(mypyc.__file__), 'lib-rt'))")
    # The warnings that mypyc turns off itself.
    quiet = ("-Wno-unused-label", "-Wno-unused-variable", "-Wno-unused-but-set-variable", "-Wno-cpp")
    yield "mypyc", "gcc", mypyc, lambda: (*quiet, "-I", run(python, *runtime), "-I", str(folder / "build"))

    def cffi():
        run(python, samples / "with_cffi.py", folder / "cffi.c")
        return folder / "cffi.c"
    yield "cffi", "gcc", cffi, ("-D_CFFI_NO_LIMITED_API",)
    yield "cffi, limited", "gcc", cffi, ("-DPy_LIMITED_API=0x03070000",)

    def folder_of(module):
        return lambda: ("-std=c++17", "-fvisibility=hidden", "-I", run(python, "-m", module, *(
            ["--includes"] if module == "pybind11" else ["--include_dir"])).split("-I")[-1])
    yield "pybind11", "g++", lambda: samples / "with_pybind11.cpp", folder_of("pybind11")

    def nanobind():
        root = pathlib.Path(folder_of("nanobind")()[-1]).parent
        return ("-std=c++17", "-fvisibility=hidden", "-I", str(root / "include"), "-I", str(root / "ext" / "robin_map" / "include"))
    combined = lambda: pathlib.Path(nanobind()[3]).parent / "src" / "nb_combined.cpp"  # noqa: E731
    yield "nanobind", "g++", lambda: samples / "with_nanobind.cpp", nanobind
    yield "nanobind itself", "g++", combined, nanobind
    yield "nanobind itself, limited", "g++", combined, lambda: (*nanobind(), "-DPy_LIMITED_API=0x030c0000")


def each_generator(python, include, report):
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, compiler, make, flags in generate(python, pathlib.Path(folder)):
            try:
                source = make()
                options = flags() if callable(flags) else flags
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"skipped: {name}: {error}")
                continue
            for flavour, defines in FLAVOURS.items():
                if defines and "limited" in name:
                    continue
                count += 1
                found = failures(compiler, ("-Wall", "-Wno-unused-function", "-Werror", *include, *options, *defines),
                                 str(source))
                for line in found[:5]:
                    report(f"{name}, {flavour}: {line}")
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--include", type=pathlib.Path, default=ROOT / "include")
    parser.add_argument("--tools", type=pathlib.Path)
    parser.add_argument("--against-cpython", type=pathlib.Path)
    args = parser.parse_args()
    problems = []
    print(each_header(args.include.resolve(), problems.append), "compilations of headers")
    if args.tools:
        print(each_generator(args.tools, ("-I", str(args.include)), problems.append), "of generated code")
    if args.tools and args.against_cpython:
        there = []
        options = ("-I", str(args.against_cpython), "-idirafter", str(args.against_cpython.parent))
        each_generator(args.tools, options, there.append)
        print(f"against CPython {len(there)} faults")
        print(*there, sep="\n")
    print(*problems, sep="\n")
    print(f"{len(problems)} faults")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
