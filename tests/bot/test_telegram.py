"""The library's bot in this house: silent inside a transaction, and its errors told apart by what they mean."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ExtBot, MessageHandler, filters

from bot.telegram import Doubtful, Moved, NotDone, Rejected, TooMany, Unreachable, identity, make_bot, meaning
from handlers.asking import Context, guarded
from models.failures import Failures
from simulator.chats import Chat
from simulator.people import Person
from simulator.server import Server, serve
from simulator.world import World
from tests.living import START, TOKEN, Living

Handler = Callable[[Update, Context], Awaitable[None]]


async def speaks_too_early(update: Update, context: Context) -> None:
    """What a handler must not do: its transaction may yet be rolled back."""
    await context.bot.send_message(update.message.chat.id, "Too early!")  # type: ignore[union-attr]


async def speaks_too_early_and_hides_it(update: Update, context: Context) -> None:
    """The same by somebody who takes every error of the library for bad weather."""
    try:
        await speaks_too_early(update, context)
    except TelegramError:
        context.answer(update, context.reader.say("Done."))


async def replies_too_early(update: Update, _context: Context) -> None:
    """The same by a short cut of the library's."""
    await update.message.reply_text("Too early!")  # type: ignore[union-attr]


@pytest.mark.parametrize("handler", [speaks_too_early, speaks_too_early_and_hides_it, replies_too_early])
async def test_a_handler_that_talks_inside_its_transaction_is_refused_and_leaves_nothing(
    town: Living, handler: Any
) -> None:
    broken: Any = MessageHandler(filters.Regex("^break"), guarded(handler))
    town.kith.application.add_handler(broken, group=-1)
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    await town.settle()
    lin.writes(lin.private(town.bot), "break")
    await town.settle()
    assert town.told(lin)[1:] == ["That went wrong on my side. I noted it; please try again later."]
    (filed,) = await town.all(Failures)
    assert filed.error.startswith("CalledInsideTransaction")
    assert filed.part == "asked"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serve(World(START)) as server:
        yield server


@pytest.fixture
def lin(server: Server) -> Person:
    return server.app.world.person("Lin")


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[ExtBot[None]]:
    server.app.world.add_bot(token=TOKEN, username="kith_bot", name="Kith", privacy=False)
    async with make_bot(token=TOKEN, api_url=server.url) as bot:
        yield bot


async def met(bot: ExtBot[None], chat_id: int) -> Exception:
    """What an error that a message meets means."""
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(chat_id, "hello")
    return meaning(caught.value)


async def test_the_bot_knows_itself(bot: ExtBot[None]) -> None:
    me = identity(bot)
    assert (me.bot_id, me.username, me.reads_all) == (100, "kith_bot", True)
    assert me.deep_link("me-1") == "https://t.me/kith_bot?start=me-1"


async def test_a_closed_door_is_told_from_a_bad_call(bot: ExtBot[None], server: Server, lin: Person) -> None:
    never = await met(bot, lin.id)
    assert isinstance(never, Unreachable)
    assert never.never_opened
    account = server.app.world.bots[TOKEN]
    lin.starts(account)
    lin.blocks(account)
    blocked = await met(bot, lin.id)
    assert isinstance(blocked, Unreachable)
    assert not blocked.never_opened
    lin.unblocks(account)
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(lin.id, "x" * 5000)
    assert isinstance(meaning(caught.value), Rejected)


async def test_a_group_that_moved_names_its_new_id(bot: ExtBot[None], server: Server, lin: Person) -> None:
    group: Chat = server.app.world.group("Old", owner=lin, kind="group")
    lin.adds(server.app.world.bots[TOKEN], to=group)
    new = lin.migrates(group)
    moved = await met(bot, group.id)
    assert isinstance(moved, Moved)
    assert moved.new_chat_id == new.id


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 500}, NotDone),
        ({"status": 502}, NotDone),
        ({"status": 401}, NotDone),
        ({"status": 404}, NotDone),
        ({"status": 429, "retry_after": 7}, TooMany),
        ({"kind": "drop"}, Doubtful),
        ({"kind": "lost_answer"}, Doubtful),
        ({"kind": "garbage"}, Doubtful),
    ],
)
async def test_what_may_have_been_done_is_told_from_what_was_not(
    bot: ExtBot[None], server: Server, lin: Person, fault: dict[str, Any], expected: type[Exception]
) -> None:
    lin.starts(server.app.world.bots[TOKEN])
    server.app.world.faults.add(method="sendMessage", **fault)
    reason = await met(bot, lin.id)
    assert isinstance(reason, expected)
    if isinstance(reason, TooMany):
        assert reason.seconds == 7


async def test_a_server_that_is_not_there_has_surely_done_nothing(bot: ExtBot[None], lin: Person) -> None:
    gone = make_bot(token=TOKEN, api_url="http://127.0.0.1:9")
    await gone._request[1].initialize()
    try:
        assert isinstance(await met(gone, lin.id), NotDone)
    finally:
        await gone._request[1].shutdown()
