"""How works are found again, and what their cards promise their authors."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.works import Works
from simulator.messages import Message
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed, toasts
from tests.handlers.test_cocreation_news import pace
from tests.handlers.test_cocreations import forgotten
from tests.handlers.test_works import ON, STORY, card, cards, command, earned, readers
from tests.living import Living

ALL = {**ON, "KITH_COCREATIONS__ON": "true", "KITH_DIFFICULTY__ON": "true"}


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups share work, and in which its worth goes by who has made it."""
    return await live(settings=ALL)


def rows(message: Message) -> list[str]:
    return [line[2:] for line in (message.text or "").splitlines() if line.startswith("• ")]


async def test_buttons_promise_what_they_bring_its_author(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    await pace(town, group, wei, 0)
    await pace(town, group, ada, 60)
    wei.writes(group, "#share", media="photo")
    await town.settle()
    shown = card(town, lin)
    assert labels(shown)[:3] == ["Fair +1.25", "• Good +2.5", "Excellent +3.75"]
    assert " accepting it counts ×1.25 for this author, by how active they were." in (shown.text or "")
    await pressed(town, lin, shown, "• Good +2.5")
    assert "Lin accepted it as good: 2.5 points." in (shown.text or "")
    # To be featured is worth the same to Wei as the settings say, and more to who is very active.
    assert labels(shown)[0] == "Feature it +5"
    assert "counts ×" not in (shown.text or "")
    ada.writes(group, "#share", media="photo")
    await town.settle()
    hers = card(town, lin)
    assert labels(hers)[:3] == ["Fair +1", "• Good +2", "Excellent +3"]
    await pressed(town, lin, hers, "Fair +1")
    assert labels(hers)[0] == "Feature it +5.75"
    await pressed(town, lin, hers, "Feature it +5.75")
    assert [points for _, points in await earned(town)] == [250, 100, 575]
    # Whoever is forgotten earns nothing, so nothing is promised.
    wei.writes(group, "#share", media="video")
    await town.settle()
    listed = await asked_privately(town, lin, "/queue")
    await forgotten(town, group, wei)
    await pressed(town, lin, listed, "1")
    assert labels(card(town, lin))[:3] == ["Fair +0", "• Good +0", "Excellent +0"]


async def test_a_card_of_another_day_brings_what_that_day_brings_and_the_queue_renews_it(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    for one in (wei, ada):
        await pace(town, group, one, 0)
        one.writes(group, "#share", media="photo")
        await town.settle()
    first, second = (message for message in town.said(lin.private(town.bot)) if "shared work" in (message.text or ""))
    for one in (wei, ada):
        await pace(town, group, one, 60)
    # What a button promised is read anew at the press, and whoever presses is told.
    await pressed(town, lin, first, "Fair +1.25")
    assert toasts(town)[-1] == "+1 for the author."
    assert "Lin accepted it as fair: 1 point." in (first.text or "")
    assert labels(second)[0] == "Fair +1.25"
    await asked_privately(town, lin, "/queue")
    assert (labels(second)[0], "counts ×" in (second.text or "")) == ("Fair +1", False)
    edits = len([call for call in town.bot.calls if call.method == "editMessageText"])
    await asked_privately(town, lin, "/queue")
    assert len([call for call in town.bot.calls if call.method == "editMessageText"]) == edits


async def test_each_list_is_in_the_order_of_the_moments_that_it_names(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    for number, who in enumerate((wei, ada, wei)):
        await town.later(timedelta(days=number))
        who.writes(group, f"#share #{number}st {STORY[number:]}", media="photo")
        await town.settle()
    # They are accepted and featured the other way round than they were shared.
    for shown in reversed(cards(town, lin)):
        await town.later(timedelta(hours=1))
        await pressed(town, lin, shown, next(each for each in labels(shown) if each.startswith("Good") or "• " in each))
        await pressed(town, lin, shown, next(each for each in labels(shown) if each.startswith("Feature it")))
    found = rows((await asked_in(town, group, ada, "/works"))[0])
    assert [row.partition(", ")[2] for row in found] == [
        "picture, Thu, 19 Nov 09:00",
        "picture, Tue, 17 Nov 09:00",
        "picture, Mon, 16 Nov 09:00",
    ]
    best = rows((await asked_in(town, group, ada, "/featured"))[0])
    assert [row.partition(", ")[2] for row in best] == [
        "picture, featured on Thu, 19 Nov 12:00",
        "picture, featured on Thu, 19 Nov 11:00",
        "picture, featured on Thu, 19 Nov 10:00",
    ]


@pytest.mark.parametrize(("language", "own", "other"), [("zh-Hant", "共創", "cocreate"), ("en", "cocreate", "共创")])
async def test_tags_that_say_the_same_are_one_and_stand_in_the_groups_language(
    live: Callable[..., Awaitable[Living]], database_url: str, language: str, own: str, other: str
) -> None:
    town = await live(database_url, settings=ALL)
    group, lin, wei, (ada,) = await readers(town, also=1)
    async with town.kith.database.writing() as session:
        (await session.merge(await town.community(group))).language = language
    wei.writes(group, f"#{other} #binding {STORY}", media="photo")
    ada.writes(group, "#共創 #share", media="video")
    await town.settle()
    for shown in cards(town, lin):
        await pressed(town, lin, shown, next(each for each in labels(shown) if each.startswith("•")))
    full = await asked_privately(town, ada, "/works")
    assert (full.text or "").endswith(f"/works #{own}, #binding")
    for tag in (own, other):
        (found,) = await asked_in(town, group, ada, f"/works #{tag}")
        assert (f"#{own}" in (found.text or ""), len(rows(found))) == (True, 2)
    # Every work was shared by one of these, so they tell none apart.
    (every,) = await asked_in(town, group, ada, "/works #share")
    assert len(rows(every)) == 2
    assert "#" not in (every.text or "")


async def test_so_many_featured_works_are_pinned_as_the_group_wants_and_what_others_pinned_stays(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**ON, "KITH_WORKS__MOST_PINNED": "2"})
    group, lin, wei, _ = await readers(town)
    theirs = lin.writes(group, "The rules of the house")
    group.pinned.append(theirs.id)
    made = [wei.writes(group, "#share", media="photo") for _ in range(4)]
    await town.settle()
    shown = cards(town, lin)
    for number, one in enumerate(shown):
        await pressed(town, lin, one, "• Good +2")
        await town.later(timedelta(minutes=1))
        await pressed(town, lin, one, "Feature it +5")
        assert len(group.pinned) == 1 + min(number + 1, 2)
    assert theirs.id in group.pinned
    # The newest two; one that is undone makes room for none of the old ones.
    newest = [work for work in await town.all(Works) if work.pinned_at is not None]
    assert {work.message_id for work in newest} == set(group.pinned) - {theirs.id}
    assert {work.message_id for work in newest} == {made[2].id, made[3].id}
    await pressed(town, lin, shown[3], "Undo")
    await pressed(town, lin, shown[0], "Undo")
    assert sorted(group.pinned) == sorted([theirs.id, made[2].id])


async def test_a_pin_that_telegram_refuses_takes_no_others_place(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    town.world.faults.add(method="pinChatMessage", status=400)
    wei.writes(group, "#share", media="photo")
    await town.settle()
    for label in ("• Good +2", "Feature it +5"):
        await pressed(town, lin, card(town, lin), label)
    (work,) = await town.all(Works)
    assert (work.state, work.pinned_at, group.pinned) == ("featured", None, [])


async def test_a_member_who_asks_for_feature_in_private_hears_what_is_theirs_to_do(town: Living) -> None:
    _, lin, wei, _ = await readers(town)
    assert ((await asked_privately(town, wei, "/feature")).text or "").splitlines() == [
        "Administrators feature works and answers with /feature, in the group.",
        "You can share yours there with /share; /featured shows which works were featured.",
    ]
    assert ((await asked_privately(town, lin, "/feature")).text or "").startswith("Reply with /feature to")


async def test_what_an_administrator_did_who_was_forgotten_an_administrator_did(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    ada.starts(town.bot)
    lin.promotes(ada, chat=group, rights={"can_delete_messages": True})
    await town.settle()
    wei.writes(group, "#share", media="photo")
    await town.settle()
    await pressed(town, ada, card(town, ada), "• Good +2")
    for one in (ada, wei):
        await forgotten(town, group, one)
    audited = (await asked_privately(town, lin, "/audit")).text or ""
    assert "An administrator accepted a work by a member (2 points)" in audited
    assert "Somebody" not in audited


async def test_a_tag_that_is_too_long_for_an_answer_is_answered_too(town: Living) -> None:
    group, _, wei, _ = await readers(town)
    told = await command(town, group, wei, f"/works #{'長' * 4080}")
    assert told.startswith("No accepted work has the tag #長長")
