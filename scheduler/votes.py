"""Votes that came before their poll do not wait for ever."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import votes


async def place_waiting(session: AsyncSession, now: datetime) -> None:
    """Count the votes whose poll is known by now, or will not come any more."""
    connection = await session.connection()
    await connection.run_sync(lambda sync: votes.place_waiting(sync, now=now))
