"""Two workers' transactions in each other's way: what each does counts as if one had done all of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text

from bot.patience import patiently
from models import activity, communities, failures, observing, outbox, updates
from models.communities import Chats, Communities, NewCommunities
from models.database import Database
from models.early import EarlyReactions
from models.facts import AnyFact
from models.outbox import Outbox, RowState
from models.points import Ledger
from models.rules.reactions import RECEIVED
from models.updates import Part, ReceivedUpdates
from scheduler.upkeep import UPDATES_KEPT, clear_away
from scheduler.votes import place_waiting
from tests.models.telling import MONDAY, News

BOT = 7


@pytest.fixture
async def workers(make_house: Callable[[], Awaitable[str]]) -> AsyncIterator[list[Database]]:
    """Three ways to one PostgreSQL, as three workers have them."""
    url = await make_house()
    async with AsyncExitStack() as stack:
        found = [Database(url) for _ in range(3)]
        for one in found:
            stack.push_async_callback(one.close)
        yield found


async def told(worker: Database, facts: Sequence[AnyFact], *, new: NewCommunities | None = None) -> None:
    ids = [fact.update_id for fact in facts]

    async def once() -> None:
        await worker.tell(
            lambda c: observing.observe(c, facts, update_ids=ids, bot_id=BOT, now=MONDAY, new=new or NewCommunities())
        )

    await patiently(once)


async def counted_in(worker: Database, chat_id: int, what: str) -> dict[int, int]:
    place = 1 + activity.COUNTS.index(what)
    async with worker.reading() as session:
        found = await communities.of_chat(session, chat_id=chat_id)
        assert found is not None
        rows = await activity.totals(session, community_id=found.community_id)
        return {row[0]: row[place] for row in rows if row[place]}


async def messages_in(worker: Database, chat_id: int) -> dict[int, int]:
    return await counted_in(worker, chat_id, "messages")


async def received_in(worker: Database, chat_id: int) -> dict[int, int]:
    return await counted_in(worker, chat_id, "reactions_received")


async def test_a_group_that_all_meet_at_once_becomes_one_community(workers: list[Database]) -> None:
    for _ in range(15):
        news = News()
        await asyncio.gather(*[told(worker, [news.said(1), news.said(2)]) for worker in workers])
        assert await messages_in(workers[0], news.chat_id) == {1: 3, 2: 3}
    async with workers[0].reading() as session:
        assert (await session.execute(select(func.count()).select_from(Communities))).scalar_one() == 15


async def test_what_is_said_while_a_group_becomes_a_supergroup_is_not_left_behind(workers: list[Database]) -> None:
    for _ in range(20):
        old, new = News(), News()
        await told(workers[0], [old.said(1)])
        moving = old.migrated(new.chat_id)
        # The new chat is written in before, while and after one worker hears of the move.
        await asyncio.gather(
            told(workers[0], [new.said(2), old.said(1)]),
            told(workers[1], [moving]),
            told(workers[2], [new.said(2), old.said(1), new.said(3)]),
            told(workers[2], [new.said(3)]),
        )
        assert await messages_in(workers[0], old.chat_id) == {1: 3, 2: 2, 3: 2}
        assert await messages_in(workers[0], new.chat_id) == {1: 3, 2: 2, 3: 2}
    async with workers[0].reading() as session:
        assert (await session.execute(select(func.count()).select_from(Communities))).scalar_one() == 20
        assert (await session.execute(select(func.count()).select_from(Chats))).scalar_one() == 40
        strays = "SELECT count(*) FROM members WHERE community_id NOT IN (SELECT community_id FROM communities)"
        assert (await session.execute(text(strays))).scalar_one() == 0


@pytest.mark.parametrize("mover_is_first", [True, False])
async def test_a_chat_met_by_one_worker_while_another_hears_of_the_move_is_part_of_it(
    workers: list[Database], mover_is_first: bool
) -> None:
    old, new = News(), News()
    await told(workers[0], [old.said(1)])
    moving, said = [old.migrated(new.chat_id)], [new.said(2)]
    first, second = (moving, said) if mover_is_first else (said, moving)
    async with workers[0]._async.connect() as connection:
        ids = [fact.update_id for fact in first]
        await connection.run_sync(
            observing.observe, first, update_ids=ids, bot_id=BOT, now=MONDAY, new=NewCommunities()
        )
        waiting = asyncio.create_task(told(workers[1], second))
        await asyncio.sleep(0.3)
        assert not waiting.done(), "it counts for a chat of which another worker decides"
        await connection.commit()
    await waiting
    assert await messages_in(workers[0], new.chat_id) == {1: 1, 2: 1}
    assert await messages_in(workers[0], old.chat_id) == {1: 1, 2: 1}


@pytest.mark.parametrize("met_before", [True, False])
@pytest.mark.parametrize("reaction_is_first", [True, False])
async def test_a_reaction_and_its_message_in_two_workers_hands_at_once_find_each_other(
    workers: list[Database], reaction_is_first: bool, met_before: bool
) -> None:
    news = News()
    said = news.said(1)
    await told(workers[0], [news.came(), *([news.reacted(3, said.message_id, "A")] if met_before else [])])
    reaction, message = [news.reacted(2, said.message_id, "A")], [said]
    first, second = (reaction, message) if reaction_is_first else (message, reaction)
    async with workers[0]._async.connect() as connection:
        ids = [fact.update_id for fact in first]
        await connection.run_sync(
            observing.observe, first, update_ids=ids, bot_id=BOT, now=MONDAY, new=NewCommunities()
        )
        waiting = asyncio.create_task(told(workers[1], second))
        await asyncio.sleep(0.3)
        assert not waiting.done(), "what the one is about is in the other's hands"
        await connection.commit()
    await waiting
    assert await received_in(workers[0], news.chat_id) == {1: 1 + met_before}


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("service_is_first", [True, False])
async def test_a_join_that_two_workers_are_told_of_at_once_counts_once(
    workers: list[Database], service_is_first: bool, is_known: bool
) -> None:
    news = News()
    await told(workers[0], [news.came(), *([news.said(2)] if is_known else [])])
    first, second = ([news.joined(2, by_service=sort)] for sort in (service_is_first, not service_is_first))
    async with workers[0]._async.connect() as connection:
        ids = [fact.update_id for fact in first]
        await connection.run_sync(
            observing.observe, first, update_ids=ids, bot_id=BOT, now=MONDAY, new=NewCommunities()
        )
        waiting = asyncio.create_task(told(workers[1], second))
        await asyncio.sleep(0.3)
        await connection.commit()
    await waiting
    assert await counted_in(workers[0], news.chat_id, "joins") == {2: 1}


@pytest.mark.parametrize("vote_is_first", [True, False])
async def test_a_vote_and_its_poll_in_two_workers_hands_at_once_find_each_other(
    workers: list[Database], vote_is_first: bool
) -> None:
    news, elsewhere = News(), News()
    await told(workers[0], [news.came(), elsewhere.came()])
    vote, poll = [news.voted(2, "p", 0)], [news.said(1, poll_id="p")]
    first, second = (vote, poll) if vote_is_first else (poll, vote)
    async with workers[0]._async.connect() as connection:
        ids = [fact.update_id for fact in first]
        await connection.run_sync(
            observing.observe, first, update_ids=ids, bot_id=BOT, now=MONDAY, new=NewCommunities()
        )
        await told(workers[1], second)
        await connection.commit()

    async def work(worker: Database) -> None:
        await worker.tell(lambda connection: place_waiting(connection, MONDAY))

    await asyncio.gather(*[patiently(partial(work, worker)) for worker in workers])
    assert await counted_in(workers[0], news.chat_id, "votes") == {2: 1}


async def test_reactions_that_chase_their_messages_through_three_workers_are_all_credited(
    workers: list[Database],
) -> None:
    news = News()
    high = NewCommunities(settings={"reactions": {"received_daily_cap_points": 100_000}})
    await told(workers[0], [news.came()], new=high)
    for _ in range(10):
        said = [news.said(number % 4) for number in range(12)]
        likes = [[news.reacted(10 + giver, one.message_id, "A") for one in said] for giver in range(3)]
        batches: list[Sequence[AnyFact]] = [said[:6], said[6:]]
        batches += [*[one[:6] for one in likes], *[one[6:][::-1] for one in likes]]
        await asyncio.gather(*[told(workers[n % 3], batch) for n, batch in enumerate(batches)])
    assert await received_in(workers[0], news.chat_id) == dict.fromkeys(range(4), 10 * 3 * 3)
    async with workers[0].reading() as session:
        assert (await session.execute(select(func.count()).select_from(EarlyReactions))).scalar_one() == 0
        earned = await session.execute(select(func.count()).select_from(Ledger).where(Ledger.action == RECEIVED.action))
        assert earned.scalar_one() == 10 * 12 * 3


async def test_the_same_batch_at_three_workers_counts_once(workers: list[Database]) -> None:
    news = News()
    batches = [[news.said(1 + number % 5) for number in range(20)] for _ in range(10)]
    await asyncio.gather(*[told(worker, batch) for worker in workers for batch in batches])
    assert await messages_in(workers[0], news.chat_id) == dict.fromkeys(range(1, 6), 40)


async def test_upkeep_of_three_workers_at_once_deletes_what_is_old_and_nothing_else(workers: list[Database]) -> None:
    now, old = MONDAY, MONDAY - UPDATES_KEPT - timedelta(minutes=1)
    async with workers[0].writing() as session:
        for number in range(2_000):
            at = old if number % 2 else now
            await updates.claim(session, bot_id=BOT, update_id=number, part=Part.TOLD, now=at)
        for number in range(200):
            at = MONDAY - timedelta(days=15) if number % 2 else now
            values = {"bot_id": BOT, "update_id": number, "part": "told", "error": "x", "payload": {}, "attempts": 1}
            await failures.file(session, now=at, **values)  # type: ignore[arg-type]

    def tick(worker: Database) -> Awaitable[bool]:
        return patiently(lambda: worker.tell(lambda connection: clear_away(connection, now)))

    await asyncio.gather(*[tick(worker) for worker in workers * 3])
    async with workers[0].reading() as session:
        assert (await session.execute(select(func.count()).select_from(ReceivedUpdates))).scalar_one() == 1_000
        assert len(await failures.listed(session)) == 100


async def test_a_row_is_claimed_by_one_worker_only(workers: list[Database]) -> None:
    news = [communities.Declined(1, number) for number in range(200)]
    async with workers[0].writing() as session:
        await outbox.put(session, news, due_at=MONDAY)

    async def claim_all(worker: Database, worker_id: int) -> list[int]:
        mine: list[int] = []
        while True:
            async with worker.writing() as session:
                rows = await outbox.due(session, now=MONDAY, limit=20)
                if not rows:
                    return mine
                rows = await outbox.claim(session, rows=rows, now=MONDAY, worker_id=worker_id)
            mine += [row.outbox_id for row in rows]

    claimed = await asyncio.gather(*[claim_all(worker, number) for number, worker in enumerate(workers)])
    assert len({row for mine in claimed for row in mine}) == sum(len(mine) for mine in claimed) == 200
    async with workers[0].reading() as session:
        states = await session.execute(
            select(Outbox.state, Outbox.claimed_by, func.count()).group_by("state", "claimed_by")
        )
        assert {(state, worker): count for state, worker, count in states} == {
            (RowState.SENDING, number): len(mine) for number, mine in enumerate(claimed) if mine
        }
