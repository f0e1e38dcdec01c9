"""Difficulty: one bounded formula, fixed before the day on which it counts, by which contribution is worth most."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import month
from models.difficulty import PaceRuns, Paces
from models.points import Ledger
from models.rules.checkins import CHECKIN
from models.rules.difficulty import DAYS, DEEDS_A_DAY, Pace, bounds, factor, looked_at, pace_of, scaled
from models.rules.fairness import Tier
from models.rules.messages import MESSAGE
from models.rules.setup import Template
from tests.handlers.asking_in import asked_privately
from tests.living import Living

PACES = range(0, 101, 10)


def test_the_factor_is_bounded_and_falls_for_talk_and_rises_for_co_creation() -> None:
    talk = [factor(action=MESSAGE.action, tier=Tier.BASIC, pace=pace) for pace in PACES]
    made = [factor(action="featured", tier=Tier.COCREATION, pace=pace) for pace in PACES]
    gained = [factor(action="helped", tier=Tier.ADVANCED, pace=pace) for pace in PACES]
    assert talk == sorted(talk, reverse=True)
    assert made == sorted(made)
    assert gained == sorted(gained, reverse=True)
    assert bounds() == {Tier.BASIC: (30, 150), Tier.ADVANCED: (100, 125), Tier.COCREATION: (100, 125)}
    assert {factor(action=CHECKIN.action, tier=Tier.BASIC, pace=pace) for pace in PACES} == {100}


@given(st.integers(0, 100_000), st.sampled_from([30, 37, 75, 100, 118, 125, 150]))
def test_what_is_worth_anything_stays_so_and_is_rounded_by_less_than_a_hundredth(points: int, by: int) -> None:
    found = scaled(points, factor=by)
    assert abs(found - points * by / 100) < 1
    assert (found > 0) == (points > 0)
    assert scaled(points, factor=100) == points


def test_halves_go_up_whatever_stands_before_them() -> None:
    # 0.225 and 0.075 points, as somebody who reckons by /why finds them.
    assert [scaled(points, factor=150) for points in (15, 5)] == [23, 8]


def test_a_pace_is_of_days_that_are_over_and_counts_from_its_day_on() -> None:
    assert looked_at(date(2026, 11, 20)) == (date(2026, 11, 5), date(2026, 11, 18))
    assert [pace_of(DAYS * deeds) for deeds in (0, 4, 5, 49, DEEDS_A_DAY, 1000)] == [0, 0, 10, 90, 100, 100]
    pace = Pace(date(2026, 11, 20), 40, 10)
    assert [pace.on(date(2026, 11, day)) for day in (19, 20, 21)] == [10, 40, 40]


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("seed", range(1, 6))
def test_in_a_month_talk_does_not_outrun_contribution_and_a_quiet_first_week_is_worth_it(
    template: Template, seed: int
) -> None:
    found = {kind.name: (plain, by) for kind, plain, by in month.table(template, seed=seed)}
    talk = max(found[name][1].month for name in ("writes all day", "chats a lot", "talks now and then"))
    assert found["answers questions"][1].month > talk
    assert found["makes things"][1].month > found["chats a lot"][1].month
    assert found["writes all day"][0].month > found["answers questions"][0].month, "without it, it does"
    plain, by = found["new and quiet"]
    assert by.week >= 1.25 * plain.week


ON = {
    "KITH_DIFFICULTY__ON": "true",
    "KITH_MESSAGES__DAILY_CAP_POINTS": "1000",
    "KITH_COMMUNITIES__TIME_ZONE": "Asia/Taipei",
}
DAY = timedelta(days=1)


async def test_what_counts_on_a_day_is_found_the_day_before_and_told_with_each_entry(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings=ON)  # it is five in the afternoon in Taipei
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    for number in range(290):
        wei.writes(group, f"Something new, number {number}")
    await town.settle()
    # Nothing is scaled on a day that had begun when it was switched on, and everybody is quiet at first.
    assert {row.factor for row in await town.all(Ledger)} == {None}
    for _ in range(3):
        await town.later(DAY)
    await town.later(timedelta(minutes=30))
    wei.writes(group, "And on another day")
    lin.writes(group, "Good morning all")
    await town.settle()
    factors = {row.user_id: (row.factor, row.points) for row in await town.all(Ledger) if row.factor}
    assert factors == {wei.id: (75, 15), lin.id: (150, 30)}
    assert [(row.user_id, row.pace, row.before, row.valid_from) for row in await town.all(Paces)] == [
        (wei.id, 40, 0, date(2026, 11, 18))
    ]
    assert "+0.3 · a message ×1.5" in ((await asked_privately(town, lin, "/why")).text or "")
    # A look more finds nothing new, and switched off all of it is gone.
    before = [(row.first_day, row.last_day) for row in await town.all(PaceRuns)]
    await town.later(timedelta(minutes=15))
    assert [(row.first_day, row.last_day) for row in await town.all(PaceRuns)] == before
    async with town.kith.database.writing() as session:
        community = await session.merge(await town.community(group))
        community.settings = {**community.settings, "difficulty": {"on": False}}
    await town.later(timedelta(minutes=15))
    assert await town.all(Paces) == await town.all(PaceRuns) == []
    wei.writes(group, "As everywhere else")
    await town.settle()
    assert [row.factor for row in await town.all(Ledger)][-1] is None
