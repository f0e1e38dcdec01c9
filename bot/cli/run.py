"""`kith run`: the bot itself."""

import asyncio
import contextlib
import gc
import signal
from typing import TYPE_CHECKING

import click

from bot.cli.exits import Failed, Missing
from bot.cli.session import configuration_read_aside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.config import Configuration
    from bot.kith import Kith

# Some two thousand updates are counted at once, and as many wait: they hold some twenty thousand objects until they are
# through, and leave hardly a circle behind. After each 700, as Python has it, the collector went through them all in
# vain, for a fifth of the time that they take; after each 10,000 still for a twentieth.
NEW_OBJECTS = 30_000

HOW_TO_BEGIN = """No token yet.

  1. In Telegram, write /newbot to @BotFather; it answers with a token.
  2. Put it into the environment as KITH_TELEGRAM__TOKEN, or into config.toml:

       [telegram]
       token = "…"

  3. Run this again.

To see Kith work without any token: kith try (or make try)."""


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Run the bot until it is stopped (Ctrl-C or SIGTERM).

    The database is made, or brought up to date after a copy, before the first update is taken in.
    """
    chosen = configuration_read_aside(ctx, meanwhile=_load_the_bot)
    if chosen.telegram.token is None:
        raise Missing(HOW_TO_BEGIN)
    from bot import logs

    logs.set_up(chosen.log, secrets=chosen.secrets)
    with alone_on_sqlite(chosen):
        asyncio.run(_run(chosen))


def _load_the_bot() -> None:
    import bot.kith  # noqa: F401 - whoever needs it finds it loaded


@contextlib.contextmanager
def alone_on_sqlite(chosen: "Configuration") -> "Iterator[None]":
    """Be the only one that runs on an SQLite file: one process writes there, and one sends."""
    from bot.lockfile import DatabaseIsTaken, only_one
    from bot.schema import sqlite_file

    file = sqlite_file(chosen.database.url.get_secret_value())
    if file is None:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(only_one(file))
        except DatabaseIsTaken as taken:
            raise Missing(str(taken)) from None
        except OSError as error:
            raise Missing(f"The database {chosen.database.shown} cannot be used: {error.strerror}") from None
        yield


async def _run(chosen: "Configuration") -> None:
    from telegram.error import TelegramError

    from bot.kith import Kith, TokenRefused
    from bot.ports import PortIsTaken

    await prepare_database(chosen)
    kith = Kith(chosen)
    try:
        await kith.start()
        spare_the_collector()
        async with watched(kith):
            await serve(kith)
    except PortIsTaken as taken:
        raise Missing(str(taken)) from None
    except TokenRefused:
        raise Missing("Telegram does not know this token. /token at @BotFather shows the right one.") from None
    except TelegramError as error:
        raise Missing(f"Telegram cannot be reached at {chosen.telegram.api_url}: {error}") from None
    finally:
        await kith.close()


def spare_the_collector() -> None:
    """Have Python look for circles of garbage less often, and not among what is there for good."""
    # What is there by now stays: the collector need not go through it again and again while batches come and go.
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


@contextlib.asynccontextmanager
async def watched(kith: "Kith") -> "AsyncIterator[None]":
    """Serve health and metrics meanwhile, if they are wanted."""
    monitor = kith.configuration.monitor
    if not monitor.enabled:
        yield
        return
    from bot.http import served
    from bot.monitor import application

    async with served(application(kith.health), host=monitor.listen, port=monitor.port):
        yield


async def prepare_database(chosen: "Configuration") -> None:
    """Make the database, or bring it up to date."""
    import structlog

    from bot import schema
    from bot.aside import aside
    from migrations import HEAD

    url = chosen.database.url.get_secret_value()
    with _troubles_told(chosen.database.shown):
        before = await schema.current(url)
    if before == HEAD:
        return
    # The loop stands still meanwhile; nothing else runs in it yet.
    copied = aside(bring_up_to_date, url, shown=chosen.database.shown).result()
    if copied is not None:
        structlog.get_logger().info("the database was brought up to date", copy=str(copied))


def bring_up_to_date(url: str, *, shown: str) -> "Path | None":
    """Do so, with all of Alembic; returns the copy that was made of an SQLite file."""
    from bot import schema

    with _troubles_told(shown):
        return asyncio.run(schema.make_ready(url))


@contextlib.contextmanager
def _troubles_told(shown: str) -> "Iterator[None]":
    """Have the database's troubles end the command, in words."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot import schema
    from bot.cli.database import reason_of

    try:
        yield
    except schema.VersionIsNewer as newer:
        raise Failed(str(newer)) from None
    except (SQLAlchemyError, OSError) as error:
        raise Missing(f"The database {shown} cannot be used: {reason_of(error)}") from None


async def serve(kith: "Kith") -> None:
    """Run until a signal to stop comes; a second one ends at once, and what was not committed comes again."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(kith.run(stop))

    def on_signal() -> None:
        if stop.is_set():
            running.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    with contextlib.suppress(asyncio.CancelledError):
        await running
