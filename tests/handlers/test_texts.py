"""Every sentence that Kith says: in the catalogues, in good Chinese, and as it reads in all three languages.

After a text has changed, `python -m handlers.texts.catalogues` renews the catalogues, and these tests with
WRITE_SNAPSHOTS=1 write `snapshots/texts.txt` anew; it is there to be read.
"""

import ast
import html.parser
import importlib
import inspect
import os
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

import handlers.texts
from handlers.texts import catalogues
from handlers.texts.catalogues import HANDLERS, TRANSLATED, catalogue, extracted, path_of, renewed
from handlers.texts.reader import LANGUAGES, Reader, plain
from tests.handlers.chinese import PAIRS, faults
from tests.handlers.text_samples import SAMPLES

SNAPSHOT = Path(__file__).parent / "snapshots" / "texts.txt"
NO_TEXTS = ("reader", "names", "catalogues")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a-\u23ff]")
TAG = re.compile(r"<[^>]*>")


def forms(sentence: object) -> tuple[str, ...]:
    """The forms of a sentence in a catalogue: one, or singular and plural."""
    return (sentence,) if isinstance(sentence, str) else tuple(sentence or ())  # type: ignore[arg-type]


def places(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `say` or `say_many` in the handlers, and where it stands."""
    for path in sorted(HANDLERS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name_of(node) in ("say", "say_many"):
                yield f"{path.relative_to(HANDLERS.parent)}:{node.lineno}", node


def plain_sentences(call: ast.Call) -> list[str]:
    """The call's sentences, but for those that are something else than a plain string."""
    given = call.args[: 1 if name_of(call) == "say" else 2]
    return [arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def test_sentences_are_plain_strings_in_their_place() -> None:
    count = {"say": 1, "say_many": 2}
    wrong = [where for where, call in calls() if len(plain_sentences(call)) != count[name_of(call)]]

    assert not wrong, "only a plain string can be found for the catalogues"


def test_babel_finds_every_sentence_that_the_code_says() -> None:
    found = {form for message in extracted() for form in forms(message.id)}

    assert {sentence for _, call in calls() for sentence in plain_sentences(call)} <= found


def test_every_place_in_a_sentence_is_filled_and_nothing_is_given_in_vain() -> None:
    for where, call in calls():
        named = {name for sentence in plain_sentences(call) for name in places(sentence)}
        assert {keyword.arg for keyword in call.keywords} == named - {"number"}, where


def test_both_forms_of_a_plural_have_the_same_places() -> None:
    for message in extracted():
        assert len({tuple(places(form)) for form in forms(message.id)}) <= 1, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_as_its_renewal_would_write_it(language: str) -> None:
    text, _ = renewed(language)

    assert path_of(language).read_text(encoding="utf-8") == text, "run: python -m handlers.texts.catalogues"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_says_every_sentence_and_no_other(language: str) -> None:
    holds = catalogue(language)

    assert {message.id for message in holds} == {message.id for message in extracted()}
    assert not holds.obsolete
    assert not [message.id for message in holds if message.id and (message.fuzzy or not all(forms(message.string)))]
    assert holds.num_plurals == 1


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_and_tags_of_its_sentence(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        asked = forms(message.id)[-1]
        for form in forms(message.string):
            assert places(form) == places(asked), asked
            assert TAG.findall(form) == TAG.findall(asked), asked


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_with_words_is_not_left_in_english(language: str) -> None:
    words = re.compile(r"[A-Za-z]{2,}")
    same = [m.id for m in catalogue(language) if m.id and m.id == m.string]

    assert not [each for each in same if words.search(re.sub(r"\{[^}]*\}|<[^>]*>", "", str(each)))]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_good_chinese(language: str) -> None:
    said = {form: faults(form, language=language) for m in catalogue(language) if m.id for form in forms(m.string)}

    assert {form: wrong for form, wrong in said.items() if wrong} == {}


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("zh-Hant", "傳好了,謝謝。", "half-width punctuation beside a Chinese character"),
        ("zh-Hans", "好了(真的)", "half-width punctuation beside a Chinese character"),
        ("zh-Hans", "好“了”.", "half-width punctuation beside full-width"),
        ("zh-Hant", "我是Kith。", "no space between"),
        ("zh-Hans", "第8名", "no space between"),
        ("zh-Hans", "8名", "no space between"),
        ("zh-Hans", "名。 <b>好</b>", "a space beside full-width"),
        ("zh-Hans", "第  名", "two spaces"),
        ("zh-Hans", "第１名", "full-width letters or digits"),
        ("zh-Hans", "好 ...", "three dots"),
        ("zh-Hans", "您好", "not a word of ours: 您"),
        ("zh-Hant", "您已成功完成", "not a word of ours: 已成功"),
        ("zh-Hant", "這則消息", "not a word of ours: 消息"),
        ("zh-Hans", "这条讯息", "not a word of ours: 讯息"),
        ("zh-Hant", "们", "the other script's: 们"),
        ("zh-Hant", "“好”", "the other script's: “"),
        ("zh-Hans", "群組", "the other script's: 組"),
        ("zh-Hans", "「好」", "the other script's: 「"),
    ],
)
def test_a_fault_in_chinese_is_seen(language: str, text: str, fault: str) -> None:
    assert any(told.startswith(fault) for told in faults(text, language=language))


def test_the_table_of_scripts_is_made_of_pairs() -> None:
    assert {len(pair) for pair in PAIRS.split()} == {2}
    assert all(pair[0] != pair[1] for pair in PAIRS.split())


class Balance(html.parser.HTMLParser):
    """Tags that Telegram knows, each closed in its turn."""

    KNOWN = ("b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in self.KNOWN
        self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_text_is_calm_well_formed_and_written_by_the_rules(sample: str, language: str) -> None:
    text = SAMPLES[sample](Reader(language, time_zone="Asia/Taipei"))

    balance = Balance()
    balance.feed(text)
    assert not balance.open
    assert not re.search("[!！]", text)
    assert len(EMOJI.findall(text)) <= 1
    assert text == text.strip()
    assert "{" not in text
    assert language == "en" or faults(text, language=language) == []


FLASHED = (
    "topics.counts",
    "topics.does_not_count",
    "topics.taken_back",
    "topics.too_late",
    "polls.does_it_count",
    "checkins.pressed",
    "challenges.joined",
    "challenges.progress",
    "challenges.finished",
    "challenges.too_late",
    "challenges.no_challenge",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_flashed_under_a_post_fits_into_what_telegram_flashes(language: str) -> None:
    flashed = [name for name in SAMPLES if name.startswith(FLASHED)]
    assert all(any(name.startswith(each) for name in flashed) for each in FLASHED)
    reader = Reader(language, time_zone="Asia/Taipei")
    assert {
        name: len(plain(SAMPLES[name](reader))) for name in flashed if len(plain(SAMPLES[name](reader))) > 200
    } == {}


def test_every_text_has_a_sample() -> None:
    written = set()
    for module in pkgutil.iter_modules(handlers.texts.__path__):
        if module.name in NO_TEXTS:
            continue
        loaded = importlib.import_module(f"handlers.texts.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if own and "reader" in inspect.signature(function).parameters:
                written.add(f"{module.name}.{name}")

    assert {sample.split(":")[0] for sample in SAMPLES} == written


def test_the_texts_are_those_that_were_read() -> None:
    parts = []
    for sample, say in SAMPLES.items():
        parts.append(f"## {sample}")
        parts += [f"[{language}]\n{say(Reader(language, time_zone='Asia/Taipei'))}" for language in LANGUAGES]
    printed = "\n".join(parts) + "\n"
    if os.environ.get("WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(printed, encoding="utf-8", newline="\n")

    assert SNAPSHOT.read_text(encoding="utf-8") == printed, "read it, then run again with WRITE_SNAPSHOTS=1"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's handlers with one text and one catalogue."""
    monkeypatch.setattr(catalogues, "HANDLERS", tmp_path / "handlers")
    monkeypatch.setattr(catalogues, "TRANSLATED", ("zh-Hans",))
    monkeypatch.setattr(catalogues, "FEATURE_SETTINGS", {})
    monkeypatch.setattr(catalogues, "WEEKDAYS", ())
    path_of("zh-Hans").parent.mkdir(parents=True)
    (tmp_path / "handlers" / "wishes.py").write_text(
        'reader.say("Good night."), reader.say("Good morning, you."), reader.say_many("a", "b", 2)'
    )
    return tmp_path


def test_a_renewal_keeps_what_was_translated_and_drops_what_is_no_longer_said(checkout: Path) -> None:
    path_of("zh-Hans").write_text(
        'msgid ""\nmsgstr "Language: zh_Hans\\nPOT-Creation-Date: 2026-01-01 00:00+0000\\n"\n\n'
        '#: /home/somebody/wishes.py:12\nmsgid "Good night."\nmsgstr "晚安。"\n\n'
        'msgid "Good morning, all."\nmsgstr "大家早。"\n\n#~ msgid "Bye."\n#~ msgstr "再见。"\n',
        encoding="utf-8",
    )

    with pytest.raises(SystemExit, match="zh-Hans does not say yet"):
        catalogues.main()

    _, _, body = path_of("zh-Hans").read_text(encoding="utf-8").partition("\n\n")
    assert body == (
        '#: handlers/wishes.py\nmsgid "Good night."\nmsgstr "晚安。"\n\n'
        '#: handlers/wishes.py\nmsgid "Good morning, you."\nmsgstr ""\n\n'
        '#: handlers/wishes.py\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\n'
    )


def test_a_renewal_of_what_is_new_writes_the_same_every_time(checkout: Path) -> None:
    first, _ = renewed("zh-Hans")
    path_of("zh-Hans").write_text(first, encoding="utf-8")

    again, lacking = renewed("zh-Hans")

    assert again == first
    assert "Plural-Forms: nplurals=1; plural=0;" in first
    assert not re.search(r"\d{4}|Babel", first)
    assert len(lacking) == 3
