"""Telling what has come of challenges whose days are over."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import challenges


async def end(session: AsyncSession, now: datetime) -> None:
    """Have results told, once each."""
    await challenges.end_due(session, now=now)
