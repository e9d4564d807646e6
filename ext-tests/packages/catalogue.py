"""The list of packages: what packages.toml says, checked.

A package is known by its normalised name (lower case, hyphens). That name is also
its folder below `site/` and, with underscores, its script `uses/use_NAME.py`. (The
script is not called as the module is: it would be imported in the module's place.)
"""

import os
import re
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT_WHEELS = os.environ.get("PYSTON_WHEELS") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pyston-wheels"
)
KEYS = {"version", "needs", "refused", "suite", "seconds"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class Package:
    def __init__(self, name, entry):
        unknown = set(entry) - KEYS
        if unknown:
            raise SystemExit(f"packages.toml: [{name}] has unknown keys {sorted(unknown)}")
        if name != normal(name):
            raise SystemExit(f"packages.toml: [{name}] is not normalised ({normal(name)})")
        self.name = name
        self.version = entry["version"]
        # What the use needs beside what the wheel itself requires.
        self.needs = entry.get("needs", [])
        # Why the design refuses this package by name, or None.
        self.refused = entry.get("refused")
        # Where the package's own tests are and how they are run (see suites.py), or None.
        self.suite = entry.get("suite")
        self.seconds = entry.get("seconds")

    @property
    def requirements(self):
        return [f"{self.name}=={self.version}", *self.needs]

    @property
    def use(self):
        return os.path.join(HERE, "uses", "use_" + self.name.replace("-", "_") + ".py")

    def site(self, wheels):
        return os.path.join(wheels, "site", self.name)


def read():
    with open(os.path.join(HERE, "packages.toml"), "rb") as file:
        entries = tomllib.load(file)
    return {name: Package(name, entry) for name, entry in entries.items()}


def choose(names, every):
    """The named packages, or all that have a use; a wrong name ends the program."""
    if not names:
        return list(every.values())
    wrong = [name for name in names if normal(name) not in every]
    if wrong:
        raise SystemExit(f"no such package in packages.toml: {', '.join(wrong)}")
    return [every[normal(name)] for name in names]
