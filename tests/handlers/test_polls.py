"""Proposals and polls in a whole town: proposed, admitted, voted for, closed, paid, and posted the week after."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.proposals import Proposals
from models.topics import TopicBank
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

# It is Monday, 09:00; the poll comes at ten and closes on Tuesday at ten.
WEEKLY = {
    "KITH_POLLS__ON": "true",
    "KITH_POLLS__WEEKDAY": "monday",
    "KITH_POLLS__HOUR": "10",
    "KITH_POLLS__OPEN_DAYS": "1",
    "KITH_POLLS__WINNERS": "2",
}
# What else earns is not what these tests are about.
NOTHING_ELSE = {
    "KITH_MESSAGES__POINTS": "0",
    "KITH_REPLIES__POINTS": "0",
    "KITH_REACTIONS__GIVEN_POINTS": "0",
    "KITH_REACTIONS__RECEIVED_POINTS": "0",
}
DAILY = {"KITH_TOPICS__ON": "true", "KITH_TOPICS__HOUR": "8"}
BOOKS, TOOLS, FOOD = "Which book would you lend to a friend?", "Which tool do you miss most?", "What is for dinner?"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with weekly polls in a simulated Telegram."""
    return await live(settings={**WEEKLY, **NOTHING_ELSE})


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same with a topic a day, once on each kind of database."""
    return await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})


async def founded(town: Living, *names: str) -> tuple[Chat, Person, list[Person]]:
    """A group with its owner Lin, who can be written to, and members who have said something."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    others = [town.world.person(name, username=name.lower(), language_code="en") for name in names]
    for one in others:
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    return group, lin, others


def cards(town: Living, person: Person) -> list[Message]:
    found = town.said(person.private(town.bot))
    return [message for message in found if "proposed topic" in (message.text or "")]


async def admitted(town: Living, group: Chat, lin: Person, proposals: dict[str, Person]) -> None:
    """Members propose, and Lin admits all of it."""
    for words, person in proposals.items():
        await asked_in(town, group, person, f"/propose {words}")
    for card in cards(town, lin)[-len(proposals) :]:
        await pressed(town, lin, card, "Admit it")


def polls(town: Living, group: Chat) -> list[Message]:
    return [message for message in town.said(group) if message.poll is not None]


def results(town: Living, group: Chat) -> list[str]:
    return [m.text or "" for m in town.said(group) if m.reply_to is not None and m.reply_to.poll is not None]


async def earned(town: Living) -> dict[tuple[str, int], int]:
    rows = await town.rows("SELECT action, user_id, sum(points) FROM ledger GROUP BY action, user_id")
    return {(action, user_id): int(points) for action, user_id, points in rows if points}


async def proposed(town: Living, group: Chat, lin: Person, wei: Person, ana: Person, bo: Person) -> None:
    """By text, in reply to an own message, and in private; nearly the same becomes one, with thanks to both."""
    wei.starts(town.bot)
    (said,) = await asked_in(town, group, wei, f"/propose {BOOKS}")
    assert said.text == "Thank you. An administrator has a look, then it stands in the next poll."
    own = ana.writes(group, TOOLS)
    (said,) = await asked_in(town, group, ana, "/propose", reply_to=own)
    assert (said.text or "").startswith("Thank you.")
    page = await asked_privately(town, bo, "/propose")
    assert "topics for the next poll\n\nNone yet." in (page.text or "")
    assert (await asked_privately(town, bo, f"{BOOKS.upper()}!!")).text == (
        "Somebody had nearly the same idea. Thanks to you both: it stands as one."
    )
    assert f"somebody else had nearly the same idea: “{BOOKS}”" in town.told(wei)[-1]
    await asked_privately(town, bo, "/propose")
    await asked_privately(town, bo, FOOD)
    assert [card.text for card in cards(town, lin)] == [
        f"Readers · proposed topic\n\nWei: {BOOKS}",
        f"Readers · proposed topic\n\nAna: {TOOLS}",
        f"Readers · proposed topic\n\nBo: {FOOD}",
    ]
    for card in cards(town, lin):
        await pressed(town, lin, card, "Admit it")
    assert town.told(wei)[-1] == f"Readers: your topic “{BOOKS}” stands in the next poll."


async def test_a_week_with_its_poll(either: Living) -> None:
    town = either
    group, lin, (wei, ana, bo) = await founded(town, "Wei", "Ana", "Bo")
    await proposed(town, group, lin, wei, ana, bo)

    await town.later(HOUR)
    (poll,) = polls(town, group)
    made = poll.poll
    assert made is not None
    assert made.options == [BOOKS, TOOLS, FOOD]
    assert (made.is_anonymous, made.revoting, made.multiple, made.closed) == (False, True, True, False)
    assert labels(poll) == ["Does my vote count?", "Propose a topic"]
    assert made.extra["description"] == "Choose as many as you like, until Tue, 17 Nov 10:00."

    # A vote earns at once, and once, however often it is changed.
    for chosen in ([0], [], [0, 1], [0]):
        wei.votes(poll, chosen)
        await town.settle()
    ana.votes(poll, [1])
    bo.votes(poll, [0])
    await town.settle()
    bo.votes(poll, [])
    await town.settle()
    assert await earned(town) == {("vote", wei.id): 300, ("vote", ana.id): 300, ("vote", bo.id): 300}
    assert (await pressed(town, wei, poll, "Does my vote count?")).text == "Your vote counts: +3."
    assert (await pressed(town, bo, poll, "Does my vote count?")).text == (
        "You took your vote back. Vote again before the end, and it counts."
    )

    await town.later(DAY)
    assert made.closed
    assert results(town, group) == [
        f"Next week's topics, chosen by you:\n• Mon, 23 Nov: {BOOKS} (Wei)\n• Tue, 24 Nov: {TOOLS} (Ana)"
    ]
    # What was taken back and not renewed is reversed; each adopted proposal earns its author five.
    assert await earned(town) == {
        ("vote", wei.id): 300,
        ("vote", ana.id): 300,
        ("proposal_adopted", wei.id): 500,
        ("proposal_adopted", ana.id): 500,
    }
    told = (await asked_privately(town, wei, "/why")).text or ""
    assert "+3 · a vote · " in told
    assert "+5 · a proposal that became a topic · " in told
    assert "−3 · taken back: a vote · " in ((await asked_privately(town, bo, "/why")).text or "")
    states = {one.text: (one.state, one.polls) for one in await town.all(Proposals)}
    assert states == {BOOKS: ("adopted", 0), TOOLS: ("adopted", 0), FOOD: ("admitted", 1)}
    assert {topic.text: topic.proposer_id for topic in await town.all(TopicBank)} == {BOOKS: wei.id, TOOLS: ana.id}
    calendar = (await asked_privately(town, lin, "/calendar")).text or ""
    assert f"Mon, 23 Nov 08:00 · Topic of the day: “{BOOKS}”" in calendar

    # The week after they are the topics, on the days that were told; one proposal alone makes no poll.
    for _ in range(7):
        await town.later(DAY)
    posted = [message.text or "" for message in town.said(group) if "oes my answer count?" in " ".join(labels(message))]
    assert [BOOKS in posted[0], TOOLS in posted[1]] == [True, True]
    assert "Propose a topic" in labels(next(m for m in town.said(group) if BOOKS in (m.text or "") and m.keyboard))
    assert len(polls(town, group)) == 1
    told_lin = "\n".join([text for text in town.told(lin) if "no poll this week" in text])
    assert told_lin.startswith("Readers: no poll this week. It takes at least two admitted proposals.")
    assert told_lin.count("no poll this week") == 1
