"""The control over HTTP, and the simulator as a process of its own."""

import asyncio
import re
import signal
import sys
import time

import httpx
import pytest

from simulator.bots import Bot
from simulator.world import World

ACTS = [
    {"do": "person", "name": "Lin", "id": 11},
    {"do": "person", "name": "Wei", "premium": True},
    {"do": "group", "title": "Readers", "owner": "Lin", "forum": True},
    {"do": "settle", "chat": "Readers", "people": ["Wei"]},
    {"do": "adds", "person": 11, "account": "kith_bot", "to": "Readers", "administrator": True},
    {"do": "writes", "person": "Wei", "chat": "Readers", "text": "hello", "at": "2026-03-02T08:00:00+08:00"},
]


async def act(web: httpx.AsyncClient, **told: object) -> httpx.Response:
    return await web.post("/sim/act", json=told)


async def test_everything_can_be_done_by_name(web: httpx.AsyncClient, world: World, bot: Bot) -> None:
    done = (await web.post("/sim/acts", json={"acts": ACTS})).json()["result"]
    chat, message = done[2]["id"], done[-1]["id"]
    assert done[-1]["raw"]["date"] == 1772409600
    for told in (
        {"do": "reacts", "person": "Wei", "chat": chat, "message": message, "chosen": ["👍"]},
        {"do": "edits", "person": "Wei", "message": {"chat": chat, "id": message}, "text": "hello there"},
        {"do": "starts", "person": "Wei", "bot": "kith_bot", "payload": "ref_1"},
        {"do": "writes", "person": "Wei", "chat": {"private": "kith_bot"}, "text": "/me"},
        {"do": "creates_topic", "person": "Lin", "chat": chat, "name": "Books"},
        {"do": "creates_link", "person": "Lin", "chat": chat, "name": "spring"},
        {"do": "mutes", "person": "Lin", "account": "Wei", "chat": chat},
        {"do": "bot", "token": "200:SIM", "username": "other_bot"},
    ):
        answer = await act(web, **told)
        assert answer.status_code == 200, (told, answer.text)
    listed = (await web.get(f"/sim/chats/{chat}/messages", params={"after": message - 1})).json()["result"]
    assert listed[0]["text"] == "hello there"
    assert listed[0]["reactions"] == {str(done[1]["id"]): ["👍"]}
    private = (await web.get(f"/sim/chats/{done[1]['id']}/messages")).json()["result"]
    assert [shown["text"] for shown in private] == ["/start ref_1", "/me"]
    state = (await web.get("/sim/state")).json()["result"]
    assert [shown["username"] for shown in state["bots"]] == ["kith_bot", "other_bot"]
    assert state["bots"][0]["pending"] == bot.pending > 0
    assert state["chats"][0]["title"] == "Readers"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"do": "dances"}, "'do' is one of"),
        ({"do": "writes", "chat": "Readers", "text": "x"}, "'person' is missing"),
        ({"do": "writes", "person": "Nobody", "chat": "Readers", "text": "x"}, "there is no person 'Nobody'"),
        ({"do": "writes", "person": "Lin", "chat": "Nowhere", "text": "x"}, "there is no chat 'Nowhere'"),
        ({"do": "writes", "person": "Lin", "chat": "Readers", "text": 5}, "text must be of the type str"),
        ({"do": "writes", "person": "Lin", "chat": "Readers", "words": "x"}, "not words"),
        ({"do": "writes", "person": "Lin", "chat": "Readers", "text": "x", "at": "noon"}, "'noon' is no ISO time"),
        ({"do": "reacts", "person": "Lin", "chat": "Readers", "message": 99, "chosen": []}, "there is no message 99"),
        ({"do": "reacts", "person": "Lin", "chat": "Readers", "message": 2}, "reacts needs chosen"),
        ({"do": "writes", "person": "Lin", "chat": {"private": "kith_bot"}, "text": "x"}, "has not started the bot"),
        ({"do": "person", "name": "Twin", "id": 11}, "there is a person 11 already"),
        ({"do": "leaves", "person": "Lin", "chat": "Readers", "at": 5}, "5 is no ISO time"),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_bad_input_is_refused_in_a_sentence(
    web: httpx.AsyncClient, told: dict[str, object], sentence: str
) -> None:
    await web.post("/sim/acts", json={"acts": ACTS})
    answer = await act(web, **told)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


async def test_updates_faults_clock_limits_and_calls(web: httpx.AsyncClient, world: World, bot: Bot) -> None:
    pushed = await web.post("/sim/updates", json={"bot": "kith_bot", "updates": [{"poll": {}}, {"poll": {}}]})
    assert len(pushed.json()["result"]) == bot.pending == 2
    await web.post("/sim/faults", json={"method": "getMe", "status": 500})
    assert len((await web.get("/sim/faults")).json()["result"]) == 1
    assert (await web.get("/bot100:SIM/getMe")).status_code == 500
    await web.post("/sim/faults", json={"kind": "drop", "times": None})
    await web.delete("/sim/faults")
    assert (await web.get("/bot100:SIM/getMe")).status_code == 200
    calls = (await web.get("/sim/calls", params={"bot": "kith_bot", "method": "getMe"})).json()["result"]
    assert [call["status"] for call in calls] == [500, 200]
    moved = await web.post("/sim/clock", json={"tick": 3600})
    assert moved.json()["result"]["now"] == "2026-03-02T13:00:00+00:00"
    await web.post("/sim/clock", json={"move_to": "2026-03-03T12:00:00+00:00"})
    assert (await web.get("/sim/clock")).json()["result"]["now"].startswith("2026-03-03")
    assert (await web.post("/sim/limits", json={"enabled": True})).json()["result"] == {"enabled": True}
    assert world.limits.enabled


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sim/act", "[1]"),
        ("POST", "/sim/act", "{"),
        ("POST", "/sim/acts", '{"acts": 5}'),
        ("POST", "/sim/acts", '{"acts": [5]}'),
        ("POST", "/sim/updates", '{"bot": "kith_bot", "updates": [1]}'),
        ("POST", "/sim/updates", '{"bot": "nobody", "updates": []}'),
        ("POST", "/sim/faults", '{"kind": "tired"}'),
        ("POST", "/sim/faults", '{"colour": "red"}'),
        ("POST", "/sim/clock", '{"move_to": "2020-01-01T00:00:00+00:00"}'),
        ("POST", "/sim/clock", "{}"),
        ("POST", "/sim/limits", '{"enabled": "maybe"}'),
        ("GET", "/sim/chats/x/messages", ""),
        ("GET", "/sim/chats/-5/messages", ""),
        ("GET", "/sim/nothing", ""),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_bad_requests_get_400_and_a_sentence(web: httpx.AsyncClient, method: str, path: str, body: str) -> None:
    answer = await web.request(method, path, content=body)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert answer.json()["error"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_the_simulator_runs_by_itself_and_ends_at_once(ending: signal.Signals) -> None:
    arguments = ["-m", "simulator", "--port", "0", "--token", "7:X", "--username", "seven_bot", "--now", "2026-01-01"]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found is not None
    async with httpx.AsyncClient(base_url=found.group()) as web:
        me = (await web.get("/bot7:X/getMe")).json()["result"]
        assert (me["id"], me["username"]) == (7, "seven_bot")
        waiting = asyncio.create_task(web.get("/bot7:X/getUpdates", params={"timeout": 30}))
        await asyncio.sleep(0.1)
        started = time.monotonic()
        process.send_signal(ending)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert time.monotonic() - started < 10
        with pytest.raises(httpx.HTTPError):
            await waiting
