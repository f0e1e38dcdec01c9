"""What the tests of a database in trouble share: one that is ready, and its server."""

from collections.abc import Awaitable, Callable

import pytest

from bot import schema
from tests.bot.servers import Server, server_of


@pytest.fixture
async def url(make_postgresql: Callable[[], Awaitable[str]]) -> str:
    """A database on PostgreSQL with its tables."""
    made = await make_postgresql()
    await schema.make_ready(made)
    return made


@pytest.fixture
async def server(url: str) -> Server:
    """The server of that database."""
    return await server_of(url)
