"""When something happened: exports have the exporter's local time, and mostly, but not always, the true one."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.history.records import UnreadableExport

LATEST = 2**33
FARTHEST = timedelta(hours=14)
QUARTER = timedelta(minutes=15)


def zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnreadableExport(f"there is no time zone {name!r}; one is written like Europe/Berlin") from None


class Times:
    """Local times are read as the records that carry both times show; else in the time zone that was named; else UTC.

    Reactions carry the local time alone, so most exports need this.
    """

    def __init__(self, messages: Iterable[Any], *, named: tzinfo | None) -> None:
        self._named = named or UTC
        self._changes = _learnt(messages)

    def of(self, raw: dict[str, Any], *, name: str = "date") -> int | None:
        exact = _exact(raw.get(f"{name}_unixtime"))
        return exact if exact is not None else self._from_local(_local(raw.get(name)))

    def _from_local(self, local: datetime | None) -> int | None:
        if local is None:
            return None
        if local.tzinfo is None:
            local = local.replace(tzinfo=self._zone(local))
        seconds = int(local.timestamp())
        return seconds if 0 < seconds < LATEST else None

    def _zone(self, local: datetime) -> tzinfo:
        if not self._changes:
            return self._named
        place = bisect_right(self._changes, local, key=lambda change: change[0])
        return timezone(self._changes[max(place - 1, 0)][1])


def _learnt(messages: Iterable[Any]) -> list[tuple[datetime, timedelta]]:
    """How far the exporter's clock was ahead of UTC, and since when: summer and winter time show as changes."""
    seen: list[tuple[datetime, timedelta]] = []
    for raw in messages:
        if not isinstance(raw, dict):
            continue
        exact, local = _exact(raw.get("date_unixtime")), _local(raw.get("date"))
        if exact is None or local is None or local.tzinfo is not None:
            continue
        ahead = local - datetime.fromtimestamp(exact, UTC).replace(tzinfo=None)
        # What no clock on Earth shows is a mistake in the file and teaches nothing.
        if abs(ahead) <= FARTHEST and not ahead % QUARTER and (not seen or seen[-1][1] != ahead):
            seen.append((local, ahead))
    return sorted(seen)


def _exact(value: Any) -> int | None:
    try:
        seconds = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < LATEST else None


def _local(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
