"""time-machine: travelling through functions of C that it patches in time and datetime; errors."""

import asyncio
import datetime
import time
import unittest
import uuid

from _expect import raises

import time_machine

past = datetime.datetime(1985, 10, 26, 1, 24, tzinfo=datetime.timezone.utc)
real = time.time()
with time_machine.travel(past, tick=False) as traveller:
    assert time.time() == past.timestamp() == 499137840.0 and time.time_ns() == 499137840 * 10**9
    assert datetime.datetime.now(datetime.timezone.utc) == past and datetime.datetime.now().timestamp() == past.timestamp()
    assert datetime.date.today().year == 1985
    assert time.gmtime().tm_mday == 26 and time.strftime("%Y", time.gmtime()) == "1985" and time.clock_gettime(time.CLOCK_REALTIME) == time.time()
    assert time.gmtime(0).tm_year == 1970 and time.localtime().tm_year == 1985
    traveller.shift(60)
    assert datetime.datetime.now(datetime.timezone.utc).minute == 25
    traveller.shift(datetime.timedelta(days=-1))
    assert datetime.datetime.now(datetime.timezone.utc).day == 25
    traveller.move_to(0)
    assert time.time() == 0.0 and datetime.datetime.now(datetime.timezone.utc).year == 1970
    assert uuid.uuid1().time == 0x01B21DD213814000
    with time_machine.travel(1e9, tick=False):
        assert time.time() == 1e9
    assert time.time() == 0.0
assert abs(time.time() - real) < 100

with time_machine.travel("2024-02-29T12:00:00+00:00") as traveller:
    one = time.time()
    assert 1709208000 <= one < 1709208100 and time.time() >= one
    assert time_machine.escape_hatch.is_travelling() and time_machine.escape_hatch.time.time() >= real
    assert time_machine.escape_hatch.datetime.datetime.now(datetime.timezone.utc).timestamp() >= real


@time_machine.travel(datetime.date(2000, 1, 1), tick=False)
def decorated():
    return time.time()


@time_machine.travel(lambda: 86400.0, tick=False)
async def asynchronous():
    return time.time()


assert decorated() == 946684800.0 and asyncio.run(asynchronous()) == 86400.0
assert not time_machine.escape_hatch.is_travelling()


@time_machine.travel(0.0, tick=False)
class TestCase(unittest.TestCase):
    def test(self):
        self.assertEqual(time.time(), 0.0)


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(TestCase).run(result)
assert result.testsRun == 1 and result.wasSuccessful()

raises(TypeError, "Unsupported destination", lambda: time_machine.travel([]).start())
raises(TypeError, "Can only decorate", time_machine.travel(0), type("Plain", (), {}))
with time_machine.travel(0) as traveller:
    raises(TypeError, "Unsupported", traveller.shift, "5")
    raises(TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type 'int'", datetime.datetime.now, 5)
raises(ValueError, "Invalid isoformat string: 'no date'", lambda: time_machine.travel("no date").start())
print("ok")
