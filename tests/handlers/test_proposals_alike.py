"""Proposals that say nearly the same: of them one goes on, whenever administrators say yes, and all hear of its end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from handlers.plain import letters
from models import entrants, preparing, proposal_decisions, topics
from models.proposals import Proposals
from models.rules.proposals import Stage
from models.rules.topics import NewTopic
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed, toasts
from tests.handlers.test_polls import (
    BOOKS,
    DAILY,
    DAY,
    FOOD,
    HOUR,
    NOTHING_ELSE,
    TOOLS,
    WEEKLY,
    admitted,
    cards,
    earned,
    founded,
    polls,
    results,
)
from tests.living import Living

ALIKE = "Which book would you lend to a friend??"


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with weekly polls and a topic a day, once on each kind of database."""
    return await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})


async def declined(town: Living, lin: Person, card: Message) -> None:
    await pressed(town, lin, card, "Decline…")
    await pressed(town, lin, card, "Not clear")


async def twice(town: Living) -> tuple[Chat, Person, Person, Person, Message, Message]:
    """Wei's proposal was declined, and Ana's, which says the same, waits: with both of their cards."""
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    wei.starts(town.bot)
    ana.starts(town.bot)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await declined(town, lin, cards(town, lin)[-1])
    await asked_in(town, group, ana, f"/propose {ALIKE}")
    old, new = cards(town, lin)
    return group, lin, wei, ana, old, new


async def states(town: Living) -> dict[str, str]:
    return {one.text: one.state for one in await town.all(Proposals)}


def one_with(text: str) -> str:
    return (
        f"Readers: somebody else proposed nearly the same as your “{text}” The two go on as one, so no votes are split."
    )


async def test_what_is_admitted_after_nearly_the_same_goes_on_as_one_with_it(town: Living) -> None:
    group, lin, wei, ana, old, new = await twice(town)
    await pressed(town, lin, new, "Approve")
    thanked = len(town.told(ana))
    await pressed(town, lin, old, "Approve")
    assert await states(town) == {BOOKS: "merged", ALIKE: "admitted"}
    assert (old.text or "").endswith(f"\n\nIt goes on as one with “{ALIKE}”, so no votes are split.")
    assert labels(old) == []
    assert town.told(wei)[-1] == one_with(BOOKS)
    assert town.told(ana)[thanked:] == [one_with(ALIKE)]
    # One topic is no choice: there is no poll, and those who run the group are told some days before.
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        connection = await session.connection()
        assert await connection.run_sync(lambda sync: preparing.lacking_topics(sync, [here])) == {here}
        assert [one.text for one in await entrants.admitted(session, community_id=here)] == [ALIKE]
    page = (await asked_privately(town, wei, "/propose")).text or ""
    assert f"topics for the next poll\n\n• {ALIKE}\n\n" in page
    assert f"• {BOOKS} · one with another, nearly the same" in page
    await town.later(HOUR)
    assert polls(town, group) == []


async def test_what_waits_goes_on_as_one_with_nearly_the_same_that_is_admitted_after_all(town: Living) -> None:
    _, lin, wei, ana, old, new = await twice(town)
    await pressed(town, lin, old, "Approve")
    assert await states(town) == {BOOKS: "admitted", ALIKE: "merged"}
    assert (new.text or "").endswith(f"\n\nIt goes on as one with “{BOOKS}”, so no votes are split.")
    assert labels(new) == []
    assert town.told(ana)[-1] == one_with(ALIKE)
    assert f"Readers: looked at again, your topic “{BOOKS}” will be in the next poll after all." in town.told(wei)
    assert "Waiting for you" not in " ".join(labels(await asked_privately(town, lin, "/propose")))


async def test_two_administrators_who_approve_both_at_once_get_one(town: Living) -> None:
    _, lin, _, _, _, new = await twice(town)
    await declined(town, lin, new)

    async def approve(one: Proposals) -> None:
        about = {"community_id": one.community_id, "proposal_id": one.proposal_id, "user_id": lin.id}
        now = town.kith.clock.now()
        async with town.kith.database.writing() as session:
            await proposal_decisions.admit(session, since=Stage.DECLINED, plain=letters, now=now, **about)
            # The other has time to look before this one is written.
            await asyncio.sleep(0.2)

    await asyncio.gather(*[approve(one) for one in await town.all(Proposals)])
    assert sorted((await states(town)).values()) == ["admitted", "merged"]


async def test_what_stands_in_the_poll_takes_up_what_is_admitted_meanwhile(town: Living) -> None:
    group, lin, wei, ana, old, new = await twice(town)
    await pressed(town, lin, new, "Approve")
    await admitted(town, group, lin, {TOOLS: lin})
    await town.later(HOUR)
    (poll,) = polls(town, group)
    assert poll.poll is not None
    assert poll.poll.options == [ALIKE, TOOLS]
    await pressed(town, lin, old, "Approve")
    assert await states(town) == {BOOKS: "merged", ALIKE: "polled", TOOLS: "polled"}
    wei.votes(poll, [0])
    ana.votes(poll, [0])
    await town.settle()
    await town.later(DAY)
    assert results(town, group) == [f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {ALIKE} (Ana)"]
    adopted = {who: points for (action, who), points in (await earned(town)).items() if action == "proposal_adopted"}
    assert adopted.keys() == {ana.id}


async def test_what_waits_when_nearly_the_same_wins_has_won_with_it(town: Living) -> None:
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    ana.starts(town.bot)
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: lin})
    await town.later(HOUR)
    (poll,) = polls(town, group)
    await asked_in(town, group, ana, f"/propose {FOOD}")
    card = cards(town, lin)[-1]
    # As two communities that turn out to be one may have it.
    async with town.kith.database.writing() as session:
        here = (await town.community(group)).community_id
        for one in await town.all(Proposals):
            if one.text == FOOD:
                found = await session.get(Proposals, (here, one.proposal_id))
                assert found is not None
                found.text, found.plain = ALIKE, "whichbookwouldyoulendtoafriend"
    wei.votes(poll, [0])
    ana.votes(poll, [0])
    await town.settle()
    await town.later(DAY)
    assert await states(town) == {BOOKS: "adopted", TOOLS: "admitted", ALIKE: "merged"}
    assert town.told(ana)[-1] == (
        f"Readers: “{BOOKS}” has won the poll, and your “{ALIKE}” is nearly the same. The two go on as one."
    )
    assert (card.text or "").endswith(f"\n\nIt goes on as one with “{BOOKS}”, so no votes are split.")


async def test_what_was_a_topic_lately_or_is_in_the_bank_is_admitted_no_more(town: Living) -> None:
    group, lin, wei, _, old, new = await twice(town)
    here = (await town.community(group)).community_id
    about = {"community_id": here, "user_id": lin.id, "now": town.kith.clock.now()}
    async with town.kith.database.writing() as session:
        (topic_id,) = await topics.add(session, topics=[NewTopic(BOOKS)], **about)  # type: ignore[arg-type]
    await pressed(town, lin, old, "Approve")
    assert toasts(town)[-1] == "That topic is in the group's bank already; its turn will come."
    async with town.kith.database.writing() as session:
        (await topics.find(session, community_id=here, topic_id=topic_id)).posted_on = date(2026, 11, 15)
    before = len(town.told(wei))
    for card in (old, new):
        await pressed(town, lin, card, "Approve")
        assert toasts(town)[-1] == "The group had that topic on Sun, 15 Nov; each rests for 60 days."
    assert await states(town) == {BOOKS: "declined", ALIKE: "waiting"}
    assert town.told(wei)[before:] == []
    # Once it has rested, and would come no more by itself, it is like any other.
    async with town.kith.database.writing() as session:
        found = await topics.find(session, community_id=here, topic_id=topic_id)
        found.is_retired, found.posted_on = True, date(2026, 9, 1)
    await pressed(town, lin, new, "Approve")
    assert await states(town) == {BOOKS: "declined", ALIKE: "admitted"}


async def test_who_proposed_the_same_twice_is_told_nothing_of_somebody_else(town: Living) -> None:
    group, lin, (wei,) = await founded(town, "Wei")
    wei.starts(town.bot)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await declined(town, lin, cards(town, lin)[-1])
    await asked_in(town, group, wei, f"/propose {ALIKE}")
    old, new = cards(town, lin)
    await pressed(town, lin, new, "Approve")
    await pressed(town, lin, old, "Approve")
    assert await states(town) == {BOOKS: "merged", ALIKE: "admitted"}
    assert [told for told in town.told(wei) if "somebody else" in told] == []


async def test_who_proposed_nearly_the_same_hears_what_becomes_of_the_one(town: Living) -> None:
    group, lin, (wei, ana, bo) = await founded(town, "Wei", "Ana", "Bo")
    for one in (wei, ana, bo):
        one.starts(town.bot)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await asked_in(town, group, ana, f"/propose {ALIKE}")
    (card,) = cards(town, lin)
    before = len(town.told(ana))
    for label in ("Decline…", "Not clear", "Approve"):
        await pressed(town, lin, card, label)
    # Whoever comes when it is admitted knows that from the page, and hears of what follows.
    await asked_in(town, group, bo, f"/propose {BOOKS}")
    for label in ("Decline…", "Off topic"):
        await pressed(town, lin, card, label)
    theirs = f"the topic that you proposed too, “{BOOKS}”, will"
    unclear = "It is not quite clear what one could answer. A question often helps."
    ends = [
        f"Readers: {theirs} not be in the poll.\n\n{unclear}",
        f"Readers: looked at again, {theirs} be in the next poll after all.",
        f"Readers: looked at again, {theirs} not be in the poll after all.\n\nIt does not fit what the group is about.",
    ]
    assert town.told(ana)[before:] == ends
    assert town.told(bo)[-1] == ends[-1]
    assert town.told(wei)[-1] == (
        f"Readers: looked at again, your topic “{BOOKS}” will not be in the poll after all.\n\n"
        "It does not fit what the group is about."
    )


async def test_who_was_joined_to_another_by_an_administrator_hears_of_its_end_too(town: Living) -> None:
    _, lin, wei, ana, old, new = await twice(town)
    await pressed(town, lin, new, "Approve")
    await pressed(town, lin, old, "Approve")
    await declined(town, lin, new)
    assert town.told(wei)[-1] == (
        f"Readers: looked at again, the topic that you proposed too, “{ALIKE}”, will not be in the poll after all.\n\n"
        "It is not quite clear what one could answer. A question often helps."
    )
    assert "looked at again, your topic" in town.told(ana)[-1]


async def test_who_proposed_nearly_the_same_hears_that_it_is_admitted(town: Living) -> None:
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    ana.starts(town.bot)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await asked_in(town, group, ana, f"/propose {ALIKE}")
    await pressed(town, lin, cards(town, lin)[-1], "Approve")
    assert town.told(ana)[-1] == f"Readers: the topic that you proposed too, “{BOOKS}”, will be in the next poll."
