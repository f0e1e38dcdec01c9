"""A history over HTTP: POST /sim/history begins one, GET /sim/history tells how far it is and how it ended."""

import asyncio
from collections.abc import Callable
from typing import Any

from simulator.bots import Bot
from simulator.errors import NotPossible
from simulator.history.reader import read_export
from simulator.history.records import UnreadableExport
from simulator.player.playing import BotStalled, Player
from simulator.world import World


class HistoryRoutes:
    def __init__(self, world: World, *, held: Callable[[], bool]) -> None:
        self.world = world
        self._held = held
        self._state = "none"
        self._error: str | None = None
        self._player: Player | None = None

    @property
    def busy(self) -> bool:
        return self._state in ("reading", "playing")

    async def begin(self, given: dict[str, Any]) -> Any:
        """Takes 'path', and if they are needed 'chat' (an id or a name), 'time_zone' and 'bot'."""
        if self.busy:
            raise NotPossible("a history is being played already")
        if self._held():
            raise NotPossible("time is moving: a history moves it too")
        path, chat = given.get("path"), given.get("chat")
        if not isinstance(path, str) or not path:
            raise NotPossible("'path' is the path of an export file on this machine")
        bot = self._bot(given.get("bot"))
        self._state, self._error, self._player = "reading", None, None
        try:
            # A large file takes its time, and the bots must be answered meanwhile.
            export = await asyncio.to_thread(read_export, path, chat=chat, time_zone=given.get("time_zone"))
        except UnreadableExport as error:
            self._fail(str(error))
            raise NotPossible(str(error)) from None
        except BaseException:
            self._fail("the reading was broken off")
            raise
        self._player = Player(self.world, bot, export, patience=float(given.get("patience", 300)))
        self._state = "playing"
        self.world.start(self._play(self._player))
        return await self.progress({})

    async def progress(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        summary = self._player.summary.json() if self._player is not None else None
        return {"state": self._state, "error": self._error, "summary": summary}

    async def _play(self, player: Player) -> None:
        try:
            await player.play()
        except (BotStalled, NotPossible) as error:
            self._fail(str(error))
        except BaseException as error:
            self._fail(f"the playing broke: {error!r}")
            raise
        else:
            self._state = "done"

    def _fail(self, error: str) -> None:
        self._state, self._error = "failed", error

    def _bot(self, name: Any) -> Bot:
        if name is not None:
            return self.world.bot_named(str(name))
        if len(self.world.bots) != 1:
            raise NotPossible("'bot' says which of the bots hears the history")
        return next(iter(self.world.bots.values()))
