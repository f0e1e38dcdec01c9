"""What time it is: the real clock, or in the try-out one that is moved."""

from datetime import UTC, datetime

from typing_extensions import override


class Clock:
    """The real clock."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def seen(self, moment: datetime) -> None:
        """Something happened at `moment`; only a clock that lives by what happens minds."""


class MovableClock(Clock):
    """A clock that stands until it is moved, and only ever forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    @override
    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment`; a moment that is past already changes nothing."""
        self._now = max(self._now, moment)


class HistoryClock(MovableClock):
    """A clock that shows when the latest thing happened, for histories that are played at full speed."""

    @override
    def seen(self, moment: datetime) -> None:
        self.move_to(moment)


class TryoutClock(Clock):
    """A clock that runs on from `start` and from wherever it is moved to, or stands there while time is moved."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)
        self._standing: datetime | None = None

    @override
    def now(self) -> datetime:
        return self._standing or datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime, *, stands: bool = False) -> None:
        """Let it be `moment`; a moment that is past already only decides whether the clock stands."""
        moment = max(moment, self.now())
        self._ahead = moment - datetime.now(UTC)
        self._standing = moment if stands else None
