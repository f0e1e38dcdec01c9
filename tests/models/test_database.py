"""Transactions: all or nothing, one writer after the other, and readers who wait for nobody."""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Insert, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from models.bulk import upsert
from models.database import NEWS, Database
from models.ids import IdMaker, new_id
from models.schema import EPOCH, Utc
from models.updates import ReceivedUpdates

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
COLUMNS = ("bot_id", "update_id", "part", "received_at")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database, once of each kind."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """An open SQLite database."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


def add(number: int, *, at: datetime = NOW) -> Callable[[Connection], None]:
    """Writes a row down."""
    return lambda connection: void(upsert(connection, ReceivedUpdates, COLUMNS, [(7, number, 0, at)]))


def row(number: int, *, at: datetime = NOW) -> Insert:
    """The statement that writes a row down."""
    return insert(ReceivedUpdates).values(bot_id=7, update_id=number, part=0, received_at=at)


def void(_value: object) -> None:
    return None


async def written(database: Database) -> list[int]:
    async with database.reading() as session:
        return list(
            (await session.execute(select(ReceivedUpdates.update_id).order_by(ReceivedUpdates.update_id))).scalars()
        )


async def begins_with_a_savepoint(session: AsyncSession) -> None:
    async with session.begin_nested():
        await session.execute(row(1))
    raise KeyError("regretted")


async def test_a_transaction_that_begins_with_a_savepoint_and_is_rolled_back_leaves_nothing(
    database: Database,
) -> None:
    with pytest.raises(KeyError):
        async with database.writing() as session:
            await begins_with_a_savepoint(session)
    assert await written(database) == []


async def test_a_tell_that_begins_with_a_savepoint_and_is_rolled_back_leaves_nothing(database: Database) -> None:
    def regrets(connection: Connection) -> None:
        with connection.begin_nested():
            add(1)(connection)
        raise KeyError("regretted")

    with pytest.raises(KeyError):
        await database.tell(regrets)
    assert await written(database) == []


async def test_what_a_savepoint_gives_up_is_gone_and_the_rest_stays(database: Database) -> None:
    def half(connection: Connection) -> None:
        add(1)(connection)
        with contextlib.suppress(KeyError), connection.begin_nested():
            add(2)(connection)
            raise KeyError("regretted")

    await database.tell(half)
    assert await written(database) == [1]


async def test_a_function_that_raises_leaves_nothing_and_calls_nobody(database: Database) -> None:
    called: list[str] = []
    database.on_news(lambda: called.append("committed"))

    def raises(connection: Connection) -> None:
        add(1)(connection)
        connection.info[NEWS] = True
        raise KeyError("too late")

    with pytest.raises(KeyError):
        await database.tell(raises)
    assert (await written(database), called) == ([], [])
    async with database.writing() as session:
        await session.execute(row(3))
    assert (await written(database), called) == ([3], [])


async def test_a_commit_that_leaves_news_is_told_and_another_is_not(database: Database) -> None:
    called: list[str] = []
    database.on_news(lambda: called.append("committed"))

    def leaves_news(connection: Connection) -> None:
        add(1)(connection)
        connection.info[NEWS] = True

    await database.tell(leaves_news)
    assert called == ["committed"]
    await database.tell(add(2))
    assert called == ["committed"]
    async with database.writing() as session:
        await session.execute(row(3))
        session.info[NEWS] = True
    async with database.writing() as session:
        await session.execute(row(4))
    assert called == ["committed", "committed"]


@contextlib.contextmanager
def somebody_else_writes(url: str, seconds: float) -> Iterator[threading.Thread]:
    """Another connection holds SQLite's only place for a writer for as long as the thread lives."""
    ready = threading.Event()

    def hold() -> None:
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ready.set()
            time.sleep(seconds)
            other.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait()
    yield thread
    thread.join()


async def test_a_writer_waits_for_another_process_instead_of_failing(sqlite: Database) -> None:
    async def by_session() -> None:
        async with sqlite.writing() as session:
            # Reads first and writes later: what fails at once without BEGIN IMMEDIATE.
            await session.execute(select(ReceivedUpdates.update_id))
            await session.execute(row(2))

    with somebody_else_writes(sqlite.url, 1.0) as other:
        assert await written(sqlite) == []
        assert other.is_alive(), "a reader waited"
        await asyncio.gather(sqlite.tell(add(1)), by_session())
        other.join(timeout=0.5)
        assert not other.is_alive(), "a writer did not wait"
    assert await written(sqlite) == [1, 2]


async def test_reading_does_not_wait_for_a_writer_and_sees_what_was_committed(database: Database) -> None:
    await database.tell(add(1))
    async with database.writing() as session:
        await session.execute(row(2))
        assert await asyncio.wait_for(written(database), 20) == [1]
    assert await written(database) == [1, 2]


@pytest.mark.parametrize("times", [1, 2])
async def test_cancelling_a_tell_does_not_let_a_second_writer_in_early(sqlite: Database, times: int) -> None:
    steps: list[str] = []
    sqlite.on_news(lambda: steps.append("committed"))
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        inside.set()
        add(1)(connection)
        connection.info[NEWS] = True
        go_on.wait(60)
        steps.append("first is done")

    async def second() -> None:
        async with sqlite.writing():
            steps.append("second is in")

    telling = asyncio.create_task(sqlite.tell(slow))
    await asyncio.to_thread(inside.wait)
    waiting = asyncio.create_task(second())
    for _ in range(times):
        telling.cancel()
        await asyncio.sleep(0.05)
        assert steps == []
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await telling
    await waiting
    del steps[3:]
    assert steps == ["first is done", "committed", "second is in"]
    assert await written(sqlite) == [1]


async def test_a_cancelled_session_leaves_nothing_and_its_place_to_the_next(database: Database) -> None:
    async def never_ends() -> None:
        async with database.writing() as session:
            await session.execute(row(1))
            await asyncio.sleep(60)

    task = asyncio.create_task(never_ends())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(database.tell(add(2)), 20)
    assert await written(database) == [2]


async def test_many_writers_at_once_all_get_their_turn(database: Database) -> None:
    async def by_session(number: int) -> None:
        async with database.writing() as session:
            await session.execute(select(ReceivedUpdates.update_id))
            await session.execute(row(number))

    work: list[Awaitable[None]] = [by_session(n) if n % 2 else database.tell(add(n)) for n in range(1, 21)]
    await asyncio.gather(*work)
    assert await written(database) == list(range(1, 21))


async def test_sqlites_writing_connection_is_kept_and_a_fresh_one_follows_what_went_wrong(sqlite: Database) -> None:
    async def by(session: AsyncSession) -> Connection:
        return (await session.connection()).sync_connection  # type: ignore[return-value]

    used = []

    async def write(*numbers: int) -> None:
        async with sqlite.writing() as session:
            used.append(await by(session))
            for number in numbers:
                await session.execute(row(number))

    await write(1)
    await write(2)
    with pytest.raises(StatementError):
        await write(3, 1)
    await write(4)
    first, second, third, fresh = used
    assert first is second is third is not fresh
    assert third.closed
    assert await written(sqlite) == [1, 2, 4]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 16, 9, 0, 0, 123_456, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1901, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 16, 9, 0, tzinfo=timezone(timedelta(hours=14))),
    ],
)
async def test_a_moment_comes_back_as_it_was_and_in_utc(database: Database, moment: datetime) -> None:
    await database.tell(add(1, at=moment))
    async with database.writing() as session:
        await session.execute(row(2, at=moment))
    async with database.reading() as session:
        found = list((await session.execute(select(ReceivedUpdates.received_at))).scalars())
    assert found == [moment, moment]
    assert all(one.tzinfo is UTC for one in found)


async def test_moments_sort_by_time(database: Database) -> None:
    moments = [EPOCH + timedelta(microseconds=number) for number in (-1_500_000, -1, 0, 1, 10, 1_000_001)]
    for number, moment in enumerate(moments):
        await database.tell(add(number, at=moment))
    async with database.reading() as session:
        found = (
            await session.execute(select(ReceivedUpdates.update_id).order_by(ReceivedUpdates.received_at))
        ).scalars()
        assert list(found) == list(range(len(moments)))


async def test_a_moment_without_its_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises((StatementError, ValueError), match="without a zone"):
        await database.tell(add(1, at=naive))
    with pytest.raises(StatementError, match="without a zone"):
        async with database.writing() as session:
            await session.execute(row(1, at=naive))
    assert await written(database) == []


@given(st.datetimes(datetime(1800, 1, 1), datetime(9000, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_every_moment_has_its_microsecond_on_sqlite(moment: datetime) -> None:
    from sqlalchemy.dialects.sqlite.base import SQLiteDialect

    dialect = SQLiteDialect()
    stored = Utc().process_bind_param(moment, dialect)
    assert isinstance(stored, int)
    assert Utc().process_result_value(stored, dialect) == moment.astimezone(UTC)


def test_ids_are_unique_and_rise_over_threads() -> None:
    maker = IdMaker()
    made: list[list[int]] = [[] for _ in range(8)]

    def make(own: list[int]) -> None:
        own.extend(maker.next() for _ in range(5_000))

    threads = [threading.Thread(target=make, args=(own,)) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [number for own in made for number in own]
    assert len(set(every)) == len(every) == 40_000
    assert all(own == sorted(own) for own in made)
    assert all(0 < number < 2**63 for number in every)


def test_ids_sort_by_the_time_they_were_made() -> None:
    first = new_id()
    time.sleep(0.005)
    assert IdMaker().next() > first


async def test_what_plain_core_leaves_in_a_session_is_told_at_its_commit(database: Database) -> None:
    called: list[str] = []
    database.on_news(lambda: called.append("committed"))

    def leaves_news(connection: Connection) -> None:
        connection.info[NEWS] = True

    async def gives_up() -> None:
        async with database.writing() as session:
            await (await session.connection()).run_sync(leaves_news)
            raise KeyError("too late")

    with pytest.raises(KeyError):
        await gives_up()
    async with database.writing() as session:
        await session.execute(row(1))
    assert called == []
    async with database.writing() as session:
        await (await session.connection()).run_sync(leaves_news)
    assert called == ["committed"]
