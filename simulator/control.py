"""The control interface over HTTP, for tests in other processes and for the page: /sim/…, JSON in, JSON out."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from simulator.api.dispatch import Reply
from simulator.chats import Chat
from simulator.crowd.routes import CrowdRoutes
from simulator.errors import NotPossible
from simulator.lockstep import TimeRoutes
from simulator.page.scene import Scene, scene_of
from simulator.player.routes import HistoryRoutes
from simulator.queue import encode
from simulator.script import Script, chat_json, message_json, moment, shown
from simulator.world import World

Answer = Callable[[dict[str, Any]], Awaitable[Any]]
MOST_MESSAGES = 1000


class Control:
    def __init__(self, world: World, *, companion: str | None = None) -> None:
        self.world = world
        self.script = Script(world)
        self.history = HistoryRoutes(world, held=lambda: self.time.moving_to is not None)
        self.time = TimeRoutes(world, companion=companion, held=lambda: self.history.busy)
        self.scene = Scene()
        self.crowd = CrowdRoutes(world, script=self.script, time=self.time)
        self._routes: dict[tuple[str, str], Answer] = {
            ("POST", "act"): self._act,
            ("POST", "acts"): self._acts,
            ("POST", "updates"): self._updates,
            ("POST", "repeat"): self._repeat,
            ("GET", "state"): self._state,
            ("GET", "calls"): self._calls,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._move_clock,
            ("POST", "limits"): self._limits,
            ("POST", "history"): self.history.begin,
            ("GET", "history"): self.history.progress,
            ("POST", "time"): self.time.move,
            ("GET", "time"): self.time.tell,
            ("POST", "scene"): self._set_scene,
            ("POST", "crowd"): self.crowd.live,
            ("GET", "crowd"): self.crowd.tell,
        }

    async def answer(self, method: str, path: str, *, query: bytes, body: bytes) -> Reply:
        try:
            given = {**dict(parse_qsl(query.decode("latin-1"))), **_content(body)}
            result = await self._route(method, path.removeprefix("/sim/").strip("/"), given)
        except (NotPossible, ValueError, TypeError) as error:
            return Reply(400, encode({"ok": False, "error": str(error)}).encode())
        if result is None and method == "GET":
            return Reply(404, encode({"ok": False, "error": f"there is nothing at {path}"}).encode())
        return Reply(200, encode({"ok": True, "result": result}).encode())

    async def _route(self, method: str, place: str, given: dict[str, Any]) -> Any:
        if method == "GET" and place.startswith("chats/") and place.endswith("/messages"):
            return self._messages(place.split("/")[1], given)
        answer = self._routes.get((method, place))
        if answer is None:
            raise NotPossible(f"there is no {method} /sim/{place}")
        return await answer(given)

    async def _act(self, given: dict[str, Any]) -> Any:
        return await self.script.do(given)

    async def _acts(self, given: dict[str, Any]) -> Any:
        acts = _list(given, "acts")
        results = []
        for place, act in enumerate(acts):
            if not isinstance(act, dict):
                raise NotPossible(f"act {place} is no object")
            try:
                results.append(await self.script.do(act))
            except NotPossible as error:
                raise NotPossible(f"act {place}: {error}; the acts before it were done") from None
        return results

    async def _updates(self, given: dict[str, Any]) -> Any:
        updates = _list(given, "updates")
        if not all(isinstance(update, dict) for update in updates):
            raise NotPossible("'updates' is a list of objects")
        return self.world.bot_named(str(given.get("bot"))).push_many(updates)

    async def _repeat(self, given: dict[str, Any]) -> Any:
        which = given.get("update_ids", given.get("last", 1))
        return self.world.bot_named(str(given.get("bot"))).repeat(which)

    async def _state(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        world = self.world
        return {
            "now": world.clock.now().isoformat(),
            "bots": [shown(bot) for bot in world.bots.values()],
            "people": [person.user for person in world.people.values()],
            "chats": [chat_json(chat) for chat in world.chats.values()],
            "private": [
                {"person": person, "bot": bot, "messages": len(chat.messages)}
                for (person, bot), chat in world.privates().items()
            ],
        }

    def _messages(self, chat_id: str, given: dict[str, Any]) -> Any:
        after = int(given.get("after", 0))
        chat = self._chat(int(chat_id), given.get("bot"))
        found = [message for message in chat.messages if message.id > after]
        return [message_json(message) for message in found[:MOST_MESSAGES]]

    def _chat(self, chat_id: int, bot: str | None) -> Chat:
        """A positive id is a person's: their private chat with a bot, which is named where there are several."""
        if chat_id < 0:
            return self.script.chat(chat_id)
        chosen = self.world.bot_named(bot) if bot else next(iter(self.world.bots.values()))
        return self.world.private(self.script.person(chat_id), chosen)

    async def _calls(self, given: dict[str, Any]) -> Any:
        calls = self.world.bot_named(str(given.get("bot"))).calls
        method = given.get("method")
        return [call.json() for call in calls if method in (None, call.method)]

    async def _faults(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        return [fault.json() for fault in self.world.faults.pending()]

    async def _add_fault(self, given: dict[str, Any]) -> Any:
        return self.world.faults.add(**given).json()

    async def _clear_faults(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        self.world.faults.clear()
        return []

    async def _clock(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        return {"now": self.world.clock.now().isoformat(), "stands": self.world.clock.stands}

    async def _move_clock(self, given: dict[str, Any]) -> Any:
        if "move_to" in given:
            self.world.clock.move_to(moment(given["move_to"]))
        elif isinstance(given.get("tick"), int | float):
            self.world.clock.tick(timedelta(seconds=given["tick"]))
        else:
            raise NotPossible("the clock takes 'move_to', an ISO time, or 'tick', seconds")
        return await self._clock(given)

    async def _set_scene(self, given: dict[str, Any]) -> Any:
        self.scene = scene_of(given, script=self.script)
        return self.scene.json()

    def shown(self) -> dict[str, Any]:
        """What the page shows besides the world itself."""
        moving = self.time.moving_to
        return {
            "scene": self.scene.json(),
            "crowd": self.crowd.json(),
            "moving_to": moving.isoformat() if moving is not None else None,
        }

    async def _limits(self, given: dict[str, Any]) -> Any:
        if not isinstance(given.get("enabled"), bool):
            raise NotPossible("'enabled' is true or false")
        self.world.limits.enabled = given["enabled"]
        return {"enabled": self.world.limits.enabled}


def _content(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise NotPossible("the body is no JSON") from None
    if not isinstance(content, dict):
        raise NotPossible("the body is no JSON object")
    return content


def _list(given: dict[str, Any], name: str) -> list[Any]:
    value = given.get(name)
    if not isinstance(value, list):
        raise NotPossible(f"{name!r} is a list")
    return value
