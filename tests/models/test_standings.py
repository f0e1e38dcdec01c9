"""The boards are what anybody would count by hand, whoever comes, goes, rises, hides, is forgotten or loses points."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, update

from bot.patience import patiently
from models import listing, standings
from models.communities import Communities, NewCommunities
from models.facts import AnyFact, StaffStatus
from models.members import Members
from models.observing import observe
from models.refusals import NotForYou
from models.rules.points import Period, board_number
from models.rules.standings import ranks
from models.standings import Page, Place, Score, Standings
from scheduler.upkeep import clear_away
from tests.models.boards import (
    PEOPLE,
    TODAY,
    ByHand,
    asked,
    board,
    choose,
    forget,
    histories,
    late,
    list_staff,
    score,
    scores,
)
from tests.models.telling import MONDAY, News, Telling, cut, few, telling

SAID = 20


def ids(places: Sequence[Place]) -> list[int]:
    return [place.user_id for place in places]


def talk(teller: Telling, news: News, **messages: int) -> int:
    """A group in which member N wrote so many messages, given as `mN`; returns the community's id."""
    facts = [news.said(int(who[1:])) for who, number in messages.items() for _ in range(number)]
    teller.tell(news.came(), *facts)
    return teller.community(news.chat_id)


def flags_agree(teller: Telling, community_id: int) -> None:
    """All rows of a member say of being listed what the member's own row says."""
    listed = {row["user_id"]: row["listed"] for row in teller.rows(Members, community_id=community_id)}
    rows = teller.rows(Standings, community_id=community_id)
    assert {(row["user_id"], row["listed"]) for row in rows} <= set(listed.items())


def test_any_history_in_any_cut_gives_the_boards_that_are_counted_by_hand(database_url: str) -> None:
    with telling(database_url) as teller:

        @few(database_url)
        @given(st.data(), st.lists(st.integers(0, 16), max_size=3), st.randoms(use_true_random=False), st.booleans())
        def holds(data: st.DataObject, at: list[int], chance: Random, staff_listed: bool) -> None:
            news = News()
            new = NewCommunities(settings={"standings": {"staff_listed": staff_listed}})
            teller.tell(news.came(by=None), new=new)
            community_id, hand = teller.community(news.chat_id), ByHand(staff_listed)
            for day in data.draw(histories(news)):
                for batch in cut(late(day.facts, chance), at):
                    teller.tell(*batch, now=day.at)
                hand.take(day)
                if day.leaders is not None:
                    list_staff(teller, community_id, *day.leaders, now=day.at + timedelta(hours=1))
                for who, hides in day.hides.items():
                    if hand.inside.get(who) is not None or who in day.forgotten:
                        _choose_if_known(teller, community_id, who, listed=not hides)
                for who in day.forgotten:
                    forget(teller, community_id, who)
            for (period, begins), counted in scores(teller, community_id).items():
                found = board(teller, community_id, period, begins)
                assert found == hand.board(counted), period
                ranked = {place.user_id: place.rank for place in found}
                for who in PEOPLE:
                    expected = Score(counted[who], ranked.get(who))
                    assert score(teller, community_id, who, period, begins) == expected
            flags_agree(teller, community_id)

        holds()


def _choose_if_known(teller: Telling, community_id: int, who: int, *, listed: bool) -> None:
    if teller.rows(Members, community_id=community_id, user_id=who):
        choose(teller, community_id, who, listed=listed)


class TestRanks:
    """Equal points share a rank, and the next skips."""

    @given(st.lists(st.integers(1, 9)), st.integers(0, 40), st.integers(1, 7))
    def test_a_rank_counts_who_has_more_on_whatever_page(self, points: list[int], skipped: int, limit: int) -> None:
        ordered = sorted(points, reverse=True)
        page = ordered[skipped : skipped + limit]
        ahead = sum(one > page[0] for one in ordered) if page else 0
        expected = [1 + sum(other > one for other in ordered) for one in page]
        assert ranks(page, before=skipped, ahead=ahead) == expected

    def test_two_share_the_second_rank_and_there_is_no_third(self, database_url: str) -> None:
        with telling(database_url) as teller:
            community_id = talk(teller, News(), m1=3, m2=2, m3=2, m4=1)
            expected = [Place(1, 1, 60), Place(2, 3, 40), Place(2, 2, 40), Place(4, 4, 20)]
            for period in Period:
                assert board(teller, community_id, period) == expected
                assert [score(teller, community_id, who, period).rank for who in (1, 2, 3, 4)] == [1, 2, 2, 4]

    def test_pages_hold_everybody_once_and_each_finds_their_own(self, database_url: str) -> None:
        with telling(database_url) as teller:
            community_id = talk(teller, News(), m1=1, m2=2, m3=2, m4=2, m5=2, m6=2, m7=4)
            whole = board(teller, community_id)
            pages = [board(teller, community_id, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
            assert [place for page in pages for place in page] == whole
            about: dict[str, Any] = {"period": Period.WEEK, "day": TODAY}
            for number, place in enumerate(whole):
                who = place.user_id
                where = {"community_id": community_id, "user_id": who, "limit": 2, **about}
                page = asked(teller, lambda s, where=where: standings.around(s, **where))  # type: ignore[misc]
                assert page == Page(number // 2 * 2, pages[number // 2])
            size = asked(teller, lambda s: standings.size(s, community_id=community_id, **about))
            assert size == 7
            assert asked(teller, lambda s: standings.size(s, community_id=community_id, **about, most=7)) == 7
            assert asked(teller, lambda s: standings.size(s, community_id=community_id, **about, most=6)) is None
            for limit, last in ((2, 3), (7, 0), (10, 0)):
                last_page = {"community_id": community_id, "limit": limit, **about}
                assert asked(teller, lambda s, where=last_page: standings.last_page(s, **where)) == last  # type: ignore[misc]
            follower = {"community_id": community_id, "user_id": whole[1].user_id, "limit": 2, "more": 1, **about}
            assert asked(teller, lambda s: standings.around(s, **follower)) == Page(0, whole[:3])
            stranger = {"community_id": community_id, "user_id": 99, "limit": 2, **about}
            assert asked(teller, lambda s: standings.around(s, **stranger)) is None
            assert board(teller, community_id, limit=2, offset=8) == []

    def test_behind_more_than_are_counted_there_is_no_number(self, database_url: str) -> None:
        with telling(database_url) as teller:
            community_id = talk(teller, News(), m1=4, m2=3, m3=2, m4=1)
            about: dict[str, Any] = {"community_id": community_id, "period": Period.WEEK, "day": TODAY, "most": 2}
            found = [asked(teller, lambda s, who=who: standings.score(s, user_id=who, **about)) for who in (1, 2, 3, 4)]  # type: ignore[misc]
            ranked = [Score(4 * SAID, 1), Score(3 * SAID, 2), Score(2 * SAID, 3), Score(SAID, None, is_far=True)]
            assert found == ranked

    def test_a_board_is_read_from_its_index_without_sorting(self, database_url: str) -> None:
        with telling(database_url) as teller:
            community_id = talk(teller, News(), m1=1, m2=2)
            if teller.database.is_sqlite:
                plans = asked(teller, lambda s: _plans(s, community_id))
                assert len(plans) == 6
                assert all("COVERING INDEX ix_standings_board" in plan or "PRIMARY KEY" in plan for plan in plans), (
                    plans
                )
                assert not any("TEMP B-TREE" in plan for plan in plans), plans


async def _plans(session: Any, community_id: int) -> list[str]:
    """How SQLite goes about it when a page is sought."""
    statements: list[tuple[str, Any]] = []
    connection = (await session.connection()).sync_connection

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    await standings.around(session, community_id=community_id, user_id=1, period=Period.WEEK, day=TODAY, limit=1)
    event.remove(connection, "before_cursor_execute", note)
    found = []
    for statement, parameters in statements:
        plan = await (await session.connection()).exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        found.append(" ".join(str(row) for row in plan))
    return found


class TestWhoIsListed:
    """People who are there, do not mind, and do not run the place."""

    def test_who_leaves_is_gone_from_every_board_and_comes_back_with_what_they_have(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            community_id = talk(teller, news, m1=2, m2=1)
            teller.tell(news.left(1, at=MONDAY + timedelta(minutes=1)))
            for period in Period:
                assert board(teller, community_id, period) == [Place(1, 2, SAID)]
                assert score(teller, community_id, 1, period) == Score(2 * SAID, None)
            teller.tell(news.joined(1, at=MONDAY + timedelta(minutes=2)))
            assert ids(board(teller, community_id)) == [1, 2]

    def test_who_left_and_is_liked_earns_but_stays_unlisted_in_new_periods_too(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            said, later = news.said(1), MONDAY + timedelta(days=40)
            teller.tell(news.came(), said, news.left(1, at=MONDAY + timedelta(minutes=1)))
            teller.tell(news.reacted(2, said.message_id, "A", at=later), now=later)
            community_id = teller.community(news.chat_id)
            for period in Period:
                assert ids(board(teller, community_id, period, later.date())) == [2]
                assert score(teller, community_id, 1, period, later.date()).points > 0

    def test_a_member_may_hide_and_show_themselves_again(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            community_id = talk(teller, news, m1=2, m2=1)
            choose(teller, community_id, 1, listed=False)
            teller.tell(news.said(1), news.said(1, at=MONDAY + timedelta(days=7)))
            for period in Period:
                assert ids(board(teller, community_id, period)) == [2]
            assert score(teller, community_id, 1) == Score(3 * SAID, None)
            choose(teller, community_id, 1, listed=True)
            assert ids(board(teller, community_id)) == [1, 2]
            flags_agree(teller, community_id)

    def test_a_stranger_has_nothing_to_choose(self, database_url: str) -> None:
        with telling(database_url) as teller:
            community_id = talk(teller, News(), m1=1)
            with pytest.raises(NotForYou):
                choose(teller, community_id, 99, listed=False)

    def test_staff_that_telegram_listed_before_they_ever_spoke_is_not_listed(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            teller.tell(news.came())
            community_id = teller.community(news.chat_id)
            list_staff(teller, community_id, 1, now=MONDAY)
            teller.tell(news.said(1), news.said(2))
            assert ids(board(teller, community_id)) == [2]
            list_staff(teller, community_id, 2, now=MONDAY + timedelta(hours=2))
            assert ids(board(teller, community_id)) == [1]

    def test_staff_is_listed_where_the_group_wants_it_so(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            community_id = talk(teller, news, m1=2, m2=1)
            teller.tell(news.staff(1, StaffStatus.OWNER))
            assert ids(board(teller, community_id)) == [2]
            for staff_listed, expected in ((True, [1, 2]), (False, [2])):
                chosen = {"standings": {"staff_listed": staff_listed}}

                def change(connection: Connection, chosen: Any = chosen) -> None:
                    here = Communities.community_id == community_id
                    connection.execute(update(Communities).where(here).values(settings=chosen))
                    listing.relist(connection, community_id=community_id)

                teller.work(change)
                assert ids(board(teller, community_id)) == expected

    def test_who_is_forgotten_is_listed_nowhere_though_their_old_messages_are_liked(self, database_url: str) -> None:
        with telling(database_url) as teller:
            news = News()
            said = news.said(1)
            teller.tell(news.came(), said, news.said(2))
            community_id = teller.community(news.chat_id)
            forget(teller, community_id, 1)
            later = MONDAY + timedelta(days=7)
            teller.tell(news.reacted(3, said.message_id, "A", at=later), now=later)
            assert ids(board(teller, community_id)) == [2]
            assert ids(board(teller, community_id, day=later.date())) == [3]
            teller.tell(news.said(1, at=later), now=later)
            assert ids(board(teller, community_id, day=later.date())) == [1, 3]
            forget(teller, community_id, 1)
            assert ids(board(teller, community_id, day=later.date())) == [3]
            flags_agree(teller, community_id)

    def test_a_group_met_twice_lists_by_what_both_lives_know(self, database_url: str) -> None:
        with telling(database_url) as teller:
            old, new = News(), News()
            elder = talk(teller, old, m1=1, m2=1, m3=1, m4=1)
            younger = talk(teller, new, m1=1, m2=1, m3=1)
            choose(teller, younger, 1, listed=False)
            teller.tell(new.left(2, at=MONDAY + timedelta(minutes=1)), new.staff(3))
            teller.tell(old.migrated(new.chat_id))
            assert board(teller, elder) == [Place(1, 4, SAID)]
            assert [score(teller, elder, who).points for who in (1, 2, 3)] == [2 * SAID] * 3
            flags_agree(teller, elder)


def test_old_days_are_cleared_away_and_the_other_boards_stay(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        community_id = talk(teller, news, m1=1, m2=1)
        choose(teller, community_id, 2, listed=False)
        for days in (14, 15):
            teller.tell(news.said(3, at=MONDAY + timedelta(days=days)))
            teller.work(lambda connection, days=days: clear_away(connection, MONDAY + timedelta(days=days)))  # type: ignore[misc]
            left = teller.rows(Standings, community_id=community_id, board=board_number(Period.DAY, day=TODAY))
            assert bool(left) == (days == 14)
        for period in set(Period) - {Period.DAY}:
            kept = teller.rows(Standings, community_id=community_id, board=board_number(period, day=TODAY))
            assert {row["user_id"] for row in kept} >= {1, 2}


def test_coming_going_hiding_and_earning_at_once_leaves_no_flag_behind(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), said, *[news.said(who) for who in PEOPLE])
        community_id = teller.community(news.chat_id)

        async def take(*facts: AnyFact) -> None:
            told = [fact.update_id for fact in facts]
            about: dict[str, Any] = {"update_ids": told, "bot_id": 7, "now": MONDAY, "new": NewCommunities()}
            await patiently(lambda: teller.database.tell(lambda c: observe(c, facts, **about)))

        async def chosen(who: int, *, listed: bool) -> None:
            async with teller.database.writing() as session:
                await listing.choose(session, community_id=community_id, user_id=who, listed=listed)

        async def all_at_once(chance: Random) -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(1, 25):
                    at = MONDAY + timedelta(days=number)
                    first, second = chance.sample(PEOPLE, 2)
                    group.create_task(take(news.said(first, at=at), news.reacted(second, said.message_id, "A", at=at)))
                    group.create_task(take(news.left(second, at=at + timedelta(minutes=1))))
                    group.create_task(take(news.staff(first, chance.choice(list(StaffStatus)), at=at)))
                    hides = chance.random() < 0.5
                    group.create_task(patiently(lambda who=first, hides=hides: chosen(who, listed=hides)))  # type: ignore[misc]

        teller.runner.run(all_at_once(Random(1)))
        flags_agree(teller, community_id)
        before = teller.rows(Members, community_id=community_id)
        teller.work(lambda connection: listing.relist(connection, community_id=community_id))
        assert teller.rows(Members, community_id=community_id) == before
