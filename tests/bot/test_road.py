"""The main road: each update counts exactly once or is filed, whatever stands beside it in its batch."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot import pacing
from handlers.asking import Context, guarded
from models import failures
from models.database import Database
from models.failures import Failures
from models.refusals import NoSuchThing
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.updates import Raw, message
from tests.living import Living, living


@pytest.fixture(autouse=True)
def _quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)


@pytest.fixture(autouse=True)
def _few_logs() -> Iterator[None]:
    """Hundreds of failures on purpose: rendering each with its traceback would take longer than all the rest."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()


Live = Callable[..., Awaitable[Living]]

SECRET = "the secret of my grandmother"


async def village(town: Living, *, language: str = "en") -> tuple[Chat, Person]:
    """A group with the bot as administrator and somebody in it, all settled."""
    lin = town.world.person("Lin", language_code=language)
    group = town.group(lin)
    await town.settle()
    return group, lin


def written(group: Chat, lin: Person, number: int, **fields: Any) -> Raw:
    """A message of Lin's as the simulator would tell it, to be spoilt by the test."""
    raw = message(chat=group.json, by=lin.user, message_id=10_000 + number, **fields)["message"]
    return {"message": raw}


async def messages_of(town: Living, group: Chat, lin: Person) -> int:
    return (await town.activity(group)).get(lin.id, {}).get("messages", 0)


async def failed(town: Living) -> list[Failures]:
    found: list[Failures] = await town.all(Failures)
    return found


POISON: list[Raw] = [
    {"date": "yesterday"},
    {"date": None},
    {"chat": None},
    {"from": {"id": 2**60, "is_bot": False, "first_name": "X"}},
    {"message_id": 10**30},
    {"text": 5},
    {"entities": "none"},
]


async def test_a_poisoned_update_is_filed_and_the_rest_of_its_batch_counts(live: Live, database_url: str) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    batch: list[Raw] = []
    for number, poison in enumerate(POISON):
        good = written(group, lin, number)
        bad = written(group, lin, 100 + number, text=SECRET, caption=SECRET)
        bad["message"] |= poison
        batch += [good, bad]
    ids = town.bot.push_many(batch)
    await town.settle()
    assert await messages_of(town, group, lin) == len(POISON)
    filed = await failed(town)
    assert sorted(f.update_id or 0 for f in filed) == ids[1::2]
    assert {(f.part, f.attempts, f.state) for f in filed} == {("told", 1, "kept")}
    assert SECRET not in repr([(f.error, f.payload) for f in filed])
    assert all(f.error.startswith("Malformed: ") for f in filed)


async def forbid_in_the_database(town: Living, *, message_id: int) -> None:
    """Let the database itself refuse one message, as a constraint does that the code has overlooked."""
    if town.kith.database.is_sqlite:
        refusal = (
            f"CREATE TRIGGER no BEFORE INSERT ON messages WHEN NEW.message_id = {message_id} "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    else:
        refusal = f"ALTER TABLE messages ADD CONSTRAINT no CHECK (message_id <> {message_id})"
    async with town.kith.database.writing() as session:
        await session.execute(text(refusal))


async def test_a_data_error_in_the_bulk_is_halved_down_to_its_culprit(live: Live, database_url: str) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    await forbid_in_the_database(town, message_id=10_042)
    ids = town.bot.push_many([written(group, lin, number) for number in range(90)])
    await town.settle()
    assert await messages_of(town, group, lin) == 89
    (filed,) = await failed(town)
    assert (filed.update_id, filed.part) == (ids[42], "told")


async def test_the_same_update_counts_once_in_one_batch_and_in_another_life(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        group, lin = await village(town)
        for number in range(30):
            lin.writes(group, f"message {number}")
        lin.writes(group, "/me")
        await town.settle()
        answers = len(town.said(group))
        town.bot.repeat(32)
        town.bot.repeat(32)
        await town.settle()
        assert await messages_of(town, group, lin) == 30
        assert len(town.said(group)) == answers
    async with living(sqlite_url, world=town.world) as again:
        again.bot.repeat(40)
        await again.settle()
        assert await messages_of(again, group, lin) == 30
        assert await again.rows("SELECT sum(points), count(*) FROM ledger") == [(600, 30)]
        assert len(again.said(group)) == answers
        assert await failed(again) == []


async def break_something(update: Update, context: Context) -> None:
    """A handler that has said and written something when it finds that it cannot go on."""
    await context.session.execute(text("UPDATE people SET last_name = 'spoilt'"))
    context.answer(update, context.reader.say("Done."))
    raise ZeroDivisionError(SECRET)


def with_a_broken_feature(town: Living, callback: Any = break_something) -> None:
    handler: Any = MessageHandler(filters.Regex("^break"), guarded(callback))
    town.kith.application.add_handler(handler, group=-1)


@pytest.mark.parametrize(("language", "sorry"), [("en", "That went wrong on my side."), ("zh-hans", "出")])
async def test_a_handler_that_raises_leaves_nothing_but_a_failure_and_one_apology(
    live: Live, sqlite_url: str, language: str, sorry: str
) -> None:
    town = await live(sqlite_url)
    _, lin = await village(town, language=language)
    with_a_broken_feature(town)
    lin.starts(town.bot)
    await town.settle()
    before = town.told(lin)
    lin.writes(lin.private(town.bot), f"break {SECRET}")
    await town.settle()
    (apology,) = town.told(lin)[len(before) :]
    assert sorry in apology
    assert await town.rows("SELECT count(*) FROM people WHERE last_name = 'spoilt'") == [(0,)]
    (filed,) = await failed(town)
    assert (filed.part, filed.error) == ("asked", f"ZeroDivisionError at {__file__.rsplit('/', 1)[1]}:{_line()}")
    assert SECRET not in repr(filed.payload)
    town.bot.repeat(1)
    await town.settle()
    assert len(await failed(town)) == 1, "a failed update that comes again is known"
    assert len(town.told(lin)) == len(before) + 1


def _line() -> int:
    return break_something.__code__.co_firstlineno + 4


async def retried(town: Living, *filed: Failures) -> int:
    async with town.kith.database.writing() as session:
        await failures.ask_again(session, failure_ids=[f.failure_id for f in filed])
    taken = await town.kith.road.retry_wanted()
    await town.settle()
    return taken


async def test_a_failed_question_is_answered_once_when_it_is_tried_again(town: Living) -> None:
    group, lin = await village(town)
    broken = [True]

    async def sometimes(_update: Update, _context: Context) -> None:
        if broken[0]:
            raise ZeroDivisionError

    handler: Any = MessageHandler(filters.ALL, guarded(sometimes))
    town.kith.application.add_handler(handler, group=-1)
    lin.writes(group, "/me")
    # A word for what this group has off is looked at like a question, and counts as the message that it is.
    lin.writes(group, "打卡")
    await town.settle()
    before = len(town.said(group))
    assert await retried(town, *await failed(town)) == 2
    filed = await failed(town)
    assert [(f.attempts, f.state) for f in filed] == [(2, "kept")] * 2
    broken[0] = False
    assert await retried(town, *filed) == 2
    assert await failed(town) == []
    assert len(town.said(group)) == before + 1
    assert await retried(town) == 0
    town.bot.repeat(2)
    await town.settle()
    assert len(town.said(group)) == before + 1
    assert await messages_of(town, group, lin) == 1


async def test_a_failed_message_counts_once_when_it_is_tried_again(live: Live, database_url: str) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    await forbid_in_the_database(town, message_id=10_001)
    town.bot.push_many([written(group, lin, number) for number in range(3)])
    await town.settle()
    filed = await failed(town)
    assert await retried(town, *filed) == 1
    (filed_again,) = await failed(town)
    assert filed_again.attempts == 2
    async with town.kith.database.writing() as session:
        sqlite = town.kith.database.is_sqlite
        await session.execute(text("DROP TRIGGER no" if sqlite else "ALTER TABLE messages DROP CONSTRAINT no"))
    assert await retried(town, filed_again) == 1
    town.bot.repeat(3)
    await town.settle()
    assert await messages_of(town, group, lin) == 3
    assert (await town.community(group)).title == "Readers"
    assert await failed(town) == []


async def test_failures_are_dropped_by_hand_and_after_two_weeks(town: Living) -> None:
    group, lin = await village(town)
    for _ in range(2):
        town.bot.push({"message": {**written(group, lin, 1)["message"], "date": None}})
        await town.settle()
    first, _ = await failed(town)
    async with town.kith.database.writing() as session:
        assert await failures.drop(session, failure_ids=[first.failure_id, 1]) == [first.failure_id]
    await town.later(timedelta(days=13))
    assert len(await failed(town)) == 1
    await town.later(timedelta(days=2))
    assert await failed(town) == []


ABSURD: tuple[Any, ...] = (10**30, -(10**30), 2**63, True, None, "7", [], 1.5)


async def test_an_update_with_an_absurd_id_is_filed_and_stops_nothing(live: Live, database_url: str) -> None:
    town = await live(database_url)
    group, lin = await village(town)
    for number, absurd in enumerate(ABSURD):
        bad = {"update_id": absurd, **written(group, lin, 100 + number)}
        good = {"update_id": 5_000_000 + number, **written(group, lin, number)}
        await town.kith.road.take([bad, good])
    assert await messages_of(town, group, lin) == len(ABSURD)
    assert len(await failed(town)) == len(ABSURD)


async def test_what_is_no_update_at_all_is_filed(town: Living) -> None:
    nothing: list[Any] = [None, 7, "text", [], [{}], {}]
    await town.kith.road.take(nothing)
    assert len(await failed(town)) == len(nothing)


async def open_a_file(_update: Update, _context: Context) -> None:
    """A handler with an error of the system's own, of which the database knows nothing."""
    raise FileNotFoundError(SECRET)


async def test_an_error_of_the_system_in_a_handler_is_filed_and_not_waited_for(town: Living) -> None:
    _, lin = await village(town)
    with_a_broken_feature(town, open_a_file)
    lin.starts(town.bot)
    lin.writes(lin.private(town.bot), "break")
    await town.settle()
    (filed,) = await failed(town)
    assert filed.part == "asked"
    assert filed.error.startswith("FileNotFoundError at test_road.py:")


async def test_a_date_that_no_clock_can_tell_is_filed_and_not_waited_for(town: Living) -> None:
    group, lin = await village(town)
    shown = {**written(group, lin, 1)["message"], "date": 2**63}
    pressed = {"id": "8", "from": lin.user, "chat_instance": "1", "data": "me:1", "message": shown}
    ids = town.bot.push_many([{"callback_query": pressed}, written(group, lin, 2)])
    await town.settle()
    assert await messages_of(town, group, lin) == 1
    assert [filed.update_id for filed in await failed(town)] == ids[:1]


async def test_a_refusal_is_an_answer_and_no_failure(town: Living) -> None:
    group, lin = await village(town)

    async def refuse(_update: Update, _context: Context) -> None:
        raise NoSuchThing

    with_a_broken_feature(town, refuse)
    lin.starts(town.bot)
    lin.writes(lin.private(town.bot), "break")
    await town.settle()
    assert town.told(lin)[-1] == "This button no longer works. /help shows what does."
    town.bot.repeat(1)
    await town.settle()
    assert len(town.told(lin)) == 2
    assert await failed(town) == []
    assert isinstance(town.kith.database, Database)
    assert group.title == "Readers"
