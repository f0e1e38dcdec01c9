"""Markup and entities: what Telegram makes of texts, counted in UTF-16."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.delivery import cut
from simulator.errors import ApiError
from simulator.text import found, utf16
from simulator.text.formatting import formatted

MARKS = st.sampled_from(
    [
        *("<b>", "</b>", "<i>", "</i>", "<a href='t.me'>", "</a>", "&lt;", "&#128512;", "*", "_", "__", "||", "`"),
        *("```", "[", "](", ")", "\\", ">", "\n", "!", "![", "@kith_bot", "/me@kith_bot", "#標籤", "😀"),
        *("https://t.me/x", "$TON", "tg://user?id=5", "a@b.example"),
    ]
)
TEXTS = st.lists(st.one_of(MARKS, st.text(max_size=8)), max_size=20).map("".join)
MODES = st.sampled_from([None, "HTML", "MarkdownV2", "Markdown"])


@given(source=TEXTS, mode=MODES)
def test_no_text_breaks_the_parser_and_entities_lie_within(source: str, mode: str | None) -> None:
    complaint = None
    try:
        text, entities = formatted(source, parse_mode=mode)
    except ApiError as error:
        complaint = error
    if complaint is not None:
        assert complaint.code == 400
        assert complaint.description.startswith("Bad Request: can't parse entities: ")
        return
    assert text == text.strip()
    units = len(text.encode("utf-16-le")) // 2
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units


@given(st.text())
def test_length_is_counted_in_utf16(text: str) -> None:
    assert utf16.length(text) == len(text.encode("utf-16-le", errors="surrogatepass")) // 2


@given(st.text(alphabet="😀好a ", max_size=10))
def test_a_found_command_is_cut_out_exactly(before: str) -> None:
    text = f"{before} /me@kith_bot 好"
    commands = [entity for entity in found.find(text) if entity["type"] == "bot_command"]
    assert [cut(text, entity) for entity in commands] == ["/me@kith_bot"]


@given(st.lists(st.tuples(st.sampled_from("bius"), st.text(alphabet="ab😀好&<", min_size=1, max_size=5)), max_size=6))
def test_escaped_html_comes_back_as_it_was(parts: list[tuple[str, str]]) -> None:
    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;")

    source = "".join(f"<{tag}>{escaped(text)}</{tag}>" for tag, text in parts)
    text, entities = formatted(source, parse_mode="HTML")
    assert text == "".join(text for _, text in parts)
    styled = [e for e in entities if e["type"] in ("bold", "italic", "underline", "strikethrough")]
    assert [cut(text, entity) for entity in styled] == [part for _, part in parts]


def pieces(text: str, entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(entity["type"], cut(text, entity)) for entity in entities]


@pytest.mark.parametrize(
    ("mode", "source", "expected"),
    [
        ("HTML", "😀 <b>bold <i>both</i></b>", [("bold", "bold both"), ("italic", "both")]),
        ("HTML", '<a href="tg://user?id=7">Wei</a>', [("text_mention", "Wei")]),
        ("HTML", '<a href="https://kith.example/?a=1&amp;b=2">here</a>', [("text_link", "here")]),
        ("HTML", '<pre><code class="language-python">x = 1</code></pre>', [("pre", "x = 1")]),
        ("HTML", '<span class="tg-spoiler">end</span>', [("spoiler", "end")]),
        ("HTML", "<blockquote expandable>long</blockquote>", [("expandable_blockquote", "long")]),
        ("HTML", "<code>@kith_bot</code> @kith_bot", [("code", "@kith_bot"), ("mention", "@kith_bot")]),
        ("MarkdownV2", "*bold _both_* \\*", [("bold", "bold both"), ("italic", "both")]),
        (
            "MarkdownV2",
            "__under__ ~gone~ ||secret||",
            [("underline", "under"), ("strikethrough", "gone"), ("spoiler", "secret")],
        ),
        ("MarkdownV2", "[好](https://kith.example/a\\)b)", [("text_link", "好")]),
        ("MarkdownV2", ">quoted\n>more\nnot", [("blockquote", "quoted\nmore\n")]),
        ("MarkdownV2", "```python\nx\n```", [("pre", "x")]),
        ("Markdown", "*bold* [x](http://kith.example)", [("bold", "bold"), ("text_link", "x")]),
        (
            None,
            "see t.me/kith, #讀書 and /rules@kith_bot!",
            [("url", "t.me/kith"), ("hashtag", "#讀書"), ("bot_command", "/rules@kith_bot")],
        ),
        (None, "mail a.b@kith.example or pay $TON", [("email", "a.b@kith.example"), ("cashtag", "$TON")]),
        (None, "no/command a@b #1 half/", []),
    ],
)
def test_texts_become_what_telegram_makes_of_them(
    mode: str | None, source: str, expected: list[tuple[str, str]]
) -> None:
    text, entities = formatted(source, parse_mode=mode)
    assert pieces(text, entities) == expected


@pytest.mark.parametrize(
    ("mode", "source", "complaint"),
    [
        ("HTML", "<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("HTML", "好<blink>x</blink>", 'Unsupported start tag "blink" at byte offset 3'),
        ("HTML", "x</b>", "Unexpected end tag at byte offset 1"),
        ("MarkdownV2", "a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "好 *bold", "Can't find end of Bold entity at byte offset 4"),
        ("Markdown", "a *b", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_complaints_are_telegrams_own(mode: str, source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        formatted(source, parse_mode=mode)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_more_than_a_hundred_entities_are_cut_off() -> None:
    _, entities = formatted("<b>a</b> " * 120, parse_mode="HTML")
    assert len(entities) == 100


def test_given_entities_are_kept_and_shrink_with_the_white_space() -> None:
    text, entities = formatted("  好 there ", entities=[{"type": "bold", "offset": 0, "length": 3}])
    assert text == "好 there"
    assert pieces(text, entities) == [("bold", "好")]
    with pytest.raises(ApiError, match="ends after the end"):
        formatted("a", entities=[{"type": "bold", "offset": 0, "length": 3}])
