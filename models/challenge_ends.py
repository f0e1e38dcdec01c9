"""How a challenge comes to its end: planned by the group's clock, told once its days are over, and its post shut.

One that Telegram did not take ends before anybody has seen it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import admin_chats, occurrences, outbox
from models.challenges import Challengers, Challenges, Ended, Shut, Unjoined, Unposted, find, quiet_hours
from models.communities import SERVED, Communities
from models.events import Event
from models.occurrences import Due, Occurrences, Place, Settled, Stage
from models.rules import challenges as rules
from models.rules.challenges import Obstacle, Plan, State
from models.rules.occasions import Why

_COLUMNS = (
    Challenges.community_id,
    Challenges.challenge_id,
    Challenges.days,
    Challenges.starts_on,
    Challenges.prize,
    Challenges.title,
)


async def plan_ends(session: AsyncSession) -> None:
    """Have the end of each open challenge due at its moment, which follows the group's zone and quiet hours."""
    connection = await session.connection()
    await connection.run_sync(_plan_ends)


def _plan_ends(connection: Connection) -> None:
    here = and_(
        Occurrences.community_id == Challenges.community_id,
        Occurrences.kind == rules.END.name,
        Occurrences.key == Challenges.challenge_id,
    )
    group = (Communities.time_zone, Communities.settings)
    running = (
        select(*_COLUMNS, *group, Occurrences.due_at, Occurrences.state.label("stage"))
        .join(Communities, Communities.community_id == Challenges.community_id)
        .outerjoin(Occurrences, here)
        .where(Challenges.state == State.OPEN, Communities.state.in_(SERVED))
        .order_by(Challenges.community_id, Challenges.challenge_id)
    )
    missing: dict[Place, datetime] = {}
    for row in connection.execute(running).all():
        place = Place(row.community_id, rules.END.name, row.challenge_id)
        at = rules.told_at(_plan_of(row), time_zone=row.time_zone, quiet=quiet_hours(row.settings))
        if row.due_at is None:
            missing[place] = at
        elif row.stage == Stage.PLANNED and row.due_at != at:
            occurrences.put_off(connection, place=place, until=at)
    occurrences.plan_all(connection, missing)


def _plan_of(row: Any) -> Plan:
    return Plan(row.days, row.starts_on, row.prize, row.title)


def end_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Have the results of those told that are over; one whose group's clock was changed meanwhile waits for it."""
    places = [(one.community_id, one.key) for one in due]
    chosen = select(*_COLUMNS).where(tuple_(Challenges.community_id, Challenges.challenge_id).in_(places))
    plans = {row[:2]: _plan_of(row) for row in connection.execute(chosen.where(Challenges.state == State.OPEN)).all()}
    joined = _joined(connection, places)
    settled: dict[Place, Why | None] = {}
    for one in due:
        plan = plans.get((one.community_id, one.key))
        time_zone, quiet = one.here.time_zone, quiet_hours(one.here.settings)
        if plan is None:
            settled[one.place] = Why.NOTHING
        elif not rules.is_over(plan, now=now, time_zone=time_zone):
            at = rules.told_at(plan, time_zone=time_zone, quiet=quiet)
            occurrences.put_off(connection, place=one.place, until=at)
            settled[one.place] = Why.LATER
        else:
            _end(connection, one)
            here = (one.community_id, one.key)
            news: Sequence[Event] = [Ended(*here)] if here in joined else _unjoined(connection, one)
            by_day = rules.by_day(now, time_zone=time_zone, quiet=quiet)
            outbox.put_now(connection, [*news, Shut(*here)], due_at=by_day)
    return settled


def _joined(connection: Connection, places: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the challenges that anybody has joined."""
    columns = (Challengers.community_id, Challengers.challenge_id)
    chosen = select(*columns).where(tuple_(*columns).in_(places)).distinct()
    return {(row[0], row[1]) for row in connection.execute(chosen)}


def _unjoined(connection: Connection, one: Due) -> Sequence[Event]:
    """A word to those who run the group, who were promised a result."""
    told = admin_chats.addressees_of(connection, one.community_id)
    return [Unjoined(one.community_id, one.key, *who) for who in told]


def end_quietly(connection: Connection, one: Due, _why: Why, now: datetime) -> None:
    """A challenge whose result cannot be told is over all the same."""
    _end(connection, one)
    outbox.put_now(connection, [Shut(one.community_id, one.key)], due_at=now)


def _end(connection: Connection, one: Due) -> None:
    here = (Challenges.community_id == one.community_id, Challenges.challenge_id == one.key)
    running = (*here, Challenges.state == State.OPEN)
    connection.execute(update(Challenges).where(*running).values(state=State.ENDED))


async def call_off(
    session: AsyncSession, *, community_id: int, challenge_id: int, obstacle: Obstacle, now: datetime
) -> None:
    """Telegram did not take a challenge's post: nobody could join it, so it is over, and who runs the group is told.

    One that somebody has joined was posted before, when nobody could say whether it was, and goes on.
    """
    challenge = await find(session, community_id=community_id, challenge_id=challenge_id)
    if challenge is None or challenge.state != State.OPEN or challenge.message_id is not None:
        return
    connection = await session.connection()
    if await connection.run_sync(_joined, [(community_id, challenge_id)]):
        return
    challenge.state = State.STOPPED
    await session.flush()
    here = {"community_id": community_id, "kind": rules.END.name, "key": challenge_id}
    await connection.run_sync(lambda sync: occurrences.call_off(sync, **here))  # type: ignore[arg-type]
    await connection.run_sync(_tell_unposted, (community_id, challenge_id), obstacle, now)


async def result_refused(
    session: AsyncSession, *, community_id: int, challenge_id: int, obstacle: Obstacle, now: datetime
) -> None:
    """A result was not taken: it is told outside of its topic in the forum, or else to who runs the group.

    Those who took part were promised it, and where it stands matters less than that it is told.
    """
    challenge = await find(session, community_id=community_id, challenge_id=challenge_id)
    if challenge is None:
        return
    if challenge.forum_topic is not None:
        challenge.forum_topic = None
        await session.flush()
        await outbox.put(session, [Ended(community_id, challenge_id)], due_at=now)
        return
    connection = await session.connection()
    await connection.run_sync(_tell_unposted, (community_id, challenge_id), obstacle, now)


def _tell_unposted(connection: Connection, here: tuple[int, int], obstacle: Obstacle, now: datetime) -> None:
    told = admin_chats.addressees_of(connection, here[0])
    outbox.put_now(connection, [Unposted(*here, obstacle.value, *who) for who in told], due_at=now)
