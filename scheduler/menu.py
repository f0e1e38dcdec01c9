"""Telling Telegram the commands of groups that are new, or speak another language."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import menu


async def tell(session: AsyncSession, now: datetime) -> None:
    """Have told what is not told yet."""
    await menu.tell_due(session, now=now)
