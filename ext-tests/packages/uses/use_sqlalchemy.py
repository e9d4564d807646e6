"""SQLAlchemy over sqlite3: core, ORM, relations, compiled helpers for rows and collections, transactions, errors."""

import datetime
import decimal
import threading

from _expect import raises

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.util import _collections_cy

assert _collections_cy.__file__.endswith(".so"), "the compiled modules are not in use"


class Base(orm.DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(50), unique=True)
    born: orm.Mapped[datetime.date | None]
    pay: orm.Mapped[decimal.Decimal] = orm.mapped_column(sa.Numeric(8, 2, asdecimal=True), default=decimal.Decimal("1.50"))
    posts: orm.Mapped[list["Post"]] = orm.relationship(back_populates="author", cascade="all, delete-orphan", order_by="Post.id")

    @orm.validates("name")
    def check_name(self, key, value):
        if not value:
            raise ValueError("a name is needed")
        return value


class Post(Base):
    __tablename__ = "posts"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    title: orm.Mapped[str]
    data: orm.Mapped[dict] = orm.mapped_column(sa.JSON, default=dict)
    author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))
    author: orm.Mapped[User] = orm.relationship(back_populates="posts")


engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False})
statements = []
event.listen(engine, "before_cursor_execute", lambda conn, cursor, statement, *rest: statements.append(statement))
Base.metadata.create_all(engine)
assert sa.inspect(engine).get_table_names() == ["posts", "users"]

with orm.Session(engine) as session:
    ann = User(name="Ann", born=datetime.date(1990, 2, 28), posts=[Post(title="one", data={"tags": [1, "\u20ac"]}), Post(title="two")])
    session.add_all([ann, User(name="Bob", born=None, pay=decimal.Decimal("99.25"))])
    session.commit()
    assert ann.id == 1 and ann.posts[0].author is ann and ann.posts[0].data == {"tags": [1, "\u20ac"]}
    assert session.scalars(sa.select(User).where(User.name.like("A%"))).one() is ann and session.get(User, 1) is ann
    counted = sa.select(User.name, sa.func.count(Post.id).label("n")).outerjoin(Post).group_by(User.name).order_by(User.name)
    rows = session.execute(counted).all()
    assert rows == [("Ann", 2), ("Bob", 0)] and rows[0].n == 2 and rows[0]._mapping["name"] == "Ann" and hash(rows[0]) == hash(("Ann", 2))
    assert session.scalars(sa.select(User.pay).order_by(User.id)).all() == [decimal.Decimal("1.50"), decimal.Decimal("99.25")]
    ann.posts.pop(0)
    session.flush()
    assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1
    session.rollback()
    assert len(ann.posts) == 2 and not session.dirty
    ann.name = "Anna"
    assert sa.inspect(ann).attrs.name.history.added == ["Anna"] and ann in session.dirty
    session.commit()
    eager = session.scalars(sa.select(User).options(orm.selectinload(User.posts)).order_by(User.id)).all()
    assert [len(user.posts) for user in eager] == [2, 0]
    session.execute(sa.update(User).where(User.id == 2).values(pay=User.pay + 1))
    assert session.scalar(sa.select(User.pay).where(User.id == 2)) == decimal.Decimal("100.25")
    session.delete(ann)
    session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0

metadata = sa.MetaData()
table = sa.Table("t", metadata, sa.Column("a", sa.Integer, primary_key=True), sa.Column("b", sa.LargeBinary), sa.Column("c", sa.DateTime))
metadata.create_all(engine)
moment = datetime.datetime(2024, 2, 29, 12, 0, 0, 5)
with engine.begin() as connection:
    connection.execute(sa.insert(table), [{"a": i, "b": bytes([i]), "c": moment} for i in range(100)])
    result = connection.execute(sa.select(table).where(table.c.a.in_([3, 4])).order_by(table.c.a.desc()))
    assert result.fetchmany(1) == [(4, b"\x04", moment)] and result.mappings().first()["b"] == b"\x03"
    assert connection.execute(sa.text("select sum(a) from t where a > :low"), {"low": 97}).scalar_one() == 98 + 99
    assert [part for part in connection.execute(sa.select(table.c.a).limit(5)).scalars().partitions(2)] == [[0, 1], [2, 3], [4]]
query = sa.select(table.c.a).where(sa.or_(table.c.a > 5, table.c.b.is_(None))).union_all(sa.select(sa.literal(1)))
assert "UNION ALL" in str(query) and str(sa.select(table.c.a).where(table.c.a == 5)).endswith("WHERE t.a = :a_1")
ordered = sa.util.OrderedSet([3, 1, 3, 2])
assert list(ordered | {9}) == [3, 1, 2, 9] and sa.util.IdentitySet([ordered]).__contains__(ordered)
assert str(sa.engine.make_url("postgresql://u:p@h:5/d?x=1")) == "postgresql://u:***@h:5/d?x=1"
found = []
workers = [threading.Thread(target=lambda: found.append(orm.Session(engine).scalar(sa.select(sa.func.max(table.c.a))))) for _ in range(1)]
for worker in workers:
    worker.start()
    worker.join()
assert found == [99] and any(statement.startswith("INSERT INTO users") for statement in statements)

session = orm.Session(engine)
session.add(User(name="Bob"))
raises(sa.exc.IntegrityError, "UNIQUE constraint failed: users.name", session.commit)
session.rollback()
raises(ValueError, "a name is needed", User, name="")
raises(sa.exc.OperationalError, "no such table: nope", session.execute, sa.text("select * from nope"))
raises(sa.exc.NoResultFound, "No row was found when one was required", session.scalars(sa.select(User).where(User.id == 77)).one)
raises(sa.exc.ArgumentError, "Could not parse SQLAlchemy URL", sa.create_engine, "nonsense")
raises(AttributeError, "Could not locate column in row for column 'nope'", lambda: session.execute(sa.text("select 1 as x")).one().nope)
raises(TypeError, "'nope' is an invalid keyword argument for User", User, nope=1)
print("ok")
