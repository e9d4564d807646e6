"""Builds one extension of pybind11/, nanobind/, cython/, mypyc/, cffi/ or pyo3/ against include/.

    python3 build.py TOOL NAME [--flavour default|shared|abi3]
    python3 build.py --list     what there is, a line each: TOOL NAME FLAVOUR, and the tool that is missing

The last line of standard output is the folder where the module lies: what was built from the same bytes is there already.
Status 77: a tool is missing; the message names it. Folder: $PYSTON_EXT_BUILD, else target/ext-tests.
$PYSTON_EXT_SANITIZE: `address`, for a binary with the same sanitizer (.ci/sanitize); what is in Rust is built without.
"""

import argparse
import fcntl
import functools
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

import tools

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
INCLUDE = pathlib.Path(os.environ.get("HEADERS") or ROOT / "include")
SANITIZER = os.environ.get("PYSTON_EXT_SANITIZE", "")
BUILDS = pathlib.Path(os.environ.get("PYSTON_EXT_BUILD") or ROOT / "target" / "-".join(filter(None, ["ext-tests", SANITIZER])))
SUFFIX = {"default": ".cpython-314-x86_64-linux-gnu.so", "shared": ".cpython-314-x86_64-linux-gnu.so", "abi3": ".abi3.so"}
LIMITED = "0x030c0000"
FLAGS = {"default": [], "shared": ["-DPy_GIL_DISABLED=1"], "abi3": [f"-DPy_LIMITED_API={LIMITED}"]}
# The sanitizer's runtime is the binary's: all libraries but the compiler's own are named.
SANITIZED = [f"-fsanitize={SANITIZER}", "-nodefaultlibs", "-Wl,--as-needed", *"-lstdc++ -lgomp -lm -lc -lgcc_s -lgcc".split()] if SANITIZER else []
# The warnings that generated code has anywhere; our headers have none (layout/compile.py).
WARNINGS = ["-Wall", "-Wno-unused", "-Wno-deprecated-declarations", "-Wno-cpp"]
MISSING = 77


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}{done.stderr[-8000:]}")
    return done.stdout


def with_tools(folder=None):
    """The environment in which the Python that runs this finds the tools."""
    return {**os.environ, "PYTHONPATH": str(folder or tools.TOOLS), "PYTHONDONTWRITEBYTECODE": "1"}


def compile_all(compiler, sources, output, flavour, flags):
    if not shutil.which(compiler):
        raise tools.Missing(f"{compiler} is not on the search path")
    headers = ["-I", INCLUDE, "-idirafter", INCLUDE.parent]
    run([compiler, "-O1", "-g1", "-shared", "-fPIC", "-pthread", *WARNINGS, *FLAGS[flavour], *headers, *flags, "-o", output, *sources, *SANITIZED])


def pybind11(name, flavour, out):
    include = tools.need("pybind11") / "pybind11/include"
    flags = ["-std=c++17", "-fvisibility=hidden", "-isystem", include]
    compile_all("g++", [HERE / f"pybind11/{name}.cpp"], out / (name + SUFFIX[flavour]), flavour, flags)


def nanobind(name, flavour, out):
    root = tools.need("nanobind") / "nanobind"
    flags = ["-std=c++17", "-fvisibility=hidden", "-fno-strict-aliasing", "-isystem", root / "include", "-isystem", root / "ext/robin_map/include"]
    # Its CMake functions define these for STABLE_ABI and FREE_THREADED.
    flags += {"default": [], "shared": ["-DNB_FREE_THREADED"], "abi3": ["-DNB_STABLE_ABI"]}[flavour]
    sources = [HERE / f"nanobind/{name}.cpp", root / "src/nb_combined.cpp"]
    compile_all("g++", sources, out / (name + SUFFIX[flavour]), flavour, flags)


def cython(name, flavour, out):
    tools.need("Cython")
    source = HERE / f"cython/{name}.pyx"
    plus = source.read_text().startswith("# distutils: language = c++")
    made = out / (name + (".cpp" if plus else ".c"))
    run([sys.executable, "-m", "cython", "-3", *(["--cplus"] if plus else []), source, "-o", made], env=with_tools())
    flags = ["-DCYTHON_LIMITED_API=1"] if flavour == "abi3" else []
    compile_all("g++" if plus else "gcc", [made], out / (name + SUFFIX[flavour]), flavour, [*flags, "-fopenmp"])


def mypyc(name, flavour, out):
    runtime = tools.need("mypy") / "mypyc/lib-rt"
    tools.need("setuptools")
    tools.need("mypy_extensions", tools.RUNTIME)
    shutil.copy(HERE / f"mypyc/{name}.py", out)
    make = f"import mypyc.build; mypyc.build.mypycify(['{name}.py'])"
    run([sys.executable, "-c", make], cwd=out, env=with_tools())
    (out / f"{name}.py").unlink()
    flags = ["-Wno-unused-label", "-Wno-maybe-uninitialized", "-I", runtime, "-I", out / "build"]
    compile_all("gcc", [out / "build/__native.c"], out / (name + SUFFIX[flavour]), flavour, flags)


def cffi(name, flavour, out):
    tools.need("cffi")
    tools.need("cffi", tools.RUNTIME)
    made = out / f"{name}.c"
    run([sys.executable, HERE / f"cffi/{name}_build.py", made], env=with_tools())
    compile_all("gcc", [made], out / (name + SUFFIX[flavour]), flavour, [] if flavour == "abi3" else ["-D_CFFI_NO_LIMITED_API"])


def pyo3(name, flavour, out):
    if not shutil.which("cargo"):
        raise tools.Missing("cargo is not on the search path")
    # What maturin tells PyO3 when it builds for a Python that it cannot run; an extension is not linked with libpython.
    config = out / "config.txt"
    config.write_text(f"implementation=CPython\nversion=3.14\nshared=true\nabi3={str(flavour == 'abi3').lower()}\npointer_width=64\nbuild_flags=\n")
    features = ["--features", "abi3"] if flavour == "abi3" else []
    target = tools.CARGO / flavour
    environment = {**os.environ, "PYO3_CONFIG_FILE": str(config), "PYO3_BUILD_EXTENSION_MODULE": "1", "CARGO_TARGET_DIR": str(target)}
    for inherited in ("RUSTFLAGS", "RUSTC_BOOTSTRAP", "CARGO_ENCODED_RUSTFLAGS"):
        environment.pop(inherited, None)
    run(["cargo", "build", "--quiet", "--locked", "--package", name, *features], cwd=HERE / "pyo3", env=environment)
    # maturin names the file so: the library without `lib`, and the ABI.
    shutil.copy(target / f"debug/lib{name}.so", out / (name + SUFFIX[flavour]))


# Each tool: its function, what its sources are called, the flavours in which it can build. mypyc and PyO3 know no headers
# but CPython's own for the free-threaded ABI, and mypyc and cffi's limited API is not what they are tested for.
TOOLS = {
    "pybind11": (pybind11, "*.cpp", ("default", "shared")),
    "nanobind": (nanobind, "*.cpp", ("default", "shared", "abi3")),
    "cython": (cython, "*.pyx", ("default", "shared")),
    "mypyc": (mypyc, "*.py", ("default",)),
    "cffi": (cffi, "*_build.py", ("default", "abi3", "shared")),
    "pyo3": (pyo3, "*/Cargo.toml", ("default", "abi3")),
}
NEEDS = {"pybind11": ["pybind11"], "nanobind": ["nanobind"], "cython": ["Cython"], "mypyc": ["mypy", "setuptools"], "cffi": ["cffi"], "pyo3": []}


def names(tool):
    for path in sorted((HERE / tool).glob(TOOLS[tool][1])):
        name = path.parent.name if path.name == "Cargo.toml" else path.stem.removesuffix("_build")
        if not name.startswith("test_"):
            yield name


def flavours(tool, name):
    """What the tool can do, unless the first lines of the test's script say `# flavours: …`."""
    for line in (HERE / tool / f"test_{name}.py").read_text().splitlines()[:5]:
        if line.startswith("# flavours: "):
            return tuple(line.removeprefix("# flavours: ").split())
    return TOOLS[tool][2]


def lacks(tool):
    """Which tool is missing, or an empty text."""
    try:
        for each in NEEDS[tool]:
            tools.need(each)
        for each in {"cffi": ["cffi"], "mypyc": ["mypy_extensions"]}.get(tool, ()):
            tools.need(each, tools.RUNTIME)
        for program in ("cargo",) if tool == "pyo3" else ("gcc", "g++"):
            if not shutil.which(program):
                raise tools.Missing(f"{program} is not on the search path")
    except tools.Missing as missing:
        return str(missing)
    return ""


@functools.cache
def common_bytes():
    """What every build depends on: the headers, this file and the list of tools."""
    digest = hashlib.sha256()
    for path in [*sorted(INCLUDE.rglob("*.h")), HERE / "build.py", HERE / "tools.toml"]:
        digest.update(path.read_bytes())
    return digest.digest()


def sources(tool, name):
    if tool == "pyo3":
        folder = HERE / tool
        return [folder / "Cargo.toml", folder / "Cargo.lock", *sorted((folder / name).rglob("*.[rt][so]*"))]
    return [path for path in sorted((HERE / tool).iterdir()) if path.is_file() and path.stem.removesuffix("_build") == name]


def build(tool, name, flavour):
    """The folder of the built module: one for each content, so that a change never meets an old file."""
    digest = hashlib.sha256(common_bytes())
    for path in sources(tool, name):
        digest.update(path.read_bytes())
    place = BUILDS / f"{tool}-{name}-{flavour}-{digest.hexdigest()[:12]}"
    BUILDS.mkdir(parents=True, exist_ok=True)
    with open(BUILDS / f"{tool}-{name}-{flavour}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            for old in BUILDS.glob(f"{tool}-{name}-{flavour}-*"):
                shutil.rmtree(old)
            place.mkdir()
            TOOLS[tool][0](name, flavour, place)
            (place / "done").touch()
    return place


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", nargs="?", choices=sorted(TOOLS))
    parser.add_argument("name", nargs="?")
    parser.add_argument("--flavour", default="default", choices=sorted(FLAGS))
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        for tool in TOOLS:
            for name in names(tool):
                for flavour in flavours(tool, name):
                    print(tool, name, flavour, lacks(tool), sep="\t")
        return 0
    try:
        print(build(options.tool, options.name, options.flavour))
    except tools.Missing as missing:
        print(f"skipped: {missing}", file=sys.stderr)
        return MISSING
    return 0


if __name__ == "__main__":
    sys.exit(main())
