"""What the simulator tells a bot has the shape that the specification gives it: no field missing, none invented."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx

from simulator.bots import Bot
from simulator.messages import Message
from simulator.people import Person
from simulator.specification import specification
from simulator.world import World
from tests.simulator.updates import EVERYTHING, waiting

SIMPLE: dict[str, type | tuple[type, ...]] = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}


def complaints(kind: str, value: Any, path: str) -> Iterator[str]:
    """Where a value departs from its type."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{path} is no array"
            return
        for place, item in enumerate(value):
            yield from complaints(kind.removeprefix("Array of "), item, f"{path}[{place}]")
    elif kind in SIMPLE:
        if not isinstance(value, SIMPLE[kind]) or (isinstance(value, bool) and kind != "Boolean"):
            yield f"{path} is no {kind}: {value!r}"
    else:
        yield from _object_complaints(kind, value, path)


def _object_complaints(kind: str, value: Any, path: str) -> Iterator[str]:
    shape = specification().types[kind]
    if not isinstance(value, dict):
        yield f"{path} is no {kind}: {value!r}"
        return
    if "subtypes" in shape:
        tried = [list(complaints(subtype, value, path)) for subtype in shape["subtypes"]]
        if all(tried):
            yield min(tried, key=len)[0]
        return
    fields = shape.get("fields", {})
    for name in value.keys() - fields.keys():
        yield f"{path}.{name} is not in {kind}"
    for name, wanted in fields.items():
        if name not in value:
            if wanted.get("r"):
                yield f"{path}.{name} is missing"
        elif "c" in wanted and value[name] != wanted["c"]:
            yield f"{path}.{name} is {value[name]!r}"
        else:
            tried = [list(complaints(option, value[name], f"{path}.{name}")) for option in wanted["t"]]
            if all(tried):
                yield min(tried, key=len)[0]


class Life:
    """A little of everything; keeps what the methods answered."""

    def __init__(self, world: World, bot: Bot, web: httpx.AsyncClient, *, lin: Person, wei: Person) -> None:
        self.world, self.bot, self.web, self.lin, self.wei = world, bot, web, lin, wei
        self.answers: list[tuple[str, Any]] = []
        self.forum = world.group("Forum", owner=lin, forum=True, username="forum")
        self.forum.settle(wei)
        self.channel = world.group("News", owner=lin, kind="channel")
        self.small = world.group("Small", owner=lin, kind="group")

    async def call(self, method: str, **params: Any) -> Any:
        answer = (await self.web.post(f"/bot100:SIM/{method}", json=params)).json()
        assert answer["ok"], (method, answer)
        self.answers.append((method, answer["result"]))
        return answer["result"]

    def begin(self) -> None:
        lin, bot = self.lin, self.bot
        names = ("can_promote_members", "can_restrict_members", "can_invite_users", "can_manage_tags")
        more = ("can_delete_messages", "can_pin_messages", "can_manage_topics")
        lin.adds(bot, to=self.forum, rights=dict.fromkeys((*names, *more), True), payload="x")
        lin.adds(bot, to=self.channel, rights={"can_post_messages": True})
        lin.adds(bot, to=self.small)
        lin.links_channel(self.channel, to=self.forum)
        self.wei.starts(bot)

    def talk(self) -> Message:
        lin, wei, forum = self.lin, self.wei, self.forum
        first = wei.writes(forum, "hello #world 😀", topic=lin.creates_topic(forum, "Books"))
        for media in ("photo", "video", "voice", "document", "sticker"):
            wei.writes(forum, None if media == "sticker" else "look", media=media, reply_to=first)
        wei.writes(forum, forward_of=first)
        wei.edits(first, "hello")
        wei.reacts(first, ["👍"])
        lin.reacts(first, ["🔥"], anonymous=True)
        lin.edits(lin.writes(self.channel, "news"), "more news")
        wei.reacts(forum.messages[-1], ["👍"])
        self.world.clock.tick(timedelta(minutes=5))
        lin.pins(first)
        return first

    async def send(self, first: Message) -> None:
        forum, wei, call = self.forum, self.wei, self.call
        keyboard = {"inline_keyboard": [[{"text": "go", "callback_data": "go"}]]}
        await call("sendMessage", chat_id=forum.id, text="<b>vote</b>", parse_mode="HTML", reply_markup=keyboard)
        wei.taps(forum.messages[-1], "go")
        await call("sendPhoto", chat_id=forum.id, photo="https://kith.example/a.png", caption="a")
        await call("getFile", file_id=forum.messages[-1].raw["photo"][-1]["file_id"])
        poll = await call("sendPoll", chat_id=forum.id, question="?", options=[{"text": "a"}], is_anonymous=False)
        wei.votes(forum.messages[-1], [0])
        await call("stopPoll", chat_id=forum.id, message_id=poll["message_id"])
        await call("forwardMessage", chat_id=wei.id, from_chat_id=forum.id, message_id=first.id)
        await call("copyMessage", chat_id=wei.id, from_chat_id=forum.id, message_id=first.id)
        await call("copyMessages", chat_id=wei.id, from_chat_id=forum.id, message_ids=[first.id])
        await call("createForumTopic", chat_id=forum.id, name="Music")

    async def lead(self) -> None:
        forum, call, lin = self.forum, self.call, self.lin
        guest, other = self.world.person("Guest"), self.world.person("Other")
        link = await call("createChatInviteLink", chat_id=forum.id, name="a", creates_join_request=True)
        guest.joins(forum, link=link["invite_link"])
        await call("approveChatJoinRequest", chat_id=forum.id, user_id=guest.id)
        other.joins(forum, link=lin.creates_link(forum))
        await call("setChatMemberTag", chat_id=forum.id, user_id=guest.id, tag="new")
        guest.writes(forum, "thanks")
        await call("restrictChatMember", chat_id=forum.id, user_id=guest.id, permissions={})
        await call("promoteChatMember", chat_id=forum.id, user_id=other.id, can_pin_messages=True)
        lin.promotes(other, chat=forum, rights={"is_anonymous": True})
        other.writes(forum, "as the group")
        for person in (lin, self.wei, guest, other, self.bot):
            await call("getChatMember", chat_id=forum.id, user_id=person.id)
        await call("getChatAdministrators", chat_id=self.channel.id)
        await call("banChatMember", chat_id=forum.id, user_id=guest.id)

    async def end(self) -> None:
        for chat_id in (self.forum.id, self.channel.id, self.small.id, self.wei.id):
            await self.call("getChat", chat_id=chat_id)
        await self.call("setMyCommands", commands=[{"command": "me", "description": "Me"}])
        for method in ("getMe", "getWebhookInfo", "getMyCommands", "getMyName", "getChatMenuButton"):
            await self.call(method)
        self.wei.blocks(self.bot)
        self.wei.leaves(self.forum)
        self.lin.migrates(self.small)
        self.lin.removes(self.bot, chat=self.forum)


def test_the_comparison_sees_what_is_wrong() -> None:
    wrong = {"update_id": "1", "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "group", "size": 5}}}
    assert len(list(complaints("Update", wrong, "update"))) == 2
    assert list(complaints("ChatMember", {"status": "left"}, "member"))


async def test_updates_and_answers_have_the_shape_of_the_specification(
    world: World, bot: Bot, web: httpx.AsyncClient, lin: Person, wei: Person
) -> None:
    bot.updates.allow(EVERYTHING)
    life = Life(world, bot, web, lin=lin, wei=wei)
    life.begin()
    first = life.talk()
    await life.send(first)
    await life.lead()
    await life.end()
    found = [complaint for update in waiting(bot) for complaint in complaints("Update", update, "update")]
    assert found == []
    for method, result in life.answers:
        kinds = specification().methods[method]["returns"]
        tried = [list(complaints(kind, result, method)) for kind in kinds]
        assert not all(tried), (method, tried, json.dumps(result))
    told = {next(key for key in update if key != "update_id") for update in waiting(bot)}
    assert told >= set(EVERYTHING)
