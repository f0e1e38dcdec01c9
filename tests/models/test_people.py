"""The newest name, title and door stay, whatever comes late."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.communities import Communities
from models.facts import AnyFact, ChatKind, DoorChanged, Person, Place, Said
from models.people import Door, People, set_door
from tests.models.telling import MONDAY, News, Telling, cut, later, telling

_numbers = itertools.count(500_000)
MINUTES = st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True)


def person(teller: Telling, user_id: int) -> dict[str, Any]:
    (row,) = teller.rows(People, user_id=user_id)
    return row


def called(fact: Said, user_id: int, number: int) -> Said:
    """The same fact by somebody who has a name, and in a group that has a title, of their number."""
    there = Place(fact.place.chat_id, ChatKind.SUPERGROUP, f"Readers {number}", is_forum=bool(number % 2))
    return replace(fact, person=Person(user_id, f"Ada {number}", f"of {number}", f"ada{number}"), place=there)


def sightings(news: News, user_id: int, minutes: Sequence[int]) -> list[AnyFact]:
    """Messages at these minutes, of somebody who takes another name every twenty; the group changes its title too."""
    return [called(news.said(user_id, at=later(minute)), user_id, minute // 20) for minute in minutes]


def test_the_newest_name_and_title_stay_in_any_order_and_any_cut(database_url: str) -> None:
    with telling(database_url) as teller:

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(MINUTES, st.lists(st.integers(0, 7), max_size=3), st.randoms(use_true_random=False))
        def holds(minutes: list[int], at: list[int], chance: Random) -> None:
            news, user_id = News(), next(_numbers)
            facts = sightings(news, user_id, minutes)
            chance.shuffle(facts)
            teller.tell_in(cut(facts, at))
            newest = max(minutes) // 20
            named = person(teller, user_id)
            assert (named["first_name"], named["last_name"]) == (f"Ada {newest}", f"of {newest}")
            assert named["username"] == f"ada{newest}"
            (row,) = teller.rows(Communities, chat_id=news.chat_id)
            assert (row["title"], row["is_forum"]) == (f"Readers {newest}", bool(newest % 2))

        holds()


def test_a_name_that_is_taken_off_is_gone_and_a_language_that_is_not_told_stays(database_url: str) -> None:
    with telling(database_url) as teller:
        news, user_id = News(), next(_numbers)
        first = replace(news.said(user_id), person=Person(user_id, "Ada", "Lovelace", "ada", "en"))
        second = replace(news.said(user_id, at=later(1)), person=Person(user_id, "Ada"))
        teller.tell(first)
        teller.tell(second)
        found = person(teller, user_id)
        assert [found[name] for name in ("first_name", "last_name", "username")] == ["Ada", None, None]
        assert found["language_code"] == "en"


def test_whoever_goes_on_under_one_name_is_not_written_again(database_url: str) -> None:
    """A batch has many people in it, and hardly any of them has a new name."""
    with telling(database_url) as teller:
        news, user_id = News(), next(_numbers)
        teller.tell(news.said(user_id))
        teller.tell(news.said(user_id, at=later(5)))
        assert person(teller, user_id)["named_at"] == MONDAY


def door(user_id: int, *, at: datetime, is_open: bool) -> DoorChanged:
    return DoorChanged(next(_numbers), at, Person(user_id, "Ada"), is_open)


def test_the_newest_state_of_the_door_stays_in_any_order(database_url: str) -> None:
    with telling(database_url) as teller:
        for order in itertools.permutations(range(4)):
            for at_once in (True, False):
                user_id = next(_numbers)
                told = [door(user_id, at=later(minute), is_open=minute % 2 == 0) for minute in range(4)]
                mixed = [told[place] for place in order]
                teller.tell_in([mixed] if at_once else [[fact] for fact in mixed])
                assert person(teller, user_id)["door"] == Door.BLOCKED


def test_what_an_attempt_has_shown_holds_until_telegram_tells_otherwise(database_url: str) -> None:
    with telling(database_url) as teller:
        user_id = next(_numbers)
        teller.tell(door(user_id, at=MONDAY, is_open=True))

        async def tried() -> None:
            async with teller.database.writing() as session:
                await set_door(session, user_id=user_id, door=Door.BLOCKED)

        teller.runner.run(tried())
        teller.tell(door(user_id, at=MONDAY - timedelta(minutes=1), is_open=True))
        assert person(teller, user_id)["door"] == Door.BLOCKED
        teller.tell(door(user_id, at=MONDAY, is_open=True))
        assert person(teller, user_id)["door"] == Door.OPEN
