"""Clearing away what has served its time."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

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


def clear_away(connection: Connection, now: datetime) -> bool:
    """Delete what is older than its term; nothing is left to do after it."""
    updates.forget_before(connection, moment=now - UPDATES_KEPT)
    early.forget_before(connection, moment=now - EARLY_KEPT)
    comings.forget_before(connection, moment=now - COMINGS_KEPT)
    messages.forget_before(connection, moment=now - MESSAGES_KEPT)
    topic_reactions.forget_before(connection, day=(now - MESSAGES_KEPT).date())
    topic_answers.forget_before(connection, day=(now - MESSAGES_KEPT).date())
    ballots.forget_before(connection, moment=now - VOTES_KEPT)
    failures.forget_before(connection, moment=now - FAILURES_KEPT)
    rejections.forget_before(connection, moment=now - FAILURES_KEPT)
    reach.forget_before(connection, moment=now - DELIVERIES_KEPT)
    dialogues.forget_before(connection, moment=now - DIALOGUES_KEPT)
    occurrences.forget_before(connection, moment=now - OCCURRENCES_KEPT)
    outbox.forget_before(connection, moment=now - OUTBOX_KEPT, fleeting=now - FLEETING_KEPT)
    likeness.forget_before(connection, moment=now - LIKENESS_KEPT)
    newcomers.forget_before(connection, moment=now - HELD_LIKES_KEPT)
    mutual.forget_before(connection, day=(now - LIKES_BETWEEN_KEPT).date())
    fairness.forget_older(connection)
    standings.forget_days_before(connection, day=(now - DAY_BOARDS_KEPT).date())
    return False
