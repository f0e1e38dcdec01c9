"""Webhooks: the secret, exclusion of polling, retries, and lanes that keep their order and do not block each other."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot as Client
from telegram.error import BadRequest, Conflict

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person
from simulator.world import World
from tests.simulator.updates import EVERYTHING, forget


class Receiver:
    """A bot's web server: remembers what came, and can be slow or ill."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.refusals = 0
        self.slow_for: str | None = None
        self.running = 0
        self.most = 0

    async def take(self, request: Request) -> Response:
        update = await request.json()
        self.secrets.add(request.headers.get("x-telegram-bot-api-secret-token"))
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=503)
        self.running += 1
        self.most = max(self.most, self.running)
        slow = self.slow_for is not None and self.slow_for in str(update)
        await asyncio.sleep(0.3 if slow else 0.01 if "message" in update else 0)
        self.running -= 1
        self.got.append(update)
        return Response()

    def texts(self) -> list[str]:
        return [u["message"]["text"] for u in self.got if "text" in u.get("message", {})]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.got) < count:  # noqa: ASYNC110 — nothing to wait on but the count
                await asyncio.sleep(0.01)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    receiver.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    yield receiver
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(0)


@pytest.fixture
async def hooked(client: Client, receiver: Receiver, bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group, administrator=True)
    forget(bot)
    await client.set_webhook(receiver.url, secret_token="s3cret_A-1", allowed_updates=EVERYTHING, max_connections=5)


@pytest.mark.usefixtures("hooked")
async def test_updates_come_with_the_secret_and_polling_is_refused(
    client: Client, receiver: Receiver, bot: Bot, group: Chat, wei: Person
) -> None:
    wei.writes(group, "hello")
    await receiver.until(1)
    assert receiver.secrets == {"s3cret_A-1"}
    with pytest.raises(Conflict, match="webhook is active"):
        await client.get_updates()
    info = await client.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (receiver.url, 0, 5)
    await client.delete_webhook()
    wei.writes(group, "by polling")
    assert [u.message.text for u in await client.get_updates() if u.message] == ["by polling"]


@pytest.mark.usefixtures("hooked")
async def test_a_refused_update_is_sent_again_before_the_next_of_its_lane(
    client: Client, receiver: Receiver, group: Chat, wei: Person
) -> None:
    receiver.refusals = 2
    for number in range(5):
        wei.writes(group, str(number))
    await receiver.until(5)
    assert receiver.texts() == ["0", "1", "2", "3", "4"]
    assert "503" in ((await client.get_webhook_info()).last_error_message or "")


@pytest.mark.usefixtures("hooked")
async def test_lanes_overtake_each_other_but_keep_their_own_order(
    world: World, receiver: Receiver, group: Chat, lin: Person, wei: Person, bot: Bot
) -> None:
    receiver.slow_for = "slow"
    message = wei.writes(group, "slow one")
    wei.writes(group, "after it")
    wei.reacts(message, ["👍"])
    world.person("Guest").starts(bot)
    await receiver.until(4)
    kinds = [next(key for key in update if key != "update_id") for update in receiver.got]
    assert kinds[-2:] == ["message", "message"]
    assert receiver.texts() == ["/start", "slow one", "after it"]
    assert "message_reaction" in kinds[:2]


@pytest.mark.usefixtures("hooked")
async def test_no_more_connections_than_allowed(receiver: Receiver, world: World, bot: Bot) -> None:
    for number in range(30):
        world.person(f"P{number}").starts(bot)
    await receiver.until(30)
    assert 1 < receiver.most <= 5


@pytest.mark.usefixtures("hooked")
async def test_a_long_queue_is_worked_off(receiver: Receiver, bot: Bot) -> None:
    bot.push_many([{"poll": {"id": str(number)}} for number in range(1200)])
    bot.push_many([{}])
    async with asyncio.timeout(60):
        while bot.pending:  # noqa: ASYNC110 — nothing to wait on but the count
            await asyncio.sleep(0.02)
    assert len(receiver.got) == 1201


async def test_a_webhook_needs_https_or_this_machine(client: Client) -> None:
    with pytest.raises(BadRequest, match="an https url must be provided"):
        await client.set_webhook("http://kith.example/hook")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await client.set_webhook("https://kith.example/hook", secret_token="no spaces")


async def test_dropping_pending_updates(client: Client, bot: Bot) -> None:
    bot.push_many([{"poll": {}}] * 3)
    await client.delete_webhook(drop_pending_updates=True)
    assert bot.pending == 0
