"""From the start of `kith run` on an existing database to its first request for updates, and its memory then."""

import asyncio
import statistics
import time

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.telegram import KITH, Telegram, resident, telegram
from bot import schema

RUNS = 7


async def measure(*, runs: int = RUNS) -> list[Figure]:
    """Start it several times."""
    with databases.sqlite() as url:
        await schema.make_ready(url)
        async with telegram() as town:
            done = [await _once(town, url) for _ in range(runs)]
    seconds, megabytes = [run[0] for run in done], [run[1] for run in done]
    print(f"{runs} starts, the slowest {max(seconds):.2f} s, the largest {max(megabytes):.0f} MB")
    return [
        Figure("start to first poll, median", statistics.median(seconds), "s", bar=2),
        Figure("resident after the start, median", statistics.median(megabytes), "MB", bar=100),
    ]


async def _once(town: Telegram, database: str) -> tuple[float, float]:
    before = time.perf_counter()
    async with town.running(KITH, database=database) as process:
        seconds = time.perf_counter() - before
        # Until the first poll is out the ticks of the start may still be under way.
        await asyncio.sleep(1.0)
        return seconds, resident(process)
