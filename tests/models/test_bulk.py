"""Many rows by one statement: whatever is written comes back as it was, on both databases."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, StatementError

from models.bulk import Hold, add, latest, look_up, upsert, upsert_each
from models.database import Database
from models.people import People
from models.points import EarnedOnDays, Ledger
from models.polls import Polls
from models.rules.points import sum_by_key
from models.secret_keys import SecretKeys
from models.standings import Standings
from models.updates import ReceivedUpdates

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
EARNED = ("community_id", "user_id", "day", "action", "points")

Work = Callable[[Callable[[Connection], Any]], Any]


@pytest.fixture
def work(database_url: str) -> Iterator[Work]:
    """Runs something in a transaction of its own, on each kind of database."""
    with asyncio.Runner() as runner:
        database = Database(database_url)
        yield lambda write: runner.run(database.tell(write))
        runner.run(database.close())


numbers = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=64)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]), min_value=datetime(1, 1, 2))  # noqa: DTZ001 - the zones are drawn apart


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(texts, numbers, numbers, numbers, moments), min_size=1, unique_by=lambda row: row[0]),
)
@example(rows=[('{"a",\\b}', 1, -1, 0, NOW), ("NULL", 2, 2, 2, NOW), ("", 3, 3, 3, NOW), ("'; \n\t$1 ?", 4, 4, 4, NOW)])
def test_what_is_written_comes_back_as_it_was(work: Work, rows: list[tuple[Any, ...]]) -> None:
    columns = ("poll_id", "community_id", "chat_id", "message_id", "seen_at")
    work(lambda c: upsert(c, Polls, columns, rows, merge=dict.fromkeys(columns[1:], lambda _old, new: new)))
    keys = [(row[0],) for row in rows]
    found = work(lambda c: look_up(c, Polls, keys, by=("poll_id",), columns=columns))
    assert sorted(tuple(row) for row in found) == sorted(rows)
    assert all(row[4].tzinfo is UTC for row in found)


def test_what_is_empty_stays_empty_and_is_not_the_word_for_it(work: Work) -> None:
    columns = ("user_id", "first_name", "last_name", "username")
    rows = [(1, "Lin", None, "NULL"), (2, "NULL", "", None)]
    work(lambda c: upsert(c, People, columns, rows))
    found = work(lambda c: look_up(c, People, [(1,), (2,), (3,)], by=("user_id",), columns=columns, hold=Hold.ALONE))
    assert sorted(tuple(row) for row in found) == rows


def test_bytes_and_days_are_kept(work: Work) -> None:
    secret = bytes(range(256))
    work(lambda c: upsert(c, SecretKeys, ("name", "value"), [("all", secret)]))
    found = work(lambda c: look_up(c, SecretKeys, [("all",)], by=("name",), columns=("value",)))
    assert [bytes(row[0]) for row in found] == [secret]
    days = [(1, 1, date.min, "message", 3), (1, 1, date(2026, 11, 16), "message", 4)]
    work(lambda c: upsert(c, EarnedOnDays, EARNED, days))
    found = work(lambda c: look_up(c, EarnedOnDays, [(1, 1)], by=EARNED[:2], columns=EARNED))
    assert sorted(tuple(row) for row in found) == days


def test_only_new_rows_are_returned_and_only_changed_ones_merged(work: Work) -> None:
    columns = ("bot_id", "update_id", "part", "received_at")

    def seen(*ids: int) -> list[int]:
        rows = [(7, number, 0, NOW) for number in ids]
        found = work(lambda c: upsert(c, ReceivedUpdates, columns, rows, returning=("update_id",)))
        return sorted(number for (number,) in found)

    assert seen(1, 2) == [1, 2]
    assert seen(2, 3) == [3]
    assert seen(1, 2, 3) == []

    def highest(*rows: tuple[int, int]) -> list[tuple[int, int]]:
        days = [(1, user_id, NOW.date(), "message", count) for user_id, count in rows]
        back = ("user_id", "points")
        found = work(lambda c: upsert(c, EarnedOnDays, EARNED, days, merge={"points": latest}, returning=back))
        return sorted((user_id, count) for user_id, count in found)

    assert highest((1, 2), (2, 3)) == [(1, 2), (2, 3)]
    assert highest((1, 1), (2, 4), (3, 1)) == [(2, 4), (3, 1)]


def test_a_moment_without_a_zone_is_refused(work: Work) -> None:
    columns = ("bot_id", "update_id", "part", "received_at")
    naive = [(7, 1, 0, NOW.replace(tzinfo=None))]
    with pytest.raises((ValueError, StatementError), match="without a zone"):
        work(lambda c: upsert(c, ReceivedUpdates, columns, naive))


def test_an_id_made_twice_is_an_error_and_tells_nothing_of_the_row(work: Work) -> None:
    columns = ("community_id", "entry_id", "user_id", "action", "points", "source", "day", "at")
    by = ("community_id", "user_id", "action", "source")

    def book(source: str) -> None:
        rows = [(1, 1, 5, "message", 20, source, NOW.date(), NOW)]
        work(lambda c: upsert(c, Ledger, columns, rows, once_by=by))

    book("message:1")
    book("message:1")
    with pytest.raises(IntegrityError) as caught:
        book("message:secret")
    assert "secret" not in str(caught.value)


@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), numbers, numbers)))
def test_sums_are_those_of_each_key(rows: list[tuple[int, ...]]) -> None:
    summed = sum_by_key(rows, keys=2)
    assert [row[:2] for row in summed] == sorted({row[:2] for row in rows})
    for key in {row[:2] for row in rows}:
        mine = [row for row in rows if row[:2] == key]
        assert (*key, sum(row[2] for row in mine), sum(row[3] for row in mine)) in summed


def test_what_stands_at_several_places_is_added_up_at_each(make_house: Callable[[], Coroutine[Any, Any, str]]) -> None:
    columns = ("community_id", "user_id", "points", "listed", "board")
    with asyncio.Runner() as runner:
        database = Database(runner.run(make_house()))

        def put(*rows: tuple[Any, ...]) -> None:
            runner.run(
                database.tell(
                    lambda c: upsert_each(c, Standings, columns, rows, places=(5, 8), merge={"points": add}),
                )
            )

        put((71, 1, 100, True), (71, 2, 101, False))
        put((71, 1, -30, True), (71, 2, -29, False))
        put()
        found = runner.run(
            database.tell(lambda c: look_up(c, Standings, [(71,)], by=("community_id",), columns=columns))
        )
        runner.run(database.close())
    assert sorted(tuple(row) for row in found) == [
        (71, 1, 70, True, 5),
        (71, 1, 70, True, 8),
        (71, 2, 72, False, 5),
        (71, 2, 72, False, 8),
    ]
