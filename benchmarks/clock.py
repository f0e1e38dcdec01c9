"""How long timed work takes: ten thousand groups with a topic a day at the same hour, while updates flow.

The slices are those of the running bot, each in a transaction of its own; between them a busy group's updates are
counted, fifty every tenth of a second, and how long they wait counts against the clock. Then nothing is due, for the
clock and for all the other ticks. How the topics go out meanwhile is measured by `rhythm`.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.load import Group
from bot import schema
from handlers.listening import Reading, facts_of
from models import replanning, topics
from models.communities import Chats, Communities, NewCommunities, State
from models.database import Database
from models.facts import BotStatus
from models.ids import new_id
from models.observing import observe
from models.rules.kits import Kit, topics_of
from models.stretches import STRETCH
from scheduler.occurrences import Slices
from scheduler.ticks import ticks

GROUPS = 10_000
IDLE_TIMES = 200
PER_BATCH, EVERY_SECONDS = 50, 0.1
# What is judged in each community now and then.
JUDGED = ("badges", "difficulty", "levels", "roles")
SETTINGS: dict[str, dict[str, Any]] = {"topics": {"on": True, "hour": 9}, **{name: {"on": True} for name in JUDGED}}
BEFORE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 16, 9, 0, 1, tzinfo=UTC)


async def measure(*, groups: int = GROUPS, idle_times: int = IDLE_TIMES) -> list[Figure]:
    """Found the groups, let it become nine o'clock, and then look what is due many times over."""
    with databases.sqlite() as url:
        await schema.make_ready(url)
        database = Database(url)
        for first in range(0, groups, 500):
            some = range(first, min(first + 500, groups))
            await database.tell(lambda connection, some=some: found(connection, some))  # type: ignore[misc]
        waits: list[float] = []
        flowing = asyncio.create_task(_flow(database, waits))
        await asyncio.sleep(1)
        before = len(waits)
        began = time.perf_counter()
        slices, commits = await _carry_out(database)
        took = time.perf_counter() - began
        meanwhile = waits[before:]
        flowing.cancel()
        await asyncio.gather(flowing, return_exceptions=True)
        each = {tick.name: tick.write for tick in ticks() if tick.write is not None and not tick.takes_long}
        for name in JUDGED:
            await _until_done(database, each[name])
        idle = {name: [await _tick(database, write) for _ in range(idle_times)] for name, write in each.items()}
        await database.close()
    print(f"{groups:,} topics in {len(slices)} slices; {len(meanwhile)} batches of {PER_BATCH} updates meanwhile")
    print(f"a slice takes {statistics.median(slices):.1f} ms in the middle, a batch {statistics.median(meanwhile):.1f}")
    return [
        Figure(f"{groups:,} daily topics written while 500 updates a second flow", took, "s", bar=10),
        Figure("of those the longest slice", max(slices), "ms"),
        Figure("of those the longest commit: now and then SQLite clears its log away", max(commits), "ms"),
        Figure("of those the slice below which 99 of 100 are", sorted(slices)[int(len(slices) * 0.99)], "ms", bar=50),
        Figure("a batch of updates meanwhile, the longest", max(meanwhile), "ms"),
        *[
            Figure(f"{name} with nothing due in {groups:,} groups", statistics.median(took), "ms", bar=5)
            for name, took in idle.items()
        ],
    ]


def found(
    connection: Connection, numbers: range, *, settings: Mapping[str, Any] = SETTINGS, now: datetime = BEFORE
) -> None:
    """Groups that have a kit of topics, and for which the next one after `now` is planned."""
    for number in numbers:
        community_id, chat_id = new_id(), -1_000_000_000_000 - number
        row = {
            "community_id": community_id,
            "chat_id": chat_id,
            "title": f"Group {number}",
            "is_forum": False,
            "state": State.ACTIVE,
            "language": "en",
            "time_zone": "UTC",
            "settings": settings,
            "bot_status": BotStatus.ADMINISTRATOR,
            "bot_rights": {},
            "created_at": now,
        }
        connection.execute(insert(Communities).values(**row))
        connection.execute(insert(Chats).values(chat_id=chat_id, community_id=community_id))
        topics.put(connection, community_id=community_id, topics=topics_of(Kit.LEARNING, language="en"))
        replanning.replan(connection, community_id=community_id, time_zone="UTC", settings=settings, now=now)


async def _carry_out(database: Database) -> tuple[list[float], list[float]]:
    """Do all that is due; returns how long each slice took, and of that its commit, in milliseconds."""
    slices: list[float] = []
    commits: list[float] = []
    carry_out = Slices()
    while True:
        began, ended = 0.0, 0.0

        def work(connection: Connection) -> bool:
            nonlocal began, ended
            # What others had before us is theirs.
            began = time.perf_counter()
            more = carry_out(connection, DUE)
            ended = time.perf_counter()
            return more

        if not await database.tell(work):
            return slices, commits
        done = time.perf_counter()
        slices.append((done - began) * 1000)
        commits.append((done - ended) * 1000)


async def _until_done(database: Database, write: Callable[[Connection, datetime], bool]) -> None:
    """Let a tick do all that it has to do."""
    for _ in range(-(-GROUPS // STRETCH) + 1):
        while await database.tell(lambda connection: write(connection, DUE)):
            pass


async def _tick(database: Database, write: Callable[[Connection, datetime], bool]) -> float:
    """Look what is due; returns how long it took, in milliseconds."""
    began = time.perf_counter()
    await database.tell(lambda connection: write(connection, DUE))
    return (time.perf_counter() - began) * 1000


async def _flow(database: Database, waits: list[float]) -> None:
    """Count updates at an even pace, and note how long each batch took from the moment on at which it was there."""
    load, ids = Group(date=int(DUE.timestamp())), itertools.count(1)
    reading, new = Reading(DUE, b"a key"), NewCommunities()
    next_at = time.perf_counter()
    for first in itertools.count(1, PER_BATCH):
        raw = [{**update, "update_id": next(ids)} for update in load.updates(PER_BATCH)]
        facts = [fact for update in raw for fact in facts_of(update, reading)]
        numbers = range(first, first + PER_BATCH)
        began = max(next_at, time.perf_counter()) if not waits else next_at
        await database.tell(lambda c, f=facts, n=numbers: observe(c, f, update_ids=n, bot_id=1, now=DUE, new=new))  # type: ignore[misc]
        waits.append((time.perf_counter() - began) * 1000)
        next_at = max(next_at + EVERY_SECONDS, time.perf_counter() - timedelta(seconds=1).total_seconds())
        await asyncio.sleep(max(0.0, next_at - time.perf_counter()))
