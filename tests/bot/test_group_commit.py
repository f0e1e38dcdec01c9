"""What several have to write at once: together where one writes at a time, and each with its own fate."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.group_commit import MOST_TOGETHER, GroupCommit
from models.database import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with a table of numbers."""
    opened = Database(database_url)
    await opened.tell(lambda connection: connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")))
    yield opened
    await opened.tell(lambda connection: connection.execute(text("DROP TABLE numbers")))
    await opened.close()


async def _numbers(database: Database) -> set[int]:
    async with database.reading() as session:
        return set((await session.execute(text("SELECT n FROM numbers"))).scalars())


def _noting(number: int, sessions: list[AsyncSession]):  # type: ignore[no-untyped-def]
    async def note(session: AsyncSession) -> None:
        sessions.append(session)
        await session.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})

    return note


async def test_what_comes_while_the_turn_is_waited_for_is_written_together(database: Database) -> None:
    commits, sessions = GroupCommit(database), list[AsyncSession]()
    count = MOST_TOGETHER + 5
    async with database.writing():
        writing = [asyncio.create_task(commits.write(_noting(n, sessions))) for n in range(count)]
        # On PostgreSQL nobody waits for anybody, however long a busy machine takes for the first.
        await asyncio.wait(writing, timeout=0.3 if database.is_sqlite else 60.0, return_when=asyncio.FIRST_COMPLETED)
        assert any(task.done() for task in writing) is not database.is_sqlite
    await asyncio.gather(*writing)
    assert await _numbers(database) == set(range(count))
    assert len({id(session) for session in sessions}) == (2 if database.is_sqlite else count)


async def test_one_that_fails_keeps_nobody_else_from_being_written(database: Database) -> None:
    commits, sessions = GroupCommit(database), list[AsyncSession]()

    async def half(session: AsyncSession) -> None:
        await session.execute(text("INSERT INTO numbers VALUES (77)"))
        raise LookupError("no such thing")

    works = [_noting(0, sessions), half, _noting(1, sessions), _noting(1, sessions)]
    results = await asyncio.gather(*[commits.write(work) for work in works], return_exceptions=True)
    kinds = [type(result).__name__ for result in results]
    # Which of two that write the same is first, only SQLite's turns decide.
    assert [*kinds[:2], *sorted(kinds[2:])] == ["NoneType", "LookupError", "IntegrityError", "NoneType"]
    assert await _numbers(database) == {0, 1}
    await commits.write(_noting(2, sessions))
    assert await _numbers(database) == {0, 1, 2}


async def test_who_is_given_up_keeps_nobody_else_from_being_written(database: Database) -> None:
    commits, sessions = GroupCommit(database), list[AsyncSession]()
    async with database.writing():
        first, second = (asyncio.create_task(commits.write(_noting(n, sessions))) for n in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first], timeout=1)
    await second
    assert 1 in await _numbers(database)


async def test_trouble_of_the_database_is_told_to_each(database: Database) -> None:
    commits, sessions = GroupCommit(database), list[AsyncSession]()
    await database.tell(lambda connection: connection.execute(text("ALTER TABLE numbers RENAME TO others")))
    results = await asyncio.gather(*[commits.write(_noting(n, sessions)) for n in range(3)], return_exceptions=True)
    assert all(isinstance(result, Exception) for result in results)
    await database.tell(lambda connection: connection.execute(text("ALTER TABLE others RENAME TO numbers")))
    await commits.write(_noting(3, sessions))
    assert await _numbers(database) == {3}
