"""The outbox: every row comes to an end that fits its kind, and only those in doubt may be double or missing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import insert, select, text, update

from bot import pacing
from models import outbox
from models.merging import merge_communities
from models.outbox import Outbox, RowState
from models.reach import OptOuts
from scheduler.upkeep import clear_away
from simulator.people import Person
from tests.bot.offices import Feature, Nudge, Office, Receipt, Silent, events_of_the_tests, office
from tests.living import START

COMMUNITY = 7
ALL: tuple[Any, ...] = (Receipt, Nudge, Feature)


@pytest.fixture(autouse=True)
def _events(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)
    with events_of_the_tests():
        yield


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[Office]:
    async with office(sqlite_url) as place:
        yield place


def reader(place: Office, name: str = "Lin") -> Person:
    """Somebody who has started the bot."""
    person = place.world.person(name, language_code="en")
    person.starts(place.account)
    return person


async def test_what_is_sent_is_told_to_its_feature_once_with_telegrams_answer(database_url: str) -> None:
    async with office(database_url) as here:
        lin = reader(here)
        await here.put(Receipt(COMMUNITY, lin.id, "one"), Receipt(COMMUNITY, lin.id, "two"))
        await here.become({"one": "sent", "two": "sent"})
        assert here.texts() == ["one", "two"]
        assert [(news.text, result.text) for news, result in here.arrived if isinstance(news, Receipt)] == [
            ("one", "one"),
            ("two", "two"),
        ]
        (noted,) = {
            tuple(row)
            for row in await _rows(here, "SELECT user_id, kind, topic FROM deliveries GROUP BY user_id, kind, topic")
        }
        assert noted == (lin.id, "notice", "tests.receipt")


async def _rows(place: Office, statement: str) -> list[Any]:
    async with place.database.reading() as session:
        return list(await session.execute(text(statement)))


async def test_a_row_waits_until_it_is_due(here: Office) -> None:
    lin = reader(here)
    await here.put(Receipt(COMMUNITY, lin.id, "later"), due_at=START + timedelta(hours=1))
    await asyncio.sleep(0.1)
    assert here.texts() == []
    here.later(timedelta(hours=1))
    await here.become({"later": "sent"})


async def test_nothing_to_say_any_more_is_no_failure(here: Office) -> None:
    await here.put(Silent(COMMUNITY, 1))
    await here.become({"tests.silent": "held_back"})
    assert here.calls() == []


async def test_rows_that_nobody_knows_fail_alone(here: Office) -> None:
    lin = reader(here)
    async with here.database.writing() as session:
        await outbox.put(session, [Receipt(COMMUNITY, lin.id, t) for t in ("name", "version", "content")], due_at=START)
        for spoilt, changes in (
            ("name", {"name": "tests.of_tomorrow"}),
            ("version", {"version": 2}),
            ("content", {"payload": {"text": "content", "chat_id": "no number"}}),
        ):
            chosen = Outbox.payload["text"].as_string() == spoilt
            await session.execute(update(Outbox).where(chosen).values(**changes))
    await here.put(Receipt(COMMUNITY, lin.id, "known"))
    await here.become({"name": "failed", "version": "failed", "content": "failed", "known": "sent"})


async def left_by_a_dead_process(url: str, lin_id: int, place: Office) -> None:
    await place.put(Receipt(COMMUNITY, lin_id), Nudge(COMMUNITY, lin_id), Feature(COMMUNITY, lin_id))
    async with place.database.writing() as session:
        rows = await outbox.due(session, now=START, limit=10)
        assert len(await outbox.claim(session, rows=rows, now=START, worker_id=1)) == 3


async def test_rows_of_a_dead_process_end_as_their_kind_says(database_url: str) -> None:
    async with office(database_url, running=False) as dead:
        lin = reader(dead)
        await left_by_a_dead_process(database_url, lin.id, dead)
    async with office(database_url, world=dead.world) as here:
        await here.become({"a receipt": "waiting", "a nudge": "dropped", "a featured post": "in_doubt"})
        here.later(timedelta(seconds=10))
        await here.become({"a receipt": "sent", "a nudge": "dropped", "a featured post": "in_doubt"})
        assert here.texts() == ["a receipt"]


@pytest.mark.parametrize("fault", [{"kind": "lost_answer"}, {"kind": "drop"}, {"kind": "garbage"}])
async def test_a_broken_connection_leaves_a_doubt_that_each_kind_settles_its_way(
    here: Office, fault: dict[str, Any]
) -> None:
    lin, wei, ann = (reader(here, name) for name in ("Lin", "Wei", "Ann"))
    here.world.faults.add(method="sendMessage", times=3, **fault)
    await here.put(Receipt(COMMUNITY, lin.id), Nudge(COMMUNITY, wei.id), Feature(COMMUNITY, ann.id))
    await here.become({"a receipt": "waiting", "a nudge": "dropped", "a featured post": "in_doubt"})
    here.later(timedelta(seconds=10))
    await here.become({"a receipt": "sent", "a nudge": "dropped", "a featured post": "in_doubt"})
    assert [news for news, _ in here.arrived] == [Receipt(COMMUNITY, lin.id)]


async def test_upkeep_leaves_what_is_under_way_and_drops_what_came_to_its_end(database_url: str) -> None:
    long_ago = START - timedelta(days=31)
    async with office(database_url, running=False) as place:
        news = [Receipt(COMMUNITY, number) for number, _ in enumerate(RowState)]
        async with place.database.writing() as session:
            await outbox.put(session, [*news, *news], due_at=START)
            numbers = list((await session.execute(select(Outbox.outbox_id).order_by(Outbox.outbox_id))).scalars())
            # Of each state an old row and one that may still be asked for.
            for number, state, at in zip(
                numbers, [*RowState, *RowState], [long_ago] * len(news) + [START] * len(news), strict=True
            ):
                row = update(Outbox).where(Outbox.outbox_id == number)
                await session.execute(row.values(state=state, changed_at=at))
        await place.database.tell(lambda connection: clear_away(connection, START))
        async with place.database.reading() as session:
            left = await outbox.count_by_state(session)
        under_way = {RowState.WAITING: 2, RowState.SENDING: 2}
        assert left == {**dict.fromkeys(RowState, 1), **under_way}


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_what_was_surely_not_done_is_tried_again_whatever_its_kind(here: Office, status: int) -> None:
    people = [reader(here, name) for name in ("Lin", "Wei", "Ann")]
    here.world.faults.add(method="sendMessage", status=status, times=6)
    await here.put(*[kind(COMMUNITY, person.id) for kind, person in zip(ALL, people, strict=True)])
    async with asyncio.timeout(60):
        while set((await here.rows()).values()) != {"sent"}:
            await asyncio.sleep(0.1)
            here.later(timedelta(seconds=20))
    assert len(here.texts()) == 3


async def test_a_refused_call_fails_and_is_kept_with_telegrams_reason(here: Office) -> None:
    lin = reader(here)
    await here.put(Receipt(COMMUNITY, lin.id, "x" * 5000))
    await here.become({"x" * 5000: "failed"})
    assert [row.error for row in await _rows(here, "SELECT error FROM outbox")] == ["Message is too long"]
    assert len(here.calls()) == 1


async def seen(place: Office, *people: Person) -> None:
    """The people as Kith knows them once they have written somewhere."""
    async with place.database.writing() as session:
        for person in people:
            known = text("INSERT INTO people (user_id, first_name, door) VALUES (:id, :name, 'open')")
            await session.execute(known, {"id": person.id, "name": person.name})


async def test_whoever_blocked_the_bot_is_not_written_to_again(here: Office) -> None:
    lin = reader(here)
    await seen(here, lin)
    lin.blocks(here.account)
    await here.put(Receipt(COMMUNITY, lin.id, "first"))
    await here.become({"first": "held_back"})
    assert [row.door for row in await _rows(here, "SELECT door FROM people")] == ["blocked"]
    await here.put(Receipt(COMMUNITY, lin.id, "second"))
    await here.become({"first": "held_back", "second": "held_back"})
    assert len(here.calls()) == 1
    assert here.lost == [Receipt(COMMUNITY, lin.id, "first"), Receipt(COMMUNITY, lin.id, "second")]


async def test_whoever_never_started_the_bot_is_told_apart(here: Office) -> None:
    wei = here.world.person("Wei")
    await seen(here, wei)
    await here.put(Receipt(COMMUNITY, wei.id))
    await here.become({"a receipt": "held_back"})
    assert [row.door for row in await _rows(here, "SELECT door FROM people")] == ["never_opened"]
    assert here.lost == [Receipt(COMMUNITY, wei.id)]


async def test_a_message_for_a_group_that_moved_goes_to_the_new_one(here: Office) -> None:
    lin = here.world.person("Lin")
    group = here.world.group("Old", owner=lin, kind="group")
    lin.adds(here.account, to=group)
    new = lin.migrates(group)
    await here.put(Receipt(COMMUNITY, group.id))
    await here.become({"a receipt": "sent"})
    assert [m.text for m in new.messages if m.text] == ["a receipt"]


async def test_pings_go_neither_against_the_will_nor_too_often_nor_at_night(here: Office) -> None:
    lin, wei = reader(here), reader(here, "Wei")
    async with here.database.writing() as session:
        await session.execute(insert(OptOuts).values(community_id=COMMUNITY, user_id=wei.id, topic="tests.nudge"))
    await here.put(Nudge(COMMUNITY, wei.id, "unwanted"), Receipt(COMMUNITY, wei.id, "a notice all the same"))
    await here.put(*[Nudge(COMMUNITY, lin.id, f"nudge {number}") for number in range(3)])
    expected = {"unwanted": "held_back", "a notice all the same": "sent", "nudge 0": "sent", "nudge 1": "sent"}
    await here.become({**expected, "nudge 2": "held_back"})
    here.later(timedelta(days=8, hours=14))  # 23 o'clock
    await here.put(Nudge(COMMUNITY, lin.id, "at night"))
    await here.become({**expected, "nudge 2": "held_back", "at night": "waiting"})
    await asyncio.sleep(0.2)
    assert [row.due_at for row in await _all(here) if row.state == "waiting"] == [datetime(2026, 11, 25, 8, tzinfo=UTC)]
    here.later(timedelta(hours=9))
    await here.become({**expected, "nudge 2": "held_back", "at night": "sent"})


async def _all(place: Office) -> list[Outbox]:
    async with place.database.reading() as session:
        return list((await session.execute(select(Outbox))).scalars())


async def test_trouble_of_the_database_before_the_sending_blames_no_row(
    make_house: Any,
) -> None:
    url = await make_house()
    holder = await asyncpg.connect(url)
    name = await holder.fetchval("SELECT current_database()")
    await holder.execute(f"ALTER DATABASE {name} SET lock_timeout = '50ms'")
    async with office(url) as here:
        lin = reader(here)
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        await here.put(Receipt(COMMUNITY, lin.id))
        await asyncio.sleep(0.4)
        await transaction.rollback()
        await here.become({"a receipt": "sent"})
        assert here.texts() == ["a receipt"]
    await holder.close()


async def test_a_row_whose_community_is_merged_while_it_is_sent_is_settled_all_the_same(database_url: str) -> None:
    async with office(database_url) as here:
        lin = reader(here)
        here.world.faults.add(method="sendMessage", seconds=0.5)
        await here.put(Receipt(COMMUNITY, lin.id))
        await here.until(lambda: bool(here.calls()))
        await here.database.tell(lambda connection: merge_communities(connection, young=COMMUNITY, old=3))
        await here.become({"a receipt": "sent"})
        assert {row.community_id for row in await _all(here)} == {3}
