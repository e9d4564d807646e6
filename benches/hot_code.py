#!/usr/bin/env python3
"""Shows the machine instructions that a script runs most, as callgrind counts them.

    hot_code.py INTERPRETER SCRIPT LEAST

LEAST is how often an instruction must run to be shown, and what counts are divided by: for a script that does something 100,000 times, 90000
shows all that is done each time. Functions stand in the order of their addresses; with --functions only their sums are printed.
Needs valgrind and objdump; the interpreter needs its symbols.
"""

import argparse
import collections
import os
import re
import subprocess
import tempfile


def counts(interpreter, script):
    """How often each machine instruction ran, by address."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind.out")
        options = ["--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", f"--callgrind-out-file={out}"]
        subprocess.run(["valgrind", *options, interpreter, "-S", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        found = collections.Counter()
        inclusive = False
        with open(out) as file:
            for line in file:
                if line.startswith("calls="):
                    # The next line says what the called function cost.
                    inclusive = True
                elif match := re.match(r"0x([0-9a-f]+) \S+ (\d+)", line):
                    if not inclusive:
                        found[int(match[1], 16)] += int(match[2])
                    inclusive = False
        return found


def stretches(addresses, gap=256):
    """Pairs (first, last) of addresses that lie close together."""
    found = []
    for address in sorted(addresses):
        if found and address - found[-1][1] < gap:
            found[-1][1] = address
        else:
            found.append([address, address])
    return found


def disassembly(interpreter, first, last):
    """Lines of objdump: (function or None, address, text)."""
    command = ["objdump", "-d", "-C", "--no-show-raw-insn", "-M", "intel", f"--start-address={first:#x}", f"--stop-address={last + 1:#x}", interpreter]
    function = None
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        if head := re.match(r"([0-9a-f]+) <(.*)>:$", line):
            function = re.sub(r"\+0x[0-9a-f]+$", "", head[2])
        elif match := re.match(r"\s*([0-9a-f]+):\s(.*)", line):
            yield function, int(match[1], 16), match[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreter")
    parser.add_argument("script")
    parser.add_argument("least", type=int)
    parser.add_argument("--functions", action="store_true", help="print sums by function only")
    arguments = parser.parse_args()
    found = counts(arguments.interpreter, arguments.script)
    hot = [address for address, count in found.items() if count >= arguments.least]
    sums = collections.Counter()
    for first, last in stretches(hot):
        shown = None
        for function, address, text in disassembly(arguments.interpreter, first, last):
            if found[address] < arguments.least:
                continue
            share = found[address] / arguments.least
            sums[function] += share
            if not arguments.functions:
                if function != shown:
                    print(function)
                    shown = function
                print(f"{share:9.2f} {address:x} {text}")
    if arguments.functions:
        for function, share in sums.most_common():
            print(f"{share:9.1f} {function}")
    print(f"{sum(sums.values()):9.1f} in all")


if __name__ == "__main__":
    main()
