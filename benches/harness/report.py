"""Results as plain rows, then as a terminal table, Markdown and JSON.

A `Table` is a title, a note, columns and rows of cells; the page draws the same
tables. Ratios are speeds relative to the first interpreter: above 1 is faster.
"""

import shutil
import unicodedata
from dataclasses import dataclass, field

from . import stats


@dataclass
class Table:
    title: str
    columns: list
    rows: list = field(default_factory=list)  # lists of strings, one a column
    note: str = ""
    bars: list = field(default_factory=list)  # (row label, [(series, value or None, text)])
    series: list = field(default_factory=list)
    unit: str = "x"


def seconds(value):
    """A time with three digits and its unit."""
    for limit, factor, unit in ((1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if value < limit:
            return f"{value * factor:.3g} {unit}"
    return f"{value:.3g} s"


def megabytes(value):
    return f"{value / 1e6:.1f} MB" if value else "–"


def ratio(value):
    return f"{value:.2f}x" if value else "–"


def wrong_digest(outcome, reference):
    """What is wrong with a result, or None."""
    if outcome.digest is None:
        return None
    if outcome.known is not None and outcome.digest != outcome.known:
        return f"wrong result: {outcome.digest}, not {outcome.known}"
    if reference is not None and reference.digest is not None and outcome.digest != reference.digest:
        return f"another result than the first interpreter: {outcome.digest}, not {reference.digest}"
    return None


def program_speed(outcome, reference):
    """The geometric mean of the speeds of a program's benches, relative to another outcome's."""
    ratios = []
    for name, values in outcome.benches.items():
        other = reference.benches.get(name)
        if other and values:
            ratios.append(stats.median(other) / stats.median(values))
    return stats.geometric_mean(ratios)


def program_time(outcome):
    """The sum of the medians of a program's benches."""
    return sum(stats.median(values) for values in outcome.benches.values()) if outcome.benches else None


def times(interpreters, programs, results):
    """The tables of a run with one thread: speed, memory, failures."""
    names = [interpreter.name for interpreter in interpreters]
    first = names[0]
    speed = Table("Speed, one thread", ["program", f"{first}", *(f"{name}" for name in names[1:])], series=names)
    memory = Table("Peak of the resident memory", ["program", *names], series=names, unit="MB")
    failures = Table("Failures", ["program", "interpreter", "how"])
    speeds = {name: [] for name in names}
    peaks = {name: [] for name in names}
    for program in programs:
        outcomes = results[program.name]
        reference = outcomes[first]
        row, bars = [program.name], []
        memory_row, memory_bars = [program.name], []
        for name in names:
            outcome = outcomes[name]
            error = outcome.error or wrong_digest(outcome, reference)
            if error:
                failures.rows.append([program.name, name, error])
            # A wrong answer has no speed.
            value = None if error else program_speed(outcome, reference)
            if name == first:
                taken = program_time(outcome)
                row.append("failed" if error else seconds(taken))
                bars.append((name, value, "failed" if error else f"1.00x, {seconds(taken)}"))
            else:
                row.append("failed" if error else ratio(value))
                bars.append((name, value, "failed" if error else ratio(value)))
            if value:
                speeds[name].append(value)
            memory_row.append(megabytes(0 if error else outcome.peak))
            memory_bars.append((name, outcome.peak / 1e6 if outcome.peak and not error else None, megabytes(outcome.peak)))
            if outcome.peak and reference.peak and not error:
                peaks[name].append(outcome.peak / reference.peak)
        speed.rows.append(row)
        speed.bars.append((program.name, bars))
        memory.rows.append(memory_row)
        memory.bars.append((program.name, memory_bars))
    means = {name: stats.geometric_mean(speeds[name]) for name in names}
    speed.rows.append(["**geometric mean**", "1.00x", *(ratio(means[name]) for name in names[1:])])
    speed.rows.append(["**slowest**", "1.00x", *(ratio(min(speeds[name], default=None)) for name in names[1:])])
    speed.bars.insert(0, ("geometric mean", [(name, means[name], ratio(means[name])) for name in names]))
    memory.rows.append(["**geometric mean of ratios**", *(ratio(stats.geometric_mean(peaks[name])) for name in names)])
    counted = {name: len(speeds[name]) for name in names}
    speed.note = (
        f"The first column is the time of {first}; the others are speeds relative to it (above 1 is faster). Right results: "
        + ", ".join(f"{name} {counted[name]} of {len(programs)}" for name in names)
        + "."
    )
    tables = [speed, memory]
    return (tables + [failures] if failures.rows else tables), {"geometric_mean": means, "passed": counted}


def parallel(interpreters, programs, results, threads):
    """The tables of a run with threads against processes; results[program][name] is (ratios, rates, loops) or a text."""
    names = [interpreter.name for interpreter in interpreters]
    table = Table(
        f"{threads} threads in one process against {threads} processes",
        ["program", *(part for name in names for part in (name, "95 % interval"))],
        series=names,
        note="Throughput of the threads over that of the processes: 1.0 is perfect. Median of the pairs.",
    )
    failures = Table("Failures", ["program", "interpreter", "how"])
    medians = {name: [] for name in names}
    below = {name: [] for name in names}
    for program in programs:
        row, bars = [program.name], []
        for name in names:
            found = results[program.name][name]
            if isinstance(found, str):
                row += ["failed", ""]
                bars.append((name, None, "failed"))
                failures.rows.append([program.name, name, found])
                continue
            ratios = found[0]
            middle = stats.median(ratios)
            low, high = stats.interval(ratios)
            medians[name].append(middle)
            if high < 0.9:
                below[name].append(program.name)
            row += [ratio(middle), f"{low:.2f}–{high:.2f}"]
            bars.append((name, middle, f"{ratio(middle)} ({low:.2f}–{high:.2f})"))
        table.rows.append(row)
        table.bars.append((program.name, bars))
    means = {name: stats.geometric_mean(medians[name]) for name in names}
    table.rows.append(["**geometric mean**", *(part for name in names for part in (ratio(means[name]), ""))])
    table.bars.insert(0, ("geometric mean", [(name, means[name], ratio(means[name])) for name in names]))
    for name in names:
        if below[name]:
            table.note += f" {name}: the whole interval lies below 0.90x on {', '.join(below[name])}."
    tables = [table] + throughput(names, programs, results, threads)
    return (tables + [failures] if failures.rows else tables), {"geometric_mean": means, "below": below}


def throughput(names, programs, results, threads):
    """How much the threads get done, against the first interpreter's; only for programs of one bench, whose units compare."""
    table = Table(
        f"Throughput of {threads} threads", ["program", *names], series=names,
        note=f"Loops a second of all threads; the first column in numbers, the others relative to {names[0]}.",
    )  # fmt: skip
    for program in programs:
        found = results[program.name]
        if any(isinstance(found[name], str) or len(found[name][2]) != 1 for name in names):
            continue
        speeds = [stats.median([one for one, _ in found[name][1]]) * found[name][2][0] for name in names]
        table.rows.append([program.name, f"{speeds[0]:,.0f}/s", *(ratio(speed / speeds[0]) for speed in speeds[1:])])
        bars = [(name, speed / speeds[0], ratio(speed / speeds[0])) for name, speed in zip(names, speeds)]
        table.bars.append((program.name, bars))
    return [table] if len(names) > 1 and table.rows else []


IDLE = ("none", "alive", "ended")


def idle(interpreters, programs, results):
    """The cost of a second thread that only waits; results[program][name][kind] is an Outcome."""
    names = [interpreter.name for interpreter in interpreters]
    table = Table(
        "Speed with an idle second thread", ["program", *(f"{name}, {kind}" for name in names for kind in IDLE[1:])],
        series=[f"{name}, {kind}" for name in names for kind in IDLE[1:]],
        note="Relative to the same program without it: 1.0 is no cost. The thread was started before the program built its data.",
    )  # fmt: skip
    failures = Table("Failures", ["program", "interpreter", "how"])
    ratios = {column: [] for column in table.series}
    for program in programs:
        row, bars = [program.name], []
        for name in names:
            found = results[program.name][name]
            for kind in IDLE[1:]:
                error = found["none"].error or found[kind].error
                value = None if error else program_speed(found[kind], found["none"])
                if error:
                    failures.rows.append([program.name, f"{name}, {kind}", error])
                if value:
                    ratios[f"{name}, {kind}"].append(value)
                row.append("failed" if error else ratio(value))
                bars.append((f"{name}, {kind}", value, "failed" if error else ratio(value)))
        table.rows.append(row)
        table.bars.append((program.name, bars))
    means = {column: stats.geometric_mean(values) for column, values in ratios.items()}
    table.rows.append(["**geometric mean**", *(ratio(means[column]) for column in table.series)])
    table.bars.insert(0, ("geometric mean", [(column, means[column], ratio(means[column])) for column in table.series]))
    return ([table, failures] if failures.rows else [table]), {"geometric_mean": means}


def startup(found, code):
    """The table of start-up times; the first interpreter is the measure."""
    names = list(found)
    table = Table(
        f"Start and stop: -c {code!r}", ["interpreter", "median", "fastest", "against the first", "memory peak"], series=["time"], unit="ms"
    )
    base = found[names[0]]["times"]
    for name in names:
        entry = found[name]
        if entry["error"] or not entry["times"]:
            table.rows.append([name, "failed", "", "", entry["error"] or ""])
            table.bars.append((name, [("time", None, "failed")]))
            continue
        middle = stats.median(entry["times"])
        against = f"{middle / stats.median(base):.2f}x" if base else "–"
        table.rows.append([name, seconds(middle), seconds(min(entry["times"])), against, megabytes(entry["peak"])])
        table.bars.append((name, [("time", middle * 1e3, f"{seconds(middle)}, {megabytes(entry['peak'])}")]))
    return [table], {"median": {name: stats.median(found[name]["times"]) if found[name]["times"] else None for name in names}}


# Text.


def width(text):
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def terminal(tables):
    """All tables for a terminal, the last column cut where the line ends."""
    limit = max(60, shutil.get_terminal_size((120, 24)).columns)
    lines = []
    for table in tables:
        rows = [[cell.replace("**", "") for cell in row] for row in table.rows]
        widths = [max(width(row[i]) for row in [table.columns, *rows]) for i in range(len(table.columns))]
        lines += ["", table.title, "─" * min(limit, max(width(table.title), sum(widths) + 2 * len(widths) - 2))]
        for row in [table.columns, *rows]:
            cells = []
            for i, cell in enumerate(row):
                space = " " * (widths[i] - width(cell))
                text = i == 0 or table.title == "Failures"
                cells.append(cell + space if text else space + cell)
            lines.append("  ".join(cells).rstrip()[:limit])
        if table.note:
            lines.append(table.note)
    return "\n".join(lines)


def markdown(title, facts, tables):
    lines = [f"# {title}", ""]
    lines += [f"- {key}: {value}" for key, value in facts.items()]
    for table in tables:
        lines += ["", f"## {table.title}", ""]
        if table.note:
            lines += [table.note, ""]
        lines.append("| " + " | ".join(table.columns) + " |")
        failure = table.title == "Failures"
        lines.append("|" + "|".join("---" if i == 0 or failure else "--:" for i in range(len(table.columns))) + "|")
        for row in table.rows:
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
    return "\n".join(lines) + "\n"
