"""psycopg2 without a server: quoting and adapting, SQL composition, types, ranges, connection strings, errors."""

import datetime
import decimal
import hashlib
import uuid

from _expect import raises

import psycopg2
import psycopg2.extensions as ext
from psycopg2 import errors, extras, sql

assert psycopg2.apilevel == "2.0" and psycopg2.threadsafety == 2 and psycopg2.__libpq_version__ > 100_000
for value, text in (
    (5, b"5"), (-5, b" -5"), (1.5, b"1.5"), (float("nan"), b"'NaN'::float"), (True, b"true"), (None, b"NULL"),
    ("it's", b"'it''s'"), (decimal.Decimal("1.10"), b"1.10"), ([1, None, "a"], b"ARRAY[1,NULL,'a']"), ((1, "b"), b"(1, 'b')"),
    (datetime.date(2024, 2, 29), b"'2024-02-29'::date"), (datetime.timedelta(days=1, seconds=2), b"'1 days 2.000000 seconds'::interval"),
    (datetime.datetime(2024, 1, 2, 3, 4, 5), b"'2024-01-02T03:04:05'::timestamp"), ([], b"'{}'"),
):  # fmt: skip
    assert ext.adapt(value).getquoted() == text, (value, ext.adapt(value).getquoted())
assert ext.QuotedString("a\\b").getquoted() == b"'a\\\\b'" and ext.Binary(b"\0\xff").getquoted() == b"'\\\\000\\\\377'::bytea"
assert psycopg2.Date(2024, 1, 2).adapted == datetime.date(2024, 1, 2) and psycopg2.TimestampFromTicks(0).adapted.year in (1969, 1970)
extras.register_uuid()
assert ext.adapt(uuid.UUID(int=5)).getquoted() == b"'00000000-0000-0000-0000-000000000005'::uuid"
assert extras.Json({"a": [1, None]}).getquoted() == b"'{\"a\": [1, null]}'"


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


ext.register_adapter(Point, lambda point: ext.AsIs(f"'({point.x}, {point.y})'"))
assert ext.adapt(Point(1, 2)).getquoted() == b"'(1, 2)'" and isinstance(ext.adapt(Point(1, 2)), ext.AsIs)


class Conforming:
    def __conform__(self, protocol):
        return ext.Float(2.5) if protocol is ext.ISQLQuote else None


assert ext.adapt(Conforming()).getquoted() == b"2.5"
assert ext.INTEGER("42", None) == 42 and ext.FLOAT("1.5", None) == 1.5 and ext.DECIMAL("1.10", None) == decimal.Decimal("1.10")
assert ext.BOOLEAN("t", None) is True and ext.UNICODE("text", None) == "text" and ext.LONGINTEGER("12345678901234567890", None) == 12345678901234567890
assert ext.PYDATE("2024-02-29", None) == datetime.date(2024, 2, 29) and ext.PYDATETIME("2024-02-29 12:00:00.5", None).microsecond == 500_000
assert ext.PYINTERVAL("1 day 02:03:04", None) == datetime.timedelta(1, 7384) and ext.PYTIME("01:02:03", None) == datetime.time(1, 2, 3)
assert bytes(psycopg2.BINARY("\\x00ff", None)) == b"\0\xff" and ext.INTEGER(None, None) is None
numbers = ext.new_array_type((1007,), "INTS", ext.INTEGER)
assert numbers("{1,NULL,{2,3}}", None) == [1, None, [2, 3]] or numbers("{1,NULL,2}", None) == [1, None, 2]
doubled = ext.new_type((23,), "DOUBLED", lambda value, cursor: None if value is None else int(value) * 2)
assert doubled("21", None) == 42 and doubled.name == "DOUBLED" and doubled == 23 and doubled.values == (23,)
assert psycopg2.NUMBER == 20 and psycopg2.STRING != 20

query = sql.SQL("select {f} from {t} where {c} = {v}").format(
    f=sql.SQL(", ").join([sql.Identifier("a"), sql.Identifier("b\"c")]), t=sql.Identifier("s", "t"), c=sql.Identifier("x"), v=sql.Placeholder("v")
)
assert repr(query).startswith("Composed([") and len(query.seq) == 8 and sql.Identifier("a").strings == ("a",)
assert ext.parse_dsn("postgresql://u:p%20w@h:5/d?connect_timeout=3") == {"user": "u", "password": "p w", "host": "h", "port": "5", "dbname": "d", "connect_timeout": "3"}
assert ext.make_dsn(dbname="x y", host="h") == "dbname='x y' host=h"
ranges = extras.NumericRange(1, 5, "[)")
assert 1 in ranges and 5 not in ranges and ranges.lower == 1 and extras.DateRange(empty=True).isempty
assert extras.NumericRange(1, 5) < extras.NumericRange(2, 5) and repr(ranges) == "NumericRange(1, 5, '[)')"
assert errors.lookup("23505") is errors.UniqueViolation and issubclass(errors.UniqueViolation, psycopg2.IntegrityError)
assert ext.encrypt_password("pw", "me", algorithm="md5") == "md5" + hashlib.md5(b"pwme").hexdigest()

error = raises(psycopg2.OperationalError, "Connection refused", psycopg2.connect, host="127.0.0.1", port=1, user="u", dbname="d", gssencmode="disable")
assert error.pgcode is None and error.cursor is None and isinstance(error, psycopg2.Error)
raises(psycopg2.ProgrammingError, "can't adapt type 'object'", ext.adapt, object())
raises(psycopg2.ProgrammingError, "invalid connection option \"nope\"", ext.make_dsn, nope=1)
raises(psycopg2.ProgrammingError, "missing \"=\" after", ext.parse_dsn, "nonsense")
raises(psycopg2.DataError, "array", numbers, "nonsense", None)
raises(ValueError, "invalid literal for int()", ext.INTEGER, "x", None)
raises(TypeError, "argument 1 must be str, not int", ext.connection, 5)
print("ok")
