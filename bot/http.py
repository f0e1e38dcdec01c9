"""A small HTTP server in our own event loop: for health and metrics, for the webhook, for the try-out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import override

from bot.ports import listening

if TYPE_CHECKING:
    from starlette.applications import Starlette

START_SECONDS = 10.0
STOP_SECONDS = 2


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
    port_of_ours = listening(host, port, share=share)
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[port_of_ours]))
    try:
        async with asyncio.timeout(START_SECONDS):
            while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn tells it by a flag alone
                await asyncio.sleep(0.005)
        yield int(port_of_ours.getsockname()[1])
    finally:
        server.should_exit = True
        await asyncio.gather(running, return_exceptions=True)
        port_of_ours.close()
