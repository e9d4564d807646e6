"""Which programs ext-tests has, and how each is run: for leaks.py and once.py.

Each is a name (`c/errors`, `cython/flow`, `cython/flow@shared` for another flavour of build.py, `uses/msgpack`), a function that builds
what the program needs and returns its file, its arguments and PYTHONPATH, and the same for CPython.
"""

import functools
import os
import pathlib
import subprocess
import sys

import build
import tools

HERE = pathlib.Path(__file__).resolve().parent
WHEELS = os.environ.get("PYSTON_WHEELS") or os.path.expanduser("~/.cache/pyston-wheels")
sys.path.insert(0, str(HERE / "packages"))
import catalogue  # noqa: E402  (it lies in another folder)


def choose(names, folder, wheels):
    """Those of these names, or of the folders of these names, or all. What is in C is built below `folder`."""
    everything = [*c_scripts(pathlib.Path(folder)), *tool_scripts(), *use_scripts(os.path.abspath(wheels))]
    return [(name, *makes) for name, *makes in everything if not names or name in names or name.split("/")[0] in names]


def c_scripts(folder):
    for source in sorted((HERE / "c").glob("*.c")):
        def make(name=source.stem):
            out = folder / name
            out.mkdir(exist_ok=True)
            subprocess.run(["sh", str(HERE / "build.sh"), name], env={**os.environ, "OUTDIR": str(out)}, check=True, capture_output=True)
            own = HERE / "c" / f"{name}.py"
            return (own, [str(out)], str(out)) if own.exists() else (HERE / "c/run.py", [name, str(out)], str(out))
        yield f"c/{source.stem}", make, make


def tool_scripts():
    for tool in build.TOOLS:
        for name in build.names(tool):
            for flavour in build.flavours(tool, name):
                def make(tool=tool, name=name, flavour=flavour):
                    place = build.build(tool, name, flavour)
                    return HERE / tool / f"test_{name}.py", [], f"{place}:{tools.RUNTIME}"
                # No file in the shared flavour is CPython's to load.
                there = functools.partial(make, flavour="default") if flavour == "shared" else make
                yield f"{tool}/{name}" + (f"@{flavour}" if flavour != "default" else ""), make, there


def use_scripts(wheels):
    for package in catalogue.choose([], catalogue.read()):
        if package.refused:
            continue
        def make(package=package):
            site = package.site(wheels)
            if not os.path.isdir(site) or not os.path.exists(package.use):
                raise FileNotFoundError(f"{package.name} is not in {wheels}")
            return pathlib.Path(package.use), [], f"{site}:{os.path.dirname(package.use)}"
        yield f"uses/{package.name}", make, make
