"""The channel of a group: who may choose it, what is copied there, and what happens when a copy is in doubt."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.channels import Channels, WorkCopies
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.living import Living

STORY = "How I bound my grandmother's letters into a book: first I flattened them for a week under atlases."


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups share work."""
    return await live(settings={"KITH_WORKS__ON": "true"})


async def readers(town: Living) -> tuple[Chat, Person, Person]:
    """A group with its owner Lin, who can be written to, and Wei."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    wei = town.world.person("Wei", username="wei", language_code="en")
    group = town.group(lin)
    lin.starts(town.bot)
    wei.joins(group)
    await town.settle()
    return group, lin, wei


def channel(town: Living, owner: Person, name: str) -> Chat:
    made = town.world.group(name.title(), owner=owner, kind="channel", username=name)
    owner.adds(town.bot, to=made)
    return made


async def chosen(town: Living, group: Chat, lin: Person, named: str) -> str:
    """What Lin is told in private after naming a channel."""
    before = len(town.told(lin))
    lin.writes(group, f"/channel {named}")
    await town.settle()
    told = town.told(lin)[before:]
    return told[-1] if told else ""


def card(town: Living, person: Person) -> Message:
    """The last card that somebody was shown."""
    private = town.world.private(person, town.bot)
    return [message for message in town.said(private) if "shared work" in (message.text or "")][-1]


async def featured(town: Living, group: Chat, lin: Person, wei: Person) -> None:
    wei.writes(group, f"#share {STORY}")
    await town.settle()
    await lin.presses(card(town, lin), "• Fair +1")
    await town.settle()
    await lin.presses(card(town, lin), "Feature it +5")
    await town.settle()


async def test_only_a_channel_of_ones_own_is_chosen_and_featured_work_is_copied_there_and_away(town: Living) -> None:
    group, lin, wei = await readers(town)
    news = channel(town, lin, "readers_news")
    channel(town, wei, "somebody_elses")
    await town.settle()
    no = "it must be a channel in which you and I may both post."
    assert (await chosen(town, group, lin, "@somebody_elses")).endswith(no)
    assert await town.all(Channels) == []
    wei.writes(group, "/channel @somebody_elses")
    await town.settle()
    assert town.said(group)[-1].text == "Only the group's administrators can do that."
    for wrong in ("", "readers_news", "https://t.me/readers_news", "@a"):
        lin.writes(group, f"/channel {wrong}")
        await town.settle()
        assert (town.said(group)[-1].text or "").startswith("In the group: /channel @name")
    told = await chosen(town, group, lin, "@readers_news")
    assert told == "What is featured in Readers is copied to @readers_news from now on."
    await featured(town, group, lin, wei)
    assert [message.text for message in town.said(news)] == [f"#share {STORY}"]
    await lin.presses(card(town, lin), "Undo")
    await town.settle()
    assert town.said(news) == []
    assert await town.all(WorkCopies) == []
    lin.writes(group, "/channel off")
    await town.settle()
    assert await town.all(Channels) == []


async def test_a_copy_in_doubt_is_asked_about_and_copied_again_only_if_it_is_missing(town: Living) -> None:
    group, lin, wei = await readers(town)
    news = channel(town, lin, "readers_news")
    await chosen(town, group, lin, str(news.id))
    town.world.faults.add(method="copyMessage", kind="lost_answer")
    await featured(town, group, lin, wei)
    asked = town.said(town.world.private(lin, town.bot))[-1]
    assert asked.text == "Readers: I was interrupted while I copied a featured work to the channel. Is it there?"
    assert len(town.said(news)) == 1
    news.messages[-1].deleted = True
    await lin.presses(asked, "Copy it again")
    await town.settle()
    assert asked.text == "It is copied again."
    assert len(town.said(news)) == 1
    assert len(await town.all(WorkCopies)) == 1
    # Whether it was taken away need not be asked: it is taken away once more.
    town.world.faults.add(method="deleteMessages", kind="drop")
    told = len(town.told(lin))
    await lin.presses(card(town, lin), "Undo")
    await town.settle()
    assert len(town.said(news)) == 1
    await town.later(timedelta(minutes=1))
    assert town.said(news) == []
    assert await town.all(WorkCopies) == []
    assert len(town.told(lin)) == told


async def test_an_album_is_copied_and_taken_away_as_a_whole(town: Living) -> None:
    group, lin, wei = await readers(town)
    news = channel(town, lin, "readers_news")
    await chosen(town, group, lin, str(news.id))
    wei.writes(group, None, media="photo", album="another")
    for text in ("Three pages #share", None):
        wei.writes(group, text, media="photo", album="pages")
    lin.writes(group, "Oh, how nice")
    wei.writes(group, None, media="photo", album="pages")
    await town.settle()
    shown = card(town, lin)
    private = town.world.private(lin, town.bot)
    before = len(private.messages)
    await lin.presses(shown, "Show it here")
    await town.settle()
    assert len(private.messages) == before + 3
    await lin.presses(shown, "Excellent +3" if "Excellent +3" in str(shown.keyboard) else "• Excellent +3")
    await town.settle()
    await lin.presses(shown, "Feature it +5")
    await town.settle()
    copies = town.said(news)
    assert [copy.raw.get("caption") for copy in copies] == ["Three pages #share", None, None]
    assert len({copy.raw["media_group_id"] for copy in copies}) == 1
    assert len(await town.all(WorkCopies)) == 3
    await lin.presses(shown, "Undo")
    await town.settle()
    assert town.said(news) == []
    assert await town.all(WorkCopies) == []


async def test_that_copies_are_not_let_through_is_told_once_until_one_is(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={"KITH_WORKS__ON": "true"})
    group, lin, wei = await readers(town)
    channel(town, lin, "gallery")
    await chosen(town, group, lin, "@gallery")
    shut = "Forbidden: bot is not a member of the channel chat"
    town.world.faults.add(method="copyMessage", status=403, description=shut, times=3)
    before = len(town.told(lin))

    def said() -> list[str]:
        return [told for told in town.told(lin)[before:] if "could not copy" in told]

    await featured(town, group, lin, wei)
    assert len(said()) == 1
    assert said()[0].startswith("Readers: I could not copy a featured work to the channel.\nI may not post there")
    # It is the same with the next, and known; who presses wants to know, though.
    await featured(town, group, lin, wei)
    assert len(said()) == 1
    notice = next(one for one in town.said(lin.private(town.bot)) if "could not copy" in (one.text or ""))
    await lin.presses(notice, "Copy it again")
    await town.settle()
    assert notice.text == "It is copied again."
    assert len(said()) == 1
    # Once one arrives, the next that does not is told of again.
    await featured(town, group, lin, wei)
    assert len(await town.all(WorkCopies)) == 1
    town.world.faults.add(method="copyMessage", status=400, description="Bad Request: message can't be copied", times=1)
    await featured(town, group, lin, wei)
    assert len(said()) == 2
    assert "protects its content" in said()[-1]


async def test_a_work_that_was_deleted_in_the_group_is_no_fault_of_the_channels(town: Living) -> None:
    group, lin, wei = await readers(town)
    channel(town, lin, "gallery")
    await chosen(town, group, lin, "@gallery")
    gone = "Bad Request: message to copy not found"
    town.world.faults.add(method="copyMessage", status=400, description=gone, times=2)
    for number in (1, 2):
        await featured(town, group, lin, wei)
        told = [one for one in town.told(lin) if one.endswith("It was deleted in the group.")]
        assert len(told) == number
