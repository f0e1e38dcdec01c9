"""One of several workers sends, its rows are nobody else's while it lives, and each makes ids of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

import bot.crew
import bot.outbox
from bot.crew import Crew
from models import outbox
from models.database import Database
from simulator.people import Person
from tests.bot.crews import until
from tests.bot.offices import Bulletin, Nudge, Office, Receipt, events_of_the_tests, office
from tests.living import START

COMMUNITY = 7
MakeDatabase = Callable[[], Awaitable[str]]


@pytest.fixture(autouse=True)
def _events(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bot.crew, "LOOK_SECONDS", 0.2)
    with events_of_the_tests():
        yield


@pytest.fixture
async def url(make_house: MakeDatabase) -> str:
    return await make_house()


def readers(place: Office, count: int) -> list[Person]:
    people = [place.world.person(f"Reader {number}", language_code="en") for number in range(count)]
    for person in people:
        person.starts(place.account)
    return people


async def end_session(url: str, worker: Crew) -> None:
    """Part a worker from the server, as a failing network or an administrator does."""
    assert worker._session is not None
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT pg_terminate_backend($1)", worker._session[0])
    await connection.close()


async def test_one_of_three_sends_and_another_takes_over_when_it_dies(url: str) -> None:
    crews = [Crew(url) for _ in range(3)]
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(office(url, crew=crews[0]))
        await until(lambda: crews[0].is_sender)
        dying = AsyncExitStack()
        places = [await dying.enter_async_context(office(url, world=first.world, crew=crews[1]))]
        places.append(await stack.enter_async_context(office(url, world=first.world, crew=crews[2])))
        assert [one.is_sender for one in crews] == [True, False, False]
        people = readers(first, 40)
        await places[1].put(*[Bulletin(COMMUNITY, person.id, f"to {person.id}") for person in people])
        await until(lambda: len(first.texts()) > 5)
        # The sender's connection goes; the two that are left agree on one of them.
        await end_session(url, crews[0])
        await until(lambda: not crews[0].is_sender)
        await until(lambda: sum(one.is_sender for one in crews) == 1)
        await first.become({f"to {person.id}": "sent" for person in people})
        assert sorted(first.texts()) == sorted(f"to {person.id}" for person in people)
        await dying.aclose()
        await until(lambda: sum(one.is_sender for one in (crews[0], crews[2])) == 1)


async def test_the_sender_is_called_when_another_worker_leaves_news(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.outbox, "LONGEST_SLEEP_SECONDS", 3600.0)  # who polled would come too late for this test
    async with office(url, crew=Crew(url)) as sending, office(url, world=sending.world, running=False) as other:
        await until(lambda: sending.worker._crew.is_sender)
        (lin,) = readers(sending, 1)
        await asyncio.sleep(0.3)
        await other.put(Receipt(COMMUNITY, lin.id, "by session"))
        await until(lambda: sending.texts() == ["by session"])
        await other.database.tell(
            lambda c: outbox.put_now(c, [Receipt(COMMUNITY, lin.id, "from a batch")], due_at=START)
        )
        await until(lambda: len(sending.texts()) == 2)


async def test_rows_of_a_living_worker_are_its_own_though_it_sends_no_more(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for a busy machine to come back within it.
    monkeypatch.setattr(bot.crew, "GRACE_SECONDS", 5.0)
    slow, quick = Crew(url), Crew(url)
    async with office(url, crew=slow) as here:
        await until(lambda: slow.is_sender)
        (lin,) = readers(here, 1)
        silence = here.world.faults.add(method="sendMessage", kind="answer", seconds=60.0)
        await here.put(Receipt(COMMUNITY, lin.id))
        await here.become({"a receipt": "sending"})
        async with office(url, world=here.world, crew=quick) as there:
            monkeypatch.setattr(bot.crew, "RETURN_SECONDS", 1.0)
            await end_session(url, slow)
            await until(lambda: quick.is_sender)
            await until(lambda: slow._session is not None and not slow._lost.is_set())
            await asyncio.sleep(5.5)
            assert (await there.rows())["a receipt"] == "sending", "nobody took it for a dead worker's"
            silence.end()
            await here.become({"a receipt": "sent"})
            assert here.texts() == ["a receipt"]


async def test_a_worker_cut_off_for_long_is_held_for_dead_and_its_word_still_counts(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.crew, "GRACE_SECONDS", 0.5)
    cut_off, other = Crew(url), Crew(url)
    async with office(url, crew=cut_off) as here:
        await until(lambda: cut_off.is_sender)
        lin, wei = readers(here, 2)
        silence = here.world.faults.add(method="sendMessage", kind="answer", seconds=18.0, times=2)
        await here.put(Nudge(COMMUNITY, lin.id), Receipt(COMMUNITY, wei.id))
        await here.become({"a nudge": "sending", "a receipt": "sending"})
        monkeypatch.setattr(bot.crew, "RETURN_SECONDS", 60.0)
        async with office(url, world=here.world, crew=other) as there:
            await end_session(url, cut_off)
            await there.become({"a nudge": "dropped", "a receipt": "waiting"}, seconds=15.0)
            silence.end()
            await there.become({"a nudge": "sent", "a receipt": "sent"})
            assert sorted(here.texts()) == ["a nudge", "a receipt"]


async def test_a_worker_gone_for_good_leaves_its_rows_in_doubt(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.crew, "GRACE_SECONDS", 0.5)
    dead = Crew(url)
    async with office(url, running=False, crew=dead) as here:
        lin, wei = readers(here, 2)
        await here.put(Receipt(COMMUNITY, lin.id), Nudge(COMMUNITY, wei.id))
        async with here.database.writing() as session:
            rows = await outbox.due(session, now=START, limit=10)
            assert len(await outbox.claim(session, rows=rows, now=START, worker_id=dead.worker_id)) == 2
        async with office(url, world=here.world, crew=Crew(url)) as there:
            await dead.stop()
            await there.become({"a receipt": "waiting", "a nudge": "dropped"})


async def test_workers_have_numbers_of_their_own_and_keep_them_over_a_lost_connection(url: str) -> None:
    crews = [Crew(url) for _ in range(3)]
    for one in crews:
        await one.start()
    numbers = [one._number for one in crews]
    assert sorted(number for number in numbers if number is not None) == [1, 2, 3]
    before = crews[1]._session
    await end_session(url, crews[1])
    await until(lambda: crews[1]._session != before)
    assert [one._number for one in crews] == numbers
    assert len({one.worker_id for one in crews}) == 3
    for one in crews:
        await one.stop()


async def test_a_session_that_lives_on_at_the_server_is_ended_by_its_worker(url: str) -> None:
    worker = Crew(url)
    await worker.start()
    await until(lambda: worker.is_sender)
    # A connection that we take for lost while the server does not: its locks would keep everybody from sending.
    zombie = await asyncpg.connect(url)
    pid, began = await zombie.fetchrow("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    await end_session(url, worker)
    await until(lambda: not worker.is_sender)
    await zombie.execute("SELECT pg_advisory_lock($1)", bot.crew.SENDER_LOCK)
    worker._session = (pid, began)
    await until(lambda: worker.is_sender)
    assert zombie.is_closed()
    await worker.stop()


async def test_the_pool_and_the_crew_read_the_url_alike(url: str) -> None:
    database, worker = Database(url), Crew(url)
    await worker.start()
    async with database.reading() as session:
        assert worker.worker_id in set((await session.execute(bot.crew._HELD)).scalars())
    await worker.stop()
    await database.close()
