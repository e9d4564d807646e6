"""Gets `pyperformance` from PyPI into a cache folder outside of the repository."""

import glob
import os
import shutil
import subprocess
import sys
import zipfile

VERSION = "1.14.0"
PACKAGE = f"pyperformance=={VERSION}"


def cache_folder():
    base = os.environ.get("PYSTON_BENCH_CACHE")
    if base:
        return base
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pyston-bench")


def download(folder):
    """Lets whichever pip there is download the wheel."""
    tried = []
    for pip in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"], ["python3", "-m", "pip"]):
        if os.path.sep not in pip[0] and shutil.which(pip[0]) is None:
            continue
        command = [*pip, "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary=:none:", "-d", folder, PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        tried.append((done.stderr.strip().splitlines() or ["failed"])[-1])
    raise SystemExit(f"run.py: cannot download {PACKAGE}: " + ("; ".join(tried) or "there is no pip"))


def fetch():
    """The folder with the package's programs (`bm_*`), downloaded once."""
    folder = cache_folder()
    root = os.path.join(folder, f"pyperformance-{VERSION}")
    programs = os.path.join(root, "pyperformance", "data-files", "benchmarks")
    if os.path.isdir(programs):
        return programs
    os.makedirs(folder, exist_ok=True)
    wheels = os.path.join(folder, f"pyperformance-{VERSION}-*.whl")
    if not glob.glob(wheels):
        download(folder)
    found = glob.glob(wheels)
    if not found:
        raise SystemExit(f"run.py: the download of {PACKAGE} left no wheel in {folder}")
    partial = root + f".{os.getpid()}"
    with zipfile.ZipFile(found[0]) as wheel:
        wheel.extractall(partial)
    try:
        os.rename(partial, root)
    except OSError:
        # Another run was faster.
        shutil.rmtree(partial, ignore_errors=True)
    return programs
