"""Which poll belongs to which community: a vote names the poll and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Hold, look_up, upsert
from models.communities import SERVED, Communities
from models.facts import Batch, Said, Voted
from models.members import Members
from models.schema import Base


class Polls(Base):
    """Global: found by Telegram's own poll id, which is the same wherever the poll is forwarded to."""

    __tablename__ = "polls"

    poll_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    community_id: Mapped[int]
    chat_id: Mapped[int]
    message_id: Mapped[int]
    seen_at: Mapped[datetime]


_COLUMNS = ("poll_id", "community_id", "chat_id", "message_id", "seen_at")


def observe(connection: Connection, batch: Batch) -> None:
    """Remember where a poll was first seen; whoever forwards it later does not take it along."""
    rows: dict[str, tuple[object, ...]] = {}
    for fact in batch.of(Said):
        if fact.poll_id is not None:
            served = batch.communities[fact.place.chat_id]
            rows.setdefault(
                fact.poll_id, (fact.poll_id, served.community_id, fact.place.chat_id, fact.message_id, fact.at)
            )
    upsert(connection, Polls, _COLUMNS, [rows[poll_id] for poll_id in sorted(rows)])


def know(
    connection: Connection, *, poll_id: str, community_id: int, chat_id: int, message_id: int, now: datetime
) -> None:
    """Remember where a poll of our own was sent to."""
    upsert(connection, Polls, _COLUMNS, [(poll_id, community_id, chat_id, message_id, now)])


@dataclass(frozen=True, slots=True)
class VotePlace:
    """Where a vote counts, and by which clock."""

    community_id: int
    time_zone: str


def communities(places: Mapping[int, VotePlace]) -> dict[int, int]:
    """The community of each place, by the vote's update id."""
    return {update_id: place.community_id for update_id, place in places.items()}


def places(connection: Connection, votes: Sequence[Voted], *, guessing: bool = False) -> Mapping[int, VotePlace]:
    """Where each vote counts, by its update id; one whose poll is unknown, or not served, is left out.

    With `guessing`, a vote in an unknown poll (its message was lost at a crash) counts in the only community that the
    voter is in, or the only one there is; one of which neither can be said belongs to none.
    """
    if not votes:
        return {}
    known = _of_polls(connection, {vote.poll_id for vote in votes})
    strays = [vote for vote in votes if vote.poll_id not in known] if guessing else []
    homes = _only_homes(connection, {vote.person.user_id for vote in strays}) if strays else {}
    sole = _only_community(connection) if strays else None
    found = {vote.update_id: known.get(vote.poll_id, homes.get(vote.person.user_id, sole)) for vote in votes}
    zones = _zones(connection, {community_id for community_id in found.values() if community_id is not None})
    return {
        update_id: VotePlace(community_id, zones[community_id])
        for update_id, community_id in found.items()
        if community_id is not None and community_id in zones
    }


def _zones(connection: Connection, community_ids: set[int]) -> dict[int, str]:
    keys = [(community_id,) for community_id in sorted(community_ids)]
    columns = ("community_id", "time_zone", "state")
    found = look_up(connection, Communities, keys, by=("community_id",), columns=columns)
    return {community_id: time_zone for community_id, time_zone, state in found if state in SERVED}


def _of_polls(connection: Connection, poll_ids: set[str]) -> dict[str, int]:
    """The polls' communities, which stay theirs until the commit: a group that moves would leave the votes behind."""
    keys = [(poll_id,) for poll_id in sorted(poll_ids)]
    found = look_up(connection, Polls, keys, by=("poll_id",), columns=("poll_id", "community_id"), hold=Hold.SHARED)
    return {poll_id: community_id for poll_id, community_id in found}  # noqa: C416 - rows are no pairs to mypy


def _only_homes(connection: Connection, user_ids: set[int]) -> dict[int, int | None]:
    homes: dict[int, int | None] = {}
    keys = [(user_id,) for user_id in sorted(user_ids)]
    for user_id, community in look_up(connection, Members, keys, by=("user_id",), columns=("user_id", "community_id")):
        homes[user_id] = None if user_id in homes else community
    return homes


def _only_community(connection: Connection) -> int | None:
    served = select(Communities.community_id).where(Communities.state.in_(SERVED)).limit(2)
    found = connection.execute(served).scalars().all()
    return found[0] if len(found) == 1 else None
