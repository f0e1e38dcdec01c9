"""Who was forgotten and came back: what they did under the number that took their place earns them nothing again."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sqlalchemy import Connection, update

from models import pseudonyms
from models.bulk import look_up
from models.communities import Communities
from models.facts import Batch
from models.members import MemberKey, Members

# The number under which each of those who came back was forgotten.
Former = Mapping[MemberKey, int]

NOBODY: Former = MappingProxyType({})


def note_forgotten(connection: Connection, *, community_ids: Collection[int]) -> None:
    """Remember that somebody was forgotten in those communities, so that whoever comes back is looked for there."""
    here = (Communities.community_id.in_(community_ids), Communities.has_forgotten.is_(False))
    connection.execute(update(Communities).where(*here).values(has_forgotten=True))


def in_batch(connection: Connection, batch: Batch, members: Collection[MemberKey]) -> Former:
    """Which of the members came back; where nobody was ever forgotten, that costs nothing."""
    searched = {served.community_id for served in batch.communities.values() if served.has_forgotten}
    return _former(connection, {member for member in members if member[0] in searched}) if searched else NOBODY


def among(connection: Connection, members: Collection[MemberKey]) -> Former:
    """The same, for who has no batch."""
    here = sorted({(community_id,) for community_id, _ in members})
    found = look_up(connection, Communities, here, by=("community_id",), columns=("community_id", "has_forgotten"))
    searched = {community_id for community_id, has_forgotten in found if has_forgotten}
    return _former(connection, {member for member in members if member[0] in searched})


def _former(connection: Connection, members: Collection[MemberKey]) -> Former:
    if not members:
        return NOBODY
    numbers = pseudonyms.of(connection, {user_id for _, user_id in members})
    wanted = {(key[0], numbers[key[1]]): key for key in members if not pseudonyms.is_pseudonym(key[1])}
    by = ("community_id", "user_id")
    there = [(row[0], row[1]) for row in look_up(connection, Members, sorted(wanted), by=by, columns=by)]
    return {wanted[key]: key[1] for key in there}
