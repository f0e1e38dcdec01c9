"""The schedule: whatever happens, each occurrence is carried out once or skipped for a reason."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from models import occurrences, outbox, replanning
from models import settings as own_settings
from models.communities import Communities, State
from models.occurrences import Due, Occurrences, Place, Settled, Stage
from models.outbox import Outbox
from models.refusals import NoSuchThing
from models.rules import clock, occasions, rhythm
from models.rules.clock import AfterOutage, Beat, Late, Recurrence, moment_of
from models.rules.days import local_day
from models.rules.exchange import OWN
from models.rules.occasions import Occasion, Why
from models.rules.topics import POST
from models.staff import StaffUnknown
from scheduler import occurrences as ticking
from scheduler.duty import Duty
from tests.models.telling import MONDAY, News, Telling, telling

# Kiritimati and Niue are 25 hours apart.
ZONES = (
    "Asia/Taipei",
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "America/Havana",
    "Pacific/Niue",
    "America/Los_Angeles",
)


class Killed(Exception):
    """The process died here."""


def announce(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Post each: its key stands where an event has room for a number."""
    outbox.put_now(connection, [StaffUnknown(one.community_id, one.key) for one in due], due_at=now)
    return {}


DUTIES = {POST.name: Duty(POST, announce)}


@dataclass
class Group:
    """A community with a topic a day, and what has been done to it."""

    told: Telling
    hour: int
    zone: str
    now: datetime = MONDAY
    is_on: bool = False
    was_off: bool = False
    # All hours and zones that were ever in force, and the zone that was when each day was posted.
    clocks: set[tuple[int, str]] = field(default_factory=set)
    posted_in: dict[int, str] = field(default_factory=dict)
    community_id: int = field(init=False)

    def __post_init__(self) -> None:
        news = News()
        self.told.tell(news.came())
        self.community_id = self.told.community(news.chat_id)
        self.change({OWN: {"time_zone": self.zone}, "topics": {"on": True, "hour": self.hour}})

    def change(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """An administrator changes settings."""

        async def changed() -> None:
            async with self.told.database.writing() as session:
                about = {"community_id": self.community_id, "values": values, "user_id": 1, "now": self.now}
                await own_settings.change(session, **about)  # type: ignore[arg-type]

        self.told.runner.run(changed())
        self.zone = values.get(OWN, {}).get("time_zone", self.zone)
        self.is_on = values.get("topics", {}).get("on", self.is_on)
        self.hour = values.get("topics", {}).get("hour", self.hour)
        self.was_off = self.was_off or not self.is_on
        self.clocks.add((self.hour, self.zone))

    def tick(self, *, killed_after: int | None = None) -> None:
        """Somebody looks what is due; killed after so many statements, nothing of it was."""
        for _ in range(400):
            try:
                if not self.told.work(lambda connection: self._ticked(connection, killed_after)):
                    break
            except Killed:
                break
        else:
            raise AssertionError("it never comes to an end")
        for key in self.posted():
            self.posted_in.setdefault(key, self.zone)

    def _ticked(self, connection: Connection, killed_after: int | None) -> bool:
        duties = DUTIES
        if killed_after == 0:
            duties = {POST.name: Duty(POST, _killed_in_between)}
        try:
            more = ticking.carry_out(connection, now=self.now, duties=duties)
        except KeyboardInterrupt as error:
            raise Killed from error
        if killed_after:
            raise Killed
        return more

    def rows(self) -> list[dict[str, Any]]:
        """What the schedule holds."""
        return self.told.rows(Occurrences, community_id=self.community_id)

    def posted(self) -> list[int]:
        """The keys of what was posted, each as often as it was."""
        rows = self.told.rows(Outbox, community_id=self.community_id, name="staff.unknown")
        return sorted(row["payload"]["chat_id"] for row in rows if row["payload"]["chat_id"] > 0)


def _killed_in_between(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    announce(connection, due, now)
    raise KeyboardInterrupt


@pytest.fixture
def told(database_url: str) -> Iterator[Telling]:
    with telling(database_url) as found:
        yield found


steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 100)),
    st.tuples(st.just("tick"), st.just(0)),
    st.tuples(st.just("kill"), st.integers(0, 1)),
    st.tuples(st.just("hour"), st.integers(0, 23)),
    st.tuples(st.just("zone"), st.integers(0, len(ZONES) - 1)),
    st.tuples(st.just("switch"), st.booleans()),
    st.tuples(st.just("sleep"), st.booleans()),
    st.tuples(st.just("decide"), st.integers(1, 6)),
    st.tuples(st.just("post now"), st.integers(1, 3)),
    st.tuples(st.just("bring forward"), st.integers(1, 3)),
    st.tuples(st.just("bring back"), st.integers(1, 3)),
)
# Nothing happens to any clock in the weeks after the first; after the others clocks are put forward, in America and
# then in Europe, and put back.
BEGINNINGS = (MONDAY, datetime(2027, 3, 11, 9, tzinfo=UTC), datetime(2027, 10, 28, 9, tzinfo=UTC))


def _decide(group: Group, step: str, ahead: int) -> None:
    """An administrator skips or moves a day that lies ahead, planned or not, or has it posted now."""
    row = next((row for row in group.rows() if row["state"] == Stage.PLANNED), None)
    if row is None:
        return
    key = row["key"]
    for _ in range(ahead - 1):
        key = clock.following(Beat.DAY, key)
    place = Place(group.community_id, POST.name, key)

    async def decided() -> None:
        async with group.told.database.writing() as session:
            if step == "post now":
                await replanning.move(session, place=place, due_at=group.now, now=group.now)
            elif step == "bring forward":
                sooner = group.now + timedelta(hours=ahead)
                await replanning.move(session, place=place, due_at=sooner, now=group.now)
            elif ahead % 2:
                await replanning.skip(session, place=place, why=Why.BY_ADMIN, now=group.now)
            else:
                later = group.now + timedelta(hours=9 * ahead)
                await replanning.move(session, place=place, due_at=later, now=group.now)

    # What is settled cannot be decided about any more.
    with contextlib.suppress(NoSuchThing):
        group.told.runner.run(decided())


def _bring_back(group: Group, number: int) -> None:
    """An administrator wants back one of those that were left out; pressed twice it is one all the same."""
    skipped = [row for row in group.rows() if row["why"] == Why.BY_ADMIN]
    if not skipped:
        return
    place = Place(group.community_id, POST.name, skipped[-number % len(skipped)]["key"])

    async def brought() -> None:
        async with group.told.database.writing() as session:
            await replanning.bring_back(session, place=place, now=group.now)

    for _ in range(2):
        # What was to come before, or is switched off, does not come any more.
        with contextlib.suppress(NoSuchThing):
            group.told.runner.run(brought())


def _do(group: Group, step: str, number: Any) -> None:
    match step:
        case "wait":
            group.now += timedelta(minutes=37 * number)
        case "tick":
            group.tick()
        case "kill":
            group.tick(killed_after=number)
        case "hour":
            group.change({"topics": {"hour": number}})
        case "zone":
            group.change({OWN: {"time_zone": ZONES[number]}})
        case "switch":
            group.change({"topics": {"on": number}})
        case "sleep":
            state = State.ASLEEP if number else State.ACTIVE
            group.told.work(lambda c: c.execute(update(Communities).values(state=state)))
        case "decide" | "post now" | "bring forward":
            _decide(group, step, number)
        case "bring back":
            _bring_back(group, number)


def _judge(group: Group) -> None:
    """Each due occurrence has led to one row of the outbox or to one recorded skip."""
    rows = [row for row in group.rows() if row["kind"] == POST.name]
    assert group.posted() == [row["key"] for row in rows if row["state"] == Stage.DONE]
    assert all(row["why"] for row in rows if row["state"] == Stage.SKIPPED)
    for row in rows:
        if row["state"] == Stage.DONE and not row["is_moved"]:
            # By the clock of that time each was due on its own day, so never two on one, and at an hour that was set.
            day = clock.day_of(Recurrence(Beat.DAY, time()), row["key"])
            assert local_day(row["due_at"], time_zone=group.posted_in[row["key"]]) == day
            assert row["due_at"] in {moment_of(day, time(hour), time_zone=zone) for hour, zone in group.clocks}
    ahead = [row for row in rows if row["state"] == Stage.PLANNED]
    assert all(row["due_at"] > group.now for row in ahead)
    # What was moved waits also where it is switched off: it may be switched on again by then.
    assert [row for row in ahead if not row["is_moved"]] if group.is_on else all(row["is_moved"] for row in ahead)
    if not group.was_off:
        # Up to the next one no day is left out; behind it stands what somebody has decided about.
        first = min(row["key"] for row in ahead if not row["is_moved"])
        keys = [row["key"] for row in rows if row["key"] <= first]
        assert all(clock.following(Beat.DAY, one) == other for one, other in itertools.pairwise(keys))


def _play(
    told: Telling, hour: int, zone: str, played: Sequence[tuple[str, Any]], *, beginning: datetime = MONDAY
) -> None:
    group = Group(told, hour, zone, now=beginning)
    for step, number in played:
        _do(group, step, number)
    group.tick()
    _judge(group)


played = st.lists(steps, max_size=25)
THOROUGH = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@THOROUGH
@given(hour=st.integers(0, 23), zone=st.sampled_from(ZONES), beginning=st.sampled_from(BEGINNINGS), steps=played)
def test_each_occurrence_is_posted_once_or_skipped_for_a_reason(
    file_told: Telling, hour: int, zone: str, beginning: datetime, steps: list[tuple[str, Any]]
) -> None:
    _play(file_told, hour, zone, steps, beginning=beginning)


@pytest.fixture
def file_told(empty_file: Path, tmp_path: Path) -> Iterator[Telling]:
    file = tmp_path / "kith.db"
    file.write_bytes(empty_file.read_bytes())
    with telling(f"sqlite:///{file}") as found:
        yield found


STORY: list[tuple[str, Any]] = [
    ("wait", 40),
    ("tick", 0),
    ("decide", 2),
    ("post now", 1),
    ("tick", 0),
    ("bring forward", 2),
    ("decide", 3),
    ("hour", 22),
    ("bring back", 1),
    ("sleep", True),
    ("wait", 50),
    ("tick", 0),
    ("sleep", False),
    ("kill", 0),
    ("wait", 90),
    ("kill", 1),
    ("zone", 1),
    ("wait", 90),
    ("tick", 0),
    ("switch", False),
    ("wait", 90),
    ("switch", True),
    ("wait", 99),
]


def test_so_it_is_on_both_databases(told: Telling) -> None:
    _play(told, 9, "Asia/Taipei", STORY)


def test_after_an_outage_old_ones_are_skipped_and_the_fresh_one_is_late(told: Telling) -> None:
    group = Group(told, 9, "Asia/Taipei")  # it is 17:00 there: the first one comes tomorrow
    group.now += timedelta(days=3, hours=-5, minutes=-30)  # Thursday, 11:30
    group.tick()
    assert [(row["key"], row["state"], row["why"]) for row in group.rows()] == [
        (2026_11_17, Stage.SKIPPED, Why.LATE),
        (2026_11_18, Stage.SKIPPED, Why.LATE),
        (2026_11_19, Stage.DONE, None),
        (2026_11_20, Stage.PLANNED, None),
    ]
    assert group.posted() == [2026_11_19]


def test_a_long_outage_is_made_up_for_without_an_end_of_rows_at_once(told: Telling) -> None:
    group = Group(told, 9, "Asia/Taipei")
    group.now += timedelta(days=100)
    group.tick()
    rows = group.rows()
    assert len(rows) == 101
    assert [row["why"] for row in rows] == [*[Why.LATE] * 100, None]


def test_a_changed_hour_that_has_passed_leaves_today_where_it_was(told: Telling) -> None:
    group = Group(told, 21, "Asia/Taipei")  # 17:00
    group.change({"topics": {"hour": 9}})
    group.now += timedelta(hours=5)
    group.tick()
    found = [(row["key"], row["due_at"].hour, row["state"]) for row in group.rows()]
    assert found == [(2026_11_16, 13, Stage.DONE), (2026_11_17, 1, Stage.PLANNED)]


@pytest.mark.parametrize(
    ("before", "after", "at", "posted"),
    [
        # On Monday evening there it is Tuesday, past nine, in Taipei; what was Tuesday's there would be Wednesday's.
        ("America/Los_Angeles", "Asia/Taipei", "17 03:00", ["16 17:00", "18 01:00", "19 01:00"]),
        # On Monday before seven there, Tuesday's nine o'clock lies ahead here, and Monday's is over.
        ("America/Los_Angeles", "Pacific/Kiritimati", "16 14:00", ["16 19:00", "17 19:00", "18 19:00"]),
        # On Monday morning it is Tuesday, half past nine: Tuesday's nine o'clock is over too, and never was before.
        ("Pacific/Niue", "Pacific/Kiritimati", "16 19:30", ["17 19:00", "18 19:00", "19 19:00"]),
        # A few hours to the east, today's stays where it was, on today.
        ("America/Los_Angeles", "America/New_York", "16 14:30", ["16 17:00", "17 14:00", "18 14:00"]),
        # To the west it waits for its hour; today's is not posted again, though its hour comes again.
        ("Asia/Taipei", "America/Los_Angeles", "17 00:30", ["17 17:00", "18 17:00", "19 17:00"]),
        ("Asia/Taipei", "America/Los_Angeles", "17 03:00", ["17 01:00", "18 17:00", "19 17:00"]),
    ],
)
def test_a_changed_zone_brings_one_on_each_day_whose_hour_lies_ahead(
    told: Telling, before: str, after: str, at: str, posted: list[str]
) -> None:
    def moment(written: str) -> datetime:
        return datetime.strptime(f"2026-11-{written}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)

    begun = moment("15 23:30") if before != "Asia/Taipei" else moment("16 12:00")
    group, changed = Group(told, 9, before, now=begun), moment(at)
    while group.now < moment("20 00:00"):
        group.now += timedelta(minutes=30)
        if group.now == changed:
            group.change({OWN: {"time_zone": after}})
        group.tick()
        _judge(group)
    done = sorted(row["settled_at"] for row in group.rows() if row["state"] == Stage.DONE)
    assert [one.strftime("%d %H:%M") for one in done[:3]] == posted


def test_a_zone_changed_during_an_outage_posts_nothing_at_night(told: Telling) -> None:
    group = Group(told, 9, "America/Los_Angeles", now=datetime(2026, 11, 16, 18, tzinfo=UTC))
    group.now = datetime(2026, 11, 17, 17, 30, tzinfo=UTC)  # half past nine there, where nobody was at nine
    group.change({OWN: {"time_zone": "Asia/Taipei"}})
    group.tick()
    _judge(group)
    assert [(row["key"], row["why"]) for row in group.rows()] == [(2026_11_17, Why.LATE), (2026_11_18, None)]


def test_a_sleeping_group_is_told_nothing(told: Telling) -> None:
    group = Group(told, 9, "Asia/Taipei")
    told.work(lambda c: c.execute(Communities.__table__.update().values(state=State.ASLEEP)))  # type: ignore[attr-defined]
    group.now += timedelta(hours=17)
    group.tick()
    assert [row["why"] for row in group.rows()] == [Why.AWAY, None]


def test_one_that_cannot_be_done_keeps_no_other_from_being_done(told: Telling) -> None:
    groups = [Group(told, 9, "Asia/Taipei") for _ in range(5)]
    broken = groups[2].community_id

    def some(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
        announce(connection, due, now)
        if any(one.community_id == broken for one in due):
            raise RuntimeError("not this one")
        return {}

    now = MONDAY + timedelta(hours=17)
    told.work(lambda c: ticking.carry_out(c, now=now, duties={POST.name: Duty(POST, some)}))
    for group in groups:
        group.now = now
        wanted = [] if group.community_id == broken else [2026_11_17]
        assert group.posted() == wanted
    assert groups[2].rows()[0]["why"] == Why.FAILED


REPORT = Occasion("topics.report", "topics", AfterOutage(Late.MERGED), lambda _: Recurrence(Beat.DAY, time(9)))


def test_what_is_merged_is_done_once_and_told_for_how_many(told: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    every = (*rhythm.OCCASIONS, REPORT)
    monkeypatch.setattr(replanning, "OCCASIONS", every)
    monkeypatch.setattr(occurrences, "BY_NAME", {each.name: each for each in every})
    group = Group(told, 9, "Asia/Taipei")
    done: list[tuple[int, int]] = []

    def report(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
        done.extend((one.key, one.stands_for) for one in due)
        return {}

    duties: dict[str, Duty] = {**DUTIES, REPORT.name: Duty(REPORT, report)}
    for days in (1, 4, 1):
        group.now += timedelta(days=days)
        while told.work(lambda connection: ticking.carry_out(connection, now=group.now, duties=duties)):
            pass
    assert done == [(2026_11_17, 1), (2026_11_21, 4), (2026_11_22, 1)]
    assert occasions.Why.MERGED in {row["why"] for row in group.rows()}


def test_two_workers_do_no_harm(told: Telling) -> None:
    groups = [Group(told, 9, "Asia/Taipei") for _ in range(8)]
    now = MONDAY + timedelta(hours=17)

    async def both() -> None:
        import asyncio

        def work(connection: Connection) -> bool:
            return ticking.carry_out(connection, now=now, duties=DUTIES)

        await asyncio.gather(*[told.database.tell(work) for _ in range(4)])

    told.runner.run(both())
    for group in groups:
        assert group.posted() == [2026_11_17]


def test_what_follows_one_that_was_skipped_beforehand_is_planned(told: Telling) -> None:
    group = Group(told, 9, "Asia/Taipei")
    _decide(group, "decide", 3)  # the 19th
    group.now -= timedelta(hours=7)  # ten in the morning
    for _ in range(5):
        group.now += timedelta(days=1)
        group.tick()
        _judge(group)
    assert group.posted() == [2026_11_17, 2026_11_18, 2026_11_20, 2026_11_21]


def test_a_moved_one_stays_where_it_was_moved_to(told: Telling) -> None:
    group = Group(told, 9, "Asia/Taipei")
    place = Place(group.community_id, POST.name, 2026_11_17)
    later = MONDAY + timedelta(hours=30)

    async def moved() -> None:
        async with told.database.writing() as session:
            await replanning.move(session, place=place, due_at=later, now=MONDAY)

    told.runner.run(moved())
    group.change({"topics": {"hour": 11}})
    found = {row["key"]: row["due_at"] for row in group.rows()}
    assert found[2026_11_17] == later
    group.now = later + timedelta(minutes=1)
    group.tick()
    assert group.posted() == [2026_11_17]
