"""Challenges: to check in on each of so many days, all who joined together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from models.rules.clock import AfterOutage, Late, moment_of
from models.rules.days import local_day, zone
from models.rules.occasions import Occasion
from models.rules.reach import ReachSettings, end_of_quiet

SHORTEST, LONGEST = 2, 100
MOST_PRIZE = 100_000
LONGEST_TITLE = 32
# So far ahead one may begin.
FURTHEST = timedelta(days=60)
_DAY = timedelta(days=1)
# After its last day it goes on counting for so long what was late on its way, before the result is told.
AFTERWARDS = timedelta(hours=1)

# How the first day is written, beside its date.
TODAY = ("today", "今天")
TOMORROW = ("tomorrow", "明天")


# Its days were promised to who joined, and an administrator ends it by its command; nothing is done when it begins.
END = Occasion("challenges.end", "checkins", AfterOutage(Late.AT_ONCE), shown_only=True)
BEGIN = "challenges.begin"


# Of those who were active on a day, the share who checked in (in hundredths), and how long a challenge is from there.
# Who is not used to it needs an end in sight; who comes anyway is asked for more.
LENGTHS = ((0, 5), (10, 7), (25, 10), (50, 14))
# That is found from so many days, today not among them.
LOOKED_BACK = 7


def length_for(*, checked_in: int, active: int) -> int:
    """How many days a challenge has where, over some days, `checked_in` checked in among the `active`."""
    share = checked_in * 100 // active if active > 0 else 0
    return max(days for least, days in LENGTHS if share >= least)


class State(StrEnum):
    """Where a challenge is: people take part, its result was told, or it was stopped: by hand, or as nobody saw it."""

    OPEN = "open"
    ENDED = "ended"
    STOPPED = "stopped"


class Obstacle(StrEnum):
    """Why the group could not be told: its topic in the forum is closed or gone, or Kith may not write there."""

    CLOSED = "closed"
    GONE = "gone"
    SHUT = "shut"


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


def is_over(plan: Plan, *, now: datetime, time_zone: str) -> bool:
    """Whether its days are over, and what was late on its way has come."""
    return local_day(now - AFTERWARDS, time_zone=time_zone) > plan.ends_on


def told_at(plan: Plan, *, time_zone: str, quiet: ReachSettings) -> datetime:
    """When the result is told: by the group's clock once it is over, and not at night."""
    over = moment_of(plan.ends_on + _DAY, time(), time_zone=time_zone) + AFTERWARDS
    return by_day(over, time_zone=time_zone, quiet=quiet)


def by_day(moment: datetime, *, time_zone: str, quiet: ReachSettings) -> datetime:
    """The moment, or the end of the quiet hours that it lies in."""
    end = end_of_quiet(moment.astimezone(zone(time_zone)), settings=quiet)
    return moment if end is None else end.astimezone(UTC)


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
