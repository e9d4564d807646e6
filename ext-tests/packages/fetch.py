"""Downloads wheels with pip and unpacks each package, with what it needs, into a folder of its own.

    WHEELS/dist/            the wheels as published
    WHEELS/site/NAME/       the package and its dependencies: a PYTHONPATH
    WHEELS/sdist/NAME/      the unpacked source archive, for the package's own tests

Which index pip asks, and by which certificates, is pip's own configuration.
"""

import os
import shutil
import subprocess
import sys

# What a CPython 3.14 on a Linux of the last years accepts.
TAGS = ["--only-binary=:all:", "--python-version", "3.14", "--implementation", "cp"]
for abi in ("cp314", "abi3", "none"):
    TAGS += ["--abi", abi]
for minor in (34, 31, 28, 27, 26, 24, 17, 12, 5):
    TAGS += ["--platform", f"manylinux_2_{minor}_x86_64"]
for name in ("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "any"):
    TAGS += ["--platform", name]


def pip(command, *arguments, quiet=True):
    """Runs pip; returns None, or the last line that it wrote about its failure."""
    line = [*command, *arguments, *(["--quiet"] if quiet else []), "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    errors = [text for text in done.stderr.splitlines() if text.startswith("ERROR")]
    return (errors or done.stderr.splitlines() or [f"pip ended with {done.returncode}"])[-1]


def unpack(command, wheels, site, requirements):
    """Installs `requirements` into `site` from the folder of wheels alone; returns an error or None."""
    fresh = site + ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    links = ["--no-index", "--find-links", os.path.join(wheels, "dist")]
    # Compiling would write the byte code of whatever runs pip.
    error = pip(command, "install", *TAGS, *links, "--no-compile", "--no-warn-conflicts", "--target", fresh, *requirements)
    if error is None:
        shutil.rmtree(site, ignore_errors=True)
        os.rename(fresh, site)
    return error


def fetch(packages, wheels, command):
    """Fetches what is not there yet; returns {name: error}."""
    failed = {}
    os.makedirs(os.path.join(wheels, "dist"), exist_ok=True)
    os.makedirs(os.path.join(wheels, "site"), exist_ok=True)
    for package in packages:
        site = package.site(wheels)
        wanted = " ".join(package.requirements)
        stamp = os.path.join(site, ".requirements")
        if os.path.exists(stamp) and open(stamp).read() == wanted:
            continue
        print(f"fetching {wanted}", file=sys.stderr, flush=True)
        dist = os.path.join(wheels, "dist")
        error = pip(command, "download", *TAGS, "--find-links", dist, "--dest", dist, *package.requirements)
        error = error or unpack(command, wheels, site, package.requirements)
        if error:
            failed[package.name] = error
            print(f"  {error}", file=sys.stderr, flush=True)
            continue
        with open(stamp, "w") as file:
            file.write(wanted)
    return failed
