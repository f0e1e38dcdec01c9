"""What is sent ahead is done in order, and what has failed of it is heard before the commit."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import IntegrityError

from models import ahead
from models.ahead import MOST_WAITING
from models.bulk import look_up, table_of, upsert
from models.database import Database
from models.people import People
from models.polls import Polls
from tests.models.telling import MONDAY

COLUMNS = ("poll_id", "community_id", "chat_id", "message_id", "seen_at")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Each kind of database, with no polls yet."""
    database = Database(database_url, answer_within=20)
    await database.tell(lambda connection: connection.execute(table_of(Polls).delete()))
    yield database
    await database.close()


def put(connection: Connection, *poll_ids: str, message_id: int | None = 1) -> None:
    """Put polls there, which must be new."""
    upsert(connection, Polls, COLUMNS, [(each, 1, 2, message_id, MONDAY) for each in poll_ids], once_by=("poll_id",))


def count(connection: Connection) -> int:
    """How many there are."""
    return connection.execute(select(func.count()).select_from(table_of(Polls))).scalar_one()


async def test_whatever_follows_knows_what_went_before(database: Database) -> None:
    def write(connection: Connection) -> tuple[int, int]:
        put(connection, "a")
        put(connection, "b")
        looked_up = look_up(connection, Polls, [("a",), ("b",)], by=("poll_id",), columns=("chat_id",))
        put(connection, "c")
        return len(looked_up), count(connection)

    assert await database.tell(write) == (2, 3)
    assert await database.tell(count) == 3


@pytest.mark.parametrize("then", ["end", "look up", "pass", "count", "put", "many", "fail"])
async def test_what_failed_is_what_is_told_and_nothing_stays(database: Database, then: str) -> None:
    def write(connection: Connection) -> None:
        put(connection, "a")
        put(connection, "b", message_id=None)
        if then == "look up":
            look_up(connection, Polls, [("a",)], by=("poll_id",), columns=("chat_id",))
        elif then == "pass":
            look_up(connection, People, [(1,)], by=("user_id",), columns=("first_name",))
        elif then == "many":
            for number in range(3 * MOST_WAITING):
                put(connection, f"further {number}")
        elif then == "count":
            count(connection)
        elif then == "put":
            put(connection, "c")
        elif then == "fail":
            raise LookupError("of our own")

    # SQLite tells at once, before anything else can fail.
    with pytest.raises((IntegrityError, LookupError) if then == "fail" else IntegrityError):
        await database.tell(write)
    assert await database.tell(count) == 0


async def test_who_looks_elsewhere_passes_what_waits_and_all_of_it_is_done(database: Database) -> None:
    def write(connection: Connection) -> int:
        put(connection, "slow")
        if not database.is_sqlite:
            # Whatever is under way is waited for, and nothing else.
            ahead.send(connection, "elsewhere", "SELECT pg_sleep($1::float8)", (0.05,))
        for number in range(3 * MOST_WAITING):
            put(connection, f"{number}")
            assert look_up(connection, People, [(-number,)], by=("user_id",), columns=("first_name",)) == []
        found = look_up(connection, Polls, [("slow",), ("7",)], by=("poll_id",), columns=("chat_id",))
        assert len(found) == 2, "who looks where something is written waits for it"
        return count(connection)

    assert await database.tell(write) == 1 + 3 * MOST_WAITING
    assert await database.tell(count) == 1 + 3 * MOST_WAITING


# SQLite's thread is not stopped.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_is_stopped_in_the_middle_leaves_nothing_and_harms_nobody(database: Database) -> None:
    begun = asyncio.Event()

    def write(connection: Connection) -> None:
        put(connection, "a")
        begun.set()
        connection.execute(text("SELECT pg_sleep(30)"))

    telling = asyncio.ensure_future(database.tell(write))
    await begun.wait()
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
    assert await database.tell(count) == 0
