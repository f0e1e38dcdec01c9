"""Statements compiled once, and handed to each database's driver in the way that costs least.

SQLAlchemy's own way to a driver takes longer than what most statements of a batch do, and so does the drivers' care for
any type: so a statement is kept as text, with what becomes of the values that it is given and of those it returns.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Date, Dialect, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from models import ahead
from models.schema import Utc, from_microseconds, in_microseconds

Change = Callable[[Any], Any]

_SQLITE = sqlite.dialect()


@cache
def _postgresql() -> Dialect:
    # Where there is only SQLite, its package would take 2 MB.
    from sqlalchemy.dialects.postgresql import asyncpg

    dialect: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    return dialect


def insert_into(table: Table, *, dialect: str) -> Any:
    """An INSERT that can say what becomes of a row whose key is there: each database has its own."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


# As many as the largest batches have; the same one goes into half a dozen tables.
@lru_cache(maxsize=2048)
def _microseconds(moment: datetime | None) -> int | None:
    """A moment as SQLite stores it (`Utc`)."""
    return None if moment is None else in_microseconds(moment)


@lru_cache(maxsize=1024)
def _in_letters(day: date | None) -> str | None:
    """A day as SQLite stores it."""
    return None if day is None else day.isoformat()


def _moment(microseconds: int | None) -> datetime | None:
    """The moment that SQLite has stored. Hardly any is read twice: to look for it would take longer than to make it."""
    return None if microseconds is None else from_microseconds(microseconds)


@lru_cache(maxsize=1024)
def _day(letters: str | None) -> date | None:
    """The day that SQLite has stored."""
    return None if letters is None else date.fromisoformat(letters)


def stored(kind: TypeEngine[Any]) -> Change | None:
    """How a value of `kind`, or an empty one, becomes one that SQLite stores; nothing where it is one already."""
    if isinstance(kind, Utc):
        return _microseconds
    return _in_letters if isinstance(kind, Date) else None


def changed(rows: Sequence[Sequence[Any]], changes: Sequence[Change | None]) -> Sequence[Sequence[Any]]:
    """The rows with each column's values changed; the changes must know what becomes of an empty value."""
    if not rows or not any(changes):
        return rows
    return list(zip(*columns_of(rows, changes), strict=True))


def columns_of(rows: Sequence[Sequence[Any]], changes: Sequence[Change | None]) -> list[Iterable[Any]]:
    """The same by columns, each of which may be gone through once."""
    if not rows:
        return [()] * len(changes)
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, change in enumerate(changes):
        if change is not None:
            columns[place] = map(change, columns[place])
    return columns


@dataclass(frozen=True)
class ForAllRows:
    """A statement for all rows at once, and how what it returns becomes our values.

    `places` are the statement's own: a value that never changes, or the place among `values` of one that does. One that
    writes a `table` and returns nothing is not waited for; one that does nothing but read a `table` may pass it.
    """

    text: str
    values: Callable[[Iterable[Sequence[Any]]], tuple[str, ...]]
    places: tuple[tuple[int | None, Any], ...]
    read: tuple[Change | None, ...]
    reads: str | None
    writes: str | None

    def over(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it on the rows; returns all that it returned."""
        values = self.values(rows)
        given = tuple([constant if place is None else values[place] for place, constant in self.places])
        if connection.dialect.name == "sqlite":
            with direct(connection, self.text) as cursor:
                cursor.execute(self.text, given)
                found: Sequence[Any] = cursor.fetchall()
        elif self.writes is not None and not self.read:
            ahead.send(connection, self.writes, self.text, given)
            found = []
        else:
            with ahead.passing(connection, self.reads):
                found = connection.exec_driver_sql(self.text, given).all()
        return changed(found, self.read)


def for_all_rows(
    statement: Any,
    names: Sequence[str],
    values: Callable[[Iterable[Sequence[Any]]], tuple[str, ...]],
    returned: Iterable[ColumnElement[Any]],
    *,
    reads: Table | None = None,
    writes: Table | None = None,
    is_sqlite: bool = False,
) -> ForAllRows:
    """A statement in whose places called `names` stand what `values` makes of the rows."""
    dialect = _SQLITE if is_sqlite else _postgresql()
    compiled = statement.compile(dialect=dialect)
    constants, where = compiled.params, {name: place for place, name in enumerate(names)}
    places = tuple([(where.get(name), constants[name]) for name in compiled.positiontup])
    names_of = [None if table is None else table.name for table in (reads, writes)]
    return ForAllRows(str(compiled), values, places, _readers(returned, dialect), *names_of)


def _readers(columns: Iterable[ColumnElement[Any]], dialect: Dialect) -> tuple[Change | None, ...]:
    return tuple([_reader(column.type, dialect) for column in columns])


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Change | None:
    if dialect is _SQLITE and isinstance(kind, Utc):
        return _moment
    if dialect is _SQLITE and isinstance(kind, Date):
        return _day
    reader: Change | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return reader


# So many rows go into one step of SQLite's, as far as there are so many. Between two steps the interpreter's lock is
# given up and asked for anew: that takes a quarter of a row's time, and another thread may keep the lock meanwhile.
SIZES = (128, 16, 4, 1)


@dataclass(frozen=True)
class ForSomeRows:
    """A statement in SQLite's own words for each of the `SIZES`; how values become those it takes, and back again."""

    texts: tuple[str, ...]
    write: tuple[Change | None, ...]
    read: tuple[Change | None, ...]

    def over(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it over the rows; returns all that it returned."""
        return changed(self._found(connection, rows), self.read)

    def columns_over(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> list[Iterable[Any]]:
        """The same; returns the columns of what it returned."""
        return columns_of(self._found(connection, rows), self.read)

    def _found(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        width = len(self.write)
        given: list[Any] = list(chain.from_iterable(rows))
        for place, change in enumerate(self.write):
            if change is not None:
                given[place::width] = map(change, given[place::width])
        found: list[tuple[Any, ...]] = []
        done = 0
        with direct(connection, self.texts[-1]) as cursor:
            for size, text in zip(SIZES, self.texts, strict=True):
                step = size * width
                while len(given) - done >= step:
                    cursor.execute(text, given[done : done + step])
                    done += step
                    if self.read:
                        found += cursor.fetchall()
        return found


@contextlib.contextmanager
def direct(connection: Connection, text: str) -> Iterator[Any]:
    """A cursor of the driver's own, whose errors come as from SQLAlchemy: its way there costs more than most rows."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            text, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def for_some_rows(statement: Any, given: Sequence[Column[Any]], returned: Sequence[Column[Any]]) -> ForSomeRows:
    """A statement that takes a value for each of the columns `given`, and may take more rows of them."""
    compiled = statement.compile(dialect=_SQLITE)
    assert compiled.positiontup == [column.name for column in given]  # noqa: S101 - the rows are given in this order
    row = f"({', '.join('?' * len(given))})"
    # As it is written, SQLite looks each of the given rows up; left to choose, it may read the whole table instead.
    text = str(compiled).replace("FROM given JOIN ", "FROM given CROSS JOIN ")
    assert text.count(f"VALUES {row}") == 1  # noqa: S101 - more rows can only stand there
    texts = tuple([text.replace(f"VALUES {row}", f"VALUES {', '.join([row] * size)}") for size in SIZES])
    return ForSomeRows(texts, tuple([stored(column.type) for column in given]), _readers(returned, _SQLITE))
