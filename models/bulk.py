"""Many rows in one statement whose text never changes with their number.

A statement's text is compiled and prepared once. SQLite receives the rows as one JSON array, PostgreSQL as one array
a column; both then insert, update or look up from that as from a table.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from typing import cast as typing_cast

from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    Row,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
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


def _plain(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of `kind` becomes one that SQLite stores; nothing where it is one already."""
    if isinstance(kind, Utc):
        return lambda moment: kind.process_bind_param(moment, dialect)
    return date.isoformat if isinstance(kind, Date) else None


class Rows:
    """Rows of some columns, given to one statement as a table named `given`."""

    def __init__(self, dialect: Dialect, columns: Sequence[Column[Any]]) -> None:
        self.dialect = dialect
        self._columns = tuple(columns)
        self.is_sqlite = dialect.name == "sqlite"
        self._write = [_plain(column.type, dialect) for column in columns]
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
            return {"given_rows": json.dumps(self.plain(rows), ensure_ascii=False, separators=(",", ":"))}
        columns = list(zip(*rows, strict=True))
        return {f"given_{c.name}": list(values) for c, values in zip(self._columns, columns, strict=True)}

    def plain(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """The rows with values that SQLite stores; worked on by column, which is several times faster."""
        columns = list(zip(*rows, strict=True))
        for place, write in enumerate(self._write):
            if write is not None:
                columns[place] = tuple([None if value is None else write(value) for value in columns[place]])
        return list(zip(*columns, strict=True))


def table_of(model: type[Base]) -> Table:
    """The table behind a mapped class."""
    return typing_cast("Table", model.__table__)


_DIALECTS: dict[str, Dialect] = {}


@cache
def _rows(dialect_name: str, columns: tuple[Column[Any], ...]) -> Rows:
    return Rows(_DIALECTS[dialect_name], columns)


def rows_for(connection: Connection, columns: Sequence[Column[Any]]) -> Rows:
    """The `given` table of `columns` for the database behind `connection`, made once."""
    _DIALECTS.setdefault(connection.dialect.name, connection.dialect)
    return _rows(connection.dialect.name, tuple(columns))


@cache
def _upsert(
    rows: Rows,
    table: Table,
    columns: tuple[str, ...],
    merges: tuple[tuple[str, Merge], ...],
    returning: tuple[str, ...],
    once_by: tuple[str, ...],
    newest_by: str | None,
) -> Any:
    insert = sqlite.insert if rows.is_sqlite else postgresql.insert
    # SQLite takes ON CONFLICT for part of a join unless a WHERE stands before it.
    statement: Any = insert(table).from_select(list(columns), select(rows.table).where(true()))
    statement = _on_conflict(statement, table, merges, once_by, newest_by)
    return statement.returning(*[table.c[name] for name in returning]) if returning else statement


def _on_conflict(
    statement: Any,
    table: Table,
    merges: tuple[tuple[str, Merge], ...],
    once_by: tuple[str, ...],
    newest_by: str | None,
) -> Any:
    if not merges:
        return statement.on_conflict_do_nothing(index_elements=once_by or None)
    keys = list(table.primary_key.columns)
    kept = {name: merge(table.c[name], statement.excluded[name]) for name, merge in merges}
    # A row that would stay as it is is not written again.
    differs = or_(*[table.c[name].is_distinct_from(value) for name, value in kept.items()])
    if newest_by is not None:
        was, now = table.c[newest_by], statement.excluded[newest_by]
        differs = and_(differs, or_(was.is_(None), was <= now))
        kept[newest_by] = now
    return statement.on_conflict_do_update(index_elements=keys, set_=kept, where=differs)


@cache
def _row_by_row(
    rows: Rows,
    table: Table,
    columns: tuple[str, ...],
    merges: tuple[tuple[str, Merge], ...],
    once_by: tuple[str, ...],
    newest_by: str | None,
) -> str:
    """The statement for one row, in SQLite's own words: its driver runs it over many rows faster than anything."""
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    statement = _on_conflict(sqlite.insert(table).values(values), table, merges, once_by, newest_by)
    compiled = statement.compile(dialect=rows.dialect)
    assert compiled.positiontup == list(columns)  # noqa: S101 - the rows are given in this order
    return str(compiled)


def upsert(
    connection: Connection,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    merge: Mapping[str, Merge] | None = None,
    returning: Sequence[str] = (),
    once_by: Sequence[str] = (),
    newest_by: str | None = None,
) -> Sequence[RowMapping]:
    """Insert `rows`; where the key is there, `merge` says what each column becomes, or nothing happens without it.

    With `newest_by`, a column of times that `merge` leaves out, a row is changed only by one that is not older; the
    time then goes along, and is no reason to write by itself.

    Without `merge`, `once_by` names the unique key by which a row counts as being there; any other key that is there,
    an id made twice, is then an error and not passed over. A key may stand in `rows` once only. Sort them by key: two
    workers then lock in one order. Returns what `returning` names of the rows that were inserted or merged.
    """
    if not rows:
        return []
    table = table_of(model)
    source = rows_for(connection, [table.c[name] for name in columns])
    merges = tuple((merge or {}).items())
    if source.is_sqlite and not returning:
        connection.exec_driver_sql(
            _row_by_row(source, table, tuple(columns), merges, tuple(once_by), newest_by), source.plain(rows)
        )
        return []
    statement = _upsert(source, table, tuple(columns), merges, tuple(returning), tuple(once_by), newest_by)
    result = connection.execute(statement, source.parameters(rows))
    return result.mappings().all() if returning else []


@cache
def _look_up(rows: Rows, table: Table, by: tuple[str, ...], columns: tuple[str, ...], hold: bool) -> Any:
    same = and_(*[rows.table.c[name] == table.c[name] for name in by])
    found = select(*[table.c[name] for name in columns]).select_from(rows.table.join(table, same))
    return found.with_for_update(read=True, of=table) if hold else found


def look_up(
    connection: Connection,
    model: type[Base],
    keys: Sequence[Sequence[Any]],
    *,
    by: Sequence[str],
    columns: Sequence[str],
    hold: bool = False,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The `columns` of the rows whose columns `by` hold one of `keys`; those that are not there are left out.

    With `hold` no other worker may change these rows before the commit. SQLite has no other worker.
    """
    if not keys:
        return []
    table = table_of(model)
    source = rows_for(connection, [table.c[name] for name in by])
    return connection.execute(_look_up(source, table, tuple(by), tuple(columns), hold), source.parameters(keys)).all()


@cache
def _take_out(rows: Rows, table: Table, by: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    chosen = tuple_(*[table.c[name] for name in by]).in_(select(rows.table))
    return delete(table).where(chosen).returning(*[table.c[name] for name in columns])


def take_out(
    connection: Connection,
    model: type[Base],
    keys: Sequence[Sequence[Any]],
    *,
    by: Sequence[str],
    columns: Sequence[str],
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Delete the rows whose columns `by` hold one of `keys`, and return their `columns`; no other worker gets them."""
    if not keys:
        return []
    table = table_of(model)
    source = rows_for(connection, [table.c[name] for name in by])
    return connection.execute(_take_out(source, table, tuple(by), tuple(columns)), source.parameters(keys)).all()


@cache
def _any_row(table: Table) -> str:
    return str(select(literal_column("1")).select_from(table).limit(literal_column("1")))


def is_surely_empty(connection: Connection, model: type[Base]) -> bool:
    """Whether a table that mostly has no rows has none now, where one can see that for much less than looking keys up.

    PostgreSQL is further away: there the look would cost as much as what it saves.
    """
    if connection.dialect.name != "sqlite":
        return False
    return connection.exec_driver_sql(_any_row(table_of(model))).first() is None


def sum_by_key(rows: Iterable[tuple[Any, ...]], *, keys: int) -> list[tuple[Any, ...]]:
    """`rows` with those of the same first `keys` values added up in the rest, sorted by key."""
    sums: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        held = sums.get(row[:keys])
        if held is None:
            sums[row[:keys]] = list(row[keys:])
        else:
            for place, value in enumerate(row[keys:]):
                held[place] += value
    return [(*key, *values) for key, values in sorted(sums.items())]
