"""The opening scene: a group with a crowd in it, Kith being added to it, and who one can be on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.tryout import words
from bot.tryout.simulation import Simulation

BOT = "kith_bot"
OWNER, MEMBER, NEWCOMER, STRANGER = "Mei", "Ada", "Robin", "Sam"

# Who one can be, and what the tour shows where; the words stand in bot/tryout/words.py.
PEOPLE = (NEWCOMER, MEMBER, OWNER, STRANGER)
TOUR = ("who", "chats", "write", "crowd", "time", "panel")


def beginning(time_zone: str) -> datetime:
    """When a try-out begins: always the same morning, so that the same seed lives the same life at any hour.

    A Tuesday, so that there is a week before and behind it. Raises `ValueError` for a zone that there is not.
    """
    try:
        return datetime(2026, 3, 3, 10, 0, tzinfo=ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{time_zone} is no time zone; write it like Asia/Taipei") from None


@dataclass(frozen=True)
class Stage:
    """Where the scene plays: the group's id, and that of the newcomer whom one is at first."""

    group_id: int
    your_id: int


async def set_the_stage(world: Simulation, *, time_zone: str = "UTC", language: str = "en") -> Stage:
    """Make the people and the group, let the owner add Kith, let them talk a little, and open the page.

    `language` is that of the group and of those whom one can be; the crowd speaks three anyway.
    """
    code = language.lower()
    scene = {name: text[code] for name, text in words.SCENE.items()}
    group = scene["group"]
    you = await world.act(do="person", name=NEWCOMER, language_code=code)
    for name, spoken in ((OWNER, code), (MEMBER, code), ("小王", "zh-hans"), (STRANGER, code)):
        await world.act(do="person", name=name, language_code=spoken)
    made = await world.act(do="group", title=group, owner=OWNER, forum=True)
    await world.act(do="creates_topic", person=OWNER, chat=group, name=scene["books"])
    await world.act(do="creates_topic", person=OWNER, chat=group, name=scene["rest"])
    await world.act(do="creates_link", person=OWNER, chat=group, name=scene["poster"])
    await world.act(do="settle", chat=group, people=[MEMBER, "小王"])
    await world.post("crowd", {"gather": group, "time_zone": time_zone})
    await world.act(do="starts", person=OWNER, bot=BOT)
    everything = {"can_delete_messages": True, "can_invite_users": True, "can_pin_messages": True}
    await world.act(do="adds", person=OWNER, account=BOT, to=group, administrator=True, rights=everything)
    await _talk(world, scene)
    roles = [{"person": person, **about} for person, about in zip(PEOPLE, words.ROLES, strict=True)]
    tour = [{"at": at, **step} for at, step in zip(TOUR, words.TOUR, strict=True)]
    await world.post("scene", {"group": made["id"], "time_zone": time_zone, "roles": roles, "tour": tour})
    return Stage(made["id"], you["id"])


async def _talk(world: Simulation, scene: Mapping[str, str]) -> None:
    group = scene["group"]
    hello = await world.act(do="writes", person=OWNER, chat=group, text=scene["welcome"])
    answer = await world.act(do="writes", person=MEMBER, chat=group, text=scene["bees"], reply_to=hello["id"])
    await world.act(do="reacts", person="小王", chat=group, message=answer["id"], chosen=["👍"])
    await world.act(do="writes", person="小王", chat=group, text="我在看《三体》，停不下来。", reply_to=hello["id"])
    await world.act(do="writes", person=MEMBER, chat=group, text="/me")
