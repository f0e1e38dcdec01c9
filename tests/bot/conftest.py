"""What the tests of a database in trouble share: one that is ready, and its server."""

from collections.abc import Awaitable, Callable

import pytest

from tests.bot.servers import Server, server_of


@pytest.fixture
async def url(make_house: Callable[[], Awaitable[str]]) -> str:
    """A database on PostgreSQL with its tables."""
    return await make_house()


@pytest.fixture
async def server(url: str) -> Server:
    """The server of that database."""
    return await server_of(url)
