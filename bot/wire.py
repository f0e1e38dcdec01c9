"""Small requests over HTTP/1.1, on connections that stay open: how what Kith says reaches Telegram's server.

An answer to a button is a hundred bytes out and a hundred back. The library's way there, made for every kind of HTTP,
took two fifths of all that such an answer cost. Here h11 minds the protocol and asyncio the sockets, and there is
nothing between them.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import h11
from typing_extensions import override

CONNECT_SECONDS = 5.0
# As long as the library keeps one: whoever listens there, or stands between, may have forgotten an older one.
KEEP_SECONDS = 5.0
# The other address of a server that has two, such as one of each kind, is tried when the first takes so long.
SECOND_ADDRESS_SECONDS = 0.25


class NotSent(Exception):
    """No connection came about, or none was free in time: the request has surely not left."""


class Broken(Exception):
    """The request may have left, and no whole answer came."""


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    body: bytes


class _Address(NamedTuple):
    host: str
    port: int
    is_secure: bool
    named: str
    target: str


@lru_cache(maxsize=256)
def _address(url: str) -> _Address:
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return _Address(parts.hostname or "", parts.port or (443 if is_secure else 80), is_secure, parts.netloc, target)


class _Connection(asyncio.Protocol):
    """One connection, for one request at a time."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT)
        self._answer: asyncio.Future[Answer] | None = None
        self._status = 0
        self._body: list[bytes] = []
        self._heard_at = 0.0
        self.is_open = False
        self.free_since = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - it was opened as a stream
        self._transport = transport
        self.is_open = True

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._broken(type(exc).__name__ if exc else "the server hung up")

    @override
    def eof_received(self) -> None:
        # An answer without a length ends here; any other is now cut off.
        self.data_received(b"")

    @override
    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            # Nobody asked: whatever this is, the next answer must not be taken for the rest of it.
            self._broken("the server spoke unasked")
            return
        self._heard_at = time.monotonic()
        try:
            self._http.receive_data(data)
            while self._takes(self._http.next_event()):
                pass
        except h11.RemoteProtocolError:
            # Not in h11's words, which may quote what came.
            self._broken("the answer is no HTTP")

    def _takes(self, event: h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]) -> bool:
        """Take what the protocol brings next; whether more may follow."""
        if isinstance(event, h11.Response):
            self._status, self._body = event.status_code, []
        elif isinstance(event, h11.Data):
            self._body.append(event.data)
        elif isinstance(event, h11.EndOfMessage):
            self._ended()
            return False
        return isinstance(event, h11.Event)

    def _ended(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._status, b"".join(self._body)))
        rest, has_ended = self._http.trailing_data
        if rest or has_ended or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            self.drop()
        else:
            self._http.start_next_cycle()

    def _broken(self, reason: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken(reason))
        self.drop()

    async def asked(self, request: h11.Request, body: bytes, *, silence: float | None) -> Answer:
        """Send a request; returns its answer, or raises as `Wire.post` does."""
        if not self.is_open:
            raise NotSent("the server hung up")
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        self._heard_at = time.monotonic()
        sent = (self._http.send(request), self._http.send(h11.Data(data=body)), self._http.send(h11.EndOfMessage()))
        self._transport.write(b"".join([part for part in sent if part]))
        if silence is not None:
            self._watch = loop.call_later(silence, self._listen, silence)
        try:
            return await self._answer
        finally:
            self._answer = None
            if silence is not None:
                self._watch.cancel()

    def _listen(self, silence: float) -> None:
        left = self._heard_at + silence - time.monotonic()
        if left > 0:
            self._watch = asyncio.get_running_loop().call_later(left, self._listen, silence)
        else:
            self._broken(f"no answer in {silence:g} s")

    def drop(self) -> None:
        """Use it no more."""
        if self.is_open:
            self.is_open = False
            self._transport.abort()


class Wire:
    """Up to `most` connections, opened when they are wanted; a request waits for one up to `patience` seconds."""

    def __init__(self, *, most: int, patience: float, trust: ssl.SSLContext) -> None:
        self._places = asyncio.Semaphore(most)
        self._patience = patience
        self._free: dict[tuple[str, int, bool], deque[_Connection]] = {}
        self._trust = trust
        self._is_closed = False

    async def post(self, url: str, data: Mapping[str, str], *, agent: str, silence: float | None = None) -> Answer:
        """POST the fields of a form; raises `NotSent`, or `Broken`, as when nothing is heard for `silence` seconds."""
        address, body = _address(url), urlencode(data).encode()
        request = h11.Request(
            method="POST",
            target=address.target,
            headers=[
                ("Host", address.named),
                ("User-Agent", agent),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Length", str(len(body))),
            ],
        )
        await self._place()
        try:
            connection = self._kept(address) or await self._opened(address)
            try:
                answer = await connection.asked(request, body, silence=silence)
            except BaseException:
                # What was cancelled may be answered yet, and nobody would know to which request that belongs.
                connection.drop()
                raise
            self._keep(address, connection)
            return answer
        finally:
            self._places.release()

    async def _place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError:
            raise NotSent("no connection is free") from None

    def _kept(self, address: _Address) -> _Connection | None:
        """The connection used last of those that are free and not too old; the others go."""
        free = self._free.get(address[:3])
        old = time.monotonic() - KEEP_SECONDS
        while free and free[0].free_since < old:
            free.popleft().drop()
        while free:
            connection = free.pop()
            if connection.is_open:
                return connection
        return None

    def _keep(self, address: _Address, connection: _Connection) -> None:
        if self._is_closed:
            connection.drop()
        elif connection.is_open:
            connection.free_since = time.monotonic()
            self._free.setdefault(address[:3], deque()).append(connection)

    async def _opened(self, address: _Address) -> _Connection:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await asyncio.get_running_loop().create_connection(
                    _Connection,
                    address.host,
                    address.port,
                    ssl=self._trust if address.is_secure else None,
                    happy_eyeballs_delay=SECOND_ADDRESS_SECONDS,
                )
        except OSError as error:
            # A timeout is one of these too, and so is a certificate that nobody vouches for.
            raise NotSent(type(error).__name__) from error
        return connection

    def close(self) -> None:
        """Close what is free; what is under way ends by itself, and is closed then."""
        self._is_closed = True
        for free in self._free.values():
            for connection in free:
                connection.drop()
        self._free.clear()
