"""N threads of one process against N processes with one thread each.

The second core of a machine is rarely a whole one, so the threads are not held
against one thread but against what the same machine does for processes at the
same time: 1.0 is perfect. All processes are started and warmed up once; then the
two sides take short turns, each works for the same time, and each pair gives one ratio.
"""

import ast
import os
import select
import subprocess
import time

from . import measure


#: Who else uses the machine changes within a second: sides that take shorter turns find the same machine.
TURN = 0.1


class WorkerFailed(Exception):
    pass


class Worker:
    """A process that runs units of work when told to."""

    def __init__(self, interpreter, program, settings, threads):
        self.process = subprocess.Popen(
            measure.command(interpreter, measure.config(program, "throughput", threads=threads, **settings)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=measure.environment(interpreter), cwd=os.path.dirname(program.source),
        )  # fmt: skip
        self.buffer = b""
        self.limit = settings["timeout"] * program.slow
        self.errors = b""
        for pipe in (self.process.stdout, self.process.stderr):
            os.set_blocking(pipe.fileno(), False)

    def tell(self, text):
        try:
            self.process.stdin.write(text.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            # The answer that is expected next says why.
            pass

    def hear(self, wanted):
        """The value of the next line, which must begin with that word."""
        end = time.monotonic() + self.limit
        out, err = self.process.stdout, self.process.stderr
        open_pipes = [out, err]
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0:
                raise WorkerFailed(f"no answer after {self.limit:.0f} s")
            ready, _, _ = select.select(open_pipes, [], [], left)
            for pipe in ready:
                data = pipe.read()
                if data == b"":
                    open_pipes.remove(pipe)
                elif data and pipe is out:
                    self.buffer += data
                elif data:
                    self.errors = (self.errors + data)[-20000:]
            if out not in open_pipes:
                code = self.process.wait()
                rest = self.process.stderr.read() or b""
                raise WorkerFailed(measure.failure(code, (self.errors + rest).decode(errors="replace")))
        line, _, self.buffer = self.buffer.partition(b"\n")
        word, _, value = line.decode(errors="replace").partition(" ")
        if word != wanted:
            raise WorkerFailed(f"said {word} instead of {wanted}")
        return ast.literal_eval(value)

    def end(self):
        """Lets it leave by itself, and makes it leave when it does not."""
        self.tell("quit")
        try:
            _, err = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return "did not end after its last thread"
        except ValueError:
            return None
        return measure.failure(self.process.returncode, err.decode(errors="replace")) if self.process.returncode else None

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def rate(results):
    """Units a second of several threads together."""
    return sum(done / seconds for done, seconds in results)


def turn(workers, seconds):
    """One turn of one side: what each of its threads has done, and in how long."""
    for worker in workers:
        worker.tell(f"go {seconds}")
    results = []
    for worker in workers:
        found = worker.hear("RATE")
        results += found if isinstance(found, list) else [found]
    for worker in workers:
        worker.tell("pause")
    for worker in workers:
        worker.hear("PAUSED")
    return results


def measure_pair(sides, seconds):
    """The rates of both sides: they take turns of `TURN` seconds until each has worked for the time."""
    totals = [None, None]
    while any(total is None or max(taken for _, taken in total) < 0.95 * seconds for total in totals):
        for index, workers in enumerate(sides):
            results = turn(workers, min(TURN, seconds))
            before = totals[index] or [(0, 0.0)] * len(results)
            totals[index] = [(done + more, taken + longer) for (done, taken), (more, longer) in zip(before, results)]
    return [rate(total) for total in totals]


def compare(interpreter, program, threads, pairs, settings, seconds):
    """The ratios of all pairs (threads over processes), the rates of both sides, and the loops of a unit."""
    workers = []
    try:
        together = Worker(interpreter, program, settings, threads)
        workers.append(together)
        loops = together.hear("READY")
        apart = [Worker(interpreter, program, settings, 1) for _ in range(threads)]
        workers += apart
        for worker in apart:
            worker.hear("READY")
        for worker in workers:
            worker.tell("loops " + " ".join(map(str, loops)))
            worker.hear("WARM")
        ratios, rates = [], []
        for pair in range(pairs):
            # Alternate who begins, so that a drift of the machine favours nobody.
            if pair % 2 == 0:
                one, many = measure_pair([[together], apart], seconds)
            else:
                many, one = measure_pair([apart, [together]], seconds)
            ratios.append(one / many)
            rates.append((one, many))
        for worker in workers:
            error = worker.end()
            if error:
                raise WorkerFailed(error)
        return ratios, rates, loops
    finally:
        for worker in workers:
            try:
                worker.kill()
            except (OSError, ValueError):
                pass
