"""How long a card, ranks and a top ten take in a group of 200,000 members with ten million facts behind it.

Each is read as Kith reads it, in a session of its own through the asynchronous driver, many times over; the median
counts. A rank is counted from the top, so it is asked for the first, the middle and the last of a period; `/rank` tells
that of every period. Then half of the members leave, as Telegram would tell it, and all is read once more.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import databases
from benchmarks.crowd import MEMBERS, NOW, Crowd, leave, settle
from benchmarks.figures import Figure
from bot import schema
from models import profile, standings
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
        figures = await _figures(database, _groups(crowd), times)
        began = time.perf_counter()
        await leave(database, crowd)
        print(f"{crowd.members - members // 2:,} have left in {time.perf_counter() - began:.0f} s")
        figures += await _figures(database, _groups(crowd), times, after=", after half have left")
        await database.close()
        return figures


async def _figures(
    database: Database, groups: Mapping[str, Mapping[str, Read]], times: int, *, after: str = ""
) -> list[Figure]:
    """Of each kind of reading the slowest makes the figure."""
    figures = []
    for what, reads in groups.items():
        medians = {name: await _median(database, read, times) for name, read in reads.items()}
        print(f"{what}{after}: " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in medians.items()))
        slowest = max(medians, key=medians.__getitem__)
        figures.append(Figure(f"{what} ({slowest}){after}", medians[slowest], "ms", bar=BAR_MILLISECONDS))
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
    """What is read, by what it is."""
    here: dict[str, Any] = {"community_id": crowd.community_id}
    today = NOW.date()
    places = {
        f"{name} of the {period}": (period, user_id)
        for period in Period
        for name, user_id in _places(crowd, period).items()
    }
    return {
        "/me": {
            name: partial(profile.card, **here, user_id=user_id, now=NOW)
            for name, user_id in _places(crowd, Period.WEEK).items()
        },
        "rank": {
            name: partial(standings.score, **here, user_id=user_id, period=period, day=today)
            for name, (period, user_id) in places.items()
        },
        "/rank": {
            name: partial(_ranks, **here, user_id=user_id) for name, user_id in _places(crowd, Period.SEASON).items()
        },
        "top ten": {
            period.value: partial(standings.board, **here, period=period, day=today, limit=TOP) for period in Period
        },
        "own page": {
            name: partial(standings.around, **here, user_id=user_id, period=period, day=today, limit=TOP)
            for name, (period, user_id) in places.items()
        },
    }


async def _ranks(session: AsyncSession, *, community_id: int, user_id: int) -> None:
    """A place in each period, and among how many it is one."""
    for period in Period:
        board: dict[str, Any] = {"community_id": community_id, "period": period, "day": NOW.date()}
        score = await standings.score(session, **board, user_id=user_id)
        if score.rank is not None:
            await standings.size(session, **board)


def _places(crowd: Crowd, period: Period) -> dict[str, int]:
    ranked = crowd.ranked[period]
    return {"first": ranked[0], "middle": ranked[len(ranked) // 2], "last": ranked[-1]}
