"""Cards of proposals that come late, or twice, or have gone on: each tells what is so, and changes only for news."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, labels, pressed
from tests.handlers.test_cards import BOOKS, ON, TOOLS, last, led
from tests.handlers.test_late_cards import edits, refused
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups propose topics, once on each kind of database."""
    return await live(database_url, settings=ON)


def shown(town: Living, person: Person) -> list[Message]:
    """The cards of proposals in somebody's private chat."""
    return [one for one in town.said(person.private(town.bot)) if "Wei: " in (one.text or "")]


async def mended(town: Living) -> None:
    """Telegram does again what it is asked, and what was tried before is tried once more."""
    town.world.faults.clear()
    for _ in range(3):
        await town.later(timedelta(minutes=5))


async def test_a_card_that_leaves_after_the_decision_says_it_at_once_and_is_not_changed_to_the_same(
    town: Living,
) -> None:
    group, lin, eve, wei = await led(town)
    town.world.faults.add(method="sendMessage", chat_id=lin.id, status=502, times=None)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await pressed(town, eve, last(town, eve), "Approve")
    assert shown(town, lin) == []
    await mended(town)
    (card,) = shown(town, lin)
    assert "Eve approved it" in (card.text or "")
    assert (edits(town, lin), refused(town)) == ([], [])
    # What is new after that is told there as everywhere.
    await pressed(town, eve, last(town, eve), "Decline…")
    await pressed(town, eve, last(town, eve), "Off topic")
    assert "Eve declined it" in (card.text or "")
    assert (len(edits(town, lin)), refused(town)) == (1, [])


async def test_a_card_that_leaves_after_the_decision_leads_an_admin_chat_to_the_next(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {TOOLS}")
    page = last(town, eve)
    office = town.group(lin, "Office")
    await asked_in(town, office, lin, "/adminchat@kith_bot")
    await pressed(town, lin, town.said(office)[-1], "Readers")
    town.world.faults.add(method="sendMessage", chat_id=office.id, status=502, times=None)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await pressed(town, eve, page, "Approve")
    await pressed(town, eve, page, "Next ›")
    await pressed(town, eve, page, "Approve")
    await asked_in(town, group, wei, "/propose Which door do you never close behind you?")
    await mended(town)
    card = next(one for one in town.said(office) if BOOKS in (one.text or ""))
    assert "Eve approved it" in (card.text or "")
    assert labels(card) == ["Decline…", "Next ›"]
    changed = [one for one in town.bot.calls if one.method == "editMessageText" and BOOKS in str(one.params)]
    assert [one for one in changed if int(one.params["chat_id"]) == office.id] == []
    assert refused(town) == []


async def test_two_decisions_at_once_change_each_card_once(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    town.world.faults.add(method="editMessageText", chat_id=lin.id, status=502, times=None)
    for label in ("Approve", "Decline…", "Off topic"):
        await pressed(town, eve, last(town, eve), label)
    tried = len(edits(town, lin))
    await mended(town)
    assert "Eve declined it" in (last(town, lin).text or "")
    assert (len(edits(town, lin)) - tried, refused(town)) == (1, [])


async def test_reasons_that_are_looked_at_stay_when_the_news_of_what_was_decided_comes_late(town: Living) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    town.world.faults.add(method="editMessageText", chat_id=lin.id, status=502, times=1)
    await pressed(town, eve, last(town, eve), "Approve")
    await pressed(town, lin, last(town, lin), "Decline…")
    looked_at = labels(last(town, lin))
    assert ("Eve approved it" in (last(town, lin).text or ""), looked_at[-1]) == (True, "‹ Back")
    await mended(town)
    assert labels(last(town, lin)) == looked_at
    await pressed(town, lin, last(town, lin), "Off topic")
    assert last(town, lin).text == last(town, eve).text
    assert refused(town) == []


async def test_a_card_whose_sending_was_in_doubt_is_known_by_being_pressed(town: Living) -> None:
    group, lin, _eve, wei = await led(town)
    town.world.faults.add(method="sendMessage", chat_id=lin.id, kind="lost_answer")
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await town.later(timedelta(minutes=5))
    first, second = shown(town, lin)
    await pressed(town, lin, first, "Approve")
    assert "Lin approved it" in (first.text or "")
    assert first.text == second.text
    for label in ("Decline…", "Off topic"):
        await pressed(town, lin, second, label)
    assert "Lin declined it" in (first.text or "")
    assert first.text == second.text
    assert refused(town) == []


async def test_a_card_that_is_pressed_before_its_place_is_known_stays_with_the_next_that_it_went_on_to(
    town: Living,
) -> None:
    group, lin, eve, wei = await led(town)
    await asked_in(town, group, wei, f"/propose {TOOLS}")
    town.world.faults.add(method="sendMessage", chat_id=lin.id, kind="late_answer", seconds=2.0)
    wei.writes(group, f"/propose {BOOKS}")
    await town.until(lambda: len(shown(town, lin)) == 2)
    card = last(town, lin)
    lin.taps(card, "Approve")
    await town.until(lambda: "Lin approved it" in (card.text or ""))
    lin.taps(card, "Next ›")
    await town.until(lambda: TOOLS in (card.text or ""))
    await town.settle()
    assert TOOLS in (card.text or "")
    hers = next(one for one in shown(town, eve) if TOOLS in (one.text or ""))
    await pressed(town, eve, hers, "Approve")
    assert "Eve approved it" in (card.text or "")
    assert refused(town) == []
