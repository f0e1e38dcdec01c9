"""What becomes of the votes of a co-creation whose poll is closed, left behind or deleted by somebody else's hand."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.ballots import PollVotes
from simulator import voting
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.test_cocreations import DAY, ON, entered, opened, poll, readers, rounds, won
from tests.living import Living


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups have co-creations, once on each kind of database."""
    return await live(database_url, settings=ON)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """The same on one of them."""
    return await live(settings=ON)


async def put_to_vote(town: Living, group: Chat, lin: Person, wei: Person, ada: Person) -> Message:
    """The poll on a picture of Wei's and one of Ada's."""
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(timedelta(days=7, hours=10))
    return poll(town, group)


def collections(town: Living, group: Chat) -> list[str]:
    return [m.text or "" for m in town.said(group) if "All that came of it" in (m.text or "")]


async def test_a_poll_closed_by_hand_is_counted_then_and_once(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    asked = await put_to_vote(town, group, lin, wei, ada)
    for voter in (wei, lin, eve):
        voter.votes(asked, [0])
    await town.settle()
    assert asked.poll is not None
    # A vote of which nobody told us is in Telegram's count.
    asked.poll.vote(ada, [1])
    voting.close(town.world, asked, asked.poll)
    await town.settle()
    await town.later(timedelta(minutes=1))
    (told,) = collections(town, group)
    assert told.startswith("🎨 Letters: Wei wins with 3 votes.")
    await town.later(2 * DAY)
    assert await won(town) == [(wei.id, 1000)]
    assert await rounds(town) == [("ended", "poll")]
    assert len(collections(town, group)) == 1
    assert not [call for call in town.bot.calls if call.method == "stopPoll"]


async def test_a_poll_closed_without_a_word_is_read(town: Living) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    asked = await put_to_vote(town, group, lin, wei, ada)
    for voter in (wei, lin, eve):
        voter.votes(asked, [1])
    await town.settle()
    assert asked.poll is not None
    voting.expire(town.world, asked, asked.poll)
    await town.later(DAY)
    assert [call.method for call in town.bot.calls if call.method in ("stopPoll", "editMessageReplyMarkup")] == [
        "stopPoll",
        "editMessageReplyMarkup",
    ]
    assert await won(town) == [(ada.id, 1000)]
    assert await town.rows("SELECT count(*) FROM rejections") == [(0,)]


async def test_a_group_that_becomes_a_supergroup_has_a_result_by_what_was_heard(either: Living) -> None:
    town = either
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, kind="group")
    lin.starts(town.bot)
    wei, ada, eve = (town.world.person(name, language_code="en") for name in ("Wei", "Ada", "Eve"))
    for one in (wei, ada, eve):
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    asked = await put_to_vote(town, group, lin, wei, ada)
    for voter, choice in ((wei, [0]), (lin, [1]), (eve, [0]), (eve, []), (eve, [1]), (ada, [1]), (ada, [])):
        voter.votes(asked, choice)
    await town.settle()
    moved = lin.migrates(group)
    await town.settle()
    await town.later(DAY)
    (told,) = collections(town, moved)
    assert told.startswith("🎨 Letters: Ada wins with 2 votes.")
    assert await won(town) == [(ada.id, 1000)]
    # Nobody is asked about a message of which another in the new chat may bear the number.
    assert not [call for call in town.bot.calls if call.method == "stopPoll"]
    await town.later(31 * DAY)
    assert await town.all(PollVotes) == []


async def test_a_poll_that_is_closed_and_then_deleted_has_no_result(town: Living) -> None:
    group, lin, (wei, ada, _) = await readers(town)
    asked = await put_to_vote(town, group, lin, wei, ada)
    wei.votes(asked, [0])
    await town.settle()
    assert asked.poll is not None
    voting.expire(town.world, asked, asked.poll)
    town.world.faults.add(
        method="editMessageReplyMarkup", status=400, description="Bad Request: message to edit not found"
    )
    await town.later(DAY)
    assert await rounds(town) == [("ended", "poll")]
    assert "I can't read the votes on “Letters” any more" in town.told(lin)[-1]
    assert await won(town) == []
    assert await town.rows("SELECT count(*) FROM rejections") == [(0,)]
