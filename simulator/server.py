"""The simulator over HTTP: the Bot API under /bot…, files under /file/bot…, the control under /sim/…, else the page."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator import bodies
from simulator.api.dispatch import Reply, answer
from simulator.control import Control
from simulator.errors import ApiError
from simulator.media import content_of
from simulator.page.guard import is_of_another_site
from simulator.page.site import Site
from simulator.queue import encode
from simulator.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
JSON = [(b"content-type", b"application/json")]
DUE_EVERY = 0.2
TOLD_AGAIN_AFTER = 0.5


@dataclass
class Server:
    url: str
    app: "Application"


class Application:
    """Plain ASGI: a framework's routing would cost more than most calls."""

    def __init__(self, world: World, *, companion: str | None = None) -> None:
        self.world = world
        self.control = Control(world, companion=companion)
        self.page = Site(world, more=self.control.shown, companion=lambda: self.control.time.companion)
        self.cut: Callable[[Scope], None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path.startswith("/bot"):
            reply = await self._bot_api(scope, receive, path)
        elif path.startswith("/file/bot"):
            reply = self._file(path)
        elif path.startswith("/sim/") and is_of_another_site(scope):
            refused = {"ok": False, "error": "pages of other sites may not act here"}
            reply = Reply(403, encode(refused).encode())
        elif path.startswith("/sim/"):
            body = await _body(receive)
            reply = await self.control.answer(scope["method"], path, query=scope["query_string"], body=body)
        else:
            await self.page(scope, receive, send)
            return
        await self._send(scope, send, reply)

    async def _bot_api(self, scope: Scope, receive: Receive, path: str) -> Reply:
        token, _, method = path.removeprefix("/bot").partition("/")
        body = await _body(receive)
        try:
            request = bodies.read(query=scope["query_string"], content_type=_content_type(scope), body=body)
        except ApiError as error:
            return Reply(error.code, encode(error.json()).encode())
        work = answer(self.world, token=token, method=method, request=request)
        if method.lower() != "getupdates":
            return await work
        return await _unless_gone(work, receive)

    def _file(self, path: str) -> Reply:
        token, _, file_path = path.removeprefix("/file/bot").partition("/")
        content = content_of(self.world.files, file_path.removeprefix("files/"))
        if token not in self.world.bots or content is None:
            return Reply(404, encode(ApiError(404, "Not Found").json()).encode())
        return Reply(200, content)

    async def _send(self, scope: Scope, send: Send, reply: Reply) -> None:
        if reply.body is None:
            if self.cut is not None:
                self.cut(scope)
            # The server must notice the cut before this returns, or it would answer 500 by itself.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)
            return
        headers = [*JSON, (b"content-length", str(len(reply.body)).encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


@contextlib.asynccontextmanager
async def serve(
    world: World, *, host: str = "127.0.0.1", port: int = 0, companion: str | None = None
) -> AsyncIterator[Server]:
    """Serves the world in this event loop until the block ends; port 0 takes a free one.

    The companion is the bot's own endpoint, with which time moves in lock-step.
    """
    app = Application(world, companion=companion)
    config = uvicorn.Config(
        app,
        http="h11",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        date_header=False,
        server_header=False,
        timeout_keep_alive=600,
    )
    config.load()
    listener = _listener(host, port)
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    app.cut = lambda scope: _cut(server, scope)
    heartbeat = asyncio.get_running_loop().create_task(_run_due(world))
    bound = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    try:
        yield Server(f"http://{shown}:{bound}", app)
    finally:
        heartbeat.cancel()
        world.stop()
        await _stop(server)


def _listener(host: str, port: int) -> socket.socket:
    """Named as TCP outright: asyncio turns Nagle's delay (40 ms a call) off only for sockets that say so."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


async def _stop(server: uvicorn.Server) -> None:
    """Ends at once: whoever still waits is cut off."""
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    tasks = set(server.server_state.tasks)
    while tasks:
        for task in tasks:
            task.cancel()
        # Who overhears it, since what they waited for came in the same moment, is told again.
        ended, tasks = await asyncio.wait(tasks, timeout=TOLD_AGAIN_AFTER)
        await asyncio.gather(*ended, return_exceptions=True)


def _cut(server: uvicorn.Server, scope: Scope) -> None:
    for connection in list(server.server_state.connections):
        if isinstance(connection, H11Protocol) and connection.client == scope["client"]:
            connection.transport.abort()


async def _run_due(world: World) -> None:
    """What is due by the real clock happens without anybody moving it."""
    while True:
        await asyncio.sleep(DUE_EVERY)
        world.clock.run_due()


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _unless_gone(work: Awaitable[Reply], receive: Receive) -> Reply:
    """An asker who hangs up must not look as if it still waited."""
    answering = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        return Reply(0, None)
    finally:
        answering.cancel()
        watching.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value.decode("latin-1"))
    return ""
