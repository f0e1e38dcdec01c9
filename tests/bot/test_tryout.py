"""The try-out as its users have it: the real command, its simulated Telegram in a process of its own, and its clock."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bot.tryout.companion import state
from models import settings
from models.occurrences import Occurrences
from tests.living import Living
from tests.trying import KITH, SECONDS, Tried, tried_out


async def said(client: httpx.AsyncClient, chat: int, words: str) -> list[dict[str, Any]]:
    """The messages of a chat with these words, once there are any."""
    async with asyncio.timeout(SECONDS):
        while True:
            told = (await client.get(f"/sim/chats/{chat}/messages")).json()["result"]
            found = [one for one in told if words in (one["text"] or "")]
            if found:
                return found
            await asyncio.sleep(0.05)


async def group_of(client: httpx.AsyncClient) -> int:
    state = (await client.get("/sim/state")).json()["result"]
    return int(next(chat for chat in state["chats"] if chat["title"] == "Readers' corner")["id"])


def at(tried: Tried) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=tried.address, timeout=SECONDS)


async def test_it_plays_its_scene_lives_an_hour_in_step_and_ends_with_everything_though_a_page_is_open() -> None:
    async with contextlib.AsyncExitStack() as stack:
        async with tried_out() as tried:
            children = psutil.Process(tried.process.pid).children(recursive=True)
            assert children
            client = await stack.enter_async_context(at(tried))
            page = await client.get("/")
            assert page.headers["content-type"].startswith("text/html")
            group = await group_of(client)
            (answer,) = await said(client, group, "this week, 1st")
            assert answer["text"] == "Ada · 0.4 points this week, 1st"
            assert not answer["deleted"]

            walked = (await client.post("/sim/time", json={"by_seconds": 3600})).json()
            assert walked["ok"], walked
            assert walked["result"]["walk"]["stops"] >= 2
            assert [one["deleted"] for one in await said(client, group, "this week, 1st")] == [True]

            events = await stack.enter_async_context(client.stream("GET", "/page/events"))
            lines = events.aiter_lines()
            assert await anext(lines) == "event: hello"
        assert tried.process.returncode == 0
        assert "The try-out is over." in tried.lines
        assert not any("Traceback" in line for line in tried.lines)
        assert psutil.wait_procs(children, timeout=60)[1] == []
        with contextlib.suppress(httpx.HTTPError):
            async for _ in lines:
                pass


async def test_played_in_another_language_and_killed_outright_it_leaves_no_simulator_behind() -> None:
    async with tried_out("--language", "zh-Hant") as tried:
        async with at(tried) as client:
            state = (await client.get("/sim/state")).json()["result"]
            group = next(chat for chat in state["chats"] if chat["title"] == "讀書角")
            assert await said(client, group["id"], "Ada · 本週 0.4 分 · 第 1 名")
        children = psutil.Process(tried.process.pid).children(recursive=True)
        tried.process.kill()
    assert psutil.wait_procs(children, timeout=60)[1] == []


@pytest.mark.timeout(300)
async def test_the_crowd_lives_a_day_in_step_and_kith_counts_it() -> None:
    async with tried_out() as tried, at(tried) as client:
        lived = (await client.post("/sim/crowd", json={"hours": 24, "patience": SECONDS}, timeout=None)).json()
        assert lived["ok"], lived
        companion = (await client.get("/sim/time")).json()["result"]["companion"]
        stored = (await client.get(f"{companion}/tryout/stored")).json()
    counted = {one["name"]["en"]: one["value"] for one in stored["figures"]}
    assert lived["result"]["deeds"] > 200
    assert counted["members"] > 30
    assert counted["entries in the ledger"] > 200
    assert counted["failures"] == 0
    ledger = next(section for section in stored["sections"] if section["title"]["en"] == "Ledger")
    assert {"wrote a message", "liked something"} & {row["what"]["en"] for row in ledger["rows"]}


async def test_the_same_seed_lives_the_same_life_whenever_it_is_begun() -> None:
    stories = []
    for _ in range(2):
        async with tried_out("--seed", "5", "--time-zone", "Asia/Taipei") as tried, at(tried) as client:
            group = await group_of(client)
            lived = (await client.post("/sim/crowd", json={"hours": 1, "patience": SECONDS}, timeout=None)).json()
            assert lived["ok"], lived
            told = (await client.get("/page/messages", params={"chat": group})).json()
            companion = (await client.get("/sim/time")).json()["result"]["companion"]
            figures = (await client.get(f"{companion}/tryout/stored")).json()["figures"]
        crowd = [one for one in told if one["date"] >= 1772503500]
        stories.append((lived["result"]["deeds"], crowd, figures))
    assert stories[0] == stories[1]
    (_, crowd, _) = stories[0]
    assert len(crowd) > 5
    # Three in March 2026 is a Tuesday, and it is past ten in Taipei.
    assert all(1772503500 <= one["date"] <= 1772503500 + 2 * 3600 for one in crowd)


async def test_an_export_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "result.json"
    broken.write_text(json.dumps({"hello": "world"}))
    process = await asyncio.create_subprocess_exec(
        *KITH, "try", "--port", "0", "--history", str(broken), stdout=-1, stderr=-1
    )
    _, told = await process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in told.decode()
    assert told.decode().strip().splitlines()[-1].startswith("Error: ")


async def test_a_jump_of_the_clock_stops_at_what_the_schedule_has_too(
    live: Callable[..., Awaitable[Living]], sqlite_url: str
) -> None:
    town = await live(sqlite_url)
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    number, now = (await town.community(group)).community_id, town.kith.clock.now()
    async with town.kith.database.writing() as session:
        values = {"topics": {"on": True, "hour": (now.hour + 3) % 24}}
        await settings.change(session, community_id=number, values=values, user_id=lin.id, now=now)
    planned = min(one.due_at for one in await town.all(Occurrences))
    told = await state(town.kith)
    assert datetime.fromisoformat(told["next_due"]) == planned
    assert told["idle"]
