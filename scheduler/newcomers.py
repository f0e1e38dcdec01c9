"""Letting newcomers through the gate once their time has come."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import passing


async def let_pass(session: AsyncSession, now: datetime) -> None:
    """Count what newcomers have liked who are newcomers no longer."""
    connection = await session.connection()
    await connection.run_sync(lambda sync: passing.let_pass(sync, now=now))
