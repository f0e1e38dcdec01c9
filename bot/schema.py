"""The database's version: told, raised, lowered, and raised at the start when it is behind, after a copy was made."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from migrations import HEAD
from models.database import ANSWER_SECONDS, async_engine, sync_engine
from models.deadline import Deadline

if TYPE_CHECKING:
    from alembic.config import Config

# Any number, the same for every Kith: who holds it may change the tables (pg_advisory_xact_lock).
POSTGRESQL_LOCK = 5_484_841


class VersionIsNewer(RuntimeError):
    """The database was made by a newer Kith than this one."""


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL; nothing for another database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


class NoSuchVersion(RuntimeError):
    """A version was named that this Kith does not know."""


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent.parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def version(connection: Connection) -> str | None:
    """The version of the database; nothing if it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return found[0] if found else None


def _migrate(connection: Connection, to: str, *, down: bool) -> None:
    from alembic import command
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRESQL_LOCK})
    before = version(connection)
    if not down and before is not None and before > HEAD:
        raise VersionIsNewer(f"the database has version {before}, this Kith knows {HEAD}; use the newer Kith")
    try:
        if down:
            command.downgrade(_config(connection), to)
        elif before != to:
            command.upgrade(_config(connection), to)
    except CommandError as error:
        raise NoSuchVersion(f"{to} is no version that this Kith knows; the newest is {HEAD}") from error
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"the migration would break {len(broken)} references; nothing was changed")


async def _with_connection(url: str, work: Callable[[Connection], None], *, reading: bool = False) -> None:
    if sqlite_file(url) is None:
        engine = async_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(work)
        finally:
            await engine.dispose()
        return
    local = sync_engine(url)
    try:
        with local.connect().execution_options(reading=reading) as connection:
            # A batch ALTER drops and refills a table, which would empty its children by their cascades; and this
            # pragma does nothing once a transaction has begun, so it goes past SQLAlchemy to the driver.
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - an open connection has its driver
            driver.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                work(connection)
    finally:
        local.dispose()


async def upgrade(url: str, *, to: str = HEAD) -> None:
    """Bring the database to `to`, all or nothing."""
    await _with_connection(url, lambda connection: _migrate(connection, to, down=False))


async def downgrade(url: str, *, to: str) -> None:
    """Take the database back to `to` (`base`: before the first version), all or nothing."""
    await _with_connection(url, lambda connection: _migrate(connection, to, down=True))


async def current(url: str) -> str | None:
    """The version of the database; nothing if it is new."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return None
    found: list[str | None] = []
    # A server that hangs would keep whoever starts waiting for ever; this look takes it a moment.
    async with Deadline(None if file is not None else ANSWER_SECONDS):
        await _with_connection(url, lambda connection: found.append(version(connection)), reading=True)
    return found[0]


def copy_aside(url: str) -> Path | None:
    """Copy an SQLite file to one beside it, named by the moment; nothing is done for another database."""
    file = sqlite_file(url)
    if file is None or not file.exists():
        return None
    from bot.backup import copy_sqlite

    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copied = file.with_name(f"{file.name}.backup-{stamp}")
    copy_sqlite(file, copied)
    return copied


async def make_ready(url: str) -> Path | None:
    """Bring a new or older database to this Kith's version; returns the copy that was made of an SQLite file."""
    before = await current(url)
    if before == HEAD:
        return None
    if before is not None and before > HEAD:
        raise VersionIsNewer(f"the database has version {before}, this Kith knows {HEAD}; use the newer Kith")
    copied = copy_aside(url) if before is not None else None
    await upgrade(url, to=HEAD)
    return copied
