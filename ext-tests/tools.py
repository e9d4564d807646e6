"""Where the tools of tools.toml lie, and how they come there.

    python3 tools.py            says which are there and which are missing
    python3 tools.py --install  installs those that are missing
    python3 tools.py --runtime  prints the folder for the Python under test

They lie in $PYSTON_EXT_TOOLS, else ~/.cache/pyston-ext-tools: `tools/` for the Python that builds, `runtime/` for the
Python under test, `cargo/` with what cargo builds.
"""

import argparse
import importlib.metadata
import os
import pathlib
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ.get("PYSTON_EXT_TOOLS") or pathlib.Path.home() / ".cache/pyston-ext-tools")
TOOLS = ROOT / "tools"
RUNTIME = ROOT / "runtime"
CARGO = ROOT / "cargo"
# Wheels for what is tested, whichever Python runs pip.
FOR_CPYTHON = ("--no-deps", "--only-binary=:all:", "--implementation=cp", "--python-version=3.14", "--abi=cp314", "--abi=none")


class Missing(Exception):
    """A tool is not on this machine; the message names it."""


def wanted():
    return tomllib.loads((HERE / "tools.toml").read_text())


def found(folder, requirement):
    """Whether exactly this version lies in the folder."""
    name, _, version = requirement.partition("==")
    lying = importlib.metadata.distributions(name=name, path=[str(folder)])
    return any(distribution.version == version for distribution in lying)


def missing():
    """The requirements that are not installed: (folder, requirement)."""
    needs = wanted()
    pairs = [(TOOLS, each) for each in needs["tools"]] + [(RUNTIME, each) for each in needs["runtime"]]
    return [(folder, each) for folder, each in pairs if not found(folder, each)]


def need(name, folder=TOOLS):
    """The folder in which the tool lies; raises Missing."""
    for requirement in wanted()["tools" if folder == TOOLS else "runtime"]:
        if requirement.partition("==")[0].lower() == name.lower():
            if found(folder, requirement):
                return folder
            raise Missing(f"{requirement} is not installed (ext-tests/tools.py --install)")
    raise Missing(f"{name} is not in tools.toml")


def install():
    absent = missing()
    for folder, extra in ((TOOLS, ()), (RUNTIME, FOR_CPYTHON)):
        requirements = [each for where, each in absent if where == folder]
        if requirements:
            folder.mkdir(parents=True, exist_ok=True)
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder)]
            subprocess.run([*command, *extra, *requirements], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--runtime", action="store_true", help="print the folder for the Python under test")
    options = parser.parse_args()
    if options.runtime:
        print(RUNTIME)
        return 0
    if options.install:
        install()
    absent = missing()
    for folder, requirement in absent:
        print(f"missing: {requirement} in {folder}")
    print(f"{len(absent)} missing")
    return bool(absent)


if __name__ == "__main__":
    sys.exit(main())
