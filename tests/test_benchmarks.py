"""Every benchmark, with tiny numbers: that it still runs and finds its figures. How fast anything is, is not asked."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from benchmarks import (
    askers,
    clock,
    databases,
    intake,
    latency,
    memory,
    reads,
    rhythm,
    sending,
    start,
    telegram,
    workers,
)
from benchmarks.__main__ import BENCHMARKS, LONG
from benchmarks.figures import Figure, Measure, table
from benchmarks.load import Group
from benchmarks.telegram import KITH, Program
from tests.bot import forked

TINY: dict[str, Measure] = {
    "start": lambda: start.measure(runs=1),
    "intake": lambda: intake.measure(intake.Size(count=60, warm_up=40, usual_count=20, rounds=1)),
    "askers": lambda: askers.measure(count=8, warm_up=2, facts=300, rounds=1),
    "latency": lambda: latency.measure(seconds=2, facts=300),
    "reads": lambda: reads.measure(members=60, times=2),
    "sending": lambda: sending.measure(count=20),
    "clock": lambda: clock.measure(groups=120, idle_times=2),
    "rhythm": lambda: rhythm.measure(groups=40, seconds=1, facts=100, per_second=20),
    "memory": lambda: memory.measure(count=300, waiting=200),
    "workers": lambda: workers.measure(count=3, rounds=1),
    "endurance": lambda: memory.endure(count=300, first=100),
}


def test_each_benchmark_is_tried() -> None:
    assert TINY.keys() == {*BENCHMARKS, *LONG}


@pytest.fixture
def _databases_at_hand(
    name: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path
) -> None:
    """Gives the benchmarks copies of databases with all tables, on the server that is there.

    But one is given nothing: it makes its databases of both kinds itself, and its bots find them empty.
    """
    if name == "intake":
        return

    @contextmanager
    def sqlite() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            yield f"sqlite:///{shutil.copy(empty_file, folder)}"

    @contextmanager
    def server() -> Iterator[str]:
        yield request.getfixturevalue("postgresql")

    @asynccontextmanager
    async def postgresql(_server: str) -> AsyncIterator[str]:
        made: str = await request.getfixturevalue("make_house")()
        yield made.replace("postgres:@/", "postgres@localhost/")

    monkeypatch.setattr(databases, "sqlite", sqlite)
    monkeypatch.setattr(databases, "postgresql_server", server)
    monkeypatch.setattr(databases, "postgresql", postgresql)


@pytest.fixture
async def _copies(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[None]:
    """Kith begins as a copy of a process that has loaded it; but in two benchmarks as it does when one measures."""
    if name in ("start", "intake"):
        yield
        return
    really = telegram.begin
    async with AsyncExitStack() as stack:

        async def begin(program: Program, environment: Mapping[str, str], folder: str) -> object:
            if program.arguments != KITH.arguments:
                return await really(program, environment, folder)
            copy = forked.running("run", folder=Path(folder), log=tmp_path / "told", **environment)
            return await stack.enter_async_context(copy)

        for module in (telegram, workers):
            monkeypatch.setattr(module, "begin", begin)
        yield


@pytest.mark.usefixtures("_databases_at_hand", "_copies")
@pytest.mark.slow
@pytest.mark.parametrize("name", TINY)
async def test_a_benchmark_finds_its_figures(name: str) -> None:
    figures = await TINY[name]()
    assert name == "workers" or any(figure.bar is not None for figure in figures)
    assert len({figure.what for figure in figures}) == len(figures)


def test_a_table_says_which_bars_are_met() -> None:
    figures = [
        Figure("fast", 1.5, bar=1.0, at_least=True),
        Figure("slow", 31.25, "ms", bar=20),
        Figure("told", 12_345.6, "µs"),
    ]
    assert table(figures).splitlines() == [
        "figure            bar   measured",
        "fast       at least 1       1.50  met",
        "slow    at most 20 ms    31.2 ms  MISSED",
        "told                   12,346 µs",
    ]


def test_the_load_has_the_shares_that_it_claims_and_is_the_same_each_time() -> None:
    load = list(Group(date=1).updates(20_000))
    shares = {kind: sum(kind in update for update in load) / len(load) for kind in ("message", "message_reaction")}
    assert shares == pytest.approx({"message": 0.65, "message_reaction": 0.25}, abs=0.01)
    assert load == list(Group(date=1).updates(20_000))
