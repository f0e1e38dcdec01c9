"""Facts reach the database exactly once, whatever batches and repetitions they come in."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from models.communities import NewCommunities
from models.facts import AnyFact, Reacted, Said
from tests.models.streams import CHATS, Held, as_lanes_may_bring, counted, greetings, held, streams
from tests.models.telling import News, Telling, cut, elsewhere, few, fresh_chat, telling, unfettered

ZONE = "Europe/Berlin"
LOW_CAP = replace(unfettered(messages={"daily_cap_points": 50}), time_zone=ZONE)
NO_CAP = replace(unfettered(messages={"daily_cap_points": 100_000}), time_zone=ZONE)
CUTS = st.lists(st.integers(0, 16), max_size=3)


def told(
    teller: Telling,
    facts: Sequence[AnyFact],
    *,
    at: Sequence[int],
    new: NewCommunities,
    repeated: Sequence[int] = (),
) -> list[Held]:
    """What two fresh chats hold after the facts came in batches, and some of the batches again at the end."""
    chats = {chat: fresh_chat() for chat in CHATS}
    batches = cut(elsewhere(facts, chats), at)
    teller.tell_in(batches, new)
    teller.tell_in([batches[number % len(batches)] for number in repeated], new)
    teller.look_for_polls()
    return [held(teller, chat) for chat in chats.values()]


def test_any_cut_into_batches_and_any_repetition_counts_the_same(database_url: str) -> None:
    with telling(database_url) as teller:

        @few(database_url)
        @given(streams(moving=True), CUTS, st.lists(st.integers(0, 3), max_size=2))
        def holds(facts: list[AnyFact], at: list[int], again: list[int]) -> None:
            facts = [*greetings(), *facts]
            once = told(teller, facts, at=(), new=LOW_CAP)
            often = told(teller, facts, at=at, new=LOW_CAP, repeated=again)
            assert [one.totals for one in often] == [one.totals for one in once]
            by_hand = [counted(facts, chat, time_zone=ZONE) for chat in CHATS]
            assert [one.activity for one in once] == by_hand
            assert all(points <= 50 for one in once for points in one.earned.values())

        holds()


def test_any_order_that_lanes_may_bring_counts_the_same(database_url: str) -> None:
    """Also where both groups are met by something else than the bot's coming, and its rights change."""
    with telling(database_url) as teller:

        @few(database_url)
        @given(streams(moving=True), CUTS, st.randoms(use_true_random=False), st.lists(st.integers(0, 3), max_size=2))
        def holds(facts: list[AnyFact], at: list[int], chance: Random, again: list[int]) -> None:
            facts = [*greetings(), *facts]
            straight = told(teller, facts, at=(), new=NO_CAP)
            mixed = told(teller, as_lanes_may_bring(facts, chance), at=at, new=NO_CAP, repeated=again)
            assert [(one.totals, one.entries) for one in mixed] == [(one.totals, one.entries) for one in straight]
            assert [one.activity for one in mixed] == [counted(facts, chat, time_zone=ZONE) for chat in CHATS]

        holds()


def test_a_group_that_moves_holds_the_same_wherever_the_news_of_it_come(database_url: str) -> None:
    """Both chats are one group's, and either side tells of the move at any moment between the others' lanes."""
    old, new = (News(chat) for chat in CHATS)
    with telling(database_url) as teller:

        @few(database_url)
        @given(streams(), CUTS, st.randoms(use_true_random=False), st.tuples(st.integers(0, 16), st.integers(0, 16)))
        def holds(facts: list[AnyFact], at: list[int], chance: Random, places: tuple[int, int]) -> None:
            facts = [*greetings(), *facts]
            mixed = as_lanes_may_bring(facts, chance)
            for place in places:
                mixed.insert(place % (len(mixed) + 1), old.migrated(new.chat_id))
            found = [
                told(teller, stream, at=cuts, new=NO_CAP)
                for stream, cuts in (([old.migrated(new.chat_id), *facts], ()), (mixed, at))
            ]
            # Sources name chats, which differ from run to run.
            entries = [sorted((*entry[:3], *entry[4:]) for entry in one.entries) for both in found for one in both]
            assert entries == [entries[0]] * 4
            assert [one.totals for both in found for one in both] == [found[0][0].totals] * 4

        holds()


def test_a_reaction_in_one_batch_with_its_message_credits_the_author(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), news.reacted(2, said.message_id, "A"), said)
        activity = held(teller, news.chat_id).activity
        assert {user_id: counts[3] for (user_id, _), counts in activity.items()} == {1: 1, 2: 0}


def test_a_known_update_tells_nothing_though_its_content_is_new(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        first = news.said(1)
        teller.tell(news.came(), first)
        teller.tell(Said(first.update_id, first.at, first.place, first.person, message_id=first.message_id + 1))
        assert [counts[0] for counts in held(teller, news.chat_id).activity.values()] == [1]


def test_the_same_update_twice_in_one_batch_counts_once(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), said, said)
        assert [counts[0] for counts in held(teller, news.chat_id).activity.values()] == [1]


def test_two_bots_on_one_database_have_update_ids_of_their_own(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), said)
        teller.bot_id = 8
        teller.tell(Said(said.update_id, said.at, said.place, said.person, message_id=said.message_id + 1))
        assert [counts[0] for counts in held(teller, news.chat_id).activity.values()] == [2]


def test_an_emoji_of_an_anonymous_person_is_received_though_nobody_gave_it(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        nobody = news.reacted(None, said.message_id, "AB")
        assert isinstance(nobody, Reacted)
        teller.tell(news.came(), said, nobody)
        activity = held(teller, news.chat_id).activity
        assert {user_id: (counts[2], counts[3]) for (user_id, _), counts in activity.items()} == {1: (0, 2)}
