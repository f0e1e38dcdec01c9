"""The simulator's clock: the real one, or one that stands still until it is moved."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time and does what is due when time passes; time never goes back."""

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("the clock needs a time with a time zone")
        self._standing = start
        self._ahead = timedelta(0)
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def stands(self) -> bool:
        return self._standing is not None

    def now(self) -> datetime:
        if self._standing is not None:
            return self._standing
        return datetime.now(UTC) + self._ahead

    def timestamp(self) -> int:
        return int(self.now().timestamp())

    def when(self, when: datetime, do: Callable[[], None]) -> None:
        """Does it once the clock has reached this time."""
        heapq.heappush(self._due, (when, next(self._order), do))

    def after(self, wait: timedelta, do: Callable[[], None]) -> None:
        self.when(self.now() + wait, do)

    def move_to(self, when: datetime) -> None:
        if when.tzinfo is None:
            raise ValueError("the clock needs a time with a time zone")
        if when < self.now():
            raise ValueError("the clock goes forward only")
        # What falls due on the way happens at its own time, not at the end of the jump.
        while self._due and self._due[0][0] <= when:
            due, _, do = heapq.heappop(self._due)
            if due > self.now():
                self._set(due)
            do()
        if when > self.now():
            self._set(when)

    def stand_at(self, when: datetime) -> None:
        """Stands still from now on, even at an earlier time: for histories, which begin before everything."""
        if when.tzinfo is None:
            raise ValueError("the clock needs a time with a time zone")
        self._standing = when

    def run_on(self) -> None:
        """Runs again, from the time at which it stood."""
        if self._standing is not None:
            self._ahead = self._standing - datetime.now(UTC)
            self._standing = None

    @property
    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def tick(self, step: timedelta) -> None:
        self.move_to(self.now() + step)

    def run_due(self) -> None:
        now = self.now()
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()

    def _set(self, when: datetime) -> None:
        if self._standing is not None:
            self._standing = when
        else:
            self._ahead = when - datetime.now(UTC)
