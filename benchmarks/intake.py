"""How many updates a second are taken in by long polling over loopback HTTP, everything on, against two other bots.

All wait at Telegram before the clock starts; it stops when a button that was pressed after them all is answered and
everything is confirmed. The bots take turns, in another order each round, so that what else the machine does meets
them alike; ratios are made within a round and the median of the rounds counts. The processor time that a bot uses for
an update is told beside: other programs disturb it less.

On SQLite there is a run with every feature that a group may choose, too: those that watch what is said watch it then.
"""

import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.load import Group
from benchmarks.telegram import IDLE, KITH, KITH_ALL_ON, USUAL, Program, processor_seconds, telegram


@dataclass(frozen=True)
class Size:
    """How much is measured; the usual bot gets fewer updates, as it would take minutes for all."""

    count: int = 20_000
    warm_up: int = 2_000
    usual_count: int = 2_000
    rounds: int = 9


@dataclass(frozen=True)
class Contender:
    """A bot on a kind of database."""

    name: str
    program: Program
    database: str
    count: int


@dataclass(frozen=True)
class Run:
    """How fast one run was, and what it cost."""

    per_second: float
    processor_microseconds: float


async def run(program: Program, *, database: str, count: int, warm_up: int) -> Run:
    """Have a bot take in `count` updates after it has warmed up."""
    async with telegram() as town, town.running(program, database=database) as process:
        group = Group(date=int(time.time()))
        await town.takes_in(group.updates(warm_up))
        load = list(group.updates(count))
        used = processor_seconds(process)
        seconds = await town.takes_in(load)
        used = processor_seconds(process) - used
        return Run(count / seconds, used / count * 1e6)


@asynccontextmanager
async def _database(kind: str, server: str) -> AsyncIterator[str]:
    if kind == "postgresql":
        async with databases.postgresql(server) as url:
            yield url
    elif kind == "sqlite":
        with databases.sqlite() as url:
            yield url
    else:
        yield ""


def _contenders(size: Size) -> list[Contender]:
    return [
        Contender("idle", IDLE, "", size.count),
        Contender("sqlite", KITH, "sqlite", size.count),
        Contender("all on", KITH_ALL_ON, "sqlite", size.count),
        Contender("postgresql", KITH, "postgresql", size.count),
        Contender("usual", USUAL, "sqlite", size.usual_count),
    ]


async def measure(size: Size = Size()) -> list[Figure]:
    """Run all bots round by round and compare them."""
    rounds: list[dict[str, Run]] = []
    with databases.postgresql_server() as server:
        for turn in range(size.rounds):
            contenders = _contenders(size)
            done: dict[str, Run] = {}
            for contender in contenders if turn % 2 == 0 else reversed(contenders):
                async with _database(contender.database, server) as url:
                    done[contender.name] = await run(
                        contender.program, database=url, count=contender.count, warm_up=size.warm_up
                    )
            rounds.append(done)
            told = ", ".join(f"{name} {one.per_second:,.0f}/s" for name, one in sorted(done.items()))
            print(f"round {turn + 1}: {told}")
    return _figures(rounds)


def _figures(rounds: list[dict[str, Run]]) -> list[Figure]:
    def ratio(one: str, other: str) -> float:
        ratios = [done[one].per_second / done[other].per_second for done in rounds]
        print(f"{one} to {other}: {', '.join(f'{r:.2f}' for r in sorted(ratios))}")
        return statistics.median(ratios)

    def cost(name: str) -> float:
        return statistics.median(done[name].processor_microseconds for done in rounds)

    return [
        Figure("intake on SQLite, to the idle bot", ratio("sqlite", "idle"), bar=1.0, at_least=True),
        Figure("the same with all features on that may watch", ratio("all on", "idle"), bar=1.0, at_least=True),
        Figure("intake on SQLite, to the usual bot", ratio("sqlite", "usual"), bar=20, at_least=True),
        Figure("intake on PostgreSQL, to the idle bot", ratio("postgresql", "idle"), bar=0.9, at_least=True),
        Figure("processor time per update: idle bot", cost("idle"), "µs"),
        Figure("processor time per update: Kith on SQLite", cost("sqlite"), "µs"),
        Figure("processor time per update: the same with all on", cost("all on"), "µs"),
        Figure("processor time per update: Kith on PostgreSQL", cost("postgresql"), "µs"),
        Figure("processor time per update: usual bot", cost("usual"), "µs"),
    ]
