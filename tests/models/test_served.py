"""Chats are met, moved, put to sleep and woken, and what is said there counts where it should."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import votes
from models.communities import Communities, NewCommunities, State
from models.facts import BotStatus, ChatKind, Place
from models.members import Members
from models.messages import Messages
from models.outbox import Outbox
from models.people import People
from models.points import Ledger
from models.updates import ReceivedUpdates
from models.votes import EarlyVotes
from tests.models.streams import held
from tests.models.telling import MONDAY, News, Telling, telling

ASKS_FIRST = NewCommunities(need_approval=True, owners=frozenset({99}))


def state(teller: Telling, news: News) -> str:
    (row,) = teller.rows(Communities, community_id=teller.community(news.chat_id))
    return str(row["state"])


def events(teller: Telling, news: News) -> list[str]:
    return [row["name"] for row in teller.rows(Outbox, community_id=teller.community(news.chat_id))]


def sums(teller: Telling, chat_id: int) -> dict[int, tuple[int, int]]:
    """Everybody's messages and points."""
    found = held(teller, chat_id)
    return {
        user_id: (
            sum(counts[0] for (who, _), counts in found.activity.items() if who == user_id),
            sum(points for (who, _, _), points in found.earned.items() if who == user_id),
        )
        for user_id in found.members
    }


def test_a_waiting_community_records_nothing_but_its_updates(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(by=1), said, news.joined(2), news.reacted(2, said.message_id, "A"), new=ASKS_FIRST)
        assert state(teller, news) == State.WAITING
        community_id = teller.community(news.chat_id)
        for table in (Members, Messages, Ledger):
            assert teller.rows(table, community_id=community_id) == []
        assert len(teller.rows(ReceivedUpdates)) == 4
        assert events(teller, news) == ["communities.approval_needed"]


def test_a_community_that_an_owner_adds_is_served_at_once(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(by=99), news.said(1), new=ASKS_FIRST)
        assert state(teller, news) == State.ACTIVE
        assert sums(teller, news.chat_id) == {1: (1, 20)}


def test_what_is_said_before_a_removal_in_the_same_batch_counts(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), news.said(1))
        gone = news.moved(BotStatus.AWAY, before=BotStatus.ADMINISTRATOR)
        teller.tell(news.said(1), gone, news.said(2))
        assert state(teller, news) == State.ASLEEP
        assert sums(teller, news.chat_id) == {1: (2, 40), 2: (1, 20)}
        teller.tell(news.came(), news.said(1))
        assert state(teller, news) == State.ACTIVE
        assert sums(teller, news.chat_id) == {1: (3, 60), 2: (1, 20)}


def test_a_group_from_which_kith_is_removed_before_it_was_met_is_none(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.moved(BotStatus.AWAY))
        assert teller.rows(Communities) == []


def test_a_group_met_without_a_greeting_is_asked_what_kith_is_there(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.said(1))
        assert events(teller, news) == ["communities.status_unknown", "staff.unknown"]
        assert sums(teller, news.chat_id) == {1: (1, 20)}


def test_a_join_counts_by_what_kith_was_when_it_happened(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(after=BotStatus.MEMBER))
        teller.tell(news.joined(5, by_service=True), news.moved(BotStatus.ADMINISTRATOR))
        teller.tell(news.joined(6), news.joined(6, by_service=True), news.moved(BotStatus.MEMBER))
        activity = held(teller, news.chat_id).activity
        assert {user_id: counts[6] for (user_id, _), counts in activity.items()} == {5: 1, 6: 1}


class TestMigration:
    """A group becomes a supergroup."""

    def test_a_known_group_goes_on_under_its_new_id(self, database_url: str) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            teller.tell(old.came(), old.said(1))
            teller.tell(old.migrated(new.chat_id), new.said(1))
            assert teller.community(old.chat_id) == teller.community(new.chat_id)
            assert sums(teller, new.chat_id) == {1: (2, 40)}
            (row,) = teller.rows(Communities)
            assert row["chat_id"] == new.chat_id

    def test_the_new_chat_may_be_met_before_the_news_of_the_move(self, database_url: str) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            teller.tell(new.said(1))
            teller.tell(old.migrated(new.chat_id))
            teller.tell(old.said(2))
            assert sums(teller, new.chat_id) == {1: (1, 20), 2: (1, 20)}
            assert len(teller.rows(Communities)) == 1

    @pytest.mark.parametrize("at_once", [False, True])
    def test_two_that_were_met_become_one_and_their_sums_add_up(self, database_url: str, at_once: bool) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            teller.tell(old.came(), old.said(1), old.said(2), old.joined(3))
            said = new.said(1)
            teller.tell(said, new.said(4, at=MONDAY + timedelta(days=1)))
            community_id = teller.community(old.chat_id)
            news = [old.migrated(new.chat_id), new.reacted(2, said.message_id, "A"), new.said(1)]
            teller.tell_in([news] if at_once else [[one] for one in news])
            assert sums(teller, new.chat_id) == {1: (3, 70), 2: (1, 25), 3: (0, 0), 4: (1, 20)}
            assert teller.community(new.chat_id) == community_id
            assert len(teller.rows(Communities)) == 1
            assert len(teller.rows(Ledger)) == 7
            received = [c[3] for (who, _), c in held(teller, new.chat_id).activity.items() if who == 1]
            assert received == [1]

    def test_a_group_that_was_never_met_is_met_under_its_new_id(self, database_url: str) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            teller.tell(old.migrated(new.chat_id))
            (row,) = teller.rows(Communities)
            assert row["chat_id"] == new.chat_id
            assert teller.community(old.chat_id) == teller.community(new.chat_id)

    def test_told_from_both_sides_it_is_one_move(self, database_url: str) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            teller.tell(old.came(), old.said(1))
            teller.tell(old.migrated(new.chat_id), old.migrated(new.chat_id))
            teller.tell(old.migrated(new.chat_id), new.said(1))
            assert sums(teller, new.chat_id) == {1: (2, 40)}

    def test_kith_leaving_the_old_chat_does_not_put_the_new_one_to_sleep(self, database_url: str) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            teller.tell(old.came(), old.said(1))
            teller.tell(old.migrated(new.chat_id))
            teller.tell(old.moved(BotStatus.AWAY, before=BotStatus.ADMINISTRATOR))
            assert state(teller, new) == State.ACTIVE

    def test_moved_twice_all_three_chats_are_one_community(self, database_url: str) -> None:
        with telling(database_url) as teller:
            first, second, third = News(), News(), News()
            teller.tell(first.came(), first.said(1))
            teller.tell(first.migrated(second.chat_id), second.said(1))
            teller.tell(second.migrated(third.chat_id), third.said(1))
            assert sums(teller, third.chat_id) == {1: (3, 60)}
            assert {teller.community(news.chat_id) for news in (first, second, third)} == {
                teller.community(third.chat_id)
            }


class TestPolls:
    """A vote names the poll and nothing else."""

    def votes(self, teller: Telling, news: News) -> dict[int, int]:
        return {who: counts[5] for (who, _), counts in held(teller, news.chat_id).activity.items() if counts[5]}

    def test_a_vote_counts_where_its_poll_was_seen(self, database_url: str) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), one.said(1, poll_id="p"))
            teller.tell(one.voted(2, "p", 0))
            assert (self.votes(teller, one), self.votes(teller, two)) == ({2: 1}, {})

    def test_a_vote_may_come_in_one_batch_with_its_poll_and_before_it(self, database_url: str) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), one.voted(2, "p", 0), one.said(1, poll_id="p"))
            assert self.votes(teller, one) == {2: 1}

    def test_a_withdrawn_vote_counts_nothing_and_shows_the_voter(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            teller.tell(news.came(), news.said(1, poll_id="p"), news.voted(2, "p"))
            assert self.votes(teller, news) == {}
            assert set(held(teller, news.chat_id).members) == {1, 2}

    def test_a_forwarded_poll_stays_with_its_first_community(self, database_url: str) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), one.said(1, poll_id="p"))
            teller.tell(two.said(1, poll_id="p", is_forward=True), two.voted(2, "p", 0))
            assert (self.votes(teller, one), self.votes(teller, two)) == ({2: 1}, {})

    @pytest.mark.parametrize("at_once", [False, True])
    def test_a_vote_that_is_faster_than_its_poll_counts_once_that_has_come(
        self, database_url: str, at_once: bool
    ) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), two.said(2))
            early = [one.voted(2, "p", 0), one.voted(2, "p"), one.voted(2, "p", 0, 3, at=MONDAY + timedelta(days=1))]
            teller.tell_in([early] if at_once else [[vote] for vote in early])
            teller.look_for_polls()
            assert (self.votes(teller, one), self.votes(teller, two)) == ({}, {})
            teller.tell(one.said(1, poll_id="p"))
            found = held(teller, one.chat_id)
            days = {(who, day.isoformat()): counts[5] for (who, day), counts in found.activity.items() if counts[5]}
            assert days == {(2, "2026-11-16"): 1, (2, "2026-11-17"): 1}
            assert found.members[2][:2] == (MONDAY, MONDAY + timedelta(days=1))
            assert teller.rows(EarlyVotes) == []
            assert [row["first_name"] for row in teller.rows(People, user_id=2)] == ["Ada 2"]

    def test_a_vote_in_a_poll_of_our_own_counts_once_the_poll_is_known(self, database_url: str) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), one.voted(2, "p", 0))
            community_id = teller.community(two.chat_id)

            async def known() -> None:
                async with teller.database.writing() as session:
                    about = {"poll_id": "p", "community_id": community_id, "chat_id": two.chat_id, "message_id": 5}
                    await votes.know_poll(session, now=MONDAY, **about)  # type: ignore[arg-type]

            teller.runner.run(known())
            teller.tell(one.voted(3, "p", 0))
            assert (self.votes(teller, one), self.votes(teller, two)) == ({}, {2: 1, 3: 1})

    def test_a_vote_whose_poll_does_not_come_counts_in_the_only_community(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            teller.tell(news.came())
            teller.tell(news.voted(2, "stray", 0))
            teller.look_for_polls(now=MONDAY + votes.TERM - timedelta(seconds=1))
            assert self.votes(teller, news) == {}
            for _ in range(2):
                teller.look_for_polls(now=MONDAY + votes.TERM)
                assert self.votes(teller, news) == {2: 1}
            teller.tell(news.said(1, poll_id="stray"))
            assert self.votes(teller, news) == {2: 1}

    def test_among_several_it_counts_where_the_voter_is_at_home(self, database_url: str) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), two.said(2))
            teller.tell(one.voted(2, "stray", 0))
            teller.look_for_polls(now=MONDAY + votes.TERM)
            assert (self.votes(teller, one), self.votes(teller, two)) == ({}, {2: 1})

    def test_of_a_voter_at_home_in_two_or_none_it_belongs_to_no_community(self, database_url: str) -> None:
        with telling(database_url) as teller:
            one, two = News(), News()
            teller.tell(one.came(), two.came(), one.said(2), two.said(2))
            teller.tell(one.voted(2, "stray", 0), one.voted(3, "stray", 0))
            teller.look_for_polls(now=MONDAY + votes.TERM)
            assert (self.votes(teller, one), self.votes(teller, two)) == ({}, {})
            assert set(held(teller, one.chat_id).members) == {2}
            assert teller.rows(EarlyVotes) == []


def test_a_group_keeps_its_newest_title_cut_to_what_telegram_admits(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came())
        there = Place(news.chat_id, ChatKind.SUPERGROUP, "Writers" * 60, is_forum=True)
        renamed = replace(news.said(1), place=there)
        teller.tell(renamed)
        (row,) = teller.rows(Communities)
        assert (row["title"], row["is_forum"]) == (("Writers" * 60)[:256], True)
