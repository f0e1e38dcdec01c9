"""Which day it is for a group: its own, by its time zone."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone called `name`."""
    return ZoneInfo(name)


# What happens at once lies on one day, and a busy group sends hundreds of facts with the same second.
@lru_cache(maxsize=1024)
def local_day(moment: datetime, *, time_zone: str) -> date:
    """The calendar day of `moment` in the zone called `time_zone`."""
    return moment.astimezone(zone(time_zone)).date()
