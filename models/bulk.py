"""Many rows by one statement whose text never changes with their number.

A statement's text is compiled and prepared once. PostgreSQL, which is a round trip away, receives the rows as one array
a column and inserts, updates or looks up from that as from a table. SQLite lives in this process: its driver runs the
statement for one row over all of them, which is faster; where a statement is about all rows at once, they come as one
JSON array.
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from operator import add as plus
from typing import Any
from typing import cast as typing_cast

from sqlalchemy import (
    Column,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.types import Date, TypeEngine

from models.schema import Base, Utc

Merge = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]


def add(old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep the sum."""
    return old + new


def new(_old: ColumnElement[Any], fresh: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep the new value."""
    return fresh


def known(old: ColumnElement[Any], fresh: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep the new value where there is one."""
    return func.coalesce(fresh, old)


def latest(old: ColumnElement[Any], fresh: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep the greater, an empty one counting as least."""
    return case((old.is_(None), fresh), (fresh > old, fresh), else_=old)


def earliest(old: ColumnElement[Any], fresh: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep the smaller, an empty one counting as greatest."""
    return case((old.is_(None), fresh), (fresh < old, fresh), else_=old)


class Hold(Enum):
    """Whom rows are kept from until the commit: whoever would change them, or whoever would hold them too."""

    SHARED = "shared"
    ALONE = "alone"


Change = Callable[[Any], Any]

_SQLITE = sqlite.dialect()


def _plain(kind: TypeEngine[Any]) -> Change | None:
    """How a value of `kind` becomes one that SQLite stores; nothing where it is one already."""
    if isinstance(kind, Utc):
        return lambda moment: kind.process_bind_param(moment, _SQLITE)
    return date.isoformat if isinstance(kind, Date) else None


def _changed(rows: Iterable[Sequence[Any]], changes: Sequence[Change | None]) -> Sequence[Sequence[Any]]:
    """The rows with each column's values changed; by column, since most rows of a batch share their days and times."""
    if not any(changes):
        return list(rows)
    columns = list(zip(*rows, strict=True))
    for place, change in enumerate(changes if columns else ()):
        if change is not None:
            known = {value: None if value is None else change(value) for value in set(columns[place])}
            columns[place] = tuple([known[value] for value in columns[place]])
    return list(zip(*columns, strict=True))


class Rows:
    """Rows of some columns, given to one statement as a table named `given`."""

    def __init__(self, columns: Sequence[Column[Any]], *, is_sqlite: bool) -> None:
        self._columns = tuple(columns)
        self.is_sqlite = is_sqlite
        self._write = [_plain(column.type) for column in columns]
        self.table: Subquery = (self._from_json() if self.is_sqlite else self._from_arrays()).subquery("given")

    def _from_json(self) -> Select[Any]:
        row = func.json_each(bindparam("given_rows")).table_valued("value").alias("row")
        picked = [
            func.json_extract(row.c.value, f"$[{place}]", type_=column.type).label(column.name)
            for place, column in enumerate(self._columns)
        ]
        return select(*picked)

    def _from_arrays(self) -> Select[Any]:
        arrays = [
            cast(bindparam(f"given_{c.name}", type_=postgresql.ARRAY(c.type)), postgresql.ARRAY(c.type))
            for c in self._columns
        ]
        named = [Column(c.name, c.type) for c in self._columns]
        table = func.unnest(*arrays).table_valued(*named).render_derived(name="row")
        return select(*[table.c[c.name] for c in self._columns])

    def parameters(self, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
        """What the statement is executed with."""
        if self.is_sqlite:
            return {"given_rows": json.dumps(_changed(rows, self._write), ensure_ascii=False)}
        columns = list(zip(*rows, strict=True))
        return {f"given_{c.name}": list(values) for c, values in zip(self._columns, columns, strict=True)}


def table_of(model: type[Base]) -> Table:
    """The table behind a mapped class."""
    return typing_cast("Table", model.__table__)


@cache
def _rows(columns: tuple[Column[Any], ...], *, is_sqlite: bool) -> Rows:
    return Rows(columns, is_sqlite=is_sqlite)


def rows_for(connection: Connection, columns: Sequence[Column[Any]]) -> Rows:
    """The `given` table of `columns` for the database behind `connection`, made once."""
    return _rows(tuple(columns), is_sqlite=_is_sqlite(connection))


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


@dataclass(frozen=True)
class _ForOneRow:
    """A statement for one row in SQLite's own words; how values become those that it takes, and back again."""

    text: str
    write: tuple[Change | None, ...]
    read: tuple[Change | None, ...]

    def over(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it over the rows; returns all that it returned."""
        given = _changed(rows, self.write)
        found: list[tuple[Any, ...]] = []
        with _cursor(connection, self.text) as cursor:
            if self.read:
                for row in given:
                    cursor.execute(self.text, row)
                    found += cursor.fetchall()
            else:
                cursor.executemany(self.text, given)
        return _changed(found, self.read)

    def which(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Run it over the rows; returns those that it wrote. To have SQLite return them takes three times as long."""
        given = _changed(rows, self.write)
        with _cursor(connection, self.text) as cursor:
            written = [cursor.execute(self.text, row).rowcount for row in given]
        return [row for row, count in zip(rows, written, strict=True) if count]


@contextlib.contextmanager
def _cursor(connection: Connection, text: str) -> Iterator[Any]:
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


def _for_one_row(statement: Any, given: Sequence[Column[Any]], returned: Sequence[Column[Any]]) -> _ForOneRow:
    compiled = statement.compile(dialect=_SQLITE)
    assert compiled.positiontup == [column.name for column in given]  # noqa: S101 - the rows are given in this order
    read = [column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in returned]
    return _ForOneRow(str(compiled), tuple(_plain(column.type) for column in given), tuple(read))


def _places(columns: Iterable[Column[Any]]) -> dict[str, Any]:
    return {column.name: bindparam(column.name, type_=column.type) for column in columns}


def _on_conflict(statement: Any, table: Table, merges: tuple[tuple[str, Merge], ...], once_by: tuple[str, ...]) -> Any:
    if not merges:
        return statement.on_conflict_do_nothing(index_elements=once_by or None)
    keys = list(table.primary_key.columns)
    kept = {name: merge(table.c[name], statement.excluded[name]) for name, merge in merges}
    # A row that would stay as it is is not written again.
    differs = or_(*[table.c[name].is_distinct_from(value) for name, value in kept.items()])
    return statement.on_conflict_do_update(index_elements=keys, set_=kept, where=differs)


@cache
def _upsert(
    rows: Rows,
    table: Table,
    columns: tuple[str, ...],
    merges: tuple[tuple[str, Merge], ...],
    returning: tuple[str, ...],
    once_by: tuple[str, ...],
) -> Any:
    statement: Any = postgresql.insert(table).from_select(list(columns), select(rows.table))
    statement = _on_conflict(statement, table, merges, once_by)
    return statement.returning(*[table.c[name] for name in returning]) if returning else statement


@cache
def _upsert_one(
    table: Table,
    columns: tuple[str, ...],
    merges: tuple[tuple[str, Merge], ...],
    returning: tuple[str, ...],
    once_by: tuple[str, ...],
) -> _ForOneRow:
    given, returned = [table.c[name] for name in columns], [table.c[name] for name in returning]
    statement = _on_conflict(sqlite.insert(table).values(_places(given)), table, merges, once_by)
    return _for_one_row(statement.returning(*returned) if returned else statement, given, returned)


def upsert(
    connection: Connection,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    merge: Mapping[str, Merge] | None = None,
    returning: Sequence[str] = (),
    once_by: Sequence[str] = (),
) -> Sequence[Sequence[Any]]:
    """Insert `rows`; where the key is there, `merge` says what each column becomes, or nothing happens without it.

    Without `merge`, `once_by` names the unique key by which a row counts as being there; any other key that is there,
    an id made twice, is then an error and not passed over. A key may stand in `rows` once only. Sort them by key: two
    workers then lock in one order. Returns what `returning` names of the rows that were inserted or merged.
    """
    if not rows:
        return []
    table, names = table_of(model), tuple(columns)
    said = (tuple((merge or {}).items()), tuple(returning), tuple(once_by))
    if _is_sqlite(connection):
        if returning and not merge and set(returning) <= set(columns):
            fresh = _upsert_one(table, names, said[0], (), said[2]).which(connection, rows)
            return [[row[names.index(name)] for name in returning] for row in fresh]
        return _upsert_one(table, names, *said).over(connection, rows)
    source = rows_for(connection, [table.c[name] for name in columns])
    result = connection.execute(_upsert(source, table, names, *said), source.parameters(rows))
    return result.all() if returning else []


@cache
def _look_up(rows: Rows, table: Table, by: tuple[str, ...], columns: tuple[str, ...], hold: Hold | None) -> Any:
    same = and_(*[rows.table.c[name] == table.c[name] for name in by])
    found = select(*[table.c[name] for name in columns]).select_from(rows.table.join(table, same))
    if hold is None:
        return found
    # In one order, or two workers wait for each other.
    ordered = found.order_by(*[table.c[name] for name in by])
    return ordered.with_for_update(read=hold is Hold.SHARED, of=table)


@cache
def _look_up_one(table: Table, by: tuple[str, ...], columns: tuple[str, ...]) -> _ForOneRow:
    given, returned = [table.c[name] for name in by], [table.c[name] for name in columns]
    place = _places(given)
    statement = select(*returned).where(*[column == place[column.name] for column in given])
    return _for_one_row(statement, given, returned)


def look_up(
    connection: Connection,
    model: type[Base],
    keys: Sequence[Sequence[Any]],
    *,
    by: Sequence[str],
    columns: Sequence[str],
    hold: Hold | None = None,
) -> Sequence[Sequence[Any]]:
    """The `columns` of the rows whose columns `by` hold one of `keys`; those that are not there are left out.

    Those to `hold` are locked in the order of their keys. SQLite has no other worker that could touch them.
    """
    if not keys:
        return []
    table = table_of(model)
    if _is_sqlite(connection):
        return _look_up_one(table, tuple(by), tuple(columns)).over(connection, keys)
    source = rows_for(connection, [table.c[name] for name in by])
    return connection.execute(_look_up(source, table, tuple(by), tuple(columns), hold), source.parameters(keys)).all()


def sum_by_key(rows: Iterable[tuple[Any, ...]], *, keys: int) -> list[tuple[Any, ...]]:
    """`rows` with those of the same first `keys` values added up in the rest, sorted by key."""
    sums: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key, values = row[:keys], row[keys:]
        held = sums.get(key)
        sums[key] = values if held is None else tuple(map(plus, held, values))
    return [key + sums[key] for key in sorted(sums)]
