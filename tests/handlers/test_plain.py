"""A text without what can be changed without saying anything else."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import plain as module
from handlers.plain import LONGEST, plain


@pytest.fixture
def _asked_anew() -> Iterator[None]:
    module._simplified.cache_clear()
    yield
    module._simplified.cache_clear()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Good  Morning, all!", "goodmorningall"),
        ("ＧＯＯＤ ①", "good1"),
        ("再見，謝謝！", "再见谢谢"),
        ("髮與發", "发与发"),
        ("Straße", "strasse"),
        ("a_b\u200bc\u202ed\ufeff", "abcd"),
        ("👍🏽 👨‍👩‍👧", ""),
        ("", ""),
        ("\ud800", ""),
        ("\u3164\uffa0\u2800 \u115f\u1160", ""),
    ],
)
def test_letters_and_digits_are_left_in_one_form(text: str, left: str) -> None:
    assert plain(text) == left


@given(st.text(max_size=3000))
def test_what_is_plain_is_short_and_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert len(once) <= LONGEST
    assert plain(once) == once


@pytest.mark.usefixtures("_asked_anew")
def test_where_no_process_can_be_begun_the_text_counts_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert plain("再見 Lin") == "再見lin"
