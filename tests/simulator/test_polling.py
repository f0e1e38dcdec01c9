"""Fetching updates: confirmation by offset, the long poll, what is remembered and what is forgotten."""

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from telegram import Bot as Client
from telegram.error import Conflict, InvalidToken

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person
from simulator.server import Server
from simulator.world import World
from tests.simulator.conftest import TOKEN
from tests.simulator.updates import of_kind, until_polling, waiting


async def test_unconfirmed_updates_come_again_until_an_offset_confirms_them(client: Client, bot: Bot) -> None:
    first, second = bot.push_many([{"poll": {}}, {"poll": {}}])
    for _ in range(2):
        assert [u["update_id"] for u in waiting(bot)] == [first, second]
        async with httpx.AsyncClient() as web:
            answer = (await web.get(f"{client.base_url}/getUpdates")).json()
        assert [u["update_id"] for u in answer["result"]] == [first, second]
    async with httpx.AsyncClient() as web:
        answer = (await web.get(f"{client.base_url}/getUpdates", params={"offset": second})).json()
    assert [u["update_id"] for u in answer["result"]] == [second]
    assert bot.pending == 1


async def test_a_negative_offset_keeps_the_last_ones_and_forgets_the_rest(web: httpx.AsyncClient, bot: Bot) -> None:
    numbers = bot.push_many([{"poll": {"n": n}} for n in range(10)])
    answer = (await web.get("/bot100:SIM/getUpdates", params={"offset": -3})).json()
    assert [u["update_id"] for u in answer["result"]] == numbers[-3:]
    assert bot.pending == 3


async def test_at_most_a_hundred_come_at_once(web: httpx.AsyncClient, bot: Bot) -> None:
    bot.push_many([{"poll": {}}] * 250)
    answer = (await web.post("/bot100:SIM/getUpdates", json={"limit": 1000})).json()
    assert len(answer["result"]) == 100


async def test_a_long_poll_waits_and_is_woken(web: httpx.AsyncClient, bot: Bot, group: Chat, lin: Person) -> None:
    asking = asyncio.create_task(web.get("/bot100:SIM/getUpdates", params={"timeout": 50}, timeout=60))
    await until_polling(bot)
    started = time.monotonic()
    lin.adds(bot, to=group)
    answer = (await asking).json()
    assert time.monotonic() - started < 30
    assert "my_chat_member" in answer["result"][0]


async def test_a_long_poll_ends_empty_after_its_timeout(web: httpx.AsyncClient, bot: Bot) -> None:
    answer = (await web.get("/bot100:SIM/getUpdates", params={"timeout": 1})).json()
    assert answer == {"ok": True, "result": []}


async def test_one_who_hangs_up_no_longer_polls(web: httpx.AsyncClient, bot: Bot) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await web.get("/bot100:SIM/getUpdates", params={"timeout": 30}, timeout=httpx.Timeout(30, read=0.5))
    async with asyncio.timeout(20):
        while bot.polling:  # noqa: ASYNC110 - the simulator has no event for what only tests wait for
            await asyncio.sleep(0.01)


async def test_two_who_poll_are_in_conflict(server: Server, client: Client, bot: Bot) -> None:
    first = asyncio.create_task(client.get_updates(timeout=10))
    await until_polling(bot)
    async with Client(TOKEN, base_url=f"{server.url}/bot") as other:
        second = asyncio.create_task(other.get_updates(timeout=10))
        with pytest.raises(Conflict, match="erminated by other getUpdates request"):
            await first
        bot.push({"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}})
        assert len(await second) == 1


async def test_a_wrong_token_is_refused(server: object, web: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient() as other:
        answer = await other.get(f"{web.base_url}/bot1:NOBODY/getMe")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    with pytest.raises(InvalidToken):
        await Client("1:NOBODY", base_url=f"{web.base_url}/bot").get_me()


async def test_allowed_updates_are_remembered_and_do_not_touch_what_is_queued(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    lin.adds(bot, to=group, administrator=True)
    wei.writes(group, "one")
    await client.get_updates(allowed_updates=["message_reaction"])
    message = wei.writes(group, "two")
    wei.reacts(message, ["👍"])
    await client.get_updates()
    assert [m.get("text") for m in of_kind(bot, "message")] == [None, "one"]
    assert len(of_kind(bot, "message_reaction")) == 1


@pytest.mark.parametrize("kind", ["chat_member", "message_reaction"])
def test_some_kinds_come_only_when_named_and_to_administrators(
    bot: Bot, group: Chat, lin: Person, wei: Person, kind: str, world: World
) -> None:
    def happens() -> None:
        message = wei.writes(group, "hello")
        wei.reacts(message, ["👍"])
        world.person("Guest").joins(group)

    lin.adds(bot, to=group, administrator=True)
    happens()
    assert not of_kind(bot, kind)
    bot.updates.allow([kind])
    happens()
    assert len(of_kind(bot, kind)) == 1
    lin.demotes(bot, chat=group)
    happens()
    assert len(of_kind(bot, kind)) == 1


def test_updates_are_kept_for_a_day_and_queries_for_150_seconds(world: World, bot: Bot) -> None:
    bot.push_many([{"message": {}}, {"callback_query": {}}])
    world.clock.tick(timedelta(seconds=149))
    assert len(waiting(bot)) == 2
    world.clock.tick(timedelta(seconds=2))
    assert [list(u)[1] for u in waiting(bot)] == ["message"]
    world.clock.tick(timedelta(hours=24))
    assert waiting(bot) == []
    assert bot.pending == 0


def test_numbers_restart_at_random_after_a_quiet_week(world: World, bot: Bot) -> None:
    first = bot.push({"poll": {}})
    world.clock.tick(timedelta(days=6))
    assert bot.push({"poll": {}}) == first + 1
    world.clock.tick(timedelta(days=8))
    restarted = bot.push({"poll": {}})
    assert restarted != first + 2
    bot.updates.confirm(restarted + 1_000)
    assert bot.pending == 1


async def test_confirmed_updates_can_be_repeated(web: httpx.AsyncClient, bot: Bot) -> None:
    numbers = bot.push_many([{"poll": {"n": n}} for n in range(5)])
    ask = {"offset": numbers[-1] + 1}
    await web.get("/bot100:SIM/getUpdates", params=ask)
    assert bot.repeat(2) == numbers[-2:]
    again = (await web.get("/bot100:SIM/getUpdates", params=ask)).json()["result"]
    assert [u["update_id"] for u in again] == numbers[-2:]
    assert bot.repeat([numbers[0]]) == [numbers[0]]
    assert bot.pending == 1


def test_a_hundred_thousand_updates_are_pushed_quickly_and_a_batch_costs_little(bot: Bot) -> None:
    update = {
        "message": {"message_id": 1, "text": "好" * 40, "chat": {"id": -1001, "type": "supergroup", "title": "x"}}
    }
    started = time.perf_counter()
    bot.push_many([update] * 100_000)
    assert time.perf_counter() - started < 20
    started = time.perf_counter()
    for _ in range(100):
        batch = bot.updates.take(100)
        bot.updates.confirm(batch[-1].id + 1)
    assert (time.perf_counter() - started) / 100 < 0.01
