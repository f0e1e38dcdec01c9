"""Cards of shared works that come late, or twice: each tells what is so, and is changed only where that is new."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from simulator.bots import ApiCall
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed, toasts
from tests.handlers.test_works import ON, STORY, card, cards, readers
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups share work, once on each kind of database."""
    return await live(database_url, settings=ON)


def edits(town: Living, person: Person) -> list[ApiCall]:
    """What was tried to change in somebody's private chat."""
    tried = [one for one in town.bot.calls if one.method == "editMessageText"]
    return [one for one in tried if int(one.params["chat_id"]) == person.id]


def refused(town: Living) -> list[ApiCall]:
    return [one for one in town.bot.calls if one.status == 400]


async def two_leaders(town: Living) -> tuple[Chat, Person, Person, Person]:
    """A group with its owner Lin and the administrator Ada, who both can be written to, and Wei."""
    group, lin, wei, (ada,) = await readers(town, also=1)
    ada.starts(town.bot)
    lin.promotes(ada, chat=group, rights={"can_delete_messages": True})
    await town.settle()
    return group, lin, ada, wei


async def test_a_card_that_leaves_after_the_decision_says_it_at_once_and_is_not_changed_to_the_same(
    town: Living,
) -> None:
    group, lin, ada, wei = await two_leaders(town)
    town.world.faults.add(method="sendMessage", chat_id=lin.id, status=502, times=None)
    wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    await pressed(town, ada, card(town, ada), "• Good +2")
    assert cards(town, lin) == []
    town.world.faults.clear()
    for _ in range(3):
        await town.later(timedelta(minutes=5))
    assert (card(town, lin).text or "").endswith("accepted it as good: 2 points.")
    assert (edits(town, lin), refused(town)) == ([], [])
    # What is new after that is told there as everywhere.
    await pressed(town, ada, card(town, ada), "Undo")
    assert card(town, lin).text == card(town, ada).text
    assert (len(edits(town, lin)), refused(town)) == (1, [])


async def test_a_decision_that_is_undone_while_its_card_is_on_its_way_is_told_there(town: Living) -> None:
    group, lin, ada, wei = await two_leaders(town)
    wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    listed = await asked_privately(town, lin, "/queue")
    shown = card(town, ada)
    await pressed(town, ada, shown, "• Good +2")
    # Telegram shows Lin another card of it, and is slow to say so.
    town.world.faults.add(method="sendMessage", chat_id=lin.id, kind="late_answer", seconds=1.0)
    lin.taps(listed, "1")
    await town.until(lambda: len(cards(town, lin)) == 2)
    await pressed(town, ada, shown, "Undo")
    assert [labels(one) for one in cards(town, lin)] == [labels(shown)] * 2
    assert refused(town) == []


async def test_two_decisions_at_once_change_each_card_once(town: Living) -> None:
    group, lin, ada, wei = await two_leaders(town)
    work = wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    town.world.faults.add(method="editMessageText", chat_id=lin.id, status=502, times=None)
    await pressed(town, ada, card(town, ada), "• Good +2")
    await asked_in(town, group, ada, "/feature", reply_to=work)
    tried = len(edits(town, lin))
    town.world.faults.clear()
    for _ in range(3):
        await town.later(timedelta(minutes=5))
    assert (card(town, lin).text or "").endswith("featured it: 7 points in all.")
    assert (len(edits(town, lin)) - tried, refused(town)) == (1, [])


async def test_a_card_whose_sending_was_in_doubt_is_known_by_being_pressed(town: Living) -> None:
    group, lin, _ada, wei = await two_leaders(town)
    town.world.faults.add(method="sendMessage", chat_id=lin.id, kind="lost_answer")
    wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    await town.later(timedelta(minutes=5))
    first, second = cards(town, lin)
    await pressed(town, lin, first, "• Good +2")
    assert first.text == second.text
    await pressed(town, lin, second, "Undo")
    assert labels(first) == labels(second)
    assert "• Good +2" in labels(first)
    assert refused(town) == []


async def test_a_card_that_was_looked_at_before_the_news_came_there_is_not_changed_to_the_same(town: Living) -> None:
    group, lin, ada, wei = await two_leaders(town)
    wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    town.world.faults.add(method="editMessageText", chat_id=lin.id, status=502, times=1)
    await pressed(town, ada, card(town, ada), "• Good +2")
    await pressed(town, lin, card(town, lin), "Decline…")
    assert card(town, lin).text == card(town, ada).text
    tried = len(edits(town, lin))
    for _ in range(3):
        await town.later(timedelta(minutes=5))
    assert (len(edits(town, lin)) - tried, refused(town)) == (0, [])
    await pressed(town, ada, card(town, ada), "Undo")
    assert labels(card(town, lin)) == labels(card(town, ada))


async def test_a_card_whose_sending_was_in_doubt_is_known_by_being_looked_at(town: Living) -> None:
    group, lin, ada, wei = await two_leaders(town)
    town.world.faults.add(method="sendMessage", chat_id=lin.id, kind="lost_answer")
    wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    await town.later(timedelta(minutes=5))
    first, second = cards(town, lin)
    await pressed(town, lin, first, "Decline…")
    await pressed(town, ada, card(town, ada), "• Good +2")
    assert (first.text or "").endswith("accepted it as good: 2 points.")
    assert second.text == first.text
    assert refused(town) == []


@pytest.mark.parametrize("album", [None, "pages"])
async def test_whoever_wants_to_see_a_work_that_was_deleted_is_told_that_it_is_gone(
    town: Living, album: str | None
) -> None:
    group, lin, wei, _ = await readers(town)
    pieces = [wei.writes(group, "Pages #share", media="photo", album=album)]
    pieces += [wei.writes(group, None, media="photo", album=album)] if album else []
    await town.settle()
    private = town.world.private(lin, town.bot)
    before = len(private.messages)
    await pressed(town, lin, card(town, lin), "Show it here")
    assert (toasts(town)[-1], len(private.messages)) == ("", before + len(pieces))
    for piece in pieces:
        wei.deletes(piece)
    asked = len(toasts(town))
    press = await pressed(town, lin, card(town, lin), "Show it here")
    assert press.text == "It was deleted in the group."
    # A press is answered once.
    assert len(toasts(town)) == asked + 1
    assert len(private.messages) == before + len(pieces)


async def test_whoever_wants_to_see_what_cannot_be_copied_is_told_why(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    wei.writes(group, "Pages #share", media="photo")
    await town.settle()
    why = "Bad Request: message can't be copied"
    town.world.faults.add(method="copyMessage", status=400, description=why)
    press = await pressed(town, lin, card(town, lin), "Show it here")
    assert (press.text or "").startswith("The group protects its content, so nothing can be copied out of it;")
    # For another reason the sign on the button goes all the same.
    town.world.faults.add(method="copyMessage", status=400)
    asked = len(toasts(town))
    await pressed(town, lin, card(town, lin), "Show it here")
    assert toasts(town)[asked:] == [""]
