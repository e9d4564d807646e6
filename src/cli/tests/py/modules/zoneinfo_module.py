"""zoneinfo: transitions, folds and gaps, rules behind the last transition, caches, pickling, subclasses, files that are wrong; threads."""

import copy
import io
import pickle
import struct
import threading
import weakref
import zoneinfo
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


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


def file(transitions, kinds, rule=""):
    """A file in the database's format: (time, number of the kind) and (offset, is summer time, name)."""
    names, places = b"", []
    for _, _, name in kinds:
        places.append(len(names))
        names += name.encode() + b"\0"

    def block(code, rows):
        head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, len(rows), len(kinds), len(names))
        body = struct.pack(f">{len(rows)}{code}", *[at for at, _ in rows]) + bytes(kind for _, kind in rows)
        return head + body + b"".join(struct.pack(">lbB", o, s, p) for (o, s, _), p in zip(kinds, places)) + names

    return io.BytesIO(block("l", []) + block("q", transitions) + b"\n" + rule.encode() + b"\n")


H = timedelta(hours=1)


def at(zone, *fields, fold=0):
    moment = datetime(*fields, tzinfo=zone, fold=fold)
    return moment.utcoffset() / H, moment.dst() / H, moment.tzname()


# A zone with summer time by rule: gap and fold, on both sides.
rule = ZoneInfo.from_file(file([], [(3600, 0, "CET")], "CET-1CEST,M3.5.0,M10.5.0/3"), key="rule")
eq(at(rule, 2024, 1, 15), (1.0, 0.0, "CET"))
eq(at(rule, 2024, 7, 15), (2.0, 1.0, "CEST"))
eq(at(rule, 2024, 3, 31, 1, 59, 59), (1.0, 0.0, "CET"))
eq(at(rule, 2024, 3, 31, 2, 30), (1.0, 0.0, "CET"))
eq(at(rule, 2024, 3, 31, 2, 30, fold=1), (2.0, 1.0, "CEST"))
eq(at(rule, 2024, 3, 31, 3), (2.0, 1.0, "CEST"))
eq(at(rule, 2024, 10, 27, 2, 30), (2.0, 1.0, "CEST"))
eq(at(rule, 2024, 10, 27, 2, 30, fold=1), (1.0, 0.0, "CET"))
utc = datetime(2024, 10, 27, 0, 30, tzinfo=timezone.utc)
eq([(str(m), m.fold) for m in ((utc + H * n).astimezone(rule) for n in range(3))], [
    ("2024-10-27 02:30:00+02:00", 0),
    ("2024-10-27 02:30:00+01:00", 1),
    ("2024-10-27 03:30:00+01:00", 0),
])
for text, start in (
    ("AAA0BBB,J60/0,J300/0", (2024, 3, 1)),
    ("AAA0BBB,J59/0,J300/0", (2024, 2, 28)),
    ("AAA0BBB,M2.5.4/0,M10.1.1/0", (2024, 2, 29)),
    ("<A+0>-0<B-1>-1,M1.1.1/24,M12.1.1/-1", (2024, 1, 2)),
):
    zone = ZoneInfo.from_file(file([], [(0, 0, "AAA")], text))
    first = datetime(*start, tzinfo=zone)
    eq(((first - H / 60).dst(), (first + H).dst()), (timedelta(0), H))
# Summer time over the turn of the year, and one that is behind.
south = ZoneInfo.from_file(file([], [(0, 0, "S")], "S-10D,M10.1.0,M4.1.0/3"))
eq([at(south, 2024, month, 1)[2] for month in (1, 5, 12)], ["D", "S", "D"])
behind = ZoneInfo.from_file(file([], [(0, 0, "S")], "IST-1GMT0,M10.5.0,M3.5.0/1"))
eq(at(behind, 2024, 1, 1), (0.0, -1.0, "GMT"))
eq(at(behind, 2024, 7, 1), (1.0, 0.0, "IST"))

# Transitions of the file, before the rule.
DAY = 86400
zone = ZoneInfo.from_file(
    file([(0, 1), (100 * DAY, 2), (200 * DAY, 1)], [(-3600, 0, "LMT"), (0, 0, "STD"), (7200, 1, "DST")], "STD0"), key="listed"
)
eq(at(zone, 1960, 1, 1), (-1.0, 0.0, "LMT"))
eq(at(zone, 1970, 1, 2), (0.0, 0.0, "STD"))
eq(at(zone, 1970, 5, 1), (2.0, 2.0, "DST"))
eq(at(zone, 2020, 5, 1), (0.0, 0.0, "STD"))
eq(at(zone, 1970, 7, 20, 1), (2.0, 2.0, "DST"))
eq(at(zone, 1970, 7, 20, 1, fold=1), (0.0, 0.0, "STD"))
eq(zone.fromutc(datetime(1970, 7, 20, 1, tzinfo=zone)).fold, 1)
eq(zone.fromutc(datetime(1970, 7, 19, 23, tzinfo=zone)), datetime(1970, 7, 20, 1, tzinfo=zone))
# Without a rule what came last goes on; a zone of one kind answers without a time, too.
last = ZoneInfo.from_file(file([(0, 1)], [(0, 0, "A"), (3600, 1, "B")]))
eq(at(last, 2024, 1, 1), (1.0, 1.0, "B"))
eq(last.utcoffset(None), None)
fixed = ZoneInfo.from_file(file([], [(5400, 0, "FIX")], "FIX-1:30"))
eq((fixed.utcoffset(None), fixed.dst(None), fixed.tzname(None)), (timedelta(minutes=90), timedelta(0), "FIX"))
eq(time(1, tzinfo=fixed).utcoffset(), timedelta(minutes=90))


# Classes below datetime.
class Other(datetime):
    pass


folded = Other(2024, 10, 27, 1, 30, tzinfo=rule)
result = rule.fromutc(folded)
eq((type(result) is Other, result.fold, result.hour), (True, 1, 2))
with raises(TypeError, "fromutc: argument must be a datetime"):
    rule.fromutc(1)
with raises(ValueError, "fromutc: dt.tzinfo is not self"):
    rule.fromutc(datetime(2024, 1, 1))
with raises(AttributeError):
    rule.utcoffset(5)

# What is shown, and pickled.
eq((repr(rule), str(rule), rule.key), ("zoneinfo.ZoneInfo(key='rule')", "rule", "rule"))
assert repr(last).startswith("zoneinfo.ZoneInfo.from_file(<_io.BytesIO"), repr(last)
eq((str(last) == repr(last), last.key), (True, None))
with raises(pickle.PicklingError, "Cannot pickle a ZoneInfo file from a file stream."):
    pickle.dumps(rule)
with raises(AttributeError):
    rule.key = "x"

# Wrong files.
for text, message in (
    ("A3B", None),
    ("AAA", "Invalid STD offset in b'AAA'"),
    ("3", "Invalid STD format in b'3'"),
    ("AAA25", "Invalid STD offset in b'AAA25'"),
    ("AAA3BBB", "Invalid DST offset in b'AAA3BBB'"),
    ("AAA3<B!>", "Invalid DST format in b'AAA3<B!>'"),
    ("AAA3BBB4", "Missing transition rules in TZ string: b'AAA3BBB4'"),
    ("AAA3BBB,M13.1.1,M1.1.1", "Malformed transition rule in TZ string: b'AAA3BBB,M13.1.1,M1.1.1'"),
    ("AAA3BBB,J0,J1", "Malformed transition rule in TZ string: b'AAA3BBB,J0,J1'"),
    ("AAA3BBB,1/168,2", "Malformed transition rule in TZ string: b'AAA3BBB,1/168,2'"),
    ("AAA3BBB,1,2,3", "Extraneous characters at end of TZ string: b'AAA3BBB,1,2,3'"),
):
    with raises(ValueError, message):
        ZoneInfo.from_file(file([], [(0, 0, "X")], text))
with raises(ValueError, "Invalid transition index found while reading TZif: 9"):
    ZoneInfo.from_file(file([(0, 9)], [(0, 0, "X")]))
with raises(zoneinfo.ZoneInfoNotFoundError):
    ZoneInfo("No/Such")
with raises(TypeError):
    ZoneInfo()

# Caches, where the database is there.
if "UTC" in zoneinfo.available_timezones():

    class Mine(ZoneInfo):
        pass

    assert ZoneInfo("UTC") is ZoneInfo("UTC") and ZoneInfo(key="UTC") is ZoneInfo("UTC")
    assert ZoneInfo.no_cache("UTC") is not ZoneInfo("UTC")
    assert type(Mine("UTC")) is Mine and Mine("UTC") is not ZoneInfo("UTC")
    kept = Mine("UTC")
    assert Mine("UTC") is kept
    Mine.clear_cache()
    assert Mine("UTC") is not kept
    zone = ZoneInfo("UTC")
    assert pickle.loads(pickle.dumps(zone)) is zone and copy.copy(zone) is zone
    one = ZoneInfo.no_cache("UTC")
    assert pickle.loads(pickle.dumps(one)) is not one
    gone = weakref.ref(one)
    del one
    assert gone() is None

    class Broken(ZoneInfo):
        pass

    Broken._weak_cache = type("Cache", (), {"get": staticmethod(lambda key, default=None: 1337)})
    with raises(RuntimeError, "Unexpected instance of int in Broken weak cache for key 'UTC'"):
        Broken("UTC")

    found, errors = [], []

    def work():
        try:
            for _ in range(50):
                zone = Mine("UTC")
                assert zone.utcoffset(datetime(2024, 1, 1)) == timedelta(0)
                found.append(zone)
                ZoneInfo("UTC"), ZoneInfo.no_cache("UTC")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    assert len(set(map(id, found))) == 1
