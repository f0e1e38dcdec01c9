"""`/forgetme` of who has works that wait, or runs the group: what becomes of works and cards, and the way back."""

from collections.abc import Awaitable, Callable

import pytest

from models.works import Works
from simulator.people import Person
from tests.handlers.asking_in import asked_privately, pressed, toasts
from tests.handlers.test_works import ON, STORY, card, command, labels, readers, signs
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups share work, once on each kind of database."""
    return await live(database_url, settings=ON)


async def is_forgotten(town: Living, person: Person) -> str:
    """Somebody has Kith forget them; returns what they were asked."""
    question = await asked_privately(town, person, "/forgetme")
    asked = question.text or ""
    await pressed(town, person, question, "Yes, forget me")
    return asked


async def test_what_waits_of_who_is_forgotten_leaves_the_queue_and_its_card_says_why(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    shared = wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    assert "1. Wei, picture" in ((await asked_privately(town, lin, "/queue")).text or "")
    await is_forgotten(town, wei)
    shown = card(town, lin)
    assert (shown.text or "").endswith("Its author had me forget them, so nobody reviews it.")
    assert (labels(shown), signs(shared, town)) == (["Show it here"], [])
    assert ((await asked_privately(town, lin, "/queue")).text or "").endswith("Nothing waits.")
    # Who comes back is somebody else, and does not share it once more.
    assert await command(town, group, wei, "/share", shared) == "That has been shared already."
    assert [work.state for work in await town.all(Works)] == ["withdrawn"]


async def test_an_administrator_who_is_forgotten_is_told_the_way_back_and_decides_by_their_cards(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    shown = card(town, lin)
    assert "On Telegram you stay an administrator." in await is_forgotten(town, lin)
    # Until Telegram is asked, Kith knows of no group of theirs, and says how it does.
    told = (await asked_privately(town, lin, "/queue")).text
    assert told == "You run no group that I know of. If you do, send /queue@kith_bot there once."
    await pressed(town, lin, shown, "• Good +2")
    assert [work.state for work in await town.all(Works)] == ["accepted"]
    assert "Only the group's administrators can do that." not in toasts(town)
    assert "waits for a review" in ((await asked_privately(town, lin, "/queue")).text or "")


async def test_a_member_is_told_nothing_of_administrators(town: Living) -> None:
    _, _, wei, _ = await readers(town)
    assert "administrator" not in await is_forgotten(town, wei)
