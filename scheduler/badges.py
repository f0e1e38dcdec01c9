"""Giving badges to those who have come to them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import badges


async def judge(session: AsyncSession, now: datetime) -> None:
    """Look who has earned since the last time."""
    await badges.judge(session, now=now)
