"""The crowd over HTTP: POST /sim/crowd gathers it or lets it live, GET /sim/crowd tells of it."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.crowd.living import Crowd
from simulator.errors import NotPossible
from simulator.lockstep import TimeRoutes
from simulator.script import Script
from simulator.world import World

LONGEST_HOURS = 24 * 31


class CrowdRoutes:
    def __init__(self, world: World, *, script: Script, time: TimeRoutes) -> None:
        self.world = world
        self._script = script
        self._time = time
        self._crowd: Crowd | None = None

    def json(self) -> dict[str, Any] | None:
        crowd = self._crowd
        if crowd is None:
            return None
        return {"people": len(crowd.people), "chat": crowd.chat.id, "deeds": crowd.deeds}

    async def tell(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        return self.json() or {"people": 0, "chat": None, "deeds": 0}

    async def live(self, given: dict[str, Any]) -> Any:
        """Takes 'gather', a chat (with 'time_zone', by which they sleep), or 'hours' for them to live."""
        if "gather" in given:
            return self._gather(given)
        hours = given.get("hours")
        if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 < hours <= LONGEST_HOURS:
            raise NotPossible(f"'hours' is a number up to {LONGEST_HOURS}")
        crowd = self._crowd
        if crowd is None:
            raise NotPossible("there is no crowd yet: 'gather' names the chat for it")
        self._time.must_be_free()
        before = crowd.deeds
        until = crowd.plan(timedelta(hours=hours))
        told = await self._time.move({**given, "to": until.isoformat()})
        return {**told, "deeds": crowd.deeds - before}

    def _gather(self, given: dict[str, Any]) -> Any:
        if self._crowd is not None:
            raise NotPossible("the crowd is there already")
        zone = str(given.get("time_zone", "UTC"))
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise NotPossible(f"{zone!r} is no time zone") from None
        self._crowd = Crowd(self.world, self._script.chat(given["gather"]), time_zone=zone)
        return self.json()
