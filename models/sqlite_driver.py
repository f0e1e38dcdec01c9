"""SQLite for asyncio without a thread for every step: most of a statement's time was the thread's, not SQLite's.

SQLAlchemy's dialect for aiosqlite is given connections of this kind in place of aiosqlite's own. A statement of a
writing transaction runs at once, in the loop: it finds few rows and waits for nobody, since its transaction has the
write lock already. What may take long goes to a thread: reading, whose statements may be reports, and the commit, which
waits for the disk.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

R = TypeVar("R")

READERS = 4
# What is asked for to be read bit by bit (an export) is not held in memory whole.
FIRST_ROWS = 500
# A lock of somebody else's is asked for again after so many seconds.
LOCKED_WAIT_SECONDS = 0.005
# Locks that are given back; one that means that a snapshot has aged never is.
_LOCKS = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)

_THREADS = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite")


class Cursor:
    """A cursor as the dialect wants it; the first rows, mostly all, are fetched with the statement."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._cursor = connection.plain.cursor()
        self._rows: list[Any] = []
        self._has_more = False
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """The columns of the result, if there is one."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The last row's own number."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement."""

        def work() -> list[Any]:
            self._cursor.execute(statement, parameters)
            return self._cursor.fetchmany(FIRST_ROWS) if self._cursor.description else []

        self._rows = await self._connection.done(work, statement)
        self._has_more = len(self._rows) == FIRST_ROWS

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of `parameters`."""
        await self._connection.done(lambda: self._cursor.executemany(statement, parameters), statement)

    async def fetchall(self) -> list[Any]:
        """All rows that were not fetched yet."""
        found, self._rows = self._rows, []
        if self._has_more:
            found += await self._connection.done(self._cursor.fetchall, "")
            self._has_more = False
        return found

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, up to `size`."""
        wanted = size or self.arraysize
        missing = wanted - len(self._rows)
        if missing > 0 and self._has_more:
            more = await self._connection.done(lambda: self._cursor.fetchmany(missing), "")
            self._has_more = len(more) == missing
            self._rows += more
        found, self._rows = self._rows[:wanted], self._rows[wanted:]
        return found

    async def fetchone(self) -> Any:
        """The next row, if there is one."""
        return next(iter(await self.fetchmany(1)), None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        row = await self.fetchone()
        if row is None:
            raise StopAsyncIteration
        return row

    async def close(self) -> None:
        """Let go of the statement."""
        self._cursor.close()


class Connection:
    """A connection as the dialect wants it."""

    def __init__(self, plain: sqlite3.Connection, *, patience: float) -> None:
        self.plain = plain
        self._patience = patience
        self._writes = False
        self._reads = False
        self._last: asyncio.Future[Any] | None = None
        # The dialect asks by these names whether the connection is open, and sets the isolation level through them.
        self._connection: sqlite3.Connection | None = plain
        self._conn = plain
        self._tx = _AtOnce()

    @property
    def isolation_level(self) -> str | None:
        """The driver's own transaction control."""
        return self.plain.isolation_level

    def cursor(self) -> Cursor:
        """A cursor for one statement."""
        return Cursor(self)

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        """Give SQL a function of Python's."""
        self.plain.create_function(*arguments, **options)

    async def done(self, work: Callable[[], R], statement: str) -> R:
        """What `work`, which runs `statement`, returns; a lock of another process is waited for."""
        await self._over()
        deadline = time.monotonic() + self._patience
        while True:
            try:
                result = await self._threaded(work) if self._reads else work()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in _LOCKS or time.monotonic() > deadline:
                    raise
                await asyncio.sleep(LOCKED_WAIT_SECONDS)
            else:
                if statement.startswith("BEGIN"):
                    self._reads = statement == "BEGIN"
                    self._writes = not self._reads
                return result

    async def commit(self) -> None:
        """Commit, and wait for the disk if there is something to be written."""
        await self._over()
        if self._writes:
            await self._threaded(self.plain.commit)
        else:
            self.plain.commit()
        self._reads = self._writes = False

    async def rollback(self) -> None:
        """Undo what was done since the transaction began."""
        await self._over()
        self.plain.rollback()
        self._reads = self._writes = False

    async def close(self) -> None:
        """Close the connection."""
        await self._over()
        self._connection = None
        # The last connection to close writes all back into the database's own file.
        await self._threaded(self.plain.close)

    def stop(self) -> None:
        """Close the connection without waiting."""
        self._connection = None
        _THREADS.submit(self.plain.close)

    async def _threaded(self, work: Callable[[], R]) -> R:
        self._last = running = asyncio.get_running_loop().run_in_executor(_THREADS, work)
        return await asyncio.shield(running)

    async def _over(self) -> None:
        # Whoever was cancelled has left a thread at work on this connection.
        if self._last is not None and not self._last.done():
            await asyncio.wait([self._last])
        self._last = None


class _AtOnce:
    def put_nowait(self, asked: tuple["asyncio.Future[Any]", Callable[[], Any]]) -> None:
        answer, work = asked
        answer.set_result(work())


async def connect(database: str, **options: Any) -> Connection:
    """Open the database; another process's lock is waited for up to the seconds of the option `timeout`."""
    mine = {**options, "timeout": 0, "check_same_thread": False}
    return Connection(sqlite3.connect(database, **mine), patience=options.get("timeout", 0.0))
