"""What the gate tells of extensions: `sys._contention`, `-X world-report`, `-X timeline`.

    python run.py --python EXE [--include DIR ...]
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import sysconfig
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SUFFIX = '.cpython-314-x86_64-linux-gnu.so'

MEASURED = '''\
import sys, threading, time, gate

def row(found, name):
    return next(row for row in found.foreign if row.function == 'gate@SUFFIX@: ' + name)

# Calls and time are told apart, and the time of a callback is not its caller's.
sys._contention(True, reset=True)
for _ in range(1000):
    gate.nothing()
gate.hold(0.05)
gate.hold(0.1)
gate.give_up(0.2)
gate.call(lambda: time.sleep(0.2))
gate.call(lambda: gate.hold(0.05))
found = sys._contention(False)
assert row(found, 'nothing').calls == 1000, found.foreign
assert row(found, 'hold').calls == 3
assert 0.2 <= row(found, 'hold').held < 0.4, row(found, 'hold')
assert 0.1 <= row(found, 'hold').longest_hold < 0.2
assert row(found, 'give_up').held < 0.1, row(found, 'give_up')
assert row(found, 'call').calls == 2 and row(found, 'call').held < 0.1, row(found, 'call')
assert not row(found, 'hold').who

# Nothing is counted while nobody measures.
gate.nothing()
assert row(sys._contention(), 'nothing').calls == 1000
assert sys._contention(reset=True).foreign and not sys._contention().foreign

# A thread that waits for another's function is named, and the function; one that waits itself says how long.
def waits(stop):
    n = 0
    while not stop:
        n += 1

stop = []
thread = threading.Thread(target=waits, args=(stop,), name='the other')
thread.start()
sys._contention(True, reset=True)
for _ in range(5):
    gate.hold(0.05)
    time.sleep(0.01)
found = sys._contention(False)
stop.append(1)
thread.join()
hold = row(found, 'hold')
assert 0.1 <= hold.blocked < 0.5, hold
assert [name for name, _ in hold.who] == ['the other'], hold
assert 0.03 <= hold.longest_block < 0.2, hold

# What it is called with becomes common, and that is told apart from the rest.
def shows():
    gate.call({}.keys)
thread = threading.Thread(target=shows)
sys._contention(True, reset=True)
thread.start()
thread.join()
found = sys._contention(False)
assert any(row.function == 'shows' and row.count for row in found.shown), found.shown
assert not any(row.function == 'shows' for row in found.shared), found.shared
text = sys._contention(text=True)
assert 'functions of extensions' in text and 'shown to extensions' in text and 'gate@SUFFIX@: call' in text, text
print('ok')
'''.replace('@SUFFIX@', SUFFIX)

TRACED = '''\
import gc, os, sys, threading, time, gate
lock = threading.Lock()
def work():
    for _ in range(3):
        gate.hold(0.02)
        n = 0
        for _ in range(100_000):
            n += 1
    with lock:
        pass
threads = [threading.Thread(target=work, name=f'worker {i}') for i in range(2)]
with lock:
    for thread in threads:
        thread.start()
    time.sleep(0.3)
for thread in threads:
    thread.join()
gc.collect()
gate.call(lambda: gate.hold(0.01))
'''
ENDS = {
    'plain': ('', 0),
    'error': ('raise SystemError("ends")\n', 1),
    'exit': ('sys.exit(3)\n', 3),
    'fork': ('if os.fork() == 0:\n    gate.nothing()\nelse:\n    os.wait()\n', 0),
    'daemon': ('threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n', 0),
}


def check_trace(path):
    """What the events of `TRACED` must be; they lie one in the other, or behind one another."""
    trace = json.loads(path.read_text())
    events = [event for event in trace['traceEvents'] if event['ph'] == 'X']
    tracks = {event['tid']: event['args']['name'] for event in trace['traceEvents'] if event['name'] == 'thread_name'}
    by_track = collections.defaultdict(list)
    for event in events:
        assert event['dur'] >= 0 and event['ts'] >= 0, event
        by_track[tracks[event['tid']]].append(event)
    for name in ['MainThread', 'worker 0', 'worker 1']:
        assert {'attached', 'detached'} <= {event['name'] for event in by_track[name]}, (name, by_track[name])
    for name in ['worker 0', 'worker 1']:
        held = [event for event in by_track[name + ': foreign code'] if event['name'] == f'gate{SUFFIX}: hold']
        assert len(held) == 3 and all(event['dur'] >= 19_000 for event in held), held
        assert any(event['name'].startswith('waits for a lock: ') and ' in work' in event['name'] for event in by_track[name]), by_track[name]
    waits = [event for name in ['worker 0', 'worker 1'] for event in by_track[name] if event['name'].startswith('waits for the world')]
    assert any(f'gate{SUFFIX}: hold' in event['name'] for event in waits), waits
    assert any(event['name'] == 'full collection' for event in by_track['MainThread: collector'])
    assert any(name.endswith(': holds the world') for name in by_track), list(by_track)
    nested = [event for event in by_track['MainThread: foreign code']]
    assert {event['name'].rpartition(' ')[2] for event in nested} >= {'call', 'hold'}, nested
    for track, all_of_it in by_track.items():
        ends = []
        for event in sorted(all_of_it, key=lambda event: (event['ts'], -event['dur'])):
            begin, end = event['ts'], event['ts'] + event['dur']
            while ends and ends[-1] <= begin + 0.001:
                ends.pop()
            assert not ends or end <= ends[-1] + 0.001, (track, event, ends)
            ends.append(end)
    assert trace['otherData']['dropped_events'] == '0'


def run(options, *arguments, status=0):
    environment = {**os.environ, 'PYTHONPATH': str(options.folder)}
    done = subprocess.run([options.python, *arguments], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--python', default=sys.executable)
    parser.add_argument('--include', action='append', help="folders of headers (default: the project's include/)")
    options = parser.parse_args()
    ours = HERE.parents[1] / 'include'
    include = options.include or [ours if ours.exists() else sysconfig.get_path('include')]
    with tempfile.TemporaryDirectory() as folder:
        options.folder = folder = pathlib.Path(folder)
        library = folder / ('gate' + SUFFIX)
        subprocess.run([os.environ.get('CC', 'cc'), '-O1', '-shared', '-fPIC', *[f'-I{path}' for path in include], '-o', library, HERE / 'gate.c'], check=True)
        assert run(options, '-c', MEASURED).stdout == 'ok\n'
        print('measured: ok', flush=True)
        report = run(options, '-X', 'world-report', '-c', 'import gate; gate.nothing()').stderr
        assert f'gate{SUFFIX}: nothing' in report, report
        print('report: ok', flush=True)
        for name, (end, status) in ENDS.items():
            trace = folder / f'{name}.json'
            run(options, '-X', f'timeline={trace}', '-c', TRACED + end, status=status)
            check_trace(trace)
            print(f'timeline, {name}: ok', flush=True)
        trace = folder / 'many.json'
        run(options, '-X', f'timeline={trace}', '-c', 'import gate\nfor _ in range(1_100_000): gate.nothing()')
        dropped = int(json.loads(trace.read_text())['otherData']['dropped_events'])
        assert 50_000 < dropped < 60_000, dropped
        print('timeline, too long: ok')
        refused = run(options, '-X', 'timeline', '-c', '0', status=1)
        assert '-X timeline needs a file' in refused.stderr, refused.stderr


if __name__ == '__main__':
    main()
