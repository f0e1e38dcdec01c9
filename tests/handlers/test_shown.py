"""Whom an update shows is read once, and anew whenever anything about them is told otherwise."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.raw import Malformed, Raw, an_id
from handlers.shown import Remembered, person, place_of
from models.facts import ChatKind, Person, Place

WEI: dict[str, Any] = {"id": 7, "is_bot": False, "first_name": "Wei", "username": "wei"}
READERS: dict[str, Any] = {"id": -1007, "type": "supergroup", "title": "Readers"}


def test_who_is_told_otherwise_is_read_anew() -> None:
    assert person(WEI) == Person(7, "Wei", username="wei")
    assert person(json.loads(json.dumps(WEI))) is person(WEI)
    assert person({**WEI, "first_name": "Weiwei"}) == Person(7, "Weiwei", username="wei")
    assert person({**WEI, "is_bot": True}) is None
    assert person(WEI) == Person(7, "Wei", username="wei")
    assert place_of(READERS) == Place(-1007, ChatKind.SUPERGROUP, "Readers")
    assert place_of({**READERS, "is_forum": True, "username": "readers"}) == Place(
        -1007, ChatKind.SUPERGROUP, "Readers", is_forum=True, username="readers"
    )
    assert place_of({**READERS, "type": "channel"}) is None


@pytest.mark.parametrize("id_", [None, [], {}, "7", 7.0, True, 2**60])
def test_what_has_no_id_is_malformed_also_after_it_had_one(id_: object) -> None:
    person(WEI)
    with pytest.raises(Malformed):
        person({**WEI, "id": id_})
    with pytest.raises(Malformed):
        person({name: value for name, value in WEI.items() if name != "id"})


def test_what_cannot_be_read_is_not_remembered() -> None:
    for _ in range(2):
        with pytest.raises(Malformed):
            person({**WEI, "first_name": []})
    assert person(WEI) == Person(7, "Wei", username="wei")


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=2))))
def test_however_few_are_remembered_each_is_read_as_told(told: list[tuple[int, str]]) -> None:
    asked: list[Raw] = []

    def read(raw: Raw) -> tuple[int, str]:
        asked.append(raw)
        return an_id(raw, "id"), raw["name"]

    reading = Remembered(read, most=3)
    for number, name in told:
        for _ in range(2):
            assert reading({"id": number, "name": name}) == (number, name)
    assert len(asked) <= len(told)
