"""What a failed update keeps: its shape, ids and commands, and nothing that anybody wrote."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.masking import DEEPEST, masked
from tests.handlers.updates import GROUP, LIN, message

COMMAND = {"type": "bot_command", "offset": 0, "length": 3}


def kept_text(text: str, *entities: dict[str, Any]) -> str:
    told: str = masked(message(text=text, entities=list(entities)))["message"]["text"]
    return told


def test_what_people_wrote_is_masked_to_its_length_and_ids_and_names_stay() -> None:
    answered = {"message_id": 9, "date": 1, "chat": GROUP, "caption": "another secret"}
    raw = message(text="my secret", reply_to_message=answered, quote={"text": "secret"})
    kept = masked(raw)
    assert "secret" not in json.dumps(kept)
    assert kept["message"]["text"] == "x" * 9
    assert kept["message"]["from"] == LIN
    assert kept["message"]["chat"] == GROUP
    assert kept["update_id"] == raw["update_id"]


def test_a_retry_does_not_rename_the_group_or_its_topic() -> None:
    raw = message(text=None, forum_topic_created={"name": "Poems", "icon_color": 1}, audio={"title": "My song"})
    kept = masked(raw)["message"]
    assert kept["chat"]["title"] == "Readers"
    assert kept["forum_topic_created"]["name"] == "Poems"
    assert kept["audio"]["title"] == "x" * 7


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/me", "/me"),
        ("/me@kith_bot now", "/me@kith_bot xxx"),
        ("/me\nmy secret", "/me" + "x" * 10),
        ("/me我的秘密", "/me" + "x" * 4),
        ("/start me-12", "/start me-12"),
        ("/start my secret", "/start xxxxxxxxx"),
        ("/me me-12", "/me xxxxx"),
    ],
)
def test_a_command_stays_so_that_it_can_be_tried_again_and_nothing_after_it(text: str, kept: str) -> None:
    assert kept_text(text, COMMAND) == kept


def test_a_slash_alone_makes_no_command() -> None:
    link = {"type": "mention", "offset": 20, "length": 5}
    assert kept_text("/我的秘密寫在這裡", link) == "x" * 9
    assert kept_text("/secret") == "x" * 7


def test_numbers_that_no_database_holds_are_left_out() -> None:
    nan = float("nan")
    assert masked({"a": 10**30, "b": 2**63, "c": 2**63 - 1, "d": nan, "e": float("inf"), "f": True}) == {
        "a": None,
        "b": None,
        "c": 2**63 - 1,
        "d": None,
        "e": None,
        "f": True,
    }


def test_what_is_nested_too_deep_is_cut_off() -> None:
    deep: Any = "secret"
    for _ in range(DEEPEST * 3):
        deep = [deep]
    assert "secret" not in json.dumps(masked(deep))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_whatever_arrived_can_be_stored(value: Any) -> None:
    written = json.dumps(masked(value), allow_nan=False, ensure_ascii=False)
    written.encode()
    assert "\\u0000" not in written
