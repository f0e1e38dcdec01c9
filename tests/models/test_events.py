"""Events: what is stored of them, and what a row may hold that this Kith does not understand."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import events
from models.answers import AnswerExpired
from models.events import KINDS, NAMES, Event, UnknownEvent, event

INT64 = st.integers(-(2**63), 2**63 - 1)


def read(payload: dict[str, Any], *, name: str = "answers.expired", version: int = 1) -> Event:
    return events.read(name=name, version=version, community_id=7, payload=payload)


@given(st.sampled_from(sorted(NAMES)), st.data())
def test_every_event_is_read_as_it_was_written(name: tuple[str, int], data: st.DataObject) -> None:
    news = data.draw(st.builds(NAMES[name], community_id=INT64))

    stored = events.written(news)

    assert "community_id" not in stored
    assert events.read(name=name[0], version=name[1], community_id=news.community_id, payload=stored) == news


def test_a_field_that_may_be_empty_is_so() -> None:
    assert read({"chat_id": 1, "answer_id": 2, "command_id": None}) == AnswerExpired(7, 1, 2, None)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"chat_id": 1, "answer_id": 2, "command_id": 3, "colour": 4}, "version 1 with colour"),
        ({"chat_id": "1", "answer_id": 2, "command_id": 3}, "with another kind of chat_id"),
        ({"chat_id": True, "answer_id": None, "command_id": 3}, "with another kind of answer_id, chat_id"),
        ({"chat_id": 1, "command_id": 3}, "version 1 without answer_id$"),
    ],
)
def test_what_a_row_should_not_hold_is_named(payload: dict[str, Any], words: str) -> None:
    with pytest.raises(UnknownEvent, match=words):
        read(payload)


@pytest.mark.parametrize(("name", "version"), [("answers.expired", 99), ("answers.eaten", 1)])
def test_an_event_of_a_later_kith_is_unknown(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent, match=f"{name} version {version}"):
        read({}, name=name, version=version)


def test_an_event_holds_what_json_gives_back_as_it_was() -> None:
    @dataclass(frozen=True)
    class Birthday(Event):
        day: date

    with pytest.raises(TypeError, match=r"Birthday\.day"):
        event("tests.birthday", version=1)(Birthday)

    assert Birthday not in KINDS
