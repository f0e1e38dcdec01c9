"""Giving roles, warning those who may lose one, and ending what is not earned any more."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import roles


async def judge(session: AsyncSession, now: datetime) -> None:
    """Judge those who hold a role or have earned lately."""
    await roles.judge(session, now=now)
