"""The boards that are over: due when the time they speak of is over, kept as they stood, and never changed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from models import boards, forgetting, merging, occurrences, points, replanning
from models import settings as own_settings
from models.boards import BoardLines, Boards
from models.facts import StaffStatus
from models.honours import Badges
from models.ids import new_id
from models.members import Members
from models.occurrences import Occurrences, Stage
from models.outbox import Outbox
from models.people import People
from models.pseudonyms import is_pseudonym
from models.rules import boards as rules
from models.rules import clock
from models.rules.boards import KEPT, MONTH, PERIODS, SEASON, WEEK, BoardsSettings
from models.rules.clock import Beat
from models.rules.exchange import OWN
from models.rules.occasions import Why
from models.rules.points import Period, board_number, board_of, boards_of_kind, starts_on
from scheduler import occurrences as ticking
from tests.models.boards import ByHand, asked, choose, forget, histories, list_staff, scores
from tests.models.telling import MONDAY, News, Telling, later, telling, unfettered

ON = {"weekly": True, "monthly": True, "seasonal": True, "hour": 8}
DAY = timedelta(days=1)
few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def told(database_url: str) -> Iterator[Telling]:
    with telling(database_url) as found:
        yield found


class TestTheRules:
    """Pure: which day, week, month or season an occurrence is about."""

    @given(st.dates(date(1999, 1, 1), date(2101, 1, 1)))
    def test_a_season_has_a_name_a_first_day_and_a_next_one(self, day: date) -> None:
        key = clock.key_of(Beat.SEASON, day)
        assert key == day.year * 10 + (day.month - 1) // 3 + 1
        assert rules.season_begins(key) == starts_on(Period.SEASON, day=day)
        following = rules.season_begins(clock.following(Beat.SEASON, key))
        assert following == rules.last_day(Period.SEASON, rules.season_begins(key)) + DAY

    @given(st.dates(date(1999, 1, 1), date(2101, 1, 1)), st.sampled_from(sorted(PERIODS.values())), st.integers(1, 5))
    def test_what_is_before_fits_end_to_end(self, day: date, period: Period, count: int) -> None:
        begins = starts_on(period, day=day)
        found = rules.before(period, begins, count=count)
        assert len(found) == count
        for first, after in zip(found, [*found[1:], begins], strict=True):
            assert rules.last_day(period, first) + DAY == after
            assert board_of(board_number(period, day=first)) == (period, first)
            assert board_number(period, day=first) in boards_of_kind(period)

    def test_no_number_that_somebody_made_up_is_a_board(self) -> None:
        assert board_of(2_2026_11_16) == (Period.WEEK, date(2026, 11, 16))
        for made_up in (0, -5, 2_2026_11_17, 2_2026_13_45, 9_2026_11_16, 10**30, 2_0000_01_01):
            assert board_of(made_up) is None

    def test_they_are_off_until_somebody_chooses_them(self) -> None:
        assert [each.recurrence(BoardsSettings()) for each in (WEEK, MONTH, SEASON) if each.recurrence] == [None] * 3


def founded(told: Telling, zone: str = "UTC", **chosen: Any) -> tuple[News, int]:
    """A group with boards, and its community."""
    news = News()
    told.tell(news.came(by=None), new=unfettered(badges={"on": True}))
    here = told.community(news.chat_id)
    change(told, here, {OWN: {"time_zone": zone}, "boards": {**ON, **chosen}})
    return news, here


def change(told: Telling, here: int, values: dict[str, dict[str, Any]], now: datetime = MONDAY) -> None:
    about: dict[str, Any] = {"community_id": here, "values": values, "user_id": 1, "now": now}
    asked(told, lambda session: own_settings.change(session, **about))


def tick(told: Telling, now: datetime) -> None:
    """What is due is carried out."""
    while told.work(lambda connection: ticking.carry_out(connection, now=now)):
        pass


def kept(told: Telling, here: int) -> dict[int, list[tuple[Any, ...]]]:
    """The boards that are kept, by their numbers: rank, member, name and points of each line."""
    rows = told.rows(BoardLines, community_id=here)
    return {
        each["board"]: [
            (row["rank"], row["user_id"], row["name"], row["points"])
            for row in rows
            if row["archive_id"] == each["archive_id"]
        ]
        for each in told.rows(Boards, community_id=here)
    }


def posted(told: Telling, here: int) -> list[tuple[str, int]]:
    """What was posted, in order."""
    rows = told.rows(Outbox, community_id=here)
    return [(row["name"], row["payload"]["board"]) for row in rows if row["name"].startswith("boards.")]


def settled(told: Telling, here: int, kind: str = WEEK.name) -> list[tuple[int, str, str | None]]:
    rows = told.rows(Occurrences, community_id=here, kind=kind)
    return [(row["key"], row["state"], row["why"]) for row in rows]


def test_a_board_is_what_anybody_counts_by_hand_and_never_changes(told: Telling) -> None:
    @few
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        news, here = founded(told)
        hand, before = ByHand(), dict[int, list[tuple[Any, ...]]]()
        for number, day in enumerate(data.draw(histories(news))):
            _look(told, here, hand, before, now=day.at - timedelta(minutes=30))
            told.tell(*day.facts, now=day.at, new=unfettered())
            hand.take(day)
            if day.leaders is not None:
                # The list is asked for after what the day tells, which takes a minute or two.
                list_staff(told, here, *day.leaders, now=day.at + timedelta(hours=1))
            for who, hides in day.hides.items():
                if told.rows(Members, community_id=here, user_id=who):
                    choose(told, here, who, listed=not hides)
            for who in day.forgotten:
                forget(told, here, who)
            told.work(lambda c, n=number: c.execute(update(People).values(first_name=f"Renamed {n}")))  # type: ignore[misc]
        for wait in (8, 40, 100):
            _look(told, here, hand, before, now=day.at + timedelta(days=wait))

    holds()


def _look(told: Telling, here: int, hand: ByHand, before: dict[int, list[tuple[Any, ...]]], *, now: datetime) -> None:
    """Have what is due done: what was kept is as it was, and what is new is right."""
    tick(told, now)
    found = kept(told, here)
    for number, lines in before.items():
        assert [_nameless(line) for line in found[number]] == [_nameless(line) for line in lines]
        for line, was in zip(found[number], lines, strict=True):
            # Who is forgotten loses their number and their name together, and nobody else does.
            assert line == was or (is_pseudonym(line[1]) and line[2] is None)
    counted = scores(told, here)
    for number in found.keys() - before.keys():
        span = board_of(number)
        assert span is not None
        assert span[1] < now.date()
        places = [(place.rank, place.user_id, place.points) for place in hand.board(counted[span])[:KEPT]]
        assert [(line[0], line[1], line[3]) for line in found[number]] == places
    before.update({number: found[number] for number in found})
    assert {board for _, board in posted(told, here)} <= found.keys()
    assert len(set(posted(told, here))) == len(posted(told, here))


def _nameless(line: tuple[Any, ...]) -> tuple[int, int]:
    return line[0], line[3]


def test_weeks_months_and_a_season_come_round_with_badges_for_who_stood_first(told: Telling) -> None:
    news, here = founded(told, zone="Asia/Taipei")
    told.tell(*[news.said(who) for who in (1, 1, 1, 2, 2, 3, 3, 4)], new=unfettered())
    told.tell(news.staff(9, StaffStatus.OWNER), news.said(9), news.said(9))
    week, month, season = [board_number(period, day=MONDAY.date()) for period in PERIODS.values()]
    tick(told, datetime(2026, 11, 22, 23, 59, tzinfo=MONDAY.tzinfo))
    assert posted(told, here) == []
    tick(told, MONDAY + timedelta(days=6, hours=15, minutes=1))  # Monday, 08:01 in Taipei: eight is 00:00 UTC
    assert posted(told, here) == [("boards.came", week)]
    assert [(rank, who) for rank, who, _, _ in kept(told, here)[week]] == [(1, 1), (2, 3), (2, 2), (4, 4)]
    # On the next Monday nobody has done anything: nothing is posted, and nothing kept.
    tick(told, MONDAY + timedelta(days=14))
    assert settled(told, here)[:2] == [(202648, Stage.DONE, None), (202649, Stage.SKIPPED, "nothing")]
    assert posted(told, here) == [("boards.came", week)]
    tick(told, MONDAY + timedelta(days=15))
    assert posted(told, here)[1:] == [("boards.came", month)]
    tick(told, datetime(2027, 1, 1, 0, 1, tzinfo=MONDAY.tzinfo))
    assert posted(told, here)[2:] == [("boards.season_ended", season)]
    badges = [(row["user_id"], row["badge"]) for row in told.rows(Badges, community_id=here)]
    assert badges == [(who, "season:2026-10-01") for who in (1, 2, 3)]
    told_of = told.rows(Outbox, community_id=here, name="badges.given")
    assert [row["payload"]["user_id"] for row in told_of] == [1, 2, 3]


def test_a_long_outage_posts_the_newest_and_keeps_those_that_were_missed(told: Telling) -> None:
    news, here = founded(told)
    for week in range(4):
        at = MONDAY + timedelta(weeks=week)
        told.tell(news.said(week + 1, at=at), now=at, new=unfettered())
    tick(told, MONDAY + timedelta(weeks=4, days=2))  # the middle of December, a Wednesday
    weeks = [board_number(Period.WEEK, day=MONDAY.date() + timedelta(weeks=week)) for week in range(4)]
    november = board_number(Period.MONTH, day=MONDAY.date())
    assert sorted(posted(told, here)) == [("boards.came", weeks[-1]), ("boards.came", november)]
    assert sorted(kept(told, here)) == [*weeks, november]
    assert [why for _, _, why in settled(told, here)] == ["merged"] * 3 + [None, None]


NEW_YEAR = datetime(2027, 1, 1, 8, tzinfo=MONDAY.tzinfo)  # a Friday
OLD = [board_number(period, day=NEW_YEAR.date() - DAY) for period in (Period.SEASON, Period.MONTH)]
LAST_WEEK = board_number(Period.WEEK, day=date(2026, 12, 21))


def payloads(told: Telling, here: int) -> list[dict[str, Any]]:
    """What is told of boards that were posted, without what is empty."""
    rows = [row for row in told.rows(Outbox, community_id=here) if row["name"].startswith("boards.")]
    return [{name: value for name, value in row["payload"].items() if value is not None} for row in rows]


def _board(payload: dict[str, Any]) -> int:
    return int(payload["board"])


def busy_until(told: Telling, news: News, *, at: datetime) -> None:
    """Somebody has written in each week of the year's end, so that every board has a line."""
    told.tell(*[news.said(1, at=at - timedelta(weeks=week)) for week in (2, 1)], now=at, new=unfettered())


@pytest.mark.parametrize("most", [1, 2, 60])
def test_of_boards_at_the_same_moment_the_greatest_is_posted_and_all_are_kept(told: Telling, most: int) -> None:
    news, here = founded(told, weekday="friday")
    busy_until(told, news, at=NEW_YEAR - DAY)
    tick(told, NEW_YEAR - timedelta(minutes=1))
    before = len(payloads(told, here))
    while told.work(lambda connection: ticking.carry_out(connection, now=NEW_YEAR, most=most)):
        pass
    season, month = OLD
    assert payloads(told, here)[before:] == [{"board": season, "month": month, "week": LAST_WEEK}]
    assert {season, month, LAST_WEEK} <= kept(told, here).keys()
    for kind in (WEEK, MONTH, SEASON):
        assert [(state, why) for _, state, why in settled(told, here, kind.name)][-2] == (Stage.DONE, None)
    tick(told, NEW_YEAR + DAY)
    assert len(payloads(told, here)) == before + 1


def test_a_week_that_ends_with_a_month_is_told_of_in_the_months_post(told: Telling) -> None:
    # The first of February 2027 is a Monday.
    monday = datetime(2027, 2, 1, 8, tzinfo=MONDAY.tzinfo)
    news, here = founded(told)
    told.tell(news.said(1, at=monday - DAY), now=monday - DAY, new=unfettered())
    tick(told, monday - timedelta(minutes=1))
    before = len(payloads(told, here))
    tick(told, monday)
    week, month = (board_number(period, day=monday.date() - DAY) for period in (Period.WEEK, Period.MONTH))
    assert payloads(told, here)[before:] == [{"board": month, "week": week}]
    assert {week, month} <= kept(told, here).keys()


def test_boards_at_other_hours_or_days_are_posted_by_themselves(told: Telling) -> None:
    news, here = founded(told, weekday="thursday", month_day=2)
    busy_until(told, news, at=NEW_YEAR - DAY)
    tick(told, NEW_YEAR - timedelta(minutes=1))
    before = len(payloads(told, here))
    for days in (0, 1):
        tick(told, NEW_YEAR + days * DAY)
    assert payloads(told, here)[before:] == [{"board": OLD[0]}, {"board": OLD[1]}]


def place_of(here: int, occasion: Any, key: int) -> occurrences.Place:
    return occurrences.Place(here, occasion.name, key)


@pytest.mark.parametrize(
    ("occasion", "key", "posts"),
    [
        (SEASON, 20271, [{"board": OLD[1], "week": LAST_WEEK}]),
        (MONTH, 202701, [{"board": OLD[0], "week": LAST_WEEK}]),
        (WEEK, 202653, [{"board": OLD[0], "month": OLD[1]}]),
    ],
)
def test_what_an_administrator_skips_is_not_told_of_and_keeps_no_other_back(
    told: Telling, occasion: Any, key: int, posts: list[dict[str, Any]]
) -> None:
    news, here = founded(told, weekday="friday")
    busy_until(told, news, at=NEW_YEAR - DAY)
    tick(told, NEW_YEAR - timedelta(minutes=1))
    before = len(payloads(told, here))
    about: dict[str, Any] = {"place": place_of(here, occasion, key), "now": NEW_YEAR - DAY}
    asked(told, lambda session: replanning.skip(session, **about, why=Why.BY_ADMIN))
    tick(told, NEW_YEAR)
    assert payloads(told, here)[before:] == posts
    assert {*OLD, LAST_WEEK} <= kept(told, here).keys()


@pytest.mark.parametrize(
    ("occasion", "key", "posts"),
    [
        (SEASON, 20271, [{"board": OLD[1], "week": LAST_WEEK}, {"board": OLD[0]}]),
        (MONTH, 202701, [{"board": OLD[0], "week": LAST_WEEK}, {"board": OLD[1]}]),
    ],
)
@pytest.mark.parametrize("hours", [0, 3])
def test_what_an_administrator_moves_comes_by_itself(
    told: Telling, occasion: Any, key: int, posts: list[dict[str, Any]], hours: int
) -> None:
    news, here = founded(told, weekday="friday")
    busy_until(told, news, at=NEW_YEAR - DAY)
    tick(told, NEW_YEAR - timedelta(minutes=1))
    before = len(payloads(told, here))
    about: dict[str, Any] = {"place": place_of(here, occasion, key), "now": NEW_YEAR - DAY}
    asked(told, lambda session: replanning.move(session, **about, due_at=NEW_YEAR + timedelta(hours=hours)))
    for later_by in (0, hours):
        tick(told, NEW_YEAR + timedelta(hours=later_by))
    found = payloads(told, here)[before:]
    assert sorted(found, key=_board) == sorted(posts, key=_board)


def test_a_season_on_which_nobody_stands_does_not_swallow_the_months_board(told: Telling) -> None:
    news, here = founded(told, weekly=False)
    busy_until(told, news, at=NEW_YEAR - DAY)
    about: dict[str, Any] = {"community_id": here, "user_id": 1, "action": "deduction", "source": "audit:1"}
    told.work(lambda c: points.correct(c, **about, points=-100_000, at=MONDAY, day=MONDAY.date()))
    tick(told, NEW_YEAR - timedelta(minutes=1))
    tick(told, NEW_YEAR)
    season, month = OLD
    assert season not in kept(told, here)
    assert payloads(told, here)[-1] == {"board": month}
    assert settled(told, here, SEASON.name)[0][1:] == (Stage.SKIPPED, "nothing")


def test_after_an_outage_over_a_new_year_they_are_one_post_too(told: Telling) -> None:
    news, here = founded(told, weekly=False)
    busy_until(told, news, at=NEW_YEAR - DAY)
    tick(told, NEW_YEAR + timedelta(days=20))
    season, month = OLD
    november = board_number(Period.MONTH, day=MONDAY.date())
    assert payloads(told, here) == [{"board": season, "month": month}]
    assert kept(told, here).keys() <= {season, month, november}
    assert {season, month} <= kept(told, here).keys()


@pytest.mark.parametrize("killed_after", ["kept", "posted"])
def test_killed_at_any_step_it_is_done_once(told: Telling, killed_after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    news, here = founded(told)
    told.tell(news.said(1), new=unfettered())
    now = MONDAY + timedelta(weeks=1)

    def killed(connection: Connection) -> bool:
        ticking.carry_out(connection, now=now)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if killed_after == "kept":
            patched.setattr("models.boards.outbox.put_now", _die)
        with pytest.raises(KeyboardInterrupt):
            told.work(killed)
    assert (kept(told, here), posted(told, here)) == ({}, [])
    tick(told, now)
    tick(told, now)
    assert len(kept(told, here)) == len(posted(told, here)) == 1


def _die(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_changed_hour_day_or_zone_brings_no_week_twice_and_leaves_out_none(told: Telling) -> None:
    news, here = founded(told, monthly=False, seasonal=False)
    told.tell(news.said(1), new=unfettered())
    now = MONDAY
    changes: list[dict[str, dict[str, Any]]] = [
        {"boards": {"weekday": "wednesday"}},
        {"boards": {"hour": 23}},
        {OWN: {"time_zone": "Pacific/Kiritimati"}},
        {"boards": {"weekday": "sunday"}},
        {OWN: {"time_zone": "America/New_York"}},
        {"boards": {"weekday": "monday", "hour": 0}},
        {"boards": {"weekday": "friday", "hour": 12}},
    ]
    for chosen in changes:
        for _ in range(4):
            now += timedelta(hours=39)
            told.tell(news.said(1, at=now), now=now, new=unfettered())
            tick(told, now)
        change(told, here, chosen, now)
    tick(told, now + timedelta(days=7))
    numbers = [number for _, number in posted(told, here)]
    assert numbers == sorted(set(numbers))
    # Where two fell due between two looks, the newer one is posted, and both are kept.
    firsts = [found[1] for number in sorted(kept(told, here)) if (found := board_of(number))]
    assert firsts == [MONDAY.date() + timedelta(weeks=week) for week in range(len(firsts))]
    assert len(firsts) - 1 <= len(numbers) <= len(firsts)
    assert len(firsts) >= 6


def test_in_the_week_of_a_changed_clock_it_comes_at_its_hour(told: Telling) -> None:
    news, here = founded(told, zone="America/New_York", weekday="sunday", monthly=False, seasonal=False)
    at = datetime(2026, 10, 28, 12, tzinfo=MONDAY.tzinfo)
    told.tell(news.said(1, at=at), now=at, new=unfettered())
    change(told, here, {"boards": {"hour": 2}}, now=datetime(2027, 3, 9, tzinfo=MONDAY.tzinfo))
    rows = [row for row in told.rows(Occurrences, community_id=here) if row["state"] == Stage.PLANNED]
    # On 14 March 2027 two o'clock is left out there: three is the first moment after it.
    assert datetime(2027, 3, 14, 7, tzinfo=MONDAY.tzinfo) in [row["due_at"] for row in rows]


def test_a_reversal_of_a_week_that_is_over_changes_neither_the_board_nor_who_was_first(told: Telling) -> None:
    news, here = founded(told)
    first = news.said(1)
    told.tell(first, news.said(2), news.reacted(2, first.message_id, "A"), new=unfettered())
    tick(told, MONDAY + timedelta(weeks=1))
    before = kept(told, here)
    told.tell(
        news.reacted(2, first.message_id, "", "A", at=MONDAY + timedelta(weeks=1, hours=1)),
        now=MONDAY + timedelta(weeks=1, hours=1),
        new=unfettered(),
    )
    told.work(
        lambda c: points.correct(
            c,
            community_id=here,
            user_id=1,
            action="deduction",
            points=-100_000,
            source=f"audit:{new_id()}",
            at=MONDAY + timedelta(weeks=1, hours=2),
            day=MONDAY.date(),
        )
    )
    tick(told, MONDAY + timedelta(weeks=1, hours=3))
    assert kept(told, here) == before
    assert len(posted(told, here)) == 1


def test_two_communities_that_become_one_keep_one_board_of_a_week(told: Telling) -> None:
    (one, here), (other, there) = founded(told), founded(told)
    told.tell(one.said(1), one.said(2), new=unfettered())
    told.tell(*[other.said(who) for who in (1, 1, 2, 3, 4)], new=unfettered())
    tick(told, MONDAY + timedelta(weeks=1))
    before = kept(told, here)
    told.work(lambda c: merging.merge_communities(c, young=there, old=here))
    assert kept(told, here) == before
    tick(told, MONDAY + timedelta(weeks=1, days=1))
    assert len([board for _, board in posted(told, here)]) == 2  # each group was told its own


def test_an_export_shows_ones_own_lines_and_nobody_elses(told: Telling) -> None:
    news, here = founded(told)
    told.tell(news.said(1), news.said(2), news.said(2), new=unfettered())
    tick(told, MONDAY + timedelta(weeks=1))
    shown = asked(told, lambda session: forgetting.export(session, community_id=here, user_id=1))
    (line,) = shown["board_lines"]
    assert (line["rank"], line["user_id"], line["name"]) == (2, 1, "Ada 1")
    told.work(lambda c: forgetting.forget(c, community_id=here, user_id=1))
    assert "board_lines" not in asked(told, lambda session: forgetting.export(session, community_id=here, user_id=1))
    (number,) = kept(told, here)
    board = asked(told, lambda session: boards.find(session, community_id=here, number=number))
    assert [(line.rank, line.name) for line in board.lines] == [(1, "Ada 2"), (2, None)]


def test_ten_lines_are_kept_of_a_long_board_and_a_tie_is_told_as_one(told: Telling) -> None:
    news, here = founded(told)
    told.tell(*[news.said(who, at=later(who)) for who in range(1, 31)], new=unfettered())
    tick(told, MONDAY + timedelta(weeks=1))
    (lines,) = kept(told, here).values()
    assert [rank for rank, *_ in lines] == [1] * KEPT
    # All who share the first place of a season have its badge, on the board or not.
    tick(told, datetime(2027, 1, 1, 9, tzinfo=MONDAY.tzinfo))
    assert len(told.rows(Badges, community_id=here)) == 30
