"""Challenges: to check in on each of so many days, all who joined together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SHORTEST, LONGEST = 2, 100
MOST_PRIZE = 100_000
LONGEST_TITLE = 32
# So far ahead one may begin.
FURTHEST = timedelta(days=60)
_DAY = timedelta(days=1)

# How the first day is written, beside its date.
TODAY = ("today", "今天")
TOMORROW = ("tomorrow", "明天")


class State(StrEnum):
    """Where a challenge is: people take part, its result was told, or an administrator has stopped it."""

    OPEN = "open"
    ENDED = "ended"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Plan:
    """A challenge: to check in on `days` days from `starts_on` on, for a prize in hundredths of a point."""

    days: int
    starts_on: date
    prize: int
    title: str = ""

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.starts_on + _DAY * (self.days - 1)

    @property
    def all_days(self) -> list[date]:
        """Each of its days."""
        return [self.starts_on + _DAY * passed for passed in range(self.days)]


def starts_on(written: str, *, today: date) -> date | None:
    """The day that somebody means by `today`, `tomorrow` or a date such as 2026-12-01; nothing if it is no day."""
    word = written.casefold()
    if word in TODAY:
        return today
    if word in TOMORROW:
        return today + _DAY
    try:
        return date.fromisoformat(word) if len(word) == len("2026-12-01") else None
    except ValueError:
        return None


def is_possible(plan: Plan, *, today: date) -> bool:
    """Whether a challenge may be started so."""
    soon = today <= plan.starts_on <= today + FURTHEST
    return SHORTEST <= plan.days <= LONGEST and 0 <= plan.prize <= MOST_PRIZE and soon


def has_begun_without(plan: Plan, *, today: date, done: Collection[date]) -> bool:
    """Whether a day of it has passed on which somebody did not check in, so that it is too late for them to join."""
    return any(day not in done for day in plan.all_days if day < today)


def is_finished(plan: Plan, *, done: Collection[date]) -> bool:
    """Whether somebody has all of its days."""
    return all(day in done for day in plan.all_days)


def progress(plan: Plan, *, done: Collection[date]) -> int:
    """How many of its days somebody has."""
    return sum(day in done for day in plan.all_days)
