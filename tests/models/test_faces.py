"""What members are shown of themselves, as either database tells it."""

from datetime import timedelta
from functools import partial

import pytest

from models import activity, communities, keywords, members, people, points, profile, staff, standings, why
from models.facts import StaffStatus
from models.places import MessagePlace
from models.rules import days
from models.rules.points import Period
from tests.models.boards import asked
from tests.models.telling import MONDAY, News, telling

TODAY = MONDAY.date()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("passed", "length"),
    [
        ((), 0),
        ((0,), 1),
        ((1,), 1),
        ((2,), 0),
        ((0, 1, 2), 3),
        ((1, 2, 3), 3),
        ((0, 2, 3), 1),
        ((1, 3), 1),
        (tuple(range(400)), 400),
    ],
)
def test_days_in_a_row_count_up_to_today_or_yesterday(passed: tuple[int, ...], length: int) -> None:
    assert days.streak([TODAY - number * DAY for number in passed], today=TODAY) == length


@pytest.mark.parametrize("active", [1, 39, 40, 41, 330])
def test_a_long_streak_is_found_whole(database_url: str, active: int) -> None:
    with telling(database_url) as teller:
        news = News()
        said = [news.said(1, at=MONDAY - number * DAY) for number in [*range(active), active + 1, -1]]
        teller.tell(news.came(), *said)
        community_id = teller.community(news.chat_id)
        found = asked(
            teller, lambda session: activity.streak(session, community_id=community_id, user_id=1, today=TODAY)
        )
        assert found == active


def test_entries_come_the_latest_first_each_with_its_message(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        first, answer = news.said(1), news.said(2)
        album = news.said(1, album="7")
        teller.tell(news.came(), first, answer, album)
        teller.tell(news.reacted(2, first.message_id, "A"))
        teller.tell(news.reacted(2, first.message_id, "", "A"))
        here = {"community_id": teller.community(news.chat_id)}
        place = MessagePlace(news.chat_id, first.message_id)

        def page(user_id: int, limit: int, offset: int = 0) -> list[tuple[str, int, bool, MessagePlace | None]]:
            found = asked(teller, lambda s: why.entries(s, **here, user_id=user_id, limit=limit, offset=offset))
            return [(entry.action, entry.points, entry.is_reversal, entry.place) for entry in found]

        mine = page(1, 9)
        assert mine[:2] == [("reaction_received", -10, True, place), ("reaction_received", 10, False, place)]
        assert {one[3] for one in mine[2:]} == {place, MessagePlace(news.chat_id, album.message_id)}
        assert [one for offset in range(5) for one in page(1, 1, offset)] == mine
        assert page(2, 9)[-1] == ("message", 20, False, MessagePlace(news.chat_id, answer.message_id))
        assert page(3, 9) == []


def test_points_are_summed_by_period_day_and_action(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), news.said(1, at=MONDAY - 7 * DAY), news.said(1), news.said(1, at=MONDAY + DAY))
        mine = {"community_id": teller.community(news.chat_id), "user_id": 1}
        tomorrow = TODAY + DAY
        assert asked(teller, lambda s: standings.sums(s, **mine, day=tomorrow)) == {
            Period.DAY: 20,
            Period.WEEK: 40,
            Period.MONTH: asked(teller, lambda s: standings.earned(s, **mine, period=Period.MONTH, day=tomorrow)),
            Period.SEASON: 60,
            Period.ALL: 60,
        }
        summary = asked(teller, lambda s: standings.summary(s, **mine, today=tomorrow))
        assert (summary.lifetime, summary.week.points, summary.by_day) == (60, 40, [20, 20])
        assert asked(teller, lambda s: points.earned_by_action(s, **mine, day=TODAY)) == {"message": 20}
        card = asked(teller, lambda s: profile.card(s, **mine, now=MONDAY + 2 * DAY))
        assert (list(card.curve), card.monday, card.streak) == ([20, 20, 0], TODAY, 2)


def test_names_communities_and_words_are_found_many_at_once(database_url: str) -> None:
    with telling(database_url) as teller:
        one, other = News(), News()
        for news in (one, other):
            teller.tell(news.came(by=1), news.said(1), news.said(2), news.staff(2, StaffStatus.ADMINISTRATOR))
        teller.tell(one.left(1, at=MONDAY + DAY))
        ids = [teller.community(news.chat_id) for news in (one, other)]
        assert asked(teller, lambda s: people.names(s, user_ids=[1, 2, 3])).keys() == {1, 2}
        assert asked(teller, lambda s: people.names(s, user_ids=[])) == {}
        for wanted in (ids, ids[::-1], ids[:1], []):
            found = asked(teller, partial(communities.among, community_ids=wanted))
            assert [community.community_id for community in found] == wanted
        assert asked(teller, lambda s: members.communities_of(s, user_id=1)) == ids[1:]
        assert asked(teller, lambda s: members.ever_in(s, user_id=1)) == sorted(ids)
        gone = asked(teller, lambda s: members.find(s, community_id=ids[0], user_id=1))
        there = asked(teller, lambda s: members.find(s, community_id=ids[1], user_id=1))
        assert (gone.is_there, there.is_there) == (False, True)
        assert asked(teller, lambda s: staff.led_by(s, user_id=1)) == []
        assert asked(teller, lambda s: staff.led_by(s, user_id=2)) == sorted(ids)
        assert "积分" in asked(teller, lambda s: keywords.known(s, at_first={}))
