"""What whoever set the stage wants the page to begin with: the group, the bot, the roles one can take."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.errors import NotPossible
from simulator.script import Script


@dataclass
class Scene:
    """Without anything said there are no roles, and the page offers everybody alike."""

    group: int | None = None
    time_zone: str = "UTC"
    roles: list[dict[str, Any]] = field(default_factory=list)
    tour: list[dict[str, Any]] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        return {"group": self.group, "time_zone": self.time_zone, "roles": self.roles, "tour": self.tour}


def scene_of(given: dict[str, Any], *, script: Script) -> Scene:
    """Takes 'group', 'time_zone', 'roles', a list of {person, role, about}, and 'tour', one of {at, title, text}.

    What people read of it is a text, or one for each of the page's languages (en, zh-hant, zh-hans).
    """
    group = script.chat(given["group"]).id if given.get("group") is not None else None
    zone = str(given.get("time_zone", "UTC"))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise NotPossible(f"{zone!r} is no time zone") from None
    roles, tour = _objects(given, "roles"), _objects(given, "tour")
    told = [
        {
            "person": script.person(role.get("person")).id,
            "role": _said(role.get("role")),
            "about": _said(role.get("about")),
        }
        for role in roles
    ]
    steps = [
        {"at": str(step.get("at", "")), "title": _said(step.get("title")), "text": _said(step.get("text"))}
        for step in tour
    ]
    return Scene(group, zone, told, steps)


def _objects(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = given.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise NotPossible(f"{name!r} is a list of objects")
    return value


def _said(value: Any) -> str | dict[str, str]:
    if isinstance(value, dict):
        return {str(language): str(text) for language, text in value.items()}
    return "" if value is None else str(value)
