"""When those who run a group are told once more of what waits for them: when there is news, and else once a week."""

from datetime import datetime, timedelta

from models.rules.days import local_day

# What still waits is told again after so long without anything new.
AGAIN_AFTER = timedelta(days=7)
# Telegram tells of a message in whole seconds, and a moment later.
NOTED_WITHIN = timedelta(minutes=1)
# What must be decided before then is told once more: who is reminded once a day hears of it a day before, too.
ENDS_SOON = timedelta(days=2)


def is_news(*, newest_at: datetime, told_at: datetime | None, now: datetime, time_zone: str) -> bool:
    """Whether what waits is told of, the newest of which is there since `newest_at`.

    It was not there when they were told of last, at `told_at`, or that is so many days ago that they may be forgotten.
    """
    if told_at is None or newest_at > told_at - NOTED_WITHIN:
        return True
    return local_day(now, time_zone=time_zone) - local_day(told_at, time_zone=time_zone) >= AGAIN_AFTER


def is_urgent(*, until: datetime | None, now: datetime) -> bool:
    """Whether what waits must be decided so soon that it is told of, whether or not it is new."""
    return until is not None and now < until <= now + ENDS_SOON
