"""The calendar: what the coming days bring, and an administrator's word about it, with who said so in the audit."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import cocreation_themes, settings
from models.audit import Audit
from models.occurrences import Occurrences, Stage
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.test_topics import DAILY, founded, last, people, press, write
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with a topic a day at ten, once on each kind of database; it is Monday, nine.

    Administrators are reminded of works once a day, which is nothing of the calendar's.
    """
    return await live(database_url, settings={**DAILY, "KITH_WORKS__ON": "true"})


async def calendar(town: Living, lin: Person) -> list[str]:
    """The lines of the calendar."""
    return (await write(town, lin, "/calendar")).split("\n")[2:]


def topics(town: Living, group: Chat) -> int:
    return sum("Topic of the day" in (message.text or "") for message in town.said(group))


async def test_what_was_done_early_in_the_month_does_not_come_again_where_its_day_was_changed(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    monthly = {"KITH_COCREATIONS__ON": "true", "KITH_COCREATIONS__MONTHLY": "true", "KITH_COCREATIONS__MONTH_DAY": "1"}
    town = await live(database_url, settings={"KITH_WORKS__ON": "true", **monthly})
    group, lin = await founded(town)
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        about = {"community_id": here, "user_id": lin.id, "now": town.kith.clock.now()}
        await cocreation_themes.add(session, themes=["Autumn light", "Letters"], **about)  # type: ignore[arg-type]
    await town.later(timedelta(days=14))
    assert (await calendar(town, lin))[0] == "1. Tue, 1 Dec 19:00 · A co-creation opens"
    await town.later(timedelta(days=10))
    async with town.kith.database.writing() as session:
        values, now = {"cocreations": {"month_day": 28}}, town.kith.clock.now()
        await settings.change(session, community_id=here, values=values, user_id=lin.id, now=now)
    # That of December is over for so long by then that it stands in no list of the last days.
    await town.later(timedelta(days=10))
    assert [line for line in await calendar(town, lin) if "opens" in line] == []
    await town.later(timedelta(days=26))
    assert "Thu, 28 Jan 19:00 · A co-creation opens" in "".join(await calendar(town, lin))


async def test_an_administrator_skips_moves_and_posts_at_once(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?", "Third question?")
    found = await calendar(town, lin)
    assert found[0] == "1. Mon, 16 Nov 10:00 · Topic of the day"
    assert len(found) == 14

    # Today is skipped; tomorrow's is moved to the afternoon of Wednesday; Thursday's comes at once.
    assert (await press(town, lin, "1", "Skip")).startswith("Skipped: Topic of the day, Mon, 16 Nov 10:00.")
    await press(town, lin, "2", "Move", "Wed, 18 Nov", "15:00")
    assert (last(town, lin).text or "").startswith("Moved: Topic of the day, now Wed, 18 Nov 15:00.")
    await press(town, lin, "4", "Post now")
    assert (last(town, lin).text or "").startswith("Topic of the day: it goes out in a moment.")
    await town.later(timedelta(minutes=1))
    assert topics(town, group) == 1
    shown = await calendar(town, lin)
    assert shown[:5] == [
        "1. Mon, 16 Nov 10:00 · Topic of the day",
        "2. Mon, 16 Nov 11:01 · The topic's recap",
        "3. Wed, 18 Nov 10:00 · Topic of the day",
        "4. Wed, 18 Nov 15:00 · Topic of the day (moved)",
        "5. Fri, 20 Nov 10:00 · Topic of the day",
    ]
    acts = [act for act in await town.all(Audit) if act.action.startswith("occurrence")]
    assert [(act.user_id, act.action) for act in acts] == [
        (lin.id, "occurrence skipped"),
        (lin.id, "occurrence moved"),
        (lin.id, "occurrence hurried"),
    ]
    assert "Lin had this skipped: Topic of the day, Mon, 16 Nov" in await write(town, lin, "/audit")

    # It comes as it was decided: an hour after ten it is looked at on Monday, Tuesday and Wednesday, there also later.
    for hours, number in ((2, 1), (24, 1), (24, 2), (5, 3), (19, 3)):
        await town.later(timedelta(hours=hours))
        rows = await town.all(Occurrences)
        assert sum(row.kind == "topics.post" and row.state == Stage.DONE for row in rows) == number
    rows = await town.all(Occurrences)
    done = [row for row in rows if row.kind == "topics.post" and row.state == Stage.DONE]
    posted = {row.key: (row.settled_at.day, row.settled_at.hour) for row in done}
    assert posted[2026_11_17] == (18, 16)
    assert posted[2026_11_18] == (18, 11)
    assert posted[2026_11_19] == (16, 9)
    assert {row.key: row.why for row in rows if row.why == "by_admin"} == {2026_11_16: "by_admin"}


async def test_rights_are_looked_at_when_a_button_is_pressed(town: Living) -> None:
    group, lin = await founded(town, "First question?")
    (wei,) = await people(town, group, "Wei")
    wei.starts(town.bot)
    lin.promotes(wei, chat=group, rights={"can_change_info": True, "can_manage_chat": True})
    await town.settle()
    await calendar(town, wei)
    wei.taps(last(town, wei), "1")
    await town.settle()
    lin.demotes(wei, chat=group)
    await town.settle()
    pressed = wei.taps(last(town, wei), "Skip")
    await town.settle()
    assert pressed.text == "Only the group's administrators can do that."
    assert {row.state for row in await town.all(Occurrences)} == {Stage.PLANNED}
