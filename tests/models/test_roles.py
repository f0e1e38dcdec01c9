"""Roles: what they take, and that none is lost, nor anybody warned again and again, without good reason and by day."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from models import points
from models.levels import Levels
from models.roles import RoleRuns, Roles
from models.rules.roles import Breadth, RolesSettings, Tenure, Turn, fulfils, kept_until, turn
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_privately
from tests.living import Living

TODAY, DAY = date(2026, 11, 16), timedelta(days=1)
TAIPEI = ZoneInfo("Asia/Taipei")

Told = list[tuple[date, Turn]]


def after(tenure: Tenure | None, turned: Turn | None, today: date, settings: RolesSettings) -> Tenure | None:
    """A tenure once that has happened to it."""
    match turned:
        case Turn.GIVEN | Turn.KEPT:
            return Tenure(today)
        case Turn.WARNED:
            assert tenure is not None
            return Tenure(tenure.settled_on, kept_until(today, settings=settings))
        case Turn.LOST:
            return None
        case None:
            return tenure


def life(mornings: Sequence[tuple[int, bool]], settings: RolesSettings) -> tuple[Told, Tenure | None, date]:
    """What somebody is told who is looked at after so many days each time, and then has enough for the role or not."""
    tenure: Tenure | None = None
    today, told = TODAY, Told()
    for days, fulfilled in mornings:
        today += timedelta(days=days)
        turned = turn(tenure, is_fulfilled=fulfilled, today=today, settings=settings)
        tenure = after(tenure, turned, today, settings)
        again = turn(tenure, is_fulfilled=fulfilled, today=today, settings=settings)
        assert again is None, "to look twice changes nothing"
        if turned is not None:
            told.append((today, turned))
    return told, tenure, today


class TestTheRules:
    """Pure: what somebody did goes in, what becomes of the role comes out."""

    numbers = st.builds(RolesSettings, warning_days=st.integers(1, 90), quiet_days=st.integers(1, 90))
    # Most mornings follow each other; after an outage some are missing.
    mornings = st.lists(st.tuples(st.sampled_from([1, 1, 1, 1, 2, 9]), st.booleans()), max_size=250)

    def test_a_role_takes_breadth(self) -> None:
        settings = RolesSettings(times=5, different_dates=4, different_people=3)
        assert fulfils(Breadth(5, 4, 3), settings=settings)
        for narrow in (Breadth(4, 4, 3), Breadth(50, 3, 3), Breadth(50, 40, 2)):
            assert not fulfils(narrow, settings=settings)

    def test_a_role_is_settled_then_warned_of_and_lost_after_the_last_day_that_was_named(self) -> None:
        settings = RolesSettings(warning_days=14, quiet_days=30)

        def found(tenure: Tenure | None, *, fulfilled: bool, days: int = 0) -> Turn | None:
            return turn(tenure, is_fulfilled=fulfilled, today=TODAY + timedelta(days=days), settings=settings)

        assert found(None, fulfilled=True) is Turn.GIVEN
        assert found(None, fulfilled=False) is None
        assert found(Tenure(TODAY), fulfilled=True, days=400) is None
        assert found(Tenure(TODAY), fulfilled=False, days=29) is None
        assert found(Tenure(TODAY), fulfilled=False, days=30) is Turn.WARNED
        until = kept_until(TODAY, settings=settings)
        assert until == date(2026, 11, 30)
        assert found(Tenure(TODAY, until), fulfilled=False, days=14) is None
        assert found(Tenure(TODAY, until), fulfilled=False, days=15) is Turn.LOST
        assert found(Tenure(TODAY, until), fulfilled=True, days=20) is Turn.KEPT

    @given(mornings, numbers)
    def test_it_is_never_lost_without_a_warning_of_full_length_that_nothing_has_ended(
        self, mornings: Sequence[tuple[int, bool]], settings: RolesSettings
    ) -> None:
        told, _, _ = life(mornings, settings)
        for (before, warning), (day, turned) in itertools.pairwise(told):
            if turned is Turn.LOST:
                assert warning is Turn.WARNED
                assert day - before > timedelta(days=settings.warning_days)
        assert [turned for _, turned in told[:1]] in ([], [Turn.GIVEN])

    @given(mornings, numbers)
    def test_nobody_is_warned_twice_nor_after_good_news_within_the_quiet_days(
        self, mornings: Sequence[tuple[int, bool]], settings: RolesSettings
    ) -> None:
        told, _, _ = life(mornings, settings)
        quiet = timedelta(days=settings.quiet_days)
        warned = [day for day, turned in told if turned is Turn.WARNED]
        assert all(later - earlier >= quiet for earlier, later in itertools.pairwise(warned))
        good = [day for day, turned in told if turned in (Turn.GIVEN, Turn.KEPT)]
        assert not [day for day in warned for before in good if timedelta() <= day - before < quiet]
        assert sum(turned is Turn.KEPT for _, turned in told) <= len(warned)

    @given(mornings, numbers)
    def test_who_does_nothing_for_it_any_more_is_warned_in_time_and_loses_it(
        self, mornings: Sequence[tuple[int, bool]], settings: RolesSettings
    ) -> None:
        idle = settings.quiet_days + settings.warning_days + 1
        assert life([*mornings, *[(1, False)] * idle], settings)[1] is None

    @given(mornings, numbers)
    def test_who_always_has_enough_hears_of_it_once(
        self, mornings: Sequence[tuple[int, bool]], settings: RolesSettings
    ) -> None:
        told, _, _ = life([(days, True) for days, _ in mornings], settings)
        assert [turned for _, turned in told] == [Turn.GIVEN][: len(mornings)]


ON = {
    "KITH_COMMUNITIES__TIME_ZONE": "Asia/Taipei",
    "KITH_BADGES__ON": "true",
    "KITH_ROLES__ON": "true",
    "KITH_ROLES__TIMES": "2",
    "KITH_ROLES__DIFFERENT_DATES": "2",
    "KITH_ROLES__DIFFERENT_PEOPLE": "1",
    "KITH_ROLES__WITHIN_DAYS": "30",
    "KITH_ROLES__WARNING_DAYS": "14",
    "KITH_ROLES__QUIET_DAYS": "6",
    "KITH_LEVELS__ON": "true",
    "KITH_LEVELS__TAGS": "true",
    "KITH_LEVELS__TELL": "false",
}


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with roles in Taipei, where it is five in the afternoon, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living) -> tuple[Chat, Person, Person]:
    """A group of Lin's, and Wei, who has opened the private chat."""
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    wei.starts(town.bot)
    lin.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei


async def contributes(town: Living, group: Chat, person: Person, day: date) -> None:
    """An answer of somebody's has helped, as the feature for that books it."""
    community_id = (await town.community(group)).community_id

    def booked(connection: Connection) -> None:
        points.correct(
            connection,
            community_id=community_id,
            user_id=person.id,
            action="helped",
            points=200,
            source=f"helped:{day}",
            at=town.kith.clock.now(),
            day=day,
        )

    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(booked)


def told(town: Living, person: Person) -> list[tuple[datetime, str]]:
    """What somebody was told of their roles, and when by the group's clock."""
    said = town.said(town.world.private(person, town.bot))
    return [(one.sent_at.astimezone(TAIPEI), one.text or "") for one in said if "the role “" in (one.text or "")]


async def at(town: Living, hour: int) -> None:
    """Let it become that hour in Taipei, and what follows from it happen."""
    local = town.kith.clock.now().astimezone(TAIPEI)
    await town.later(timedelta(hours=(hour - local.hour - 1) % 24 + 1))


async def test_a_role_is_earned_shown_as_the_tag_warned_of_and_lost_always_in_the_morning(town: Living) -> None:
    group, lin, wei = await readers(town)
    said = wei.writes(group, "Here is how it is done")
    await town.settle()
    lin.reacts(said, ["👍"])
    await town.settle()
    await contributes(town, group, wei, date(2026, 11, 15))
    await at(town, 18)
    assert await town.all(Roles) == []
    await contributes(town, group, wei, date(2026, 11, 16))
    for hour in (19, 23, 3, 7):
        await at(town, hour)
    assert await town.all(Roles) == []
    await at(town, 9)
    for _ in range(2):
        await town.later(timedelta(minutes=1))
    assert [(row.user_id, row.role) for row in await town.all(Roles)] == [(wei.id, "expert")]
    assert [text for _, text in told(town, wei)] == ["In Readers you now have the role “Answer expert”: /badges."]
    assert group.standing(wei).tag == "Answer expert"
    assert "Your role: Answer expert" in ((await asked_privately(town, wei, "/badges")).text or "")
    # On 15 December the answer of 15 November counts no more, as soon as that day begins; it is told by day.
    await town.later(timedelta(days=27))
    assert len(told(town, wei)) == 1
    await at(town, 1)
    assert len(told(town, wei)) == 1
    await at(town, 12)
    moment, text = told(town, wei)[-1]
    assert (moment.date(), moment.hour) == (date(2026, 12, 15), 12)
    assert text.startswith("In Readers you keep the role “Answer expert” until Tue, 29 Dec.")
    await town.later(14 * DAY)
    await at(town, 23)
    await at(town, 2)
    assert town.kith.clock.now().astimezone(TAIPEI).date() == date(2026, 12, 30)
    assert len(await town.all(Roles)) == 1
    await at(town, 8)
    moment, text = told(town, wei)[-1]
    assert (moment.date(), moment.hour) == (date(2026, 12, 30), 8)
    assert text.startswith("In Readers the role “Answer expert” has ended.")
    assert await town.all(Roles) == []
    wei.writes(group, "I am still here, though")
    for _ in range(3):
        await town.later(timedelta(minutes=1))
    assert group.standing(wei).tag == "Guest"
    assert [row.tag for row in await town.all(Levels) if row.user_id == wei.id] == ["Guest"]


async def test_who_is_on_the_edge_for_weeks_is_neither_warned_again_and_again_nor_woken(town: Living) -> None:
    group, lin, wei = await readers(town)
    for day in (date(2026, 11, 15), date(2026, 11, 16)):
        await contributes(town, group, wei, day)
    liked = None
    for evening in range(16):
        # A like comes and goes again, which makes Wei's breadth enough every other day.
        if liked is None:
            liked = wei.writes(group, f"What I have read on evening {evening}")
            await town.settle()
            lin.reacts(liked, ["👍"])
        else:
            lin.reacts(liked, [])
            liked = None
        await town.settle()
        for hour in (2, 10):
            await at(town, hour)
    heard = told(town, wei)
    assert {moment.hour for moment, _ in heard} == {10}
    # Given on the 17th, in doubt again on the 18th: nothing is said of it for six days.
    assert [(moment.day, text.partition("“")[0]) for moment, text in heard] == [
        (17, "In Readers you now have the role "),
        (24, "In Readers you keep the role "),
        (25, "In Readers you keep the role "),
        (2, "In Readers you keep the role "),
    ]
    assert ["until" in text for _, text in heard] == [False, True, False, True]
    # What was put off is not forgotten: nobody likes anything any more.
    assert liked is None
    for _ in range(15):
        await at(town, 10)
    assert (told(town, wei)[-1][0].day, await town.all(Roles)) == (17, [])


async def test_a_warning_stands_as_it_was_given_whatever_the_settings_become(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_ROLES__QUIET_DAYS": "1"})
    group, lin, wei = await readers(town)
    liked = wei.writes(group, "What I have read today")
    await town.settle()
    lin.reacts(liked, ["👍"])
    for day in (date(2026, 11, 15), date(2026, 11, 16)):
        await contributes(town, group, wei, day)
    await at(town, 10)
    lin.reacts(liked, [])
    await town.settle()
    await at(town, 10)
    assert "until Wed, 2 Dec." in told(town, wei)[-1][1]
    async with town.kith.database.writing() as session:
        here = await session.merge(await town.community(group))
        here.settings = {**here.settings, "roles": {**here.settings["roles"], "warning_days": 1}}
    for _ in range(14):
        await at(town, 10)
    assert len(await town.all(Roles)) == 1
    await at(town, 10)
    assert await town.all(Roles) == []


async def test_a_morning_that_the_group_puts_off_is_waited_for_and_the_time_before_it_is_not_forgotten(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings=ON)
    group, lin, wei = await readers(town)
    await at(town, 18)
    liked = wei.writes(group, "What I have read tonight")
    await town.settle()
    lin.reacts(liked, ["👍"])
    for day in (date(2026, 11, 15), date(2026, 11, 16)):
        await contributes(town, group, wei, day)
    async with town.kith.database.writing() as session:
        here = await session.merge(await town.community(group))
        here.settings = {**here.settings, "reach": {"quiet_until_hour": 11}}
    (before,) = await town.all(RoleRuns)
    assert before.due_at.astimezone(TAIPEI).hour == 8
    await at(town, 9)
    (run,) = await town.all(RoleRuns)
    assert (run.judged_at, run.due_at.astimezone(TAIPEI).hour, await town.all(Roles)) == (before.judged_at, 11, [])
    await at(town, 11)
    assert len(await town.all(Roles)) == 1
