"""greenlet: switching between stacks; a runtime that refuses it says so at import."""

from _expect import raises

import greenlet

log = []


def ping():
    log.append("ping")
    log.append(pong_let.switch("to pong"))
    log.append("ping again")
    return "done"


def pong(value):
    log.append(value)
    ping_let.switch("to ping")


ping_let, pong_let = greenlet.greenlet(ping), greenlet.greenlet(pong)
assert ping_let.switch() == "done" and log == ["ping", "to pong", "to ping", "ping again"] and ping_let.dead and not pong_let.dead
raises(ZeroDivisionError, "division by zero", greenlet.greenlet(lambda: 1 // 0).switch)
raises(ValueError, "cyclic parent chain", setattr, pong_let, "parent", pong_let)
print("ok")
