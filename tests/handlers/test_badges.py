"""Badges: what each takes, and that it is given once."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta

import pytest

from models import badges, checkins, communities
from models.badges import BadgeRuns
from models.honours import Badges
from models.rules.badges import NEEDS, Badge, Measures, earned
from simulator.chats import Chat
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately
from tests.living import START, Living

FIVE_MINUTES, DAY = timedelta(minutes=5), timedelta(days=1)


class TestTheRules:
    """Pure: figures in, badges out."""

    def test_there_are_ten_and_each_takes_something(self) -> None:
        assert set(NEEDS) == set(Badge)
        assert len(NEEDS) == 10
        assert earned(Measures()) == frozenset()

    @pytest.mark.parametrize("badge", Badge)
    def test_a_badge_takes_all_that_it_needs_and_no_more(self, badge: Badge) -> None:
        needs = asdict(NEEDS[badge])
        assert badge in earned(Measures(**needs))
        for name, least in needs.items():
            if least:
                assert badge not in earned(Measures(**{**needs, name: least - 1}))

    def test_talking_alone_brings_only_the_first_word(self) -> None:
        assert earned(Measures(messages=100_000)) == {Badge.FIRST_WORD}


ON = {"KITH_BADGES__ON": "true", "KITH_CHECKINS__ON": "true"}
WORTHLESS = dict.fromkeys(["KITH_CHECKINS__POINTS", "KITH_MESSAGES__POINTS", "KITH_REPLIES__POINTS"], "0")


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with badges, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living) -> tuple[Chat, Person, Person]:
    """A group of Lin's, and Wei, who has opened the private chat."""
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    wei.starts(town.bot)
    lin.writes(group, "Good morning all")
    await town.settle()
    await town.later(FIVE_MINUTES)
    return group, lin, wei


@on_sqlite_alone
async def test_badges_are_given_once_told_once_and_shown(town: Living) -> None:
    group, lin, wei = await readers(town)
    said = wei.writes(group, "Good morning", reply_to=lin.writes(group, "Anybody here today?"))
    await town.settle()
    lin.reacts(said, ["👍"])
    await town.settle()
    before = len(town.told(wei))
    for _ in range(3):
        await town.later(FIVE_MINUTES)
        wei.writes(group, "And more to say of it")
    assert town.told(wei)[before:] == ["New badges in Readers: First word, First reply, First like. /badges shows all."]
    assert sorted(row.badge for row in await town.all(Badges) if row.user_id == wei.id) == [
        "first_like",
        "first_reply",
        "first_word",
    ]
    (line,) = await asked_in(town, group, wei, "/badges")
    assert line.text == "Wei · 3 badges"
    told = (await asked_privately(town, wei, "/badges")).text or ""
    assert "• First word, 16 Nov 2026" in told
    assert "• A week: check in on 7 days in a row" in told
    # The season ends: who stands on its podium has the badge of it, staff and others not.
    await town.later(timedelta(days=46))
    wei.writes(group, "A new year, a new season")
    await town.settle()
    await town.later(FIVE_MINUTES)
    assert [(r.user_id, r.badge) for r in await town.all(Badges) if r.badge.startswith("season")] == [
        (wei.id, "season:2026-10-01")
    ]
    await town.later(FIVE_MINUTES)
    assert "• Podium of a season, 1 Jan 2027" in ((await asked_privately(town, wei, "/badges")).text or "")


async def passing(town: Living, *, minutes: int) -> None:
    """Time passes with every tick in it."""
    for _ in range(0, minutes, 5):
        await town.later(FIVE_MINUTES)


async def test_the_firsts_of_ones_first_hour_are_told_in_one_message(town: Living) -> None:
    group, lin, wei = await readers(town)
    before = len(town.told(wei))
    said = wei.writes(group, "Good morning to you all")
    await passing(town, minutes=15)
    wei.writes(group, "I have just come", reply_to=lin.writes(group, "And who are you?"))
    await passing(town, minutes=15)
    assert town.told(wei)[before:] == []
    lin.reacts(said, ["👍"])
    await passing(town, minutes=15)
    assert town.told(wei)[before:] == ["New badges in Readers: First word, First reply, First like. /badges shows all."]


async def test_one_first_alone_waits_an_hour_for_others_and_no_longer(town: Living) -> None:
    group, _, wei = await readers(town)
    before = len(town.told(wei))
    wei.writes(group, "Good morning to you all")
    await passing(town, minutes=50)
    assert town.told(wei)[before:] == []
    await passing(town, minutes=20)
    assert town.told(wei)[before:] == ["A new badge in Readers: First word. /badges shows all."]


async def test_badges_of_a_night_are_told_together_in_the_morning(town: Living) -> None:
    group, lin, wei = await readers(town)
    await town.later(timedelta(hours=14))
    before = len(town.told(wei))
    said = wei.writes(group, "Is anybody awake?")
    await town.later(2 * timedelta(hours=1))
    wei.writes(group, "So am I", reply_to=lin.writes(group, "I am, for one"))
    await town.later(2 * timedelta(hours=1))
    lin.reacts(said, ["👍"])
    await town.later(timedelta(hours=4))
    assert town.told(wei)[before:] == []
    await town.later(timedelta(hours=2))
    assert town.told(wei)[before:] == ["New badges in Readers: First word, First reply, First like. /badges shows all."]


async def measured(town: Living, group: Chat, person: Person) -> Measures:
    """A member's figures, as badges are judged by them."""
    number = (await town.community(group)).community_id
    found = await town.kith.database.tell(lambda c: badges.measured(c, community_id=number, user_ids=[person.id]))
    return found[person.id]


@on_sqlite_alone
async def test_what_one_does_to_oneself_brings_no_badge(town: Living) -> None:
    group, _, wei = await readers(town)
    said = wei.writes(group, "I say a thing")
    await town.settle()
    wei.reacts(said, ["👍"])
    wei.writes(group, "And I answer myself", reply_to=said)
    for _ in range(3):
        await town.later(FIVE_MINUTES)
        wei.writes(group, "And more to say of it")
        await town.settle()
    assert [row.badge for row in await town.all(Badges) if row.user_id == wei.id] == ["first_word"]


@on_sqlite_alone
async def test_a_like_counts_once_for_who_gives_it_and_only_while_it_stands(town: Living) -> None:
    group, lin, wei = await readers(town)
    said, other = wei.writes(group, "I say a thing"), wei.writes(group, "And another")
    await town.settle()
    eve = town.world.person("Eve", premium=True)
    group.settle(eve)
    for _ in range(30):
        lin.reacts(said, ["👍"])
        lin.reacts(said, [])
    lin.reacts(said, ["👍"])
    lin.reacts(said, ["🔥"])
    for several in (["👍"], ["👍", "🔥"], ["🔥"]):
        eve.reacts(said, several)
    lin.reacts(other, ["👍"])
    await town.settle()
    assert (await measured(town, group, wei)).likes == 3
    await town.later(DAY)
    lin.reacts(said, [])
    lin.reacts(other, [])
    eve.reacts(said, [])
    await town.settle()
    assert (await measured(town, group, wei)).likes == 0


async def test_a_streak_brings_its_badge_where_it_earns_nothing(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**ON, **WORTHLESS})
    group, _, wei = await readers(town)
    for _ in range(7):
        assert await town.all(Badges) == []
        await asked_in(town, group, wei, "/checkin")
        await town.later(FIVE_MINUTES)
        await town.later(DAY - FIVE_MINUTES)
    assert [row.badge for row in await town.all(Badges)] == ["week"]
    judged = [row.entry_id for row in await town.all(BadgeRuns)]
    await town.later(FIVE_MINUTES)
    assert [row.entry_id for row in await town.all(BadgeRuns)] == judged


@on_sqlite_alone
async def test_where_nobody_checks_in_no_badge_for_it_is_left_to_get_but_who_has_one_keeps_it(town: Living) -> None:
    group, _, wei = await readers(town)
    wei.writes(group, "Good morning")
    await town.settle()
    assert "• A week: " in ((await asked_privately(town, wei, "/badges")).text or "")
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.settings = {**here.settings, "checkins": {**here.settings["checkins"], "on": False}}
        session.add(Badges(community_id=number, user_id=wei.id, badge="month", at=START))
    told = (await asked_privately(town, wei, "/badges")).text or ""
    assert "check in" not in told
    assert "• A month, 16 Nov 2026" in told
    assert "• Well liked: " in told


async def test_who_checks_in_day_by_day_is_active_on_each_of_them_once(town: Living) -> None:
    group, _, wei = await readers(town)
    here = await town.community(group)
    for number in range(50):
        assert len([row for row in await town.all(Badges) if row.badge == Badge.REGULAR]) == 0
        # On some days they say something as well.
        if number % 5 == 0:
            wei.writes(group, f"A word of day {number}")
            await town.settle()
        async with town.kith.database.writing() as session:
            await checkins.check_in(session, here=here, user_id=wei.id, at=town.kith.clock.now())
        await town.later(FIVE_MINUTES)
        if number < 49:
            await town.later(DAY - FIVE_MINUTES)
    assert "Active 50 days in a row." in ((await asked_privately(town, wei, "/me")).text or "")
    assert [row.user_id for row in await town.all(Badges) if row.badge == Badge.REGULAR] == [wei.id]


async def test_who_leaves_or_is_banned_before_the_morning_hears_of_no_badge_or_level_from_that_group(
    live: Callable[..., Awaitable[Living]],
) -> None:
    settings = {"KITH_LEVELS__ON": "true", "KITH_LEVELS__CURVE": "quickly", "KITH_MESSAGES__POINTS": "1.0"}
    town = await live(settings={**ON, **settings})
    group, lin, wei = await readers(town)
    ann, eve = [town.world.person(name, language_code="en") for name in ("Ann", "Eve")]
    await town.later(timedelta(hours=13))
    for person in (ann, eve):
        group.settle(person)
        person.starts(town.bot)
    for person in (wei, ann, eve):
        for number in range(8):
            person.writes(group, f"Something new at night, number {number}")
    await town.settle()
    await passing(town, minutes=10)
    wei.leaves(group)
    lin.bans(eve, chat=group)
    await town.settle()
    await town.later(timedelta(hours=10))
    news = ("A new badge in Readers", "In Readers you have reached level 2")
    heard = [sum(one.startswith(news) for one in town.told(person)) for person in (wei, ann, eve)]
    assert heard == [0, 2, 0]
