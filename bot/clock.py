"""What time it is: the real clock, or in the try-out one that is moved."""

from datetime import UTC, datetime

from typing_extensions import override


class Clock:
    """The real clock."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)


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
