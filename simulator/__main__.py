"""Starts the simulator by itself: `python -m simulator --port 8081`."""

import asyncio
import signal
import sys
from datetime import UTC, datetime

import click
from typing_extensions import override

from simulator.server import serve
from simulator.world import World


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8081, show_default=True, help="The port; 0 takes a free one.")
@click.option("--token", default="100:SIM", show_default=True, help="The first bot's token.")
@click.option("--username", default="kith_bot", show_default=True, help="The first bot's username.")
@click.option("--name", default="Bot", show_default=True, help="The first bot's name.")
@click.option("--now", "start", default=None, help="An ISO time: the clock stands there until it is moved.")
@click.option("--begins", default=None, help="An ISO time from which the clock runs on, instead of the real one.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same ids.")
@click.option("--companion", default=None, help="The bot's own endpoint, with which time moves in lock-step.")
@click.option("--while-stdin-is-open", "tied", is_flag=True, help="End when standard input is closed.")
def main(
    *,
    host: str,
    port: int,
    token: str,
    username: str,
    name: str,
    start: str | None,
    begins: str | None,
    seed: int,
    companion: str | None,
    tied: bool,
) -> None:
    """A stand-in for Telegram on this machine."""
    world = World(_moment(start) or _moment(begins), seed=seed)
    if start is None:
        world.clock.run_on()
    try:
        world.add_bot(token=token, username=username, name=name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--token") from None
    asyncio.run(_run(world, host=host, port=port, companion=companion, tied=tied))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no ISO time", param_hint="--now, --begins") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


async def _run(world: World, *, host: str, port: int, companion: str | None, tied: bool) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    if tied:
        await _end_with_stdin(ended)
    async with serve(world, host=host, port=port, companion=companion) as server:
        click.echo(f"The simulated Telegram answers at {server.url}")
        await ended.wait()


async def _end_with_stdin(ended: asyncio.Event) -> None:
    """Whoever started us may be killed and then can end nobody; but what they held open is closed."""

    class Watch(asyncio.Protocol):
        @override
        def connection_lost(self, exc: Exception | None) -> None:
            ended.set()

    await asyncio.get_running_loop().connect_read_pipe(Watch, sys.stdin)


if __name__ == "__main__":
    main()
