"""Runs benchmarks under any set of interpreters and compares them.

    python3.14 run.py --interpreters python3.14,pyston                  one thread, speed and memory
    python3.14 run.py --interpreters pyston --threads 2                 two threads against two processes
    python3.14 run.py --suite ftscaling --interpreters pyston --threads 2
    python3.14 run.py --idle --interpreters pyston                      cost of a second thread that only waits
    python3.14 run.py --startup --interpreters python3.14,pyston        start-up time and memory

The first interpreter is the one that the others are held against. Each is
`[name=][VAR=value ]program[ options]`, where a program is a path, a name on the
search path or one of the peers' (~/.cache/pyston-peers/bin). The programs of
`pyperformance` come from PyPI into a cache folder ($PYSTON_BENCH_CACHE or
~/.cache/pyston-bench). With --output NAME the results are also written to
NAME.md, NAME.html and NAME.json. Run this script itself with any CPython 3.11 or newer.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from harness import fetch, measure, page, parallel, programs, report, startup, stats  # noqa: E402

FTSCALING = os.path.join(HERE, "ftscaling.py")


class Status:
    """What is being done now, in one line that is rewritten; nothing when standard error is no terminal."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.on = sys.stderr.isatty()
        self.start = time.monotonic()

    def say(self, text):
        self.done += 1
        if self.on:
            gone = time.monotonic() - self.start
            left = gone / max(1, self.done - 1) * (self.total - self.done + 1) if self.done > 1 else 0
            line = f"[{self.done}/{self.total}] {text}" + (f"  about {left:.0f} s left" if left else "")
            sys.stderr.write("\r\x1b[K" + line[:118])
            sys.stderr.flush()

    def result(self, text):
        """A line that stays."""
        if self.on:
            sys.stderr.write("\r\x1b[K")
        print(text, flush=True)

    def clear(self):
        if self.on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def chosen_programs(options):
    found = []
    for suite in options.suite.split(","):
        if suite == "pyperformance":
            found += programs.pyperformance(fetch.fetch())
        elif suite in ("ftscaling", "code", "shared"):
            sys.path.insert(0, HERE)
            import ftscaling

            if suite in ("ftscaling", "code"):
                found += programs.workloads(FTSCALING, ftscaling.CODE, "code")
            if suite in ("ftscaling", "shared"):
                found += programs.workloads(FTSCALING, ftscaling.SHARED, "shared")
        else:
            raise SystemExit(f"run.py: no suite {suite} (there are pyperformance, ftscaling, code, shared)")
    return programs.select(found, options.programs)


def version(interpreter):
    """What an interpreter says about itself, in one line."""
    code = "import sys; print(getattr(sys, 'pyston_version_info', sys.version))"
    try:
        done = subprocess.run(
            [*interpreter.command, "-c", code], capture_output=True, text=True, timeout=60,
            env=measure.environment(interpreter), check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not start: {error}"
    return " ".join(done.stdout.split()) if done.returncode == 0 else f"does not start: {measure.failure(done.returncode, done.stderr)}"


def machine():
    name = platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            name = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"


def run_times(options, interpreters, chosen):
    """One thread: every program under every interpreter in turn, so many rounds."""
    settings = {"min_time": options.min_time, "values": options.values, "warmup": options.warmup, "budget": options.budget}
    results = {program.name: {i.name: measure.Outcome() for i in interpreters} for program in chosen}
    status = Status(options.rounds * len(chosen) * len(interpreters))
    for number in range(options.rounds):
        for program in chosen:
            for interpreter in interpreters:
                status.say(f"{program.name} under {interpreter.name}")
                outcome = results[program.name][interpreter.name]
                if outcome.error is None:
                    outcome.add(measure.run_once(interpreter, program, settings, options.timeout))
            if number == options.rounds - 1:
                status.result(one_line(program, interpreters, results[program.name]))
    status.clear()
    return results


def one_line(program, interpreters, outcomes):
    """The first result of a program, as it comes."""
    reference = outcomes[interpreters[0].name]
    parts = []
    for interpreter in interpreters:
        outcome = outcomes[interpreter.name]
        error = outcome.error or report.wrong_digest(outcome, reference)
        if error:
            parts.append(f"{interpreter.name} failed: {error[:80]}")
        elif outcome is reference:
            parts.append(f"{interpreter.name} {report.seconds(report.program_time(outcome))}")
        else:
            parts.append(f"{interpreter.name} {report.ratio(report.program_speed(outcome, reference))}")
    return f"{program.name:28} " + "   ".join(parts)


def run_parallel(options, interpreters, chosen):
    """Threads against processes, program by program."""
    settings = {"slice": options.slice, "warmup": options.warmup, "timeout": options.timeout}
    results = {}
    status = Status(len(chosen) * len(interpreters))
    for program in chosen:
        results[program.name] = {}
        parts = []
        for interpreter in interpreters:
            status.say(f"{program.name} under {interpreter.name}")
            try:
                found = parallel.compare(interpreter, program, options.threads, options.pairs, settings, options.seconds)
                low, high = stats.interval(found[0])
                parts.append(f"{interpreter.name} {stats.median(found[0]):.2f}x ({low:.2f}–{high:.2f})")
            except (parallel.WorkerFailed, OSError) as error:
                found = str(error)
                parts.append(f"{interpreter.name} failed: {found[:80]}")
            results[program.name][interpreter.name] = found
        status.result(f"{program.name:28} " + "   ".join(parts))
    status.clear()
    return results


def run_idle(options, interpreters, chosen):
    """Every program without a second thread, beside one that waits, and after one that has ended, in turn."""
    settings = {"min_time": options.min_time, "values": options.values, "warmup": options.warmup, "budget": options.budget}
    results = {p.name: {i.name: {kind: measure.Outcome() for kind in report.IDLE} for i in interpreters} for p in chosen}
    status = Status(options.rounds * len(chosen) * len(interpreters) * len(report.IDLE))
    for number in range(options.rounds):
        for program in chosen:
            parts = []
            for interpreter in interpreters:
                found = results[program.name][interpreter.name]
                # The order changes from round to round, so that a drift of the machine favours none.
                kinds = report.IDLE[number % 3 :] + report.IDLE[: number % 3]
                for kind in kinds:
                    status.say(f"{program.name} under {interpreter.name}, {kind}")
                    if found[kind].error is None:
                        found[kind].add(measure.run_once(interpreter, program, settings | {"idle": kind}, options.timeout))
                speeds = [report.program_speed(found[kind], found["none"]) for kind in report.IDLE[1:]]
                parts.append(f"{interpreter.name} alive {report.ratio(speeds[0])} ended {report.ratio(speeds[1])}")
            if number == options.rounds - 1:
                status.result(f"{program.name:28} " + "   ".join(parts))
    status.clear()
    return results


def write(options, title, facts, tables, summary):
    if not options.output:
        return
    folder = os.path.dirname(options.output)
    if folder:
        os.makedirs(folder, exist_ok=True)
    data = {"title": title, "facts": facts, "summary": summary, "tables": [vars(table) for table in tables]}
    texts = {"md": report.markdown(title, facts, tables), "html": page.page(title, facts, tables), "json": json.dumps(data, indent=1)}
    for suffix, text in texts.items():
        with open(f"{options.output}.{suffix}", "w", encoding="utf-8") as file:
            file.write(text)
    print(f"\nwrote {options.output}.md, .html and .json")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0], epilog="See docs/benchmarks.md.")
    parser.add_argument("--interpreters", default="python3.14", help="comma-separated; the first is the measure")
    parser.add_argument("--suite", default="pyperformance", help="pyperformance, ftscaling (= code,shared); comma-separated")
    parser.add_argument("--programs", help="only these: names or parts of names, comma-separated")
    parser.add_argument("--list", action="store_true", help="list the programs and end")
    parser.add_argument("--output", metavar="NAME", help="write NAME.md, NAME.html and NAME.json")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one program in one process (120)")
    parser.add_argument("--warmup", type=float, help="seconds of warm-up of each bench (0.5; with --threads 1)")
    parser.add_argument("--quick", action="store_true", help="short times: a first look, not a result")
    one = parser.add_argument_group("one thread")
    one.add_argument("--rounds", type=int, default=1, help="fresh processes for each program and interpreter, in turn (1)")
    one.add_argument("--values", type=int, default=7, help="values of each bench, of which the median counts (7)")
    one.add_argument("--min-time", type=float, default=0.1, help="seconds that one value takes at least (0.1)")
    one.add_argument("--budget", type=float, default=8, help="seconds after which a bench has enough values (8)")
    one.add_argument("--idle", action="store_true", help="with and without a second thread that only waits")
    many = parser.add_argument_group("threads against processes")
    many.add_argument("--threads", type=int, default=1, help="so many threads against so many processes")
    many.add_argument("--pairs", type=int, default=9, help="pairs of measurements (9)")
    many.add_argument("--seconds", type=float, default=1.0, help="length of one measurement (1)")
    many.add_argument("--slice", type=float, default=0.02, help="length of one unit of work, where the program allows (0.02)")
    start = parser.add_argument_group("start-up")
    start.add_argument("--startup", action="store_true", help="measure `-c CODE` from start to end")
    start.add_argument("--code", default="pass", help="what to run (pass)")
    start.add_argument("--runs", type=int, default=40, help="how often (40)")
    options = parser.parse_args()
    if options.warmup is None:
        options.warmup = 1.0 if options.threads > 1 else 0.5
    if options.quick:
        options.values, options.min_time, options.budget = 3, 0.02, 2
        options.pairs, options.seconds, options.warmup, options.runs = 3, 0.3, 0.1, 10
    return options


def main():
    options = parse()
    if options.list:
        for program in chosen_programs(options):
            print(f"{program.name:28} {program.parallel and 'one thread only: ' + program.parallel}".rstrip())
        return 0
    interpreters = measure.parse_interpreters(options.interpreters)
    facts = {"machine": machine(), "date": time.strftime("%Y-%m-%d %H:%M")}
    facts |= {interpreter.name: version(interpreter) for interpreter in interpreters}
    if options.startup:
        title = "Start-up"
        tables, summary = report.startup(startup.compare(interpreters, options.runs, options.code), options.code)
    elif options.idle:
        chosen = chosen_programs(options)
        title = "An idle second thread"
        facts["measured"] = f"median of {options.values * options.rounds} values after {options.warmup:g} s of warm-up"
        tables, summary = report.idle(interpreters, chosen, run_idle(options, interpreters, chosen))
    elif options.threads > 1:
        chosen = [program for program in chosen_programs(options) if not program.parallel]
        title = f"{options.threads} threads against {options.threads} processes"
        facts["measured"] = f"{options.pairs} pairs of {options.seconds:g} s after {options.warmup:g} s of warm-up"
        results = run_parallel(options, interpreters, chosen)
        tables, summary = report.parallel(interpreters, chosen, results, options.threads)
    else:
        chosen = chosen_programs(options)
        title = "One thread"
        facts["measured"] = f"median of {options.values * options.rounds} values after {options.warmup:g} s of warm-up"
        results = run_times(options, interpreters, chosen)
        tables, summary = report.times(interpreters, chosen, results)
    print(report.terminal(tables))
    write(options, title, facts, tables, summary)
    return 1 if any(table.title == "Failures" for table in tables) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
