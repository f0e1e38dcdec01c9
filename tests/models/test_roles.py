"""Roles: what they take, and that none is lost, nor anybody warned again and again, without good reason and by day."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, update
from sqlalchemy.event import listen, remove

from models import communities, members, merits, roles
from models.ids import new_id
from models.levels import Levels
from models.merits import RoleRuns
from models.questions import Questions
from models.roles import Roles
from models.rules.roles import Breadth, Role, RolesSettings, Tenure, Turn, fulfils, kept_until, turn
from models.stretches import Here
from models.works import Works
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately
from tests.living import START, Living

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
    for person in (lin, wei):
        person.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei


async def helps(town: Living, group: Chat, person: Person, asker: Person, day: date) -> int:
    """An answer of somebody's has helped; returns the question's number."""
    here, number = await town.community(group), new_id()
    at = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(here.time_zone))
    question = Questions(
        community_id=here.community_id,
        question_id=number,
        chat_id=group.id,
        message_id=number,
        asker_id=asker.id,
        asked_at=at,
    )
    async with town.kith.database.writing() as session:
        session.add(question)
    await marks(town, number, person, at)
    return number


async def marks(town: Living, number: int, person: Person | None, at: datetime) -> None:
    """A question was answered by somebody, or is open again."""
    values = {
        "helper_id": person and person.id,
        "answer_id": person and number + 1,
        "solved_at": at if person else None,
    }
    async with town.kith.database.writing() as session:
        await session.execute(update(Questions).where(Questions.question_id == number).values(**values))


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
    await helps(town, group, wei, lin, date(2026, 11, 15))
    await at(town, 18)
    assert await town.all(Roles) == []
    await helps(town, group, wei, lin, date(2026, 11, 16))
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
    first, _ = [await helps(town, group, wei, lin, date(2026, 11, day)) for day in (15, 16)]
    for evening in range(16):
        # What helped is marked and unmarked again, which makes Wei's breadth enough every other day.
        await marks(town, first, None if evening % 2 else wei, START - DAY)
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
    # What was put off is not forgotten: no second answer helps any more.
    for _ in range(15):
        await at(town, 10)
    assert (told(town, wei)[-1][0].day, await town.all(Roles)) == (17, [])


async def test_a_warning_stands_as_it_was_given_whatever_the_settings_become(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_ROLES__QUIET_DAYS": "1"})
    group, lin, wei = await readers(town)
    first, _ = [await helps(town, group, wei, lin, date(2026, 11, day)) for day in (15, 16)]
    await at(town, 10)
    await marks(town, first, None, town.kith.clock.now())
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
    for day in (15, 16):
        await helps(town, group, wei, lin, date(2026, 11, day))
    async with town.kith.database.writing() as session:
        here = await session.merge(await town.community(group))
        here.settings = {**here.settings, "reach": {"quiet_until_hour": 11}}
    (before,) = await town.all(RoleRuns)
    assert before.due_at.astimezone(TAIPEI).hour == 8
    await at(town, 9)
    (run,) = await town.all(RoleRuns)
    assert (run.due_at.astimezone(TAIPEI).hour, await town.all(Roles)) == (11, [])
    await at(town, 11)
    assert len(await town.all(Roles)) == 1


BROAD = {**ON, "KITH_ROLES__DIFFERENT_PEOPLE": "3", "KITH_ROLES__TIMES": "3", "KITH_QUESTIONS__ON": "true"}


async def friends(town: Living, group: Chat, *names: str) -> list[Person]:
    """More members, who have written something."""
    people = [town.world.person(name, language_code="en") for name in names]
    for person in people:
        group.settle(person)
        person.writes(group, "Good morning all")
    await town.settle()
    return people


async def test_one_friend_who_asks_makes_no_expert_however_many_like_what_else_is_said(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings=BROAD)
    group, lin, wei = await readers(town)
    ann, bo, eve = await friends(town, group, "Ann", "Bo", "Eve")
    joke = wei.writes(group, "A joke about cats and nothing else")
    await town.settle()
    for one in (lin, ann, bo, eve):
        one.reacts(joke, ["👍"])
    for day in range(10, 16):
        await helps(town, group, wei, ann, date(2026, 11, day))
    await at(town, 10)
    assert await town.all(Roles) == []
    for asker in (bo, eve):
        await helps(town, group, wei, asker, date(2026, 11, 16))
    await at(town, 10)
    assert [(row.user_id, row.role) for row in await town.all(Roles)] == [(wei.id, "expert")]


async def test_whom_newcomers_and_the_frozen_have_asked_is_no_expert_for_that(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**BROAD, "KITH_NEWCOMERS__GATE_HOURS": "72", "KITH_NEWCOMERS__GATE_MESSAGES": "1"})
    group, lin, wei = await readers(town)
    (ann,) = await friends(town, group, "Ann")
    new = town.world.person("New", language_code="en")
    new.joins(group)
    new.writes(group, "Good morning all")
    await town.settle()
    for asker, day in ((ann, 14), (lin, 15), (new, 16)):
        await helps(town, group, wei, asker, date(2026, 11, day))
    await at(town, 10)
    assert await town.all(Roles) == []
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        await members.set_frozen(session, community_id=number, user_id=ann.id, frozen=True)
    await town.later(3 * DAY)
    await at(town, 10)
    assert await town.all(Roles) == []
    async with town.kith.database.writing() as session:
        await members.set_frozen(session, community_id=number, user_id=ann.id, frozen=False)
    await at(town, 10)
    assert len(await town.all(Roles)) == 1


async def test_an_expert_is_who_helped_several_people_also_where_likes_are_worth_nothing(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**BROAD, "KITH_REACTIONS__RECEIVED_POINTS": "0"})
    group, lin, wei = await readers(town)
    ann, bo = await friends(town, group, "Ann", "Bo")
    await helps(town, group, wei, ann, date(2026, 11, 15))
    for asker in (lin, bo):
        asked = asker.writes(group, f"#question How do I fold number {asker.id}, please?")
        await town.settle()
        answer = wei.writes(group, "Like so and so, that is how", reply_to=asked)
        await town.settle()
        assert await asked_in(town, group, asker, "/helped", reply_to=answer)
    await at(town, 10)
    assert [(row.user_id, row.role) for row in await town.all(Roles)] == [(wei.id, "expert")]


async def test_many_who_helped_are_judged_by_as_many_statements_as_one(town: Living) -> None:
    group, lin, wei = await readers(town)
    others = await friends(town, group, "Ann", "Bo", "Cy", "Di")
    # Once each: that is not enough, so nothing is written of anybody.
    await helps(town, group, wei, lin, date(2026, 11, 15))
    await helps(town, group, wei, lin, date(2026, 11, 15))
    community = await town.community(group)
    here = Here._make(getattr(community, name) for name in Here._fields)
    morning = datetime(2026, 11, 17, 9, tzinfo=TAIPEI)

    async def statements() -> int:
        said = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        def judged(connection: Connection) -> None:
            listen(connection, "before_cursor_execute", note)
            merits.judge(connection, here, morning)
            remove(connection, "before_cursor_execute", note)

        await town.kith.database.tell(judged)
        return len(said)

    one = await statements()
    for person in others:
        for _ in range(2):
            await helps(town, group, person, lin, date(2026, 11, 15))
    assert await statements() == one
    assert await town.all(Roles) == []


async def test_an_answer_whose_points_were_taken_back_makes_no_expert(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings=BROAD)
    group, lin, wei = await readers(town)
    ann, bo = await friends(town, group, "Ann", "Bo")
    await helps(town, group, wei, ann, date(2026, 11, 15))
    answer = None
    for asker in (lin, bo):
        asked = asker.writes(group, f"#question How do I fold number {asker.id}, please?")
        await town.settle()
        answer = wei.writes(group, "Like so and so, that is how", reply_to=asked)
        await town.settle()
        assert await asked_in(town, group, asker, "/helped", reply_to=answer)
    assert answer is not None
    await asked_in(town, group, lin, "/reverse an advert", reply_to=answer)
    await at(town, 10)
    assert await town.all(Roles) == []


async def test_a_creator_is_who_made_works_that_several_people_react_to(live: Callable[..., Awaitable[Living]]) -> None:
    worth = {"KITH_WORKS__ON": "true", "KITH_REACTIONS__RECEIVED_POINTS": "0"}
    town = await live(settings={**BROAD, **worth, "KITH_ROLES__TIMES": "2"})
    group, lin, wei = await readers(town)
    lin.starts(town.bot)
    ann, bo = await friends(town, group, "Ann", "Bo")
    joke = wei.writes(group, "A joke about cats and nothing else")
    works = []
    for number in range(2):
        works.append(wei.writes(group, f"#share what I drew on day {number}", media="photo"))
        await town.settle()
        await town.later(DAY)
    async with town.kith.database.writing() as session:
        await session.execute(update(Works).values(state="accepted", turn=1))
    for one in (lin, ann, bo):
        one.reacts(joke, ["👍"])
        one.reacts(works[0] if one is not bo else joke, ["🔥"])
    await town.settle()
    await at(town, 10)
    assert await town.all(Roles) == []
    bo.reacts(works[1], ["🔥"])
    await town.settle()
    await at(town, 10)
    assert [(row.user_id, row.role) for row in await town.all(Roles)] == [(wei.id, "creator")]


async def switched(town: Living, group: Chat, *, on: bool) -> None:
    """An administrator switches roles on or off."""
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.settings = {**here.settings, "roles": {**here.settings["roles"], "on": on}}


async def test_switched_off_roles_rest_and_once_they_are_on_again_nobody_loses_one_unwarned(town: Living) -> None:
    group, lin, wei = await readers(town)
    for day in (15, 16):
        await helps(town, group, wei, lin, date(2026, 11, day))
    await at(town, 10)
    await town.later(timedelta(days=28))
    assert ["until" in text for _, text in told(town, wei)] == [False, True]
    await switched(town, group, on=False)
    for _ in range(3):
        await town.later(timedelta(minutes=1))
    assert group.standing(wei).tag == "Guest"
    assert "Answer expert" not in ((await asked_privately(town, wei, "/badges")).text or "")
    number = (await town.community(group)).community_id
    assert await town.kith.database.tell(lambda c: roles.holders(c, [number], Role.EXPERT)) == []
    await town.later(timedelta(days=60))
    await switched(town, group, on=True)
    await at(town, 10)
    await at(town, 10)
    assert len(await town.all(Roles)) == 1
    heard = told(town, wei)
    assert len(heard) == 3
    assert heard[-1][1].startswith("In Readers you keep the role “Answer expert” until ")
    assert await town.kith.database.tell(lambda c: roles.holders(c, [number], Role.EXPERT)) == [(number, wei.id)]
    await town.later(timedelta(days=13))
    assert len(await town.all(Roles)) == 1
    await town.later(2 * DAY)
    assert await town.all(Roles) == []


async def test_who_cannot_be_written_to_sees_the_warning_in_the_group_with_its_day(town: Living) -> None:
    group, lin, wei = await readers(town)
    (ann,) = await friends(town, group, "Ann")
    for day in (15, 16):
        for person in (wei, ann):
            await helps(town, group, person, lin, date(2026, 11, day))
    await at(town, 10)
    for command in ("/me", "/badges"):
        (line,) = await asked_in(town, group, ann, command)
        assert "Answer expert" not in (line.text or "")
    await town.later(timedelta(days=28))
    for command in ("/me", "/badges"):
        (line,) = await asked_in(town, group, ann, command)
        assert (line.text or "").endswith(" · Answer expert until Tue, 29 Dec")
    full = (await asked_privately(town, wei, "/badges")).text or ""
    assert "Your role: Answer expert until Tue, 29 Dec\nTo keep “Answer expert” longer: 2 answers" in full
    assert "You keep the role “Answer expert” until Tue, 29 Dec; " in (
        (await asked_privately(town, wei, "/me")).text or ""
    )


async def test_who_was_banned_is_given_no_role_and_that_of_who_is_away_rests_until_they_are_back(town: Living) -> None:
    group, lin, wei = await readers(town)
    (eve,) = await friends(town, group, "Eve")
    eve.starts(town.bot)
    for person in (wei, eve):
        for day in (15, 16):
            await helps(town, group, person, lin, date(2026, 11, day))
    lin.bans(eve, chat=group)
    await at(town, 10)
    assert [row.user_id for row in await town.all(Roles)] == [wei.id]
    wei.leaves(group)
    await town.settle()
    for _ in range(50):
        await at(town, 10)
    assert (len(told(town, wei)), told(town, eve)) == (1, [])
    # Then it is judged again: they are warned before they lose it.
    wei.joins(group)
    await town.settle()
    await at(town, 10)
    assert "you keep the role “Answer expert” until" in told(town, wei)[-1][1]
    for _ in range(15):
        await at(town, 10)
    assert ("has ended" in told(town, wei)[-1][1], await town.all(Roles)) == (True, [])


async def test_where_badges_are_off_the_role_that_one_is_told_of_stands_where_it_is_said_to(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_BADGES__ON": "false"})
    group, lin, wei = await readers(town)
    for day in (15, 16):
        await helps(town, group, wei, lin, date(2026, 11, day))
    await at(town, 10)
    assert told(town, wei)[-1][1].endswith("“Answer expert”: /badges.")
    card = (await asked_privately(town, wei, "/badges")).text
    assert card == "Readers\n\nYour role: Answer expert"
