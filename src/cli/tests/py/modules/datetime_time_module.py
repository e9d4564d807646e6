"""datetime and time."""


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

import datetime
import time
from datetime import date, timedelta, timezone, tzinfo
dt = datetime.datetime
d = date(2024, 2, 29)
eq(repr(d), "datetime.date(2024, 2, 29)")
eq(str(d), "2024-02-29")
eq(d.year, 2024)
eq(d.month, 2)
eq(d.day, 29)
eq(d.isoformat(), "2024-02-29")
eq(d.weekday(), 3)
eq(d.isoweekday(), 4)
eq(repr(d.isocalendar()), "datetime.IsoCalendarDate(year=2024, week=9, weekday=4)")
eq(d.toordinal(), 738945)
eq(repr(date.fromordinal(738945)), "datetime.date(2024, 2, 29)")
eq(d.timetuple()[:9], (2024, 2, 29, 0, 0, 0, 3, 60, -1))
eq(d.strftime("%Y-%m-%d %j %a %A %b %B %U %w %y %%"), "2024-02-29 060 Thu Thursday Feb February 08 4 24 %")
eq(repr(d.replace(year=2020)), "datetime.date(2020, 2, 29)")
eq(repr(d + timedelta(1)), "datetime.date(2024, 3, 1)")
eq(repr(d - timedelta(days=29)), "datetime.date(2024, 1, 31)")
eq(repr(d - date(2024, 1, 1)), "datetime.timedelta(days=59)")
assert (d < date(2024, 3, 1)) is True
assert (d == date(2024, 2, 29)) is True
assert (hash(d) == hash(date(2024, 2, 29))) is True
eq(repr(date.min), "datetime.date(1, 1, 1)")
eq(repr(date.max), "datetime.date(9999, 12, 31)")
eq(repr(date.resolution), "datetime.timedelta(days=1)")
eq(repr(date.fromisoformat("2024-02-29")), "datetime.date(2024, 2, 29)")
eq(repr(date.fromisoformat("20240229")), "datetime.date(2024, 2, 29)")
eq(repr(date.fromisoformat("2024-W09-4")), "datetime.date(2024, 2, 29)")
eq(repr(date.fromisocalendar(2024, 9, 4)), "datetime.date(2024, 2, 29)")
eq(d.ctime(), "Thu Feb 29 00:00:00 2024")
eq(format(d, "%d"), "29")
assert (date.fromtimestamp(0).year in (1969, 1970)) is True
eq(f"{d:%Y}", "2024")
eq(repr(date.strptime("2024", "%Y")), "datetime.date(2024, 1, 1)")
with raises(ValueError, "day 29 must be in range 1..28 for month 2 in year 2023"):
    date(2023, 2, 29)
with raises(ValueError, "year must be in 1..9999, not 0"):
    date(0, 1, 1)
with raises(ValueError, "year must be in 1..9999, not 10000"):
    date(10000, 1, 1)
with raises(ValueError, "month must be in 1..12, not 13"):
    date(2024, 13, 1)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    date("2024", 1, 1)
with raises(TypeError, "function missing required argument 'month' (pos 2)"):
    date(2024)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    date(2024, 1, 1.0)
with raises(TypeError, "unsupported operand type(s) for +: 'datetime.date' and 'int'"):
    d + 5
with raises(TypeError, "unsupported operand type(s) for -: 'datetime.date' and 'str'"):
    d - "a"
with raises(TypeError, "'<' not supported between instances of 'datetime.date' and 'int'"):
    d < 5
assert (d == 5) is False
assert (d != 5) is True
with raises(ValueError, "day 30 must be in range 1..29 for month 2 in year 2024"):
    date.fromisoformat("2024-02-30")
with raises(ValueError, "Invalid isoformat string: 'bad'"):
    date.fromisoformat("bad")
with raises(TypeError, "fromisoformat: argument must be str"):
    date.fromisoformat(5)
with raises(ValueError, "ordinal must be >= 1"):
    date.fromordinal(0)
with raises(OverflowError, "date value out of range"):
    date.max + timedelta(1)
with raises(AttributeError, "attribute 'year' of 'datetime.date' objects is not writable"):
    d.year = 5
t = datetime.time(12, 34, 56, 789)
eq(repr(t), "datetime.time(12, 34, 56, 789)")
eq(str(t), "12:34:56.000789")
eq(t.isoformat(), "12:34:56.000789")
eq(t.isoformat("minutes"), "12:34")
eq(t.isoformat(timespec="milliseconds"), "12:34:56.000")
eq(t.hour, 12)
eq(t.microsecond, 789)
eq(t.fold, 0)
assert t.tzinfo is None
eq(repr(t.replace(hour=1)), "datetime.time(1, 34, 56, 789)")
assert (t < datetime.time(13)) is True
eq(repr(datetime.time()), "datetime.time(0, 0)")
assert (bool(datetime.time(0))) is True
eq(repr(datetime.time.fromisoformat("12:34:56.000789")), "datetime.time(12, 34, 56, 789)")
eq(repr(datetime.time.fromisoformat("T1234")), "datetime.time(12, 34)")
eq(repr(datetime.time.min), "datetime.time(0, 0)")
eq(repr(datetime.time.max), "datetime.time(23, 59, 59, 999999)")
eq(t.strftime("%H:%M:%S.%f %p %I"), "12:34:56.000789 PM 12")
eq(repr(datetime.time(1, tzinfo=timezone.utc)), "datetime.time(1, 0, tzinfo=datetime.timezone.utc)")
eq(repr(datetime.time(1, tzinfo=timezone.utc).utcoffset()), "datetime.timedelta(0)")
eq(repr(datetime.time(fold=1)), "datetime.time(0, 0, fold=1)")
with raises(ValueError, "hour must be in 0..23, not 24"):
    datetime.time(24)
with raises(ValueError, "minute must be in 0..59, not 60"):
    datetime.time(0, 60)
with raises(ValueError, "fold must be either 0 or 1, not 2"):
    datetime.time(fold=2)
with raises(TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type 'int'"):
    datetime.time(tzinfo=5)
with raises(TypeError, "can't compare offset-naive and offset-aware times"):
    datetime.time(1) < datetime.time(1, tzinfo=timezone.utc)
x = dt(2024, 2, 29, 12, 34, 56, 789)
eq(repr(x), "datetime.datetime(2024, 2, 29, 12, 34, 56, 789)")
eq(str(x), "2024-02-29 12:34:56.000789")
eq(x.isoformat(), "2024-02-29T12:34:56.000789")
eq(x.isoformat(" ", "seconds"), "2024-02-29 12:34:56")
eq(repr(x.date()), "datetime.date(2024, 2, 29)")
eq(repr(x.time()), "datetime.time(12, 34, 56, 789)")
eq(repr(x.timetz()), "datetime.time(12, 34, 56, 789)")
eq(repr(x.replace(minute=0)), "datetime.datetime(2024, 2, 29, 12, 0, 56, 789)")
eq(repr(x + timedelta(hours=12)), "datetime.datetime(2024, 3, 1, 0, 34, 56, 789)")
eq(repr(x - dt(2024, 1, 1)), "datetime.timedelta(days=59, seconds=45296, microseconds=789)")
eq(repr(x - timedelta(1)), "datetime.datetime(2024, 2, 28, 12, 34, 56, 789)")
eq(x.timetuple()[:6], (2024, 2, 29, 12, 34, 56))
assert (x.strftime("%Y %m %d %H %M %S %f %c") != "") is True
eq(repr(dt.strptime("2024-02-29 12:34", "%Y-%m-%d %H:%M")), "datetime.datetime(2024, 2, 29, 12, 34)")
eq(repr(dt.strptime("01/Jan/24", "%d/%b/%y")), "datetime.datetime(2024, 1, 1, 0, 0)")
eq(repr(dt.fromisoformat("2024-02-29T12:34:56.000789")), "datetime.datetime(2024, 2, 29, 12, 34, 56, 789)")
eq(repr(dt.fromisoformat("2024-02-29 12:34:56+05:30")), "datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))")
eq(repr(dt.fromisoformat("20240229T123456Z")), "datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)")
eq(repr(dt.fromisoformat("2024-02-29")), "datetime.datetime(2024, 2, 29, 0, 0)")
eq(repr(dt.combine(d, t)), "datetime.datetime(2024, 2, 29, 12, 34, 56, 789)")
eq(repr(dt.min), "datetime.datetime(1, 1, 1, 0, 0)")
eq(repr(dt.max), "datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)")
eq(x.toordinal(), 738945)
eq(x.weekday(), 3)
eq(x.ctime(), "Thu Feb 29 12:34:56 2024")
eq(repr(dt.fromordinal(1)), "datetime.datetime(1, 1, 1, 0, 0)")
assert (x < dt(2025, 1, 1)) is True
assert (x == x.replace()) is True
assert (hash(x) == hash(x.replace())) is True
eq(x.fold, 0)
eq(repr(dt(2024, 1, 1, fold=1)), "datetime.datetime(2024, 1, 1, 0, 0, fold=1)")
u = dt(2024, 1, 1, tzinfo=timezone.utc)
e = timezone(timedelta(hours=5, minutes=30), "IST")
eq(repr(u), "datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)")
eq(repr(u.utcoffset()), "datetime.timedelta(0)")
eq(u.tzname(), "UTC")
assert u.dst() is None
eq(repr(u.astimezone(e)), "datetime.datetime(2024, 1, 1, 5, 30, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800), 'IST'))")
eq(u.timestamp(), 1704067200.0)
eq(repr(dt.fromtimestamp(1704067200, timezone.utc)), "datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)")
eq(repr(dt.fromtimestamp(0.123456, timezone.utc)), "datetime.datetime(1970, 1, 1, 0, 0, 0, 123456, tzinfo=datetime.timezone.utc)")
eq(repr(dt.fromtimestamp(-1.5, timezone.utc)), "datetime.datetime(1969, 12, 31, 23, 59, 58, 500000, tzinfo=datetime.timezone.utc)")
eq(u.utctimetuple()[:6], (2024, 1, 1, 0, 0, 0))
assert (u == u.astimezone(e)) is True
eq(repr(u - u.astimezone(e)), "datetime.timedelta(0)")
eq(repr(e), "datetime.timezone(datetime.timedelta(seconds=19800), 'IST')")
eq(repr(e), "datetime.timezone(datetime.timedelta(seconds=19800), 'IST')")
eq(str(e), "IST")
eq(repr(e.utcoffset(None)), "datetime.timedelta(seconds=19800)")
eq(e.tzname(None), "IST")
eq(repr(timezone(timedelta(hours=-3))), "datetime.timezone(datetime.timedelta(days=-1, seconds=75600))")
eq(str(timezone(timedelta(hours=-3, minutes=-30))), "UTC-03:30")
eq(repr(timezone.utc), "datetime.timezone.utc")
eq(repr(timezone.min), "datetime.timezone(datetime.timedelta(days=-1, seconds=60))")
eq(repr(timezone.max), "datetime.timezone(datetime.timedelta(seconds=86340))")
assert (timezone.utc == timezone(timedelta(0))) is True
eq(u.strftime("%z %Z %:z"), "+0000 UTC +00:00")
eq(repr(dt.strptime("+0530", "%z").tzinfo), "datetime.timezone(datetime.timedelta(seconds=19800))")
eq(repr(u.replace(tzinfo=None)), "datetime.datetime(2024, 1, 1, 0, 0)")
assert (hash(u) == hash(u.astimezone(e))) is True
assert (datetime.UTC is timezone.utc) is True
with raises(TypeError, "can't compare offset-naive and offset-aware datetimes"):
    x < u
assert (x == u) is False
with raises(TypeError, "can't subtract offset-naive and offset-aware datetimes"):
    x - u
eq(x.astimezone.__name__, "astimezone")
eq(repr(u + timedelta(days=10 ** 6)), "datetime.datetime(4761, 11, 28, 0, 0, tzinfo=datetime.timezone.utc)")
with raises(OverflowError, "date value out of range"):
    u + timedelta(days=10 ** 7)
with raises(OverflowError, "timestamp out of range for platform time_t"):
    dt.fromtimestamp(1e20)
with raises(ValueError, "time data 'bad' does not match format '%Y'"):
    dt.strptime("bad", "%Y")
with raises(ValueError, "unconverted data remains:  x"):
    dt.strptime("2024 x", "%Y")
with raises(ValueError, "'Q' is a bad directive in format '%Q'"):
    dt.strptime("2024", "%Q")
with raises(ValueError, "hour must be in 0..23, not 25"):
    dt.fromisoformat("2024-02-29T25:00")
with raises(ValueError, "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta(days=1)"):
    timezone(timedelta(days=1))
with raises(TypeError, "timezone() argument 1 must be datetime.timedelta, not int"):
    timezone(5)
with raises(TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type 'int'"):
    dt(2024, 1, 1, tzinfo=5)
with raises(ValueError, "hour must be in 0..23, not 24"):
    dt(2024, 1, 1, 24)
with raises(TypeError, "function missing required argument 'day' (pos 3)"):
    dt(2024, 1)
td = timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5, microseconds=6, weeks=1)
eq(repr(td), "datetime.timedelta(days=8, seconds=7384, microseconds=5006)")
eq(str(td), "8 days, 2:03:04.005006")
eq(repr(timedelta()), "datetime.timedelta(0)")
eq(td.days, 8)
eq(td.seconds, 7384)
eq(td.microseconds, 5006)
eq(td.total_seconds(), 698584.005006)
eq(repr(td * 2), "datetime.timedelta(days=16, seconds=14768, microseconds=10012)")
eq(repr(td / 2), "datetime.timedelta(days=4, seconds=3692, microseconds=2503)")
eq(repr(td // 2), "datetime.timedelta(days=4, seconds=3692, microseconds=2503)")
eq(td / timedelta(1), 8.085463020902777)
eq(td // timedelta(hours=1), 194)
eq(repr(td % timedelta(hours=1)), "datetime.timedelta(seconds=184, microseconds=5006)")
eq(repr(divmod(td, timedelta(1))), "(8, datetime.timedelta(seconds=7384, microseconds=5006))")
eq(repr(-td), "datetime.timedelta(days=-9, seconds=79015, microseconds=994994)")
eq(repr(abs(-td)), "datetime.timedelta(days=8, seconds=7384, microseconds=5006)")
eq(repr(+td), "datetime.timedelta(days=8, seconds=7384, microseconds=5006)")
eq(repr(td + td), "datetime.timedelta(days=16, seconds=14768, microseconds=10012)")
eq(repr(td - td), "datetime.timedelta(0)")
assert (td < timedelta(9)) is True
assert (bool(timedelta())) is False
eq(str(timedelta(-1)), "-1 day, 0:00:00")
eq(str(timedelta(2, 3)), "2 days, 0:00:03")
eq(repr(timedelta(microseconds=0.5)), "datetime.timedelta(0)")
eq(repr(timedelta(seconds=1.5)), "datetime.timedelta(seconds=1, microseconds=500000)")
eq(repr(timedelta(0.1)), "datetime.timedelta(seconds=8640)")
eq(repr(td * 1.5), "datetime.timedelta(days=12, seconds=11076, microseconds=7509)")
eq(repr(td / 1.5), "datetime.timedelta(days=5, seconds=33722, microseconds=670004)")
eq(repr(2 * td), "datetime.timedelta(days=16, seconds=14768, microseconds=10012)")
eq(repr(timedelta.min), "datetime.timedelta(days=-999999999)")
eq(repr(timedelta.max), "datetime.timedelta(days=999999999, seconds=86399, microseconds=999999)")
eq(repr(timedelta.resolution), "datetime.timedelta(microseconds=1)")
assert (hash(timedelta(1)) == hash(timedelta(hours=24))) is True
assert (timedelta(1) == 5) is False
eq(repr(sum([timedelta(1), timedelta(2)], timedelta())), "datetime.timedelta(days=3)")
with raises(TypeError, "unsupported type for timedelta days component: str"):
    timedelta("a")
with raises(OverflowError, "Python int too large to convert to C int"):
    timedelta(days=10 ** 10)
with raises(OverflowError, "days=1000000000; must have magnitude <= 999999999"):
    timedelta.max + timedelta(1)
with raises(TypeError, "unsupported operand type(s) for +: 'datetime.timedelta' and 'int'"):
    td + 5
with raises(ZeroDivisionError, "division by zero"):
    td / 0
with raises(ZeroDivisionError, "division by zero"):
    td // timedelta(0)
with raises(TypeError, "'<' not supported between instances of 'datetime.timedelta' and 'int'"):
    td < 5
with raises(TypeError, "can't multiply sequence by non-int of type 'datetime.timedelta'"):
    timedelta(1) * "a"
class TZ(tzinfo):
    def utcoffset(self, dt):
        return timedelta(hours=2)

    def tzname(self, dt):
        return "TZ"

    def dst(self, dt):
        return timedelta(hours=1)

z = dt(2024, 6, 1, tzinfo=TZ())
eq(repr(z.utcoffset()), "datetime.timedelta(seconds=7200)")
eq(z.tzname(), "TZ")
eq(repr(z.dst()), "datetime.timedelta(seconds=3600)")
eq(z.isoformat(), "2024-06-01T00:00:00+02:00")
eq(repr(z.astimezone(timezone.utc)), "datetime.datetime(2024, 5, 31, 22, 0, tzinfo=datetime.timezone.utc)")
with raises(ValueError, "fromutc: dt.tzinfo is not self"):
    TZ().fromutc(z)
class BadTZ(tzinfo):
    def utcoffset(self, dt):
        return 5

with raises(TypeError, "tzinfo.utcoffset() must return None or timedelta, not 'int'"):
    dt(2024, 1, 1, tzinfo=BadTZ()).utcoffset()
with raises(NotImplementedError, "a tzinfo subclass must implement utcoffset()"):
    dt(2024, 1, 1, tzinfo=tzinfo()).utcoffset()
class D(date):
    pass

class DT(dt):
    pass

eq(repr(D(2024, 1, 1)), "D(2024, 1, 1)")
eq(type(D(2024, 1, 1) + timedelta(1)).__name__, "D")
eq(type(DT(2024, 1, 1).replace(day=2)).__name__, "DT")
eq(D.today().__class__.__name__, "D")
eq(type(DT.now()).__name__, "DT")
assert (D(2024, 1, 1) == date(2024, 1, 1)) is True
import pickle, copy
eq([pickle.loads(pickle.dumps(v)) == v for v in (d, t, x, u, td, e)], [True, True, True, True, True, True])
assert (copy.deepcopy(u) == u) is True
eq(repr(time.gmtime(0)), "time.struct_time(tm_year=1970, tm_mon=1, tm_mday=1, tm_hour=0, tm_min=0, tm_sec=0, tm_wday=3, tm_yday=1, tm_isdst=0)")
eq(time.gmtime(1704067200)[:], (2024, 1, 1, 0, 0, 0, 0, 1, 0))
eq(repr(time.struct_time(range(9))), "time.struct_time(tm_year=0, tm_mon=1, tm_mday=2, tm_hour=3, tm_min=4, tm_sec=5, tm_wday=6, tm_yday=7, tm_isdst=8)")
eq(time.struct_time(range(9)).tm_year, 0)
eq(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(0)), "1970-01-01 00:00:00")
eq(time.asctime(time.gmtime(0)), "Thu Jan  1 00:00:00 1970")
eq(time.strptime("2024-02-29", "%Y-%m-%d")[:3], (2024, 2, 29))
eq(time.mktime(time.localtime(86400 * 365)), 31536000.0)
eq(time.gmtime(0).tm_zone, "GMT")
with raises(TypeError, "time.struct_time() takes an at least 9-sequence (1-sequence given)"):
    time.struct_time([1])
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    time.gmtime("a")
with raises(OverflowError, "timestamp out of range for platform time_t"):
    time.gmtime(1e20)
with raises(ValueError, "sleep length must be non-negative"):
    time.sleep(-1)
with raises(TypeError, "'str' object cannot be interpreted as an integer or float"):
    time.sleep("a")
with raises(TypeError, "strftime(): illegal time tuple argument"):
    time.strftime("%Y", (1, 2))
with raises(TypeError, "Tuple or struct_time argument required"):
    time.mktime(5)
with raises(TypeError, "asctime(): illegal time tuple argument"):
    time.asctime((1, 2))
assert time.sleep(0) is None
assert time.sleep(0.0001) is None
assert (time.time() > 1.7e9) is True
assert (time.time_ns() > 1.7e18) is True
assert (time.monotonic() <= time.monotonic()) is True
assert (time.perf_counter_ns() >= 0) is True
assert (time.process_time() >= 0) is True
assert (time.thread_time() >= 0) is True
assert (time.get_clock_info("monotonic").monotonic) is True
assert isinstance(time.timezone, int) is True
assert (time.clock_gettime(time.CLOCK_MONOTONIC) > 0) is True
eq(len(time.tzname), 2)
with raises(ValueError, "unknown clock"):
    time.get_clock_info("bad")
with raises(OSError, "[Errno 22] Invalid argument"):
    time.clock_gettime(9999)
