"""Telling who has come to a new level, and keeping the tags that show it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import levels


async def look(session: AsyncSession, now: datetime) -> None:
    """Look who has risen since the last time."""
    await levels.look_who_rises(session, now=now)
