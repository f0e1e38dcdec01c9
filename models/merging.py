"""One key takes another's place in every table: when two communities turn out to be one, or a person is forgotten.

Each table says in `info` how two rows that come to share a key become one (`merge`), and which columns name a person
(`person`); a table without `merge` keeps the row that was there.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.schema import Base


def rekey(connection: Connection, table: Table, *, column: str, old: int, new: int) -> None:
    """Give the rows of `table` whose `column` is `old` the value `new`, merging those that then share a key."""
    if column not in table.primary_key.columns:
        connection.execute(update(table).where(table.c[column] == old).values({column: new}))
        return
    names = [c.name for c in table.columns]
    picked: list[Any] = [literal(new, table.c[c].type).label(c) if c == column else table.c[c] for c in names]
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).from_select(names, select(*picked).where(table.c[column] == bindparam("old_key")))
    merges = table.info.get("merge", {})
    if merges:
        kept = {name: merge(table.c[name], statement.excluded[name]) for name, merge in merges.items()}
        statement = statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=kept)
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement, {"old_key": old})
    connection.execute(delete(table).where(table.c[column] == old))


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
