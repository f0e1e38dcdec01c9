"""Badges and roles: what each takes, that it is given once, and that a role is not lost without a word before."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from models import points
from models.honours import Badges
from models.levels import Levels
from models.roles import Roles
from models.rules.badges import NEEDS, Badge, Measures, earned
from models.rules.roles import Breadth, RolesSettings, Tenure, Turn, fulfils, turn
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately
from tests.living import Living

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
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

    def test_a_role_takes_breadth(self) -> None:
        settings = RolesSettings(times=5, different_dates=4, different_people=3)
        assert fulfils(Breadth(5, 4, 3), settings=settings)
        for narrow in (Breadth(4, 4, 3), Breadth(50, 3, 3), Breadth(50, 40, 2)):
            assert not fulfils(narrow, settings=settings)

    def test_a_role_is_warned_of_before_it_is_lost(self) -> None:
        settings = RolesSettings(warning_days=14)

        def found(tenure: Tenure | None, *, fulfilled: bool, later: timedelta = timedelta(0)) -> Turn | None:
            return turn(tenure, is_fulfilled=fulfilled, now=NOW + later, settings=settings)

        assert found(None, fulfilled=True) is Turn.GIVEN
        assert found(None, fulfilled=False) is None
        assert found(Tenure(None), fulfilled=True) is None
        assert found(Tenure(None), fulfilled=False) is Turn.WARNED
        assert found(Tenure(NOW), fulfilled=False, later=timedelta(days=13, hours=23)) is None
        assert found(Tenure(NOW), fulfilled=False, later=timedelta(days=14)) is Turn.LOST
        assert found(Tenure(NOW), fulfilled=True, later=timedelta(days=20)) is Turn.KEPT


ON = {
    "KITH_BADGES__ON": "true",
    "KITH_ROLES__ON": "true",
    "KITH_ROLES__TIMES": "2",
    "KITH_ROLES__DIFFERENT_DATES": "2",
    "KITH_ROLES__DIFFERENT_PEOPLE": "1",
    "KITH_ROLES__WITHIN_DAYS": "30",
    "KITH_LEVELS__ON": "true",
    "KITH_LEVELS__TAGS": "true",
    "KITH_LEVELS__TELL": "false",
}


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with badges and roles, once on each kind of database."""
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
    assert town.told(wei)[before:] == ["New badges in Readers: First like, First reply, First word. /badges shows all."]
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


async def contributes(town: Living, group: Chat, person: Person, day: date, number: int) -> None:
    """An answer of somebody's has helped, as the feature for that books it."""
    community_id = (await town.community(group)).community_id

    def booked(connection: Connection) -> None:
        points.correct(
            connection,
            community_id=community_id,
            user_id=person.id,
            action="helped",
            points=200,
            source=f"helped:{number}",
            at=town.kith.clock.now(),
            day=day,
        )

    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(booked)


async def test_a_role_is_earned_shown_as_the_tag_warned_of_and_lost(town: Living) -> None:
    group, lin, wei = await readers(town)
    said = wei.writes(group, "Here is how it is done")
    await town.settle()
    lin.reacts(said, ["👍"])
    await town.settle()
    await contributes(town, group, wei, date(2026, 11, 15), 1)
    await town.later(timedelta(hours=1))
    assert await town.all(Roles) == []
    await contributes(town, group, wei, date(2026, 11, 16), 2)
    before = len(town.told(wei))
    await town.later(timedelta(hours=1))
    await town.later(timedelta(minutes=1))
    await town.later(timedelta(minutes=1))
    assert [(row.user_id, row.role) for row in await town.all(Roles)] == [(wei.id, "expert")]
    assert "In Readers you now have the role “Answer expert”: /badges." in town.told(wei)[before:]
    assert group.standing(wei).tag == "Answer expert"
    assert "Your role: Answer expert" in ((await asked_privately(town, wei, "/badges")).text or "")
    await town.later(timedelta(days=30))
    assert town.told(wei)[-1].startswith("In Readers you keep the role “Answer expert” until Wed, 30 Dec.")
    await town.later(timedelta(days=13))
    assert len(await town.all(Roles)) == 1
    await town.later(DAY)
    assert town.told(wei)[-1].startswith("In Readers the role “Answer expert” has ended.")
    assert await town.all(Roles) == []
    wei.writes(group, "I am still here, though")
    for _ in range(3):
        await town.later(timedelta(minutes=1))
    assert group.standing(wei).tag == "Guest"
    assert [row.tag for row in await town.all(Levels) if row.user_id == wei.id] == ["Guest"]
