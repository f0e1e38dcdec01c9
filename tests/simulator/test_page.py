"""What the page is served: to whom, with which safeguards, and what it hears of the world."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from telegram import Bot as Client
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.page.site import STATIC
from simulator.people import Person
from simulator.server import Server
from simulator.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator["Ear"]:
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=10) as web,
        web.stream("GET", "/page/events") as answer,
    ):
        yield Ear(answer)


class Ear:
    """What an open page hears, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[str, dict[str, Any]]:
        kind = ""
        async with asyncio.timeout(30):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    return kind, json.loads(value)
        raise AssertionError("the stream has ended")

    async def until(self, name: str) -> Any:
        """The next news that tell of this."""
        while True:
            _, told = await self.next()
            if name in told:
                return told[name]


@pytest.mark.parametrize(
    "path", ["/", "/js/main.js", "/css/page.css", "/icon.svg", "/page/messages?chat=1", "/nothing"]
)
async def test_every_answer_forbids_what_the_page_does_not_need(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_all_that_the_page_asks_for_is_there_and_its_own(web: httpx.AsyncClient) -> None:
    for path in STATIC.rglob("*.*"):
        answer = await web.get(f"/{path.relative_to(STATIC).as_posix()}")
        assert answer.status_code == 200, path
        assert "http://" not in answer.text.replace("http://www.w3.org/", ""), path
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in answer.text, path
    for outside in ("/../control.py", "/js/../../site.py", "/%2e%2e/site.py", "//etc/passwd"):
        assert (await web.get(outside)).status_code == 404


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "10.0.0.7:8081", "", "[::ffff:1.2.3.4]"])
async def test_who_calls_it_by_another_name_gets_nothing(web: httpx.AsyncClient, host: str) -> None:
    assert (await web.get("/", headers={"host": host})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://example.org"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"host": "example.org", "origin": "http://example.org"},
        {"host": "example.org"},
    ],
)
async def test_a_page_of_another_site_may_not_act(
    web: httpx.AsyncClient, world: World, headers: dict[str, str]
) -> None:
    answer = await web.post("/sim/act", json={"do": "person", "name": "Eve"}, headers=headers)
    assert answer.status_code == 403
    assert "Eve" not in [person.name for person in world.people.values()]


async def test_it_hears_of_messages_changes_standings_and_calls(
    server: Server, client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    lin.adds(bot, to=group, administrator=True)
    async with listening(server) as ear:
        kind, hello = await ear.next()
        assert kind == "hello"
        assert {person["first_name"] for person in hello["world"]["people"]} == {"Lin", "Wei"}

        message = wei.writes(group, "good morning")
        (shown,) = await ear.until("messages")
        assert (shown["text"], shown["author"]) == ("good morning", wei.id)
        lin.reacts(message, ["👍"])
        (shown,) = await ear.until("messages")
        assert shown["reactions"] == {"👍": [lin.id]}
        lin.promotes(wei, chat=group)
        (chat,) = (await ear.until("world"))["chats"]
        assert dict(chat["members"])[wei.id] == "administrator"
        await client.send_message(group.id, "hello", reply_markup=_buttons())
        (shown,) = await ear.until("messages")
        assert shown["keyboard"][0][0]["text"] == "More"
        wei.deletes(message)
        (shown,) = await ear.until("messages")
        assert shown["deleted"] is True
        assert "text" not in shown


async def test_the_token_is_told_to_nobody(server: Server, client: Client, bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group)
    await client.send_message(group.id, "hello")
    async with listening(server) as ear:
        _, hello = await ear.next()
        assert hello["calls"]
        assert bot.token not in json.dumps(hello)


async def test_when_nobody_looks_nothing_is_watched(server: Server, world: World) -> None:
    async with listening(server) as ear:
        await ear.next()
        assert len(world.watchers) == 1
    async with asyncio.timeout(30):
        while world.watchers:  # noqa: ASYNC110 - the server notices by itself
            await asyncio.sleep(0.01)


async def test_messages_come_by_the_page_and_by_topic(web: httpx.AsyncClient, world: World, lin: Person) -> None:
    forum = world.group("Forum", owner=lin, forum=True)
    topic = lin.creates_topic(forum, "Books")
    for number in range(250):
        lin.writes(forum, f"line {number}", topic=topic if number % 2 else None)
    newest = (await web.get("/page/messages", params={"chat": forum.id})).json()
    assert [one["text"] for one in newest][-1] == "line 249"
    assert len(newest) == 200
    before = (await web.get("/page/messages", params={"chat": forum.id, "before": newest[0]["id"]})).json()
    assert [one["id"] for one in before] == sorted(one["id"] for one in before)
    assert before[-1]["text"] == "line 49"
    books = (await web.get("/page/messages", params={"chat": forum.id, "topic": topic.thread_id})).json()
    assert {one.get("topic") for one in books} == {topic.thread_id}
    general = (await web.get("/page/messages", params={"chat": forum.id, "topic": 1})).json()
    assert len(general) == 125


async def test_pictures_are_shown_and_everything_else_is_kept_as_a_file(
    server: Server, web: httpx.AsyncClient, client: Client, bot: Bot, group: Chat, lin: Person
) -> None:
    lin.adds(bot, to=group)
    picture = await client.send_photo(group.id, PNG)
    answer = await web.get(f"/page/files/{picture.photo[-1].file_id}")
    assert answer.headers["content-type"] == "image/png"
    script = await client.send_document(group.id, b"<svg onload='alert(1)'>", filename='a"b.svg')
    assert script.document is not None
    answer = await web.get(f"/page/files/{script.document.file_id}", params={"name": 'a"b.svg'})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''a%22b.svg"


async def test_a_scene_says_who_one_can_be(web: httpx.AsyncClient, server: Server, group: Chat, wei: Person) -> None:
    roles = [{"person": "Wei", "role": "member"}]
    told = await web.post("/sim/scene", json={"group": "Readers", "time_zone": "Asia/Taipei", "roles": roles})
    assert told.json()["result"]["roles"] == [{"person": wei.id, "role": "member", "about": ""}]
    async with listening(server) as ear:
        _, hello = await ear.next()
        assert hello["more"]["scene"]["group"] == group.id
    for wrong in ({"time_zone": "Mars/Olympus"}, {"roles": "Wei"}, {"roles": [{"person": "Eve"}]}, {"group": "Nobody"}):
        assert (await web.post("/sim/scene", json=wrong)).status_code == 400


def _buttons() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
