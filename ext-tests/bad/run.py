"""Extensions that do what they must not: each is built, and used in a process of its own, whose message and exit status are checked.

    python run.py --python EXE [--include DIR ...] [--debug] [NAME ...]

`--debug` says that EXE is a debug build, which finds more. The compilers are $CC and $CXX.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SUFFIX = '.cpython-314-x86_64-linux-gnu.so'
ABORT = -signal.SIGABRT

USE = '''\
import {name}
def user():
    return {name}.go({argument})
user()
'''
CASES = {}


def case(name, *expected, status=1, code=None, argument='', options=(), debug=False, absent=()):
    """What running the module's `go` writes to standard error, in this order, and how the process ends."""
    CASES[name] = dict(expected=expected, status=status, code=code or USE.format(name=name, argument=argument),
                       options=options, debug=debug, absent=absent)


case('returns_null', "SystemError: <built-in function go> returned NULL without setting an exception")
case('result_and_error', "ValueError: forgotten", "The above exception was the direct cause",
     "SystemError: <built-in function go> returned a result with an exception set")
case('overfree', "Fatal Python error:", "overfree" + SUFFIX + ": go: the function gave up a count that it does not hold: its argument 1 is gone",
     "of type 'set'", ' line 3 in user', status=ABORT, argument='set()', debug=True)
case('overfree_later', "Fatal Python error: the count of an object that has ended was lowered: of type 'set'", status=ABORT, debug=True, code='''\
import overfree
def user():
    kept = {1}
    both = [kept, kept]
    for _ in range(3):
        overfree.go(kept)
    return both
user()
''')
case('dealloc_raises', "Exception ignored in a tp_dealloc, dealloc_raises" + SUFFIX + ": Thing.tp_dealloc", "ValueError: from the destructor", "went on",
     status=0, code='''\
import sys, dealloc_raises
try:
    raise KeyError('ours')
except KeyError as ours:
    thing = dealloc_raises.go()
    del thing
    assert ours.args == ('ours',)
print('went on', file=sys.stderr)
''')
case('detached_call', "Fatal Python error: PyList_New: the function must be called with the GIL held", "Called by detached_call" + SUFFIX + ": go",
     "line 3 in user", status=ABORT)
case('never_restores', "Fatal Python error: never_restores" + SUFFIX + ": go: the function returned with the GIL released", "line 3 in user", status=ABORT)
case('unpaired_release', "Fatal Python error: unpaired_release" + SUFFIX + ": go: the function returned with the GIL released", "line 3 in user",
     status=ABORT)
case('throws', "Fatal Python error: throws" + SUFFIX + ": go: a C++ exception came out of the function", "line 3 in user", status=ABORT)
case('throws_thread', "Fatal Python error: throws" + SUFFIX + ": go: a C++ exception came out of the function", "line 2 in user", status=ABORT, code='''\
import threading, throws
def user(): throws.go()
thread = threading.Thread(target=user)
thread.start()
thread.join()
''')
case('throws_caught', "Fatal Python error: throws_caught" + SUFFIX + ": go: a C++ exception came out of the function", "line 2 in inner", status=ABORT,
     code='''\
import throws_caught
def inner(): throws_caught.go(None)
throws_caught.go(inner)
''')
STUCK = ("pyston: a thread has", "for 1.", "is in spins" + SUFFIX + ": go", "line 4 in user")
SPIN = '''\
import threading, time, spins
def user():
    ready.wait()
    spins.go()
def other():
    ready.set()
    while True:
        time.sleep(0.01)
ready = threading.Event()
'''
case('spins', *STUCK, status='killed', options=('-X', 'dev'), code=SPIN + '''\
threading.Thread(target=other).start()
user()
''')
case('spins_thread', *STUCK, status='killed', options=('-X', 'world-report'), code=SPIN + '''\
threading.Thread(target=user).start()
other()
''')
case('init_fails', "SystemError: initialization of init_fails failed without raising an exception")
case('init_raises', "ValueError: forgotten", "SystemError: initialization of init_raises raised unreported exception")
case('no_init', "ImportError: dynamic module does not define module export function (PyInit_no_init)")
case('other_machine', "ImportError: other_machine" + SUFFIX + " was built for another processor (aarch64)")
case('not_elf', "ImportError: ", "invalid ELF header")
OTHER = "ModuleNotFoundError: No module named '{0}'\n{0}.{1}.so in "
LOADS = "; this Python loads cpython-314 and abi3: install a wheel tagged cp314-cp314 or abi3"
case('other_version', OTHER.format('other_version', 'cpython-313-x86_64-linux-gnu'), "was built for cpython-313-x86_64-linux-gnu" + LOADS)
case('free_threaded', OTHER.format('free_threaded', 'cpython-314t-x86_64-linux-gnu'),
     "was built for cpython-314t-x86_64-linux-gnu (the free-threaded ABI)" + LOADS)
case('in_package', "ModuleNotFoundError: No module named 'package._core'\n_core.cpython-312-x86_64-linux-gnu.so in ",
     "was built for cpython-312-x86_64-linux-gnu", code='import package\n')
case('nothing', "ModuleNotFoundError: No module named 'nothing'\n", absent=("was built",))
case('by_path', "ImportError: other_version.cpython-313-x86_64-linux-gnu.so was built for another version of Python (cpython-313-x86_64-linux-gnu)", code='''\
import os, sys, importlib.machinery, importlib.util
path = os.path.join(sys.path[0], 'other_version.cpython-313-x86_64-linux-gnu.so')
loader = importlib.machinery.ExtensionFileLoader('other_version', path)
importlib.util.module_from_spec(importlib.util.spec_from_file_location('other_version', path, loader=loader))
''')


def build(folder, include):
    """Compiles the sources, and lays the files that no compiler here makes."""
    include = [f'-I{path}' for path in [HERE, *include]]
    for source in sorted(HERE.glob('*.c*')):
        compiler = os.environ.get('CXX', 'c++') if source.suffix == '.cpp' else os.environ.get('CC', 'cc')
        subprocess.run([compiler, '-O1', '-g', '-shared', '-fPIC', *include, '-o', folder / (source.stem + SUFFIX), source], check=True)
    header = bytearray((folder / ('spins' + SUFFIX)).read_bytes()[:64])
    header[18:20] = (183).to_bytes(2, 'little')
    (folder / ('other_machine' + SUFFIX)).write_bytes(header)
    (folder / ('not_elf' + SUFFIX)).write_bytes(b'no library at all, but long enough to be looked at' * 100)
    (folder / 'package').mkdir()
    (folder / 'package' / '__init__.py').write_text('import package._core\n')
    for name in ['other_version.cpython-313', 'free_threaded.cpython-314t', 'package/_core.cpython-312']:
        (folder / (name + '-x86_64-linux-gnu.so')).write_bytes(header)


def run(python, folder, name, case):
    """Runs a case; what is wrong with it, or None."""
    program = folder / f'use_{name}.py'
    program.write_text(case['code'])
    child = subprocess.Popen([python, *case['options'], program], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    if case['status'] == 'killed':
        error = wait_for(child, case['expected'][-1])
    else:
        try:
            error = child.communicate(timeout=120)[1]
        except subprocess.TimeoutExpired:
            child.kill()
            return f'it runs on; until now:\n{child.communicate()[1]}'
        if child.returncode != case['status']:
            return f'status {child.returncode}, expected {case["status"]}:\n{error}'
    at = 0
    for text in case['expected']:
        found = error.find(text, at)
        if found < 0:
            return f'not found (or not in this order): {text!r} in:\n{error}'
        at = found + len(text)
    return next((f'found: {text!r} in:\n{error}' for text in case['absent'] if text in error), None)


def wait_for(child, text):
    """What a process that does not end writes, until this text has come or half a minute has passed."""
    os.set_blocking(child.stderr.fileno(), False)
    error = ''
    end = time.monotonic() + 30
    while text not in error and time.monotonic() < end and child.poll() is None:
        time.sleep(0.1)
        try:
            error += os.read(child.stderr.fileno(), 1 << 16).decode()
        except BlockingIOError:
            pass
    child.kill()
    child.wait()
    return error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--python', default=sys.executable)
    parser.add_argument('--include', action='append', help="folders of headers (default: the project's include/)")
    parser.add_argument('--debug', action='store_true', help='it is a debug build')
    parser.add_argument('names', nargs='*', metavar='NAME')
    options = parser.parse_args()
    ours = HERE.parents[1] / 'include'
    include = options.include or [ours if ours.exists() else sysconfig.get_path('include')]
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        build(folder, include)
        for name in options.names or CASES:
            if CASES[name]['debug'] and not options.debug:
                print(f'{name}: only in debug builds')
                continue
            problem = run(options.python, folder, name, CASES[name])
            print(f'{name}: {problem or "ok"}', flush=True)
            if problem:
                failed.append(name)
    sys.exit(f'failed: {" ".join(failed)}' if failed else 0)


if __name__ == '__main__':
    main()
