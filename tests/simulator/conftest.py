"""A small world, a server and the real library as its client."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from telegram import Bot as Client

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person
from simulator.server import Server, serve
from simulator.world import World

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOKEN = "100:SIM"


@pytest.fixture
def world() -> World:
    return World(NOON, seed=7)


@pytest.fixture
def bot(world: World) -> Bot:
    return world.add_bot(token=TOKEN, username="kith_bot", name="Kith")


@pytest.fixture
def lin(world: World) -> Person:
    return world.person("Lin")


@pytest.fixture
def wei(world: World) -> Person:
    return world.person("Wei", username="wei_reads")


@pytest.fixture
def group(world: World, lin: Person, wei: Person) -> Chat:
    """A supergroup that Lin owns, with Wei in it for long."""
    group = world.group("Readers", owner=lin)
    group.settle(wei)
    return group


@pytest.fixture
async def server(world: World) -> AsyncIterator[Server]:
    async with serve(world) as server:
        yield server


@pytest.fixture
async def client(server: Server, bot: Bot) -> AsyncIterator[Client]:
    async with Client(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot") as client:
        yield client


@pytest.fixture
async def web(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as web:
        yield web
