"""Who runs a group: news and lists in any order, and when Telegram is asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import staff
from models.communities import NewCommunities
from models.facts import BotStatus, StaffChanged, StaffStatus
from models.outbox import Outbox
from models.staff import LIST_MARGIN, Leader, Staff
from tests.models.boards import asked, list_staff
from tests.models.telling import MONDAY, News, Telling, telling

few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
ADMINISTRATOR, NONE, OWNER = StaffStatus.ADMINISTRATOR, StaffStatus.NONE, StaffStatus.OWNER


def met(teller: Telling, news: News) -> int:
    teller.tell(news.came(by=None))
    return teller.community(news.chat_id)


def leading(teller: Telling, community_id: int) -> dict[int, str]:
    """Who leads, as what."""
    rows = teller.rows(Staff, community_id=community_id)
    return {row["user_id"]: row["status"] for row in rows if row["status"] != NONE}


def questions(teller: Telling, community_id: int) -> int:
    """How often Telegram was to be asked."""
    return len(teller.rows(Outbox, community_id=community_id, name="staff.unknown"))


def test_a_promotion_is_kept_with_its_rights_until_it_is_taken_back(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        community_id = met(teller, news)
        hidden = StaffChanged(
            *news._head(1, None), status=ADMINISTRATOR, rights=frozenset({"b", "a"}), is_anonymous=True
        )
        teller.tell(hidden, news.staff(2, OWNER))
        one = asked(teller, lambda s: staff.find(s, community_id=community_id, user_id=1))
        assert (one.status, one.rights, one.is_anonymous) == (ADMINISTRATOR, {"rights": ["a", "b"]}, True)
        assert leading(teller, community_id) == {1: ADMINISTRATOR, 2: OWNER}
        teller.tell(news.staff(1, NONE))

        def leads(user_id: int) -> bool:
            found: bool = asked(teller, lambda s: staff.is_staff(s, community_id=community_id, user_id=user_id))
            return found

        assert [leads(user_id) for user_id in (1, 2, 3)] == [False, True, False]


def test_the_newest_news_win_in_whatever_order_they_come(database_url: str) -> None:
    with telling(database_url) as teller:
        for order in permutations(range(3)):
            news = News()
            community_id = met(teller, news)
            steps = [(ADMINISTRATOR, 0), (NONE, 1), (OWNER, 1)]  # the last two in one second
            facts = [news.staff(1, status, at=MONDAY + timedelta(seconds=second)) for status, second in steps]
            teller.tell_in([facts[number]] for number in order)
            assert leading(teller, community_id) == {1: OWNER}, order


@few
@given(
    changes=st.lists(st.tuples(st.sampled_from((1, 2, 3)), st.booleans()), max_size=6),
    place=st.integers(0, 6),
    order=st.randoms(use_true_random=False),
)
def _agrees(teller: Telling, changes: Sequence[tuple[int, bool]], place: int, order: object) -> None:
    news = News()
    community_id = met(teller, news)
    hours = [MONDAY + timedelta(hours=number) for number in range(len(changes) + 1)]
    facts = [
        news.staff(who, ADMINISTRATOR if rises else NONE, at=at)
        for (who, rises), at in zip(changes, hours, strict=False)
    ]
    place = min(place, len(changes))
    before: set[int] = set()
    after: set[int] = set()
    for number, (who, rises) in enumerate(changes):
        for leaders in (before, after) if number < place else (after,):
            (leaders.add if rises else leaders.discard)(who)
    told: list[StaffChanged | None] = [*facts, None]
    order.shuffle(told)  # type: ignore[attr-defined]
    for one in told:
        if one is None:
            # Telegram's list is of the moment between the changes before it and those after.
            list_staff(teller, community_id, *before, now=hours[place] - LIST_MARGIN)
        else:
            teller.tell(one)
    assert set(leading(teller, community_id)) == after


def test_news_and_a_list_come_to_the_same_in_any_order(database_url: str) -> None:
    with telling(database_url) as teller:
        _agrees(teller)


def test_an_older_list_says_nothing_against_a_newer_one(database_url: str) -> None:
    with telling(database_url) as teller:
        community_id = met(teller, News())
        list_staff(teller, community_id, 1, now=MONDAY + timedelta(hours=1))
        list_staff(teller, community_id, 2, now=MONDAY)
        assert leading(teller, community_id) == {1: ADMINISTRATOR}
        list_staff(teller, community_id, now=MONDAY + timedelta(hours=2))
        assert leading(teller, community_id) == {}


def test_news_of_the_seconds_around_a_list_count(database_url: str) -> None:
    """Telegram's clock may be behind ours, and what it answers a moment old."""
    with telling(database_url) as teller:
        news = News()
        community_id = met(teller, news)
        list_staff(teller, community_id, 1, now=MONDAY)
        teller.tell(news.staff(2, at=MONDAY - timedelta(seconds=20)))
        teller.tell(news.staff(1, NONE, at=MONDAY - timedelta(seconds=10)))
        teller.tell(news.staff(3, at=MONDAY - timedelta(minutes=3)))
        assert leading(teller, community_id) == {2: ADMINISTRATOR}


@pytest.mark.parametrize("status", [BotStatus.ADMINISTRATOR, BotStatus.MEMBER])
def test_telegram_is_asked_when_kith_comes_and_when_it_rises(database_url: str, status: BotStatus) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(after=status))
        community_id = teller.community(news.chat_id)
        assert questions(teller, community_id) == 1
        later = MONDAY + timedelta(hours=1)
        teller.tell(news.moved(BotStatus.ADMINISTRATOR, before=status), now=later)
        assert questions(teller, community_id) == 1 + (status is BotStatus.MEMBER)
        teller.tell(news.moved(BotStatus.AWAY, before=BotStatus.ADMINISTRATOR), now=later)
        assert questions(teller, community_id) == 1 + (status is BotStatus.MEMBER)


def test_nobody_asks_about_a_group_that_waits_for_an_owners_word(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), new=NewCommunities(need_approval=True, owners=frozenset({99})))
        assert questions(teller, teller.community(news.chat_id)) == 0


def test_a_list_is_wanted_again_after_an_hour_and_not_asked_for_twice_at_once(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        community_id = met(teller, news)

        def want(now: datetime) -> tuple[bool, int]:
            about = {"community_id": community_id, "chat_id": news.chat_id}
            fresh: bool = asked(teller, lambda s: staff.want(s, now=now, **about))
            return fresh, questions(teller, community_id)

        assert want(MONDAY + timedelta(minutes=4)) == (False, 1)
        assert want(MONDAY + timedelta(minutes=5)) == (False, 2)
        known = MONDAY + timedelta(minutes=6)
        teller.work(lambda c: staff.know(c, community_id=community_id, leaders=[Leader(1, OWNER)], now=known))
        assert asked(teller, lambda s: staff.known_at(s, community_id=community_id)) == known
        assert want(known + timedelta(minutes=59)) == (True, 2)
        assert want(known + timedelta(minutes=60)) == (False, 3)
