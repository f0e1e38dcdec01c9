"""Replies and reactions earn, once each; what is taken back is gone, and giving it again brings nothing."""

from datetime import timedelta

import pytest

from models.points import Balances, Ledger
from models.rules.points import Period, board_number
from models.standings import Standings
from tests.models.telling import MONDAY, News, Telling, telling, unfettered

GIVEN, RECEIVED, MESSAGE = 5, 10, 20


def entries(teller: Telling, news: News) -> list[tuple[int, str, int]]:
    """Who earned what, in the order of the ledger, but for what messages earn as such."""
    rows = teller.rows(Ledger, community_id=teller.community(news.chat_id))
    return [(row["user_id"], row["action"], row["points"]) for row in rows if row["action"] != "message"]


def balances(teller: Telling, news: News) -> dict[int, int]:
    rows = teller.rows(Balances, community_id=teller.community(news.chat_id))
    return {row["user_id"]: row["balance"] for row in rows}


@pytest.mark.parametrize("at_once", [False, True])
def test_a_like_earns_for_both_and_taking_it_back_takes_that_back(database_url: str, at_once: bool) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        facts = [
            news.came(),
            said,
            news.reacted(2, said.message_id, "A"),
            news.reacted(2, said.message_id, "B", "A"),
            news.reacted(2, said.message_id, "", "B"),
            news.reacted(2, said.message_id, "A"),
        ]
        teller.tell_in([facts] if at_once else [[one] for one in facts])
        assert entries(teller, news) == [
            (2, "reaction_given", GIVEN),
            (1, "reaction_received", RECEIVED),
            (2, "reaction_given", -GIVEN),
            (1, "reaction_received", -RECEIVED),
        ]
        assert balances(teller, news) == {1: MESSAGE, 2: 0}


def test_liking_oneself_or_somebody_unknown_earns_nothing(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said, anonymous = news.said(1), news.said(None)
        teller.tell(news.came(), said, anonymous)
        likes = [(1, said.message_id), (2, anonymous.message_id), (2, 99), (None, said.message_id)]
        teller.tell(*[news.reacted(who, message, "A") for who, message in likes])
        assert entries(teller, news) == []


def test_what_was_given_before_we_listened_cannot_be_taken_back_but_given_anew(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        again = news.reacted(2, said.message_id, "A")
        teller.tell(news.came(), said, news.reacted(2, said.message_id, "", "A"), again)
        assert entries(teller, news) == [(2, "reaction_given", GIVEN), (1, "reaction_received", RECEIVED)]


def test_a_reversal_is_booked_where_the_board_is_open_and_closed_boards_stay(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), said, news.reacted(2, said.message_id, "A"))
        later = MONDAY + timedelta(days=7)
        teller.tell(news.reacted(2, said.message_id, "", "A", at=later), now=later)
        rows = teller.rows(Standings, community_id=teller.community(news.chat_id), user_id=2)
        assert {r["board"]: r["points"] for r in rows} == {
            board_number(Period.DAY, day=MONDAY.date()): GIVEN,
            board_number(Period.WEEK, day=MONDAY.date()): GIVEN,
            board_number(Period.MONTH, day=MONDAY.date()): 0,
            board_number(Period.SEASON, day=MONDAY.date()): 0,
            board_number(Period.ALL, day=MONDAY.date()): 0,
        }


def test_liking_and_taking_back_wins_no_second_turn_under_the_cap(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        low = unfettered(reactions={"given_daily_cap_points": GIVEN})
        one, two = news.said(1), news.said(1)
        teller.tell(news.came(), one, two, new=low)
        teller.tell(news.reacted(2, one.message_id, "A"))
        teller.tell(news.reacted(2, one.message_id, "", "A"))
        teller.tell(news.reacted(2, two.message_id, "A"))
        assert balances(teller, news)[2] == 0


@pytest.mark.parametrize(
    ("answered", "earned"), [(None, []), (1, []), (2, [(1, "reply", 10)])], ids=["unknown", "oneself", "another"]
)
def test_a_reply_to_somebody_else_earns(
    database_url: str, answered: int | None, earned: list[tuple[int, str, int]]
) -> None:
    with telling(database_url) as teller:
        news = News()
        first = news.said(answered)
        reply = news.said(1, reply_to=first.message_id, reply_to_author=answered)
        command = news.said(1, reply_to=first.message_id, reply_to_author=answered, is_command=True)
        teller.tell(news.came(), first, reply, command)
        assert entries(teller, news) == earned
