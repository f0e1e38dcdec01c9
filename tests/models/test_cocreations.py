"""The rules of a co-creation: what an administrator means, how is voted, and who wins."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.cocreations import (
    LONGEST_THEME,
    MOST_IN_POLL,
    MOST_WINNERS,
    CocreationsSettings,
    Manner,
    Plan,
    clean,
    comes_round,
    is_possible,
    manner_of,
    read_plan,
    winners,
)

TODAY = date(2026, 11, 16)
SETTINGS = CocreationsSettings(on=True)


@pytest.mark.parametrize(
    ("written", "plan"),
    [
        ("Autumn light", Plan("Autumn light", date(2026, 11, 30), 3)),
        ("2026-12-01 Autumn", Plan("Autumn", date(2026, 12, 1), 3)),
        ("2026-12-01 2026-12-05 10 trees", Plan("10 trees", date(2026, 12, 1), 4)),
        ("2026-12-01 2026-12-05 2026-12-06", Plan("2026-12-06", date(2026, 12, 1), 4)),
        ("2026-02-30 is no day", Plan("2026-02-30 is no day", date(2026, 11, 30), 3)),
        ("2026-12-01", None),
        ("", None),
        ("\u200b\u2060", None),
    ],
)
def test_a_theme_is_read_with_the_days_before_it(written: str, plan: Plan | None) -> None:
    assert read_plan(written.split(), today=TODAY, settings=SETTINGS) == plan


@pytest.mark.parametrize(
    ("plan", "possible"),
    [
        (Plan("x", date(2026, 11, 17), 1), True),
        (Plan("x", TODAY, 1), False),
        (Plan("x", date(2027, 1, 15), 14), True),
        (Plan("x", date(2027, 1, 16), 14), False),
        (Plan("x", date(2026, 12, 1), 0), False),
        (Plan("x", date(2026, 12, 1), -3), False),
        (Plan("x", date(2026, 12, 1), 15), False),
        (Plan("x" * LONGEST_THEME, date(2026, 12, 1), 3), True),
        (Plan("x" * (LONGEST_THEME + 1), date(2026, 12, 1), 3), False),
    ],
)
def test_its_days_lie_ahead_and_within_bounds(plan: Plan, possible: bool) -> None:
    assert is_possible(plan, today=TODAY) is possible


def test_a_theme_keeps_its_pictures_and_loses_its_tricks() -> None:
    assert clean(" \u202eevil\u2066 \t tea\n👩‍👩‍👧 ") == "evil tea 👩‍👩‍👧"
    assert clean("\u200d\u200c") == ""
    assert clean("\u3164\u2800") == ""


def test_how_is_voted_follows_from_how_many_take_part() -> None:
    assert [manner_of(count) for count in (0, 1, 2, MOST_IN_POLL, MOST_IN_POLL + 1)] == [
        None,
        None,
        Manner.POLL,
        Manner.POLL,
        Manner.REACTIONS,
    ]


@pytest.mark.parametrize(
    ("votes", "places", "won"),
    [
        ({1: 3, 2: 1}, 1, {1: 1}),
        ({1: 3, 2: 3, 3: 2}, 1, {1: 1, 2: 1}),
        ({1: 3, 2: 3, 3: 2}, 2, {1: 1, 2: 1}),
        ({1: 3, 2: 3, 3: 2}, 3, {1: 1, 2: 1, 3: 3}),
        ({1: 0, 2: 0}, 3, {}),
        ({1: 1, 2: 0}, 3, {1: 1}),
        (dict.fromkeys(range(11), 1), 1, {}),
        ({0: 2} | dict.fromkeys(range(1, 11), 1), 2, {0: 1}),
        ({}, 1, {}),
    ],
)
def test_equal_votes_share_a_place_unless_far_too_many_do(
    votes: dict[int, int], places: int, won: dict[int, int]
) -> None:
    assert winners(votes, places=places) == won


@given(st.dictionaries(st.integers(1, 60), st.integers(0, 5)), st.integers(1, 3))
def test_nobody_wins_with_fewer_votes_than_somebody_who_does_not(votes: dict[int, int], places: int) -> None:
    won = winners(votes, places=places)
    assert len(won) <= MOST_WINNERS
    lost = {entry: count for entry, count in votes.items() if entry not in won}
    assert all(votes[winner] > count for winner in won for count in lost.values())
    assert all(votes[winner] for winner in won)


def test_it_opens_by_itself_only_where_both_is_chosen() -> None:
    assert comes_round(CocreationsSettings(on=True)) is None
    assert comes_round(CocreationsSettings(monthly=True)) is None
    assert comes_round(CocreationsSettings(on=True, monthly=True, month_day=28)) is not None
