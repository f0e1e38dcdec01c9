"""Challenges come to their end: planned by each group's clock as it is set now, and told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import challenge_ends
from models.rules.challenges import END
from scheduler.duty import Duty

RESULT = Duty(END, challenge_ends.end_due, challenge_ends.end_quietly)


async def plan_ends(session: AsyncSession, _now: datetime) -> None:
    """Have each end due when its days are over, whatever became of the group's zone and quiet hours."""
    await challenge_ends.plan_ends(session)
