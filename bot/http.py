"""A small HTTP server in our own event loop: for health and metrics, for the webhook, for the try-out."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import override

if TYPE_CHECKING:
    from starlette.applications import Starlette

START_SECONDS = 10.0
STOP_SECONDS = 2


class PortIsTaken(OSError):
    """Nobody can listen at the address that was asked for."""


class _Server(uvicorn.Server):
    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Signals are the program's own; a server that takes them away would end alone and leave the rest running.
        yield


@contextlib.asynccontextmanager
async def served(application: "Starlette", *, host: str, port: int, share: bool = False) -> AsyncIterator[int]:
    """Serve `application` until the block ends; yields the port, which is chosen by the system if it was 0.

    With `share` other processes that do so too may listen there at the same time, and the system divides the callers.
    """
    listening = _listen(host, port, share=share)
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with asyncio.timeout(START_SECONDS):
            while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn tells it by a flag alone
                await asyncio.sleep(0.005)
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await asyncio.gather(running, return_exceptions=True)
        listening.close()


def _listen(host: str, port: int, *, share: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, since asyncio turns the delay of small packets off for such sockets alone; it costs 40 ms an answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            listening.setsockopt(socket.SOL_SOCKET, _share_option(), 1)
        listening.bind((host, port))
        listening.listen(1024)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise PortIsTaken(f"cannot listen at {host}:{port}: {error.strerror}") from None
    return listening


def _share_option() -> int:
    option = getattr(socket, "SO_REUSEPORT", None)
    if not isinstance(option, int):
        raise OSError(errno.ENOPROTOOPT, "this system cannot share a port")
    return option
