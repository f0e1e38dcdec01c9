"""Points for what somebody has judged to be good: booked in the transaction of the judgement, and gone with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import difficulty, fairness, points
from models.communities import Communities
from models.points import Ledger
from models.rules.days import local_day
from models.rules.earning import Claim, Limits, Way
from models.rules.fairness import FairnessSettings, Reason, Uncounted
from models.rules.settings import changed


class Given(NamedTuple):
    """What was booked of a claim, in hundredths, and what has made it less than its worth, if anything has."""

    points: int
    cut_by: Reason | None = None


def claim(
    community: Communities, *, user_id: int, way: Way, points: int, daily_cap: int, source: str, now: datetime
) -> Claim:
    """What a member would earn in a community now, within what a day and its tier leave; points in hundredths."""
    tiers = changed(FairnessSettings(), community.settings.get("fairness", {}))
    day = local_day(now, time_zone=community.time_zone)
    limits = Limits(daily_cap, tiers.daily_cap(way.tier))
    return Claim(community.community_id, user_id, way, points, source, now, day, limits)


async def worth(session: AsyncSession, claims: Sequence[Claim]) -> list[Claim]:
    """Claims by what they are worth to who would earn them, before any limit of theirs."""
    here = {claim.community_id for claim in claims}
    return await (await session.connection()).run_sync(lambda sync: difficulty.scale_in(sync, here, claims))


async def give(session: AsyncSession, claim: Claim) -> Given:
    """Book what a claim's limits leave of it, and note why nothing is left."""

    def book(connection: Connection) -> Given:
        granted = points.award(connection, difficulty.scale_in(connection, [claim.community_id], [claim]))
        fairness.note(connection, granted.uncounted)
        for booked in granted.claims:
            return Given(booked.points, None if booked.cut_from is None else Reason.DAILY_CAP)
        return Given(0, granted.uncounted[0].reason if granted.uncounted else None)

    return await (await session.connection()).run_sync(book)


async def withhold(session: AsyncSession, claim: Claim, reason: Reason) -> None:
    """Note that a claim earns nothing, and why, for who asks by `/why`."""
    row = Uncounted(claim.community_id, claim.user_id, claim.action, reason, claim.source, claim.at, claim.day)
    await (await session.connection()).run_sync(lambda sync: fairness.note(sync, [row]))


async def take_back(
    session: AsyncSession, community: Communities, *, user_id: int, way: Way, source: str, now: datetime
) -> int:
    """Undo what a source has earned somebody, once; returns what it came to, in hundredths."""
    here = (Ledger.community_id == community.community_id, Ledger.user_id == user_id)
    chosen = select(Ledger.entry_id).where(*here, Ledger.action == way.action, Ledger.source == source)
    entries = list((await session.execute(chosen)).scalars())
    if not entries:
        return 0
    today = local_day(now, time_zone=community.time_zone)

    def undo(connection: Connection) -> int:
        taken, _ = points.reverse(
            connection,
            community_id=community.community_id,
            user_id=user_id,
            entries=entries,
            at=now,
            today=today,
        )
        return taken

    return await (await session.connection()).run_sync(undo)
