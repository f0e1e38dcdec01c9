"""The page's own paths: its files, the stream of what happens, messages by the page, and files that were sent."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote

from simulator.chats import Chat
from simulator.page.guard import is_from_here
from simulator.page.showing import shown_message, the_bot
from simulator.page.stream import Stream
from simulator.queue import encode
from simulator.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STATIC = Path(__file__).with_name("static")
KINDS = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
    }
)
# Nothing but our own files, no markup made from strings, and nobody may frame it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SAFE = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
# Only these are shown; everything else that was sent is offered to keep.
PICTURES = ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
MOST_MESSAGES = 200


class Site:
    def __init__(
        self, world: World, *, more: Callable[[], dict[str, Any]], companion: Callable[[], str | None]
    ) -> None:
        self.world = world
        self.stream = Stream(world, more=more, companion=companion)
        self._files = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in KINDS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_from_here(scope):
            await _reply(send, 403, b"This page is for the machine it runs on.", kind="text/plain")
            return
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            await _reply(send, 405, b"", kind="text/plain")
        elif path == "/page/events":
            await self._events(receive, send)
        elif path == "/page/messages":
            await self._messages(scope, send)
        elif path.startswith("/page/files/"):
            await self._file(path.removeprefix("/page/files/"), scope, send)
        else:
            await self._static("index.html" if path == "/" else path.removeprefix("/"), send)

    async def _static(self, name: str, send: Send) -> None:
        path = self._files.get(name)
        if path is None:
            await _reply(send, 404, b"There is nothing here.", kind="text/plain")
            return
        await _reply(send, 200, await asyncio.to_thread(path.read_bytes), kind=KINDS[path.suffix])

    async def _events(self, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream"), *SAFE]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        telling = asyncio.ensure_future(self._tell(send))
        leaving = asyncio.ensure_future(_until_gone(receive))
        # A server that stops cancels this; there is nobody left to be told so.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        telling.cancel()
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, send: Send) -> None:
        async with contextlib.aclosing(self.stream.listen()) as events:
            async for event in events:
                await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _messages(self, scope: Scope, send: Send) -> None:
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        try:
            chat, before = self._chat(int(asked["chat"])), int(asked.get("before", 2**52))
            topic = int(asked["topic"]) if "topic" in asked else None
        except (KeyError, ValueError):
            await _reply(send, 400, b"{}", kind="application/json")
            return
        found: list[dict[str, Any]] = []
        for message in reversed(chat.messages if chat is not None else ()):
            if len(found) == MOST_MESSAGES:
                break
            if message.id < before and not message.deleted and topic in (None, message.topic or 1):
                found.append(shown_message(message, files=self.world.files))
        await _reply(send, 200, encode(found[::-1]).encode(), kind="application/json")

    def _chat(self, number: int) -> Chat | None:
        bot = the_bot(self.world)
        if number < 0:
            return self.world.chats.get(number)
        return self.world.privates().get((number, bot.id)) if bot is not None else None

    async def _file(self, file_id: str, scope: Scope, send: Send) -> None:
        content = self.world.files.get(file_id)
        if content is None:
            await _reply(send, 404, b"There is nothing in this file.", kind="text/plain")
            return
        kind = next((kind for start, kind in PICTURES if content.startswith(start)), None)
        if kind is None and content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            kind = "image/webp"
        if kind is not None:
            await _reply(send, 200, content, kind=kind)
            return
        name = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("name", "file")
        keep = f"attachment; filename*=UTF-8''{quote(name, safe='')}".encode()
        await _reply(send, 200, content, kind="application/octet-stream", more=[(b"content-disposition", keep)])


async def _reply(
    send: Send, status: int, body: bytes, *, kind: str, more: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        *SAFE,
        *(more or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
