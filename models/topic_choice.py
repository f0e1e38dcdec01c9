"""Which topic a day has, or will have: chosen by what the days before were like, and by what was promised."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import topics
from models.bulk import look_up
from models.occurrences import Occurrences, Stage
from models.rules import topics as rules
from models.rules.clock import Beat, Recurrence, day_of, key_of
from models.rules.topics import LOOKED_BACK, POST, Candidate, Choice, Dimension, Reason
from models.topics import TopicDays

# What the next choice looks at of a day that is closed.
_PAST = ("community_id", "key", "dimension", "answered", "active", "message_id")


@dataclass(frozen=True)
class Past:
    """The days before: their dimensions, the latest first, and how many took part."""

    dimensions: tuple[Dimension, ...] = ()
    answered: int = 0
    active: int = 0


def day_called(key: int) -> date:
    """The day of a day's number."""
    return day_of(Recurrence(Beat.DAY, time()), key)


def past(connection: Connection, days: Mapping[int, date]) -> Mapping[int, Past]:
    """What the days before were like, by community; one whose topic never came to the group was none."""
    keys = sorted(
        (community_id, key_of(Beat.DAY, day - timedelta(days=back)))
        for community_id, day in days.items()
        for back in range(1, LOOKED_BACK + 1)
    )
    found: dict[int, list[Sequence[Any]]] = {}
    for row in look_up(connection, TopicDays, keys, by=("community_id", "key"), columns=_PAST):
        if row[5] is not None:
            found.setdefault(row[0], []).append(row)
    return {community_id: _summed(found.get(community_id, [])) for community_id in days}


def _summed(rows: list[Sequence[Any]]) -> Past:
    rows = sorted(rows, key=lambda row: -row[1])
    dimensions = tuple([Dimension(row[2]) for row in rows])
    return Past(dimensions, sum(row[3] or 0 for row in rows), sum(row[4] or 0 for row in rows))


async def has_past(session: AsyncSession, *, community_id: int, day: date) -> bool:
    """Whether there was anything by which the depth of a day's topic could be chosen."""
    found = await (await session.connection()).run_sync(lambda sync: past(sync, {community_id: day}))
    return found[community_id].active > 0


def choose(candidates: Collection[Candidate], *, day: date, past: Past) -> Choice | None:
    """The topic of a day, if there is one that has rested."""
    depth = rules.depth_for(answered=past.answered, active=past.active)
    return rules.choose(candidates, day=day, before=past.dimensions, depth=depth)


class ComingTopic(NamedTuple):
    """The next topic as far as it can be told: where it comes from, which it is if it was promised, and when.

    The moment is in seconds since 1970, as an event holds it.
    """

    dimension: str | None = None
    topic_id: int | None = None
    at: int | None = None


def coming(connection: Connection, community_ids: Collection[int]) -> Mapping[int, ComingTopic]:
    """What comes next in each of the communities, by what is planned there; none where there is nothing to post.

    Whoever tells of it looks whether that moment is still to come.
    """
    planned = _planned(connection, community_ids)
    days = {here: day_called(key) for here, (key, _) in planned.items()}
    before, banks = past(connection, days), topics.candidates(connection, list(days))
    found = {}
    for here, (_, at) in planned.items():
        choice = choose(banks.get(here, []), day=days[here], past=before[here])
        if choice is not None:
            known = choice.topic.topic_id if choice.reason is Reason.WANTED else None
            found[here] = ComingTopic(choice.topic.dimension.value, known, int(at.timestamp()))
    return found


def _planned(connection: Connection, community_ids: Collection[int]) -> Mapping[int, tuple[int, datetime]]:
    """The day and the moment of the next topic that is planned in each community."""
    here = (Occurrences.community_id.in_(community_ids), Occurrences.kind == POST.name)
    stands = (Occurrences.state == Stage.PLANNED, Occurrences.why.is_(None))
    chosen = select(Occurrences.community_id, Occurrences.key, Occurrences.due_at).where(*here, *stands)
    rows = connection.execute(chosen.order_by(Occurrences.due_at.desc(), Occurrences.key.desc()))
    return {row.community_id: (row.key, row.due_at) for row in rows}
