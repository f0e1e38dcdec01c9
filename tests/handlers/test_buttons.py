"""Buttons: what they carry, and that nobody can make one up."""

import pytest

from handlers.buttons import LONGEST_DATA, button, ids_of
from handlers.texts.reader import Html
from models.refusals import NoSuchThing


@pytest.mark.parametrize("number", [0, 1, -1, 10**17, 10**18, 2**63 - 1, -(2**63 - 1)])
def test_an_id_comes_back_as_it_was_put_in(number: int) -> None:
    made = button(Html("Go"), "me", number, 7)
    assert ids_of(str(made.callback_data), count=2) == (number, 7)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "me",
        "me:",
        "me:x",
        "me:1:2",
        "me:1.5",
        "me:--1",
        "me:٣",
        "me:1e9",
        "me: 1",
        f"me:{2**63}",
        "me:" + "9" * 60,
    ],
)
def test_what_somebody_made_up_is_refused(data: str | None) -> None:
    with pytest.raises(NoSuchThing):
        ids_of(data, count=1)


def test_a_button_carries_no_more_than_telegram_takes() -> None:
    assert len(str(button(Html("Go"), "w" * (LONGEST_DATA - 2), 1).callback_data)) == LONGEST_DATA
    with pytest.raises(ValueError, match="too much"):
        button(Html("Go"), "word", *([2**62] * 4))


def test_a_label_is_plain_text() -> None:
    assert button(Html("<b>Q&amp;A</b>"), "me", 1).text == "Q&A"
