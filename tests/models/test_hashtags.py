"""Hashtags: what is one in a text, and how a group writes down its own."""

import pytest

from models.rules.hashtags import MOST_TAGS, tags_in, tags_of
from models.rules.questions import QuestionsSettings, may_mark, worth_of


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("no tag at all", ()),
        ("#one and #Two, #ONE", ("one", "two")),
        ("＃作品 這是我的", ("作品",)),
        ("（#作品）。#手冊！", ("作品", "手冊")),
        ("＃ＡＢＣ", ("abc",)),
        ("#作品這是我的", ("作品這是我的",)),
        ("#1 #12 #2026 #v2", ("v2",)),
        ("word#one x&#39; https://example.org/#two /#three", ()),
        ("##one # two #", ()),
        ("#" + "a" * 65, ()),
        ("#straße", ("strasse",)),
        ("#my_work", ("my_work",)),
        ("", ()),
    ],
)
def test_tags_are_found_as_people_write_them(text: str, tags: tuple[str, ...]) -> None:
    assert tags_in(text) == tags


def test_a_text_of_nothing_but_tags_costs_no_more_than_a_few() -> None:
    assert len(tags_in(" ".join(f"#tag{number}" for number in range(1000)))) == MOST_TAGS


def test_a_groups_tags_are_compared_as_those_of_its_messages() -> None:
    assert tags_of(("作品", "Work", "ＷＯＲＫ")) == {"作品", "work"}


def test_helping_each_other_fades_and_comes_to_nothing() -> None:
    settings = QuestionsSettings(points=200, same_two_in_full=3)
    assert [worth_of(between=before, settings=settings) for before in range(7)] == [200, 200, 200, 100, 50, 25, 13]
    assert worth_of(between=10_000, settings=settings) == 0


@pytest.mark.parametrize(
    ("marker", "asker", "helper", "may"),
    [(1, 1, 2, True), (3, 1, 2, True), (1, 1, 1, False), (3, 1, 1, False), (2, 1, 2, False), (1, 1, None, True)],
)
def test_nobody_helps_themselves(marker: int, asker: int, helper: int | None, may: bool) -> None:
    assert may_mark(marker_id=marker, asker_id=asker, helper_id=helper) is may
