"""The C compiler, seen from the comparison: preprocess, list macros, compile and run."""

import dataclasses
import pathlib
import re
import subprocess
import tempfile

# What both sides are asked about. <expat.h> is a foreign library's and pyexpat.h needs it, so it is left out; so is
# pydtrace.h, which needs a file of the build.
HEADERS = ("Python.h", "structmember.h", "datetime.h", "frameobject.h", "marshal.h", "osdefs.h",
           "errcode.h", "opcode.h")
SYSTEM = ("assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "math.h", "pthread.h", "stdarg.h",
          "stddef.h", "stdio.h", "stdlib.h", "string.h", "sys/stat.h", "sys/types.h", "unistd.h", "wchar.h")


class Failure(Exception):
    """A program of the comparison did not compile, or crashed."""


@dataclasses.dataclass(frozen=True)
class Side:
    """One set of headers, and the flags that choose a flavour or an API of it."""
    name: str
    include: pathlib.Path
    flags: tuple = ()

    def options(self):
        # Debian keeps pyconfig.h beside the folder of the headers, under the architecture's name.
        return ["-I", str(self.include), "-idirafter", str(self.include.parent), *self.flags]


def includes(names=HEADERS):
    return "".join(f"#include <{name}>\n" for name in names)


def gcc(options, source, suffix=".c"):
    with tempfile.NamedTemporaryFile("w", suffix=suffix) as file:
        file.write(source)
        file.flush()
        return subprocess.run(["gcc", *options, file.name], capture_output=True, text=True)


def checked(result, what):
    if result.returncode:
        raise Failure(f"{what}:\n{result.stderr[:4000]}")
    return result.stdout


def preprocess(side, source):
    return checked(gcc(["-E", "-P", *side.options()], source), f"{side.name}: preprocessing")


def macros(side, source):
    """{name: its definition} of what `source` defines beyond the system's headers."""
    def listing(options, text):
        out = checked(gcc(["-E", "-dM", *options], text), f"{side.name}: macros")
        return dict(re.findall(r"^#define (\w+)(.*)$", out, re.M))
    system = listing(["-D_GNU_SOURCE=1", "-D_FILE_OFFSET_BITS=64"], includes(SYSTEM))
    return {n: d for n, d in listing(side.options(), source).items() if n not in system}


def run(side, source, extra=()):
    """Output of the program. What it does not define may stay undefined: nothing of it is called."""
    with tempfile.TemporaryDirectory() as folder:
        binary = f"{folder}/program"
        options = ["-O1", "-DNDEBUG", "-w", *side.options(), *extra, "-o", binary,
                   "-no-pie", "-Wl,--unresolved-symbols=ignore-all"]
        checked(gcc(options, source), f"{side.name}: compiling")
        done = subprocess.run([binary], capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"{side.name}: the program ended with {done.returncode}")
        return done.stdout


def bad_lines(side, source, extra=()):
    """Numbers of the lines that do not compile."""
    result = gcc(["-fsyntax-only", "-fmax-errors=0", "-Werror=int-conversion",
                  *side.options(), *extra], source)
    # Notes after an error inside a macro name the line that used it; those after a warning do not count.
    lines, within_error = set(), False
    for file, number, kind in re.findall(r"^([^:\n]+):(\d+):\d+: (\w+)", result.stderr, re.M):
        if kind != "note":
            within_error = kind == "error"
        if within_error and file.startswith(tempfile.gettempdir()):
            lines.add(int(number))
    return lines
