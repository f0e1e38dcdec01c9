"""SQLite without a thread for every step: nothing is lost that aiosqlite gave."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.sqlite_driver import FIRST_ROWS, LOCKED_WAIT_SECONDS, Connection, connect


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of one table."""
    plain = sqlite3.connect(tmp_path / "x.db")
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    plain.close()
    return tmp_path / "x.db"


@pytest.fixture
async def mine(path: Path) -> AsyncIterator[Connection]:
    opened = await connect(str(path), timeout=8.0, isolation_level=None)
    yield opened
    await opened.close()


async def run(connection: Connection, *statements: str) -> list[object]:
    cursor = connection.cursor()
    for statement in statements:
        await cursor.execute(statement)
    return await cursor.fetchall()


async def test_a_lock_of_another_process_is_waited_for_without_stopping_the_loop(mine: Connection, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(run(mine, "BEGIN IMMEDIATE", "INSERT INTO numbers VALUES (1)"))
    for _ in range(5):
        await asyncio.sleep(LOCKED_WAIT_SECONDS)
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting
    await mine.commit()
    assert other.execute("SELECT n FROM numbers").fetchall() == [(1,)]
    other.close()


async def test_a_lock_that_stays_is_told_after_the_time_that_was_set(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    hasty = await connect(str(path), timeout=0.1, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await run(hasty, "BEGIN IMMEDIATE")
    other.close()
    await hasty.close()


async def test_a_snapshot_that_has_aged_fails_at_once(mine: Connection, path: Path) -> None:
    await run(mine, "BEGIN", "SELECT n FROM numbers")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("INSERT INTO numbers VALUES (1)")
    begun = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await run(mine, "INSERT INTO numbers VALUES (2)")
    assert time.monotonic() - begun < 6, "waiting cannot help"
    await mine.rollback()
    other.close()


async def test_a_long_look_leaves_the_loop_free(mine: Connection) -> None:
    held, let_go = threading.Event(), threading.Event()

    def slow() -> int:
        held.set()
        let_go.wait(5)
        return 7

    mine.plain.create_function("slow", 0, slow)
    looking = asyncio.create_task(run(mine, "BEGIN", "SELECT slow()"))
    assert await asyncio.to_thread(held.wait, 5)
    let_go.set()
    assert await looking == [(7,)]
    await mine.commit()


async def test_who_is_cancelled_in_a_look_leaves_a_connection_that_can_be_used_again(mine: Connection) -> None:
    held, let_go = threading.Event(), threading.Event()

    def slow() -> int:
        held.set()
        let_go.wait(5)
        return 7

    mine.plain.create_function("slow", 0, slow)
    looking = asyncio.create_task(run(mine, "BEGIN", "SELECT slow()"))
    assert await asyncio.to_thread(held.wait, 5)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    undoing = asyncio.create_task(mine.rollback())
    await asyncio.sleep(0)
    assert not undoing.done(), "a thread is still at work on this connection"
    let_go.set()
    await undoing
    assert await run(mine, "BEGIN IMMEDIATE", "INSERT INTO numbers VALUES (1)", "SELECT n FROM numbers") == [(1,)]
    await mine.commit()


async def test_a_rollback_leaves_nothing_and_a_savepoint_what_came_before(mine: Connection) -> None:
    await run(mine, "BEGIN IMMEDIATE", "INSERT INTO numbers VALUES (1)")
    await mine.rollback()
    await run(mine, "BEGIN IMMEDIATE", "INSERT INTO numbers VALUES (2)", "SAVEPOINT s")
    await run(mine, "INSERT INTO numbers VALUES (3)", "ROLLBACK TO s", "RELEASE s")
    await mine.commit()
    assert await run(mine, "SELECT n FROM numbers") == [(2,)]


@pytest.mark.parametrize("count", [0, 1, FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 1, 3 * FIRST_ROWS])
async def test_many_rows_come_whole_or_bit_by_bit(mine: Connection, count: int) -> None:
    cursor = mine.cursor()
    await cursor.execute("BEGIN IMMEDIATE")
    await cursor.executemany("INSERT INTO numbers VALUES (?)", [(number,) for number in range(count)])
    await mine.commit()
    expected = [(number,) for number in range(count)]
    assert await run(mine, "BEGIN", "SELECT n FROM numbers ORDER BY n") == expected
    await cursor.execute("SELECT n FROM numbers ORDER BY n")
    assert [row async for row in cursor] == expected
    await cursor.execute("SELECT n FROM numbers ORDER BY n")
    bits: list[object] = []
    while some := await cursor.fetchmany(7):
        bits += some
    assert bits == expected
    await mine.commit()
