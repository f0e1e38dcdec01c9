"""The wire to Telegram: connections kept and dropped, every form of answer, and what is surely not sent told apart."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from telegram import Message
from telegram.ext import ExtBot

from bot import wire
from bot.telegram import make_bot
from bot.wire import Answer, Broken, NotSent, Wire
from simulator.server import serve
from simulator.world import World
from tests.living import START, TOKEN

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class End:
    """The other end: a server that answers each request by `answers`, and counts who connects."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    connections: int = 0

    async def request(self, reader: asyncio.StreamReader) -> None:
        """Read one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(line.split(":")[1] for line in head.splitlines() if line.lower().startswith("content-length:"))
        self.heads.append(head)
        self.bodies.append((await reader.readexactly(int(length))).decode())


Serves = Callable[[End, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serves: Serves, *, secure: ssl.SSLContext | None = None) -> AsyncIterator[End]:
    """A server that has each connection treated by `serves`, and then closes it."""
    end = End()
    serving: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end.connections += 1
        try:
            await serves(end, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.create_task(served(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=secure)
    port = server.sockets[0].getsockname()[1]
    end.url = f"http{'s' if secure else ''}://127.0.0.1:{port}/bot1:A/sendMessage"
    try:
        yield end
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def until(told: Callable[[], bool]) -> None:
    """Wait until `told` is so."""
    async with asyncio.timeout(5):
        while not told():  # noqa: ASYNC110 - the other end has no bell
            await asyncio.sleep(0.01)


def answering(*answers: bytes) -> Serves:
    """Each request of a connection gets the next of `answers`, the last ones over and over."""

    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting = list(answers)
        while True:
            await end.request(reader)
            writer.write(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return serves


@pytest.fixture
async def line() -> AsyncIterator[Wire]:
    line = Wire(most=2, patience=0.2, trust=httpx.create_ssl_context())
    yield line
    line.close()
    await asyncio.sleep(0)


async def asked(line: Wire, end: End, *, silence: float | None = 5.0) -> Answer:
    return await line.post(end.url, {"chat_id": "7", "text": "你好 & more"}, agent="kith", silence=silence)


async def test_the_fields_arrive_and_the_connection_is_kept(line: Wire) -> None:
    async with listening(answering(OK)) as end:
        assert [await asked(line, end) for _ in range(3)] == [(200, b"ok")] * 3
        assert end.connections == 1
        assert end.heads[0].startswith("POST /bot1:A/sendMessage HTTP/1.1\r\n")
        assert f"host: {end.url.split('/')[2]}" in end.heads[0].lower()
        assert dict(parse_qsl(end.bodies[0])) == {"chat_id": "7", "text": "你好 & more"}


@pytest.mark.parametrize(
    "told",
    [
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nnay",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nna\r\n1\r\ny\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nnay",
    ],
    ids=["length", "chunks", "foreword"],
)
async def test_an_answer_is_whole_however_it_is_cut(line: Wire, told: bytes) -> None:
    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await end.request(reader)
            for place in range(len(told)):
                writer.write(told[place : place + 1])
                await asyncio.sleep(0)

    async with listening(serves) as end:
        assert await asked(line, end) == (403, b"nay")
        assert await asked(line, end) == (403, b"nay")
        assert end.connections == 1


@pytest.mark.parametrize(
    "told",
    [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", OK + b"HTTP/1.1 200 OK\r\n"],
    ids=["asked for", "more than an answer"],
)
async def test_a_connection_that_is_to_be_closed_is_not_used_again(line: Wire, told: bytes) -> None:
    async with listening(answering(told)) as end:
        assert [await asked(line, end) for _ in range(2)] == [(200, b"ok")] * 2
        assert end.connections == 2


async def test_an_answer_without_a_length_ends_with_its_connection(line: Wire) -> None:
    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nok")

    async with listening(serves) as end:
        assert [await asked(line, end) for _ in range(2)] == [(200, b"ok")] * 2


@pytest.mark.parametrize(
    "told", [b"", OK[:-1], OK[:20], b"lorem ipsum\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
)
async def test_whether_a_request_without_a_whole_answer_was_heard_nobody_knows(line: Wire, told: bytes) -> None:
    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        writer.write(told)

    async with listening(serves) as end:
        with pytest.raises(Broken):
            await asked(line, end)
    async with listening(answering(OK)) as end:
        assert await asked(line, end) == (200, b"ok")


async def test_silence_is_given_up_but_not_one_who_speaks_slowly(line: Wire) -> None:
    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        for place in range(0, len(OK), 10):
            writer.write(OK[place : place + 10])
            await asyncio.sleep(0.1)
        await end.request(reader)
        await reader.read()

    async with listening(serves) as end:
        assert await asked(line, end, silence=0.3) == (200, b"ok")
        with pytest.raises(Broken, match="no answer"):
            await asked(line, end, silence=0.3)


async def test_one_that_was_closed_meanwhile_or_is_old_is_replaced(line: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        writer.write(OK)
        if end.connections > 1:
            await end.request(reader)

    async with listening(serves) as end:
        await asked(line, end)
        await until(lambda: not next(iter(line._free.values()))[0].is_open)
        await asked(line, end)
        assert end.connections == 2
        monkeypatch.setattr(wire, "KEEP_SECONDS", 0.0)
        await asked(line, end)
        assert end.connections == 3


async def test_what_was_said_unasked_is_never_taken_for_an_answer(line: Wire) -> None:
    unasked = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
    spoken = asyncio.Event()

    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        writer.write(OK)
        if end.connections == 1:
            await spoken.wait()
            writer.write(unasked)
        await reader.read()

    async with listening(serves) as end:
        await asked(line, end)
        spoken.set()
        await until(lambda: not next(iter(line._free.values()))[0].is_open)
        assert await asked(line, end) == (200, b"ok")
        assert end.connections == 2


async def test_the_answer_to_a_request_that_was_cancelled_goes_to_nobody_else(line: Wire) -> None:
    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        await asyncio.sleep(0.1)
        number = str(len(end.bodies)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + number)
        await reader.read()

    async with listening(serves) as end:
        first = asyncio.create_task(asked(line, end))
        await until(lambda: len(end.bodies) == 1)
        first.cancel()
        assert await asked(line, end) == (200, b"2")


async def test_what_is_under_way_at_the_end_is_answered_and_then_closed(line: Wire) -> None:
    released, left = asyncio.Event(), asyncio.Event()

    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.request(reader)
        await released.wait()
        writer.write(OK)
        try:
            await reader.read()
        finally:
            left.set()

    async with listening(serves) as end:
        waiting = asyncio.create_task(asked(line, end))
        await until(lambda: len(end.bodies) == 1)
        line.close()
        released.set()
        assert await waiting == (200, b"ok")
        await until(left.is_set)


async def test_a_request_waits_for_a_free_connection_and_not_for_ever(line: Wire) -> None:
    released = asyncio.Event()

    async def serves(end: End, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await end.request(reader)
            await released.wait()
            writer.write(OK)

    async with listening(serves) as end:
        waiting = [asyncio.create_task(asked(line, end)) for _ in range(2)]
        await until(lambda: len(end.bodies) == 2)
        with pytest.raises(NotSent, match="no connection is free"):
            await asked(line, end)
        waiting.append(asyncio.create_task(asked(line, end)))
        await asyncio.sleep(0)
        released.set()
        assert await asyncio.gather(*waiting) == [(200, b"ok")] * 3
        assert end.connections == 2
        assert len(end.bodies) == 3


async def test_where_nobody_listens_nothing_is_sent(line: Wire) -> None:
    for _ in range(3):
        with pytest.raises(NotSent):
            await line.post("http://127.0.0.1:9/bot1:A/getMe", {}, agent="kith")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl here that could make a certificate")
    made = tmp_path / "certificate.pem"
    about = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    where = ("-keyout", str(made), "-out", str(tmp_path / "public.pem"))
    how = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    subprocess.run([program, *how, *about, *where], check=True, capture_output=True)
    made.write_text(made.read_text() + (tmp_path / "public.pem").read_text())
    return made


async def test_it_speaks_to_whom_the_environment_vouches_for_and_to_no_stranger(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate)
    async with listening(answering(OK), secure=secure) as end:
        stranger = Wire(most=1, patience=1, trust=httpx.create_ssl_context())
        with pytest.raises(NotSent):
            await asked(stranger, end)
        assert end.bodies == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        friend = Wire(most=1, patience=1, trust=httpx.create_ssl_context())
        assert [await asked(friend, end) for _ in range(2)] == [(200, b"ok")] * 2
        assert len(end.bodies) == 2
        friend.close()
        await asyncio.sleep(0)


@asynccontextmanager
async def started(api_url: str) -> AsyncIterator[ExtBot[None]]:
    """A bot that need not be anybody's to send."""
    bot = make_bot(token=TOKEN, api_url=api_url)
    await bot._request[1].initialize()
    try:
        yield bot
    finally:
        await bot._request[1].shutdown()


async def test_through_a_proxy_the_library_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    told = b'{"ok":true,"result":true}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(told) + told
    async with listening(answering(answer)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/bot1:A/sendMessage"))
        async with started("http://telegram.invalid") as bot:
            assert await bot.answer_callback_query("7", "Well?")
        assert proxy.heads[0].startswith(f"POST http://telegram.invalid/bot{TOKEN}/answerCallbackQuery HTTP/1.1\r\n")


async def test_a_file_goes_as_the_library_sends_it() -> None:
    world = World(START)
    account = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    lin = world.person("Lin")
    lin.starts(account)
    async with serve(world) as server, started(server.url) as bot:
        sent: Message = await bot.send_document(lin.id, b"all of it", filename="all.txt", caption="Here")
        assert sent.document is not None
        assert (sent.document.file_name, sent.caption) == ("all.txt", "Here")
