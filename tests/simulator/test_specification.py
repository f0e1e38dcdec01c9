"""No request, however odd, breaks the server; and what is played stands in the specification."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Bot as Client
from telegram import BotCommand, BotCommandScopeChat
from telegram.error import BadRequest

from simulator.api.dispatch import answer
from simulator.api.methods import METHODS
from simulator.bodies import Request
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person
from simulator.server import Server, serve
from simulator.specification import specification
from simulator.world import World

PLAYED = sorted(METHODS.keys() - {"getUpdates", "setWebhook"})


def test_every_method_that_is_played_stands_in_the_specification() -> None:
    assert METHODS.keys() <= specification().methods.keys()


def odd_world() -> tuple[World, Bot, list[Any]]:
    world = World(seed=3)
    bot = world.add_bot(token="100:SIM", username="kith_bot")
    owner = world.person("Owner", id=5)
    forum = world.group("Forum", owner=owner, forum=True, id=-1001111111111)
    small = world.group("Small", owner=owner, kind="group", id=-22)
    owner.adds(bot, to=forum, administrator=True)
    owner.adds(bot, to=small)
    owner.starts(bot)
    owner.writes(forum, "hello")
    return world, bot, [forum.id, small.id, owner.id, -7, 7, "@nobody", 1, 2, 100]


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(method=st.sampled_from(PLAYED), data=st.data())
async def test_no_parameters_break_a_method(method: str, data: st.DataObject) -> None:
    world, _, interesting = odd_world()
    fields = specification().methods[method].get("fields", {})
    likely = st.one_of(st.sampled_from(interesting), st.sampled_from(["x", "", "HTML", [], [1], {}]), VALUES)
    params = {
        name: data.draw(likely, label=name) for name in fields if data.draw(st.integers(0, 3)) or name == "chat_id"
    }
    reply = await answer(world, token="100:SIM", method=method, request=Request(params, {}))
    assert reply.status in (200, 400, 403)


@pytest.mark.usefixtures("bot")
async def test_bodies_that_are_no_requests_are_refused(web: httpx.AsyncClient) -> None:
    for content_type, body in (
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nnothing\r\n--x--\r\n"),
        ("text/plain", b"\xff\xfe"),
    ):
        answer = await web.post("/bot100:SIM/sendMessage", content=body, headers={"content-type": content_type})
        assert answer.status_code == 400
        assert answer.json()["ok"] is False


async def test_commands_are_kept_per_scope_and_language(client: Client, bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group)
    await client.set_my_commands([BotCommand("me", "Me")])
    await client.set_my_commands([BotCommand("me", "我")], language_code="zh")
    scope = BotCommandScopeChat(group.id)
    await client.set_my_commands([BotCommand("rules", "規則")], scope=scope)
    assert [command.description for command in await client.get_my_commands()] == ["Me"]
    assert [command.description for command in await client.get_my_commands(language_code="zh")] == ["我"]
    assert [command.command for command in await client.get_my_commands(scope=scope)] == ["rules"]
    await client.delete_my_commands(scope=scope)
    assert await client.get_my_commands(scope=scope) == ()
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await client.set_my_commands([("No", "capitals")])


async def test_what_a_bot_says_of_itself(client: Client) -> None:
    await client.set_my_description("Hello", language_code="en")
    assert (await client.get_my_description(language_code="en")).description == "Hello"
    assert (await client.get_my_description()).description == ""
    await client.set_my_name("Kith the second")
    assert (await client.get_me()).first_name == "Kith the second"


async def test_a_full_chat_can_be_read_by_the_library(client: Client, bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group)
    chat = await client.get_chat(group.id)
    assert (chat.title, chat.type) == ("Readers", "supergroup")
    assert chat.permissions is not None
    assert chat.permissions.can_send_messages
    lin.starts(bot)
    assert (await client.get_chat(lin.id)).first_name == "Lin"


async def test_messages_and_calls_are_bounded() -> None:
    world = World(keep_messages=50, keep_calls=10)
    bot = world.add_bot(token="1:X", username="small_bot")
    owner = world.person("Owner")
    group = world.group("Loud", owner=owner)
    owner.adds(bot, to=group)
    for number in range(300):
        owner.writes(group, str(number))
    assert 50 <= len(group.messages) <= 57
    assert group.messages[-1].text == "299"
    async with serve(world) as server, httpx.AsyncClient(base_url=server.url) as web:
        for _ in range(20):
            await web.get("/bot1:X/getMe")
    assert len(bot.calls) == 10


async def test_a_server_can_be_started_again_on_the_same_world(world: World, server: Server) -> None:
    async with serve(world) as second:
        assert second.url != server.url
