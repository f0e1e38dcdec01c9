"""How long a card, a rank and a top ten take in a group of 200,000 members with ten million facts behind it.

Each is read as Kith reads it, in a session of its own through the asynchronous driver, many times over; the median
counts. A rank is counted from the top, so it is asked for the first, the middle and the last of a period.
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import databases
from benchmarks.crowd import MEMBERS, NOW, Crowd, settle
from benchmarks.figures import Figure
from bot import schema
from models import points, profile
from models.database import Database
from models.rules.points import Period

TIMES = 51
TOP = 10
BAR_MILLISECONDS = 20

Read = Callable[[AsyncSession], Awaitable[Any]]


async def measure(*, members: int = MEMBERS, times: int = TIMES) -> list[Figure]:
    """Read everything from a new database that was filled before."""
    with databases.sqlite() as url:
        await schema.make_ready(url)
        database = Database(url)
        began = time.perf_counter()
        crowd = await settle(database, members=members)
        print(f"{members:,} members were settled in {time.perf_counter() - began:.0f} s")
        figures = []
        for what, reads in _groups(crowd).items():
            medians = {name: await _median(database, read, times) for name, read in reads.items()}
            print(f"{what}: " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in medians.items()))
            slowest = max(medians, key=medians.__getitem__)
            figures.append(Figure(f"{what} ({slowest})", medians[slowest], "ms", bar=BAR_MILLISECONDS))
        await database.close()
        return figures


async def _median(database: Database, read: Read, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        async with database.reading() as session:
            await read(session)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def _groups(crowd: Crowd) -> dict[str, dict[str, Read]]:
    """What is read, by what it is; of each kind the slowest makes the figure."""
    here: dict[str, Any] = {"community_id": crowd.community_id}
    today = NOW.date()
    return {
        "/me": {
            name: partial(profile.card, **here, user_id=user_id, now=NOW)
            for name, user_id in _places(crowd, Period.WEEK).items()
        },
        "rank": {
            f"{name} of the {period}": partial(points.score, **here, user_id=user_id, period=period, day=today)
            for period in Period
            for name, user_id in _places(crowd, period).items()
        },
        "top ten": {
            period.value: partial(points.top, **here, period=period, day=today, limit=TOP) for period in Period
        },
        "top ten of all time": {"lifetime": partial(points.leaders, **here, limit=TOP)},
    }


def _places(crowd: Crowd, period: Period) -> dict[str, int]:
    ranked = crowd.ranked[period]
    return {"first": ranked[0], "middle": ranked[len(ranked) // 2], "last": ranked[-1]}
