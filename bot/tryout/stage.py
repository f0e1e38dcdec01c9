"""The opening scene: a group with a crowd in it, Kith being added to it, and who one can be on the page."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.tryout import words
from bot.tryout.simulation import Simulation

GROUP = "Readers' corner"
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


async def set_the_stage(world: Simulation, *, time_zone: str = "UTC") -> Stage:
    """Make the people and the group, let the owner add Kith, let them talk a little, and open the page."""
    you = await world.act(do="person", name=NEWCOMER, language_code="en")
    for name, language in ((OWNER, "en"), (MEMBER, "en"), ("小王", "zh-hans"), (STRANGER, "en")):
        await world.act(do="person", name=name, language_code=language)
    group = await world.act(do="group", title=GROUP, owner=OWNER, forum=True)
    await world.act(do="creates_topic", person=OWNER, chat=GROUP, name="Book of the month")
    await world.act(do="creates_topic", person=OWNER, chat=GROUP, name="Off topic")
    await world.act(do="creates_link", person=OWNER, chat=GROUP, name="Poster in the library")
    await world.act(do="settle", chat=GROUP, people=[MEMBER, "小王"])
    await world.post("crowd", {"gather": GROUP, "time_zone": time_zone})
    await world.act(do="starts", person=OWNER, bot=BOT)
    everything = {"can_delete_messages": True, "can_invite_users": True, "can_pin_messages": True}
    await world.act(do="adds", person=OWNER, account=BOT, to=GROUP, administrator=True, rights=everything)
    await _talk(world)
    roles = [{"person": person, **about} for person, about in zip(PEOPLE, words.ROLES, strict=True)]
    tour = [{"at": at, **step} for at, step in zip(TOUR, words.TOUR, strict=True)]
    await world.post("scene", {"group": group["id"], "time_zone": time_zone, "roles": roles, "tour": tour})
    return Stage(group["id"], you["id"])


async def _talk(world: Simulation) -> None:
    hello = await world.act(do="writes", person=OWNER, chat=GROUP, text="Welcome! What are you reading this week?")
    answer = await world.act(
        do="writes", person=MEMBER, chat=GROUP, text="A book about bees. They vote by dancing!", reply_to=hello["id"]
    )
    await world.act(do="reacts", person="小王", chat=GROUP, message=answer["id"], chosen=["👍"])
    await world.act(do="writes", person="小王", chat=GROUP, text="我在看《三体》，停不下来。", reply_to=hello["id"])
    await world.act(do="writes", person=MEMBER, chat=GROUP, text="/me")
