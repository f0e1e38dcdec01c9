"""Works that were meant for a co-creation and do not take part, and ends without a winner."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.cocreation_entries import CocreationEntries
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately
from tests.handlers.test_cocreations import ON, entered, poll, readers
from tests.living import Living

TO_THE_VOTE = timedelta(days=14, hours=10)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups have co-creations with two works of each, once on each kind of database."""
    return await live(database_url, settings=ON)


def told_of_it(town: Living, person: Person) -> list[str]:
    return [words for words in town.told(person) if "is not in it" in words]


async def test_whose_work_does_not_take_part_since_they_have_enough_is_told_in_private(town: Living) -> None:
    group, lin, (wei, ada, _) = await readers(town)
    wei.starts(town.bot)
    await asked_in(town, group, lin, "/cocreate Letters")
    assert "Each member can take part with 2 works." in (town.said(group)[-1].text or "")
    for _ in range(2):
        wei.writes(group, "#cocreate", media="photo")
    await town.settle()
    assert told_of_it(town, wei) == []
    assert "Each member can take part with 2 works." in ((await asked_privately(town, wei, "/cocreate")).text or "")
    before = len(town.said(group))
    wei.writes(group, "One more #cocreate", media="photo")
    # Who has never written to Kith can't be told, and one work too many is no trouble.
    for _ in range(3):
        ada.writes(group, "#cocreate", media="photo")
    await town.settle()
    assert told_of_it(town, wei) == [
        (
            "Readers: “Letters” takes 2 works of each member, and you have sent those already.\n"
            "What you shared is not in it, but is reviewed as any other work."
        )
    ]
    assert (told_of_it(town, ada), len(town.said(group)), len(await town.all(CocreationEntries))) == ([], before, 4)


async def test_whose_work_comes_too_late_is_told_while_the_vote_is_on_and_not_afterwards(town: Living) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    eve.starts(town.bot)
    await asked_in(town, group, lin, "/cocreate Letters")
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    eve.writes(group, "Late #cocreate", media="photo")
    eve.writes(group, "Not meant for it #share", media="photo")
    await town.settle()
    assert told_of_it(town, eve) == [
        ("Readers: “Letters” takes no more works.\nWhat you shared is not in it, but is reviewed as any other work.")
    ]
    await town.later(timedelta(days=3))
    assert (town.said(group)[-1].text or "").startswith(
        "🎨 Letters is over, with 2 works.\nNone of these works got a vote, so nobody won."
    )
    eve.writes(group, "Much later #cocreate", media="photo")
    await town.settle()
    assert len(told_of_it(town, eve)) == 1


@on_sqlite_alone
async def test_a_group_is_told_why_there_is_no_winner(town: Living) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    await asked_in(town, group, lin, "/cocreate Letters")
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    eve.votes(poll(town, group), [0])
    lin.deletes(poll(town, group))
    await town.later(timedelta(days=4))
    assert "The votes can't be read any more, so nobody won." in (town.said(group)[-1].text or "")


@on_sqlite_alone
async def test_badges_of_one_moment_stand_in_the_same_order_for_everybody(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={"KITH_BADGES__ON": "true"})
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    wei = town.world.person("Wei", language_code="en")
    wei.joins(group)
    wei.starts(town.bot)
    first = lin.writes(group, "Good morning all of you")
    mine = wei.writes(group, "Good morning to you too", reply_to=first)
    lin.reacts(mine, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=5))
    shown = (await asked_privately(town, wei, "/badges")).text or ""
    shown = shown.partition("Still to get")[0]
    places = [shown.index(name) for name in ("First word", "First reply", "First like")]
    assert places == sorted(places)
