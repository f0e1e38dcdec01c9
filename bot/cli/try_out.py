"""`kith try`: Kith in a simulated Telegram, shown as a page on this machine; no token, no network."""

import asyncio
import contextlib
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.exits import Failed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.clock import Clock
    from bot.kith import Kith
    from bot.tryout.simulation import Simulation

DEFAULT_PORT = 8420


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    port: int
    seed: int
    history: Path | None
    keep: Path | None
    chat: str | None
    time_zone: str
    language: str


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free port."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed makes the same world and the same life in it."
)
@click.option(
    "--history",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Play a Telegram Desktop export (result.json, also .gz) as live updates, and show what was counted.",
)
@click.option("--chat", help="Which chat of an export that holds several: its id or name.")
@click.option("--time-zone", default="UTC", show_default=True, help="The zone of the group's days, and of old exports.")
@click.option(
    "--language",
    type=click.Choice(["en", "zh-Hant", "zh-Hans"]),
    default="en",
    show_default=True,
    help="What the group and the people whom you can be speak; the page itself goes by the browser.",
)
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Keep the database in this file.")
def command(
    port: int,
    seed: int,
    history: Path | None,
    chat: str | None,
    time_zone: str,
    language: str,
    keep: Path | None,
) -> None:
    """Run Kith against a simulated Telegram and show it as a page; needs no token and no network.

    Everything happens on this machine and is gone at the end, unless --keep names a file for the database.

    \b
    Examples:
      kith try
      kith try --language zh-Hant --time-zone Asia/Taipei
      kith try --history result.json --keep past.db
      KITH_DATABASE__URL=sqlite:///past.db kith export activity --chat -1001234567890
    """
    from bot import logs
    from bot.config import Log
    from bot.tryout.simulation import TOKEN, SimulationFailed

    if keep is not None and keep.exists():
        raise Failed(f"{keep} is there already; name another file.")
    logs.set_up(Log(level="warning"), secrets=[TOKEN])
    wanted = Wanted(port, seed, history, keep, chat, time_zone, language)
    try:
        asyncio.run(_play(wanted) if history is not None else _live(wanted))
    except SimulationFailed as failure:
        raise Failed(str(failure)) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("\nThe try-out is over.")


@contextlib.asynccontextmanager
async def _house(
    wanted: Wanted, clock: "Clock", *, posting: bool, begins: datetime | None = None
) -> "AsyncIterator[tuple[Kith, Simulation]]":
    """A simulated Telegram, whose clock runs on from `begins`, and a started Kith on a database of its own."""
    from bot import schema
    from bot.config import ConfigurationError
    from bot.config.loading import load
    from bot.kith import Kith, Options
    from bot.tryout.simulation import TOKEN, simulation

    with tempfile.TemporaryDirectory(prefix="kith-") as folder:
        database = (wanted.keep or Path(folder) / "kith.db").resolve()
        url = f"sqlite:///{database}"
        async with simulation(port=wanted.port, seed=wanted.seed, begins=begins) as world:
            environment = {
                "KITH_TELEGRAM__TOKEN": TOKEN,
                "KITH_TELEGRAM__API_URL": world.url,
                "KITH_DATABASE__URL": url,
                "KITH_COMMUNITIES__TIME_ZONE": wanted.time_zone,
                "KITH_COMMUNITIES__LANGUAGE": wanted.language,
            }
            try:
                configuration = load(Path(os.devnull), environment=environment)
            except ConfigurationError as error:
                raise Failed("; ".join(error.lines)) from None
            await schema.make_ready(url)
            kith = Kith(configuration, options=Options(clock, posting=posting, self_waking=posting))
            try:
                await kith.start()
                yield kith, world
            finally:
                await kith.close()


@contextlib.asynccontextmanager
async def _running(kith: "Kith") -> "AsyncIterator[asyncio.Task[None]]":
    stop = asyncio.Event()
    running = asyncio.create_task(kith.run(stop))
    try:
        yield running
    finally:
        stop.set()
        await asyncio.gather(running, return_exceptions=True)


async def _live(wanted: Wanted) -> None:
    from bot.clock import TryoutClock
    from bot.http import served
    from bot.tryout import companion
    from bot.tryout.stage import beginning, set_the_stage

    try:
        begins = beginning(wanted.time_zone)
    except ValueError as error:
        raise Failed(str(error)) from None
    clock = TryoutClock(begins)
    async with contextlib.AsyncExitStack() as stack:
        kith, world = await stack.enter_async_context(_house(wanted, clock, posting=True, begins=begins))
        # The simulator's clock has run since it was started.
        clock.move_to(datetime.fromisoformat((await world.get("time"))["now"]))
        site = companion.application(kith, clock)
        port = await stack.enter_async_context(served(site, host="127.0.0.1", port=0))
        await world.post("time", {"companion": f"http://127.0.0.1:{port}"})
        running = await stack.enter_async_context(_running(kith))
        await set_the_stage(world, time_zone=wanted.time_zone, language=wanted.language)
        click.echo(f"\nKith lives in a simulated Telegram. Open it in a browser:\n\n    {world.url}/\n")
        click.echo("Ctrl-C ends it; nothing of it stays.")
        # Not awaited itself: Ctrl-C would cancel it, and it has something to finish.
        await asyncio.wait([running])
        running.result()


async def _play(wanted: Wanted) -> None:
    from bot.clock import HistoryClock
    from bot.tryout import history

    assert wanted.history is not None  # noqa: S101 - that is why we are here
    clock = HistoryClock(datetime.fromtimestamp(0, UTC))
    async with _house(wanted, clock, posting=False) as (kith, world), _running(kith):
        click.echo(f"Playing {wanted.history} …", err=True)
        outcome = await history.play(
            kith, world, path=wanted.history.resolve(), chat=wanted.chat, time_zone=wanted.time_zone
        )
        click.echo(history.written(outcome))
        if wanted.keep is not None:
            click.echo(f"\nThe database is kept in {wanted.keep}. To see who did what:\n")
            url = f"KITH_DATABASE__URL=sqlite:///{wanted.keep}"
            click.echo(f"  {url} kith export activity --chat {outcome.told['chat_id']}")
