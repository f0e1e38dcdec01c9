"""The calendar: what the coming days bring, and an administrator's word about it, with who said so in the audit."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import cocreation_themes, settings
from models.audit import Audit
from models.occurrences import Occurrences, Stage
from simulator.chats import Chat
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately, labels
from tests.handlers.test_polls import admitted
from tests.handlers.test_topic_posts import DAY, MONDAY, promise
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


@on_sqlite_alone
async def test_an_administrator_skips_moves_and_posts_at_once(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?", "Third question?")
    found = await calendar(town, lin)
    assert found[0] == "1. Mon, 16 Nov 10:00 · Topic of the day"
    assert len(found) == 14

    # Today is skipped; tomorrow's is moved to the afternoon of Wednesday; Thursday's comes at once.
    assert (await press(town, lin, "1", "Skip")).startswith("Skipped: Topic of the day, Mon, 16 Nov 10:00.")
    # On Wednesday there would be two: that is asked about first.
    asked = await press(town, lin, "2", "Move", "Wed, 18 Nov", "15:00")
    assert asked == (
        "Topic of the day\nTue, 17 Nov 10:00\n\n"
        "That day has one already: Wed, 18 Nov 10:00 · Topic of the day. It would have two."
    )
    assert labels(last(town, lin)) == ["Move it all the same", "‹ Back"]
    assert not [row for row in await town.all(Occurrences) if row.is_moved]
    await press(town, lin, "Move it all the same")
    assert (last(town, lin).text or "").startswith("Moved: Topic of the day, now Wed, 18 Nov 15:00.")
    # Monday's is skipped by now, so that of Thursday is the only one on that day.
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
    assert "Lin skipped this: Topic of the day, Mon, 16 Nov" in await write(town, lin, "/audit")

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


async def promoted(town: Living) -> tuple[Chat, Person, Person]:
    """A group, its owner, and Wei, who is its administrator and has the calendar before them."""
    group, lin = await founded(town, "First question?")
    (wei,) = await people(town, group, "Wei")
    wei.starts(town.bot)
    lin.promotes(wei, chat=group, rights={"can_change_info": True, "can_manage_chat": True})
    await town.settle()
    await calendar(town, wei)
    return group, lin, wei


@on_sqlite_alone
async def test_rights_are_looked_at_when_a_button_is_pressed(town: Living) -> None:
    group, lin, wei = await promoted(town)
    wei.taps(last(town, wei), "1")
    await town.settle()
    lin.demotes(wei, chat=group)
    await town.settle()
    pressed = wei.taps(last(town, wei), "Skip")
    await town.settle()
    assert pressed.text == "Only the group's administrators can do that."
    assert {row.state for row in await town.all(Occurrences)} == {Stage.PLANNED}


async def test_what_came_or_is_to_come_today_is_named_before_a_later_topic_is_posted_besides(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?", "Third question?")
    await calendar(town, lin)
    # Today's is to come at ten; then it has come, with these words.
    assert (await press(town, lin, "3", "Post now")).endswith(
        "Today has one already: Mon, 16 Nov 10:00 · Topic of the day. It would have two."
    )
    await press(town, lin, "‹ Back")
    assert labels(last(town, lin))[:3] == ["Skip", "Move", "Post now"]
    await town.later(timedelta(hours=2))
    assert topics(town, group) == 1
    await calendar(town, lin)
    asked = await press(town, lin, "2", "Post now")
    assert asked.endswith(
        "Today has one already: Mon, 16 Nov 10:00 · Topic of the day: “First question?” It would have two."
    )
    assert labels(last(town, lin)) == ["Post it all the same", "‹ Back"]
    await town.later(timedelta(minutes=1))
    assert topics(town, group) == 1
    await press(town, lin, "Post it all the same")
    await town.later(timedelta(minutes=1))
    assert topics(town, group) == 2


async def test_nothing_is_asked_where_the_day_is_free_or_the_kind_may_come_twice(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?")
    await calendar(town, lin)
    # Its own day at another hour, and its own moment brought forward.
    assert (await press(town, lin, "1", "Move", "Mon, 16 Nov", "15:00")).startswith("Moved: Topic of the day")
    assert (await press(town, lin, "1", "Post now")).startswith("Topic of the day: it goes out in a moment.")
    await town.later(timedelta(minutes=1))
    (wei,) = await people(town, group, "Wei")
    (topic,) = [one for one in town.said(group) if "Topic of the day" in (one.text or "")]
    wei.writes(group, "An answer to it that says something", reply_to=topic)
    await town.settle()
    assert any("recap" in line for line in await calendar(town, lin))
    assert "it goes out in a moment" in await press(town, lin, "1", "Post now")


async def test_a_member_sees_what_comes_next_and_can_change_nothing(town: Living) -> None:
    group, lin = await founded(town, "First question?")
    (wei,) = await people(town, group, "Wei")
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        values: settings.Values = {"polls": {"on": True, "weekday": "friday", "hour": 18}, "boards": {"weekly": True}}
        await settings.change(session, community_id=here, values=values, user_id=lin.id, now=town.kith.clock.now())
    page = await asked_privately(town, wei, "/calendar")
    assert page.text == (
        "Readers · what comes next\n\n• Mon, 16 Nov 10:00 · The week's board\n• Mon, 16 Nov 10:00 · Topic of the day"
    ), "no poll is promised while there is nothing to choose from"
    assert "The weekly poll (too few topics yet: /propose)" in (await write(town, lin, "/calendar"))
    await admitted(town, group, lin, {"Which book do you lend?": wei, "Which tool do you miss?": lin})
    assert "The weekly poll (too few" not in (await write(town, lin, "/calendar"))
    page = await asked_privately(town, wei, "/calendar")
    assert (page.text or "").endswith("\n• Fri, 20 Nov 18:00 · The weekly poll")
    assert page.keyboard == []
    (said,) = await asked_in(town, group, wei, "/calendar")
    assert said.text == "I'm happy to explain, in private."
    wei.starts(town.bot, said.keyboard[0][0]["url"].partition("start=")[2])
    await town.settle()
    assert last(town, wei).text == page.text
    # What is skipped is not promised.
    await calendar(town, lin)
    await press(town, lin, "2", "Skip")
    assert "• Tue, 17 Nov 10:00 · Topic of the day\n" in ((await asked_privately(town, wei, "/calendar")).text or "")
    # Who is in no group of Kith's is told the way, as before.
    eve = town.world.person("Eve", language_code="en")
    assert "/calendar@kith_bot" in ((await asked_privately(town, eve, "/calendar")).text or "")


@on_sqlite_alone
async def test_a_skipped_day_hands_what_was_promised_on_and_the_calendar_says_so(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?", "Third question?", "Fourth question?")
    await promise(town, group, "Third question?", MONDAY + DAY)
    await promise(town, group, "Fourth question?", MONDAY + 2 * DAY)
    await calendar(town, lin)
    await press(town, lin, "2", "Skip")
    shown = await calendar(town, lin)
    assert shown[1:4] == [
        "2. Tue, 17 Nov 10:00 · Topic of the day",
        "3. Wed, 18 Nov 10:00 · Topic of the day: “Third question?”",
        "4. Thu, 19 Nov 10:00 · Topic of the day: “Fourth question?”",
    ]
    asked = await press(town, lin, "1", "Move", "Thu, 19 Nov", "15:00")
    assert "Thu, 19 Nov 10:00 · Topic of the day: “Fourth question?” It would have two." in asked
    # What is retired does not come.
    await write(town, lin, "/topic")
    await press(town, lin, "All topics", "3", "Retire")
    assert (await calendar(town, lin))[2:4] == [
        "3. Wed, 18 Nov 10:00 · Topic of the day: “Fourth question?”",
        "4. Thu, 19 Nov 10:00 · Topic of the day",
    ]
    await town.later(timedelta(hours=2))
    for _ in range(2):
        await town.later(timedelta(days=1))
    *_, last_one = [message.text or "" for message in town.said(group) if "Topic of the day" in (message.text or "")]
    assert last_one.endswith("Fourth question?")


@on_sqlite_alone
async def test_a_topic_that_there_is_none_for_is_said_to_be_lacking_and_promised_to_nobody(town: Living) -> None:
    group, lin = await founded(town)
    (wei,) = await people(town, group, "Wei")
    assert (await calendar(town, lin))[0] == "1. Mon, 16 Nov 10:00 · Topic of the day (none left: /topic)"
    assert "No topic is left for it: /topic adds some." in await press(town, lin, "1")
    assert "Topic of the day" not in ((await asked_privately(town, wei, "/calendar")).text or "")
    await write(town, lin, "/topic")
    await press(town, lin, "Add a topic")
    await write(town, lin, "First question?")
    assert (await calendar(town, lin))[0] == "1. Mon, 16 Nov 10:00 · Topic of the day"
    assert "Topic of the day" in ((await asked_privately(town, wei, "/calendar")).text or "")


async def test_what_was_skipped_by_mistake_can_be_brought_back_and_comes_once(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?", "Third question?", "Fourth question?")
    await promise(town, group, "Third question?", MONDAY + DAY)
    await promise(town, group, "Fourth question?", MONDAY + 2 * DAY)
    before = await calendar(town, lin)
    await press(town, lin, "2", "Skip")
    await press(town, lin, "2")
    assert labels(last(town, lin)) == ["Bring it back", "‹ Back"]
    shown = last(town, lin)
    # Pressed twice it is one all the same.
    pressed = [lin.taps(shown, "Bring it back") for _ in range(2)]
    await town.settle()
    assert [one.text for one in pressed] == [
        None,
        "That is done, past or decided otherwise by now. /calendar shows what is to come.",
    ]
    assert (shown.text or "").startswith(
        "Back again: Topic of the day, Tue, 17 Nov 10:00.\n\nReaders · the coming 14 days"
    )
    # What is promised stands as if nothing had been.
    assert await calendar(town, lin) == before
    acts = [act.action for act in await town.all(Audit) if act.action.startswith("occurrence")]
    assert acts == ["occurrence skipped", "occurrence brought back"]
    assert "Lin brought this back: Topic of the day, Tue, 17 Nov" in await write(town, lin, "/audit")
    for hours in (2, 24, 24):
        await town.later(timedelta(hours=hours))
    posted = [message.text or "" for message in town.said(group) if "Topic of the day" in (message.text or "")]
    assert [text.splitlines()[-1] for text in posted[1:]] == ["Third question?", "Fourth question?"]
    # What has come stands there no more.
    assert {row.state for row in await town.all(Occurrences) if row.kind == "topics.post"} == {
        Stage.DONE,
        Stage.PLANNED,
    }


@on_sqlite_alone
async def test_what_is_brought_back_comes_at_the_hour_that_is_set_by_then(town: Living) -> None:
    group, lin = await founded(town, "First question?", "Second question?")
    here = (await town.community(group)).community_id
    await calendar(town, lin)
    await press(town, lin, "2", "Skip")
    async with town.kith.database.writing() as session:
        values, now = {"topics": {"hour": 12}}, town.kith.clock.now()
        await settings.change(session, community_id=here, values=values, user_id=lin.id, now=now)
    assert (await calendar(town, lin))[1] == "2. Tue, 17 Nov 10:00 · Topic of the day"
    assert (await press(town, lin, "2", "Bring it back")).startswith("Back again: Topic of the day, Tue, 17 Nov 12:00.")
    # Where topics are off by now, there is nothing to come back to.
    await press(town, lin, "2", "Skip")
    async with town.kith.database.writing() as session:
        values, now = {"topics": {"on": False}}, town.kith.clock.now()
        await settings.change(session, community_id=here, values=values, user_id=lin.id, now=now)
    await calendar(town, lin)
    await press(town, lin, "1")
    assert labels(last(town, lin)) == ["‹ Back"]


@on_sqlite_alone
async def test_before_one_is_brought_back_onto_a_day_that_has_another_that_is_named(town: Living) -> None:
    _, lin = await founded(town, "First question?", "Second question?", "Third question?")
    await calendar(town, lin)
    await press(town, lin, "2", "Skip")
    await press(town, lin, "3", "Move", "Tue, 17 Nov", "15:00")
    asked = await press(town, lin, "2", "Bring it back")
    assert asked.endswith("That day has one already: Tue, 17 Nov 15:00 · Topic of the day. It would have two.")
    assert labels(last(town, lin)) == ["Bring it back all the same", "‹ Back"]
    assert [row.why for row in await town.all(Occurrences) if row.key == 2026_11_17] == ["by_admin"]
    await press(town, lin, "Bring it back all the same")
    assert [row.why for row in await town.all(Occurrences) if row.key == 2026_11_17] == [None]


@on_sqlite_alone
async def test_who_runs_the_group_no_more_brings_nothing_back(town: Living) -> None:
    group, lin, wei = await promoted(town)
    await press(town, wei, "1", "Skip")
    await press(town, wei, "1")
    lin.demotes(wei, chat=group)
    await town.settle()
    pressed = wei.taps(last(town, wei), "Bring it back")
    await town.settle()
    assert pressed.text == "Only the group's administrators can do that."
    assert "by_admin" in [row.why for row in await town.all(Occurrences)]
