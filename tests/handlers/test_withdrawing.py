"""Nobody decides about their own work: its author takes it back, or waits for somebody else; and is told so."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.works import Works
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import pressed, toasts
from tests.handlers.test_works import ON, STORY, card, cards, command, labels, private, readers, signs
from tests.living import Living

DAY = timedelta(days=1)
# From the morning on which a test begins to after the hour of the reminder.
TO_THE_EVENING = timedelta(hours=10)
TAKEN_BACK = "Taken back: nobody reviews it. /share in reply to it shares it again."
OWN = ["Take it back", "Show it here"]


async def states(town: Living) -> list[str]:
    return sorted(work.state for work in await town.all(Works))


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups share work, once on each kind of database."""
    return await live(database_url, settings=ON)


@on_sqlite_alone
async def test_the_only_administrator_takes_an_own_work_back_and_is_not_reminded_of_it(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    own = lin.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    shown = card(town, lin)
    assert labels(shown) == OWN
    assert (shown.text or "").endswith("It waits for a second administrator: its author is the only one.")
    await town.later(TO_THE_EVENING)
    assert not [told for told in town.told(lin) if "waits for a review" in told]
    # What others share is told of, and the own one is not among it.
    wei.writes(group, f"#share {STORY}", media="video")
    await town.settle()
    await town.later(DAY)
    reminders = [told for told in town.told(lin) if "for a review, " in told]
    assert ["1 work waits" in told for told in reminders] == [True]
    await pressed(town, lin, shown, "Take it back")
    assert toasts(town)[-1] == TAKEN_BACK
    assert (shown.text or "").endswith("Lin took it back.")
    assert (labels(shown), signs(own, town)) == (["Show it here"], [])
    assert await states(town) == ["waiting", "withdrawn"]


async def test_any_author_takes_a_work_back_in_the_group_and_may_share_it_again(town: Living) -> None:
    group, lin, wei, (ana,) = await readers(town, also=1)
    work = wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    assert await command(town, group, wei, "/share", work) == "That has been shared already."
    answer = town.said(group)[-1]
    assert labels(answer) == ["Take it back"]
    await pressed(town, ana, answer, "Take it back")
    assert toasts(town)[-1] == "Only who has shared it can take it back."
    await pressed(town, wei, answer, "Take it back")
    assert answer.text == TAKEN_BACK
    assert await states(town) == ["withdrawn"]
    assert (card(town, lin).text or "").endswith("Wei took it back.")
    assert await command(town, group, wei, "/share", work) == "Shared. The administrators will take a look."
    # Who does so again and again has nobody's phone ring for it: on the same day the card that is there says it.
    assert (await states(town), len(cards(town, lin)), signs(work, town)) == (["waiting"], 1, ["👀"])
    assert "• Good +2" in labels(card(town, lin))
    await command(town, group, wei, "/share", work)
    await pressed(town, wei, town.said(group)[-1], "Take it back")
    await town.later(DAY)
    await command(town, group, wei, "/share", work)
    assert (await states(town), len(cards(town, lin))) == (["waiting"], 2)
    await lin.presses(card(town, lin), "• Good +2")
    await town.settle()
    assert await states(town) == ["accepted"]
    # Once somebody has decided, there is nothing to take back.
    assert await command(town, group, wei, "/share", work) == "That has been shared already."
    assert labels(town.said(group)[-1]) == []


@on_sqlite_alone
async def test_one_that_is_decided_meanwhile_is_not_taken_back(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    work = wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    await command(town, group, wei, "/share", work)
    answer = town.said(group)[-1]
    await lin.presses(card(town, lin), "• Good +2")
    await town.settle()
    await pressed(town, wei, answer, "Take it back")
    assert toasts(town)[-1] == "That has just been decided."
    assert await states(town) == ["accepted"]


@on_sqlite_alone
async def test_of_two_administrators_the_other_one_decides(town: Living) -> None:
    group, lin, _, (ada,) = await readers(town, also=1)
    ada.starts(town.bot)
    lin.promotes(ada, chat=group, rights={"can_delete_messages": True})
    await town.settle()
    ada.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    await town.later(TO_THE_EVENING)
    assert labels(card(town, ada)) == OWN
    assert "a second administrator" not in (card(town, ada).text or "")
    assert not [told for told in town.told(ada) if "waits for a review" in told]
    assert [told for told in town.told(lin) if "1 work waits for a review" in told]
    await lin.presses(card(town, lin), "• Good +2")
    await town.settle()
    assert await states(town) == ["accepted"]


async def test_in_an_admin_chat_an_administrators_own_work_can_be_taken_back_too(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_WORKS__ACCEPTED_BY": "2"})
    group, lin, _, _ = await readers(town)
    office = town.group(lin, "Office")
    await town.settle()
    await command(town, office, lin, "/adminchat@kith_bot")
    await lin.presses(town.said(office)[-1], "Readers")
    await town.settle()
    lin.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    shown = town.said(office)[-1]
    assert labels(shown)[-1] == "Take it back"
    assert (shown.text or "").endswith(
        "The reactions of 2 members accept it, or a second administrator: its author is the only one."
    )
    # Whoever presses another button on their own is told so.
    await pressed(town, lin, shown, "• Good +2")
    assert toasts(town)[-1] == "It's your own work: another administrator decides."
    await town.later(TO_THE_EVENING)
    assert not [one for one in town.said(office) if "waits for a review" in (one.text or "")]
    await pressed(town, lin, shown, "Take it back")
    assert await states(town) == ["withdrawn"]
    assert not [one for one in town.said(private(town, lin)) if "shared work" in (one.text or "")]
