"""What was carried out in time, and whose message leaves too late all the same: then it is left out after all."""

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.communities import Communities
from models.occurrences import Occurrences, Place, Stage
from models.rules.occasions import Why
from models.rules.rhythm import BY_NAME


async def is_too_late(session: AsyncSession, *, community: Communities, kind: str, key: int, now: datetime) -> bool:
    """Whether something is too old to be said now, by the same rule as if nobody had been there to carry it out."""
    here = (Occurrences.community_id == community.community_id, Occurrences.kind == kind, Occurrences.key == key)
    due_at = (await session.execute(select(Occurrences.due_at).where(*here))).scalar_one_or_none()
    if due_at is None:
        return False
    return BY_NAME[kind].after_outage.is_stale(due=due_at, now=now, time_zone=community.time_zone)


def leave_out(connection: Connection, *, place: Place, now: datetime) -> None:
    """Write down that what was done has come to nothing, since its message was too late."""
    here = (
        Occurrences.community_id == place.community_id,
        Occurrences.kind == place.kind,
        Occurrences.key == place.key,
        Occurrences.state == Stage.DONE,
    )
    values = {"state": Stage.SKIPPED, "why": Why.LATE, "settled_at": now}
    connection.execute(update(Occurrences).where(*here).values(**values))
