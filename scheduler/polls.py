"""The weekly poll comes, and polls are closed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import tallies
from models.rules.polls import CLOSE, OPEN
from scheduler.duty import Duty

DUTIES = (Duty(OPEN, tallies.open_due), Duty(CLOSE, tallies.close_due))


async def look_after(session: AsyncSession, now: datetime) -> bool:
    """Have polls stopped that should be over and are not; whether there may be more."""
    return await tallies.look_after(session, now=now)
