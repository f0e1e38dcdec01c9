"""Many rows by one statement whose text never changes with their number.

A statement's text is compiled and prepared once. PostgreSQL, which is a round trip away, receives the rows as one array
a column and inserts, updates or looks up from that as from a table. SQLite lives in this process: it is handed the
rows by the handful, in statements for a few fixed numbers of them, which is faster; where a statement is about all rows
at once, they come as one JSON array.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple
from typing import cast as typing_cast

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    values,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from models.arrays import as_array, writer
from models.prepared import (
    ForAllRows,
    ForSomeRows,
    changed,
    columns_of,
    direct,
    for_all_rows,
    for_some_rows,
    insert_into,
    stored,
)
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


def either(old: ColumnElement[Any], fresh: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep a yes, on whichever side it stands."""
    return or_(old, fresh)


class Hold(Enum):
    """Whom rows are kept from until the commit: whoever would change them, or whoever would hold them too."""

    SHARED = "shared"
    ALONE = "alone"


class Rows:
    """Rows of some columns, given to one statement as a table named `given`."""

    def __init__(self, columns: Sequence[Column[Any]], *, is_sqlite: bool) -> None:
        self._columns = tuple(columns)
        self.is_sqlite = is_sqlite
        self._write = [stored(column.type) for column in columns]
        self._arrays = [] if is_sqlite else [writer(column.type) for column in columns]
        self.names = ["given_rows"] if is_sqlite else [f"given_{column.name}" for column in columns]
        self.table: Subquery = (self._from_json() if self.is_sqlite else self._from_arrays()).subquery("given")

    def _from_json(self) -> Select[Any]:
        row = func.json_each(bindparam("given_rows")).table_valued("value").alias("row")
        picked = [
            func.json_extract(row.c.value, f"$[{place}]", type_=column.type).label(column.name)
            for place, column in enumerate(self._columns)
        ]
        return select(*picked)

    def _from_arrays(self) -> Select[Any]:
        arrays = [cast(cast(bindparam(f"given_{c.name}", type_=Text), Text), ARRAY(c.type)) for c in self._columns]
        named = [Column(c.name, c.type) for c in self._columns]
        table = func.unnest(*arrays).table_valued(*named).render_derived(name="row")
        return select(*[table.c[c.name] for c in self._columns])

    def values(self, rows: Iterable[Sequence[Any]]) -> tuple[str, ...]:
        """What takes the places of `names` in the statement."""
        if self.is_sqlite:
            return (json.dumps(changed(list(rows), self._write), ensure_ascii=False),)
        columns = zip(*rows, strict=True)
        return tuple([as_array(column, write) for column, write in zip(columns, self._arrays, strict=True)])

    def prepared(self, statement: Any, *, returned: Iterable[ColumnElement[Any]]) -> ForAllRows:
        """A statement that reads `table`, compiled for good; `returned` are the columns that it returns."""
        return for_all_rows(statement, self.names, self.values, returned, is_sqlite=self.is_sqlite)

    def parameters(self, rows: Iterable[Sequence[Any]]) -> dict[str, str]:
        """What a statement of SQLAlchemy's is executed with."""
        return dict(zip(self.names, self.values(rows), strict=True))


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


def _places(columns: Iterable[Column[Any]]) -> dict[str, Any]:
    return {column.name: bindparam(column.name, type_=column.type) for column in columns}


class _Conflict(NamedTuple):
    """What becomes of a row whose key is there; see `upsert`."""

    merges: tuple[tuple[str, Merge], ...]
    once_by: tuple[str, ...]
    newest_by: str | None


def _on_conflict(statement: Any, table: Table, conflict: _Conflict) -> Any:
    merges, once_by, newest_by = conflict
    if not merges:
        return statement.on_conflict_do_nothing(index_elements=once_by or None)
    keys = list(table.primary_key.columns)
    kept = {name: merge(table.c[name], statement.excluded[name]) for name, merge in merges}
    if newest_by is None and all(merge is add for _, merge in merges):
        # Nobody adds nothing, and to ask whether the sum is another one takes a twentieth of the time.
        return statement.on_conflict_do_update(index_elements=keys, set_=kept)
    # A row that would stay as it is is not written again.
    differs = or_(*[table.c[name].is_distinct_from(value) for name, value in kept.items()])
    if newest_by is not None:
        was, now = table.c[newest_by], statement.excluded[newest_by]
        differs = and_(differs, or_(was.is_(None), was <= now))
        kept[newest_by] = now
    return statement.on_conflict_do_update(index_elements=keys, set_=kept, where=differs)


@cache
def _upsert(
    rows: Rows, table: Table, columns: tuple[str, ...], conflict: _Conflict, returning: tuple[str, ...]
) -> ForAllRows:
    statement: Any = insert_into(table, dialect="postgresql").from_select(list(columns), select(rows.table))
    statement = _on_conflict(statement, table, conflict)
    returned = [table.c[name] for name in returning]
    if returned:
        return for_all_rows(statement.returning(*returned), rows.names, rows.values, returned)
    return for_all_rows(statement, rows.names, rows.values, (), writes=table)


@cache
def _upsert_some(
    table: Table, columns: tuple[str, ...], conflict: _Conflict, returning: tuple[str, ...]
) -> ForSomeRows:
    given, returned = [table.c[name] for name in columns], [table.c[name] for name in returning]
    statement = _on_conflict(insert_into(table, dialect="sqlite").values(_places(given)), table, conflict)
    return for_some_rows(statement.returning(*returned) if returned else statement, given, returned)


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
) -> Sequence[Sequence[Any]]:
    """Insert `rows`; where the key is there, `merge` says what each column becomes, or nothing happens without it.

    With `newest_by`, a column of times that `merge` leaves out, a row is changed only by one that is not older; the
    time then goes along, and is no reason to write by itself.

    Without `merge`, `once_by` names the unique key by which a row counts as being there; any other key that is there,
    an id made twice, is then an error and not passed over. A key may stand in `rows` once only. Sort them by key: two
    workers then lock in one order. Returns what `returning` names of the rows that were inserted or merged.
    """
    if not rows:
        return []
    table, names = table_of(model), tuple(columns)
    conflict, back = _Conflict(tuple((merge or {}).items()), tuple(once_by), newest_by), tuple(returning)
    if _is_sqlite(connection):
        if returning and not merge and set(returning) <= set(columns):
            # To have SQLite return the rows takes three times as long as to look for those that are there before.
            rows = _missing(connection, model, names, rows, by=once_by or [c.name for c in table.primary_key])
            _upsert_some(table, names, conflict, ()).over(connection, rows)
            return _picked(rows, names, returning)
        return _upsert_some(table, names, conflict, back).over(connection, rows)
    source = rows_for(connection, [table.c[name] for name in columns])
    return _upsert(source, table, names, conflict, back).over(connection, rows)


@cache
def _upsert_each(
    rows: Rows, places: Rows, table: Table, columns: tuple[str, ...], merges: tuple[tuple[str, Merge], ...]
) -> ForAllRows:
    each = places.table.alias("each")
    every = select(rows.table, each).select_from(rows.table.join(each, true()))
    statement: Any = insert_into(table, dialect="postgresql").from_select(list(columns), every)
    statement = _on_conflict(statement, table, _Conflict(merges, (), None))

    def values(given: Iterable[Sequence[Any]]) -> tuple[str, ...]:
        told, where = given
        return rows.values(told) + places.values(where)

    return for_all_rows(statement, [*rows.names, *places.names], values, (), writes=table)


def upsert_each(
    connection: Connection,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    places: Sequence[Any],
    merge: Mapping[str, Merge],
) -> None:
    """The same on PostgreSQL for rows of which each stands at all of some `places`, values of the last of `columns`.

    It is told each row once. It goes from place to place, so whoever calls has locked what the rows are about.
    """
    if not rows:
        return
    table, merges = table_of(model), tuple(merge.items())
    told, where = [rows_for(connection, [table.c[n] for n in names]) for names in (columns[:-1], columns[-1:])]
    statement = _upsert_each(told, where, table, tuple(columns), merges)
    statement.over(connection, (rows, [(place,) for place in places]))


@cache
def _look_up(rows: Rows, table: Table, by: tuple[str, ...], columns: tuple[str, ...], hold: Hold | None) -> ForAllRows:
    same = and_(*[rows.table.c[name] == table.c[name] for name in by])
    returned = [table.c[name] for name in columns]
    if hold is None:
        # The offset keeps the planner from making a join of it, for which it would read a whole table without
        # statistics. As it stands each key is looked up by its index.
        each = select(*returned).where(same).offset(literal_column("0")).lateral("each")
        looked_up = select(each).select_from(rows.table.join(each, true()))
        return for_all_rows(looked_up, rows.names, rows.values, returned, reads=table)
    # In one order, or two workers wait for each other.
    found = select(*returned).select_from(rows.table.join(table, same)).order_by(*[table.c[name] for name in by])
    held = found.with_for_update(read=hold is Hold.SHARED, of=table)
    return for_all_rows(held, rows.names, rows.values, returned)


@cache
def _look_up_some(table: Table, by: tuple[str, ...], columns: tuple[str, ...]) -> ForSomeRows:
    given, returned = [table.c[name] for name in by], [table.c[name] for name in columns]
    row = tuple([bindparam(c.name, type_=c.type) for c in given])
    rows = values(*[column(c.name, c.type) for c in given], name="given").data([row]).cte("given")
    same = and_(*[rows.c[name] == table.c[name] for name in by])
    return for_some_rows(select(*returned).select_from(rows.join(table, same)), given, returned)


def _missing(
    connection: Connection,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    by: Sequence[str],
) -> Sequence[Sequence[Any]]:
    """Those of the rows whose columns `by` are those of no row that is there."""
    keys = _picked(rows, columns, by)
    there = set(map(tuple, look_up(connection, model, keys, by=by, columns=by)))
    return [row for row, key in zip(rows, keys, strict=True) if key not in there] if there else rows


def _picked(rows: Sequence[Sequence[Any]], columns: Sequence[str], names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Of rows of `columns` those called `names`."""
    places = [columns.index(name) for name in names]
    if len(places) == 1:
        return [(row[places[0]],) for row in rows]
    return list(map(itemgetter(*places), rows))


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
        return _look_up_some(table, tuple(by), tuple(columns)).over(connection, keys)
    source = rows_for(connection, [table.c[name] for name in by])
    return _look_up(source, table, tuple(by), tuple(columns), hold).over(connection, keys)


def look_up_columns(
    connection: Connection,
    model: type[Base],
    keys: Sequence[Sequence[Any]],
    *,
    by: Sequence[str],
    columns: Sequence[str],
) -> Sequence[Iterable[Any]]:
    """The same, column by column, each to be gone through once: where thousands are found, rows are half the work."""
    if keys and _is_sqlite(connection):
        return _look_up_some(table_of(model), tuple(by), tuple(columns)).columns_over(connection, keys)
    return columns_of(look_up(connection, model, keys, by=by, columns=columns), [None] * len(columns))


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
    if not _is_sqlite(connection):
        return False
    text = _any_row(table_of(model))
    with direct(connection, text) as cursor:
        cursor.execute(text)
        return cursor.fetchone() is None
