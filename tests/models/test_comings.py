"""A coming or going that is told twice counts once, whatever comes first and whatever the bot is there."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.comings import Comings
from models.facts import AnyFact, BotStatus
from models.forgetting import forget
from models.rules.comings import TWICE_WITHIN, Telling, moments
from scheduler.upkeep import COMINGS_KEPT, clear_away
from tests.models.streams import held
from tests.models.telling import MONDAY, News, telling
from tests.models.telling import Telling as Teller

SECOND = timedelta(seconds=1)


def passed(teller: Teller, news: News) -> dict[tuple[int, str], tuple[int, ...]]:
    """How often everybody came and went on each day."""
    found = held(teller, news.chat_id).activity
    return {(who, day.isoformat()): counts[6:] for (who, day), counts in found.items() if any(counts[6:])}


def both(news: News) -> list[AnyFact]:
    """Somebody comes, goes and comes again, and all of it is told twice, a second apart."""
    facts: list[AnyFact] = []
    for minute, make in ((0, news.joined), (5, news.left), (9, news.joined)):
        at = MONDAY + timedelta(minutes=minute)
        facts += [make(5, at=at), make(5, by_service=True, at=at + SECOND)]
    return facts


@pytest.mark.parametrize("status", [None, BotStatus.ADMINISTRATOR, BotStatus.MEMBER])
def test_what_is_told_twice_counts_once_in_any_order(database_url: str, status: BotStatus | None) -> None:
    with telling(database_url) as teller:
        for number, order in enumerate(itertools.permutations(range(6))):
            if number % 48:
                continue
            news = News()
            teller.tell(news.said(1) if status is None else news.came(after=status))
            facts = both(news)
            teller.tell_in([[facts[place]] for place in order] if number % 96 else [[facts[place] for place in order]])
            assert passed(teller, news) == {(5, "2026-11-16"): (2, 1)}


def test_told_in_one_way_only_each_counts(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        moments_of = [MONDAY + SECOND * number for number in range(3)]
        teller.tell(news.came(), *[news.joined(5, by_service=True, at=at) for at in moments_of])
        teller.tell(*[news.joined(6, at=at) for at in moments_of])
        assert passed(teller, news) == {(5, "2026-11-16"): (3, 0), (6, "2026-11-16"): (3, 0)}


@pytest.mark.parametrize("service_is_first", [True, False])
def test_around_midnight_the_earlier_day_has_it(database_url: str, service_is_first: bool) -> None:
    with telling(database_url) as teller:
        news = News()
        midnight = MONDAY.replace(hour=0)
        facts = [news.joined(5, by_service=True, at=midnight - SECOND), news.joined(5, at=midnight)]
        teller.tell(news.came())
        teller.tell_in([[fact] for fact in (facts if service_is_first else facts[::-1])])
        assert passed(teller, news) == {(5, "2026-11-15"): (1, 0)}


def test_who_is_forgotten_in_between_came_before_and_comes_anew(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), news.joined(5))
        community_id = teller.community(news.chat_id)
        teller.work(lambda connection: forget(connection, community_id=community_id, user_id=5))
        teller.tell(news.joined(5, by_service=True))
        assert sorted(passed(teller, news).values()) == [(1, 0), (1, 0)]


def test_tellings_are_kept_for_a_term(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        old, young = MONDAY - COMINGS_KEPT - SECOND, MONDAY - COMINGS_KEPT
        teller.tell(news.came(), news.joined(5, at=old), news.left(5, at=young))
        teller.work(lambda connection: clear_away(connection, MONDAY))
        assert [row["came"] for row in teller.rows(Comings)] == [False]


@given(st.sets(st.builds(Telling, st.integers(0, 120).map(lambda s: MONDAY + SECOND * s), st.booleans()), max_size=7))
def test_as_many_pairs_are_made_as_can_be(tellings: set[Telling]) -> None:
    """Compared with trying all ways to pair them."""
    told = sorted(tellings)
    mine = [one for one in told if not one.by_service]
    theirs = [one for one in told if one.by_service]

    def most(left: list[Telling], right: list[Telling]) -> int:
        if not left:
            return 0
        pairs = [
            1 + most(left[1:], [other for other in right if other is not twin])
            for twin in right
            if abs(twin.at - left[0].at) <= TWICE_WITHIN
        ]
        return max([most(left[1:], right), *pairs])

    assert len(moments(tellings)) == len(told) - most(mine, theirs)
