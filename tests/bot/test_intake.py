"""Long polling: confirmed after the commit and no earlier, and never at an end because of an odd answer."""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot import intake
from bot.clock import Clock
from bot.config.loading import load
from bot.kith import Kith, Options
from models import activity, communities
from tests.bot.test_trouble import all_asked_once
from tests.handlers.updates import LIN, message
from tests.living import Living, living


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "FIRST_WAIT_SECONDS", 0.02)
    monkeypatch.setattr(intake, "LONGEST_WAIT_SECONDS", 0.1)


def in_the_database(url: str, question: str) -> int:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        (found,) = connection.execute(question).fetchone()
    connection.close()
    return int(found or 0)


MESSAGES = "SELECT sum(messages) FROM member_days"


async def test_what_kith_reads_is_asked_for_by_name(town: Living) -> None:
    lin = town.world.person("Lin")
    lin.starts(town.bot)
    await town.settle()
    polls = next(call for call in town.bot.calls if call.method == "getUpdates")
    asked = polls.params["allowed_updates"]
    assert set(asked) == set(intake.ALLOWED_UPDATES)
    assert not polls.warnings


async def test_a_batch_is_confirmed_after_its_commit_and_no_earlier(town: Living, sqlite_url: str) -> None:
    lin = town.world.person("Lin")
    group = town.group(lin)
    await town.settle()
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    polls = len([call for call in town.bot.calls if call.method == "getUpdates"])
    for number in range(20):
        lin.writes(group, f"message {number}")
    await asyncio.sleep(0.5)
    assert town.bot.pending == 20
    assert len([call for call in town.bot.calls if call.method == "getUpdates"]) <= polls + 1
    assert in_the_database(sqlite_url, MESSAGES) == 0
    holder.execute("ROLLBACK")
    holder.close()
    await town.settle()
    assert in_the_database(sqlite_url, MESSAGES) == 20
    confirming = [
        call.params["offset"] for call in town.bot.calls if call.method == "getUpdates" and call.params.get("offset")
    ]
    assert confirming == sorted(confirming)


async def test_what_was_committed_and_not_confirmed_comes_again_and_counts_once(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin")
        group = town.group(lin)
        await town.settle()
        town.world.faults.add(method="getUpdates", kind="drop", times=None)
        for number in range(50):
            lin.writes(group, f"message {number}")
        await town.until(lambda: in_the_database(sqlite_url, MESSAGES) > 0)
        taken = town.bot.pending
    assert taken > 0
    assert town.bot.pending == taken, "nobody could confirm"
    town.world.faults.clear()
    async with living(sqlite_url, world=town.world) as again:
        await again.settle()
        assert (await again.activity(group))[lin.id]["messages"] == 50
        assert await again.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_an_orderly_stop_confirms_what_was_taken_in(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin")
        group = town.group(lin)
        for number in range(250):
            lin.writes(group, f"message {number}")
        await town.until(lambda: in_the_database(sqlite_url, MESSAGES) > 0)
    assert town.bot.pending + in_the_database(sqlite_url, MESSAGES) in (250, 252), "the two before tell of the bot"


FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 500},
    {"status": 502},
    {"status": 409},
    {"status": 429, "retry_after": 1},
    {"kind": "drop"},
    {"kind": "garbage"},
)


async def test_polling_goes_on_after_every_fault(town: Living) -> None:
    lin = town.world.person("Lin")
    group = town.group(lin)
    await town.settle()
    for number, fault in enumerate(FAULTS):
        town.world.faults.add(method="getUpdates", times=1, **fault)
        lin.writes(group, f"message {number}")
        await town.settle()
        assert (await town.activity(group))[lin.id]["messages"] == number + 1, fault
    assert town.world.faults.pending() == []


async def test_a_telegram_that_falls_silent_is_asked_again(town: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "POLL_SECONDS", 1)
    monkeypatch.setattr(intake, "SILENCE_SECONDS", 0.2)
    lin = town.world.person("Lin")
    group = town.group(lin)
    await town.settle()
    town.world.faults.add(method="getUpdates", kind="hang", seconds=3600, times=2)
    lin.writes(group, "before the silence")
    await town.until(lambda: not town.world.faults.pending())
    lin.writes(group, "in the silence")
    await town.settle()
    assert (await town.activity(group))[lin.id]["messages"] == 2


async def test_every_fault_by_turns_under_load_loses_and_doubles_nothing(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    chance = random.Random(5)
    for number in range(400):
        if number % 8 == 0:
            fault = chance.choice([*FAULTS[:3], *FAULTS[4:], {"kind": "lost_answer"}])
            method = chance.choice(("getUpdates", "*"))
            town.world.faults.add(method=method, times=1, **fault)
        lin.writes(group, "/me" if number % 40 == 20 else f"message {number}")
        await asyncio.sleep(0.005)
    await town.until(lambda: town.bot.pending == 0 and town.kith.intake.is_idle, seconds=60)
    assert (await town.activity(group))[lin.id]["messages"] == 390
    await all_asked_once(town, group)
    assert await town.rows("SELECT count(*), count(DISTINCT source) FROM ledger") == [(50, 50)]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_another_asker_takes_turns_and_nothing_is_lost_or_doubled(town: Living) -> None:
    lin = town.world.person("Lin")
    group = town.group(lin)
    await town.settle()
    for number in range(5):
        lin.writes(group, f"message {number}")
        town.bot.updates.interrupt("conflict")
        await asyncio.sleep(0.05)
    await town.settle()
    assert (await town.activity(group))[lin.id]["messages"] == 5


ME = {"id": 100, "is_bot": True, "first_name": "Kith", "username": "kith_bot"}


class OddServer:
    """A server that is no Bot API server: it answers getUpdates with the bodies it was given, one after the other."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies = bodies
        self.asked = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = b'{"ok":true,"result":true}'
        if b"/getMe" in head:
            body = json.dumps({"ok": True, "result": ME}).encode()
        elif b"/getUpdates" in head:
            self.asked += 1
            body = self.bodies.pop(0) if self.bodies else b'{"ok":true,"result":[]}'
            if not self.bodies:
                await asyncio.sleep(0.05)
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def polling(odd: OddServer, database: str) -> AsyncIterator[Kith]:
    server = await asyncio.start_server(odd, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    environment = {
        "KITH_TELEGRAM__TOKEN": "100:SIM",
        "KITH_TELEGRAM__API_URL": f"http://127.0.0.1:{port}",
        "KITH_DATABASE__URL": database,
    }
    options = Options(Clock(), posting=False, self_waking=False)
    kith = Kith(load(None, environment=environment), options=options)
    await kith.start()
    stop = asyncio.Event()
    running = asyncio.create_task(kith.run(stop))
    try:
        yield kith
    finally:
        stop.set()
        await running
        await kith.close()
        server.close()


def answer(*updates: Any) -> bytes:
    return json.dumps({"ok": True, "result": list(updates)}).encode()


ODD = (
    *(b"", b"null", b"[]", b"{}", b"7", b'"text"', b'{"ok":true}', b'{"ok":true,"result":null}'),
    *(b'{"ok":true,"result":{}}', b'{"ok":true,"result":7}', b"\xff\xfe", b"[" * 100_000),
    *(
        b'{"ok":true,"result":[{"update_id":1,"message":' + b"[" * 100_000,
        b'{"ok":true,"result":[' + b"9" * 5000 + b"]}",
    ),
)


async def messages_at(kith: Kith) -> int:
    async with kith.database.reading() as session:
        found = await communities.of_chat(session, chat_id=message()["message"]["chat"]["id"])
        if found is None:
            return 0
        counted = await activity.totals(session, community_id=found.community_id)
    return {row[0]: row[1] for row in counted}.get(LIN["id"], 0)


async def until_counted(kith: Kith, count: int) -> None:
    for _ in range(3000):
        if await messages_at(kith) == count:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError(f"{await messages_at(kith)} messages")


async def test_no_odd_answer_ends_the_polling(sqlite_url: str) -> None:
    bodies: list[bytes] = []
    for number, body in enumerate(ODD):
        bodies += [body, answer(message(update_id=number + 1, message_id=number + 1))]
    async with polling(OddServer(bodies), sqlite_url) as kith:
        await until_counted(kith, len(ODD))


async def test_updates_without_a_number_are_filed_and_not_asked_for_in_a_rush(sqlite_url: str) -> None:
    odd = OddServer([answer({}, None)] * 1000)
    async with polling(odd, sqlite_url):
        await asyncio.sleep(0.6)
        assert odd.asked <= 40
        async with asyncio.timeout(30):
            while odd.asked < 2:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.05)


async def test_a_deeply_nested_update_harms_nobody(sqlite_url: str) -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = {"reply_to_message": deep}
    bad = {"update_id": 1, "message": {**message()["message"], "reply_to_message": deep}}
    odd = OddServer([answer(bad, message(update_id=2))])
    async with polling(odd, sqlite_url) as kith:
        await until_counted(kith, 1)
    assert in_the_database(sqlite_url, "SELECT count(*) FROM failures") == 1
