"""What Kith keeps resident: 60,000 updates wait when it starts, and more follow.

The most that it ever held is told beside what it holds at the end. `endurance` goes on to a million and tells how much
it has grown since the first hundred thousand.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.load import Group
from benchmarks.telegram import KITH, Telegram, resident, telegram

COUNT = 100_000
WAITING = 60_000
MILLION = 1_000_000
STEP = 20_000
LOOK_SECONDS = 0.05


@dataclass
class Most:
    """The most memory that was seen, in megabytes."""

    megabytes: float = 0.0


@asynccontextmanager
async def _watched(process: psutil.Process) -> AsyncIterator[Most]:
    most = Most()

    async def look() -> None:
        while True:
            most.megabytes = max(most.megabytes, resident(process))
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield most
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


async def _feed(town: Telegram, group: Group, count: int) -> None:
    for begun in range(0, count, STEP):
        await town.takes_in(group.updates(min(STEP, count - begun)))


async def measure(*, count: int = COUNT, waiting: int = WAITING) -> list[Figure]:
    """Start Kith with much waiting, and look at its memory when all is taken in."""
    with databases.sqlite() as url:
        figures = await _held(url, "SQLite", count=count, waiting=waiting)
    with databases.postgresql_server() as server:
        async with databases.postgresql(server) as url:
            return figures + await _held(url, "PostgreSQL", count=count, waiting=waiting)


async def _held(url: str, name: str, *, count: int, waiting: int) -> list[Figure]:
    async with telegram() as town:
        group = Group(date=int(time.time()))
        town.bot.push_many(group.updates(waiting))
        async with town.running(KITH, database=url) as process, _watched(process) as most:
            await _feed(town, group, count - waiting)
            at_end = resident(process)
    return [
        Figure(f"{name}: resident after {count:,} updates, {waiting:,} waiting at the start", at_end, "MB", bar=110),
        Figure(f"{name}: the most it held meanwhile", most.megabytes, "MB"),
    ]


async def endure(*, count: int = MILLION, first: int = COUNT) -> list[Figure]:
    """Take a million updates in, and see whether the memory stays."""
    with databases.sqlite() as url:
        async with telegram() as town, town.running(KITH, database=url) as process:
            group = Group(date=int(time.time()))
            seen = []
            for _ in range(count // first):
                await _feed(town, group, first)
                seen.append(resident(process))
                print(f"{len(seen) * first:,} updates: {seen[-1]:.1f} MB")
    return [
        Figure(f"grown from {first:,} to {count:,} updates", seen[-1] - seen[0], "MB", bar=5),
        Figure(f"resident after {count:,} updates", seen[-1], "MB", bar=110),
    ]
