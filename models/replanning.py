"""The schedule follows a group's settings, and what an administrator says about a single occurrence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import communities, occurrences
from models.communities import Communities
from models.occurrences import Occurrences, Place, Settings, Stage
from models.refusals import NoSuchThing
from models.rules import clock
from models.rules.clock import Recurrence
from models.rules.occasions import Why
from models.rules.rhythm import BY_NAME, FEATURES, OCCASIONS, recurrence_of


def comes_round(settings: Settings) -> bool:
    """Whether anything comes round by itself for a group with those settings."""
    return any(settings.get(feature) for feature in FEATURES) and any(
        recurrence_of(occasion, settings) is not None for occasion in OCCASIONS
    )


def replan(connection: Connection, *, community_id: int, time_zone: str, settings: Settings, now: datetime) -> None:
    """Bring what is planned in line with a group's settings, which are new or have changed.

    What somebody moved or skipped stays. Where the new moment has passed already, the old one holds this time, so that
    a changed hour leaves no gap; unless that would bring two on one day, by a changed zone.
    """
    mine = (Occurrences.community_id == community_id, Occurrences.state == Stage.PLANNED)
    columns = (Occurrences.kind, Occurrences.key, Occurrences.due_at)
    # Those about which somebody has decided are theirs.
    chosen = select(*columns).where(*mine, Occurrences.is_moved.is_(False), Occurrences.why.is_(None))
    planned = connection.execute(chosen.order_by(Occurrences.kind, Occurrences.key).with_for_update()).all()
    for occasion in OCCASIONS:
        if occasion.recurrence is None:
            continue
        recurrence = recurrence_of(occasion, settings)
        due = {Place(community_id, occasion.name, row.key): row.due_at for row in planned if row.kind == occasion.name}
        if recurrence is not None:
            _replan_kind(connection, Place(community_id, occasion.name, 0), recurrence, due, time_zone, now)
            continue
        for place in due:
            occurrences.call_off(connection, community_id=community_id, kind=occasion.name, key=place.key)


def _replan_kind(
    connection: Connection,
    place: Place,
    recurrence: Recurrence,
    due: Mapping[Place, datetime],
    time_zone: str,
    now: datetime,
) -> None:
    """The same for one kind of which something was planned as `due` says; `place` is any of it."""
    moments = {
        each: clock.moved(recurrence, each.key, before=before, now=now, time_zone=time_zone)
        for each, before in due.items()
    }
    left_out = {each: due[each] for each, at in moments.items() if at is None}
    changed = {each: at for each, at in moments.items() if at is not None and at != due[each]}
    stays = len(left_out) < len(due)
    occurrences.put_at(connection, changed)
    if left_out:
        # A zone far away may have left a whole day behind on top of it.
        behind = {}
        key = clock.following(recurrence.beat, max(left_out).key)
        while (at := clock.due_at(recurrence, key, time_zone=time_zone)) <= now:
            behind[place._replace(key=key)] = at
            key = clock.following(recurrence.beat, key)
        fresh = occurrences.plan_all(connection, behind)
        left_out |= {each: at for each, at in behind.items() if each in fresh}
        occurrences.leave_out(connection, left_out, why=Why.LATE, now=now)
    for key in clock.keys_after(recurrence, now, time_zone=time_zone):
        coming = {place._replace(key=key): clock.due_at(recurrence, key, time_zone=time_zone)}
        if occurrences.plan_all(connection, coming) or stays:
            break


async def replan_of(session: AsyncSession, *, community: Communities, now: datetime) -> None:
    """The same for a community whose settings were just changed."""
    connection = await session.connection()
    about = {"community_id": community.community_id, "time_zone": community.time_zone, "settings": community.settings}
    await connection.run_sync(lambda sync: replan(sync, **about, now=now))  # type: ignore[arg-type]


async def skip(session: AsyncSession, *, place: Place, why: Why, now: datetime) -> None:
    """Have an occurrence left out that is not settled yet, planned or not; what follows stays planned."""
    occasion = BY_NAME.get(place.kind)
    values: dict[str, Any] = {"why": why}
    if occasion is None or not occasion.skipped_in_time:
        values |= {"state": Stage.SKIPPED, "settled_at": now}
    await _decide(session, place, values, due_at=now, now=now)


async def move(session: AsyncSession, *, place: Place, due_at: datetime, now: datetime) -> None:
    """Have an occurrence that is not settled yet due at another moment, whatever the settings say."""
    await _decide(session, place, {"due_at": due_at, "is_moved": True}, due_at=due_at, now=now)


async def bring_back(session: AsyncSession, *, place: Place, now: datetime) -> datetime:
    """Have an occurrence come after all that somebody has had left out and whose moment is still ahead.

    Returns when it comes, which is as the settings say by now; `NoSuchThing` if there is none such, or no such moment.
    """
    community = await communities.held(session, community_id=place.community_id)
    found = await occurrences.find(session, place=place)
    if community is None or found is None or found.why != Why.BY_ADMIN or found.due_at <= now:
        raise NoSuchThing
    found.state, found.why, found.settled_at = Stage.PLANNED, None, None
    await session.flush()
    await replan_of(session, community=community, now=now)
    comes = await occurrences.find(session, place=place)
    if comes is None or comes.state != Stage.PLANNED:
        raise NoSuchThing
    return comes.due_at


async def _decide(
    session: AsyncSession, place: Place, values: Mapping[str, Any], *, due_at: datetime, now: datetime
) -> None:
    """Change one that is planned, or would be; `NoSuchThing` if it is settled."""
    community = await communities.held(session, community_id=place.community_id)
    occasion = BY_NAME.get(place.kind)
    if community is None or occasion is None:
        raise NoSuchThing
    recurrence = recurrence_of(occasion, community.settings)
    if recurrence is not None:
        due_at = clock.due_at(recurrence, place.key, time_zone=community.time_zone)
        connection = await session.connection()
        await connection.run_sync(lambda sync: occurrences.plan(sync, place=place, due_at=due_at))
    found = await occurrences.find(session, place=place)
    if found is None or found.state != Stage.PLANNED or found.why is not None:
        raise NoSuchThing
    for name, value in values.items():
        setattr(found, name, value)
    await session.flush()
    await replan_of(session, community=community, now=now)
