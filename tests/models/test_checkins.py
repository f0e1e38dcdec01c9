"""Checking in: which day counts, how streaks and cards go, whatever the clock does and in whichever order."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules import challenges
from models.rules.challenges import Plan
from models.rules.checkins import (
    CheckinsSettings,
    How,
    Kept,
    Outcome,
    decide,
    is_again,
    joined_on,
    moment_of_press,
    streak_on,
    with_outcome,
    worth_of,
)
from models.rules.days import local_day
from models.rules.newcomers import Arrival

TAIPEI, ANGELES, BERLIN = "Asia/Taipei", "America/Los_Angeles", "Europe/Berlin"
SETTINGS = CheckinsSettings(on=True)


class Book:
    """A member's days, as check-ins make them."""

    def __init__(self, chosen: CheckinsSettings = SETTINGS) -> None:
        self.known: dict[date, Kept] = {}
        self.cards = 0
        self.settings = chosen

    def check_in(self, at: datetime, zone: str = TAIPEI) -> Outcome | None:
        found = decide(at, time_zone=zone, known=self.known, cards=self.cards, settings=self.settings)
        if found is not None:
            self.known = dict(with_outcome(found, self.known, at=at, time_zone=zone))
            self.cards = found.cards
        return found

    def streak(self, today: date) -> int:
        return streak_on(today, self.known, cards=self.cards)


def at(day: int, hour: int = 9, minute: int = 0, zone: str = TAIPEI, month: int = 11) -> datetime:
    return datetime(2026, month, 1, hour, minute, tzinfo=ZoneInfo(zone)).replace(day=day).astimezone(UTC)


def test_a_day_counts_once_and_days_in_a_row_make_a_streak() -> None:
    book = Book()
    found = [book.check_in(at(day, hour)) for day in (2, 3, 4) for hour in (0, 23)]
    assert [each.streak if each else None for each in found] == [1, None, 2, None, 3, None]
    assert book.streak(date(2026, 11, 5)) == 3
    assert book.streak(date(2026, 11, 6)) == 0
    again = book.check_in(at(6))
    assert again is not None
    assert again.streak == 1


def test_a_streak_of_thirty_brings_a_card_and_the_card_repairs_one_day() -> None:
    book = Book()
    outcomes = [book.check_in(at(1) + timedelta(days=passed)) for passed in range(30)]
    assert [each.brings_card for each in outcomes if each] == [False] * 29 + [True]
    assert book.cards == 1
    assert book.streak(date(2026, 12, 2)) == 30
    after = book.check_in(at(1) + timedelta(days=31))
    assert after is not None
    assert (after.streak, after.cards) == (31, 0)
    assert after.bridged == {date(2026, 12, 1): How.CARD}
    # Without another card the next missed day ends it.
    ended = book.check_in(at(1) + timedelta(days=33))
    assert ended is not None
    assert (ended.streak, ended.bridged) == (1, {})


def test_a_gap_longer_than_the_cards_keeps_them() -> None:
    book = Book(CheckinsSettings(on=True, days_for_a_card=2))
    for passed in (0, 1):
        book.check_in(at(1) + timedelta(days=passed))
    later = book.check_in(at(1) + timedelta(days=5))
    assert later is not None
    assert (later.streak, later.cards, later.bridged) == (1, 1, {})


def test_cards_have_a_most_and_none_come_where_they_are_off() -> None:
    book = Book(CheckinsSettings(on=True, days_for_a_card=1, most_cards=2))
    for passed in range(5):
        book.check_in(at(1) + timedelta(days=passed))
    assert book.cards == 2
    without = Book(CheckinsSettings(on=True, days_for_a_card=0))
    for passed in range(40):
        without.check_in(at(1) + timedelta(days=passed))
    assert without.cards == 0


def test_a_late_check_in_gives_back_the_card_that_was_taken_for_it() -> None:
    book = Book(CheckinsSettings(on=True, days_for_a_card=3))
    for day in (1, 2, 3, 5):
        book.check_in(at(day))
    assert book.cards == 0
    late = book.check_in(at(4, 23, 59))
    assert late is not None
    assert (late.streak, late.cards) == (5, 1)
    assert late.bridged == {}
    assert book.check_in(at(4)) is None


@given(st.lists(st.integers(0, 12), min_size=1, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_streak_is_the_same_in_whichever_order_the_days_are_told(days: list[int], chance: random.Random) -> None:
    plain = CheckinsSettings(on=True, days_for_a_card=0)
    in_order, shuffled = Book(plain), Book(plain)
    for day in sorted(days):
        in_order.check_in(at(1) + timedelta(days=day))
    chance.shuffle(days)
    for day in days:
        shuffled.check_in(at(1) + timedelta(days=day))
    today = local_day(at(1) + timedelta(days=max(days)), time_zone=TAIPEI)
    assert in_order.streak(today) == shuffled.streak(today)
    assert in_order.known.keys() == shuffled.known.keys()


@pytest.mark.parametrize(("month", "day"), [(3, 28), (10, 24)])
def test_days_of_23_and_25_hours_are_days_like_others(month: int, day: int) -> None:
    book = Book()
    outcomes = []
    for passed in range(3):
        outcomes += [book.check_in(at(day + passed, hour, 30, BERLIN, month), BERLIN) for hour in (0, 23)]
    assert [each.streak if each else None for each in outcomes] == [1, None, 2, None, 3, None]


ZONES = (TAIPEI, ANGELES, BERLIN, "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")


@pytest.mark.parametrize("old", ZONES)
@pytest.mark.parametrize("new", ZONES)
@pytest.mark.parametrize("hour", [0, 11, 23])
def test_a_changed_zone_neither_doubles_a_day_nor_breaks_a_streak(old: str, new: str, hour: int) -> None:
    """Somebody checks in every day at the same moment of their own; the group's zone changes right after one."""
    book = Book(CheckinsSettings(on=True, days_for_a_card=0))
    moment = datetime(2026, 11, 2, hour, 30, tzinfo=UTC)
    counted = []
    for day in range(10):
        zone = old if day < 5 else new
        if day == 5:
            assert book.check_in(moment - timedelta(hours=23, minutes=50), new) is None, "within the same day of then"
        counted.append(book.check_in(moment, zone))
        moment += timedelta(days=1)
    assert book.streak(local_day(moment, time_zone=new)) == sum(each is not None for each in counted)
    assert sum(each is None for each in counted) <= 1
    assert len({each.day for each in counted if each}) == sum(each is not None for each in counted)


def test_a_press_just_after_midnight_saves_the_streak_that_hangs_on_it_and_no_other() -> None:
    book = Book()
    for day in (1, 2):
        book.check_in(at(day, 12))
    first = at(4, 0, 1)
    assert local_day(moment_of_press(first, time_zone=TAIPEI, known=book.known), time_zone=TAIPEI) == date(2026, 11, 3)
    book.check_in(moment_of_press(first, time_zone=TAIPEI, known=book.known))
    assert moment_of_press(first, time_zone=TAIPEI, known=book.known) == first
    assert book.check_in(moment_of_press(first, time_zone=TAIPEI, known=book.known)) is not None
    assert book.streak(date(2026, 11, 4)) == 4
    assert moment_of_press(at(6, 0, 1), time_zone=TAIPEI, known=book.known) != at(6, 0, 1)
    assert moment_of_press(at(6, 0, 3), time_zone=TAIPEI, known=book.known) == at(6, 0, 3)
    assert moment_of_press(at(9, 0, 1), time_zone=TAIPEI, known=book.known) == at(9, 0, 1)
    # A challenge that has begun the day before hangs on it too, for who takes part in it.
    assert moment_of_press(at(9, 0, 1), time_zone=TAIPEI, known=book.known, begun_on={date(2026, 11, 8)}) != at(9, 0, 1)
    assert moment_of_press(at(9, 0, 1), time_zone=TAIPEI, known=book.known, begun_on={date(2026, 11, 9)}) == at(9, 0, 1)
    assert moment_of_press(at(9, 0, 3), time_zone=TAIPEI, known=book.known, begun_on={date(2026, 11, 8)}) == at(9, 0, 3)
    assert moment_of_press(at(9, 0, 1), time_zone=TAIPEI, known={}) == at(9, 0, 1)


def test_a_newcomers_first_days_count_double_and_only_a_join_that_was_seen_makes_one() -> None:
    joined = at(2, 23)
    seen = joined_on(Arrival(joined, joined), time_zone=TAIPEI)
    worth = [worth_of(date(2026, 11, day), joined_on=seen, settings=SETTINGS) for day in (1, 2, 8, 9)]
    assert worth == [50, 100, 100, 50]
    assert joined_on(Arrival(joined - timedelta(days=1), joined), time_zone=TAIPEI) is None
    assert joined_on(Arrival(joined, None), time_zone=TAIPEI) is None
    assert worth_of(date(2026, 11, 2), joined_on=None, settings=SETTINGS) == 50


def test_again_is_judged_by_the_zone_of_now_and_of_then() -> None:
    known = {date(2026, 11, 3): Kept(How.CHECKED, at(3, 8), TAIPEI)}
    assert is_again(at(3, 23, 59), time_zone=TAIPEI, known=known)
    assert not is_again(at(4, 0, 0), time_zone=TAIPEI, known=known)
    assert is_again(at(2, 20, zone=ANGELES), time_zone=ANGELES, known=known), "the same day over there"
    assert is_again(at(3, 20, zone=ANGELES), time_zone=ANGELES, known=known), "a day that counted already"


class TestChallenges:
    """So many days, all of them."""

    PLAN = Plan(3, date(2026, 11, 3), 500)

    def test_all_days_finish_it_and_no_others(self) -> None:
        days = [date(2026, 11, day) for day in range(2, 7)]
        assert self.PLAN.ends_on == date(2026, 11, 5)
        assert challenges.is_finished(self.PLAN, done=days)
        assert not challenges.is_finished(self.PLAN, done=[days[0], *days[2:]])
        assert challenges.progress(self.PLAN, done=days[:2]) == 1

    def test_who_has_every_day_so_far_may_still_join(self) -> None:
        third, fourth = date(2026, 11, 3), date(2026, 11, 4)
        assert not challenges.has_begun_without(self.PLAN, today=third, done=[])
        assert challenges.has_begun_without(self.PLAN, today=fourth, done=[])
        assert not challenges.has_begun_without(self.PLAN, today=fourth, done=[third])

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("today", 3),
            ("明天", 4),
            ("2026-11-20", 20),
            ("Tomorrow", 4),
            ("20261120", None),
            ("Early", None),
            ("", None),
        ],
    )
    def test_a_first_day_is_a_word_or_a_date(self, written: str, day: int | None) -> None:
        found = challenges.starts_on(written, today=date(2026, 11, 3))
        assert found == (None if day is None else date(2026, 11, day))

    def test_what_is_too_long_too_far_or_too_rich_is_impossible(self) -> None:
        today = date(2026, 11, 3)
        assert challenges.is_possible(self.PLAN, today=today)
        for plan in (
            Plan(1, today, 0),
            Plan(101, today, 0),
            Plan(3, today - timedelta(days=1), 0),
            Plan(3, today + timedelta(days=61), 0),
            Plan(3, today, 100_001),
        ):
            assert not challenges.is_possible(plan, today=today), plan
