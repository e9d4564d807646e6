#!/usr/bin/env python3
"""Shows the machine code of the interpreter's handlers: how many registers each saves, how many calls it makes, how it goes on.

    handlers.py BINARY

BINARY is a release build with its symbols. A handler with a quick half should save few registers and call nothing; `on` counts its jumps to the
next instruction's handler (0: it returns to the loop). Needs nm, readelf and objdump.
"""

import argparse
import pathlib
import re
import struct
import subprocess

OPCODES = pathlib.Path(__file__).resolve().parent.parent / "src/syntax/src/opcodes.rs"


def names():
    """The instructions' names, by number."""
    text = OPCODES.read_text()
    generic = re.search(r"^generic \{(.*?)\n\s*\}\n\s*specialized", text, re.S | re.M)[1]
    specialized = re.search(r"^specialized \{(.*?)\n\s*\}", text, re.S | re.M)[1]
    return re.findall(r"^    ([A-Z]\w+)\(", generic, re.M) + re.findall(r"^\s*([A-Z]\w+) of", specialized, re.M)


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def handlers(binary):
    """(address, bytes) to the names of the instructions whose handler stands there."""
    sizes, table = {}, None
    for line in output("nm", "-S", binary).splitlines():
        fields = line.split()
        if len(fields) == 4:
            sizes[int(fields[0], 16)] = int(fields[1], 16)
            if "interp8dispatch4FAST" in fields[3]:
                table = int(fields[0], 16)
    if table is None:
        raise SystemExit(f"{binary} has no table of handlers among its symbols")
    for line in output("readelf", "-SW", binary).splitlines():
        match = re.match(r"\s*\[ *\d+\] \S+\s+\S+\s+([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+)", line)
        if match:
            address, offset, size = (int(field, 16) for field in match.groups())
            if address and address <= table < address + size:
                place = offset + table - address
    every = names()
    with open(binary, "rb") as file:
        file.seek(place)
        pointers = struct.unpack(f"<{len(every)}Q", file.read(8 * len(every)))
    found = {}
    for name, pointer in zip(every, pointers):
        found.setdefault((pointer, sizes.get(pointer, 0)), []).append(name)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    binary = parser.parse_args().binary
    rows = []
    for (start, size), found in handlers(binary).items():
        code = output("objdump", "-d", "--no-show-raw-insn", "-M", "intel", f"--start-address={start:#x}", f"--stop-address={start + size:#x}", binary)
        count = lambda pattern: len(re.findall(pattern, code))
        rows.append((count(r"\tpush "), count(r"\tcall "), count(r"\tjmp +QWORD PTR \["), size, " ".join(found)))
    print(f"{'saves':>5} {'calls':>5} {'on':>3} {'bytes':>6}  instructions")
    for saves, calls, on, size, found in sorted(rows, key=lambda row: (row[2] == 0, row[0], row[3])):
        print(f"{saves:5} {calls:5} {on:3} {size:6}  {found}")


if __name__ == "__main__":
    main()
