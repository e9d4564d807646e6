"""Builds a module with each of the usual build backends, in a virtual environment of an installed Pyston, and imports it.

    capi/tools/install FOLDER target/release/pyston [target/release/libpyston3.14.so.1.0]
    ext-tests/backends/run.py --python FOLDER/bin/pyston [setuptools meson scikit maturin cffi cmake]

The backends come from the package index, each into an environment of its own, as `pip install` does it: this needs a network, and is no part of the
default tests. `cmake` is FindPython without any Python tool around it; where the installation has the library, it builds a program that embeds it, too.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = ["setuptools", "meson", "scikit", "maturin", "cffi", "cmake"]
CHECK = "import one, sys; assert one.answer()[0] == 42, one.answer(); assert one.answer()[1].startswith('3.14'); print(one.__file__)"


def sources(kind, folder):
    """A copy of the project, with the module that they share."""
    place = os.path.join(folder, kind)
    shutil.copytree(os.path.join(HERE, kind), place)
    shutil.copy(os.path.join(HERE, "one.c"), place)
    return place


def by_backend(python, kind, folder):
    environment = os.path.join(folder, "environment-" + kind)
    subprocess.run([python, "-m", "venv", environment], check=True)
    inner = os.path.join(environment, "bin", "python")
    subprocess.run([inner, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", sources(kind, folder)], check=True)
    return subprocess.run([inner, "-c", CHECK], check=True, cwd=folder, capture_output=True, text=True).stdout


def by_cmake(python, kind, folder):
    place = sources(kind, folder)
    prefix = os.path.dirname(os.path.dirname(os.path.abspath(python)))
    embeds = os.path.exists(os.path.join(prefix, "lib", "libpyston3.14.so"))
    cmake = shutil.which("cmake") or sys.exit("cmake is missing")
    options = [f"-DPython_EXECUTABLE={python}", f"-DEMBED={'Development.Embed' if embeds else ''}"]
    subprocess.run([cmake, "-S", place, "-B", place + "/build", *options], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([cmake, "--build", place + "/build"], check=True, stdout=subprocess.DEVNULL)
    out = subprocess.run([python, "-c", CHECK], check=True, cwd=place + "/build", capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."}).stdout
    if embeds:
        out += subprocess.run([place + "/build/host"], check=True, capture_output=True, text=True).stdout
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="an installed interpreter")
    parser.add_argument("kinds", nargs="*", default=[], help=f"some of {', '.join(KINDS)}")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="backends-") as folder:
        for kind in options.kinds or KINDS:
            build = by_cmake if kind == "cmake" else by_backend
            try:
                print(f"{kind}: {' '.join(build(options.python, kind, folder).split())}", flush=True)
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"{kind}: failed: {error}\n{error.stderr or ''}", flush=True)
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    main()
