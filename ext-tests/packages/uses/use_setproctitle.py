"""setproctitle: the titles of the process and of a thread, as the kernel shows them; errors."""

import os
import threading

from _expect import raises

import setproctitle
from setproctitle import getproctitle, getthreadtitle, setthreadtitle


def shown(name):
    with open(f"/proc/self/{name}", "rb") as file:
        return file.read().rstrip(b"\0\n").decode()


first = getproctitle()
assert "use_setproctitle.py" in first and "use_setproctitle.py" in shown("cmdline")
environment = dict(os.environ)
for title in ("pyston: worker 1", "x", "caf\xe9 \u20ac", "long " + "t" * 30):
    setproctitle.setproctitle(title)
    assert getproctitle() == title and shown("cmdline") == title, (title, shown("cmdline"))
    assert shown("comm") == title.encode()[:15].decode(errors="ignore")
assert dict(os.environ) == environment
setproctitle.setproctitle(first)
assert getproctitle() == first

titles = []


def work():
    setthreadtitle("a thread")
    titles.append(getthreadtitle())
    with open(f"/proc/self/task/{threading.get_native_id()}/comm") as file:
        titles.append(file.read().strip())


thread = threading.Thread(target=work)
thread.start()
thread.join()
assert titles == ["a thread", "a thread"] and getproctitle() == first
raises(TypeError, "function missing required argument 'title' (pos 1)", setproctitle.setproctitle)
raises(TypeError, "argument 1 must be str, not int", setproctitle.setproctitle, 5)
raises(TypeError, "argument 1 must be str, not None", setthreadtitle, None)
print("ok")
