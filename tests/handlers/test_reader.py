"""The reader of a message: which language, and how names, numbers, places and days are written in it."""

import html
import re
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.texts.names import FIRST_STRONG_ISOLATE, NAME_WIDTH, POP_ISOLATE, shown_name
from handlers.texts.reader import LANGUAGES, Html, Reader, language_for, lines, paragraphs, plain

NASTY = [
    *"<>&\"';{}%*_`[]()\n\r\t\v\f\x00\x1b\x7f\x85\u2028\u2029\xa0\u3000\u2003 ",
    *("<b>", "</b>", "&lt;", "&amp;", "&#10;", "&nbsp", "<a href='tg://user?id=1'>", "{title}", "%s"),
    *"\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad\u061c",
    *"\u034f\u115f\u1160\u17b4\u2800\u3164\uffa0\ufe0e\ufe0f\U000e0100\U000e0067\U000e007f\ue000\uffff\U0010ffff",
    *("\ud800", "\udfff", "\u0301", "\u0302", "\u0316", "\u20e3", "\u0e49", "\u0489", "e\u0301"),
    *"aZ9#中龘あ한نש१ﷺ﷽\u09cd\u0dca\u0dbb",
    *("👨", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🏴", "🇹", "🇼", "❤️", "1️⃣", "🏽", "🫨"),
]
anything = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=130),
    st.lists(st.sampled_from(NASTY), max_size=130).map("".join),
)
languages = st.sampled_from(LANGUAGES)
calm = settings(deadline=None, max_examples=400)


@calm
@given(name=anything, language=languages)
def test_whatever_a_name_is_it_stays_one_line_of_text(name: str, language: str) -> None:
    for shown in (Reader(language).name(name), Reader(language).title(name)):
        text = html.unescape(shown)
        assert not re.search("[<>]", shown)
        assert not re.sub("&(amp|lt|gt);", "", shown).count("&")
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp")]
        assert text == text.strip()
        assert text.encode()


@calm
@given(name=anything, language=languages)
def test_a_name_always_shows_something(name: str, language: str) -> None:
    text = html.unescape(Reader(language).name(name))

    visible = [c for c in text if c not in "\u115f\u1160\u2800\u3164\uffa0"]
    assert any(unicodedata.category(c)[0] in "LNPS" or unicodedata.category(c) in ("Mc", "Cn") for c in visible)


@calm
@given(name=anything)
def test_a_name_that_runs_from_right_to_left_is_closed_in_and_no_other_is(name: str) -> None:
    shown = shown_name(name)
    inside = shown.removeprefix(FIRST_STRONG_ISOLATE).removesuffix(POP_ISOLATE)

    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]", inside)
    turns = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in inside)
    assert shown == (f"{FIRST_STRONG_ISOLATE}{inside}{POP_ISOLATE}" if turns else inside)


@calm
@given(name=anything)
def test_a_name_is_neither_wide_nor_high(name: str) -> None:
    shown = shown_name(name)
    letters = [c for c in shown if unicodedata.category(c) not in ("Mn", "Me", "Cf") and not "🏻" <= c <= "🏿"]

    assert len(letters) <= NAME_WIDTH * 2 + 1  # a chain of four pictures is one sign, two letters wide
    assert not re.search("[\u0300-\u036f]{5}", shown)


@calm
@given(name=st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd"), max_codepoint=0xFFFF), max_size=130))
def test_a_name_of_letters_is_cut_at_its_width(name: str) -> None:
    shown = shown_name(name)

    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown.strip("\u2068\u2069…"))
    assert width <= NAME_WIDTH


@pytest.mark.parametrize(
    "name",
    [
        *("Wei", "李小明", "Nguyễn Văn Ân", unicodedata.normalize("NFD", "Nguyễn Văn Ẩn"), "Zoë O'Neil-Čapek", "Ж"),
        *("မင်းအောင်လှိုင်", "ศรีสุดา ที่รัก", "བསྒྲུབས", "ශ්‍රී ලංකා", "র‍্যাব", "佐藤", "葛\U000e0100城", "김민수"),
        *(
            "👨‍👩‍👧‍👦 Lin",
            "🏳️‍🌈",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿 Ann",
            "🇹🇼 小明 🇭🇰",
            "❤️",
            "1️⃣ first",
            "👩🏽‍🚀",
            "☝🏻",
            "👩🏻‍❤️‍💋‍👨🏿",
            "©",
            "🫨",
            "¯\\_(ツ)_/¯",
        ),
        "\U0002ebf5",  # an ideograph and
        "\U0001faef",  # an emoji that came after Python 3.11's tables
    ],
)
def test_a_name_that_means_no_harm_stays_as_it_is(name: str) -> None:
    assert shown_name(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("A\u200bB\u2060C\ufeff", "ABC"),
        ("a\u200db", "ab"),
        ("A\ufe0f\ufe0f", "A"),
        ("👨\u200d", "👨"),
        ("👨\u200d\u200d👩", "👨👩"),
        ("👨\ufe0f\ufe0f", "👨\ufe0f"),
        ("🏴\U000e0067\U000e0062x", "🏴x"),
        ("a\r\nb\u2028c\u3000d\t\x0be", "a b c d e"),
        ("\u202eevil", "evil"),
        ("\u2069\u2069evil\u2066", "evil"),
        ("Z\u0301\u0302\u0303\u0304\u0316\u0317\u0318", "Z\u0301\u0302"),
        ("\u0301\u0302abc \u0301d", "abc d"),
        ("ส" + "\u0e49" * 30, "ส\u0e49"),
        ("\ud83dx\udc68\x00", "x"),
        ("  \u3164 \u2800 ", ""),
        ("中" * 64, "中" * 20 + "…"),
        ("a" * 39 + "中", "a" * 39 + "…"),
        ("👨‍👩‍👧‍👦" * 30, "👨‍👩‍👧‍👦" * 20 + "…"),
        ("\ufdfd" * 64, "\ufdfd" * 3 + "…"),
        ("علی\u200cرضا", "\u2068علی\u200cرضا\u2069"),
        ("שלום abc", "\u2068שלום abc\u2069"),
    ],
)
def test_a_name_with_tricks_loses_them(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize("name", [None, "", "   ", "\u3164", "\u200b\u200d", "\x00", "\ud800", "\u0301", "\ufe0f"])
def test_who_shows_no_name_gets_a_word(name: str | None) -> None:
    assert [Reader(language).name(name) for language in LANGUAGES] == ["Somebody", "一位朋友", "一位朋友"]
    assert [Reader(language).title(name) for language in LANGUAGES] == ["Unnamed group", "未命名的群組", "未命名的群"]


@calm
@given(text=anything)
def test_text_put_into_a_sentence_is_escaped_once_and_comes_back_whole(text: str) -> None:
    reader = Reader("en")

    said = reader.say("<b>{title}</b>", title=text)

    assert said.startswith("<b>")
    assert said.count("<") == 2
    assert plain(said) == text
    assert reader.say("<b>{title}</b>", title=said) == f"<b>{said}</b>"


@pytest.mark.parametrize(
    ("hundredths", "number", "words"),
    [
        (0, "0", "0 points"),
        (1, "0.01", "0.01 points"),
        (50, "0.5", "0.5 points"),
        (100, "1", "1 point"),
        (-100, "-1", "-1 point"),
        (150, "1.5", "1.5 points"),
        (200, "2", "2 points"),
        (-50, "-0.5", "-0.5 points"),
        (1000, "10", "10 points"),
        (123_456_789, "1,234,567.89", "1,234,567.89 points"),
    ],
)
def test_points(hundredths: int, number: str, words: str) -> None:
    assert Reader("en").points(hundredths) == number
    assert Reader("en").points_in_words(hundredths) == words
    assert Reader("zh-Hant").points_in_words(hundredths) == f"{number} 分"
    assert Reader("zh-Hans").points_in_words(hundredths) == f"{number} 分"


@pytest.mark.parametrize(
    ("rank", "place"),
    [
        *((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th")),
        *((21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th"), (113, "113th"), (1001, "1,001st")),
    ],
)
def test_a_place(rank: int, place: str) -> None:
    assert Reader("en").place(rank) == place
    assert Reader("zh-Hant").place(rank) == Reader("zh-Hans").place(rank) == f"第 {rank:,} 名"


@pytest.mark.parametrize(("number", "english"), [(0, "0 messages"), (1, "1 message"), (1234, "1,234 messages")])
def test_a_plural_goes_by_its_number(number: int, english: str) -> None:
    said = [Reader(language).say_many("{number} message", "{number} messages", number) for language in LANGUAGES]

    assert said == [english, f"發言 {number:,} 則", f"发言 {number:,} 条"]


def test_days_and_moments_have_their_weekday_and_the_groups_clock() -> None:
    readers = [Reader(language, time_zone="Asia/Taipei") for language in LANGUAGES]
    midnight = datetime(2026, 3, 3, 16, 5, tzinfo=UTC)

    assert [r.day(date(2026, 3, 4)) for r in readers] == ["Wed, 4 Mar", "3 月 4 日（週三）", "3 月 4 日（周三）"]
    assert [r.day_with_year(date(2025, 12, 31)) for r in readers] == ["31 Dec 2025", *["2025 年 12 月 31 日"] * 2]
    assert [r.moment(midnight) for r in readers] == [
        "Wed, 4 Mar 00:05",
        "3 月 4 日（週三）00:05",
        "3 月 4 日（周三）00:05",
    ]


@pytest.mark.parametrize(
    ("sentence", "value", "said"),
    [
        ("记下了：{x} 的回答帮上忙了。", "小安", "记下了：小安的回答帮上忙了。"),
        ("记下了：{x} 的回答帮上忙了。", "Lin", "记下了：Lin 的回答帮上忙了。"),
        ("记下了：{x} 的回答帮上忙了。", "小安 🌿", "记下了：小安 🌿 的回答帮上忙了。"),
        ("给 {x} 加了 1 分", "小安", "给小安加了 1 分"),
        ("给 {x} 加了 1 分", "Lin", "给 Lin 加了 1 分"),
        # A name that begins in the one script and ends in the other has a space where it needs one.
        ("给 {x} 加了 1 分", "小安Lin", "给小安Lin 加了 1 分"),
        ("给 {x} 加了 1 分", "Lin（小安）", "给 Lin（小安）加了 1 分"),
        ("给 <b>{x}</b> 加了 1 分", "小安", "给<b>小安</b>加了 1 分"),
        (
            "给 {x} 加了 1 分",
            Html('<a href="https://t.me/c/1/2">小安</a>'),
            '给<a href="https://t.me/c/1/2">小安</a>加了 1 分',
        ),
        ("一共 {x} 个人", Html("3"), "一共 3 个人"),
        ("{x}", " 小 安 ", " 小 安 "),
        # The space is what ends a hashtag.
        ("还没有带 #{x} 的作品。", "手帐", "还没有带 #手帐 的作品。"),
        ("带 {x} 的作品", "#作品、#手帐", "带 #作品、#手帐 的作品"),
    ],
)
def test_in_a_chinese_sentence_what_is_chinese_stands_without_spaces(sentence: str, value: str, said: str) -> None:
    for language in ("zh-Hant", "zh-Hans"):
        assert Reader(language).say(sentence, x=value) == said


@pytest.mark.parametrize(
    ("sentence", "text", "said"),
    [
        ("Shared: “{text}”.", "Why?", "Shared: “Why?”"),
        ("Shared: “{text}”. Thanks.", "And so on…", "Shared: “And so on…” Thanks."),
        ("沒有人回答「{text}」。", "為什麼？", "沒有人回答「為什麼？」"),
        ("没有人回答“<b>{text}</b>”。", "这周学到了。", "没有人回答“<b>这周学到了。</b>”"),
        ("Shared: “{text}”.", "A book?”. And more", "Shared: “A book?”. And more”."),
        ("Shared: {text}.", "Why?", "Shared: Why?."),
        ("Shared: {text}.", "Topic: “Why?”", "Shared: Topic: “Why?”"),
    ],
)
def test_behind_a_quotation_that_ends_by_itself_stands_no_full_stop(sentence: str, text: str, said: str) -> None:
    for language in LANGUAGES:
        assert Reader(language).say(sentence, text=text) == said


def test_an_english_sentence_keeps_its_spaces_around_chinese_names() -> None:
    assert Reader("en").say("+1 for {x} (给 {x} 加)", x="小安") == "+1 for 小安 (给 小安 加)"


def test_an_enumeration_has_the_languages_comma() -> None:
    parts = [Html("<b>a</b>"), Html("b")]

    assert [Reader(language).listed(parts) for language in LANGUAGES] == ["<b>a</b>, b", *["<b>a</b>、b"] * 2]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *(
            ("en", "en"),
            ("en-GB", "en"),
            ("EN_us", "en"),
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-SG", "zh-Hans"),
        ),
        *(("zh-hans", "zh-Hans"), ("zh-Hans-HK", "zh-Hans"), ("zh-hans-mo", "zh-Hans"), ("cmn-Hans-CN", "zh-Hans")),
        *(("zh-TW", "zh-Hant"), ("zh_tw", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-MO", "zh-Hant"), ("yue", "zh-Hant")),
        *(("zh-hant", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"), ("zh-Hant-CN", "zh-Hant"), ("yue-Hans", "zh-Hans")),
        *((code, "otherwise") for code in (None, "", "pt", "pt-br", "enm", "zha", "-", "zhtw", "x" * 99, "\u202een")),
    ],
)
def test_the_language_follows_telegrams_hint(code: str | None, language: str) -> None:
    assert language_for(code, otherwise="otherwise") == language


@calm
@given(code=st.one_of(st.none(), anything), otherwise=languages)
def test_any_hint_leads_to_a_language_of_ours(code: str | None, otherwise: str) -> None:
    assert language_for(code, otherwise=otherwise) in LANGUAGES


def test_lines_and_paragraphs_leave_out_what_is_empty() -> None:
    assert lines(Html("a"), None, Html(""), Html("b")) == "a\nb"
    assert paragraphs(Html("a"), None, Html(""), Html("b")) == "a\n\nb"
