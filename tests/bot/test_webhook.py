"""Telegram's own calls: the secret, the answer after the commit, and the same road behind it."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.living import Living
from tests.ports import free_port

SECRET = "a-word-of-our-own"


def hook(port: int) -> dict[str, str]:
    return {
        "KITH_TELEGRAM__MODE": "webhook",
        "KITH_TELEGRAM__WEBHOOK__URL": f"http://127.0.0.1:{port}/hook",
        "KITH_TELEGRAM__WEBHOOK__PORT": str(port),
        "KITH_TELEGRAM__WEBHOOK__SECRET": SECRET,
    }


async def test_updates_arrive_count_and_are_answered(live: Callable[..., Awaitable[Living]], database_url: str) -> None:
    town = await live(database_url, settings=hook(free_port()))
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    group.settle(lin)
    for number in range(50):
        lin.writes(group, f"message {number}")
    asked = lin.writes(group, "/me")
    await town.settle()
    assert await town.activity(group) == {lin.id: {"messages": 50}}
    assert [m.text for m in town.said(group) if m.reply_to is asked] == ["Lin · 10 points this week, 1st"]


async def test_a_call_without_the_secret_or_with_rubbish_is_refused(
    live: Callable[..., Awaitable[Living]],
) -> None:
    port = free_port()
    town = await live(settings=hook(port))
    told = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    update = {"update_id": 1, "message": {"text": "forged"}}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        without = await client.post("/hook", json=update)
        wrong = await client.post("/hook", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": "guess"})
        rubbish = await client.post("/hook", content=b"{", headers=told)
        elsewhere = await client.post("/", json=update, headers=told)
        poisoned = await client.post("/hook", json=update, headers=told)
    assert [without.status_code, wrong.status_code, rubbish.status_code] == [403, 403, 400]
    assert elsewhere.status_code in (404, 405)
    # What cannot be read is filed and not sent again for ever.
    assert poisoned.status_code == 200
    assert await town.rows("SELECT update_id FROM failures") == [(1,)]


async def test_a_caller_that_hangs_up_in_the_middle_is_no_error(
    live: Callable[..., Awaitable[Living]], caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    town = await live(settings=hook(port))
    for sent in (b"", b"{"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: 9\r\n\r\n"
        )
        writer.write(head.encode() + sent)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    lin = town.world.person("Lin")
    lin.writes(town.group(lin), "hello")
    await town.settle()
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_polling_takes_over_from_a_webhook_and_loses_nothing(
    live: Callable[..., Awaitable[Living]], sqlite_url: str
) -> None:
    from simulator.world import World
    from tests.living import START, TOKEN

    world = World(now=START, seed=1)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    lin = world.person("Lin", language_code="en")
    group = world.group("Readers", owner=lin)
    bot.updates.allow(["message", "my_chat_member"])
    lin.adds(bot, to=group, administrator=True)
    lin.writes(group, "before anybody listened")
    town = await live(sqlite_url, world=world)
    await town.settle()
    assert await town.activity(group) == {lin.id: {"messages": 1}}
