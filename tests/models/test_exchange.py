"""Amounts, time zones and settings as people write them: read with goodwill, judged strictly, and the same again."""

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.corrections import LONGEST_REASON, amount, reason
from models.rules.exchange import Problem, Unfit, read, typed, written
from models.rules.features import FEATURE_SETTINGS
from models.rules.levels import LevelsSettings
from models.rules.messages import MessagesSettings
from models.rules.points import in_hundredths
from models.rules.reach import ReachSettings
from models.rules.zones import COMMON, zone_called

LANGUAGES = ("en", "zh-Hant", "zh-Hans")


@pytest.mark.parametrize(
    "text", ["a." * 10_000 + "a = 1", "[" + '"\u2028".' * 9_000 + "a]"], ids=["a name", "lines in a name"]
)
def test_a_file_that_would_keep_the_parser_busy_is_refused_before_it_does(text: str) -> None:
    with pytest.raises(Unfit) as refused:
        read(text.encode(), features=FEATURE_SETTINGS, languages=LANGUAGES)
    assert refused.value.problem is Problem.NO_FILE


def test_words_of_a_groups_own_hold_nothing_that_cannot_be_seen() -> None:
    file = '[levels]\nnames = "Seed\\u0000ling,\\u202e Tree\\n"'
    found = read(file.encode(), features=FEATURE_SETTINGS, languages=LANGUAGES)
    assert found["levels"] == {"names": "Seed ling, Tree"}
    assert typed(LevelsSettings, "names", "Seedling\u202e, Tree") == "Seedling , Tree"


@pytest.mark.parametrize(
    ("words", "hundredths"),
    [("5", 500), ("0.25", 25), ("2,5", 250), ("+3", 300), ("２．５", 250), ("1.10", 110), ("007", 700)],
)
def test_an_amount_is_read_as_it_was_meant(words: str, hundredths: int) -> None:
    assert amount(words) == hundredths


@pytest.mark.parametrize("words", ["", "five", "-5", "1.234", "1e9", "1.", ".5", "0x10", "٣", "9" * 13, "1 2", "NaN"])
def test_what_is_no_amount_is_none(words: str) -> None:
    assert amount(words) is None


def test_a_reason_shows_something_and_turns_nothing_around() -> None:
    assert reason("thanks\u202e for\u200b\n the\u2067 tea") == "thanks for the tea"
    assert reason("\u200b\u3164\u202e") == ""


@given(st.text())
def test_whatever_is_written_is_an_amount_or_not_and_a_reason_stays_short(words: str) -> None:
    found = amount(words)
    assert found is None or found >= 0
    assert len(reason(words)) <= LONGEST_REASON
    assert "\n" not in reason(words)


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Asia/Taipei", "Asia/Taipei"),
        ("asia/taipei", "Asia/Taipei"),
        (" taipei ", "Asia/Taipei"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_a_time_zone_is_called_by_its_name_or_its_city(words: str, zone: str | None) -> None:
    assert zone_called(words) == zone


def test_the_zones_that_are_offered_exist() -> None:
    assert [zone_called(zone) for zone in COMMON] == list(COMMON)


def test_what_is_written_is_read_as_the_same() -> None:
    held = {name: made() for name, made in FEATURE_SETTINGS.items()}
    text = written(language="zh-Hans", time_zone="Asia/Shanghai", settings=held)
    found = read(text.encode(), features=FEATURE_SETTINGS, languages=LANGUAGES)
    assert found.pop("community") == {"language": "zh-Hans", "time_zone": "Asia/Shanghai"}
    assert {name: FEATURE_SETTINGS[name](**values) for name, values in found.items()} == held
    assert tomllib.loads(text, parse_float=Decimal)["messages"]["points"] == Decimal("0.2")


@given(st.decimals(0, 1, places=2))
def test_every_number_within_bounds_that_is_typed_is_taken(number: Decimal) -> None:
    assert typed(MessagesSettings, "points", str(number)) == in_hundredths(number)


@pytest.mark.parametrize("words", ["9", "09", "9:00", "09:00", "０９：００"])
def test_an_hour_may_be_typed_as_the_clock_shows_it(words: str) -> None:
    assert typed(ReachSettings, "quiet_from_hour", words) == 9


@pytest.mark.parametrize(
    ("name", "words", "problem"),
    [
        ("points", "1.01", Problem.OUT_OF_BOUNDS),
        ("points", "much", Problem.NO_NUMBER),
        ("points", "1.001", Problem.NO_NUMBER),
        ("least_letters", "1.5", Problem.NO_WHOLE_NUMBER),
        ("least_letters", "501", Problem.OUT_OF_BOUNDS),
        ("owner", "1", Problem.UNKNOWN_KEY),
        ("__class__", "1", Problem.UNKNOWN_KEY),
    ],
)
def test_what_is_typed_and_does_not_fit_is_told_as_what_it_is(name: str, words: str, problem: Problem) -> None:
    with pytest.raises(Unfit) as refused:
        typed(MessagesSettings, name, words)
    assert refused.value.problem is problem


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda words: words.encode("utf-8", "replace")))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        found: dict[str, Any] = read(content, features=FEATURE_SETTINGS, languages=LANGUAGES)
    except Unfit:
        return
    assert found.keys() <= {"community", *FEATURE_SETTINGS}


@pytest.mark.parametrize(
    "content", ["[" * 5000, "a = " + "[" * 5000, "[messages]\npoints = inf", "[messages]\npoints = 1e400"]
)
def test_a_file_made_to_break_the_reader_is_refused(content: str) -> None:
    with pytest.raises(Unfit):
        read(content.encode(), features=FEATURE_SETTINGS, languages=LANGUAGES)
