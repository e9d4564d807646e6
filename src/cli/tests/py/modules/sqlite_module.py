# timeout: 20
"""sqlite3 over _sqlite3: connections, cursors, rows, blobs, adapters, callbacks, transactions, threads."""

import gc
import os
import sqlite3
import sys
import tempfile
import threading
import time
import warnings

# Filters of warnings are the process's.
ALONE = threading.current_thread() is threading.main_thread()


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} not raised")


def memory(**kwargs):
    return sqlite3.connect(":memory:", **kwargs)


def table(connection, rows=5):
    connection.execute("create table t(id integer primary key, name text, data blob, number real)")
    connection.executemany("insert into t values(?, ?, ?, ?)", [(i, f"n{i}", bytes([i] * 4), i / 2) for i in range(1, rows + 1)])
    connection.commit()
    return connection


def test_values():
    db = memory()
    values = (None, 0, -1, 2**63 - 1, -(2**63), 1.5, float("inf"), "", "text", "\u20ac\U0001f40d", b"", b"\0\1", bytearray(b"x"), memoryview(b"y"), True)
    [row] = db.execute("select " + ", ".join("?" * len(values)), values)
    assert row == (None, 0, -1, 2**63 - 1, -(2**63), 1.5, float("inf"), "", "text", "\u20ac\U0001f40d", b"", b"\0\1", b"x", b"y", 1), row
    assert type(row[-1]) is int and type(row[-2]) is bytes
    assert db.execute("select ?", (float("nan"),)).fetchone() == (None,)
    assert "too large" in str(raises(OverflowError, db.execute, "select ?", (2**63,)))
    raises(UnicodeEncodeError, db.execute, "select ?", ("\ud800",))
    assert "type 'object' is not supported" in str(raises(sqlite3.ProgrammingError, db.execute, "select ?", (object(),)))
    assert db.execute("select 'a' || char(0) || 'b'").fetchone() == ("a\0b",)
    error = raises(sqlite3.OperationalError, lambda: db.execute("select cast(x'ff' as text) as c").fetchall())
    assert str(error) == "Could not decode to UTF-8 column 'c' with text '\ufffd'"
    for factory, expected in [(bytes, b"\xc3\xa9"), (bytearray, bytearray(b"\xc3\xa9")), (lambda b: b.decode() + "!", "\xe9!")]:
        db.text_factory = factory
        assert db.execute("select '\xe9'").fetchone() == (expected,)
    db.close()


def test_parameters():
    db = memory()
    assert db.execute("select :a, :b, :a", {"a": 1, "b": 2, "c": 3}).fetchone() == (1, 2, 1)

    class Mapping(dict):
        def __missing__(self, key):
            return "made " + key

    assert db.execute("select :a, $b, @c", Mapping()).fetchone() == ("made a", "made b", "made c")

    class Sequence:
        def __len__(self):
            return 2

        def __getitem__(self, at):
            return [10, 20][at]

    assert db.execute("select ?, ?", Sequence()).fetchone() == (10, 20)
    assert db.execute("select ?1, ?2, ?1", [1, 2]).fetchone() == (1, 2, 1)
    assert "uses 1, and there are 2 supplied" in str(raises(sqlite3.ProgrammingError, db.execute, "select ?", (1, 2)))
    assert "value for binding parameter :a" in str(raises(sqlite3.ProgrammingError, db.execute, "select :a", {}))
    assert "has no name" in str(raises(sqlite3.ProgrammingError, db.execute, "select ?", {"a": 1}))
    assert "named parameter" in str(raises(sqlite3.ProgrammingError, db.execute, "select :a", (1,)))
    assert "unsupported type" in str(raises(sqlite3.ProgrammingError, db.execute, "select ?", 5))
    assert "one statement" in str(raises(sqlite3.ProgrammingError, db.execute, "select 1; select 2"))
    assert "null character" in str(raises(sqlite3.ProgrammingError, db.execute, "select 1\0"))
    assert db.execute("/* c */ -- d\n select 1 ; -- e").fetchone() == (1,)
    assert db.execute("").fetchall() == [] and db.execute("-- nothing").description is None
    raises(TypeError, db.execute, 5)
    db.close()


def test_cursors():
    db = table(memory())
    cursor = db.cursor()
    assert cursor.connection is db and cursor.description is None and cursor.rowcount == -1 and cursor.lastrowid is None
    assert cursor.execute("select id, name as Label from t") is cursor
    assert cursor.description == (("id",) + (None,) * 6, ("Label",) + (None,) * 6)
    assert cursor.fetchone() == (1, "n1") and cursor.fetchmany(2) == [(2, "n2"), (3, "n3")] and next(cursor) == (4, "n4")
    assert cursor.fetchmany() == [(5, "n5")] and cursor.fetchone() is None and cursor.fetchall() == [] and list(cursor) == []
    cursor.arraysize = 3
    assert cursor.arraysize == 3 and len(cursor.execute("select * from t").fetchmany()) == 3
    raises(ValueError, setattr, cursor, "arraysize", -1)
    raises(OverflowError, setattr, cursor, "arraysize", 2**32)
    cursor.execute("update t set number = 0 where id > 3")
    assert cursor.rowcount == 2 and db.total_changes == 7
    cursor.execute("insert into t(name) values('new')")
    assert cursor.lastrowid == 6 and cursor.rowcount == 1
    assert cursor.execute("insert into t(name) values('x') returning id").fetchall() == [(7,)]
    assert "DML" in str(raises(sqlite3.ProgrammingError, cursor.executemany, "select ?", [(1,)]))
    assert raises(ZeroDivisionError, cursor.executemany, "insert into t(name) values(?)", ((1 // i,) for i in (1, 0)))
    cursor.executescript("create table u(x); insert into u values(1); select * from u; insert into u values(2);")
    assert cursor.execute("select count(*) from u").fetchone() == (2,)
    cursor.close()
    assert "closed cursor" in str(raises(sqlite3.ProgrammingError, cursor.fetchone))

    class Recursive(sqlite3.Cursor):
        def __init__(self, connection):
            pass

    assert "__init__ not called" in str(raises(sqlite3.ProgrammingError, Recursive(db).execute, "select 1"))
    raises(TypeError, db.cursor, lambda connection: None)

    def feed():
        yield (1,)
        other.execute("select 1")

    other = db.cursor()
    assert "Recursive use" in str(raises(sqlite3.ProgrammingError, other.executemany, "insert into u values(?)", feed()))
    db.close()
    assert "closed database" in str(raises(sqlite3.ProgrammingError, db.execute, "select 1"))


def test_rows():
    db = table(memory())
    db.row_factory = sqlite3.Row
    first, second = db.execute("select id, name as Label from t limit 2")
    assert first["id"] == first[0] == first[-2] == 1 and first["LABEL"] == first["label"] == "n1" and first[:] == (1, "n1")
    assert first.keys() == ["id", "Label"] and list(first) == [1, "n1"] and len(first) == 2 and dict(first) == {"id": 1, "Label": "n1"}
    again = db.execute("select id, name as Label from t limit 1").fetchone()
    assert first == again and hash(first) == hash(again) and first != second and first != (1, "n1")
    raises(IndexError, lambda: first["nope"])
    raises(IndexError, lambda: first[2])
    raises(IndexError, lambda: first[1.0])
    db.row_factory = lambda cursor, row: {d[0]: v for d, v in zip(cursor.description, row)}
    assert db.execute("select id, name from t").fetchone() == {"id": 1, "name": "n1"}
    db.close()


def test_types():
    class Point:
        def __init__(self, x, y):
            self.x, self.y = x, y

        def __conform__(self, protocol):
            assert protocol is sqlite3.PrepareProtocol
            return f"{self.x};{self.y}"

    class Money:
        def __init__(self, cents):
            self.cents = cents

    sqlite3.register_adapter(Money, lambda money: money.cents)
    sqlite3.register_converter("point", lambda data: tuple(map(int, data.split(b";"))))
    db = memory(detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
    db.execute("create table t(p point(2), n number)")
    db.execute("insert into t values(?, ?)", (Point(1, 2), Money(5)))
    assert db.execute("select * from t").fetchall() == [((1, 2), 5)]
    cursor = db.execute("select '3;4' as 'p [Point]', null as 'q [point]'")
    assert cursor.description[0][0] == "p" and cursor.fetchone() == ((3, 4), None)
    assert sqlite3.adapt(Money(7)) == 7 and sqlite3.adapt(object, sqlite3.PrepareProtocol, "alt") == "alt"
    raises(sqlite3.ProgrammingError, sqlite3.adapt, object())
    assert raises(ValueError, lambda: db.execute("select 'x' as 'p [point]'").fetchall())
    db.close()


def test_functions():
    db = table(memory())
    db.create_function("twice", 1, lambda x: x * 2, deterministic=True)
    db.create_function("count_args", -1, lambda *args: len(args))
    assert db.execute("select twice(21), twice('ab'), count_args(1, null, x'00')").fetchone() == (42, "abab", 3)
    db.create_function("fails", 0, lambda: 1 // 0)
    error = raises(sqlite3.OperationalError, db.execute, "select fails()")
    assert str(error) == "user-defined function raised exception" and error.sqlite_errorcode == 1 and error.sqlite_errorname == "SQLITE_ERROR"
    db.create_function("object", 0, object)
    raises(sqlite3.OperationalError, db.execute, "select object()")
    raises(sqlite3.ProgrammingError, db.create_function, "f", -2, len)

    class Product:
        def __init__(self):
            self.value = 1

        def step(self, x):
            self.value *= x

        def inverse(self, x):
            self.value //= x

        def value_(self):
            return self.value

        def finalize(self):
            return self.value

    class Window(Product):
        def __init__(self):
            self.all = []

        def step(self, x):
            self.all.append(x)

        def inverse(self, x):
            self.all.remove(x)

        def value(self):
            return sum(self.all)

        finalize = value

    db.create_aggregate("product", 1, Product)
    assert db.execute("select product(id) from t").fetchone() == (120,)
    db.create_window_function("total_", 1, Window)
    rows = db.execute("select total_(id) over (order by id rows between 1 preceding and 1 following) from t").fetchall()
    assert rows == [(3,), (6,), (9,), (12,), (9,)], rows
    db.create_collation("backwards", lambda a, b: (a < b) - (a > b))
    assert [r[0] for r in db.execute("select id from t order by name collate backwards")] == [5, 4, 3, 2, 1]
    db.create_collation("bad", lambda a, b: 1 // 0)
    raises(ZeroDivisionError, lambda: db.execute("select id from t order by name collate bad").fetchall())
    db.create_collation("bad", None)
    raises(sqlite3.OperationalError, db.execute, "select id from t order by name collate bad")
    # A function may use the connection that calls it.
    db.create_function("inner_", 0, lambda: db.execute("select count(*) from t").fetchone()[0])
    assert db.execute("select inner_()").fetchone() == (5,)
    db.close()


def test_hooks():
    db = table(memory())
    seen = []
    db.set_trace_callback(seen.append)
    db.execute("select ?", ("x",)).fetchall()
    db.set_trace_callback(None)
    db.execute("select 2")
    assert seen == ["select 'x'"], seen
    db.set_authorizer(lambda action, *rest: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else sqlite3.SQLITE_OK)
    error = raises(sqlite3.DatabaseError, db.execute, "delete from t")
    assert error.sqlite_errorname == "SQLITE_AUTH" and "not authorized" in str(error)
    db.set_authorizer(None)
    db.execute("delete from t where id = 5")
    db.set_progress_handler(lambda: True, 1)
    error = raises(sqlite3.OperationalError, lambda: db.execute("select * from t a, t b, t c").fetchall())
    assert str(error) == "interrupted"
    db.set_progress_handler(None, 1)
    if ALONE:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            db.set_trace_callback(trace_callback=None)
        assert [w.category for w in caught] == [DeprecationWarning] and "positional-only" in str(caught[0].message)
    db.close()


def test_transactions():
    db = table(memory())
    assert not db.in_transaction and db.isolation_level == ""
    db.execute("insert into t(name) values('a')")
    assert db.in_transaction
    db.rollback()
    assert not db.in_transaction and db.execute("select count(*) from t").fetchone() == (5,)
    with db:
        db.execute("insert into t(name) values('b')")
    assert not db.in_transaction and db.execute("select count(*) from t").fetchone() == (6,)
    try:
        with db:
            db.execute("insert into t(name) values('c')")
            raise KeyError
    except KeyError:
        pass
    assert db.execute("select count(*) from t").fetchone() == (6,)
    db.isolation_level = None
    db.execute("insert into t(name) values('d')")
    assert not db.in_transaction and db.isolation_level is None
    raises(ValueError, setattr, db, "isolation_level", "LATER")
    error = raises(sqlite3.IntegrityError, db.execute, "insert into t(id) values(1)")
    assert error.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY" and error.sqlite_errorcode == 1555
    assert isinstance(error, sqlite3.DatabaseError) and db.IntegrityError is sqlite3.IntegrityError
    db.close()
    db = memory(autocommit=False)
    assert db.autocommit is False and db.in_transaction
    db.commit()
    assert db.in_transaction
    db.autocommit = True
    assert not db.in_transaction and db.autocommit is True
    db.autocommit = sqlite3.LEGACY_TRANSACTION_CONTROL
    assert db.autocommit == -1
    raises(ValueError, setattr, db, "autocommit", 5)
    db.close()


def test_blobs():
    db = table(memory())
    db.execute("insert into t(id, data) values(9, zeroblob(10))")
    with db.blobopen("t", "data", 9) as blob:
        assert len(blob) == 10 and blob.tell() == 0 and blob.read(3) == bytes(3)
        blob.write(b"abc")
        blob[0] = 65
        blob[8:10] = b"yz"
        blob[1:3] = b"BC"
        assert blob.tell() == 6 and blob[0] == blob[-10] == 65 and blob[:] == b"ABCabc\0\0yz" and blob[0:6:2] == b"ACb"
        blob.seek(-2, os.SEEK_END)
        assert blob.read() == b"yz" and blob.read() == b""
        raises(ValueError, blob.write, b"more")
        raises(ValueError, blob.seek, 11)
        raises(IndexError, lambda: blob[10])
        raises(ValueError, blob.__setitem__, 0, 256)
        raises(TypeError, blob.__delitem__, 0)
    raises(sqlite3.ProgrammingError, blob.read)
    assert db.execute("select data from t where id = 9").fetchone() == (b"ABCabc\0\0yz",)
    raises(sqlite3.OperationalError, db.blobopen, "t", "data", 100)
    readonly = db.blobopen("t", "data", 1, readonly=True)
    raises(sqlite3.OperationalError, readonly.write, b"x")
    db.close()
    raises(sqlite3.ProgrammingError, readonly.read)


def test_whole():
    db = table(memory())
    copy = memory()
    told = []
    db.backup(copy, pages=1, progress=lambda *args: told.append(args))
    assert copy.execute("select count(*) from t").fetchone() == (5,) and told[-1][1] == 0
    raises(ValueError, db.backup, db)
    data = db.serialize()
    assert data.startswith(b"SQLite format 3\0")
    other = memory()
    other.deserialize(data)
    assert other.execute("select name from t where id = 2").fetchone() == ("n2",)
    lines = list(db.iterdump())
    assert lines[0] == "BEGIN TRANSACTION;" and lines[-1] == "COMMIT;" and len(lines) == 8
    assert db.getlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH) == db.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20)
    assert "too large" in str(raises(sqlite3.DataError, db.execute, "select 1 -- " + "x" * 20))
    raises(sqlite3.ProgrammingError, db.getlimit, 1000)
    db.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY)
    assert db.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY) is True and copy.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY) is False
    raises(ValueError, db.getconfig, -1)
    for one in db, copy, other:
        one.close()
    assert sqlite3.complete_statement("select 1;") and not sqlite3.complete_statement("select 1")
    assert raises(sqlite3.OperationalError, sqlite3.connect, "/no/such/folder/file").sqlite_errorname == "SQLITE_CANTOPEN"
    assert sqlite3.threadsafety == 3 and sqlite3.apilevel == "2.0" and sqlite3.sqlite_version_info >= (3, 40)


def test_one_thread_alone():
    db = memory()
    cursor = db.cursor()
    errors = []

    def other():
        for call in (lambda: db.execute("select 1"), db.commit, db.close, lambda: cursor.fetchall(), cursor.close):
            errors.append(raises(sqlite3.ProgrammingError, call))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert len(errors) == 5 and all("can only be used in that same thread" in str(error) for error in errors)
    db.close()


def test_many_threads():
    # One connection, cursors of their own; functions call back while others wait. Under CPython threads that run the same text share a statement,
    # and one that calls back waits for the GIL as who has the GIL waits for the database.
    if "Pyston" not in sys.version:
        return
    db = table(memory(check_same_thread=False), 50)
    db.create_function("slow", 1, lambda x: x + 1)
    problems = []

    def work(number):
        try:
            for i in range(30):
                rows = db.execute("select id, name, slow(id) from t where id % 5 = ?", (number,)).fetchall()
                assert len(rows) == 10 and all(name == f"n{id}" and more == id + 1 for id, name, more in rows), rows
                db.execute("select * from t").fetchone()
                if i % 10 == 0:
                    gc.collect()
        except BaseException as error:
            problems.append(error)
            raise

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    # One cursor is for one thread at a time: others are refused, or get a whole row.
    cursor = db.execute("select id, name from t, (select 1 union all select 2 union all select 3)")
    rows = []

    def fetch():
        while True:
            try:
                row = cursor.fetchone()
            except sqlite3.ProgrammingError:
                continue
            if row is None:
                return
            rows.append(row)

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == 150 and all(name == f"n{id}" for id, name in rows)
    db.close()


def test_interrupt_and_close():
    db = memory(check_same_thread=False)
    started = threading.Event()
    db.create_function("started", 0, lambda: started.set() or 1)
    failed = []

    def run():
        query = "with recursive c(x) as (select started() union all select x + 1 from c) select count(*) from c"
        failed.append(raises(sqlite3.OperationalError, db.execute, query))

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    while thread.is_alive():
        db.interrupt()
        time.sleep(0.001)
    thread.join()
    assert str(failed[0]) == "interrupted"
    db.close()


def test_files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data.db")
        first, second = sqlite3.connect(path), sqlite3.connect(path, timeout=0.01)
        table(first)
        first.execute("begin immediate")
        error = raises(sqlite3.OperationalError, second.execute, "insert into t(name) values('x')")
        assert str(error) == "database is locked" and error.sqlite_errorname == "SQLITE_BUSY"
        first.rollback()
        second.execute("insert into t(name) values('x')")
        second.commit()
        # A cursor that has not read all keeps its lock only as long as it lives.
        cursor = second.execute("select * from t")
        cursor.fetchone()
        del cursor
        gc.collect()
        first.execute("drop table t")
        first.close()
        second.close()
        third = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        error = raises(sqlite3.OperationalError, third.execute, "create table u(x)")
        assert "readonly" in str(error)
        third.close()
        if ALONE:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                sqlite3.connect(path)
                gc.collect()
            assert "unclosed database" in str(caught[0].message) and caught[0].category is ResourceWarning


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
