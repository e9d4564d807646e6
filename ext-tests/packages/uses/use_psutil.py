"""psutil: this process, a child, memory, processors, files, sockets; errors."""

import os
import socket
import subprocess
import sys
import threading

from _expect import raises

import psutil

me = psutil.Process()
assert me.pid == os.getpid() and me.ppid() == os.getppid() and me.is_running() and me.status() in (psutil.STATUS_RUNNING, psutil.STATUS_SLEEPING)
assert me.cwd() == os.getcwd() and me.uids().real == os.getuid() and me.cmdline()[-1].endswith("use_psutil.py")
assert me.environ()["HOME"] == os.environ["HOME"] and 0 < me.create_time() and me in psutil.process_iter()
info = me.memory_info()
assert info.rss > 2**20 and info.vms >= info.rss and me.memory_full_info().uss > 0 and 0 < me.memory_percent() < 100
assert me.cpu_times().user >= 0 and me.num_threads() >= 1 and me.num_fds() >= 3 and me.nice() == os.nice(0)
affinity = me.cpu_affinity()
me.cpu_affinity(affinity[:1])
assert me.cpu_affinity() == affinity[:1]
me.cpu_affinity(affinity)
assert me.ionice().ioclass in (0, 2) and me.rlimit(psutil.RLIMIT_NOFILE)[0] > 0
with me.oneshot():
    assert set(me.as_dict(["pid", "name", "ppid"])) == {"pid", "name", "ppid"}
with open("held.txt", "w") as file:
    assert os.path.realpath("held.txt") in [item.path for item in me.open_files()]
event = threading.Event()
thread = threading.Thread(target=event.wait)
thread.start()
assert me.num_threads() == len(me.threads()) and thread.native_id in [item.id for item in me.threads()]
event.set()
thread.join()
with socket.create_server(("127.0.0.1", 0)) as server:
    port = server.getsockname()[1]
    assert [item.laddr.port for item in me.net_connections() if item.status == psutil.CONN_LISTEN] == [port]

child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
process = psutil.Process(child.pid)
assert [item.pid for item in me.children()] == [child.pid] and process.parent() == me
process.suspend()
process.resume()
process.terminate()
gone, alive = psutil.wait_procs([process], timeout=60)
assert gone == [process] and not alive and process.wait() == -15 and child.poll() is not None and not psutil.pid_exists(child.pid)

memory = psutil.virtual_memory()
assert memory.total > memory.available > 0 and psutil.swap_memory().total >= 0 and psutil.cpu_count() >= 1
assert len(psutil.cpu_times(percpu=True)) == psutil.cpu_count() and psutil.cpu_times().user > 0
assert psutil.disk_usage("/").total > 0 and len(psutil.getloadavg()) == 3 and psutil.boot_time() > 0
assert "lo" in psutil.net_if_addrs() and psutil.net_io_counters().bytes_recv >= 0 and os.getpid() in psutil.pids()

error = raises(psutil.NoSuchProcess, "process PID not found (pid=", lambda: psutil.Process(child.pid))
assert error.pid == child.pid
raises(ValueError, "pid must be a positive integer (got -1)", psutil.Process, -1)
raises(TypeError, "'<' not supported between instances of 'str' and 'int'", psutil.Process, "x")
raises(psutil.NoSuchProcess, "process no longer exists (pid=", process.cpu_times)
raises(FileNotFoundError, "No such file or directory: '/no/such'", psutil.disk_usage, "/no/such")
raises(ValueError, "nonsense", me.as_dict, ["nonsense"])
print("ok")
