"""What a group has left behind by becoming a supergroup: nothing is done with the message of that number there."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from models.rejections import Rejections
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.test_channels import channel, chosen
from tests.handlers.test_works import ON, STORY, card, earned
from tests.living import Living


async def basic_group(town: Living) -> tuple[Chat, Person, Person]:
    """A group that is no supergroup yet, with its owner Lin, who can be written to, and Wei."""
    lin, wei = (town.world.person(name, language_code="en") for name in ("Lin", "Wei"))
    group = town.group(lin, kind="group")
    lin.starts(town.bot)
    wei.joins(group)
    wei.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei


async def test_a_work_from_before_is_judged_and_marks_or_pins_nobody_elses_message(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings=ON)
    group, lin, wei = await basic_group(town)
    news = channel(town, lin, "readers_news")
    await chosen(town, group, lin, "@readers_news")
    work = wei.writes(group, f"#share {STORY}")
    await town.settle()
    new = lin.migrates(group)
    others = [wei.writes(new, f"Hello again, for the time number {number}") for number in range(12)]
    await town.settle()
    assert work.id in {one.id for one in others}
    for label in ("Show it here", "• Fair +1", "Feature it +5"):
        await lin.presses(card(town, lin), label)
        await town.settle()
    await town.later(timedelta(minutes=5))
    assert await earned(town) == [("work", 100), ("work_featured", 500)]
    assert [one.text for one in others if one.reactions] == []
    assert new.pinned == []
    assert town.said(news) == []
    assert await town.all(Rejections) == []


async def test_an_answer_from_before_takes_nobodys_message_away_when_it_vanishes(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={"KITH_ANSWERS__TIDY_COMMANDS": "true"})
    group, lin, wei = await basic_group(town)
    wei.writes(group, "/me")
    await town.settle()
    new = lin.migrates(group)
    others = [wei.writes(new, f"Hello again, for the time number {number}") for number in range(12)]
    await town.settle()
    assert town.said(group)[-1].id in {one.id for one in others}
    await town.later(timedelta(minutes=5))
    assert [one.text for one in others if one.deleted] == []
