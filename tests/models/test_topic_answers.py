"""Answers to the day's topic by facts: whatever they come with, each member's first one counts once."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from models.communities import NewCommunities
from models.facts import AnyFact
from models.forgetting import forget
from models.points import Ledger
from models.rules.topics import ANSWER, LIKED
from models.topic_answers import TopicAnswers, TopicMessages
from models.topics import TopicDays
from tests.models.telling import MONDAY, News, Telling, cut, later, telling, unfettered

KEY = 2026_11_16
ROOT = 900_000_000
SAYS_ENOUGH = "an answer that says enough to count"
FORUM_TOPIC = 77


def daily(**topics: Any) -> NewCommunities:
    """New communities with a topic a day, in which nothing else earns."""
    nothing: dict[str, dict[str, object]] = {
        "messages": {"points": 0, "cool_down_seconds": 0},
        "replies": {"points": 0},
        "reactions": {"given_points": 0, "received_points": 0, "given_cool_down_seconds": 0, "mutual_in_full": 1000},
        "likeness": {"days": 0},
    }
    return unfettered(**nothing, topics={"on": True, **topics})


def opened(told: Telling, new: NewCommunities, *, forum_topic: int | None = None) -> News:
    """A group whose topic was posted at nine and is open for twelve hours."""
    news = News()
    told.tell(news.came(), new=new)
    day = {
        "community_id": told.community(news.chat_id),
        "key": KEY,
        "topic_id": 1,
        "reason": "turn",
        "dimension": "need",
        "depth": "easy",
        "chat_id": news.chat_id,
        "message_id": ROOT,
        "forum_topic": forum_topic,
        "opened_at": MONDAY,
        "closes_at": MONDAY + timedelta(hours=12),
    }
    told.work(lambda connection: connection.execute(insert(TopicDays).values(**day)))
    return news


def earned(told: Telling, news: News) -> dict[tuple[int, str], int]:
    """What each member has earned by each action, but for what came to nothing."""
    sums: dict[tuple[int, str], int] = {}
    for row in told.rows(Ledger, community_id=told.community(news.chat_id)):
        place = (row["user_id"], row["action"])
        sums[place] = sums.get(place, 0) + row["points"]
    return {place: points for place, points in sums.items() if points}


@pytest.fixture
def told(database_url: str) -> Iterator[Telling]:
    with telling(database_url) as found:
        yield found


def test_who_answers_down_the_chain_in_one_batch_or_in_many_earns_once(told: Telling) -> None:
    new = daily()
    for together in (True, False):
        news = opened(told, new)
        first = news.said(2, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(1))
        second = news.said(3, plain=f"{SAYS_ENOUGH} too", reply_to=first.message_id, at=later(2))
        third = news.said(4, plain=f"{SAYS_ENOUGH} as well", reply_to=second.message_id, at=later(3))
        again = news.said(2, plain=f"{SAYS_ENOUGH} again", reply_to=third.message_id, at=later(4))
        aside = news.said(5, plain="this is about something else", reply_to=999, at=later(5))
        facts = [first, second, third, again, aside]
        told.tell_in([facts] if together else [[fact] for fact in facts], new=new)
        assert earned(told, news) == {(user, ANSWER.action): 100 for user in (2, 3, 4)}
        assert len(told.rows(TopicMessages, community_id=told.community(news.chat_id))) == 4


def test_in_a_forum_topic_of_its_own_a_plain_message_is_an_answer_while_it_is_open(told: Telling) -> None:
    new = daily(forum_topic=FORUM_TOPIC)
    news = opened(told, new, forum_topic=FORUM_TOPIC)
    told.tell(
        news.said(2, plain=SAYS_ENOUGH, topic=FORUM_TOPIC, at=later(1)),
        news.said(3, plain=SAYS_ENOUGH, topic=FORUM_TOPIC + 1, at=later(1)),
        news.said(4, plain=SAYS_ENOUGH, topic=FORUM_TOPIC, at=later(12 * 60)),
        news.said(5, plain="good", topic=FORUM_TOPIC, at=later(1)),
        new=new,
    )
    assert earned(told, news) == {(2, ANSWER.action): 100}


def test_in_a_forum_topic_a_plain_message_belongs_to_what_was_posted_last_whatever_day_it_is_named_after(
    told: Telling,
) -> None:
    new = daily(forum_topic=FORUM_TOPIC)
    for days in (-26, -2, -1, 1, 13):
        news = opened(told, new, forum_topic=FORUM_TOPIC)
        key = int(f"{MONDAY + timedelta(days=days):%Y%m%d}")
        moved = {"key": key, "message_id": ROOT + 1, "opened_at": later(10), "closes_at": later(60)}
        row = told.rows(TopicDays, community_id=told.community(news.chat_id))[0] | moved
        told.work(partial(_insert, row=row))
        told.tell(
            news.said(2, plain=SAYS_ENOUGH, topic=FORUM_TOPIC, at=later(5)),
            news.said(2, plain=SAYS_ENOUGH, topic=FORUM_TOPIC, at=later(15)),
            news.said(3, plain=SAYS_ENOUGH, topic=FORUM_TOPIC, reply_to=ROOT, at=later(15)),
            news.said(4, plain=SAYS_ENOUGH, topic=FORUM_TOPIC, at=later(65)),
            new=new,
        )
        answers = told.rows(TopicAnswers, community_id=told.community(news.chat_id))
        found = sorted((answer["author_id"], answer["key"]) for answer in answers)
        assert found == sorted([(2, KEY), (2, key), (3, KEY), (4, KEY)])


def _insert(connection: Connection, *, row: dict[str, Any]) -> None:
    connection.execute(insert(TopicDays).values(**row))


def test_in_a_thread_an_answer_counts_whose_chain_is_broken(told: Telling) -> None:
    new = daily()
    news = opened(told, new)
    told.tell(
        # What it replied to is deleted, or was said by another bot, of which Kith hears nothing.
        news.said(2, plain=SAYS_ENOUGH, thread=ROOT, at=later(1)),
        news.said(3, plain=SAYS_ENOUGH, thread=ROOT, reply_to=ROOT + 5, at=later(1)),
        news.said(4, plain=SAYS_ENOUGH, thread=ROOT + 6, reply_to=ROOT + 7, at=later(1)),
        news.said(5, plain=SAYS_ENOUGH, answers_topic=(1, 999, KEY), at=later(1)),
        new=new,
    )
    assert earned(told, news) == {(2, ANSWER.action): 100, (3, ANSWER.action): 100}


def test_before_it_was_opened_and_after_its_close_nothing_counts(told: Telling) -> None:
    new = daily()
    news = opened(told, new)
    told.tell(
        news.said(2, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(-1)),
        news.said(3, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(12 * 60)),
        news.said(4, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(12 * 60 - 1)),
        new=new,
    )
    assert earned(told, news) == {(4, ANSWER.action): 100}


def test_where_it_is_switched_off_nothing_is_written(told: Telling) -> None:
    new = daily(on=False)
    news = opened(told, new)
    told.tell(news.said(2, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(1)), new=new)
    assert earned(told, news) == {}
    assert told.rows(TopicMessages, community_id=told.community(news.chat_id)) == []


def test_who_was_forgotten_and_comes_back_earns_nothing_again(told: Telling) -> None:
    new = daily()
    news = opened(told, new)
    community_id = told.community(news.chat_id)
    told.tell(news.said(2, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(1)), new=new)
    told.work(lambda connection: forget(connection, community_id=community_id, user_id=2))
    told.tell(news.said(2, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(2)), new=new)
    assert [points for (user, _), points in earned(told, news).items() if user != 2] == [100]
    assert (2, ANSWER.action) not in earned(told, news)
    assert len(told.rows(TopicAnswers, community_id=community_id)) == 1


acts = st.lists(st.tuples(st.sampled_from(["answer", "like", "like", "unlike"]), st.integers(1, 6)), max_size=24)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts, places=st.lists(st.integers(0, 30), max_size=6))
def test_in_whatever_batches_it_comes_the_same_is_earned(
    told_in_a_file: Telling, acts: list[tuple[str, int]], places: list[int]
) -> None:
    new = daily()
    earnings = []
    for cuts in ([], places):
        news = opened(told_in_a_file, new)
        first = news.said(1, plain=SAYS_ENOUGH, reply_to=ROOT, at=later(1))
        facts: list[AnyFact] = [first]
        likers: set[int] = set()
        ever: set[int] = set()
        for number, (act, user) in enumerate(acts):
            at = later(2 + number)
            if act == "answer":
                facts.append(news.said(user, plain=f"{SAYS_ENOUGH} {number}", reply_to=first.message_id, at=at))
            elif act == "like" and user not in ever:
                likers.add(user)
                ever.add(user)
                facts.append(news.reacted(user, first.message_id, "A", at=at))
            elif act == "unlike" and user in likers and len(likers - {1}) != 3:
                # Falling below three and rising again is told apart by batches: see the town's own test.
                likers.discard(user)
                facts.append(news.reacted(user, first.message_id, "", "A", at=at))
        told_in_a_file.tell_in(cut(facts, cuts), new=new)
        earnings.append(earned(told_in_a_file, news))
        assert earnings[-1].get((1, LIKED.action), 0) == (100 if len(likers - {1}) >= 3 else 0)
    assert earnings[0] == earnings[1]


@pytest.fixture
def told_in_a_file(sqlite_url: str) -> Iterator[Telling]:
    with telling(sqlite_url) as found:
        yield found
