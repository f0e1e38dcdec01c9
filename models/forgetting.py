"""What is known of a person is handed to them, and taken out of the records without spoiling other people's figures.

A forgotten person's rows stay under a number that nobody can trace back without the database's own secret, always the
same one for the same person: sums stay right, nothing earns twice, and 'was here before' can still be told. It is
below any id of Telegram's, so whoever lists members to show or to write to leaves out whom `is_forgotten`. A name in
the outbox or among the failures is not replaced: the row is dropped, since it could only be carried out by finding the
person again.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import audit, failures, listing, outbox, points, returning, staff
from models.bulk import table_of
from models.communities import Chats
from models.members import Members
from models.merging import rekey
from models.outbox import Outbox
from models.people import People
from models.pseudonyms import is_pseudonym, pseudonym
from models.rules.points import as_points
from models.tables import METADATA


def is_forgotten(user_id: int) -> bool:
    """Whether an id stands for somebody who was forgotten."""
    return is_pseudonym(user_id)


def forget(connection: Connection, *, community_id: int | None, user_id: int) -> None:
    """Take a person out of one community's records, or out of all; forgotten everywhere, their names go too."""
    if is_forgotten(user_id):
        return
    _lock(connection, community_id=community_id, user_id=user_id)
    number = pseudonym(connection, user_id=user_id)
    points.keep_sources_apart(connection, community_id=community_id, old=user_id, new=number)
    audit.forget_reasons(connection, community_id=community_id, user_id=user_id)
    staff.part(connection, community_id=community_id, user_id=user_id)
    for table in _tables_of_people():
        if "community_id" in table.c:
            _rename(connection, table, community_id=community_id, old=user_id, new=number)
    were_in = _communities_of(connection, number, community_id)
    for there in were_in:
        listing.relist(connection, community_id=there, user_id=number)
    returning.note_forgotten(connection, community_ids=were_in)
    outbox.forget_person(connection, user_id=user_id, community_id=community_id)
    failures.forget_person(connection, user_id=user_id, elsewhere=_other_chats(connection, community_id))
    if connection.execute(select(Members.community_id).where(Members.user_id == user_id).limit(1)).first() is None:
        for table in _tables_of_people():
            if "community_id" not in table.c:
                connection.execute(delete(table).where(_names(table, user_id)))
        # What was to be said in private of no community in particular.
        outbox.forget_person(connection, user_id=user_id, community_id=None)


def _lock(connection: Connection, *, community_id: int | None, user_id: int) -> None:
    """Let nobody book anything for the person meanwhile: whoever does touches these rows first, in this order."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(select(People.user_id).where(People.user_id == user_id).with_for_update()).all()
    here = [] if community_id is None else [Members.community_id == community_id]
    held = select(Members.community_id).where(Members.user_id == user_id, *here)
    connection.execute(held.order_by(Members.community_id).with_for_update()).all()


def _communities_of(connection: Connection, user_id: int, community_id: int | None) -> list[int]:
    if community_id is not None:
        return [community_id]
    found = select(Members.community_id).where(Members.user_id == user_id).order_by(Members.community_id)
    return list(connection.execute(found).scalars())


def _tables_of_people() -> list[Table]:
    return [table for _, table in sorted(METADATA.tables.items()) if table.info.get("person")]


def _names(table: Table, user_id: int) -> Any:
    return or_(*[table.c[column] == user_id for column in table.info["person"]])


def _rename(connection: Connection, table: Table, *, community_id: int | None, old: int, new: int) -> None:
    for column, words in table.info.get("names", {}).items():
        here = [] if community_id is None else [table.c.community_id == community_id]
        connection.execute(update(table).where(table.c[column] == old, *here).values(dict.fromkeys(words)))
    for column in table.info["person"]:
        if table.info.get("forgotten") == "empty":
            here = [] if community_id is None else [table.c.community_id == community_id]
            connection.execute(update(table).where(table.c[column] == old, *here).values({column: None}))
        else:
            rekey(connection, table, column=column, old=old, new=new, within=community_id)


def _other_chats(connection: Connection, community_id: int | None) -> set[int]:
    """The chats of the communities in which the person is not forgotten."""
    if community_id is None:
        return set()
    others = select(Chats.chat_id).where(Chats.community_id != community_id)
    return set(connection.execute(others).scalars())


async def export(
    session: AsyncSession, *, community_id: int | None, user_id: int
) -> Mapping[str, list[dict[str, Any]]]:
    """Every row that names a person, by table: in one community (or in all) and in the global tables.

    All values are as JSON knows them: times and dates in ISO 8601, points with their decimals, bytes in hexadecimal.
    """
    connection = await session.connection()
    return await connection.run_sync(lambda sync: _export(sync, community_id=community_id, user_id=user_id))


def _export(connection: Connection, *, community_id: int | None, user_id: int) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in _tables_of_people():
        local = "community_id" in table.c and community_id is not None
        here = [table.c.community_id == community_id] if local else []
        rows = connection.execute(select(table).where(_names(table, user_id), *here)).mappings()
        found[table.name] = [_without_others(_plain(row, table), table, user_id) for row in rows]
    sent = table_of(Outbox)
    named = outbox.naming(user_id=user_id, community_id=community_id)
    found[sent.name] = [_plain(row, sent) for row in connection.execute(select(sent).where(named)).mappings()]
    elsewhere = _other_chats(connection, community_id)
    failed = failures.naming(connection, user_id=user_id, elsewhere=elsewhere)
    found["failures"] = [_plain(row, table_of(failures.Failures)) for row in failed]
    return {name: rows for name, rows in sorted(found.items()) if rows}


def _without_others(row: dict[str, Any], table: Table, user_id: int) -> dict[str, Any]:
    """A row as somebody is handed it: who else had a part in it is nobody's but theirs, unless the table says so."""
    if table.info.get("tells_others"):
        return row
    hidden = {name for name in table.info["person"] if row[name] != user_id}
    return {name: None if name in hidden else value for name, value in row.items()}


def _plain(row: RowMapping, table: Table) -> dict[str, Any]:
    in_points = table.info.get("points", ())
    return {name: _as_json(value, is_points=name in in_points) for name, value in row.items()}


def _as_json(value: Any, *, is_points: bool) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return float(as_points(value)) if is_points and value is not None else value
