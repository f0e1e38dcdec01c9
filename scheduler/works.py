"""Accepting what enough members like, and reminding administrators of works that wait."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import reviews
from models.rules.works import REMIND
from scheduler.duty import Duty

REMINDER = Duty(REMIND, reviews.remind)


async def judge(session: AsyncSession, now: datetime) -> bool:
    """Judge anew what members have reacted to since; whether there may be more."""
    return await reviews.judge_stirred(session, now=now)
