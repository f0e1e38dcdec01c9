"""The outbox: what is to be sent, written in the same transaction as the reason for it, and each row's fate."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import table_of
from models.database import NEWS
from models.events import KINDS, PERSON_FIELDS, Event, read, written
from models.ids import new_id
from models.schema import COMPOSITE, Base, CommunityKey, Key


class RowState(StrEnum):
    """Where a row is on its way out."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    HELD_BACK = "held_back"  # whoever decides whether a message may go said no
    FAILED = "failed"
    DROPPED = "dropped"  # in doubt after a crash, and of a kind that is better missing than double
    IN_DOUBT = "in_doubt"  # in doubt after a crash, and of a kind that an admin must decide


News = TypeVar("News", bound=Event)

# The lane of what waits for no chat.
NO_LANE = 0


class Outbox(Base):
    """One row per message to send or errand to run. `due_at` may lie ahead: the table is the schedule.

    `lane` is the chat whose rows it goes behind. Only who composes the message knows that, so it is empty until a
    sender has looked at the row.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "due_at"),
        # In the order in which rows go, and so that those of a closed chat are passed over within the index.
        Index(None, "state", "priority", "due_at", "outbox_id", "lane"),
        COMPOSITE,
    )

    community_id: Mapped[CommunityKey]
    outbox_id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(512))
    changed_at: Mapped[datetime]
    claimed_by: Mapped[int | None]
    lane: Mapped[int | None]


_TABLE = table_of(Outbox)
_LANES = (
    update(_TABLE)
    .where(_TABLE.c.community_id == bindparam("its_community"), _TABLE.c.outbox_id == bindparam("its_id"))
    .values(lane=bindparam("its_lane"))
)

# What is asked for each message is built once: that took longer than to carry it out.
_DUE = (
    select(Outbox)
    .where(
        Outbox.state == RowState.WAITING,
        Outbox.due_at <= bindparam("now"),
        or_(Outbox.lane.is_(None), Outbox.lane.not_in(bindparam("closed", expanding=True))),
    )
    .order_by(Outbox.priority, Outbox.due_at, Outbox.outbox_id)
    .limit(bindparam("most"))
)
_FREE = (
    select(_TABLE.c.community_id, _TABLE.c.outbox_id)
    .where(
        tuple_(_TABLE.c.community_id, _TABLE.c.outbox_id).in_(bindparam("keys", expanding=True)),
        _TABLE.c.state == RowState.WAITING,
    )
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(Outbox)
    .where(tuple_(Outbox.community_id, Outbox.outbox_id).in_(_FREE))
    .values(state=RowState.SENDING, changed_at=bindparam("now"), claimed_by=bindparam("worker"))
    .returning(Outbox)
    .execution_options(synchronize_session=False)
)


def _as_claimed(outbox_id: Any, worker: Any) -> ColumnElement[bool]:
    """The row as we claimed it. Its community may be another by now, merged into an older one; rows sent are few."""
    claimed = and_(_TABLE.c.state == RowState.SENDING, _TABLE.c.claimed_by.is_not_distinct_from(worker))
    return and_(_TABLE.c.outbox_id == outbox_id, claimed)


_OURS = _as_claimed(bindparam("its_id"), bindparam("its_worker", type_=_TABLE.c.claimed_by.type))
_DOUBTED = and_(
    _TABLE.c.community_id == bindparam("its_community"),
    _TABLE.c.outbox_id == bindparam("its_id"),
    _TABLE.c.state.in_((RowState.WAITING, RowState.DROPPED, RowState.IN_DOUBT)),
)
_SENT, _SENT_AFTER_ALL = (
    update(_TABLE)
    .where(chosen)
    .values(state=RowState.SENT, changed_at=bindparam("now"), error=None)
    .returning(_TABLE.c.outbox_id)
    for chosen in (_OURS, _DOUBTED)
)


def _row(news: Event, due_at: datetime) -> dict[str, Any]:
    kind = KINDS[type(news)]
    return {
        "community_id": news.community_id,
        "outbox_id": new_id(),
        "name": kind.name,
        "version": kind.version,
        "payload": written(news),
        "state": RowState.WAITING,
        "priority": int(kind.priority),
        "due_at": due_at,
        "attempts": 0,
        "changed_at": due_at,
    }


def put_now(connection: Connection, events: Sequence[Event], *, due_at: datetime) -> None:
    """Write events down from the facts' own thread."""
    if events:
        connection.execute(insert(Outbox), [_row(news, due_at) for news in events])
        connection.info[NEWS] = True


def put_each(connection: Connection, moments: Sequence[tuple[Event, datetime]]) -> None:
    """The same for events of which each has a moment of its own."""
    if moments:
        connection.execute(insert(Outbox), [_row(news, due_at) for news, due_at in moments])
        connection.info[NEWS] = True


def take_waiting(
    connection: Connection, *, community_id: int, kind: type[News], people: Sequence[int]
) -> list[tuple[News, datetime]]:
    """Take news of a kind for some people out again that has not left yet, the oldest first, with its moments.

    Whoever does so puts it back as part of what is newer.
    """
    if not people:
        return []
    of = cast(Outbox.payload["user_id"].as_string(), String).in_([str(user_id) for user_id in people])
    waits = (Outbox.community_id == community_id, Outbox.state == RowState.WAITING)
    known = KINDS[kind]
    taken = delete(Outbox).where(*waits, Outbox.name == known.name, Outbox.version == known.version, of)
    rows = connection.execute(taken.returning(Outbox.outbox_id, Outbox.payload, Outbox.due_at)).all()
    found = []
    for _, payload, due_at in sorted(rows, key=lambda row: row[0]):
        news = read(name=known.name, version=known.version, community_id=community_id, payload=payload)
        if isinstance(news, kind):
            found.append((news, due_at))
    return found


def look_for(session: AsyncSession) -> None:
    """Have looked at after the commit what `put_now` has written within a session's own transaction."""
    session.info[NEWS] = True


async def put(session: AsyncSession, events: Sequence[Event], *, due_at: datetime) -> None:
    """Write events down: each is sent once `due_at` has come."""
    if events:
        await session.execute(insert(Outbox), [_row(news, due_at) for news in events])
        session.info[NEWS] = True


async def due(session: AsyncSession, *, now: datetime, limit: int, without: Collection[int] = ()) -> list[Outbox]:
    """Up to `limit` rows that are due, in the order in which they go, without those in the lanes `without`."""
    chosen = {"now": now, "closed": list(without), "most": limit}
    return list((await session.execute(_DUE, chosen)).scalars())


async def set_lanes(session: AsyncSession, *, lanes: Mapping[tuple[int, int], int]) -> None:
    """Write down whose turn rows wait for, by their community and id."""
    if lanes:
        rows = [
            {"its_community": community_id, "its_id": outbox_id, "its_lane": lane}
            for (community_id, outbox_id), lane in sorted(lanes.items())
        ]
        await (await session.connection()).execute(_LANES, rows)


async def claim(session: AsyncSession, *, rows: Collection[Outbox], now: datetime, worker_id: int) -> list[Outbox]:
    """Mark those of `rows` that still wait as being sent by this worker; returns them, the most urgent first."""
    if not rows:
        return []
    keys = [(row.community_id, row.outbox_id) for row in rows]
    chosen = {"keys": keys, "now": now, "worker": worker_id}
    claimed = (await session.execute(_CLAIM, chosen)).scalars().all()
    return sorted(claimed, key=lambda row: (row.priority, row.due_at, row.outbox_id))


async def settle(
    session: AsyncSession, *, row: Outbox, state: RowState, now: datetime, error: str | None = None
) -> None:
    """Write down what became of a row, unless another worker took it for a dead one's and decided already."""
    values = {"state": state, "changed_at": now, "error": None if error is None else error[:512]}
    await session.execute(_ours(row).values(**values))


async def settle_sent(session: AsyncSession, *, row: Outbox, now: datetime) -> bool:
    """Write down that a row was sent: true whatever was thought of it meanwhile, unless it is being sent once more."""
    mine = {"its_id": row.outbox_id, "now": now}
    if (await session.execute(_SENT, {**mine, "its_worker": row.claimed_by})).first() is not None:
        return True
    doubted = await session.execute(_SENT_AFTER_ALL, {**mine, "its_community": row.community_id})
    return doubted.first() is not None


async def give_back(session: AsyncSession, *, row: Outbox, now: datetime) -> None:
    """Have a row wait again as if it had never been claimed: it keeps its place."""
    await session.execute(_ours(row).values(state=RowState.WAITING, changed_at=now))
    session.info[NEWS] = True


async def put_off(session: AsyncSession, *, row: Outbox, until: datetime, now: datetime, error: str) -> None:
    """Have a row tried again at `until`."""
    values = {"state": RowState.WAITING, "due_at": until, "changed_at": now, "error": error[:512]}
    await session.execute(_ours(row).values(attempts=_TABLE.c.attempts + 1, **values))
    session.info[NEWS] = True


def _ours(row: Outbox) -> Any:
    """The row as we claimed it."""
    return update(_TABLE).where(_as_claimed(row.outbox_id, row.claimed_by))


async def hold_back_waiting(session: AsyncSession, *, now: datetime, reason: str) -> None:
    """Send nothing of what waits."""
    values = {"state": RowState.HELD_BACK, "changed_at": now, "error": reason}
    await session.execute(update(Outbox).where(Outbox.state == RowState.WAITING).values(**values))


async def sent_by_others(session: AsyncSession, *, worker_id: int) -> list[Outbox]:
    """Rows that another worker was sending: if it is dead, whether they arrived nobody can say."""
    others = and_(Outbox.state == RowState.SENDING, Outbox.claimed_by.is_distinct_from(worker_id))
    return list((await session.execute(select(Outbox).where(others))).scalars())


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next waiting row is due; it may be in the past."""
    waiting = select(Outbox.due_at).where(Outbox.state == RowState.WAITING).order_by(Outbox.due_at).limit(1)
    return (await session.execute(waiting)).scalar_one_or_none()


def naming(*, user_id: int, community_id: int | None) -> ColumnElement[bool]:
    """The condition that a row's event names a person, in one community or, without one, anywhere."""
    named = or_(*[cast(Outbox.payload[name].as_string(), String) == str(user_id) for name in PERSON_FIELDS])
    return named if community_id is None else and_(named, Outbox.community_id == community_id)


def forget_person(connection: Connection, *, user_id: int, community_id: int | None) -> None:
    """Drop the rows that name somebody, also those still waiting: who is forgotten is not written to any more."""
    connection.execute(delete(Outbox).where(naming(user_id=user_id, community_id=community_id)))


def forget_before(connection: Connection, *, moment: datetime, fleeting: datetime) -> None:
    """Drop rows that came to their end before `moment`, or before `fleeting`; what waits or is being sent stays.

    One in doubt is at its end as well: whoever was asked about it sends it anew, under another number.
    """
    ended = (RowState.SENT, RowState.HELD_BACK, RowState.FAILED, RowState.DROPPED, RowState.IN_DOUBT)
    of_the_forgotten = Outbox.name.in_([kind.name for kind in KINDS.values() if kind.is_fleeting])
    old = or_(Outbox.changed_at < moment, and_(of_the_forgotten, Outbox.changed_at < fleeting))
    connection.execute(delete(Outbox).where(Outbox.state.in_(ended), old))


def is_under_way(connection: Connection, *, community_id: int, kinds: Collection[type[Event]], **about: int) -> bool:
    """Whether news of one of those kinds, with those numbers in it, waits or is being sent."""
    here = (Outbox.community_id == community_id, Outbox.state.in_((RowState.WAITING, RowState.SENDING)))
    named = Outbox.name.in_([KINDS[kind].name for kind in kinds])
    return connection.execute(select(Outbox.outbox_id).where(*here, named, *_about(about)).limit(1)).first() is not None


async def was_put(session: AsyncSession, *, community_id: int, kind: type[Event], since: int, **about: int) -> bool:
    """Whether news of a kind, with those numbers in it, was written under an id above `since`, whatever came of it."""
    here = (Outbox.community_id == community_id, Outbox.outbox_id > since, Outbox.name == KINDS[kind].name)
    chosen = select(Outbox.outbox_id).where(*here, *_about(about)).limit(1)
    return (await session.execute(chosen)).first() is not None


def _about(numbers: Mapping[str, int]) -> list[ColumnElement[bool]]:
    return [cast(Outbox.payload[name].as_string(), String) == str(number) for name, number in numbers.items()]


async def count_by_state(session: AsyncSession) -> dict[str, int]:
    """How many rows there are in each state."""
    counted = await session.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    return {row.state: row[1] for row in counted}
