"""DuckDB: SQL in memory and on disk, parameters, relations, functions in Python, NumPy, errors."""

import datetime
import decimal
import uuid

from _expect import raises

import duckdb

con = duckdb.connect()
con.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR, born DATE, pay DECIMAL(8,2), tags VARCHAR[])")
rows = [(1, "Ann", datetime.date(1990, 2, 28), decimal.Decimal("10.50"), ["a", "b"]), (2, "B\xf6b \u20ac", datetime.date(2000, 1, 1), decimal.Decimal("7.25"), []), (3, None, None, None, None)]
con.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", rows)
assert con.execute("SELECT * FROM people ORDER BY id").fetchall() == rows
assert [column[0] for column in con.description] == ["id", "name", "born", "pay", "tags"]
assert con.execute("SELECT name FROM people WHERE id = $id", {"id": 1}).fetchall()[0] == ("Ann",)
assert con.sql("SELECT count(*), sum(pay), max(born) FROM people").fetchall() == [(3, decimal.Decimal("17.75"), datetime.date(2000, 1, 1))]
kinds = con.execute(
    "SELECT true, 127::TINYINT, 170141183460469231731687303715884105727::HUGEINT, 1.5::DOUBLE, 'x', '\\xAA'::BLOB, TIMESTAMP '2024-02-29 12:00:00.5',"
    " TIME '01:02:03', INTERVAL 3 DAY, {'a': 1, 'b': [1, 2]}, MAP {'k': 5}, UUID '00000000-0000-0000-0000-000000000005', NULL"
).fetchall()[0]
assert kinds == (
    True, 127, 2**127 - 1, 1.5, "x", b"\xaa", datetime.datetime(2024, 2, 29, 12, 0, 0, 500_000), datetime.time(1, 2, 3),
    datetime.timedelta(days=3), {"a": 1, "b": [1, 2]}, {"k": 5}, uuid.UUID(int=5), None,
)  # fmt: skip

con.execute("CREATE TABLE numbers AS SELECT i, i % 7 AS g, i * 0.5 AS x FROM range(100000) t(i)")
assert con.sql("SELECT g, count(*), sum(i) FROM numbers GROUP BY g ORDER BY g").fetchall()[0] == (0, 14286, sum(range(0, 100_000, 7)))
assert con.sql("SELECT i, sum(i) OVER (ORDER BY i ROWS 2 PRECEDING) FROM numbers LIMIT 4").fetchall()[3] == (3, 6)
relation = con.table("numbers").filter("i < 10").project("i * 2 AS d").order("d DESC").limit(3)
assert relation.fetchall() == [(18,), (16,), (14,)] and relation.columns == ["d"] and "BIGINT" in str(relation.types[0])
assert con.table("numbers").aggregate("max(i)").fetchall()[0] == (99_999,) and "99999" in str(con.sql("SELECT max(i) FROM numbers"))
cursor = con.cursor()
cursor.execute("SELECT i FROM numbers ORDER BY i")
assert cursor.fetchmany(3) == [(0,), (1,), (2,)] and cursor.fetchone() == (3,)


def shout(text: str) -> str:
    return text.upper() + "!"


con.create_function("shout", shout)
assert con.execute("SELECT shout(name) FROM people WHERE id <= 2 ORDER BY id").fetchall() == [("ANN!",), ("B\xd6B \u20ac!",)]
con.create_function("fail", lambda x: 1 // 0, [duckdb.sqltypes.BIGINT], duckdb.sqltypes.BIGINT)
con.begin()
con.execute("DELETE FROM people")
con.rollback()
assert con.execute("SELECT count(*) FROM people").fetchall()[0] == (3,)
con.execute("COPY (SELECT 1 AS a, 'x,y' AS b) TO 'out.csv' (HEADER)")
assert open("out.csv").read() == 'a,b\n1,"x,y"\n' and con.read_csv("out.csv").fetchall() == [(1, "x,y")]
con.execute("COPY numbers TO 'out.parquet'")
assert con.execute("SELECT sum(i) FROM 'out.parquet'").fetchall()[0] == (4_999_950_000,)
with duckdb.connect("file.db") as other:
    other.execute("CREATE OR REPLACE TABLE t AS SELECT 42 AS x")
assert duckdb.connect("file.db", read_only=True).execute("FROM t").fetchall() == [(42,)]
assert con.execute("SELECT '{\"a\": [5]}'::JSON->'a'->>0").fetchall()[0] == ("5",)

raises(duckdb.ParserException, "syntax error at or near \"SELEC\"", con.execute, "SELEC 1")
raises(duckdb.CatalogException, "Table with name nope does not exist", con.execute, "FROM nope")
raises(duckdb.BinderException, "Referenced column \"nope\" not found", con.execute, "SELECT nope FROM people")
raises(duckdb.ConstraintException, "Duplicate key \"id: 1\"", con.execute, "INSERT INTO people (id) VALUES (1)")
raises(duckdb.ConversionException, "Could not convert string 'x' to INT32", con.execute, "SELECT 'x'::INT")
raises(duckdb.InvalidInputException, "ZeroDivisionError", lambda: con.execute("SELECT fail(1)").fetchall())
raises(duckdb.InvalidInputException, "Invalid Input Error: Parameter argument/count mismatch, identifiers of the", con.execute, "SELECT ?", [1, 2])
con.close()
raises(duckdb.ConnectionException, "Connection already closed", con.execute, "SELECT 1")
print("ok")
