"""Many rows in one statement whose text never changes with their number.

A statement's text is compiled and prepared once. SQLite receives the rows as one JSON array, PostgreSQL as one array
a column; both then insert, update or look up from that as from a table.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from typing import cast as typing_cast

from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    RowMapping,
    Select,
    Table,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.types import TypeEngine

from models.schema import Base

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


def _plain(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    """How a value of `kind` is written into the JSON that SQLite reads."""
    bind = kind.dialect_impl(dialect).bind_processor(dialect)

    def written(value: Any) -> Any:
        value = bind(value) if bind is not None else value
        return value.isoformat() if isinstance(value, date | datetime) else value

    return written


class Rows:
    """Rows of some columns, given to one statement as a table named `given`."""

    def __init__(self, dialect: Dialect, columns: Sequence[Column[Any]]) -> None:
        self._dialect = dialect
        self._columns = tuple(columns)
        self._sqlite = dialect.name == "sqlite"
        self._write = [_plain(column.type, dialect) for column in columns]
        self.table: Subquery = (self._from_json() if self._sqlite else self._from_arrays()).subquery("given")

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
        if self._sqlite:
            write = self._write
            plain = [[w(v) for w, v in zip(write, row, strict=True)] for row in rows]
            return {"given_rows": json.dumps(plain, ensure_ascii=False, separators=(",", ":"))}
        columns = list(zip(*rows, strict=True))
        return {f"given_{c.name}": list(values) for c, values in zip(self._columns, columns, strict=True)}


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
) -> Any:
    insert = sqlite.insert if rows._sqlite else postgresql.insert
    # SQLite takes ON CONFLICT for part of a join unless a WHERE stands before it.
    statement: Any = insert(table).from_select(list(columns), select(rows.table).where(true()))
    if merges:
        keys = list(table.primary_key.columns)
        kept = {name: merge(table.c[name], statement.excluded[name]) for name, merge in merges}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=kept)
    else:
        statement = statement.on_conflict_do_nothing()
    return statement.returning(*[table.c[name] for name in returning]) if returning else statement


def upsert(
    connection: Connection,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    merge: Mapping[str, Merge] | None = None,
    returning: Sequence[str] = (),
) -> Sequence[RowMapping]:
    """Insert `rows`; where the key is there, `merge` says what each column becomes, or nothing happens without it.

    A key may stand in `rows` once only. Sort them by key: two workers then lock in one order. Returns what
    `returning` names of the rows that were inserted or merged.
    """
    if not rows:
        return []
    table = table_of(model)
    source = rows_for(connection, [table.c[name] for name in columns])
    statement = _upsert(source, table, tuple(columns), tuple((merge or {}).items()), tuple(returning))
    result = connection.execute(statement, source.parameters(rows))
    return result.mappings().all() if returning else []


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
