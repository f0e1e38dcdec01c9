"""A reaction that overtakes its message waits for it, and then counts as if the two had come in order."""

from datetime import timedelta

import pytest

from models.activity import MemberDays
from models.early import EarlyReactions
from models.facts import AnyFact
from models.forgetting import forget
from models.messages import Messages
from models.mutual import LikesBetween
from models.points import Balances
from models.pseudonyms import pseudonym
from scheduler.upkeep import EARLY_KEPT, clear_away
from tests.models.streams import held
from tests.models.telling import MONDAY, News, Telling, telling

AUTHOR, GIVER, OTHER = 1, 2, 3
GIVEN, RECEIVED, MESSAGE = 5, 10, 20


def received(teller: Telling, news: News) -> dict[tuple[int, str], int]:
    """How many reactions everybody has received on each day."""
    rows = teller.rows(MemberDays, community_id=teller.community(news.chat_id))
    return {(r["user_id"], r["day"].isoformat()): r["reactions_received"] for r in rows if r["reactions_received"]}


def balances(teller: Telling, news: News) -> dict[int, int]:
    rows = teller.rows(Balances, community_id=teller.community(news.chat_id))
    return {row["user_id"]: row["balance"] for row in rows}


def test_it_is_credited_on_its_own_day_once_its_message_has_come(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(AUTHOR, at=MONDAY - timedelta(days=1), reply_to=5)
        teller.tell(news.came(), news.reacted(GIVER, said.message_id, "AB"))
        assert (received(teller, news), balances(teller, news)) == ({}, {})
        teller.tell(said)
        assert received(teller, news) == {(AUTHOR, "2026-11-16"): 2}
        assert balances(teller, news) == {AUTHOR: MESSAGE + RECEIVED, GIVER: GIVEN}
        assert teller.rows(EarlyReactions) == []
        (row,) = teller.rows(Messages)
        assert (row["author_id"], row["reply_to"], row["is_awaited"]) == (AUTHOR, 5, False)
        given = [counts[2] for (who, _), counts in held(teller, news.chat_id).activity.items() if who == GIVER]
        assert given == [2]


def test_a_like_that_is_taken_back_before_its_message_has_come_is_none(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(AUTHOR)
        teller.tell(news.came(), news.reacted(GIVER, said.message_id, "A"), news.reacted(OTHER, said.message_id, "A"))
        teller.tell(news.reacted(GIVER, said.message_id, "", "A"))
        teller.tell(said)
        rows = teller.rows(MemberDays, community_id=teller.community(news.chat_id), user_id=AUTHOR)
        assert [(row["reactions_received"], row["likes"]) for row in rows] == [(2, 1)]


@pytest.mark.parametrize("comes_at", range(6))
def test_what_is_taken_back_and_given_anew_meanwhile_counts_as_in_order(database_url: str, comes_at: int) -> None:
    with telling(database_url) as teller:
        told = []
        for place in (0, comes_at):
            news = News()
            said = news.said(AUTHOR)
            facts: list[AnyFact] = [
                news.reacted(GIVER, said.message_id, "A"),
                news.reacted(OTHER, said.message_id, "AB"),
                news.reacted(GIVER, said.message_id, "", "A"),
                news.reacted(None, said.message_id, "C"),
                news.reacted(GIVER, said.message_id, "B"),
            ]
            teller.tell(news.came())
            teller.tell_in([facts[:place], [said, *facts[place : place + 1]], facts[place + 1 :]])
            found = held(teller, news.chat_id)
            told.append((found.totals, [(*e[:3], e[4:]) for e in found.entries], balances(teller, news)))
        assert told[0] == told[1]
        assert told[0][2] == {AUTHOR: MESSAGE + RECEIVED, GIVER: 0, OTHER: GIVEN}


def test_a_message_of_nobody_in_particular_lets_none_wait_on(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(None)
        teller.tell(news.came(), news.reacted(GIVER, said.message_id, "A"))
        teller.tell(said)
        teller.tell(news.reacted(OTHER, said.message_id, "A"))
        assert teller.rows(EarlyReactions) == []
        assert (received(teller, news), balances(teller, news)) == ({}, {})


def test_after_its_term_it_waits_no_longer(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(AUTHOR)
        old = news.reacted(GIVER, said.message_id, "A", at=MONDAY - EARLY_KEPT - timedelta(seconds=1))
        young = news.reacted(OTHER, said.message_id, "A", at=MONDAY - EARLY_KEPT)
        teller.tell(news.came(), old, young)
        teller.work(lambda connection: clear_away(connection, MONDAY))
        assert [row["giver_id"] for row in teller.rows(EarlyReactions)] == [OTHER]
        teller.tell(said)
        assert balances(teller, news) == {AUTHOR: MESSAGE + RECEIVED, OTHER: GIVEN}


def test_a_giver_who_is_forgotten_meanwhile_has_liked_all_the_same_and_once(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(AUTHOR)
        teller.tell(news.came(), news.reacted(GIVER, said.message_id, "A"))
        community_id = teller.community(news.chat_id)
        teller.work(lambda connection: forget(connection, community_id=community_id, user_id=GIVER))
        teller.tell(said)
        number = teller.work(lambda connection: pseudonym(connection, user_id=GIVER))
        assert balances(teller, news) == {AUTHOR: MESSAGE + RECEIVED, number: GIVEN}
        teller.tell(news.reacted(GIVER, said.message_id, "A"))
        assert balances(teller, news)[AUTHOR] == MESSAGE + RECEIVED


@pytest.mark.parametrize("in_old_chat", [True, False])
def test_it_waits_on_while_its_group_becomes_a_supergroup(database_url: str, in_old_chat: bool) -> None:
    with telling(database_url) as teller:
        old, new = News(), News()
        there = old if in_old_chat else new
        said = there.said(AUTHOR)
        teller.tell(old.came(), new.said(OTHER))
        teller.tell(there.reacted(GIVER, said.message_id, "A"))
        teller.tell(old.migrated(new.chat_id))
        teller.tell(said)
        assert balances(teller, new) == {AUTHOR: MESSAGE + RECEIVED, GIVER: GIVEN, OTHER: MESSAGE}
        assert teller.rows(EarlyReactions) == []


def test_the_same_number_in_another_chat_is_another_message(database_url: str) -> None:
    with telling(database_url) as teller:
        one, two = News(), News()
        said = two.said(AUTHOR)
        teller.tell(one.came(), two.came(), one.reacted(GIVER, said.message_id, "A"))
        teller.tell(said)
        assert balances(teller, two) == {AUTHOR: MESSAGE}
        assert len(teller.rows(EarlyReactions)) == 1


def test_one_emoji_taken_for_another_before_the_message_came_is_no_other_like(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(AUTHOR)
        first, changed = news.reacted(GIVER, said.message_id, "A"), news.reacted(GIVER, said.message_id, "B", "A")
        teller.tell(news.came(), first, changed)
        teller.tell(said)
        rows = teller.rows(LikesBetween, community_id=teller.community(news.chat_id))
        assert [row["likes"] for row in rows] == [1]
