"""Clearing away what has served its time."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import failures, messages, outbox, reach, rejections, updates

# Telegram keeps an update for 24 hours; twice that leaves room for clocks that differ.
UPDATES_KEPT = timedelta(hours=48)
MESSAGES_KEPT = timedelta(days=90)
FAILURES_KEPT = timedelta(days=14)
DELIVERIES_KEPT = timedelta(days=90)
OUTBOX_KEPT = timedelta(days=30)


async def clear_away(session: AsyncSession, now: datetime) -> None:
    """Delete what is older than its term."""
    await updates.forget_before(session, moment=now - UPDATES_KEPT)
    await messages.forget_before(session, moment=now - MESSAGES_KEPT)
    await failures.forget_before(session, moment=now - FAILURES_KEPT)
    await rejections.forget_before(session, moment=now - FAILURES_KEPT)
    await reach.forget_before(session, moment=now - DELIVERIES_KEPT)
    await outbox.forget_before(session, moment=now - OUTBOX_KEPT)
