"""psycopg in its compiled implementation, without a server: adapting in text and binary, composition, libpq, errors."""

import asyncio
import datetime
import decimal
import enum
import ipaddress
import uuid

from _expect import raises

import psycopg
from psycopg import adapters, conninfo, postgres, pq, sql
from psycopg.adapt import PyFormat, Transformer
from psycopg.types import TypeInfo
from psycopg.types.json import Jsonb
from psycopg.types.range import Range

assert pq.__impl__ == "binary" and psycopg._cmodule._psycopg is not None, "the compiled implementation is not in use"
assert pq.version() > 100_000 and postgres.types["int4"].oid == 23

VALUES = [
    5, -(2**40), 2**70, 1.5, float("inf"), True, None, "caf\xe9 \u20ac", b"\0\xff", decimal.Decimal("-1.10"), uuid.UUID(int=5),
    datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4), datetime.datetime(2024, 2, 29, 12, 0, 0, 5), datetime.timedelta(days=-3, microseconds=7),
    datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc), [1, 2, None], [["a", "b"], ["c\"", "\\"]], ipaddress.ip_address("10.0.0.1"),
    Range(1, 5), Range(empty=True),
]  # fmt: skip
# What the server would find for values that are sent without a type.
UNNAMED = {str: 25, list: 1009, Range: postgres.types["int4range"].oid}
for value in VALUES:
    for form in (PyFormat.TEXT, PyFormat.BINARY):
        transformer = Transformer()
        wire = transformer.dump_sequence([value], [form])[0]
        if value is None:
            assert wire is None
            continue
        if value == b"\0\xff" and form is PyFormat.TEXT:
            # Without a connection libpq escapes for servers of old, which takes a server to undo.
            assert bytes(wire) == b"\\\\000\\\\377"
            continue
        oid, kind = transformer.types[0], transformer.formats[0]
        again = transformer.get_loader(oid or UNNAMED[type(value)], kind).load(wire)
        assert again == value, (value, form, wire, oid, again)
transformer = Transformer()
assert transformer.dump_sequence(["a", 5], [PyFormat.AUTO] * 2) == [b"a", b"\x00\x05"] and transformer.types == (0, 21)
assert transformer.as_literal("it's") in (b"'it''s'", "'it''s'") and transformer.as_literal(Jsonb({"a": 1})) is not None
transformer.set_loader_types([23, 25], pq.Format.TEXT)
assert transformer.load_sequence([b"42", b"x"]) == (42, "x") and transformer.load_sequence([None, None]) == (None, None)


class Colour(enum.Enum):
    RED = "red"


class Dumper(psycopg.adapt.Dumper):
    oid = 25

    def dump(self, value):
        return value.value.encode()


class Loader(psycopg.adapt.Loader):
    def load(self, data):
        return Colour(bytes(data).decode())


adapters.register_dumper(Colour, Dumper)
local = psycopg.adapt.AdaptersMap(adapters)
local.register_loader(25, Loader)
own = Transformer()
assert own.dump_sequence([Colour.RED], [PyFormat.TEXT]) == [b"red"]
assert TypeInfo("mine", 1234, 1235).array_oid == 1235

query = sql.SQL("select {} from {} where {} = {}").format(sql.Identifier("a"), sql.Identifier("s", "t\""), sql.SQL("x"), sql.Literal("it's"))
assert query.as_string() == "select \"a\" from \"s\".\"t\"\"\" where x = 'it''s'"
assert sql.SQL(", ").join([sql.Placeholder(), sql.Placeholder("n")]).as_string() == "%s, %(n)s"
assert conninfo.make_conninfo("host=h", port=5, dbname="x y") == "host=h port=5 dbname='x y'"
assert conninfo.conninfo_to_dict("postgresql://u:p%20w@h/d") == {"user": "u", "password": "p w", "host": "h", "dbname": "d"}
escape = pq.Escaping()
assert bytes(escape.escape_string(b"it's")) == b"it''s" and bytes(escape.unescape_bytea(b"\\x00ff")) == b"\0\xff"
found = pq.Conninfo.parse(b"host=h port=7")
assert {option.keyword: option.val for option in found if option.val} == {b"host": b"h", b"port": b"7"}
dead = pq.PGconn.connect(b"host=127.0.0.1 port=1 gssencmode=disable")
assert dead.status == pq.ConnStatus.BAD and b"Connection refused" in dead.error_message
dead.finish()
assert psycopg.errors.lookup("23505") is psycopg.errors.UniqueViolation

raises(psycopg.OperationalError, "connection failed", psycopg.connect, "host=127.0.0.1 port=1 user=u gssencmode=disable")
raises(psycopg.OperationalError, "connection failed", lambda: asyncio.run(psycopg.AsyncConnection.connect("host=127.0.0.1 port=1 user=u gssencmode=disable")))
raises(psycopg.ProgrammingError, "cannot adapt type 'object' using placeholder '%t' (format: TEXT)", Transformer().dump_sequence, [object()], [PyFormat.TEXT])
raises(psycopg.ProgrammingError, "invalid connection option \"nope\"", conninfo.make_conninfo, nope=1)
raises(psycopg.DataError, "PostgreSQL text fields cannot contain NUL (0x00) bytes", Transformer().dump_sequence, ["a\0"], [PyFormat.TEXT])
raises(psycopg.OperationalError, "executing query failed: no connection to the server", pq.PGconn.connect(b"host=127.0.0.1 port=1").exec_, b"select 1")
print("ok")
