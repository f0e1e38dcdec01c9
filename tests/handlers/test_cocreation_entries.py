"""Which works take part in a co-creation, and keep what they won; and the list of themes at its longest."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.cocreation_entries import CocreationEntries
from models.cocreations import Cocreations
from models.rules.cocreations import MOST_THEMES
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed, toasts
from tests.handlers.test_cocreations import ON, accepted, entered, opened, poll, readers, won
from tests.living import Living

DAY = timedelta(days=1)
STORY = "How I bound my grandmother's letters into a book: first I flattened them for a week under atlases."


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups have co-creations, once on each kind of database."""
    return await live(database_url, settings=ON)


async def test_a_work_that_was_declined_is_promised_no_part_by_sharing_it_again(either: Living) -> None:
    town = either
    group, lin, (wei, ada, _) = await readers(town)
    await opened(town, group, lin)
    works = [one.writes(group, f"#share {STORY}", media="photo") for one in (wei, ada)]
    await town.settle()
    shown = next(m for m in town.said(town.world.private(lin, town.bot)) if "Wei, picture" in (m.text or ""))
    await pressed(town, lin, shown, "Decline…")
    await pressed(town, lin, shown, "Off topic")
    (told,) = await asked_in(town, group, wei, "/share", reply_to=works[0])
    assert told.text == "That has been shared already."
    assert await town.all(CocreationEntries) == []
    # One that still waits takes part all the same.
    (told,) = await asked_in(town, group, ada, "/share", reply_to=works[1])
    assert told.text == "Shared. Accepted by Mon, 23 Nov 19:00, it takes part in “Letters”."


async def test_a_declined_work_whose_place_another_has_taken_waits_again_outside(either: Living) -> None:
    town = either
    group, lin, (wei, _, _) = await readers(town)
    await opened(town, group, lin)
    first = wei.writes(group, "#cocreate", media="photo")
    await town.settle()
    private = town.world.private(lin, town.bot)
    shown = next(m for m in town.said(private) if "Wei, picture" in (m.text or ""))
    for label in ("Decline…", "Off topic"):
        await pressed(town, lin, shown, label)
    # As long as there is room, it is as if nobody had declined it.
    await pressed(town, lin, shown, "Undo")
    assert toasts(town)[-1] == ""
    assert len(await town.all(CocreationEntries)) == 1
    for label in ("Decline…", "Off topic"):
        await pressed(town, lin, shown, label)
    wei.writes(group, "#cocreate", media="video")
    second = wei.writes(group, "#cocreate", media="voice")
    await town.settle()
    await pressed(town, lin, shown, "Undo")
    assert toasts(town)[-1] == (
        "It waits again, but outside “Letters”: its author takes part with other works, as many as one may."
    )
    await accepted(town, lin, how_many=3)
    assert "You are taking part with 2 works." in ((await asked_privately(town, wei, "/cocreate")).text or "")
    # Once there is room, it can have that.
    shown = next(m for m in town.said(private) if "Wei, recording" in (m.text or ""))
    for label in ("Undo", "Decline…", "Off topic"):
        await pressed(town, lin, shown, label)
    assert second.reactions == {}
    (told,) = await asked_in(town, group, wei, "/share", reply_to=first)
    assert told.text == "Shared. Accepted by Mon, 23 Nov 19:00, it takes part in “Letters”."


async def test_a_work_that_is_taken_back_and_shared_again_asks_for_its_place_anew(either: Living) -> None:
    town = either
    group, lin, (wei, _, _) = await readers(town)
    await opened(town, group, lin)
    first = wei.writes(group, "#cocreate", media="photo")
    await town.settle()
    (answer,) = await asked_in(town, group, wei, "/share", reply_to=first)
    await pressed(town, wei, answer, "Take it back")
    for media in ("video", "voice"):
        wei.writes(group, "#cocreate", media=media)
    await town.settle()
    (told,) = await asked_in(town, group, wei, "/share", reply_to=first)
    assert told.text == "Shared. You already have enough works in “Letters”."
    assert len(await town.all(CocreationEntries)) == 2


async def test_a_winners_work_that_is_judged_anew_has_its_prize_again(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(timedelta(days=7, hours=11))
    eve.votes(poll(town, group), [0])
    await town.later(DAY)
    assert await won(town) == [(wei.id, 1000)]
    for name in ("Wei", "Ada"):
        shown = next(m for m in town.said(town.world.private(lin, town.bot)) if f"{name}, picture" in (m.text or ""))
        await pressed(town, lin, shown, "Undo")
        await pressed(town, lin, shown, "Excellent +3")
    assert await won(town) == [(wei.id, 1000), (wei.id, -1000), (wei.id, 1000)]
    assert "• Letters: Wei" in ((await asked_privately(town, ada, "/cocreate")).text or "")
    audited = (await asked_privately(town, lin, "/audit")).text or ""
    assert "Lin accepted a work by Wei (13 points)" in audited
    assert "Lin accepted a work by Ada (3 points)" in audited


async def test_what_was_accepted_before_the_group_became_a_supergroup_takes_part_as_was_promised(
    either: Living,
) -> None:
    town = either
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, kind="group")
    lin.starts(town.bot)
    wei, ada, eve = (town.world.person(name, language_code="en") for name in ("Wei", "Ada", "Eve"))
    for one in (wei, ada, eve):
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    await opened(town, group, lin)
    await entered(town, lin, group, wei)
    moved = lin.migrates(group)
    ada.writes(moved, "#cocreate", media="photo")
    await town.settle()
    await accepted(town, lin, how_many=1)
    assert "You are taking part with 1 work." in ((await asked_privately(town, wei, "/cocreate")).text or "")
    await town.later(timedelta(days=7, hours=11))
    asked = poll(town, moved)
    assert [option["text"] for option in asked.raw["poll"]["options"]] == ["1. Wei, picture", "2. Ada, picture"]
    for voter in (eve, lin):
        voter.votes(asked, [0])
    await town.later(DAY)
    assert "🎨 Letters: Wei wins with 2 votes." in (town.said(moved)[-1].text or "")
    assert await won(town) == [(wei.id, 1000)]
    assert [one.state for one in await town.all(Cocreations)] == ["ended"]


async def test_a_list_of_as_many_themes_as_there_may_be_of_any_length_is_shown_and_can_be_changed(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings=ON)
    _, lin, _ = await readers(town)
    private = town.world.private(lin, town.bot)
    shown = await asked_privately(town, lin, "/cocreate themes")
    await pressed(town, lin, shown, "Add themes")
    themes = [f"{number:02}" + "🎨" * 78 for number in range(MOST_THEMES)]
    for some in (themes[:20], themes[20:40], themes[40:]):
        lin.writes(private, "\n".join(some))
        await town.settle()
        shown = town.said(private)[-1]
        assert (shown.text or "").startswith("20 themes added.")
        await pressed(town, lin, shown, "Add themes")
    shown = await asked_privately(town, lin, "/cocreate themes")
    assert "20. 19🎨" in (shown.text or "")
    assert "and 40 more themes" in (shown.text or "")
    assert labels(shown)[-2:] == ["✕ 20", "Add themes"]
    await pressed(town, lin, shown, "✕ 1")
    assert "20. 20🎨" in (shown.text or "")
    assert "and 39 more themes" in (shown.text or "")


async def test_that_one_is_called_off_stays_in_the_group_as_long_as_its_call_wherever_it_was_ordered(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings=ON)
    group, lin, _ = await readers(town)
    told = "Called off: Letters. Accepted works keep their points."
    for number, as_whom in enumerate((None, group), start=1):
        await opened(town, group, lin)
        (answer,) = await asked_in(town, group, lin, "/cocreate stop", sender_chat=as_whom)
        if as_whom is not None:
            await pressed(town, lin, answer, "It was me, do it")
        await town.later(timedelta(minutes=10))
        assert [message.text for message in town.said(group)].count(told) == number
    # Ordered in private it is said in both places.
    await opened(town, group, lin)
    assert (await asked_privately(town, lin, "/cocreate stop")).text == told
    await town.later(timedelta(minutes=10))
    assert [message.text for message in town.said(group)].count(told) == 3


async def test_a_winner_who_is_frozen_reads_in_why_where_the_prize_has_gone(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await asked_in(town, group, lin, "/freeze an advert", reply_to=wei.writes(group, "Buy this today"))
    await town.later(timedelta(days=7, hours=11))
    eve.votes(poll(town, group), [0])
    await town.later(DAY)
    assert await won(town) == []
    why = await asked_privately(town, wei, "/why")
    await pressed(town, wei, why, "What did not count")
    assert "a co-creation won · administrators had stopped your earning · " in (why.text or "")
