"""Reminding who left a set-up in the middle."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import setup


async def remind(session: AsyncSession, now: datetime) -> None:
    """Remind once, an hour later."""
    await setup.remind_due(session, now=now)
