"""A webhook while the database is away: 503 at once, nothing kept in memory, all of it counted once it is back."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest

import simulator.webhook
from tests.bot.servers import Server
from tests.bot.test_trouble import all_counted, under_load, village
from tests.bot.test_webhook import SECRET, hook
from tests.living import Living
from tests.ports import free_port

HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


async def test_while_the_server_is_stopped_telegram_is_told_to_come_again_at_once(
    live: Callable[..., Awaitable[Living]], url: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Telegram's patience between two attempts, shortened to that of a test.
    monkeypatch.setattr(simulator.webhook, "LONGEST_PAUSE", 0.3)
    port = free_port()
    town = await live(url, settings=hook(port))
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    lin.writes(group, "before")
    await town.settle()
    await asyncio.to_thread(server.stop)
    try:
        for number in range(20):
            lin.writes(group, f"meanwhile {number}")
        lin.writes(group, "/me")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=HEADERS) as client:
            for number in range(10):
                began = time.monotonic()
                stray = {"update_id": 900_000_000 + number, "message": {"message_id": 5000 + number, "date": 1}}
                stray["message"] |= {"chat": {"id": -100777, "type": "supergroup", "title": "T"}, "text": "x"}  # type: ignore[operator]
                stray["message"] |= {"from": {"id": 5, "is_bot": False, "first_name": "Ann"}}  # type: ignore[operator]
                assert (await client.post("/hook", json=stray)).status_code == 503
                assert time.monotonic() - began < 10.0
            began = time.monotonic()
            assert (await client.get("/health")).status_code == 503
            assert time.monotonic() - began < 8.0
        await asyncio.sleep(1.5)
        assert town.bot.pending >= 20
    finally:
        await asyncio.to_thread(server.start)
    await town.until(lambda: town.bot.pending == 0)
    await town.settle()
    assert await town.activity(group) == {lin.id: {"messages": 21}}
    assert await town.rows("SELECT count(*) FROM ledger") == [(21,)]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
    # What was told to come again and did not come is not here: nothing was kept in memory.
    assert await town.rows("SELECT count(*) FROM people WHERE user_id = 5") == [(0,)]
    assert len([m for m in town.said(group) if m.text and m.text.startswith("Lin")]) == 1
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/health")).json() == {"status": "well"}


async def test_a_lock_that_outlasts_the_servers_patience_is_told_too(
    live: Callable[..., Awaitable[Living]], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulator.webhook, "LONGEST_PAUSE", 0.3)
    holder = await asyncpg.connect(url)
    name = await holder.fetchval("SELECT current_database()")
    await holder.execute(f"ALTER DATABASE {name} SET lock_timeout = '50ms'")
    town = await live(url, settings=hook(free_port()))
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
    for number in range(10):
        lin.writes(group, f"message {number}")
    webhook = town.bot.webhook
    assert webhook is not None
    await town.until(lambda: "503" in webhook.info().get("last_error_message", ""))
    await transaction.rollback()
    await holder.close()
    await town.until(lambda: town.bot.pending == 0)
    assert await town.activity(group) == {lin.id: {"messages": 10}}
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_database_is_away_for_long_while_people_go_on_talking(
    live: Callable[..., Awaitable[Living]],
    url: str,
    server: Server,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    monkeypatch.setattr(simulator.webhook, "LONGEST_PAUSE", 0.3)
    seconds: float = pytestconfig.getoption("away")
    count = round(seconds * 20) + 100
    town = await live(url, settings=hook(free_port()) if mode == "webhook" else {})
    group, lin = await village(town)
    talking = asyncio.create_task(under_load(town, group, lin, count=count, every=0.05))
    await asyncio.sleep(1)
    await asyncio.to_thread(server.stop)
    try:
        await asyncio.sleep(seconds)
        assert town.bot.pending > 0
    finally:
        await asyncio.to_thread(server.start)
    await talking
    await all_counted(town, group, lin, count=count)
