"""The schedule: what is due in which community and when, each occurrence carried out once or skipped for a reason.

The table is the schedule. Of what comes round by itself one occurrence is planned ahead, beside those that somebody has
moved or skipped; whoever settles one plans the next. Claimed, carried out and settled is all one transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Index, String, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import look_up, table_of, upsert
from models.bulk import new as new_value
from models.communities import Communities, State
from models.rules import clock
from models.rules.clock import Late, Recurrence
from models.rules.occasions import Why
from models.rules.rhythm import BY_NAME, recurrence_of
from models.schema import COMPOSITE, Base, CommunityKey, Key

Settings = Mapping[str, Mapping[str, Any]]

# What an outage has left behind is planned by so many at a time.
MOST_AT_ONCE = 40


class Stage(StrEnum):
    """Where an occurrence is."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"


class Occurrences(Base):
    """One row per occurrence of a kind of timed work (`models/rules/rhythm.py`).

    `key` is its natural name, so that a changed hour or zone never doubles it: the local day, week or month as a number
    (`models/rules/clock.py`), or for what happens once the id of what it is about. `is_moved` if an administrator said
    when; then no setting changes `due_at` any more. `why` says why it was skipped, or will be at its moment.
    """

    __tablename__ = "occurrences"
    __table_args__ = (Index(None, "state", "due_at"), COMPOSITE)

    community_id: Mapped[CommunityKey]
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[Key]
    due_at: Mapped[datetime]
    is_moved: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(16))
    settled_at: Mapped[datetime | None]


class Place(NamedTuple):
    """Which occurrence is meant."""

    community_id: int
    kind: str
    key: int


@dataclass(frozen=True)
class Here:
    """The community of something that is due, as far as timed work needs it."""

    community_id: int
    chat_id: int
    state: str
    language: str
    time_zone: str
    settings: Settings


@dataclass(frozen=True)
class Due:
    """An occurrence that is to be carried out now; `stands_for` counts those merged into it, itself among them.

    `left_out` says why it is to be left out instead, as somebody has decided before.
    """

    place: Place
    due_at: datetime
    is_moved: bool
    here: Here
    stands_for: int = 1
    left_out: Why | None = None

    @property
    def community_id(self) -> int:
        """Whose it is."""
        return self.place.community_id

    @property
    def key(self) -> int:
        """Its natural name, or the id of what it is about."""
        return self.place.key


Settled = Mapping[Place, Why | None]

_TABLE = table_of(Occurrences)
_KEYS = ("community_id", "kind", "key")
_PLAN = (*_KEYS, "due_at", "is_moved", "state")
_SETTLE = (*_KEYS, "due_at", "is_moved", "state", "why", "settled_at")
_HERE = ("community_id", "chat_id", "state", "language", "time_zone", "settings")
# Built once: every tick asks.
_DUE = (
    select(_TABLE.c.community_id, _TABLE.c.kind, _TABLE.c.key, _TABLE.c.due_at, _TABLE.c.is_moved, _TABLE.c.why)
    .where(_TABLE.c.state == Stage.PLANNED, _TABLE.c.due_at <= bindparam("now"))
    .order_by(_TABLE.c.due_at, _TABLE.c.community_id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def claim(connection: Connection, *, now: datetime, most: int) -> list[Due]:
    """Up to `most` occurrences that are due, the oldest first; no other worker gets them before our commit."""
    rows = connection.execute(_DUE, {"now": now, "most": most}).all()
    if not rows:
        return []
    wanted = [(community_id,) for community_id in sorted({row.community_id for row in rows})]
    found = look_up(connection, Communities, wanted, by=("community_id",), columns=_HERE)
    here = {row[0]: Here(*row) for row in found}
    return [
        Due(
            Place(row.community_id, row.kind, row.key),
            row.due_at,
            row.is_moved,
            here.get(row.community_id) or Here(row.community_id, 0, State.ASLEEP, "en", "UTC", {}),
            left_out=None if row.why is None else Why(row.why),
        )
        for row in rows
    ]


def judge(connection: Connection, due: Sequence[Due], *, now: datetime) -> tuple[list[Due], dict[Place, Why | None]]:
    """Which of the claimed are to be carried out, and why the others are not."""
    wanted: list[Due] = []
    skipped: dict[Place, Why | None] = {}
    for one in due:
        why = _reason(one, now)
        if why is None:
            wanted.append(one)
        else:
            skipped[one.place] = why
    return _merged(connection, wanted, skipped), skipped


def _reason(one: Due, now: datetime) -> Why | None:
    """Why an occurrence is not to be carried out, whatever its kind would do."""
    occasion = BY_NAME.get(one.place.kind)
    if occasion is None:
        return Why.OFF
    if one.left_out is not None:
        return one.left_out
    if one.here.state != State.ACTIVE:
        return Why.AWAY
    if occasion.after_outage.is_stale(due=one.due_at, now=now, time_zone=one.here.time_zone):
        return Why.LATE
    recurrence = recurrence_of(occasion, one.here.settings)
    if occasion.recurrence is not None and recurrence is None:
        return Why.OFF
    if recurrence is not None and occasion.after_outage.late is Late.MERGED:
        newer = clock.following(recurrence.beat, one.key)
        # What somebody has moved behind the newer one comes beside it, as it was put.
        if one.due_at < clock.due_at(recurrence, newer, time_zone=one.here.time_zone) <= now:
            return Why.MERGED
    return None


# Why those were not done that a later one stands for.
_PASSED_OVER = (Why.MERGED, Why.BY_ADMIN)


def _merged(connection: Connection, due: Sequence[Due], skipped: Settled) -> list[Due]:
    """The same, with the numbers of those that they stand for."""
    kinds = sorted({one.place[:2] for one in due if BY_NAME[one.place.kind].after_outage.late is Late.MERGED})
    if not kinds:
        return list(due)
    earlier: dict[tuple[int, str], list[tuple[int, bool]]] = {kind: [] for kind in kinds}
    columns = ("community_id", "kind", "key", "state", "why")
    for row in look_up(connection, Occurrences, kinds, by=columns[:2], columns=columns):
        if row[3] == Stage.DONE or (row[3] == Stage.SKIPPED and row[4] in _PASSED_OVER):
            earlier[row[0], row[1]].append((row[2], row[3] == Stage.DONE))
    for place, why in skipped.items():
        if why in _PASSED_OVER and place[:2] in earlier:
            earlier[place[:2]].append((place.key, False))
    return [replace(one, stands_for=_stands_for(one.key, earlier.get(one.place[:2], ()))) for one in due]


def _stands_for(key: int, others: Iterable[tuple[int, bool]]) -> int:
    """How many there are up to `key` since the last that was done, of `others` that were done or passed over.

    One that was skipped in between is counted too: all of them are periods in a row.
    """
    done = max((other for other, is_done in others if is_done and other < key), default=0)
    return 1 + len({other for other, is_done in others if not is_done and done < other < key})


def settle(connection: Connection, due: Sequence[Due], settled: Settled, *, now: datetime) -> None:
    """Write down what became of claimed occurrences (nothing to say but that it was done), and plan what follows."""
    due, rows = [one for one in due if settled.get(one.place) is not Why.LATER], []
    for one in due:
        why = settled.get(one.place)
        state = Stage.DONE if why is None else Stage.SKIPPED
        rows.append((*one.place, one.due_at, one.is_moved, state, why, now))
    merge = dict.fromkeys(("state", "why", "settled_at"), new_value)
    upsert(connection, Occurrences, _SETTLE, sorted(rows), merge=merge)
    _plan_following(connection, due, now=now)


def _plan_following(connection: Connection, due: Sequence[Due], *, now: datetime) -> None:
    """Plan what comes round after those that are settled: all that an outage has left behind, and the next one."""
    open_ones = [(one, one.key) for one in due]
    while open_ones:
        rows, wanted = [], []
        for one, key in open_ones:
            recurrence = (
                recurrence_of(BY_NAME[one.place.kind], one.here.settings) if one.place.kind in BY_NAME else None
            )
            if recurrence is not None:
                fresh = list(_coming(one, recurrence, key=key, now=now))
                rows += fresh
                wanted.append((one, Place(*fresh[-1][:3])))
        inserted = _insert(connection, rows)
        missing = [(one, place) for one, place in wanted if place not in inserted]
        # The next one is there: planned before, and all is well, or skipped by somebody, and the one after it is next.
        stages = _stages(connection, [place for _, place in missing])
        open_ones = [(one, place.key) for one, place in missing if stages.get(place) != Stage.PLANNED]


def _coming(one: Due, recurrence: Recurrence, *, key: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Rows for what comes after `key`, up to the first that lies ahead."""
    for _ in range(MOST_AT_ONCE):
        key = clock.following(recurrence.beat, key)
        due_at = clock.due_at(recurrence, key, time_zone=one.here.time_zone)
        yield (one.community_id, one.place.kind, key, due_at, False, Stage.PLANNED)
        if due_at > now:
            return


def _insert(connection: Connection, rows: Iterable[tuple[Any, ...]]) -> Collection[Place]:
    """Plan what is not there yet; returns what is new."""
    each = {row[:3]: row for row in rows}
    ordered = [each[place] for place in sorted(each)]
    return {Place(*row) for row in upsert(connection, Occurrences, _PLAN, ordered, returning=_KEYS)}


def _stages(connection: Connection, places: Iterable[Place]) -> Mapping[Place, str]:
    found = look_up(connection, Occurrences, sorted(set(places)), by=_KEYS, columns=(*_KEYS, "state"))
    return {Place(*row[:3]): row[3] for row in found}


def done_last(connection: Connection, due: Sequence[Due]) -> Mapping[int, datetime]:
    """When what is due was done last in each community; what was skipped does not count."""
    here = (
        Occurrences.community_id.in_({one.community_id for one in due}),
        Occurrences.kind.in_({one.place.kind for one in due}),
    )
    latest = select(Occurrences.community_id, func.max(Occurrences.settled_at))
    done = latest.where(*here, Occurrences.state == Stage.DONE).group_by(Occurrences.community_id)
    return {row[0]: row[1] for row in connection.execute(done) if row[1] is not None}


def plan(connection: Connection, *, place: Place, due_at: datetime) -> None:
    """Plan something that happens once, unless it is there already."""
    plan_all(connection, {place: due_at})


def plan_all(connection: Connection, moments: Mapping[Place, datetime]) -> Collection[Place]:
    """Plan things, each unless it is there already; returns what is new."""
    return _insert(connection, [(*place, due_at, False, Stage.PLANNED) for place, due_at in moments.items()])


def hasten(connection: Connection, places: Collection[Place], *, now: datetime) -> None:
    """Have things that are planned due now: what they wait for has happened."""
    for place in sorted(places):
        here = (_TABLE.c.community_id == place.community_id, _TABLE.c.kind == place.kind, _TABLE.c.key == place.key)
        planned = (*here, _TABLE.c.state == Stage.PLANNED, _TABLE.c.due_at > now)
        connection.execute(update(_TABLE).where(*planned).values(due_at=now))


def put_at(connection: Connection, moments: Mapping[Place, datetime]) -> None:
    """Have things that are planned due at other moments."""
    for place, moment in sorted(moments.items()):
        here = (_TABLE.c.community_id == place.community_id, _TABLE.c.kind == place.kind, _TABLE.c.key == place.key)
        connection.execute(update(_TABLE).where(*here, _TABLE.c.state == Stage.PLANNED).values(due_at=moment))


def leave_out(connection: Connection, moments: Mapping[Place, datetime], *, why: Why, now: datetime) -> None:
    """Skip things that were planned for those moments."""
    rows = sorted((*place, due_at, False, Stage.SKIPPED, why, now) for place, due_at in moments.items())
    merge = dict.fromkeys(("state", "why", "settled_at"), new_value)
    upsert(connection, Occurrences, _SETTLE, rows, merge=merge)


def put_off(connection: Connection, *, place: Place, until: datetime) -> None:
    """Have something that was claimed due at a later moment; who claimed it says `Why.LATER` of it."""
    here = (_TABLE.c.community_id == place.community_id, _TABLE.c.kind == place.kind, _TABLE.c.key == place.key)
    connection.execute(update(_TABLE).where(*here).values(due_at=until))


def call_off(connection: Connection, *, community_id: int, kind: str, key: int) -> None:
    """Forget something that was planned and not done."""
    here = (Occurrences.community_id == community_id, Occurrences.kind == kind, Occurrences.key == key)
    connection.execute(delete(Occurrences).where(*here, Occurrences.state == Stage.PLANNED))


async def find(session: AsyncSession, *, place: Place) -> Occurrences | None:
    """An occurrence that is planned, or was settled not too long ago; ours alone until the commit."""
    here = (Occurrences.community_id == place.community_id, Occurrences.kind == place.kind)
    chosen = select(Occurrences).where(*here, Occurrences.key == place.key).with_for_update()
    fresh = chosen.execution_options(populate_existing=True)
    return (await session.execute(fresh)).scalar_one_or_none()


async def listed(session: AsyncSession, *, community_id: int, since: datetime, until: datetime) -> list[Occurrences]:
    """All occurrences of a community between two moments, in order."""
    here = (Occurrences.community_id == community_id, Occurrences.due_at >= since, Occurrences.due_at < until)
    ordered = select(Occurrences).where(*here).order_by(Occurrences.due_at, Occurrences.kind)
    return list((await session.execute(ordered)).scalars())


async def known(session: AsyncSession, *, places: Collection[Place]) -> Collection[Place]:
    """Those of the places that are planned or settled, whenever that was or will be."""
    return await (await session.connection()).run_sync(lambda sync: _stages(sync, places))


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next of what is planned is due; it may be in the past."""
    planned = select(Occurrences.due_at).where(Occurrences.state == Stage.PLANNED).order_by(Occurrences.due_at)
    return (await session.execute(planned.limit(1))).scalar_one_or_none()


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop what was settled before `moment`."""
    old = (Occurrences.state != Stage.PLANNED, Occurrences.settled_at < moment)
    connection.execute(delete(Occurrences).where(*old))
