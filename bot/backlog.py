"""Updates that are confirmed before they are counted: safe in the inbox, and counted together while more is fetched."""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from bot.patience import patiently
from bot.taken import Taken
from models import inbox
from models.database import Database
from models.ids import new_id

log = structlog.get_logger()

# No fewer than `enough` are waited for before any is counted, but no longer than this. Counted whenever nothing else
# was, they were two or three hundred at a time, since to fetch takes no longer than to count, and each cost more.
GATHERING_SECONDS = 0.5


@dataclass(frozen=True)
class Measure:
    """How many updates are counted in one transaction, how many may wait, and how many are worth beginning with.

    The more together, the less each costs: who is talked of twice is written once. While more than `waiting` are held
    in memory no more are fetched.
    """

    together: int
    waiting: int
    enough: int


# On SQLite half as many at a time cost a tenth more each, and a quarter as many a fifth, since whoever is talked of
# twice is then written twice; what waits takes some two megabytes. PostgreSQL's server takes as long as Kith itself for
# what is counted, and so many at a time spare it a sixth of that.
ON_SQLITE = Measure(together=3000, waiting=3000, enough=2900)
ON_POSTGRESQL = Measure(together=3000, waiting=3000, enough=1500)

Count = Callable[[list[Taken]], Awaitable[None]]


class Backlog:
    """What waits to be counted, in the order in which it came.

    `count` writes down what some updates tell, and files those that it cannot.
    """

    def __init__(self, *, database: Database, bot_id: int, count: Count) -> None:
        self._database = database
        self._measure = ON_SQLITE if database.is_sqlite else ON_POSTGRESQL
        self._bot_id = bot_id
        self._count = count
        self._batches: deque[tuple[int, Sequence[Taken]]] = deque()
        self._under_way: asyncio.Task[None] | None = None
        self._counted: int | None = None
        self._enough = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether everything has been counted."""
        return self._under_way is None

    async def add(self, batch: Sequence[Taken]) -> None:
        """Take a batch that only tells something; it is safe on return, and is counted as soon as its turn comes."""
        if not batch:
            return
        facts = inbox.packed([fact for taken in batch for fact in taken.facts])
        while self._under_way is not None and self._waiting >= self._measure.waiting:
            await self._under_way
        batch_id, counted = new_id(), self._counted

        def put(connection: Connection) -> None:
            inbox.put(connection, facts, bot_id=self._bot_id, batch_id=batch_id, counted=counted)

        await patiently(lambda: self._database.put_aside(put))
        if self._counted == counted:
            self._counted = None
        for taken in batch:
            # By far the largest part of what would wait in memory.
            taken.raw = None
        self._batches.append((batch_id, batch))
        if self._waiting >= self._measure.enough:
            self._enough.set()
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._count_next())

    @property
    def _waiting(self) -> int:
        return sum(len(batch) for _, batch in self._batches)

    async def empty(self) -> None:
        """Wait until everything has been counted, and leave nothing in the inbox."""
        while self._under_way is not None:
            self._enough.set()
            await self._under_way

    async def abandon(self) -> None:
        """Count no more: what is in the inbox is counted at the next start."""
        self._batches.clear()
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)

    async def recover(self) -> None:
        """Count what was left in the inbox when Kith was last ended in the middle of its work."""
        if not await self._database.is_aside():
            return
        left = await patiently(
            lambda: self._database.put_aside(lambda connection: inbox.waiting(connection, bot_id=self._bot_id))
        )
        for batch_id, text in left:
            taken = _taken(text)
            log.info("what was put aside before the last end is counted now", updates=len(taken))
            await self._count(taken)
            await self._drop(batch_id)

    async def _count_next(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._enough.wait(), GATHERING_SECONDS)
        together: list[Taken] = []
        while self._batches and len(together) < self._measure.together:
            last, batch = self._batches.popleft()
            together += batch
        if self._waiting < self._measure.enough:
            self._enough.clear()
        await self._count(together)
        if self._batches:
            # The next batch that is put aside takes it out, so that there is one commit less.
            self._counted = last
        else:
            await self._drop(last)
        self._under_way = asyncio.create_task(self._count_next()) if self._batches else None

    async def _drop(self, through: int) -> None:
        bot_id = self._bot_id
        await patiently(
            lambda: self._database.put_aside(lambda connection: inbox.drop(connection, bot_id=bot_id, through=through))
        )


def _taken(text: str) -> list[Taken]:
    """The updates that lay in the inbox; one error for all of them where they cannot be read."""
    try:
        facts = inbox.unpacked(text)
    except inbox.UnknownFacts as error:
        return [Taken(text, None, error=error)]
    by_update = itertools.groupby(facts, key=lambda fact: fact.update_id)
    return [Taken(None, update_id, list(told)) for update_id, told in by_update]
