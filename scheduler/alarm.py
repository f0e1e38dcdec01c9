"""APScheduler wakes the ticks; it keeps nothing, since the tables are the schedule."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.ticks import Tick


class Alarm:
    """Has each tick run at its interval, and once at the start, for what became due while nobody was there."""

    def __init__(self, ticks: Sequence[Tick], run: Callable[[Tick], Awaitable[None]]) -> None:
        self._run = run
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in ticks:
            self._scheduler.add_job(
                self._wake,
                IntervalTrigger(seconds=int(tick.every.total_seconds()), jitter=5),
                args=[tick],
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    async def _wake(self, tick: Tick) -> None:
        # Only the end cancels a tick, which then comes again at the next start; the library would log it as an error.
        with contextlib.suppress(asyncio.CancelledError):
            await self._run(tick)

    def start(self) -> None:
        """Begin to wake."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wake nobody any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
