"""The way to the database: one writer at a time on SQLite, a pool on PostgreSQL, the same functions on both.

SQLite commits a SAVEPOINT that no BEGIN precedes, and fails at once when a transaction reads first and writes later
while another writes. So the driver's own autocommit is off, every writing transaction opens with BEGIN IMMEDIATE, and
one lock in this process queues the writers instead of letting them run into `database is locked`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from models import sqlite_driver
from models.ahead import keep_order, sending_ahead
from models.bulk import table_of
from models.deadline import Deadline
from models.inbox import Inbox
from models.prepared import direct
from models.refusals import Refused
from models.turns import Turns

R = TypeVar("R")

# A transaction that leaves something for the outbox to send sets this in its connection's or session's `info`, so that
# nobody need look after every other one.
NEWS = "news"

# On PostgreSQL such a commit is told to the other processes too: whichever of them sends listens on this channel.
CHANNEL = "kith_news"
_CALL = text(f"NOTIFY {CHANNEL}")

# A writer of another process (the command line, a backup) is waited for as long as this before the road waits itself.
BUSY_TIMEOUT_SECONDS = 5.0

# So many pages (16 MB) are gathered in the log before they go into the database's own file. A busy batch changes some
# 250 pages, mostly those of the batch before: with SQLite's own 1000 each was written and synchronised four times more.
PAGES_IN_LOG = 4000

# So much of the database's file a connection that answers somebody holds, in KiB, and one to the inbox: SQLite's own 2
# MB each are worth it where facts are counted, and elsewhere lie there unused, since the system holds the file as well.
HELD_FOR_ANSWERS = 1000
HELD_OF_THE_INBOX = 200

# A server that lets nobody in and turns nobody away is given up after this; the driver itself would wait a minute.
CONNECT_TIMEOUT_SECONDS = 5.0

# A transaction of the running bot takes some milliseconds. A server that was frozen, or behind a network that was cut,
# says nothing for hours, and nobody tells us: so what is not through by then is given up, and done again elsewhere.
ANSWER_SECONDS = 30.0

# A server takes its leave at once; behind a network that was cut, a connection that nobody has used since never would.
GOODBYE_SECONDS = 3.0

# The other way round, a machine that vanished says no farewell to the server: so asked, it looks whether we live, and
# gives back what we had locked after some 20 seconds instead of two hours. A pooler refuses who asks while connecting.
KEEPALIVES = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"


# Opening one costs as much as ten statements; what is above is closed after each use.
KEPT_CONNECTIONS = 16


def _on_sqlite_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction control is what lets a SAVEPOINT escape; ours starts in `_on_sqlite_begin`.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA wal_autocheckpoint={PAGES_IN_LOG}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _holding(kibibytes: int) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA cache_size=-{kibibytes}")
        cursor.close()

    return on_connect


def _on_postgresql_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.run_async(lambda driver: driver.execute(KEEPALIVES))


def _on_sqlite_begin(connection: Connection) -> None:
    begin = "BEGIN" if connection.get_execution_options().get("reading", False) else "BEGIN IMMEDIATE"
    with direct(connection, begin) as cursor:
        cursor.execute(begin)


def _forget_news(connection: Connection) -> None:
    """What a transaction has left that was given up is no news of the next one on the same connection."""
    connection.info.pop(NEWS, None)


def house_rules(engine: Engine) -> Engine:
    """`engine` with this house's transaction control where it is SQLite; a transaction begins without news."""
    event.listen(engine, "begin", _forget_news)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def sync_engine(url: str) -> Engine:
    """A synchronous engine on the SQLite database at `url`."""
    return house_rules(create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, hide_parameters=True))


def _beside(url: str) -> Path:
    """The file beside an SQLite database in which its inbox lies, wherever a link to the database stands."""
    file = Path(make_url(url).database or "").resolve()
    return file.with_name(f"{file.name}-inbox")


def async_url(url: str) -> URL:
    """`url` with the asynchronous driver that Kith uses for its kind of database."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return parsed.set(drivername=driver[parsed.get_backend_name()])


def async_engine(url: str) -> AsyncEngine:
    """An asynchronous engine on the database at `url`."""
    parsed = async_url(url)
    # An error must not carry what people wrote or are called into a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if parsed.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_TIMEOUT_SECONDS, "async_creator_fn": sqlite_driver.connect}
        options["pool_size"] = KEPT_CONNECTIONS
    else:
        options["pool_pre_ping"] = True
        # What was used last is used next: it knows its statements, and the server's process for it their tables.
        options["pool_use_lifo"] = True
        options["connect_args"] = {"timeout": CONNECT_TIMEOUT_SECONDS}
    engine = create_async_engine(parsed, **options)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _holding(HELD_FOR_ANSWERS))
    else:
        event.listen(engine.sync_engine, "connect", _on_postgresql_connect)
        keep_order(engine.sync_engine)
    house_rules(engine.sync_engine)
    return engine


def _make_inbox(connection: Connection) -> None:
    table_of(Inbox).create(connection, checkfirst=True)


def _with_news(connection: Connection, write: Callable[[Connection], R]) -> tuple[R, bool]:
    with sending_ahead(connection):
        result = write(connection)
    news = bool(connection.info.pop(NEWS, False))
    if news and connection.dialect.name == "postgresql":
        connection.execute(_CALL)
    return result, news


async def _gather_news(session: AsyncSession) -> None:
    """What plain Core has left for the outbox in a session's transaction, it says of the connection alone."""
    if session.in_transaction() and (await session.connection()).info.pop(NEWS, False):
        session.info[NEWS] = True


def _each_by_itself(connection: Connection, write: Callable[[Connection], R]) -> R:
    result = write(connection)
    # Each statement was committed by the server; this only tells SQLAlchemy, and goes no way.
    connection.commit()
    return result


async def _given_up(session: AsyncSession, connection: AsyncConnection) -> None:
    try:
        await session.close()
    finally:
        await connection.close()


class Database:
    """Every transaction of a running Kith begins here.

    With `answer_within`, a transaction on PostgreSQL that takes longer, in seconds, is given up and raises
    `TimeoutError`; whether it was committed nobody can say then. SQLite has no server that could hang.
    """

    def __init__(self, url: str, *, answer_within: float | None = None) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._within = None if self.is_sqlite else answer_within
        self._async = async_engine(url)
        # The facts of a batch are a dozen statements; through the asynchronous driver each costs twenty times as much
        # as in a synchronous thread, so SQLite gets a thread of its own for them.
        self._sync = sync_engine(url) if self.is_sqlite else None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="facts") if self.is_sqlite else None
        # A writer of SQLite's keeps all others out, so what is put aside meanwhile goes to a file of its own.
        self._aside = sync_engine(f"sqlite:///{_beside(url)}") if self.is_sqlite else None
        if self._aside is not None:
            event.listen(self._aside, "connect", _holding(HELD_OF_THE_INBOX))
        self._aside_thread = ThreadPoolExecutor(1, thread_name_prefix="aside") if self.is_sqlite else None
        self._is_aside_made = False
        self._writers = Turns()
        self._writer: AsyncConnection | None = None
        self._committing = self._async.execution_options(isolation_level="AUTOCOMMIT")
        self._kept: list[AsyncConnection] = []
        self._listeners: list[Callable[[], None]] = []

    def on_news(self, call: Callable[[], None]) -> None:
        """Have `call` called after each commit of a transaction that has set `NEWS`."""
        self._listeners.append(call)

    def _committed(self, *, news: bool) -> None:
        if news:
            for call in self._listeners:
                call()

    async def tell(
        self,
        write: Callable[[Connection], R],
        *,
        within: float | None = None,
        patience: float = 0.0,
        goes_on: bool = False,
    ) -> R:
        """What the synchronous `write` returns, run in one writing transaction; rolled back if it raises.

        `within` is how many seconds it may take where that is more than a moment. On SQLite, where one writes at a
        time, others may go first for up to `patience` seconds; and where the work `goes_on` in another transaction,
        others who have time wait for that one too.
        """
        if self._sync is None:
            async with self._in_time(self._within and (within or self._within)), self._async.begin() as connection:
                result, news = await connection.run_sync(_with_news, write)
        else:
            async with self._writers.turn(patience=patience, goes_on=goes_on):
                result, news = await self._in_thread(self._thread, self._sync, write)
        self._committed(news=news)
        return result

    async def put_aside(self, write: Callable[[Connection], R]) -> R:
        """The same for the inbox alone, which waits for no other transaction, nor has any wait.

        On PostgreSQL each statement is committed by itself, so `write` may change something by one of them only.
        """
        if self._aside is None:
            async with self._in_time(self._within), self._by_itself() as connection:
                return await connection.run_sync(_each_by_itself, write)
        if not self._is_aside_made:
            await self._in_thread(self._aside_thread, self._aside, _make_inbox)
            self._is_aside_made = True
        return (await self._in_thread(self._aside_thread, self._aside, write))[0]

    async def is_aside(self) -> bool:
        """Whether there can be anything in the inbox."""
        return self._aside is None or await asyncio.to_thread(_beside(self.url).exists)

    async def _in_thread(
        self, thread: ThreadPoolExecutor | None, engine: Engine, write: Callable[[Connection], R]
    ) -> tuple[R, bool]:
        def transaction() -> tuple[R, bool]:
            with engine.begin() as connection:
                return _with_news(connection, write)

        running = asyncio.get_running_loop().run_in_executor(thread, transaction)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # A thread cannot be cancelled: however often we are, the writers' lock is ours until it is done.
            while not running.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([running])
            if not running.cancelled() and running.exception() is None:
                self._committed(news=running.result()[1])
            raise

    @contextlib.asynccontextmanager
    async def _in_time(self, seconds: float | None) -> AsyncIterator[None]:
        """Give the block up after so long: its connection is closed, and with it all others that may hang as well."""
        deadline = Deadline(seconds)
        try:
            async with deadline:
                yield
        except TimeoutError:
            if deadline.has_passed:
                # Not closed one by one, which each would take its time: nobody holds them, so they are collected.
                await self._async.dispose(close=False)
            raise

    @contextlib.asynccontextmanager
    async def writing(self, *, within: float | None = None, patience: float = 0.0) -> AsyncIterator[AsyncSession]:
        """A session in one writing transaction: committed at the end, rolled back if the block raises.

        `within` is how many seconds it may take where that is more than a moment; `patience` as in `tell`.
        """
        if self.is_sqlite:
            async with self._writers.turn(patience=patience), self._alone() as session:
                yield session
        else:
            async with self._in_time(self._within and (within or self._within)), self._pooled() as session:
                yield session
        self._committed(news=bool(session.info.get(NEWS)))

    @contextlib.asynccontextmanager
    async def _by_itself(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose every statement is a transaction; one is kept.

        To fetch one, begin and commit would be six more trips to the server, each time that something is put aside.
        """
        connection = self._kept.pop() if self._kept else await self._committing.connect()
        try:
            yield connection
        except BaseException:
            await asyncio.shield(asyncio.ensure_future(connection.close()))
            raise
        if self._kept:
            await connection.close()
        else:
            self._kept.append(connection)

    @contextlib.asynccontextmanager
    async def _pooled(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._async, expire_on_commit=False) as session, session.begin():
            yield session
            await _gather_news(session)
            if session.info.get(NEWS):
                await session.execute(_CALL)

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncSession]:
        """A session on the one connection that writes to SQLite, which is kept: to fetch one costs two statements."""
        connection, self._writer = self._writer or await self._async.connect(), None
        session = AsyncSession(connection, expire_on_commit=False)
        try:
            yield session
            await _gather_news(session)
            await session.commit()
        except Refused:
            # Who is refused something is no reason to open the database anew, and people are refused all the time.
            await asyncio.shield(asyncio.ensure_future(session.close()))
            self._writer = connection
            raise
        except BaseException:
            await asyncio.shield(asyncio.ensure_future(_given_up(session, connection)))
            raise
        # Nothing waits for the database any more, so there is nothing to be waited for.
        session.sync_session.close()
        self._writer = connection

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads; it never waits for a writer."""
        async with self._in_time(self._within), self._async.connect() as connection:
            quiet: AsyncConnection = await connection.execution_options(reading=True)
            async with AsyncSession(quiet, expire_on_commit=False) as session:
                yield session

    async def close(self) -> None:
        """Give all connections back."""
        try:
            async with asyncio.timeout(None if self.is_sqlite else GOODBYE_SECONDS):
                await self._say_goodbye()
        except TimeoutError:
            await self._async.dispose(close=False)
        for engine in (self._sync, self._aside):
            if engine is not None:
                engine.dispose()
        for thread in (self._thread, self._aside_thread):
            if thread is not None:
                thread.shutdown(wait=True)

    async def _say_goodbye(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        for connection in self._kept:
            await connection.close()
        await self._async.dispose()
