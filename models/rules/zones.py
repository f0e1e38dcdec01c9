"""Time zones as people name them: by IANA's names, or by a city that is part of one."""

from functools import cache
from zoneinfo import available_timezones

# Offered by buttons; the others are typed.
COMMON = (
    "Asia/Taipei",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)


@cache
def _names() -> dict[str, str]:
    known = sorted(available_timezones())
    cities = {name.rpartition("/")[2].casefold(): name for name in reversed(known) if name.count("/") == 1}
    return cities | {name.casefold(): name for name in known}


def zone_called(written: str) -> str | None:
    """The zone that somebody means by `Asia/Taipei`, `asia/taipei`, `Taipei` or `New York`."""
    return _names().get("_".join(written.split()).casefold())
