"""The processes on one database: who of them sends, who is still there, and a number for each one's ids.

On PostgreSQL there may be several. Each holds a connection of its own and on it advisory locks, which the server gives
back by itself when the connection ends, whatever ended it. On SQLite there is one.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import CHANNEL, CONNECT_TIMEOUT_SECONDS, KEEPALIVES, async_url
from models.ids import WORKERS, be_worker, new_id

if TYPE_CHECKING:
    import asyncpg

log = structlog.get_logger()

# Any numbers, the same for every Kith; a worker's own lock is its id, which is far greater.
SENDER_LOCK = 5_484_842
NUMBER_LOCKS = 5_484_843

# How often a worker looks whether its connection lives and the sender's place is free.
LOOK_SECONDS = 1.0
ANSWER_SECONDS = 3.0
RETURN_SECONDS = 0.5
# A worker that lost its connection is back well within this; until then nobody takes it for dead.
GRACE_SECONDS = 5.0

_HELD = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_END_SESSION = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2"
_OWN_SESSION = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"


class Alone:
    """The only process on its database: it sends, and whoever else claimed a row is dead."""

    def __init__(self) -> None:
        self.worker_id = new_id()

    @property
    def is_sender(self) -> bool:
        """Whether this process sends what is in the outbox."""
        return True

    def on_call(self, call: Callable[[], None]) -> None:
        """Nobody else is there who could call."""

    async def start(self) -> None:
        """Take our place."""

    async def stop(self) -> None:
        """Leave it."""

    async def missing(self, _session: AsyncSession, workers: Collection[int]) -> set[int]:
        """Those of `workers` that are dead."""
        return set(workers) - {self.worker_id}


class Crew:
    """One process's place among those on one PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._number: int | None = None
        self.worker_id = 0
        self._sends = False
        self._calls: list[Callable[[], None]] = []
        self._joined = asyncio.Event()
        self._lost = asyncio.Event()
        self._attending: asyncio.Task[None] | None = None
        self._session: tuple[int, datetime] | None = None
        self._missed: dict[int, float] = {}

    @property
    def is_sender(self) -> bool:
        """Whether this process sends what is in the outbox: it holds the lock, and its connection lives."""
        return self._sends

    def on_call(self, call: Callable[[], None]) -> None:
        """Have `call` called when there is news to send, and when this process begins or ceases to be the sender."""
        self._calls.append(call)

    async def start(self) -> None:
        """Take our place; returns once we have it."""
        self._attending = asyncio.create_task(self._attend())
        await self._joined.wait()

    async def stop(self) -> None:
        """Leave our place to others."""
        # Python 3.11's `wait_for`, which the driver uses too, loses a cancellation that comes in its last moment.
        while self._attending is not None and not self._attending.done():
            self._attending.cancel()
            await asyncio.wait([self._attending], timeout=0.2)

    async def missing(self, session: AsyncSession, workers: Collection[int]) -> set[int]:
        """Those of `workers` that are dead: they have not been there for longer than it takes to come back."""
        present = set((await session.execute(_HELD)).scalars()) if workers else set()
        now = time.monotonic()
        self._missed = {one: self._missed.get(one, now) for one in set(workers) - present}
        return {one for one, since in self._missed.items() if now - since >= GRACE_SECONDS}

    async def _attend(self) -> None:
        while True:
            try:
                await self._hold_a_place()
            except Exception as error:  # noqa: BLE001 - whatever parts us from the server, we come back
                log.warning("the workers' connection was lost", reason=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(RETURN_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 - no secret, only spread

    async def _hold_a_place(self) -> None:
        connection = await _connected(self._url)
        self._lost.clear()
        connection.add_termination_listener(lambda _connection: self._lose())
        try:
            await self._join(connection)
            while not self._lost.is_set():
                await self._look(connection)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._lost.wait()
        finally:
            self._lose()
            connection.terminate()
        raise ConnectionError("the server has ended it")

    async def _join(self, connection: "asyncpg.Connection") -> None:
        if self._session is not None:
            # Seen from the server, a connection that we gave up may live on, and with it our locks.
            await connection.execute(_END_SESSION, *self._session)
        await self._take_number(connection)
        if not self._joined.is_set():
            self.worker_id = new_id()
        await connection.execute("SELECT pg_advisory_lock($1)", self.worker_id)
        self._session = tuple(await connection.fetchrow(_OWN_SESSION))
        self._joined.set()

    async def _take_number(self, connection: "asyncpg.Connection") -> None:
        """A number that nobody else has; the one we had, if nobody took it meanwhile."""
        for number in sorted(WORKERS, key=lambda number: number != self._number):
            if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", NUMBER_LOCKS, number):
                self._number = number
                be_worker(number)
                return
        log.warning("more workers than numbers: two of them may make the same id, and then one does its work again")

    async def _look(self, connection: "asyncpg.Connection") -> None:
        if self._sends:
            await connection.execute("SELECT 1")
        elif await connection.fetchval("SELECT pg_try_advisory_lock($1)", SENDER_LOCK):
            await connection.add_listener(CHANNEL, lambda *_news: self._call())
            self._sends = True
            log.info("this worker sends", worker=self._number)
            self._call()

    def _lose(self) -> None:
        self._lost.set()
        if self._sends:
            self._sends = False
            log.info("this worker sends no more", worker=self._number)
            self._call()

    def _call(self) -> None:
        for call in self._calls:
            call()


async def _connected(url: str) -> "asyncpg.Connection":
    import asyncpg

    parsed = async_url(url)
    # The dialect reads the URL here as it does for the pool; what is meant for SQLAlchemy alone is not the driver's.
    _, options = parsed.get_dialect()().create_connect_args(parsed)
    own = ("async_fallback", "async_creator_fn", "prepared_statement_cache_size", "prepared_statement_name_func")
    wanted: dict[str, Any] = {name: value for name, value in options.items() if name not in own}
    wanted["server_settings"] = {"application_name": "kith worker"}
    connection = await asyncpg.connect(**wanted, timeout=CONNECT_TIMEOUT_SECONDS, command_timeout=ANSWER_SECONDS)
    await connection.execute(KEEPALIVES)
    return connection


def crew_for(url: str, *, is_sqlite: bool) -> "Alone | Crew":
    """The place of this process on its database."""
    return Alone() if is_sqlite else Crew(url)
