"""Which day it is for a group: its own, by its time zone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone called `name`."""
    return ZoneInfo(name)


class _Span(NamedTuple):
    """The moments from `start` to before `end`, which all lie on one `day`."""

    start: datetime
    end: datetime
    day: date


# Of each zone the day that was asked for last: what a group tells lies mostly on one, and two comparisons cost a tenth
# of asking the zone. So many zones there are not.
_LATEST: dict[str, _Span] = {}


def local_day(moment: datetime, *, time_zone: str) -> date:
    """The calendar day of `moment` in the zone called `time_zone`."""
    known = _LATEST.get(time_zone)
    if known is not None and known.start <= moment < known.end:
        return known.day
    local = moment.astimezone(zone(time_zone))
    found = _whole_day(local)
    if found is not None:
        _LATEST[time_zone] = found
    return local.date()


def _whole_day(local: datetime) -> _Span | None:
    """The day of `local` from midnight to midnight; none where its clock changes within, and midnight may be missing.

    No zone has ever changed its clock twice in one day, so it has not where it is the same at both ends.
    """
    offset, day = local.utcoffset(), local.date()
    if offset is None or not date.min < day < date.max:
        return None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
    end = start + _DAY
    if any(edge.astimezone(local.tzinfo).utcoffset() != offset for edge in (start, end)):
        return None
    return _Span(start, end, day)


def streak(days: Iterable[date], *, today: date) -> int:
    """How many of `days`, the latest first, follow each other up to today; today itself may still come."""
    length, expected = 0, today
    for day in days:
        if length == 0 and day == today - _DAY:
            expected = day
        if day != expected:
            break
        length += 1
        expected = day - _DAY
    return length
