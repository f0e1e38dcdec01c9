"""What a second worker brings: updates a second through one webhook address on PostgreSQL, by one worker and by two.

The updates come as Telegram's server brings them: of forty groups, each a lane with one request in flight, over
connections that stay open and that the system shares out between the workers. Telegram, the workers and the database
share this machine, so on two cores a second worker finds little room.
"""

import asyncio
import json
import os
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.load import CHAT, Group
from benchmarks.telegram import KITH, ROOT, TOKEN, Telegram, begin, telegram, until

LANES = 40
SECRET = "a-word-of-our-own"


def lanes(count: int, *, first_id: int, seed: int) -> list[list[bytes]]:
    """The bodies of `count` updates of each lane's own group; those of the polls' lanes are left out."""
    made = []
    for number in range(LANES):
        chat = {**CHAT, "id": CHAT["id"] - number, "title": f"Group {number}"}
        group = Group(date=int(time.time()), seed=seed * LANES + number)
        bodies: list[bytes] = []
        for update in group.updates(count):
            (kind,) = update
            if kind == "poll_answer":
                continue
            told: dict[str, Any] = {**update[kind], "chat": chat}
            bodies.append(json.dumps({"update_id": first_id + len(bodies) * LANES + number, kind: told}).encode())
        made.append(bodies)
    return made


async def _post(port: int, bodies: list[bytes]) -> None:
    """Bring a lane's updates one after the other; one that is not taken is brought again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        "POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
    )
    for body in bodies:
        status = 0
        while status != 200:
            writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            status = int(answer.split()[1])
            length = next((line for line in answer.split("\r\n") if line.startswith("content-length:")), ":0")
            await reader.readexactly(int(length.partition(":")[2]))
    writer.close()


@asynccontextmanager
async def _worker(town: Telegram, *, database: str, port: int) -> AsyncIterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    environment = {
        **kept,
        "PYTHONPATH": str(ROOT),
        "KITH_TELEGRAM__TOKEN": TOKEN,
        "KITH_TELEGRAM__API_URL": town.url,
        "KITH_TELEGRAM__MODE": "webhook",
        # Telegram itself stays out of it: the updates come from here.
        "KITH_TELEGRAM__WEBHOOK__URL": "http://127.0.0.1:9/hook",
        "KITH_TELEGRAM__WEBHOOK__PORT": str(port),
        "KITH_TELEGRAM__WEBHOOK__SHARE_PORT": "true",
        "KITH_TELEGRAM__WEBHOOK__SECRET": SECRET,
        "KITH_DATABASE__URL": database,
        "KITH_LOG__LEVEL": "error",
    }
    before = sum(call.method == "setWebhook" for call in town.bot.calls)
    with tempfile.TemporaryDirectory(prefix="kith-") as folder:
        child = await begin(KITH, environment, folder)
        try:
            await until(lambda: sum(call.method == "setWebhook" for call in town.bot.calls) > before, seconds=60)
            yield
        finally:
            child.terminate()
            await child.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def run(workers: int, *, database: str, count: int) -> float:
    """How many updates a second so many workers take in, after they have warmed up."""
    async with telegram() as town, AsyncExitStack() as stack:
        port = _free_port()
        for _ in range(workers):
            await stack.enter_async_context(_worker(town, database=database, port=port))
        warm_up = lanes(max(2, count // 10), first_id=1, seed=1)
        await asyncio.gather(*[_post(port, bodies) for bodies in warm_up])
        load = lanes(count, first_id=10_000_000, seed=2)
        began = time.perf_counter()
        await asyncio.gather(*[_post(port, bodies) for bodies in load])
        return sum(map(len, load)) / (time.perf_counter() - began)


async def measure(count: int = 100, rounds: int = 3) -> list[Figure]:
    """Both by turns; the ratio is made within a round, and the median of the rounds counts."""
    ratios, alone, together = [], [], []
    with databases.postgresql_server() as server:
        for turn in range(rounds):
            done: dict[int, float] = {}
            for workers in (1, 2) if turn % 2 == 0 else (2, 1):
                async with databases.postgresql(server) as url:
                    done[workers] = await run(workers, database=url, count=count)
            print(f"round {turn + 1}: one {done[1]:,.0f}/s, two {done[2]:,.0f}/s")
            ratios.append(done[2] / done[1])
            alone.append(done[1])
            together.append(done[2])
    return [
        Figure("webhook on PostgreSQL, one worker", statistics.median(alone), "updates/s"),
        Figure("webhook on PostgreSQL, two workers", statistics.median(together), "updates/s"),
        Figure("two workers to one", statistics.median(ratios)),
    ]
