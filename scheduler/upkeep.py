"""Clearing away what has served its time."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import (
    ballots,
    comings,
    dialogues,
    early,
    failures,
    fairness,
    likeness,
    messages,
    mutual,
    newcomers,
    occurrences,
    outbox,
    reach,
    rejections,
    standings,
    topic_answers,
    topic_reactions,
    updates,
)

# Telegram keeps an update for 24 hours; twice that leaves room for clocks that differ.
UPDATES_KEPT = timedelta(hours=48)
# As late as an update may come, what came before it may have to wait for it.
EARLY_KEPT = UPDATES_KEPT
COMINGS_KEPT = UPDATES_KEPT
MESSAGES_KEPT = timedelta(days=90)
# Polls are open for a week at most; then only their counts are asked for.
VOTES_KEPT = timedelta(days=30)
FAILURES_KEPT = timedelta(days=14)
DELIVERIES_KEPT = timedelta(days=90)
DIALOGUES_KEPT = timedelta(days=1)
# Longer than anything in them is asked for: an administrator who wonders why a day was left out.
OCCURRENCES_KEPT = timedelta(days=90)
OUTBOX_KEPT = timedelta(days=30)
# What names somebody who wants to be forgotten.
FLEETING_KEPT = timedelta(days=1)
LIKENESS_KEPT = timedelta(days=14)
HELD_LIKES_KEPT = timedelta(days=30)
# Only the current week counts; another one is for clocks that differ and zones that lag.
LIKES_BETWEEN_KEPT = timedelta(days=14)
# Longer than any outage after which somebody still wants to hear how yesterday went.
DAY_BOARDS_KEPT = timedelta(days=14)


async def clear_away(session: AsyncSession, now: datetime) -> None:
    """Delete what is older than its term."""
    await updates.forget_before(session, moment=now - UPDATES_KEPT)
    await early.forget_before(session, moment=now - EARLY_KEPT)
    await comings.forget_before(session, moment=now - COMINGS_KEPT)
    await messages.forget_before(session, moment=now - MESSAGES_KEPT)
    await topic_reactions.forget_before(session, day=(now - MESSAGES_KEPT).date())
    await topic_answers.forget_before(session, day=(now - MESSAGES_KEPT).date())
    await ballots.forget_before(session, moment=now - VOTES_KEPT)
    await failures.forget_before(session, moment=now - FAILURES_KEPT)
    await rejections.forget_before(session, moment=now - FAILURES_KEPT)
    await reach.forget_before(session, moment=now - DELIVERIES_KEPT)
    await dialogues.forget_before(session, moment=now - DIALOGUES_KEPT)
    await occurrences.forget_before(session, moment=now - OCCURRENCES_KEPT)
    await outbox.forget_before(session, moment=now - OUTBOX_KEPT, fleeting=now - FLEETING_KEPT)
    await likeness.forget_before(session, moment=now - LIKENESS_KEPT)
    await newcomers.forget_before(session, moment=now - HELD_LIKES_KEPT)
    await mutual.forget_before(session, day=(now - LIKES_BETWEEN_KEPT).date())
    await fairness.forget_older(session)
    await standings.forget_days_before(session, day=(now - DAY_BOARDS_KEPT).date())
