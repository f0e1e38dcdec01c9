"""What members did that earned nothing: how often on each day and why, and the last of it with its place."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Date, String, delete, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, add, upsert
from models.facts import Batch
from models.ids import new_id
from models.rules.fairness import FairnessSettings, Reason, Tier, Uncounted
from models.rules.points import sum_by_key
from models.schema import COMPOSITE, Base, CommunityKey, Key

# Of what did not count a member is shown so much with its place.
KEPT_EACH = 20
_SUM: dict[str, Merge] = {"times": add}


class UncountedDays(Base):
    """How often something of a member's did not count, per day, action and reason."""

    __tablename__ = "uncounted_days"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _SUM}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    action: Mapped[str] = mapped_column(String(32), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)


class UncountedLately(Base):
    """What of a member's did not count lately; upkeep leaves each the last few."""

    __tablename__ = "uncounted_lately"
    __table_args__ = ({"info": {"person": ("user_id",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    uncounted_id: Mapped[Key]
    action: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]


_DAY = ("community_id", "user_id", "day", "action", "reason", "times")
_LATELY = ("community_id", "user_id", "uncounted_id", "action", "reason", "source", "at")


def tier_caps(batch: Batch, tier: Tier) -> Mapping[int, int]:
    """What each chat's community lets a member earn on a day by the ways of a tier together, in hundredths."""
    chosen = batch.settings("fairness", FairnessSettings())
    return {chat_id: settings.daily_cap(tier) for chat_id, settings in chosen.items()}


def note(connection: Connection, uncounted: Sequence[Uncounted]) -> None:
    """Write down what did not count."""
    days = sum_by_key(((u.community_id, u.user_id, u.day, u.action, u.reason.value, 1) for u in uncounted), keys=5)
    upsert(connection, UncountedDays, _DAY, days, merge=_SUM)
    in_order = sorted(uncounted, key=lambda u: (u.community_id, u.user_id))
    rows = [(u.community_id, u.user_id, new_id(), u.action, u.reason.value, u.source, u.at) for u in in_order]
    upsert(connection, UncountedLately, _LATELY, rows)


def forget_older(connection: Connection) -> None:
    """Leave each member the last few of what did not count."""
    place = func.row_number().over(
        partition_by=(UncountedLately.community_id, UncountedLately.user_id),
        order_by=UncountedLately.uncounted_id.desc(),
    )
    placed = select(UncountedLately.uncounted_id, place.label("place")).subquery()
    older = select(placed.c.uncounted_id).where(placed.c.place > KEPT_EACH)
    connection.execute(delete(UncountedLately).where(UncountedLately.uncounted_id.in_(older)))


async def lately(session: AsyncSession, *, community_id: int, user_id: int) -> Sequence[UncountedLately]:
    """The last things of a member's that did not count, the latest first."""
    statement = (
        select(UncountedLately)
        .where(UncountedLately.community_id == community_id, UncountedLately.user_id == user_id)
        .order_by(UncountedLately.uncounted_id.desc())
        .limit(KEPT_EACH)
    )
    return (await session.execute(statement)).scalars().all()


async def times_by_reason(
    session: AsyncSession, *, community_id: int, user_id: int, since: date
) -> Mapping[Reason, int]:
    """How often something of a member's did not count from the day `since` on."""
    statement = (
        select(UncountedDays.reason, func.sum(UncountedDays.times))
        .where(UncountedDays.community_id == community_id, UncountedDays.user_id == user_id, UncountedDays.day >= since)
        .group_by(UncountedDays.reason)
    )
    return {Reason(row[0]): int(row[1]) for row in await session.execute(statement)}
