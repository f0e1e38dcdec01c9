"""What is confirmed before it is counted is counted all the same, whatever happens in between."""

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import backlog
from handlers.listening import Reading, facts_of
from models import failures, inbox
from models.database import Database
from models.failures import Failures
from models.ids import new_id
from models.inbox import packed
from models.updates import ReceivedUpdates
from simulator.chats import Chat
from tests.bot.crews import until
from tests.bot.test_killed import Town, Way, make_url, town_at
from tests.bot.test_road import forbid_in_the_database, village, written
from tests.living import Living
from tests.reckoning import PLAIN, Reckoning, held
from tests.traffic import Raw, Traffic

__all__ = ["make_url"]

Live = Callable[..., Awaitable[Living]]
WAYS = (Way("sqlite", "polling"), Way("postgresql", "polling"))


def crowd(groups: list[Chat]) -> Traffic:
    """Much that only tells something."""
    return Traffic(groups, date=int(time.time()) - 3600, seed=7)


@asynccontextmanager
async def nobody_counts(url: str) -> AsyncIterator[None]:
    """Meanwhile no transaction of the facts comes through, though the database answers."""
    if url.startswith("sqlite"):
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(holder.execute, "BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")
        holder.close()
        return
    database = Database(url)
    async with database.writing() as session:
        await session.execute(text("LOCK TABLE received_updates IN ACCESS EXCLUSIVE MODE"))
        yield
    await database.close()


async def allow_in_the_database(town: Living) -> None:
    """Take back what `forbid_in_the_database` has done."""
    is_sqlite = town.kith.database.is_sqlite
    async with town.kith.database.writing() as session:
        await session.execute(text("DROP TRIGGER no" if is_sqlite else "ALTER TABLE messages DROP CONSTRAINT no"))


async def lying_aside(url: str) -> int:
    """How many batches lie in the inbox."""
    database = Database(url)
    try:
        if not await database.is_aside():
            return 0
        count = text("SELECT count(*) FROM inbox")
        return await database.put_aside(lambda connection: int(connection.execute(count).scalar_one()))
    finally:
        await database.close()


async def test_a_flood_is_counted_once_with_poison_and_questions_in_the_middle(live: Live, database_url: str) -> None:
    town = await live(database_url, settings=PLAIN)
    group, lin = await village(town)
    await forbid_in_the_database(town, message_id=10_042)
    traffic, sent = crowd([group]), list[Raw]()

    def flood(count: int) -> None:
        raws = [traffic.update() for _ in range(count)]
        sent.extend({"update_id": number, **raw} for number, raw in zip(town.bot.push_many(raws), raws, strict=True))

    flood(1500)
    (culprit,) = town.bot.push_many([written(group, lin, 42)])
    town.bot.push_many([{"message": {"chat": None}}])
    flood(700)
    asked = lin.writes(group, "/me")
    sent.append({"update_id": -1, "message": asked.raw})
    flood(2500)
    await town.settle(60)
    expected = Reckoning()
    expected.take_all(sent)
    found = await held(town.kith.database)
    assert found.done() == expected.done()
    assert found.entries == +expected.entries
    filed = await town.rows("SELECT update_id FROM failures ORDER BY update_id")
    assert filed == [(culprit,), (culprit + 1,)]
    assert await lying_aside(database_url) == 0


async def test_who_asks_hears_what_knows_all_that_went_before(live: Live, database_url: str) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    lin.starts(town.bot)
    await town.settle()
    many = backlog.ON_POSTGRESQL.together + backlog.ON_POSTGRESQL.waiting + 50
    town.bot.push_many([written(group, lin, number) for number in range(many)])
    lin.writes(lin.private(town.bot), "/me")
    await town.settle(60)
    messages = (await town.activity(group))[lin.id]["messages"]
    assert messages == many
    (answer,) = [said for said in town.told(lin) if "10" in said and "points" in said]
    assert "10 points" in answer, "the day's cap of messages was reached by all that went before"


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_what_was_confirmed_and_not_counted_is_counted_at_the_next_start(
    way: Way, make_url: Callable[[Way], Awaitable[str]], tmp_path: Path
) -> None:
    url = await make_url(way)
    async with town_at(way, url, tmp_path, seed=5) as town:
        ready = await _counted(url)
        async with nobody_counts(url):
            _flood(town, backlog.ON_POSTGRESQL.waiting + 800)
            await until(lambda: town.taken_in >= backlog.ON_SQLITE.waiting, seconds=60)
            assert await lying_aside(url) >= backlog.ON_SQLITE.waiting // 100
            (port,) = town.crew.ports
            await town.crew.kill(port)
        assert await _counted(url) == ready, "all of this waits in the inbox"
        await town.crew.spawn(port)
        await until(lambda: town.crew.bot.pending == 0, seconds=90)
        await until(lambda: _is_clear(url), seconds=60)
        await town.is_counted_once()
        assert "Traceback" not in town.crew.logs()


async def test_what_cannot_be_counted_or_read_after_a_crash_is_filed_and_the_rest_counts(
    live: Live, database_url: str
) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    await forbid_in_the_database(town, message_id=10_042)
    reading = Reading(town.kith.clock.now(), b"key")
    raws = [{"update_id": 70_000_000 + number, **written(group, lin, number)} for number in range(60)]
    texts = [packed([fact for raw in raws[at : at + 30] for fact in facts_of(raw, reading)]) for at in (0, 30)]
    bot_id = town.kith.me.bot_id
    for facts in (texts[0], '[["Sung",1]]', texts[1]):
        put = partial(inbox.put, facts=facts, bot_id=bot_id, batch_id=new_id(), counted=None)
        await town.kith.database.put_aside(put)
    await town.kith.road.recover()
    assert await lying_aside(database_url) == 0
    assert (await town.activity(group))[lin.id]["messages"] == 59
    filed = {failure.update_id: failure for failure in await town.all(Failures)}
    assert filed.keys() == {70_000_042, None}
    assert "x" in filed[None].payload
    assert "Sung" not in filed[None].payload, "what cannot be read may hold anything"
    async with town.kith.database.writing() as session:
        await failures.ask_again(session, failure_ids=[failure.failure_id for failure in filed.values()])
    assert await town.kith.road.retry_wanted() == 2
    again = {failure.update_id: failure for failure in await town.all(Failures)}
    assert {number: failure.attempts for number, failure in again.items()} == {70_000_042: 2, None: 2}
    await allow_in_the_database(town)
    async with town.kith.database.writing() as session:
        await failures.ask_again(session, failure_ids=[again[70_000_042].failure_id])
    await town.kith.road.retry_wanted()
    assert (await town.activity(group))[lin.id]["messages"] == 60, "its facts are enough to try it again"
    assert [failure.update_id for failure in await town.all(Failures)] == [None]


async def test_who_is_named_in_a_failure_without_its_raw_form_can_be_forgotten(live: Live, database_url: str) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    await forbid_in_the_database(town, message_id=10_000)
    reading = Reading(town.kith.clock.now(), b"key")
    wei = {"id": 4711, "is_bot": False, "first_name": "Wei"}
    answered = {"message_id": 5, "date": 1, "chat": group.json, "from": wei}
    raw = {"update_id": 70_000_000, **written(group, lin, 0, reply_to_message=answered)}
    put = partial(
        inbox.put, facts=packed(facts_of(raw, reading)), bot_id=town.kith.me.bot_id, batch_id=new_id(), counted=None
    )
    await town.kith.database.put_aside(put)
    await town.kith.road.recover()
    for user_id in (lin.id, 4711):
        found = await town.kith.database.tell(partial(failures.naming, user_id=user_id))
        assert len(found) == 1
        elsewhere = await town.kith.database.tell(partial(failures.naming, user_id=user_id, elsewhere=[group.id]))
        assert not elsewhere, "it is known to have happened in this group"


async def test_an_orderly_stop_leaves_nothing_aside(make_url: Callable[[Way], Awaitable[str]], tmp_path: Path) -> None:
    url = await make_url(WAYS[0])
    async with town_at(WAYS[0], url, tmp_path, seed=6) as town:
        _flood(town, 5000)
        await until(lambda: town.taken_in > 2000, seconds=60)
        (process,) = town.crew.alive.values()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert await lying_aside(url) == 0
        taken = len(town.sent) - town.crew.bot.pending
        town.sent[:] = sorted(town.sent, key=lambda one: one["update_id"])[:taken]
        await town.is_counted_once()


def _flood(town: Town, count: int) -> None:
    raws = [town.traffic.update() for _ in range(count)]
    ids = town.crew.bot.push_many(raws)
    town.sent.extend({"update_id": number, **raw} for number, raw in zip(ids, raws, strict=True))


async def _counted(url: str) -> int:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as opened:
            return int(opened.execute("SELECT count(*) FROM received_updates").fetchone()[0])
    database = Database(url)
    try:
        async with database.reading() as session:
            return int(
                (await session.execute(text(f"SELECT count(*) FROM {ReceivedUpdates.__tablename__}"))).scalar_one()
            )
    finally:
        await database.close()


async def _is_clear(url: str) -> bool:
    return await lying_aside(url) == 0
