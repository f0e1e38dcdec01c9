"""When something comes round: each day, week, month or season at an hour of a group's clock, whatever that clock does.

An occurrence bears the name of its day, week, month or season (a quarter of the year), as a number that can be read:
20261116, 202647 (the ISO week), 202611, 20264. By that name it happens once, however often the group changes its hour
or its zone.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile

from models.rules.days import local_day, zone

_DAY = timedelta(days=1)
# So far may an hour that does not exist be put off: a whole day, where a country changed sides of the date line.
_LONGEST_GAP = 2 * _DAY


class Beat(StrEnum):
    """How often something comes round."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"


@dataclass(frozen=True)
class Recurrence:
    """Once a day, week, month or season at an hour of the group's clock.

    `weekday` counts from Monday (0) and is for weeks; `month_day` is for months, a shorter one's last day in its place.
    A season's is its first day.
    """

    beat: Beat
    at: time
    weekday: int = 0
    month_day: int = 1


def moment_of(day: date, at: time, *, time_zone: str) -> datetime:
    """The moment in UTC at which a zone's clock shows `at` on `day`.

    The first of two such moments; where there is none, the first moment after the gap.
    """
    here = zone(time_zone)
    local = datetime.combine(day, at, tzinfo=here)
    found = local.astimezone(UTC)
    if found.astimezone(here).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # By the offset after the change it would have been before it, by the offset before the change it is after it.
    early, late = local.replace(fold=1).astimezone(UTC), found
    offset = early.astimezone(here).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(here).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late


def key_of(beat: Beat, day: date) -> int:
    """The name of the day, week, month or season that `day` lies in."""
    if beat is Beat.DAY:
        return day.year * 10_000 + day.month * 100 + day.day
    if beat is Beat.WEEK:
        year, week, _ = day.isocalendar()
        return year * 100 + week
    if beat is Beat.SEASON:
        return day.year * 10 + (day.month + 2) // 3
    return day.year * 100 + day.month


def day_of(recurrence: Recurrence, key: int) -> date:
    """The day on which it comes round in the day, week, month or season called `key`."""
    year, rest = divmod(key, {Beat.DAY: 10_000, Beat.SEASON: 10}.get(recurrence.beat, 100))
    if recurrence.beat is Beat.DAY:
        return date(year, *divmod(rest, 100))
    if recurrence.beat is Beat.WEEK:
        return date.fromisocalendar(year, rest, recurrence.weekday + 1)
    if recurrence.beat is Beat.SEASON:
        return date(year, rest * 3 - 2, 1)
    return date(year, rest, min(recurrence.month_day, monthrange(year, rest)[1]))


def following(beat: Beat, key: int) -> int:
    """The name of the day, week, month or season after the one called `key`."""
    step = {Beat.DAY: 1, Beat.WEEK: 7, Beat.MONTH: 31, Beat.SEASON: 92}[beat]
    return key_of(beat, day_of(Recurrence(beat, time()), key) + step * _DAY)


def due_at(recurrence: Recurrence, key: int, *, time_zone: str) -> datetime:
    """The moment in UTC at which the occurrence called `key` is due."""
    return moment_of(day_of(recurrence, key), recurrence.at, time_zone=time_zone)


def keys_after(recurrence: Recurrence, moment: datetime, *, time_zone: str) -> Iterator[int]:
    """The names of all occurrences that are due after `moment`, the first one first, without an end."""
    key = key_of(recurrence.beat, local_day(moment, time_zone=time_zone) - _LONGEST_GAP)
    while due_at(recurrence, key, time_zone=time_zone) <= moment:
        key = following(recurrence.beat, key)
    while True:
        yield key
        key = following(recurrence.beat, key)


def between(recurrence: Recurrence, *, after: datetime, until: datetime, time_zone: str) -> list[int]:
    """The names of the occurrences due after one moment and not after another."""
    coming = keys_after(recurrence, after, time_zone=time_zone)
    return list(takewhile(lambda key: due_at(recurrence, key, time_zone=time_zone) <= until, coming))


def moved(recurrence: Recurrence, key: int, *, before: datetime, now: datetime, time_zone: str) -> datetime | None:
    """When an occurrence that was planned for `before` is due by a changed hour or zone; nothing if it is left out.

    If the new moment has passed already, the old one holds this time. By a changed zone that may lie on another day,
    beside that day's own and at any hour: then a daily one is left out, or, if it was due before, as late as the new
    moment says.
    """
    after = due_at(recurrence, key, time_zone=time_zone)
    if after > now:
        return after
    if recurrence.beat is not Beat.DAY or local_day(before, time_zone=time_zone) == day_of(recurrence, key):
        return before
    return after if before <= now else None


class Late(StrEnum):
    """What becomes of an occurrence for which nobody was there."""

    WHILE_FRESH = "while_fresh"
    AT_ONCE = "at_once"
    MERGED = "merged"


@dataclass(frozen=True)
class AfterOutage:
    """What a kind of timed work does about what it has missed.

    While fresh, it is done late until the hour `until` of the group's clock, though at least within `within` of when it
    was due, and skipped after that. At once, it is done whenever we are back. Merged, only the newest is done, and told
    how many it stands for.
    """

    late: Late
    until: time = time(12)
    within: timedelta = timedelta(hours=3)

    def is_stale(self, *, due: datetime, now: datetime, time_zone: str) -> bool:
        """Whether what was due is too old to be done now."""
        if self.late is not Late.WHILE_FRESH:
            return False
        noon = moment_of(local_day(due, time_zone=time_zone), self.until, time_zone=time_zone)
        return now > max(noon, due + self.within)
