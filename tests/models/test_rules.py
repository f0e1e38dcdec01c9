"""The rules of the game: numbers in, decisions out."""

import dataclasses
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import settings
from models.rules.communities import Lack, Standing, lacks
from models.rules.days import local_day
from models.rules.earning import Claim, DayKey, day_key, within_caps
from models.rules.features import FEATURE_SETTINGS
from models.rules.messages import MessagesSettings, worth
from models.rules.points import Period, as_points, in_hundredths, starts_on
from models.rules.reach import Kind, No, Reachability, ReachSettings, Verdict, end_of_quiet, may_send

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


class TestPoints:
    """Hundredths and periods."""

    @pytest.mark.parametrize(
        ("points", "stored"),
        [("0.005", 0), ("0.015", 2), ("0.025", 2), ("-0.005", 0), ("-0.015", -2), ("1.999", 200), ("7", 700)],
    )
    def test_halves_go_to_the_even_neighbour(self, points: str, stored: int) -> None:
        assert in_hundredths(Decimal(points)) == stored

    @given(st.integers(-(2**62), 2**62))
    def test_what_is_written_is_what_is_stored(self, hundredths: int) -> None:
        assert in_hundredths(as_points(hundredths)) == hundredths

    @pytest.mark.parametrize(
        ("hundredths", "written"),
        [(20, "0.2"), (1000, "10"), (0, "0"), (-125, "-1.25"), (100_000, "1000"), (1, "0.01")],
    )
    def test_people_write_points_without_needless_zeros(self, hundredths: int, written: str) -> None:
        assert f"{as_points(hundredths)}" == written

    @given(st.dates(date(1, 1, 8)), st.sampled_from(Period))
    def test_a_period_begins_on_or_before_its_days_and_is_the_same_for_all_of_them(
        self, day: date, period: Period
    ) -> None:
        first = starts_on(period, day=day)
        assert first <= day
        assert starts_on(period, day=first) == first
        if first > date(1, 1, 8):
            assert starts_on(period, day=first - timedelta(days=1)) < first

    @given(st.dates(date(1, 1, 8)))
    def test_weeks_begin_on_monday_also_over_the_turn_of_the_year(self, day: date) -> None:
        monday = starts_on(Period.WEEK, day=day)
        assert monday.isocalendar()[:2] == day.isocalendar()[:2]
        assert monday.weekday() == 0

    @pytest.mark.parametrize(
        ("today", "week", "month", "season"),
        [
            ("2026-12-31", "2026-12-28", "2026-12-01", "2026-10-01"),
            ("2027-01-01", "2026-12-28", "2027-01-01", "2027-01-01"),
            ("2024-02-29", "2024-02-26", "2024-02-01", "2024-01-01"),
            ("2026-03-31", "2026-03-30", "2026-03-01", "2026-01-01"),
            ("2026-04-01", "2026-03-30", "2026-04-01", "2026-04-01"),
        ],
    )
    def test_periods_at_their_edges(self, today: str, week: str, month: str, season: str) -> None:
        found = [starts_on(period, day=date.fromisoformat(today)).isoformat() for period in Period]
        assert found == [today, week, month, season, "0001-01-01"]


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-28T22:59:59+00:00", "Europe/Berlin", "2026-03-28"),
        ("2026-03-28T23:00:00+00:00", "Europe/Berlin", "2026-03-29"),  # a day of 23 hours begins
        ("2026-03-29T21:59:59+00:00", "Europe/Berlin", "2026-03-29"),
        ("2026-03-29T22:00:00+00:00", "Europe/Berlin", "2026-03-30"),
        ("2026-10-24T22:00:00+00:00", "Europe/Berlin", "2026-10-25"),  # a day of 25 hours begins
        ("2026-10-25T22:59:59+00:00", "Europe/Berlin", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "Europe/Berlin", "2026-10-26"),
        ("2026-11-16T10:00:00+00:00", "Pacific/Kiritimati", "2026-11-17"),
        ("2026-11-16T11:59:59+00:00", "Etc/GMT+12", "2026-11-15"),
        ("2026-11-16T18:15:00+00:00", "Asia/Kathmandu", "2026-11-17"),
        ("1969-12-31T23:59:59.999999+00:00", "UTC", "1969-12-31"),
    ],
)
def test_the_day_is_the_groups_own(moment: str, zone: str, day: str) -> None:
    assert local_day(datetime.fromisoformat(moment), time_zone=zone).isoformat() == day


DAYS = st.sampled_from([date(2026, 11, 16), date(2026, 11, 17)])
CAPS = {("message", 1): 50, ("message", 2): 0, ("like", 1): 100, ("like", 2): 35}


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        action, community_id = draw(st.sampled_from(sorted(CAPS)))
        found.append(
            Claim(
                community_id=community_id,
                user_id=draw(st.integers(1, 2)),
                action=action,
                points=draw(st.integers(0, 60)),
                source=f"message:{number}",
                at=MONDAY + timedelta(minutes=draw(st.integers(0, 5))),
                day=draw(DAYS),
                daily_cap=CAPS[action, community_id],
            )
        )
    return found


class TestCaps:
    """What a day's cap leaves of what is claimed."""

    @given(claims(), st.integers(0, 60))
    def test_each_key_gets_what_is_claimed_or_what_the_cap_leaves(self, asked: list[Claim], before: int) -> None:
        earned: dict[DayKey, int] = {day_key(claim): before for claim in asked if claim.user_id == 1}
        granted: dict[DayKey, int] = defaultdict(int)
        for claim in within_caps(asked, earned=earned):
            assert claim.points > 0
            granted[day_key(claim)] += claim.points
        for claim in asked:
            key = day_key(claim)
            wanted = sum(other.points for other in asked if day_key(other) == key)
            left = max(0, claim.daily_cap - earned.get(key, 0))
            assert granted[key] == min(left, wanted)

    @given(claims(), st.randoms(use_true_random=False))
    def test_who_was_first_earns_first_in_whatever_order_it_is_told(self, asked: list[Claim], chance: Any) -> None:
        mixed = list(asked)
        chance.shuffle(mixed)
        granted = within_caps(mixed, earned={})
        assert granted == within_caps(asked, earned={})
        assert [claim.at for claim in granted] == sorted(claim.at for claim in granted)

    @given(claims())
    def test_what_was_earned_before_is_left_as_it_was(self, asked: list[Claim]) -> None:
        earned = {day_key(claim): 10 for claim in asked}
        before = dict(earned)
        within_caps(asked, earned=earned)
        assert earned == before


@pytest.mark.parametrize(
    ("is_command", "is_forward", "points"), [(False, False, 20), (True, False, 0), (False, True, 0)]
)
def test_talk_earns_and_commands_and_others_words_do_not(is_command: bool, is_forward: bool, points: int) -> None:
    assert worth(is_command=is_command, is_forward=is_forward, settings=MessagesSettings()) == points


class TestReach:
    """Whether a message may go to somebody now."""

    open_door = Reachability(door_is_closed=False, opted_out=False, pings_this_week=0)

    @pytest.mark.parametrize(
        ("begin", "end", "quiet"),
        [
            (22, 8, [22, 23, *range(8)]),
            (1, 6, [1, 2, 3, 4, 5]),
            (0, 8, list(range(8))),
            (23, 0, [23]),
            (8, 8, []),
            (0, 0, []),
        ],
    )
    def test_the_quiet_hours_may_lie_over_midnight(self, begin: int, end: int, quiet: list[int]) -> None:
        chosen = ReachSettings(quiet_from_hour=begin, quiet_until_hour=end)
        midnight = MONDAY.replace(hour=0, minute=30)
        found = [h for h in range(24) if end_of_quiet(midnight.replace(hour=h), settings=chosen) is not None]
        assert found == sorted(quiet)

    @given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 24 * 60 - 1))
    def test_a_ping_waits_for_the_next_end_of_the_quiet_hours(self, begin: int, end: int, minute: int) -> None:
        now = MONDAY.replace(hour=0) + timedelta(minutes=minute)
        chosen = ReachSettings(quiet_from_hour=begin, quiet_until_hour=end)
        over = end_of_quiet(now, settings=chosen)
        if over is not None:
            assert timedelta() < over - now <= timedelta(days=1)
            assert (over.hour, over.minute) == (end, 0)
            assert end_of_quiet(over, settings=chosen) is None

    @pytest.mark.parametrize("kind", list(Kind))
    def test_nothing_goes_through_a_closed_door(self, kind: Kind) -> None:
        closed = dataclasses.replace(self.open_door, door_is_closed=True)
        assert may_send(kind=kind, to=closed, local_now=MONDAY, settings=ReachSettings()).refusal is No.DOOR_CLOSED

    @pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.NOTICE])
    def test_what_a_person_caused_goes_at_night_and_however_often(self, kind: Kind) -> None:
        night = MONDAY.replace(hour=3)
        weary = Reachability(door_is_closed=False, opted_out=True, pings_this_week=99)
        assert may_send(kind=kind, to=weary, local_now=night, settings=ReachSettings()) == Verdict()

    def test_a_ping_respects_the_wish_then_the_cap_then_the_night(self) -> None:
        def verdict(hour: int = 12, **about: Any) -> Verdict:
            to = dataclasses.replace(self.open_door, **about)
            return may_send(
                kind=Kind.PING, to=to, local_now=MONDAY.replace(hour=hour), settings=ReachSettings(pings_a_week=2)
            )

        assert verdict() == Verdict()
        assert verdict(pings_this_week=1) == Verdict()
        assert verdict(pings_this_week=2).refusal is No.TOO_OFTEN
        assert verdict(opted_out=True, pings_this_week=2).refusal is No.OPTED_OUT
        assert verdict(hour=23).not_before == (MONDAY + timedelta(days=1)).replace(hour=8)


@pytest.mark.parametrize(
    ("standing", "missing"),
    [
        (Standing(is_administrator=True, rights=("can_delete_messages",)), ()),
        (Standing(is_administrator=True), (Lack.TIDYING,)),
        (Standing(is_administrator=False, reads_all=True), (Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)),
        (Standing(is_administrator=False), (Lack.ALL_MESSAGES, Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)),
    ],
)
def test_what_does_not_work_follows_from_the_rights(standing: Standing, missing: tuple[Lack, ...]) -> None:
    assert lacks(standing) == missing


class TestSettings:
    """A feature's numbers."""

    @pytest.mark.parametrize("made", FEATURE_SETTINGS.values())
    def test_every_default_stands_within_its_bounds(self, made: type) -> None:
        settings.check(made())

    @pytest.mark.parametrize("made", FEATURE_SETTINGS.values())
    def test_both_bounds_are_admitted_and_what_lies_beyond_is_not(self, made: type) -> None:
        for field in dataclasses.fields(made):
            told = settings.about(field)
            if told.least is None or told.most is None:
                continue
            for value in (told.least, told.most):
                settings.check(settings.changed(made(), {field.name: value}))
            for value in (told.least - 1, told.most + 1):
                with pytest.raises(settings.SettingIsOutOfBounds, match=field.name):
                    settings.check(settings.changed(made(), {field.name: value}))

    def test_what_a_newer_version_dropped_is_left_out(self) -> None:
        assert settings.changed(MessagesSettings(), {"points": 7, "gone": 1}) == MessagesSettings(points=7)
