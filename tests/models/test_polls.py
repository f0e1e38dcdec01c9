"""Polls that Kith holds: whatever the order of votes and whoever dies when, each is paid once and ends once."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot import schema
from models import ballots, rounds, tallies, votes
from models.facts import AnyFact, PollClosed
from models.forgetting import forget
from models.occurrences import Occurrences
from models.outbox import Outbox
from models.points import Ledger
from models.proposals import Proposals
from models.rounds import PollOptions, PollRounds
from models.rules.polls import MOST_OPTIONS, Fate, closing, next_week, size, winning
from models.rules.proposals import Entrant, entering
from models.rules.setup import TEMPLATES
from models.rules.words import tidy
from models.topics import TopicBank
from scheduler import occurrences as ticking
from tests.models.telling import MONDAY, News, Telling, cut, telling, unfettered

WEEKLY = {"on": True, "weekday": "monday", "hour": 10, "open_days": 1, "winners": 1}
TOLD = unfettered(polls=WEEKLY, messages={"points": 0}, topics={"on": True, "hour": 8})
TEN, DAY = MONDAY + timedelta(hours=1), timedelta(days=1)


class Killed(Exception):
    """The process died here."""


class Group:
    """A community with two admitted proposals, of members 1 and 2, who have said something like members 3 and 4."""

    def __init__(self, told: Telling) -> None:
        self.told, self.news = told, News()
        self.poll_id = f"poll {self.news.chat_id}"
        told.tell(self.news.came(), *[self.news.said(user_id) for user_id in (1, 2, 3, 4)], new=TOLD)
        self.community_id = told.community(self.news.chat_id)
        told.runner.run(self._propose())

    async def _propose(self) -> None:
        made = {
            "community_id": self.community_id,
            "state": "admitted",
            "proposed_at": MONDAY,
            "polls": 0,
        }
        async with self.told.database.writing() as session:
            for number in (1, 2):
                said = {"text": f"Topic {number}?", "plain": f"topic{number}"}
                session.add(Proposals(proposal_id=number, proposer_id=number, **said, **made))

    def tick(self, now: datetime, *, dies: bool = False) -> None:
        """Somebody looks what is due; who dies before the commit has done nothing."""

        def work(connection: Connection) -> bool:
            more = ticking.carry_out(connection, now=now)
            if dies:
                raise Killed
            return more

        try:
            while self.told.work(work):
                pass
        except Killed:
            pass

    @property
    def number(self) -> int:
        """The number of the only poll."""
        (row,) = self.told.rows(PollRounds, community_id=self.community_id)
        number: int = row["number"]
        return number

    def is_sent(self) -> None:
        """Telegram has taken the poll."""
        here = {"community_id": self.community_id, "chat_id": self.news.chat_id, "message_id": 77, "now": TEN}
        number = self.number

        async def sent() -> None:
            async with self.told.database.writing() as session:
                await rounds.sent(session, number=number, poll_id=self.poll_id, **here)  # type: ignore[arg-type]
                await votes.know_poll(session, poll_id=self.poll_id, **here)  # type: ignore[arg-type]

        self.told.runner.run(sent())

    def is_counted(self, *counts: int, now: datetime = TEN + DAY) -> None:
        """Telegram has told the count."""
        about = {"community_id": self.community_id, "number": self.number, "votes": list(counts) or None, "now": now}

        async def told() -> None:
            async with self.told.database.writing() as session:
                await tallies.told(session, **about)  # type: ignore[arg-type]

        self.told.runner.run(told())

    def earned(self) -> dict[tuple[str, int], int]:
        """What is left to everybody of each action."""
        sums: dict[tuple[str, int], int] = {}
        for row in self.told.rows(Ledger, community_id=self.community_id):
            key = (row["action"], row["user_id"])
            sums[key] = sums.get(key, 0) + row["points"]
        return {key: points for key, points in sums.items() if points}

    def told_of(self, name: str) -> int:
        """How often something is to be said."""
        return len(self.told.rows(Outbox, community_id=self.community_id, name=name))


@pytest.fixture
def told(database_url: str) -> Iterator[Telling]:
    with telling(database_url) as found:
        yield found


@pytest.fixture
def group(told: Telling) -> Group:
    """A group whose poll stands in it."""
    group = Group(told)
    group.tick(TEN)
    group.is_sent()
    return group


def test_killed_at_each_step_a_poll_is_opened_stopped_and_told_once(told: Telling) -> None:
    group = Group(told)
    for dies in (True, True, False, False):
        group.tick(TEN, dies=dies)
    assert group.told_of("rounds.due") == 1
    assert {row["state"] for row in told.rows(Proposals, community_id=group.community_id)} == {"polled"}
    group.is_sent()
    told.tell(group.news.voted(3, group.poll_id, 1))
    for dies in (True, True, False, False):
        group.tick(TEN + DAY, dies=dies)
    assert group.told_of("rounds.stop_due") == 1
    for _ in range(2):
        group.is_counted(0, 1)
    assert group.told_of("rounds.closed") == 1
    assert group.earned() == {("vote", 3): 300, ("proposal_adopted", 2): 500}
    rows = told.rows(TopicBank, community_id=group.community_id)
    assert [(row["text"], row["wanted_on"], row["proposer_id"]) for row in rows] == [
        ("Topic 2?", date(2026, 11, 23), 2)
    ]
    states = {row["proposal_id"]: (row["state"], row["polls"]) for row in told.rows(Proposals)}
    assert states == {1: ("admitted", 1), 2: ("adopted", 0)}
    kinds = {
        row["kind"]: row["state"] for row in told.rows(Occurrences, community_id=group.community_id, key=group.number)
    }
    assert kinds == {"polls.close": "done"}


def test_two_workers_post_and_end_a_poll_once(told: Telling) -> None:
    import asyncio

    group = Group(told)

    async def both(now: datetime) -> None:
        def work(connection: Connection) -> bool:
            return ticking.carry_out(connection, now=now)

        await asyncio.gather(*[told.database.tell(work) for _ in range(4)])

    told.runner.run(both(TEN))
    group.is_sent()
    told.runner.run(both(TEN + DAY))
    assert (group.told_of("rounds.due"), group.told_of("rounds.stop_due")) == (1, 1)


def test_a_poll_closed_by_hand_is_over_with_its_own_count(group: Group) -> None:
    closed = PollClosed(10**9, TEN, None, group.poll_id, (2, 1))
    group.told.tell(group.news.voted(3, group.poll_id, 1), closed)
    group.told.tell(PollClosed(10**9 + 1, TEN, None, "somebody else's", (1,)))
    group.tick(TEN)
    assert (group.told_of("rounds.closed"), group.told_of("rounds.stop_due")) == (1, 0)
    assert [row["votes"] for row in group.told.rows(PollOptions, number=group.number)] == [2, 1]
    assert group.earned() == {("vote", 3): 300, ("proposal_adopted", 1): 500}


def test_without_a_count_of_telegrams_what_was_heard_decides_and_nobody_counts_twice(group: Group) -> None:
    news, told = group.news, group.told
    told.tell(news.voted(3, group.poll_id, 0), news.voted(4, group.poll_id, 1))
    told.work(lambda connection: forget(connection, community_id=group.community_id, user_id=3))
    # Who was forgotten votes again: it is their last word that counts, and it brings them nothing more.
    told.tell(news.said(3), news.voted(3, group.poll_id, 1))
    group.is_counted()
    assert [row["votes"] for row in told.rows(PollOptions, number=group.number)] == [0, 2]
    assert sorted(group.earned().values()) == [300, 300, 500]
    assert group.earned()["proposal_adopted", 2] == 500
    assert ("vote", 3) not in group.earned()


def test_what_comes_late_is_paid_and_taken_back_as_if_it_had_come_in_time(group: Group) -> None:
    news, told = group.news, group.told
    told.tell(news.voted(3, group.poll_id, 0))
    late = news.voted(3, group.poll_id), news.voted(4, group.poll_id, 1)
    group.is_counted(0, 1)
    told.tell(*late, now=TEN + DAY)
    told.tell(*late, now=TEN + DAY)
    assert group.earned() == {("vote", 4): 300, ("proposal_adopted", 2): 500}


def test_what_was_taken_back_is_reversed_also_where_the_poll_is_lost(group: Group) -> None:
    news, told, here = group.news, group.told, group.community_id
    told.tell(*[news.voted(user_id, group.poll_id, 0) for user_id in (1, 3, 4)])
    told.tell(news.voted(3, group.poll_id))
    late = news.voted(4, group.poll_id)
    number = group.number

    async def lost() -> None:
        async with told.database.writing() as session:
            await tallies.lost(session, community_id=here, number=number, why=Fate.GONE, now=TEN)

    told.runner.run(lost())
    told.runner.run(lost())
    assert group.earned() == {("vote", 1): 300, ("vote", 4): 300}
    told.tell(late, now=TEN + DAY)
    assert group.earned() == {("vote", 1): 300}


def test_where_nobody_has_voted_nobody_has_lost(group: Group) -> None:
    group.is_counted(0, 0)
    assert {(row["state"], row["polls"]) for row in group.told.rows(Proposals, community_id=group.community_id)} == {
        ("admitted", 0)
    }
    assert (group.told_of("rounds.closed"), group.earned()) == (0, {})


def test_a_vote_that_overtakes_the_news_of_its_poll_counts(told: Telling) -> None:
    group = Group(told)
    group.tick(TEN)
    told.tell(group.news.voted(3, group.poll_id, 0), group.news.voted(9, group.poll_id, 0))
    assert group.earned() == {}
    group.is_sent()
    assert group.earned() == {("vote", 3): 300}
    # Whoever does nothing else in the group, such as one who met the poll where it was forwarded, earns nothing.
    group.is_counted(2, 0)
    assert group.earned() == {("vote", 3): 300, ("proposal_adopted", 1): 500}


choices = st.lists(st.tuples(st.sampled_from((3, 4, 5)), st.sampled_from(((), (0,), (1,), (0, 1)))), max_size=9)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data(), choices)
def test_in_any_order_and_cut_with_repetitions_votes_pay_the_same(
    sqlite_told: Telling, data: st.DataObject, chosen: list[tuple[int, tuple[int, ...]]]
) -> None:
    told = sqlite_told
    group = Group(told)
    group.tick(TEN)
    group.is_sent()
    moments = itertools.count(1)
    facts: list[AnyFact] = [
        group.news.voted(user_id, group.poll_id, *options, at=TEN + timedelta(seconds=next(moments)))
        for user_id, options in chosen
    ]
    last = {user_id: options for user_id, options in chosen}  # noqa: C416 - the last one holds
    shuffled = data.draw(st.permutations(facts + facts[: data.draw(st.integers(0, 3))]))
    for batch in cut(shuffled, data.draw(st.lists(st.integers(0, 20), max_size=4))):
        told.tell(*batch, now=TEN + timedelta(hours=1))
    group.is_counted()
    paid = {user_id for (action, user_id) in group.earned() if action == "vote"}
    # Member 5 has done nothing else.
    assert paid == {user_id for user_id, options in last.items() if options and user_id != 5}
    counted = [sum(place in options for options in last.values()) for place in (0, 1)]
    assert [row["votes"] for row in told.rows(PollOptions, number=group.number)] == counted
    assert all(points == 300 for (action, _), points in group.earned().items() if action == "vote")


@pytest.fixture(scope="module")
def sqlite_told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telling]:
    """One SQLite database for all of a property's examples."""
    import asyncio

    url = f"sqlite:///{Path(tmp_path_factory.mktemp('polls')) / 'kith.db'}"
    asyncio.run(schema.make_ready(url))
    with telling(url) as found:
        yield found


class TestRules:
    """What needs no database."""

    def test_the_most_votes_win_and_of_equal_ones_the_earlier(self) -> None:
        assert winning([1, 3, 0, 3, 2], most=3) == [1, 3, 4]
        assert winning([2, 2, 2], most=2) == [0, 1]
        assert winning([0, 0], most=2) == []

    def test_who_lost_less_often_comes_first_and_nobody_is_left_out_for_ever(self) -> None:
        made = [Entrant(number, MONDAY + timedelta(minutes=number), polls=number < 4) for number in range(14)]
        assert entering(made) == list(range(4, 14))
        assert len(entering(made)) == MOST_OPTIONS
        assert entering([made[13], made[2]]) == [2, 13]

    @pytest.mark.parametrize(
        ("opened", "closes"),
        [
            # The clock goes back, and forward; the hour for which it was promised stays.
            (datetime(2026, 10, 23, 16, 0, tzinfo=UTC), datetime(2026, 10, 25, 17, 0, tzinfo=UTC)),
            (datetime(2026, 3, 27, 17, 0, tzinfo=UTC), datetime(2026, 3, 29, 16, 0, tzinfo=UTC)),
            (datetime(2026, 6, 5, 16, 0, tzinfo=UTC), datetime(2026, 6, 7, 16, 0, tzinfo=UTC)),
        ],
    )
    def test_a_poll_closes_at_the_same_hour_of_the_groups_clock(self, opened: datetime, closes: datetime) -> None:
        assert closing(opened, days=2, time_zone="Europe/Berlin") == closes

    def test_next_week_begins_on_the_monday_after(self) -> None:
        assert next_week(date(2026, 11, 16))[0] == next_week(date(2026, 11, 22))[0] == date(2026, 11, 23)
        assert next_week(date(2026, 12, 31))[-1] == date(2027, 1, 10)

    def test_a_text_in_a_poll_is_one_line_of_what_can_be_seen(self) -> None:
        assert tidy(" a\u202e b\n\tc\u200b ") == "a b c"
        # Persian words and composed pictures are held together by signs that nobody sees.
        assert tidy("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"
        assert tidy("\u200d \u200c\u200d") == ""
        assert tidy("\u3164 \u2800\uffa0") == ""
        assert size("é🙂") == 3

    def test_the_templates_have_polls(self) -> None:
        assert all(values["polls"]["on"] for values in TEMPLATES.values())


def test_votes_in_polls_of_others_are_no_business_of_ours(sqlite_url: str) -> None:
    with telling(sqlite_url) as told:
        news = News()
        told.tell(news.came(), news.said(1, poll_id="theirs"))
        found = told.work(lambda connection: ballots.rounds_of(connection, [news.voted(1, "theirs", 0)]))
        assert dict(found) == {}
