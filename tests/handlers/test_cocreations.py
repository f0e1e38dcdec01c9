"""Co-creations: opened, taken part in, voted on, counted, paid; and what can go wrong on the way."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.audit import Audit
from models.cocreations import Cocreations
from models.honours import Badges
from models.points import Ledger
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

ON = {
    "KITH_WORKS__ON": "true",
    "KITH_COCREATIONS__ON": "true",
    "KITH_COCREATIONS__ENTRIES_EACH": "2",
    "KITH_BADGES__ON": "true",
}
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups have co-creations."""
    return await live(settings=ON)


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living, *, others: int = 3) -> tuple[Chat, Person, list[Person]]:
    """A group with its owner Lin, who can be written to, and some members."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    group = town.group(lin)
    lin.starts(town.bot)
    members = [town.world.person(name, language_code="en") for name in ("Wei", "Ada", "Eve", "Bo")[:others]]
    members += [town.world.person(f"Reader {number}", language_code="en") for number in range(4, others)]
    for one in members:
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    return group, lin, members


async def accepted(town: Living, lin: Person, *, how_many: int) -> None:
    """Lin accepts what waits, as the newest cards show it."""
    private = town.world.private(lin, town.bot)
    cards = [message for message in town.said(private) if "• " in " ".join(labels(message))]
    for card in cards[-how_many:]:
        await pressed(town, lin, card, next(label for label in labels(card) if label.startswith("•")))


async def rounds(town: Living) -> list[tuple[str, str | None]]:
    return [(one.state, one.manner) for one in await town.all(Cocreations)]


async def won(town: Living) -> list[tuple[int, int]]:
    """Who has got how much for a co-creation, and lost."""
    entries = [entry for entry in await town.all(Ledger) if "cocreation" in entry.action]
    return [(entry.user_id, entry.points) for entry in entries]


def poll(town: Living, group: Chat) -> Message:
    return [message for message in group.messages if message.poll is not None][-1]


async def test_a_month_of_work_on_a_theme_from_the_call_to_the_collection(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    assert await asked_in(town, group, lin, "/cocreate Autumn <light>") == []
    call = town.said(group)[-1]
    assert call.text == (
        "🎨 Autumn <light>: make something of it, until Mon, 30 Nov 19:00.\n\n"
        "Take part: send your work with #cocreate, or reply to it with /share.\n"
        "Then the group votes for 3 days. Who wins gets 10 points and a badge."
    )
    wei.writes(group, "#cocreate", media="photo")
    own = ada.writes(group, "My voice of autumn", media="voice")
    (shared,) = await asked_in(town, group, ada, "/share", reply_to=own)
    assert shared.text == "Shared. Once accepted, it takes part in “Autumn <light>”."
    eve.writes(group, "Not for this #share", media="photo")
    await town.settle()
    await accepted(town, lin, how_many=3)
    (brief,) = await asked_in(town, group, eve, "/cocreate")
    assert (brief.text or "").startswith("Autumn <light>: works are taken until Mon, 30 Nov 19:00.\nTake part:")
    told = await asked_privately(town, wei, "/cocreate")
    assert "You take part with 1 work." in (told.text or "")
    await town.later(timedelta(days=14, hours=10))
    asked = poll(town, group)
    assert asked.raw["poll"]["question"] == "Autumn <light>: which one do you like best?"
    assert [option["text"] for option in asked.raw["poll"]["options"]] == ["1. Wei, picture", "2. Ada, recording"]
    assert asked.raw["poll"]["description"] == "1. Wei, picture\n2. Ada, recording\nUntil Thu, 3 Dec 19:00."
    assert not asked.raw["poll"]["is_anonymous"]
    for voter, choice in ((wei, 0), (lin, 1), (eve, 0), (ada, 1)):
        voter.votes(asked, [choice])
    eve.votes(asked, [1])
    await town.settle()
    await town.later(3 * DAY)
    assert asked.raw["poll"]["is_closed"]
    assert town.said(group)[-1].text == (
        "🎨 Autumn <light>: Ada wins with 3 votes.\n+10 and a badge.\n\n"
        "All that came of it:\n1. Wei, picture\n2. Ada, recording"
    )
    assert await won(town) == [(ada.id, 1000)]
    assert {badge.user_id for badge in await town.all(Badges) if badge.badge.startswith("cocreation")} == {ada.id}
    assert "Co-creation won: Autumn <light>" in ((await asked_privately(town, ada, "/badges")).text or "")
    assert "a co-creation won" in ((await asked_privately(town, ada, "/why")).text or "")
    looked_back = await asked_privately(town, eve, "/cocreate")
    assert "No co-creation is on at the moment." in (looked_back.text or "")
    assert "• Autumn <light>: Ada" in (looked_back.text or "")
    assert "cocreation" in {act.action for act in await town.all(Audit)}
    # What is undone afterwards loses what it has won.
    card = next(m for m in town.said(town.world.private(lin, town.bot)) if "Ada, recording" in (m.text or ""))
    await pressed(town, lin, card, "Undo")
    assert await won(town) == [(ada.id, 1000), (ada.id, -1000)]
