"""One key takes another's place in every table: when two communities turn out to be one, or a person is forgotten.

Each table says in `info` how two rows that come to share a key become one (`merge`), and which columns name a person
(`person`); a table without `merge` keeps the row that was there.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, delete, literal, select, true, update

from models.prepared import insert_into
from models.schema import Base


def rekey(connection: Connection, table: Table, *, column: str, old: int, new: int, within: int | None = None) -> None:
    """Give the rows of `table` whose `column` is `old` the value `new`, merging those that then share a key.

    `within` names the only community whose rows are meant.
    """
    chosen = [table.c[column] == old, *([] if within is None else [table.c.community_id == within])]
    if column not in table.primary_key.columns:
        connection.execute(update(table).where(*chosen).values({column: new}))
        return
    # Taken away and put back in one statement, so that what another writer adds meanwhile is in neither or in both.
    gone: Any = table
    if connection.dialect.name == "postgresql":
        gone = delete(table).where(*chosen).returning(*table.columns).cte("gone")
    picked = [literal(new, c.type).label(c.name) if c.name == column else gone.c[c.name] for c in table.columns]
    moved = select(*picked).where(true() if gone is not table else and_(*chosen))
    connection.execute(_insert_merging(connection, table, moved))
    if gone is table:
        connection.execute(delete(table).where(*chosen))


def _insert_merging(connection: Connection, table: Table, moved: Select[Any]) -> Any:
    insert = insert_into(table, dialect=connection.dialect.name)
    statement = insert.from_select([c.name for c in table.columns], moved)
    merges = table.info.get("merge", {})
    if not merges:
        return statement.on_conflict_do_nothing()
    kept = {name: merge(table.c[name], statement.excluded[name]) for name, merge in merges.items()}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=kept)


def tables() -> Iterable[Table]:
    """All tables, in a fixed order."""
    return sorted(Base.metadata.tables.values(), key=lambda table: table.name)


def merge_communities(connection: Connection, *, young: int, old: int) -> None:
    """Bring all that the younger community gathered under the older one, and end the younger."""
    for table in tables():
        if table.name == "communities":
            connection.execute(delete(table).where(table.c.community_id == young))
        elif "community_id" in table.c:
            rekey(connection, table, column="community_id", old=young, new=old)
