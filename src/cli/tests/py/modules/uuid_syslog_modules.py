"""uuid with _uuid: identifiers by time are unique, over threads, and say what they are; syslog: masks and arguments."""

import syslog
import threading
import uuid

import _uuid


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


data, status = _uuid.generate_time_safe()
eq((type(data), len(data)), (bytes, 16))
assert status in (0, -1)
one = uuid.UUID(bytes=data)
eq((one.version, one.variant), (1, uuid.RFC_4122))
assert uuid.uuid1().is_safe in (uuid.SafeUUID.safe, uuid.SafeUUID.unsafe)

made, lock = [], threading.Lock()


def work():
    mine = [_uuid.generate_time_safe()[0] for _ in range(2000)]
    times = [uuid.UUID(bytes=data).time for data in mine]
    assert times == sorted(set(times)), "time goes on in each thread"
    with lock:
        made.extend(mine)


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
eq((len(made), len(set(made))), (8000, 8000))

eq((syslog.LOG_MASK(3), syslog.LOG_UPTO(3)), (8, 15))
before = syslog.setlogmask(0)
try:
    # Nothing is written: the mask lets nothing pass.
    syslog.setlogmask(syslog.LOG_MASK(syslog.LOG_EMERG))
    eq(syslog.setlogmask(0), syslog.LOG_MASK(syslog.LOG_EMERG))
    syslog.openlog("here", syslog.LOG_PID, syslog.LOG_USER)
    syslog.openlog(ident="there", logoption=syslog.LOG_NDELAY, facility=syslog.LOG_LOCAL7)
    eq(syslog.syslog(syslog.LOG_DEBUG, "a message"), None)
    with raises(TypeError, "syslog.syslog requires 1 to 2 arguments"):
        syslog.syslog()
    with raises(ValueError, "embedded null character"):
        syslog.syslog(syslog.LOG_DEBUG, "a\0b")
    with raises(TypeError):
        syslog.syslog(1)
    with raises(UnicodeEncodeError):
        syslog.openlog("\ud800")
    with raises(TypeError, "openlog() argument 'ident' must be str, not None"):
        syslog.openlog(None)
finally:
    syslog.setlogmask(before)
    syslog.closelog()
    syslog.closelog()
