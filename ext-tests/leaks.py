"""Do objects stay behind? Runs each script of ext-tests, and the use of each package, many times in one process.

    python3 leaks.py --python pyston [--compare python3.14] [NAME ...]

NAME is `c/errors`, `cython/flow`, `uses/msgpack`, or a folder: `c`, `uses` (default: all). Each runs as often as --seconds
allow, at most --times times. Before and after, when the collector has run, are counted: what `gc.get_objects()` lists, in all
and by type; `sys.getallocatedblocks()`; and the bytes of private memory (if they grow steadily), for what neither lists:
numbers, texts, C's memory.
A growth by half an object in each run is a leak. With --compare the other interpreter says whose it is: what grows there,
too, is the package's own. A script that cannot run twice in one process is named. Exit status: 1 if something leaks.
"""

import argparse
import builtins
import collections
import contextlib
import gc
import io
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
WHEELS = os.environ.get("PYSTON_WHEELS") or os.path.expanduser("~/.cache/pyston-wheels")
WARM = 4
PHASES = 5
# Objects that each run leaves, from which on it is a leak, and bytes: pages and free lists fluctuate.
OBJECTS, BYTES = 0.5, 512


# --- in the process under test ---


def census():
    for _ in range(3):
        gc.collect()
    # C may make types that have no module.
    kinds = collections.Counter(f"{getattr(type(x), '__module__', '?')}.{type(x).__qualname__}" for x in gc.get_objects())
    return {"objects": sum(kinds.values()), "blocks": sys.getallocatedblocks(), "bytes": private_bytes(), "kinds": kinds}


def private_bytes():
    with open("/proc/self/smaps_rollup") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Anonymous"))) * 512


def body(code, path):
    """One run of the script, as if it were the program."""
    kept = dict(sys.modules)
    space = {"__name__": "__main__", "__file__": path, "__builtins__": builtins}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(code, space)
        except SystemExit as ended:
            if ended.code:
                raise RuntimeError(f"exit status {ended.code}") from None
    space.clear()
    for name in set(sys.modules) - set(kept):
        if name == "__main__":
            del sys.modules[name]


def steady(steps):
    """What memory grows by in every phase but the first: free lists, and what debug builds keep of ended objects, grow for a while."""
    growths = [after - before for before, after in zip(steps, steps[1:])][1:]
    return max(0, min(growths, default=0))


def child(path, times, seconds):
    code = compile(pathlib.Path(path).read_text(), path, "exec")
    gc.collect()
    result = {}
    try:
        for _ in range(WARM):
            start = time.monotonic()
            body(code, path)
            last = time.monotonic() - start
        runs = max(8, min(times, int(seconds / max(last, 1e-6))))
        census()
        before = census()
        deadline = time.monotonic() + 2 * seconds
        done, steps = 0, [before["bytes"]]
        while done < runs and (done < 8 or time.monotonic() < deadline):
            body(code, path)
            done += 1
            if done % max(1, runs // PHASES) == 0:
                gc.collect()
                steps.append(private_bytes())
        after = census()
        result = {"runs": done, **{key: after[key] - before[key] for key in ("objects", "blocks")}}
        result["bytes"] = steady(steps) * max(1, len(steps) - 1)
        grown = collections.Counter(after["kinds"])
        grown.subtract(before["kinds"])
        result["kinds"] = {kind: count for kind, count in grown.most_common(6) if count > OBJECTS * done}
    except BaseException as error:
        result["error"] = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1][:150]
        where = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        if where:
            result["error"] += f" (line {where[-1].lineno})"
    os.write(3, json.dumps(result).encode())
    os._exit(0)


# --- what there is ---


def c_scripts(folder):
    for source in sorted((HERE / "c").glob("*.c")):
        def make(name=source.stem):
            out = folder / name
            out.mkdir(exist_ok=True)
            subprocess.run(["sh", str(HERE / "build.sh"), name], env={**os.environ, "OUTDIR": str(out)}, check=True, capture_output=True)
            own = HERE / "c" / f"{name}.py"
            return (own, [str(out)], str(out)) if own.exists() else (HERE / "c/run.py", [name, str(out)], str(out))
        yield f"c/{source.stem}", make


def tool_scripts():
    import build
    import tools
    for tool in build.TOOLS:
        for name in build.names(tool):
            def make(tool=tool, name=name):
                place = build.build(tool, name, "default")
                return HERE / tool / f"test_{name}.py", [], f"{place}:{tools.RUNTIME}"
            yield f"{tool}/{name}", make


def use_scripts(wheels):
    sys.path.insert(0, str(HERE / "packages"))
    import catalogue
    for package in catalogue.choose([], catalogue.read()):
        def make(package=package):
            site = package.site(wheels)
            if not os.path.isdir(site) or not os.path.exists(package.use):
                raise FileNotFoundError(f"{package.name} is not in {wheels}")
            return pathlib.Path(package.use), [], f"{site}:{os.path.dirname(package.use)}"
        yield f"uses/{package.name}", make


# --- the table ---


def measure(python, made, options):
    """What the child says, or an error."""
    script, args, path = made
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "HOME": home, "TMPDIR": home}
        command = [*python, "-P", str(HERE / "leaks.py"), "--child", str(script), str(options.times), str(options.seconds), *args]
        # The descriptor is always 3 in the child, whatever it is here.
        shell = ["sh", "-c", f'exec "$@" 3>&{writing}', "sh", *command]
        process = subprocess.Popen(shell, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, pass_fds=(writing,))
        os.close(writing)
        try:
            status = process.wait(options.seconds * 12 + 60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "does not end"
    os.set_blocking(reading, False)
    try:
        text = os.read(reading, 1 << 20)
    except BlockingIOError:
        text = b""
    os.close(reading)
    return json.loads(text) if text else {"error": f"ended with status {status}"}


def leaks(found):
    """What each run leaves behind: a text, empty if nothing."""
    runs = found["runs"]
    parts = [f"{count / runs:.1f} {kind}" for kind, count in found["kinds"].items()]
    if not parts and max(found["objects"], found["blocks"]) > OBJECTS * runs:
        parts = [f"{max(found['objects'], found['blocks']) / runs:.1f} objects"]
    if not parts and found["bytes"] > max(BYTES * runs, 1 << 20):
        parts = [f"{found['bytes'] / runs:.0f} bytes"]
    return ", ".join(parts)


def report(name, ours, theirs):
    """A line of the table, and whether it is a failure."""
    if "error" in ours:
        return f"{name:26} cannot run again: {ours['error']}", bool(theirs) and "error" not in theirs
    grown = leaks(ours)
    numbers = f"{name:26}{ours['runs']:6}{ours['objects']:9}{ours['blocks']:9}{ours['bytes'] >> 10:8}K"
    if not grown:
        return f"{numbers}  ok", False
    if theirs and "error" not in theirs and leaks(theirs):
        here, there = ours["objects"] / ours["runs"], theirs["objects"] / theirs["runs"]
        words = f"{here:.1f} objects a run, there {there:.1f}: {grown}; there {leaks(theirs)}"
        # A class has more parts here, or fewer; but what is left of one there must not be several here.
        return f"{numbers}  {words}", here > 2 * there + 1
    return f"{numbers}  LEAKS {grown}", True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--python", required=True)
    parser.add_argument("--compare")
    parser.add_argument("--wheels", default=WHEELS)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20, help="for the runs of one script (default: %(default)s)")
    options = parser.parse_args()
    failed = 0
    print(f"{'script':26}{'runs':>6}{'objects':>9}{'blocks':>9}{'memory':>9}")
    with tempfile.TemporaryDirectory() as folder:
        everything = [*c_scripts(pathlib.Path(folder)), *tool_scripts(), *use_scripts(os.path.abspath(options.wheels))]
        chosen = [(name, make) for name, make in everything if not options.names or name in options.names or name.split("/")[0] in options.names]
        for name, make in chosen:
            try:
                made = make()
            except (Exception, SystemExit) as missing:
                print(f"{name:26} skipped: {str(missing)[:150]}", flush=True)
                continue
            ours = measure(shlex.split(options.python), made, options)
            wrong = "error" in ours or bool(leaks(ours))
            theirs = measure(shlex.split(options.compare), made, options) if wrong and options.compare else None
            line, bad = report(name, ours, theirs)
            failed += bad
            print(line, flush=True)
    print(f"{len(chosen)} scripts, {failed} leak")
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        script, times, seconds = sys.argv[2:5]
        sys.argv[:] = [script, *sys.argv[5:]]
        child(script, int(times), float(seconds))
    sys.exit(main())
