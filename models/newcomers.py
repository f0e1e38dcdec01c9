"""Newcomers' likes wait at the gate: they count once their giver is through."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Index, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import look_up, take_out, upsert
from models.communities import Communities
from models.facts import Batch, Reacted, Said
from models.members import Members, is_inside
from models.rules.newcomers import Arrival, NewcomersSettings, is_inside_gate
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key

# The likes of so many people are counted in one transaction: two or three of each, as a rule.
MOST_AT_ONCE = 50


class HeldLikes(Base):
    """One row per newcomer and message they like; `withdrawn` once they have taken it back, as that is for ever."""

    __tablename__ = "held_likes"
    __table_args__ = (
        Index(None, "community_id", "giver_id"),
        Index(None, "at"),
        {"info": {"person": ("giver_id",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[Key]
    message_id: Mapped[Key]
    giver_id: Mapped[Key]
    at: Mapped[datetime]
    withdrawn: Mapped[bool] = mapped_column(default=False)


HeldKey = tuple[int, int, int, int]
_KEY = ("community_id", "chat_id", "message_id", "giver_id")


@dataclass
class Gate:
    """Who of a batch's givers was new, and how much they had written by then."""

    arrivals: Mapping[tuple[int, int], Arrival] = field(default_factory=dict)
    # What they had written in all when the batch was through, and how much of it after each reaction.
    messages: Mapping[tuple[int, int], int] = field(default_factory=dict)
    later: Mapping[int, int] = field(default_factory=dict)
    settings: Mapping[int, NewcomersSettings] = field(default_factory=dict)

    def knows(self, fact: Reacted, *, community_id: int) -> bool:
        """Whether the giver came before our eyes, so that likes of theirs may be waiting."""
        return fact.person is not None and (community_id, fact.person.user_id) in self.arrivals

    def holds(self, fact: Reacted, *, community_id: int) -> bool:
        """Whether a reaction must wait."""
        if fact.person is None:
            return False
        member = (community_id, fact.person.user_id)
        arrival = self.arrivals.get(member)
        if arrival is None:
            return False
        settings = self.settings[fact.place.chat_id]
        messages = self.messages[member] - self.later.get(fact.update_id, 0)
        return is_inside_gate(arrival, messages=messages, at=fact.at, settings=settings)


def gate(connection: Connection, batch: Batch, reacted: Sequence[Reacted]) -> Gate:
    """The gate as it stood at each of the reactions; the batch's members have been written down before."""
    givers = {
        (batch.communities[fact.place.chat_id].community_id, fact.person.user_id)
        for fact in reacted
        if fact.person is not None
    }
    if not givers:
        return Gate()
    by = ("community_id", "user_id")
    columns = (*by, "first_seen_at", "first_joined_at", "messages")
    arrivals, messages = {}, {}
    for community_id, user_id, first_seen_at, first_joined_at, count in look_up(
        connection, Members, sorted(givers), by=by, columns=columns
    ):
        arrival = Arrival(first_seen_at, first_joined_at)
        if arrival.was_seen:
            arrivals[community_id, user_id] = arrival
            messages[community_id, user_id] = count
    if not arrivals:
        return Gate()
    return Gate(arrivals, messages, _later(batch, arrivals), batch.settings("newcomers", NewcomersSettings()))


def _later(batch: Batch, newcomers: Iterable[tuple[int, int]]) -> dict[int, int]:
    """How many messages of the batch each reaction's giver wrote after it, by the reactions' update ids."""
    wanted = {user_id for _, user_id in newcomers}
    written: dict[tuple[int, int], int] = {}
    later = {}
    for fact in reversed(batch.facts):
        if not isinstance(fact, (Said, Reacted)) or fact.person is None or fact.person.user_id not in wanted:
            continue
        member = (batch.communities[fact.place.chat_id].community_id, fact.person.user_id)
        if isinstance(fact, Said):
            written[member] = written.get(member, 0) + (not fact.is_command)
        else:
            later[fact.update_id] = written.get(member, 0)
    return later


def hold(connection: Connection, likes: Mapping[HeldKey, datetime]) -> None:
    """Have likes wait, each once."""
    rows = [(*key, at, False) for key, at in sorted(likes.items())]
    upsert(connection, HeldLikes, (*_KEY, "at", "withdrawn"), rows)


def withdraw(connection: Connection, likes: Iterable[HeldKey]) -> None:
    """Have those of the likes that wait count no more, whatever happens."""
    for community_id, chat_id, message_id, giver_id in sorted(set(likes)):
        this = (
            HeldLikes.community_id == community_id,
            HeldLikes.chat_id == chat_id,
            HeldLikes.message_id == message_id,
            HeldLikes.giver_id == giver_id,
        )
        connection.execute(update(HeldLikes).where(*this).values(withdrawn=True))


@dataclass(frozen=True, slots=True)
class Held:
    """A like that may count now."""

    community_id: int
    chat_id: int
    message_id: int
    giver_id: int


class Passed(NamedTuple):
    """The likes of some who are through the gate, in the order in which they came, and whether others are as well."""

    likes: Sequence[Held]
    has_more: bool = False


def passed(connection: Connection, *, now: datetime) -> Passed:
    """Take out the likes of those who are through the gate by now and still there, of some people at a time.

    What was withdrawn goes with them and is not returned.
    """
    through = _through(connection, now)
    has_more, through = len(through) > MOST_AT_ONCE, sorted(through[:MOST_AT_ONCE])
    if not through:
        return Passed([])
    columns = (*_KEY, "at", "withdrawn")
    rows = take_out(connection, HeldLikes, through, by=("community_id", "giver_id"), columns=columns)
    in_order = sorted(rows, key=lambda row: (row.at, row.community_id, row.chat_id, row.message_id, row.giver_id))
    return Passed([Held(*row[:4]) for row in in_order if not row.withdrawn], has_more)


def _through(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """The givers of waiting likes, by community, who are no newcomers any more; whose like came first is first."""
    member = (HeldLikes.community_id, HeldLikes.giver_id)
    waiting = select(*member, func.min(HeldLikes.at).label("since")).group_by(*member).subquery("waiting")
    statement = (
        select(
            Members.community_id,
            Members.user_id,
            Members.first_seen_at,
            Members.first_joined_at,
            Members.messages,
            Communities.settings["newcomers"].label("chosen"),
        )
        .join(
            waiting,
            (waiting.c.community_id == Members.community_id) & (waiting.c.giver_id == Members.user_id),
        )
        .join(Communities, Communities.community_id == Members.community_id)
        .where(is_inside())
        .order_by(waiting.c.since, Members.community_id, Members.user_id)
    )
    through = []
    for row in connection.execute(statement):
        settings = changed(NewcomersSettings(), row.chosen or {})
        arrival = Arrival(row.first_seen_at, row.first_joined_at)
        if not is_inside_gate(arrival, messages=row.messages, at=now, settings=settings):
            through.append((row.community_id, row.user_id))
    return through


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop the likes that have waited since before `moment`: whoever gave them never came through."""
    connection.execute(delete(HeldLikes).where(HeldLikes.at < moment))
