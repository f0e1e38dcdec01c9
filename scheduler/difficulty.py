"""Finding each afternoon how active everybody is held to be on the next day."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import difficulty


async def look_ahead(session: AsyncSession, now: datetime) -> None:
    """Find it for the communities where that is on, once a day."""
    await difficulty.look_ahead(session, now=now)
