"""Cards that ask administrators to decide: each says once what became of it, and of nothing else."""

from collections.abc import Awaitable, Callable

import pytest

from models import outbox
from models.people import People
from models.proposals import ProposalChanged, Proposals
from models.review_cards import ReviewCards
from simulator.chats import Chat
from simulator.faults import Fault
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import START, Living

ON = {"KITH_TOPICS__ON": "true", "KITH_WORKS__ON": "true", "KITH_POLLS__ON": "true"}
STORY = "How I bound my grandmother's letters into a book: first I flattened them for a week under atlases."
BOOKS, TOOLS = "Which book would you lend to a friend?", "Which tool do you miss most?"


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups share work and propose topics, once on each kind of database."""
    return await live(database_url, settings=ON)


async def led(town: Living) -> tuple[Chat, Person, Person, Person]:
    """A group with its owner Lin and the administrator Eve, who can be written to, and Wei."""
    lin, eve, wei = (town.world.person(name, language_code="en") for name in ("Lin", "Eve", "Wei"))
    group = town.group(lin)
    group.settle(eve)
    lin.promotes(eve, chat=group, rights={"can_delete_messages": True})
    lin.starts(town.bot)
    eve.starts(town.bot)
    wei.joins(group)
    await town.settle()
    return group, lin, eve, wei


def last(town: Living, person: Person) -> Message:
    return town.said(person.private(town.bot))[-1]


def edits(town: Living, person: Person) -> Fault:
    """Counts from now on how often somebody's messages are to be edited, whether or not Telegram does it."""
    return town.world.faults.add(method="editMessageText", chat_id=person.id, times=None)


async def fates(town: Living, event: str) -> list[str]:
    """What became of the news of that name."""
    return [row[0] for row in await town.rows(f"SELECT state FROM outbox WHERE name = '{event}' ORDER BY outbox_id")]


async def test_who_decides_about_a_work_has_their_card_edited_once(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"#share {STORY}")
    lins, eves = edits(town, lin), edits(town, eve)
    for number, label in enumerate(("• Fair +1", "Undo", "Excellent +3"), 1):
        assert (await pressed(town, lin, last(town, lin), label)).text is None
        assert (lins.met, eves.met) == (number, number)
    assert "Lin accepted it as excellent: 3 points." in (last(town, lin).text or "")
    assert last(town, eve).text == last(town, lin).text
    assert set(await fates(town, "works.changed")) == {"sent"}
    # The reasons to decline are shown to nobody but who wants to see them, and back is the way it was.
    await pressed(town, lin, last(town, lin), "Undo")
    for label in ("Decline…", "‹ Back"):
        await pressed(town, lin, last(town, lin), label)
    assert (lins.met, eves.met) == (6, 4)


@on_sqlite_alone
async def test_who_decides_about_a_proposal_has_their_card_edited_once(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    card = last(town, lin)
    await asked_in(town, group, wei, f"/propose {TOOLS}")
    lins, eves = edits(town, lin), edits(town, eve)
    await pressed(town, lin, card, "Approve")
    assert (lins.met, eves.met) == (1, 1)
    assert "Lin approved it" in (card.text or "")
    assert labels(card) == ["Decline…", "Next ›"]
    assert await fates(town, "proposals.changed") == ["sent", "sent"]


async def test_a_card_that_has_gone_on_to_the_next_is_told_of_that_one_and_no_more_of_the_old(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    card, hers = last(town, lin), last(town, eve)
    await asked_in(town, group, wei, f"/propose {TOOLS}")
    newer = last(town, lin)
    await pressed(town, lin, card, "Approve")
    await pressed(town, lin, card, "Next ›")
    assert TOOLS in (card.text or "")
    # Eve thinks otherwise of the old one: the card shows another by now, and is left alone.
    await pressed(town, eve, hers, "Decline…")
    await pressed(town, eve, hers, "Off topic")
    assert "Eve declined it" in (hers.text or "")
    assert TOOLS in (card.text or "")
    # So it is if the news of the old one was on its way when the card went on.
    old, _ = sorted(await town.all(Proposals), key=lambda one: one.proposal_id)
    places = {one.message_id: one.card_id for one in await town.all(ReviewCards) if one.user_id == lin.id}
    async with town.kith.database.writing() as session:
        news = ProposalChanged(old.community_id, old.proposal_id, places[card.id])
        await outbox.put(session, [news], due_at=START)
    await town.settle()
    assert TOOLS in (card.text or "")
    assert (await fates(town, "proposals.changed"))[-1] == "held_back"
    # What becomes of the one that it shows is told there, and on the card that came with it.
    await pressed(town, lin, card, "Approve")
    assert [f"Wei: {TOOLS}" in (one.text or "") for one in (card, newer)] == [True, True]
    assert ["Lin approved it" in (one.text or "") for one in (card, newer)] == [True, True]


async def test_a_page_that_shows_a_proposal_is_its_card_until_nothing_waits(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    theirs = last(town, lin)
    page = await asked_privately(town, eve, "/propose")
    await pressed(town, eve, page, "Waiting for you: 1")
    assert BOOKS in (page.text or "")
    await pressed(town, lin, theirs, "Approve")
    assert "Lin approved it" in (page.text or "")
    await asked_in(town, group, wei, f"/propose {TOOLS}")
    await pressed(town, eve, page, "Decline…")
    await pressed(town, eve, page, "Off topic")
    assert labels(page) == ["Approve", "Next ›"]
    await pressed(town, lin, last(town, lin), "Approve")
    cards = len(await town.all(ReviewCards))
    await pressed(town, eve, page, "Next ›")
    assert page.text == "No proposal waits."
    assert len(await town.all(ReviewCards)) == cards - 1
    # What becomes of the old one is no business of the page's any more.
    await pressed(town, lin, theirs, "Approve")
    assert page.text == "No proposal waits."


async def test_whoever_leaves_a_proposal_undecided_goes_on_to_the_others_and_comes_back_to_it(town: Living) -> None:
    group, _, eve, wei = await led(town)
    for text in (BOOKS, TOOLS):
        await asked_in(town, group, wei, f"/propose {text}")
    page = await asked_privately(town, eve, "/propose")
    await pressed(town, eve, page, "Waiting for you: 2")
    assert BOOKS in (page.text or "")
    for text in (TOOLS, BOOKS):
        await pressed(town, eve, page, "Next ›")
        assert text in (page.text or "")
    assert labels(page) == ["Approve", "Decline…", "Next ›"]


async def test_a_page_that_reads_so_already_is_not_put_there_again(town: Living) -> None:
    _, lin, _, _ = await led(town)
    await asked_privately(town, lin, "/topic")
    await pressed(town, lin, last(town, lin), "Add a topic")
    page = await asked_privately(town, lin, BOOKS)
    asked = edits(town, lin)
    await pressed(town, lin, page, "takes some thought")
    assert ("✓ takes some thought" in labels(page), asked.met) == (True, 1)
    press = await pressed(town, lin, page, "✓ takes some thought")
    assert (press.text, asked.met) == (None, 1)


async def test_who_was_forgotten_and_decides_again_is_named_on_the_card(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"#share {STORY}")
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    proposal = last(town, lin)
    for one in (lin, eve):
        await pressed(town, one, await asked_privately(town, one, "/forgetme"), "Yes, forget me")
    # Whoever only looks stays forgotten.
    for label in ("Decline…", "‹ Back"):
        await pressed(town, lin, proposal, label)
    assert {wei.id} == {one.user_id for one in await town.all(People)}
    await pressed(town, lin, proposal, "Approve")
    assert (proposal.text or "").endswith("Lin approved it: it is in the next poll.")
    assert lin.id in {one.user_id for one in await town.all(People)}
    assert eve.id not in {one.user_id for one in await town.all(People)}
    (hers,) = [one for one in town.said(eve.private(town.bot)) if "• Fair +1" in labels(one)]
    await pressed(town, eve, hers, "• Fair +1")
    assert "Eve accepted it as fair" in (hers.text or "")
