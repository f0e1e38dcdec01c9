"""What keeps earning fair, on real databases: limits, the same again, back and forth, the newcomers' gate."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from models import fairness, passing
from models.communities import NewCommunities
from models.facts import AnyFact, BotStatus, Said
from models.fairness import KEPT_EACH, UncountedDays, UncountedLately
from models.likeness import MOST, Likenesses, Ring
from models.mutual import LikesBetween
from models.newcomers import MOST_AT_ONCE, HeldLikes
from models.points import Balances, Ledger
from scheduler import upkeep
from tests.models.telling import MONDAY, News, Telling, cut, elsewhere, few, fresh_chat, later, telling, unfettered

EVERYTHING_ON = NewCommunities(
    settings={
        "fairness": {"basic_daily_cap_points": 120},
        "messages": {"daily_cap_points": 60, "cool_down_seconds": 90},
        "newcomers": {"gate_hours": 1, "gate_messages": 1},
        "reactions": {"given_cool_down_seconds": 60, "mutual_in_full": 0, "received_daily_cap_points": 20},
        "replies": {"daily_cap_points": 20, "cool_down_seconds": 60},
    }
)


def why(teller: Telling, news: News) -> dict[tuple[int, str, str], int]:
    """What did not count: who, which action and why, how often."""
    rows = teller.rows(UncountedDays, community_id=teller.community(news.chat_id))
    return {(row["user_id"], row["action"], row["reason"]): row["times"] for row in rows}


def earned(teller: Telling, news: News) -> dict[int, int]:
    """Everybody's balance, where it is not nothing."""
    rows = teller.rows(Balances, community_id=teller.community(news.chat_id))
    return {row["user_id"]: row["balance"] for row in rows if row["balance"]}


def let_pass(teller: Telling, minutes: int) -> int:
    """Let through the gate whoever is through it by then."""
    return len(teller.work(lambda connection: passing.let_pass(connection, now=later(minutes))).likes)


def test_what_is_said_again_earns_nothing_for_a_fortnight(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came())
        day = 24 * 60
        for minutes, text in ((0, "goodmorning"), (1, "somethingelsealtogether"), (14 * day - 1, "goodmorning")):
            teller.tell(news.said(1, plain=text, at=later(minutes)))
        assert earned(teller, news) == {1: 40}
        assert why(teller, news) == {(1, "message", "same_again"): 1}
        # Whoever says it again every fortnight says it again: the last time counts, not the first.
        teller.tell(news.said(1, plain="goodmorning", at=later(14 * day + 5)))
        assert earned(teller, news) == {1: 40}
        teller.tell(news.said(1, plain="goodmorning", at=later(28 * day + 6)))
        teller.tell(news.said(2, plain="goodmorning", at=later(28 * day + 7)))
        assert earned(teller, news) == {1: 60, 2: 20}, "what others have said may be said"


def test_the_same_picture_earns_once_and_an_album_with_one_new_picture_does(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), news.said(1, media="a"), news.said(1, media="a"))
        assert earned(teller, news) == {1: 20}
        teller.tell(*[news.said(1, media=name, album="x") for name in ("a", "b", "c")])
        assert earned(teller, news) == {1: 40}
        teller.tell(*[news.said(1, media=name, album="y") for name in ("a", "b", "c")])
        assert earned(teller, news) == {1: 40}


def test_a_reply_that_is_no_worthy_message_is_no_worthy_reply(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        asked = news.said(2)
        teller.tell(news.came(), asked)
        for text in ("averygoodanswer", "averygoodanswer", "ok"):
            teller.tell(news.said(1, plain=text, reply_to=asked.message_id, reply_to_author=2))
        teller.tell(news.said(1, is_forward=True, reply_to=asked.message_id, reply_to_author=2))
        assert earned(teller, news) == {1: 30, 2: 20}
        assert why(teller, news) == {
            (1, "message", "forward"): 1,
            (1, "message", "same_again"): 1,
            (1, "message", "too_short"): 1,
        }


def test_neither_text_nor_its_hash_without_the_key_lies_in_the_database(sqlite_url: str) -> None:
    with telling(sqlite_url) as teller:
        news = News()
        teller.tell(news.came(), news.said(1, plain="asecretofsomelength"), news.said(1, plain="short12"))
        stored = repr([teller.rows(model) for model in (Likenesses, Ledger, UncountedLately)])
        assert "secret" not in stored
        assert "short12" not in stored
        with telling(sqlite_url) as other:
            assert len(Ring.read(other.rows(Likenesses)[0]["ring"]).prints) == 2


def test_limits_of_the_day_and_of_the_tier_are_told_apart(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        low = unfettered(messages={"daily_cap_points": 30}, fairness={"basic_daily_cap_points": 45})
        first = news.said(2)
        teller.tell(news.came(), first, new=low)
        for _ in range(4):
            teller.tell(news.said(1, reply_to=first.message_id, reply_to_author=2))
        # 20 + 10, 10 (the message's cap leaves no more) + 5 of the tier, then nothing.
        assert earned(teller, news) == {1: 45, 2: 20}
        assert why(teller, news) == {
            (1, "message", "daily_cap"): 2,
            (1, "reply", "tier_cap"): 2,
        }


def test_a_pause_lies_between_two_messages_that_count(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        calm = unfettered(messages={"cool_down_seconds": 10})
        teller.tell(news.came(), new=calm)
        for seconds in (0, 9, 10, 19, 20):
            teller.tell(news.said(1, at=MONDAY + timedelta(seconds=seconds)))
        assert earned(teller, news) == {1: 60}
        assert why(teller, news) == {(1, "message", "cool_down"): 2}


def test_what_goes_back_and_forth_fades_and_admiration_does_not(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        fading = unfettered(reactions={"mutual_in_full": 1, "given_points": 0})
        mine, yours = [news.said(1) for _ in range(7)], [news.said(2) for _ in range(7)]
        teller.tell(news.came(), *mine, *yours, new=fading)
        for one, other in zip(mine, yours, strict=True):
            teller.tell(news.reacted(2, one.message_id, "A"))
            teller.tell(news.reacted(1, other.message_id, "A"))
            teller.tell(news.reacted(3, one.message_id, "A"))
        received = Counter[tuple[int, int]]()
        for row in teller.rows(Ledger, community_id=teller.community(news.chat_id), action="reaction_received"):
            received[row["user_id"], row["points"]] += 1
        # Of seven each: the first two whole, then halved with each that has gone both ways; the third's all count.
        assert received == {
            (1, 10): 2 + 7,
            (1, 5): 1,
            (1, 3): 1,
            (1, 1): 2,
            (2, 10): 2,
            (2, 5): 1,
            (2, 3): 1,
            (2, 1): 2,
        }
        assert why(teller, news) == {
            (1, "reaction_received", "back_and_forth"): 1,
            (2, "reaction_received", "back_and_forth"): 1,
        }


def test_another_emoji_is_no_other_like(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), said, news.reacted(2, said.message_id, "A"))
        for old, fresh in ("AB", "BC", "CA"):
            teller.tell(news.reacted(2, said.message_id, fresh, old))
        assert [row["likes"] for row in teller.rows(LikesBetween)] == [1]


def test_a_like_for_oneself_is_told_as_such(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        said = news.said(1)
        teller.tell(news.came(), said, news.reacted(1, said.message_id, "A"))
        assert why(teller, news) == {(1, "reaction_given", "own_message"): 1}


def newcomers_town(teller: Telling, *, messages: int = 1) -> tuple[News, Said]:
    """A group with a gate of an hour, a message by an old member, and a newcomer, 2, who came just now."""
    news = News()
    said = news.said(1)
    gate = unfettered(newcomers={"gate_hours": 1, "gate_messages": messages})
    teller.tell(news.came(), said, news.joined(2), new=gate)
    return news, said


def test_a_newcomers_likes_wait_and_count_when_they_are_through(database_url: str) -> None:
    with telling(database_url) as teller:
        news, said = newcomers_town(teller)
        teller.tell(news.reacted(2, said.message_id, "A", at=later(5)))
        teller.tell(news.reacted(3, said.message_id, "A", at=later(5)))
        assert earned(teller, news) == {1: 30, 3: 5}, "whose coming nobody saw is no newcomer"
        assert let_pass(teller, 61) == 0, "the hour is over, but not a word was said"
        teller.tell(news.said(2, at=later(70)))
        assert let_pass(teller, 71) == 1
        assert let_pass(teller, 71) == 0
        assert earned(teller, news) == {1: 40, 2: 25, 3: 5}
        rows = teller.rows(Ledger, community_id=teller.community(news.chat_id), user_id=2, action="reaction_given")
        assert [row["at"] for row in rows] == [later(71)]
        # Now it can be taken back like any other, and given again for nothing.
        teller.tell(news.reacted(2, said.message_id, "", "A", at=later(80)), now=later(80))
        teller.tell(news.reacted(2, said.message_id, "A", at=later(81)))
        assert earned(teller, news) == {1: 30, 2: 20, 3: 5}


def test_many_who_come_through_at_once_are_taken_some_at_a_time(database_url: str) -> None:
    with telling(database_url) as teller:
        news, said = newcomers_town(teller, messages=0)
        crowd = range(2, 2 + 2 * MOST_AT_ONCE + 3)
        teller.tell_in([[news.joined(member) for member in crowd]])
        teller.tell_in([[news.reacted(member, said.message_id, "A", at=later(5)) for member in crowd]])
        assert [let_pass(teller, 61) for _ in range(4)] == [MOST_AT_ONCE, MOST_AT_ONCE, 3, 0]
        assert {member for member in earned(teller, news) if member != 1} == set(crowd)


def test_of_many_who_come_through_at_once_those_count_first_who_liked_first(database_url: str) -> None:
    with telling(database_url) as teller:
        news, said = newcomers_town(teller, messages=0)
        crowd = range(2, 2 + MOST_AT_ONCE + 3)
        teller.tell_in([[news.joined(member) for member in crowd]])
        for minutes, members in ((5, crowd[3:]), (6, crowd[:3])):
            teller.tell_in([[news.reacted(member, said.message_id, "A", at=later(minutes)) for member in members]])
        assert let_pass(teller, 61) == MOST_AT_ONCE
        assert {member for member in earned(teller, news) if member != 1} == set(crowd[3:])
        assert let_pass(teller, 61) == 3


def test_a_like_taken_back_at_the_gate_never_counts(database_url: str) -> None:
    with telling(database_url) as teller:
        for at_once in (True, False):
            news, said = newcomers_town(teller, messages=0)
            facts = [
                news.reacted(2, said.message_id, "A", at=later(1)),
                news.reacted(2, said.message_id, "", "A", at=later(2)),
                news.reacted(2, said.message_id, "B", at=later(3)),
            ]
            teller.tell_in([facts] if at_once else [[fact] for fact in facts])
            assert let_pass(teller, 61) == 0
            assert earned(teller, news) == {1: 20}


def test_who_leaves_does_not_get_through_by_leaving_and_coming_back(database_url: str) -> None:
    with telling(database_url) as teller:
        news, said = newcomers_town(teller, messages=0)
        teller.tell(news.reacted(2, said.message_id, "A", at=later(1)))
        teller.tell(news.left(2, at=later(2)))
        assert let_pass(teller, 61) == 0
        teller.tell(news.joined(2, at=later(62)))
        assert let_pass(teller, 63) == 1


def test_what_waits_too_long_at_the_gate_is_dropped(database_url: str) -> None:
    with telling(database_url) as teller:
        news, said = newcomers_town(teller)
        teller.tell(news.reacted(2, said.message_id, "A", at=later(1)))
        clear(teller, days=29)
        assert len(teller.rows(HeldLikes)) == 1
        clear(teller, days=31)
        assert teller.rows(HeldLikes) == []


def clear(teller: Telling, *, days: int) -> None:
    """Have the hourly upkeep done after so many days."""
    teller.work(lambda connection: upkeep.clear_away(connection, MONDAY + timedelta(days=days)))


def test_fingerprints_are_gone_after_a_fortnight(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came(), news.said(1, plain="whatwassaidfirst"))
        teller.tell(news.said(1, plain="andquiteanotherthing", at=MONDAY + timedelta(days=2)))
        clear(teller, days=15)
        assert [len(Ring.read(row["ring"]).prints) for row in teller.rows(Likenesses)] == [1]
        clear(teller, days=17)
        assert teller.rows(Likenesses) == []


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)), max_size=60))
def test_a_ring_is_stored_and_read_as_it_was(taken: list[tuple[int, int]]) -> None:
    ring = Ring([], [])
    for fingerprint, at in taken:
        ring.takes(fingerprint, at=at, days=14)
    assert len(ring.prints) <= MOST
    assert Ring.read(ring.stored()) == ring


def test_of_what_did_not_count_each_member_keeps_the_last_twenty(database_url: str) -> None:
    with telling(database_url) as teller:
        news = News()
        teller.tell(news.came())
        short = [news.said(user, plain="ok") for _ in range(KEPT_EACH + 5) for user in (1, 2)]
        teller.tell_in([short[:30], short[30:]])
        clear(teller, days=0)
        kept = [fact for fact in short if fact.person and fact.person.user_id == 1][-KEPT_EACH:]

        here = {"community_id": teller.community(news.chat_id), "user_id": 1}

        async def told() -> tuple[list[str], Any]:
            async with teller.database.reading() as session:
                lately = await fairness.lately(session, **here)
                times = await fairness.times_by_reason(session, **here, since=MONDAY.date())
                return [row.source for row in lately], times

        sources, times = teller.runner.run(told())
        assert sources == [f"message:{news.chat_id}:{fact.message_id}" for fact in reversed(kept)]
        assert times == {"too_short": KEPT_EACH + 5}


TEXTS = ("ok", "agoodmorningtoall", "agoodmorningtoyouall", "somethingelsealtogether", "短い", "今天我们一起读这本书吧")


@st.composite
def _happenings(draw: DrawFn) -> list[AnyFact]:
    """Two newcomers and two old members who talk and like each other, in the order of time."""
    news = News(-101)
    facts: list[AnyFact] = [news.came(after=BotStatus.ADMINISTRATOR)]
    said: list[int] = []
    # Telegram tells what was added: nobody adds what stands there already. And nobody gives again what they have taken
    # back: how often that is noted, as a pause that did not count, is known to depend on the cut.
    standing: set[tuple[int, int]] = set()
    given_once: set[tuple[int, int]] = set()
    minute = 0
    for _ in range(draw(st.integers(4, 24))):
        minute += draw(st.sampled_from((0, 1, 1, 2, 30)))
        # Which of two likes of the same second counts is known to depend on the cut as well.
        moment = later(minute) + timedelta(seconds=len(facts))
        who = draw(st.integers(1, 4))
        kind = draw(st.sampled_from(("said", "said", "reacted", "reacted", "withdrew", "joined")))
        if kind == "joined":
            facts.append(news.joined(draw(st.integers(3, 4)), at=moment))
        elif kind == "said" or not said:
            said.append(1000 + len(facts))
            text = draw(st.sampled_from(TEXTS))
            answered = draw(st.none() | st.sampled_from(said))
            facts.append(
                news.said(
                    who,
                    at=moment,
                    plain=text,
                    message_id=said[-1],
                    reply_to=answered,
                    reply_to_author=None if answered is None else draw(st.integers(1, 4)),
                )
            )
        else:
            place = (who, draw(st.sampled_from(said)))
            if place in given_once and place not in standing:
                continue
            added, removed = ("", "A") if kind == "withdrew" or place in standing else ("A", "")
            (standing.add if added else standing.discard)(place)
            given_once.add(place)
            facts.append(news.reacted(*place, added, removed, at=moment))
    return facts


def _kept(teller: Telling, facts: Sequence[AnyFact], at: Sequence[int]) -> tuple[Any, ...]:
    """What a fresh chat holds of the ledger and of fairness after the facts came in batches and the gate opened."""
    chat = fresh_chat()
    told = elsewhere(facts, {-101: chat})
    for fact in cut(told, at):
        teller.tell(*fact, new=EVERYTHING_ON)
    teller.work(lambda connection: passing.let_pass(connection, now=later(24 * 60)))
    community_id = teller.community(chat)

    def rows(model: Any, *names: str) -> list[tuple[Any, ...]]:
        found = teller.rows(model, community_id=community_id)
        return sorted(tuple(str(row[name]).replace(str(chat), "chat") for name in names) for row in found)

    return (
        [row for row in rows(Ledger, "user_id", "action", "points", "source", "at") if "reversal" not in row[3]],
        rows(Balances, "user_id", "balance"),
        rows(UncountedDays, "user_id", "day", "action", "reason", "times"),
        rows(UncountedLately, "user_id", "action", "reason", "source", "at"),
        rows(Likenesses, "user_id", "ring"),
        rows(LikesBetween, "author_id", "week", "likes"),
        rows(HeldLikes, "chat_id", "message_id", "giver_id", "at", "withdrawn"),
    )


def test_with_everything_on_any_cut_into_batches_comes_to_the_same(database_url: str) -> None:
    with telling(database_url) as teller:

        @few(database_url)
        @given(_happenings(), st.lists(st.integers(0, 24), max_size=4))
        def holds(facts: list[AnyFact], at: list[int]) -> None:
            assert _kept(teller, facts, at) == _kept(teller, facts, range(len(facts)))

        holds()
