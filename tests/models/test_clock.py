"""When something comes round by a group's clock, on days on which that clock jumps too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import clock
from models.rules.clock import AfterOutage, Beat, Late, Recurrence, moment_of

# Zones whose clocks have done all that clocks do: jump at midnight, by half an hour, twice a year for a fast, by a day.
ZONES = (
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Asia/Taipei",
    "America/New_York",
    "UTC",
)
DAYS = st.one_of(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2011, 12, 25), date(2012, 1, 5)))
HOURS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
zones = st.sampled_from(ZONES)


def shows(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@given(day=DAYS, at=HOURS, zone=zones)
def test_it_is_the_first_moment_at_which_the_clock_has_come_so_far(day: date, at: time, zone: str) -> None:
    found = moment_of(day, at, time_zone=zone)
    wanted = datetime.combine(day, at)
    assert shows(found, zone) >= wanted
    # No earlier minute shows that time or a later one, however the clock jumped within two days before.
    for minutes in (1, 15, 30, 60, 61, 120, 24 * 60):
        assert shows(found - timedelta(minutes=minutes), zone) < wanted


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00"),  # no such time: the first one after
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30"),  # twice: the first time
        ("2026-11-16", "09:00", "Asia/Taipei", "2026-11-16T01:00"),
        ("2011-12-30", "09:00", "Pacific/Apia", "2011-12-30T10:00"),  # a day that was left out
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30"),
        ("2026-03-08", "00:00", "America/Havana", "2026-03-08T05:00"),
    ],
)
def test_hours_that_do_not_exist_or_exist_twice(day: str, at: str, zone: str, moment: str) -> None:
    found = moment_of(date.fromisoformat(day), time.fromisoformat(at), time_zone=zone)
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)


recurrences = st.builds(Recurrence, st.sampled_from(Beat), HOURS, st.integers(0, 6), st.integers(1, 31))


@given(recurrences, DAYS)
def test_an_occurrence_is_found_by_its_name(recurrence: Recurrence, day: date) -> None:
    key = clock.key_of(recurrence.beat, day)
    assert clock.key_of(recurrence.beat, clock.day_of(recurrence, key)) == key
    after = clock.following(recurrence.beat, key)
    assert after > key
    gap = clock.day_of(recurrence, after) - clock.day_of(recurrence, key)
    assert (
        gap.days
        in {Beat.DAY: (1,), Beat.WEEK: (7,), Beat.MONTH: range(28, 32), Beat.SEASON: range(90, 93)}[recurrence.beat]
    )


@given(recurrence=recurrences, day=DAYS, hours=st.integers(0, 24 * 70), zone=zones)
def test_none_is_left_out_and_none_comes_twice(recurrence: Recurrence, day: date, hours: int, zone: str) -> None:
    start = datetime.combine(day, time(), tzinfo=UTC)
    end = start + timedelta(hours=hours)
    found = clock.between(recurrence, after=start, until=end, time_zone=zone)
    # In whatever pieces the time is looked at, each falls into one of them.
    middle = start + (end - start) / 3
    pieces = [
        key
        for one, other in ((start, middle), (middle, end))
        for key in clock.between(recurrence, after=one, until=other, time_zone=zone)
    ]
    assert pieces == found
    every = {clock.key_of(recurrence.beat, day + timedelta(days=n)) for n in range(-3, hours // 24 + 35)}
    assert set(found) == {key for key in every if start < clock.due_at(recurrence, key, time_zone=zone) <= end}


@pytest.mark.parametrize(
    ("late", "hour", "now", "stale"),
    [
        (Late.WHILE_FRESH, 9, "11:59", False),
        (Late.WHILE_FRESH, 9, "12:01", True),
        (Late.WHILE_FRESH, 20, "22:30", False),
        (Late.WHILE_FRESH, 20, "23:30", True),
        (Late.AT_ONCE, 9, "23:30", False),
        (Late.MERGED, 9, "23:30", False),
    ],
)
def test_what_is_stale_after_an_outage(late: Late, hour: int, now: str, stale: bool) -> None:
    day = date(2026, 11, 16)
    due, moment = (moment_of(day, at, time_zone="Asia/Taipei") for at in (time(hour), time.fromisoformat(now)))
    assert AfterOutage(late).is_stale(due=due, now=moment, time_zone="Asia/Taipei") is stale


@pytest.mark.parametrize(
    ("beat", "key", "before", "now", "moved"),
    [
        # Tuesday's of nine o'clock in Los Angeles, for a group that is in Taipei from `now` on.
        (Beat.DAY, 2026_11_17, "17 17:00", "17 00:30", "17 01:00"),
        (Beat.DAY, 2026_11_17, "17 17:00", "17 03:00", None),
        (Beat.DAY, 2026_11_17, "17 17:00", "17 17:30", "17 01:00"),
        # That of three in the night stays on its day, and that of a week is not left out.
        (Beat.DAY, 2026_11_17, "17 11:00", "17 03:00", "17 11:00"),
        (Beat.WEEK, 202647, "16 17:00", "16 03:00", "16 17:00"),
    ],
)
def test_a_changed_zone_moves_what_is_planned_and_brings_no_day_twice(
    beat: Beat, key: int, before: str, now: str, moved: str | None
) -> None:
    def moment(written: str) -> datetime:
        return datetime.strptime(f"2026-11-{written}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)

    found = clock.moved(Recurrence(beat, time(9)), key, before=moment(before), now=moment(now), time_zone="Asia/Taipei")
    assert found == (None if moved is None else moment(moved))
