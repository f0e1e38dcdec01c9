"""Whose turn it is to write: one at a time, and whoever somebody waits for before whoever has time."""

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count

# So many seconds each may be overtaken: what nobody waits for, and what merely is to leave soon.
TIMED_WORK = 0.04
OUTGOING = 0.02
# After a turn that another of the same follows, those who have time wait so many seconds for it: a question is counted
# first and answered then, and a slice of the clock's in between would keep its asker waiting once more.
LINGER_SECONDS = 0.002


class Turns:
    """A lock whose next holder is the one whose patience is soonest at its end, so that nobody waits for ever.

    `now` tells the time in seconds since any moment.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held = False
        self._waiting: list[tuple[float, int, bool, asyncio.Future[None]]] = []
        self._numbers = count()
        self._lingering: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, *, patience: float = 0.0, goes_on: bool = False) -> AsyncIterator[None]:
        """Hold the lock meanwhile, and until then let others go first for up to `patience` seconds.

        Where the same work `goes_on` with another turn in a moment, those who have time wait for that too.
        """
        await self._acquire(patience)
        try:
            yield
        finally:
            self._release(lingers=goes_on)

    async def _acquire(self, patience: float) -> None:
        if not self._held and (patience == 0 or not self._waiting):
            self._take()
            return
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._now() + patience, next(self._numbers), patience > 0, mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                # It became ours in the moment in which nobody wanted it any more.
                self._release(lingers=False)
            raise

    def _take(self) -> None:
        self._held = True
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def _release(self, *, lingers: bool) -> None:
        self._held = False
        while self._waiting and self._waiting[0][3].done():
            heapq.heappop(self._waiting)
        if not self._waiting:
            return
        until, _, is_patient, _ = self._waiting[0]
        if lingers and is_patient and until > self._now():
            self._lingering = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._hand_on)
        else:
            self._hand_on()

    def _hand_on(self) -> None:
        self._lingering = None
        while self._waiting:
            *_, waiter = heapq.heappop(self._waiting)
            if not waiter.done():
                self._held = True
                waiter.set_result(None)
                return
