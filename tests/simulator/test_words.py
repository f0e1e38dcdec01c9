"""What the page says: every sentence of its code stands in both other languages, with the same places."""

import ast
import json
import re
from pathlib import Path

import pytest

from bot.tryout import words
from handlers.texts.reader import LANGUAGES
from simulator.page.site import STATIC
from tests.handlers.chinese import faults

CHINESE = tuple(language for language in LANGUAGES if language != "en")
TEXT = r'"((?:[^"\\]|\\.)*)"'
SAID = re.compile(rf"\bsay\({TEXT}|\bmany\({TEXT}, {TEXT}")
# A sentence that is not handed to `say`: words in quotes that begin with a capital and have a space in them.
UNSAID = re.compile(r'"[A-Z][a-z]+ [a-z][^"]*"')
REFUSED = re.compile(rf"^  {TEXT},$", re.MULTILINE)
SIMULATOR = STATIC.parents[1]
PLACE = re.compile(r"\{\w+\}")


def code() -> list[Path]:
    return [path for path in sorted((STATIC / "js").glob("*.js")) if path.name != "words.js"]


def said() -> set[str]:
    """Every sentence by the key under which it is looked up: of two forms that for many."""
    spoken = {found[1] or found[3] for path in code() for found in SAID.finditer(path.read_text(encoding="utf-8"))}
    return spoken | set(refusals())


def refusals() -> list[str]:
    """The refusals of the simulated Telegram that the page tells in its reader's language."""
    return REFUSED.findall((STATIC / "js" / "refusals.js").read_text(encoding="utf-8"))


def refused_by(path: Path) -> set[str]:
    """What a module refuses, with a bare place for each thing that it fills in."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotPossible":
            (told,) = node.args
            parts = told.values if isinstance(told, ast.JoinedStr) else [told]
            found.add("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts))
    return found


def test_what_a_person_cannot_do_is_told_in_every_language() -> None:
    modules = [*SIMULATOR.glob("acts/*.py"), *(SIMULATOR / f"{name}.py" for name in ("links", "polls", "reactions"))]
    refused = set().union(*(refused_by(path) for path in modules))
    assert {PLACE.sub("{}", sentence) for sentence in refusals()} == refused
    # Of two that fit, the first is told: a sentence that says less stands behind.
    assert refusals() == sorted(refusals(), key=len, reverse=True)


def held(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / "words" / f"{language.lower()}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", CHINESE)
def test_each_language_says_what_the_page_says_and_nothing_else(language: str) -> None:
    assert len(said()) > 150
    assert held(language).keys() == said()
    for sentence, text in held(language).items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(sentence)), sentence


@pytest.mark.parametrize("language", CHINESE)
def test_it_is_good_chinese(language: str) -> None:
    texts = list(held(language).values())
    texts += [text[language.lower()] for one in (*words.ROLES, *words.TOUR) for text in one.values()]
    texts += [text[language.lower()] for text in (*words.STORED.values(), *words.SCENE.values())]
    assert [(text, wrong) for text in texts if (wrong := faults(text, language=language))] == []
    assert [text for text in texts if not re.search(r"[\u3400-\u9fff]", text)] == []


def test_no_sentence_of_the_code_is_said_in_english_alone() -> None:
    for path in code():
        content = path.read_text(encoding="utf-8")
        places = [match.start() for match in UNSAID.finditer(content)]
        spoken = [range(*match.span()) for match in SAID.finditer(content)]
        assert [content[at : at + 40] for at in places if not any(at in one for one in spoken)] == [], path.name


def test_both_forms_of_a_number_have_the_same_places() -> None:
    for path in code():
        for found in SAID.finditer(path.read_text(encoding="utf-8")):
            if found[2]:
                assert PLACE.findall(found[2]) == PLACE.findall(found[3])
