"""Databases with all tables, copied from one that was made once: most of these tests want an empty one of their own."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from bot import schema


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables and nobody in it."""
    file = tmp_path_factory.mktemp("empty") / "kith.db"
    asyncio.run(schema.make_ready(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def copy_postgresql(postgresql: str) -> Callable[[], str]:
    """Copies a database with all tables and nobody in it, and returns the copy's URL."""
    import asyncpg

    async def make(name: str, statement: str) -> str:
        connection = await asyncpg.connect(postgresql.format("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
        return postgresql.format(name)

    empty = f"empty_{uuid4().hex[:12]}"
    asyncio.run(schema.make_ready(asyncio.run(make(empty, f"CREATE DATABASE {empty}"))))

    def copy() -> str:
        name = f"kith_{uuid4().hex[:12]}"
        return asyncio.run(make(name, f"CREATE DATABASE {name} TEMPLATE {empty}"))

    return copy


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with all tables, once of each kind."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("copy_postgresql")()
        return url
    return f"sqlite:///{shutil.copy(request.getfixturevalue('empty_file'), tmp_path / 'kith.db')}"
