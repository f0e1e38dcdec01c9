"""Who came and who went, each time once, though Telegram tells of it in two ways and in any order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Index, delete
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import look_up, upsert
from models.facts import Batch, Joined, Left
from models.rules.comings import Telling, moments
from models.rules.days import local_day
from models.schema import COMPOSITE, Base, CommunityKey, Key


class Comings(Base):
    """One row per telling that somebody `came` in, or went out, kept for two days.

    To an administrator Telegram tells most of it twice, by `chat_member` and by a service message of the chat, which
    no lane keeps in order; and what the bot is in a group may be news itself. So each telling is kept, and all of one
    person together say how often they came.
    """

    __tablename__ = "comings"
    __table_args__ = (Index(None, "at"), {"info": {"person": ("user_id",)}, **COMPOSITE})

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    chat_id: Mapped[Key]
    came: Mapped[bool] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    by_service: Mapped[bool] = mapped_column(primary_key=True)


@dataclass(frozen=True, slots=True)
class Coming:
    """How many times more than was counted before somebody `came` or went on a day; less, if it was another day."""

    community_id: int
    user_id: int
    day: date
    came: bool
    times: int


_COLUMNS = ("community_id", "user_id", "chat_id", "came", "at", "by_service")
_PERSON = ("community_id", "user_id")
# Community, person, chat, and whether they came or went.
Way = tuple[int, int, int, bool]


def observe(connection: Connection, batch: Batch) -> list[Coming]:
    """What the batch changes in how often everybody came and went.

    The members must have been written before: two workers that hear of the same coming then take turns.
    """
    told: dict[Way, set[Telling]] = {}
    zones: dict[int, str] = {}
    moves: list[Joined | Left] = [*batch.of(Joined), *batch.of(Left)]
    for fact in moves:
        if fact.person is not None:
            served = batch.communities[fact.place.chat_id]
            zones[served.community_id] = served.time_zone
            way = (served.community_id, fact.person.user_id, fact.place.chat_id, isinstance(fact, Joined))
            told.setdefault(way, set()).add(Telling(fact.at, fact.by_service))
    before: dict[Way, set[Telling]] = {}
    people = sorted({way[:2] for way in told})
    for *where, came, at, by_service in look_up(connection, Comings, people, by=_PERSON, columns=_COLUMNS):
        before.setdefault((where[0], where[1], where[2], came), set()).add(Telling(at, by_service))
    rows = [(*way, telling.at, telling.by_service) for way, tellings in told.items() for telling in tellings]
    upsert(connection, Comings, _COLUMNS, sorted(rows))
    return [
        coming
        for way, tellings in sorted(told.items())
        for coming in _changes(way, before.get(way, set()), tellings, zones[way[0]])
    ]


def _changes(way: Way, before: set[Telling], told: set[Telling], time_zone: str) -> Iterator[Coming]:
    days = Counter(local_day(moment, time_zone=time_zone) for moment in moments(before | told))
    days.subtract(local_day(moment, time_zone=time_zone) for moment in moments(before))
    community_id, user_id, _, came = way
    for day, times in sorted(days.items()):
        if times:
            yield Coming(community_id, user_id, day, came, times)


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop the tellings that are so old that nothing about the same moment can still come."""
    connection.execute(delete(Comings).where(Comings.at < moment))
