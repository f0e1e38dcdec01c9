"""The opening scene: a group with a crowd in it, Kith being added to it, and who one can be on the page."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.tryout.simulation import Simulation

GROUP = "Readers' corner"
BOT = "kith_bot"
OWNER, MEMBER, NEWCOMER, STRANGER = "Mei", "Ada", "Robin", "Sam"

ROLES = (
    {"person": NEWCOMER, "role": "newcomer", "about": "Is about to join; nobody knows them yet."},
    {"person": MEMBER, "role": "member", "about": "Has been here for a while and has some points."},
    {"person": OWNER, "role": "admin", "about": "Owns the group and added Kith to it. Set-up and settings are hers."},
    {"person": STRANGER, "role": "stranger", "about": "Was sent an invite link and may follow it."},
)
TOUR = (
    {
        "at": "who",
        "title": "You can be everybody",
        "text": "You begin as a newcomer. Press here to be a member, the admin, a stranger with an invite link, or "
        "anybody of the crowd.",
    },
    {
        "at": "chats",
        "title": "The group and Kith",
        "text": "Join the group and say hello. At the end of the list is your own private chat with Kith.",
    },
    {
        "at": "write",
        "title": "Ask Kith",
        "text": "Write a few sentences, reply, react. Then type / and choose: /me tells your points, and a button "
        "under its answer tells more in private.",
    },
    {
        "at": "crowd",
        "title": "Let the others live",
        "text": "Some forty people talk, help, lurk and like, in three languages. Give them a day and look at what "
        "became of it.",
    },
    {
        "at": "time",
        "title": "Let time pass",
        "text": "Skip to the next morning or over a week. Whatever falls due on the way happens at its own time.",
    },
    {
        "at": "panel",
        "title": "Look inside",
        "text": "The panel shows what Kith stores while you watch: each point with its reason, what it is about to "
        "say, and every call it makes.",
    },
)


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
    await world.post("scene", {"group": group["id"], "time_zone": time_zone, "roles": list(ROLES), "tour": list(TOUR)})
    return Stage(group["id"], you["id"])


async def _talk(world: Simulation) -> None:
    hello = await world.act(do="writes", person=OWNER, chat=GROUP, text="Welcome! What are you reading this week?")
    answer = await world.act(
        do="writes", person=MEMBER, chat=GROUP, text="A book about bees. They vote by dancing!", reply_to=hello["id"]
    )
    await world.act(do="reacts", person="小王", chat=GROUP, message=answer["id"], chosen=["👍"])
    await world.act(do="writes", person="小王", chat=GROUP, text="我在看《三体》，停不下来。", reply_to=hello["id"])
    await world.act(do="writes", person=MEMBER, chat=GROUP, text="/me")
