"""Delivery by webhook in lanes: what belongs together goes one by one, the rest side by side."""

import asyncio
import json
from typing import Any

import httpx

from simulator.bots import Bot
from simulator.ground import Ground
from simulator.queue import Queued

MESSAGES = frozenset({"message", "edited_message", "channel_post", "edited_channel_post"})
REACTIONS = frozenset({"message_reaction", "message_reaction_count"})
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 10.0
BATCH = 1000


def lane(kind: str, content: dict[str, Any]) -> str:
    """One request at a time in each: a chat's messages, its reactions, a user's buttons and changes, a poll."""
    if kind in MESSAGES:
        return f"messages {content['chat']['id']}"
    if kind in REACTIONS:
        return f"reactions {content['chat']['id']}"
    if kind in ("poll", "poll_answer"):
        return f"poll {content.get('poll_id', content.get('id'))}"
    if "from" in content:
        return f"user {content['from']['id']}"
    return kind


class Webhook:
    def __init__(self, world: Ground, bot: Bot, *, url: str, secret: str, max_connections: int) -> None:
        self.url = url
        self.in_flight = 0
        self.most_in_flight = 0
        self._world = world
        self._bot = bot
        self._secret = secret
        self._max_connections = max_connections
        self._lanes: dict[str, list[Queued]] = {}
        self._taken: set[int] = set()
        self._slots = asyncio.Semaphore(max_connections)
        self._ended = False
        self._last_error: tuple[int, str] | None = None

    def info(self) -> dict[str, Any]:
        told: dict[str, Any] = {"max_connections": self._max_connections, "ip_address": "127.0.0.1"}
        if self._last_error is not None:
            told["last_error_date"], told["last_error_message"] = self._last_error
        return told

    def begin(self) -> None:
        self._world.start(self._distribute())

    def end(self) -> None:
        self._ended = True
        self._bot.updates.interrupt("closed")

    async def _distribute(self) -> None:
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=self._max_connections)) as client:
            while not self._ended:
                for queued in self._bot.updates.look(BATCH):
                    if queued.id not in self._taken:
                        self._into_lane(client, queued)
                await self._bot.updates.wait_for_new()

    def _into_lane(self, client: httpx.AsyncClient, queued: Queued) -> None:
        self._taken.add(queued.id)
        try:
            name = lane(queued.kind, json.loads(queued.text)[queued.kind])
        except (KeyError, TypeError):
            # Injected rubbish has a lane of its own.
            name = f"update {queued.id}"
        if name in self._lanes:
            self._lanes[name].append(queued)
        else:
            self._lanes[name] = [queued]
            self._world.start(self._serve_lane(client, name))

    async def _serve_lane(self, client: httpx.AsyncClient, name: str) -> None:
        waiting = self._lanes[name]
        while waiting and not self._ended:
            queued = waiting[0]
            await self._deliver(client, queued)
            waiting.pop(0)
            self._taken.discard(queued.id)
            # It took only so many at once; with half of them gone it looks for more.
            if len(self._taken) == BATCH // 2:
                self._bot.updates.nudge()
        del self._lanes[name]

    async def _deliver(self, client: httpx.AsyncClient, queued: Queued) -> None:
        """Again and again until it is taken; only then the next of its lane."""
        headers = {"content-type": "application/json"}
        if self._secret:
            headers["x-telegram-bot-api-secret-token"] = self._secret
        pause = FIRST_PAUSE
        while not self._ended:
            async with self._slots:
                taken = await self._post(client, queued, headers)
            if taken:
                self._bot.updates.confirm_one(queued.id)
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, client: httpx.AsyncClient, queued: Queued, headers: dict[str, str]) -> bool:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            response = await client.post(self.url, content=queued.text, headers=headers)
        except httpx.HTTPError as error:
            self._failed(str(error) or type(error).__name__)
            return False
        finally:
            self.in_flight -= 1
        if response.is_success:
            return True
        self._failed(f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}")
        return False

    def _failed(self, reason: str) -> None:
        self._last_error = (self._world.clock.timestamp(), reason)
