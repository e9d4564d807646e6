"""Shows what became of a program's source lines: which ran compiled, where compiled code was left and why.

    python -m jitview [--html FILE] [--source FILE]... [--jit MODE] [-q] (SCRIPT | -m MODULE) [ARGUMENT]...

The program runs with the compiler on. Then each line of its source is shown with what is known of it:

    C   a unit (a function or loop that was compiled) contains it
    c   the same, but the unit was given up: it was left too often
    D   compiled code was left here, so often, for these reasons
    I   it ran, and no unit contains it
    .   it has code, and nothing tells whether that ran
"""
# Ours: it shows what `sys._jit` knows, which other runtimes do not tell.

import argparse
import collections
import html
import linecache
import os
import sys

LEGEND = {
    'C': 'a unit of compiled code contains it',
    'c': 'a unit that was given up contains it',
    'D': 'compiled code was left here',
    'I': 'ran, and was not compiled',
    '.': 'nothing tells whether it ran',
}
REASONS = {
    'not compiled': 'what the instruction did here is not compiled',
    'class': 'an object was of another class than the ones before',
    'mine': 'an object of another thread, or one that several threads know',
    'empty': 'a variable had no value',
    'overflow': 'a number took more than 64 bits',
    'value': 'an exception: a division by zero, an index out of range',
    'quick': 'the short way of the instruction did not fit',
}


class Exit(Exception):
    """The tool cannot go on; its argument says why."""


def code_below(code):
    """The code object and all within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield from code_below(constant)


class Line:
    """What is known of a line."""

    def __init__(self):
        # Whether it has code; that ran in the interpreter; is in a unit; is in one that was given up.
        self.has_code = self.ran = self.compiled = self.given_up = False
        self.exits = collections.Counter()

    @property
    def marks(self):
        if self.compiled or self.given_up:
            mark = 'C' if self.compiled else 'c'
        elif self.exits:
            mark = ''
        else:
            mark = 'I' if self.ran else '.' if self.has_code else ''
        return mark + ('D' if self.exits else '')

    @property
    def why(self):
        return ', '.join(f'{reason} {count}' for reason, count in self.exits.most_common())


class View:
    """What is known of all lines of some files."""

    def __init__(self, codes, units, wanted):
        names = {part['file'] for unit in units for part in parts_of(unit)} | set(codes)
        self.files = sorted(name for name in names if is_shown(name, wanted))
        self.units = [unit for unit in units if any(part['file'] in self.files for part in parts_of(unit))]
        self.lines = {name: collections.defaultdict(Line) for name in self.files}
        for name in self.files:
            for code in codes.get(name) or compiled_anew(name):
                self._add_code(self.lines[name], code)
        for unit in self.units:
            self._add_unit(unit)

    @staticmethod
    def _add_code(lines, code):
        for inner in code_below(code):
            for _, _, line in inner.co_lines():
                if line:
                    lines[line].has_code = True
            for line in sys._jit.lines_seen(inner):
                lines[line].has_code = lines[line].ran = True

    def _add_unit(self, unit):
        what = 'given_up' if unit['state'] == 'given up' else 'compiled'
        for part in parts_of(unit):
            for line in part['lines'] if part['file'] in self.lines else ():
                setattr(self.lines[part['file']][line], what, True)
        for exit in unit['exits']:
            if exit['count'] and exit['line'] and exit['file'] in self.lines:
                self.lines[exit['file']][exit['line']].exits[exit['reason']] += exit['count']

    def deoptimisations(self):
        """Rows of a table: count, reason, place; the largest first."""
        counts = collections.Counter()
        for unit in self.units:
            for exit in unit['exits']:
                if exit['file'] in self.files:
                    counts[exit['reason'], exit['name'], exit['file'], exit['line'] or 0] += exit['count']
        return [(count, *place) for place, count in counts.most_common() if count]

    def made(self):
        return [unit for unit in self.units if unit['state'] != 'refused']

    def refused(self):
        return [unit for unit in self.units if unit['state'] == 'refused']


def parts_of(unit):
    """The code of a unit, then other functions that it runs as parts of itself."""
    return [unit, *unit['parts']]


def is_shown(name, wanted):
    """Whether a file is one of those that were asked for; without any: one of the program's own."""
    if wanted:
        path = os.path.abspath(name)
        return any(path == os.path.abspath(one) or name.endswith('/' + one) for one in wanted)
    if not os.path.isfile(name):
        return False
    path = os.path.abspath(name)
    return not path.startswith(sys._stdlib_dir + os.sep) and 'site-packages' not in path.split(os.sep)


def compiled_anew(name):
    """The code of a file whose own code nobody has seen."""
    try:
        return [compile(''.join(linecache.getlines(name)), name, 'exec', dont_inherit=True)]
    except (SyntaxError, ValueError):
        return []


# --- as text ---

def left(unit):
    return sum(exit['count'] for exit in unit['exits'])


def state_of(unit):
    return f'{unit["state"]}: {unit["reason"]}' if unit['reason'] else unit['state']


def table(rows):
    """Lines of columns, numbers to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width) for cell, width in zip(row, widths)]
        yield '  ' + '  '.join(cells).rstrip()


def text_of(view, stats):
    for name in view.files:
        lines = view.lines[name]
        width = max([len(line.why) for line in lines.values()], default=0)
        yield f'{name}: {summary(lines)}'
        for number, source in enumerate(linecache.getlines(name), 1):
            line = lines.get(number) or Line()
            yield f'{line.marks:2}  {line.why:{width}}  {number:5}  {source.rstrip()}'.rstrip()
        yield ''
    yield '; '.join(f'{mark}: {meaning}' for mark, meaning in LEGEND.items())
    yield from sections(view, stats)


def summary(lines):
    count = collections.Counter(mark for line in lines.values() for mark in line.marks)
    with_code = sum(line.has_code for line in lines.values())
    return f'{with_code} lines with code; {count["C"]} C, {count["c"]} c, {count["D"]} D, {count["I"]} I'


def sections(view, stats):
    if view.made():
        yield '\nunits'
        head = ['where', 'kind', 'tier', 'state', 'ms', 'bytes', 'left']
        rows = [[f'{unit["name"]}, {unit["file"]}:{unit["line"]}', unit['kind'], unit['tier'], state_of(unit), f'{unit["seconds"] * 1e3:.1f}', unit["code_bytes"], left(unit)] for unit in view.made()]
        yield from table([head, *rows])
    if view.refused():
        yield '\nnot compiled'
        yield from table([[f'{unit["name"]}, {unit["file"]}:{unit["line"]}', unit['reason']] for unit in view.refused()])
    exits = view.deoptimisations()
    yield '\ndeoptimisations' if exits else '\nno deoptimisations'
    yield from table([[count, reason, f'{name}, {file}:{line}'] for count, reason, name, file, line in exits])
    yield ''
    yield totals(stats)


def totals(stats):
    def all_of(counts, what):
        reasons = ', '.join(f'{reason} {count}' for reason, count in counts.items())
        return f'{sum(counts.values())} {what}' + (f' ({reasons})' if reasons else '')

    parts = [all_of(stats['given_up'], 'given up'), all_of(stats['refused'], 'places not compiled'), all_of(stats['exits'], 'times left'), f'{stats["queued"]} waiting']
    return f'the whole process: {stats["compiled"]} units compiled in {stats["compile_seconds"]:.3f} s, ' + ', '.join(parts)


# --- as a page ---

STYLE = '''
body { font: 14px/1.4 sans-serif; margin: 2em; background: #fff; color: #222 }
table { border-collapse: collapse; margin: 1em 0 }
td, th { padding: .15em .8em; text-align: left; border-bottom: 1px solid #ddd }
td.n { text-align: right }
.source { font: 13px/1.35 monospace; border: 1px solid #ccc; overflow-x: auto }
.source div { white-space: pre; min-width: max-content }
.source i { font-style: normal; color: #777; display: inline-block; padding: 0 .6em; text-align: right; user-select: none }
.source i.k { width: 1.6em } .source i.l { width: 4em }
.source em { color: #a33; padding-left: 3em }
.C { background: #d8f3d8 } .c { background: #eef3cf } .I { background: #f3e3e3 } .D { background: #ffdf9e }
.k1 { color: #705 } .k2 { color: #060 } .k3 { color: #666 } .k4 { color: #04a }
.legend span { padding: .1em .6em; margin-right: .5em; border: 1px solid #ccc }
@media (prefers-color-scheme: dark) {
  body { background: #1c1c1c; color: #ddd } td, th { border-color: #444 } .source { border-color: #444 }
  .C { background: #1d3a1d } .c { background: #35391a } .I { background: #402626 } .D { background: #5a4310 }
  .k1 { color: #e8a } .k2 { color: #9d8 } .k3 { color: #999 } .k4 { color: #8bf } .source em { color: #fa7 }
}
'''


def coloured(source):
    """The lines of a source as HTML, with keywords, texts, comments and numbers marked."""
    lines = source.splitlines()
    kinds = [[''] * len(line) for line in lines]
    try:
        mark_tokens(lines, kinds)
    except (SyntaxError, ValueError, IndexError):
        pass  # It is shown without colours, then.
    return [''.join(spans(line, kind)) for line, kind in zip(lines, kinds)]


def mark_tokens(lines, kinds):
    import keyword
    import tokenize

    classes = {tokenize.STRING: 'k2', tokenize.FSTRING_MIDDLE: 'k2', tokenize.COMMENT: 'k3', tokenize.NUMBER: 'k4'}
    rest = iter([line + '\n' for line in lines])
    for token in tokenize.generate_tokens(lambda: next(rest, '')):
        kind = 'k1' if token.type == tokenize.NAME and keyword.iskeyword(token.string) else classes.get(token.type)
        if not kind:
            continue
        for row in range(token.start[0], token.end[0] + 1):
            first = token.start[1] if row == token.start[0] else 0
            last = token.end[1] if row == token.end[0] else len(lines[row - 1])
            kinds[row - 1][first:last] = [kind] * (last - first)


def spans(line, kinds):
    """The text in runs of one kind."""
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or kinds[at] != kinds[start]:
            text = html.escape(line[start:at])
            yield f'<span class="{kinds[start]}">{text}</span>' if kinds[start] else text
            start = at


def explained(line):
    return '; '.join(f'{reason} ({REASONS[reason]})' if reason in REASONS else reason for reason in line.exits)


def source_html(name, lines):
    yield f'<h2>{html.escape(name)}</h2><p>{summary(lines)}</p><div class="source">'
    for number, text in enumerate(coloured(''.join(linecache.getlines(name))), 1):
        line = lines.get(number) or Line()
        kind = 'D' if line.exits else line.marks if line.marks in LEGEND and line.marks != '.' else ''
        title = html.escape(explained(line) or LEGEND.get(line.marks, ''))
        note = f'<em>{html.escape(line.why)}</em>' if line.exits else ''
        yield f'<div class="{kind}" title="{title}"><i class="k">{line.marks}</i><i class="l">{number}</i>{text}{note}</div>'
    yield '</div>'


def table_html(title, head, rows):
    if not rows:
        return
    yield f'<h2>{title}</h2><table><tr>' + ''.join(f'<th>{name}</th>' for name in head) + '</tr>'
    for row in rows:
        cells = (f'<td class="n">{cell}</td>' if isinstance(cell, (int, float)) else f'<td>{html.escape(cell)}</td>' for cell in row)
        yield '<tr>' + ''.join(cells) + '</tr>'
    yield '</table>'


def html_of(view, stats, title):
    title = html.escape(title)
    yield f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>'
    yield '<p class="legend">' + ''.join(f'<span class="{mark if mark != "." else ""}">{mark} {meaning}</span>' for mark, meaning in LEGEND.items()) + '</p>'
    yield f'<p>{html.escape(totals(stats))}</p>'
    for name in view.files:
        yield from source_html(name, view.lines[name])
    made = [
        (unit['name'], f'{unit["file"]}:{unit["line"]}', unit['kind'], unit['tier'], state_of(unit), round(unit['seconds'] * 1e3, 1), unit['code_bytes'], unit['instructions'], left(unit))
        for unit in view.made()
    ]
    yield from table_html('Units', ('name', 'where', 'kind', 'tier', 'state', 'ms', 'bytes', 'instructions', 'left'), made)
    yield from table_html('Not compiled', ('name', 'where', 'why'), [(unit['name'], f'{unit["file"]}:{unit["line"]}', unit['reason']) for unit in view.refused()])
    exits = [(count, reason, REASONS.get(reason, ''), name, f'{file}:{line}') for count, reason, name, file, line in view.deoptimisations()]
    yield from table_html('Deoptimisations', ('count', 'reason', 'meaning', 'name', 'where'), exits)
    yield '</body></html>'


# --- the program ---

class Codes(dict):
    """Code of modules by file, as it is executed."""

    def note(self, event, arguments):
        if event == 'exec' and arguments and hasattr(arguments[0], 'co_consts'):
            code = arguments[0]
            if code.co_name == '<module>':
                self.setdefault(code.co_filename, []).append(code)


def run(options):
    """Runs the program: its exit status."""
    import runpy

    target, *arguments = options.program
    sys.argv[:] = [target, *arguments]
    try:
        if options.module:
            runpy.run_module(target, run_name='__main__', alter_sys=True)
        else:
            run_file(target)
    except Exit:
        raise
    except SystemExit as exit:
        return exit.code
    except BaseException as error:
        sys.excepthook(type(error), error.with_traceback(own_part(error.__traceback__)), error.__traceback__)
        return 1
    return 0


def own_part(traceback):
    """A traceback without the tool's own frames."""
    while traceback and traceback.tb_next and is_own(traceback.tb_frame.f_globals):
        traceback = traceback.tb_next
    return traceback


def is_own(namespace):
    return namespace is globals() or namespace.get('__name__') == 'runpy'


def run_file(path):
    import importlib.machinery
    import importlib.util
    import io

    sys.path[0] = os.path.dirname(os.path.abspath(path))
    try:
        with io.open_code(path) as file:
            code = compile(file.read(), path, 'exec', dont_inherit=True)
    except OSError as error:
        raise Exit(f'cannot open {path}: {error.strerror}') from None
    spec = importlib.machinery.ModuleSpec(name='__main__', loader=None, origin=path)
    module = importlib.util.module_from_spec(spec)
    module.__dict__.update({'__spec__': None, '__file__': path, '__builtins__': __builtins__})
    sys.modules['__main__'] = module
    exec(code, module.__dict__)


def wait_for_threads():
    if threading := sys.modules.get('threading'):
        for thread in threading.enumerate():
            if not thread.daemon and thread is not threading.current_thread():
                thread.join()


def start_compiler(mode):
    """Sees to it that the program runs with the compiler: starts the process anew, if need be."""
    if sys._jit.is_enabled():
        return
    if 'jit' in sys._xoptions:
        raise Exit('the compiler is off (-X jit=off)' if sys._xoptions['jit'] == 'off' else 'there is no compiler: its library is missing')
    arguments = [sys.orig_argv[0], '-X', f'jit={mode}', *sys.orig_argv[1:]]
    flush()
    os.execv(sys.executable, arguments)


def flush():
    for stream in sys.stdout, sys.stderr:
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # The program has closed or replaced it.


def show(options, codes, out):
    stats, units = sys._jit.stats(), sys._jit.units()
    view = View(codes, units, options.source)
    if not options.quiet:
        for line in text_of(view, stats):
            print(line, file=out)
        out.flush()
    if options.html:
        with open(options.html, 'w', encoding='utf-8') as file:
            file.write('\n'.join(html_of(view, stats, ' '.join(options.program))))


def options_of(arguments):
    parser = argparse.ArgumentParser(
        prog='python -m jitview', usage='python -m jitview [OPTION]... (SCRIPT | -m MODULE) [ARGUMENT]...', description='Runs a program with the compiler on, and shows which lines of its source ran compiled, where compiled code was left, and why.'
    )
    parser.add_argument('--html', metavar='FILE', help='write a page with the source, coloured, and tables')
    parser.add_argument('--source', metavar='FILE', action='append', help='show this file (may be repeated); without it all of the program’s own')
    parser.add_argument('--jit', metavar='MODE', default='on', help='on, tier1 or eager (-X jit), unless the process has it on already')
    parser.add_argument('-q', '--quiet', action='store_true', help='print nothing')
    parser.add_argument('-m', dest='module', action='store_true', help='run a module')
    parser.add_argument('program', nargs=argparse.REMAINDER, help='the program and its arguments')
    options = parser.parse_args(arguments)
    if not options.program:
        parser.error('no program')
    return options


def main():
    options = options_of(sys.argv[1:])
    if not hasattr(sys._jit, 'units'):
        raise Exit('this runtime does not tell what it compiles')
    start_compiler(options.jit)
    # The program may close its own.
    out = open(os.dup(sys.stdout.fileno()), 'w', encoding=sys.stdout.encoding, errors='replace')
    codes = Codes()
    sys.addaudithook(codes.note)
    status = run(options)
    wait_for_threads()
    flush()
    show(options, codes, out)
    sys.exit(status)


if __name__ == '__main__':
    try:
        main()
    except Exit as error:
        sys.exit(f'jitview: {error}')
