"""Statements compiled once, and handed to each database's driver in the way that costs least.

SQLAlchemy's own way to a driver takes longer than what most statements of a batch do, and so does the drivers' care for
any type: so a statement is kept as text, with what becomes of the values that it is given and of those it returns.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Date, Dialect, LargeBinary, String
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from models.schema import Utc

Change = Callable[[Any], Any]

_SQLITE = sqlite.dialect()
_POSTGRESQL = asyncpg.dialect()  # type: ignore[no-untyped-call]


_UTC = Utc()


# As many as the largest batches have; the same one goes into half a dozen tables.
@lru_cache(maxsize=4096)
def _microseconds(moment: datetime | None) -> Any:
    """A moment as SQLite stores it."""
    return _UTC.process_bind_param(moment, _SQLITE)


@lru_cache(maxsize=1024)
def _in_letters(day: date | None) -> str | None:
    """A day as SQLite stores it."""
    return None if day is None else day.isoformat()


def stored(kind: TypeEngine[Any]) -> Change | None:
    """How a value of `kind`, or an empty one, becomes one that SQLite stores; nothing where it is one already."""
    if isinstance(kind, Utc):
        return _microseconds
    return _in_letters if isinstance(kind, Date) else None


def changed(rows: Iterable[Sequence[Any]], changes: Sequence[Change | None]) -> Sequence[Sequence[Any]]:
    """The rows with each column's values changed; the changes must know what becomes of an empty value."""
    if not any(changes):
        return list(rows)
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, change in enumerate(changes if columns else ()):
        if change is not None:
            columns[place] = map(change, columns[place])
    return list(zip(*columns, strict=True))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(kind: TypeEngine[Any]) -> Change:
    """How a value of `kind` is written in PostgreSQL's own text for an array."""
    if isinstance(kind, Utc):
        return lambda moment: str(kind.process_bind_param(moment, _POSTGRESQL).isoformat())
    if isinstance(kind, Date):
        return date.isoformat
    if isinstance(kind, LargeBinary):
        return lambda value: _quoted("\\x" + value.hex())
    return _quoted if isinstance(kind, String) else str


def as_array(values: Sequence[Any], write: Change) -> str:
    """The values as the text of one array; the driver, given a list, would ask of each whether it is a list itself."""
    if write is str and None not in values:
        return "{" + ",".join(map(str, values)) + "}"
    known = {value: "NULL" if value is None else write(value) for value in set(values)}
    return "{" + ",".join([known[value] for value in values]) + "}"


@dataclass(frozen=True)
class ForAllRows:
    """A statement of PostgreSQL's for all rows at once, and how what it returns becomes our values."""

    text: str
    values: Callable[[Iterable[Sequence[Any]]], tuple[str, ...]]
    read: tuple[Change | None, ...]

    def over(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it on the rows; returns all that it returned."""
        result = connection.exec_driver_sql(self.text, self.values(rows))
        return changed(result.all(), self.read) if self.read else []


def for_all_rows(
    statement: Any,
    names: Sequence[str],
    values: Callable[[Iterable[Sequence[Any]]], tuple[str, ...]],
    returned: Sequence[Column[Any]],
) -> ForAllRows:
    """A statement in whose places called `names` stand what `values` makes of the rows."""
    compiled = statement.compile(dialect=_POSTGRESQL)
    assert compiled.positiontup == list(names)  # noqa: S101 - the values are given in this order
    return ForAllRows(str(compiled), values, _readers(returned, _POSTGRESQL))


def _readers(columns: Sequence[Column[Any]], dialect: Dialect) -> tuple[Change | None, ...]:
    return tuple([column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns])


@dataclass(frozen=True)
class ForOneRow:
    """A statement for one row in SQLite's own words; how values become those that it takes, and back again."""

    text: str
    write: tuple[Change | None, ...]
    read: tuple[Change | None, ...]

    def over(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it over the rows; returns all that it returned."""
        given = changed(rows, self.write)
        found: list[tuple[Any, ...]] = []
        with direct(connection, self.text) as cursor:
            if self.read:
                for row in given:
                    cursor.execute(self.text, row)
                    found += cursor.fetchall()
            else:
                cursor.executemany(self.text, given)
        return changed(found, self.read)

    def which(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it over the rows; returns those that it wrote. To have SQLite return them takes three times as long."""
        written = []
        with direct(connection, self.text) as cursor:
            for row, given in zip(rows, changed(rows, self.write), strict=True):
                cursor.execute(self.text, given)
                if cursor.rowcount:
                    written.append(row)
        return written


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


def for_one_row(statement: Any, given: Sequence[Column[Any]], returned: Sequence[Column[Any]]) -> ForOneRow:
    """A statement that takes a value for each of the columns `given`."""
    compiled = statement.compile(dialect=_SQLITE)
    assert compiled.positiontup == [column.name for column in given]  # noqa: S101 - the rows are given in this order
    return ForOneRow(str(compiled), tuple(stored(column.type) for column in given), _readers(returned, _SQLITE))
