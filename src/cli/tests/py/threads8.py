"""Runs one script on eight threads at once, each in a module of its own.

    python threads8.py SCRIPT [THREADS]

The threads start together. What a script raises is printed with the number of
its thread, and the exit code is the number of threads that failed.
"""

import sys
import threading
import traceback
import types


def main():
    path = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    sys.argv = [path]
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    start = threading.Barrier(count)
    failures = []

    def run(number):
        # The name is not __main__ in sys.modules: eight modules cannot share
        # that entry. Scripts see the usual value in their globals all the same.
        module = types.ModuleType("__main__")
        module.__file__ = path
        start.wait()
        try:
            exec(code, module.__dict__)
        except SystemExit as stop:
            if stop.code:
                failures.append((number, f"exit {stop.code}\n"))
        except BaseException:
            failures.append((number, traceback.format_exc()))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, text in failures:
        sys.stderr.write(f"thread {number} of {count}: {text}")
    return len(failures)


if __name__ == "__main__":
    sys.exit(main())
