"""Renews the catalogues of the other languages: `python -m handlers.texts.catalogues` after a sentence has changed.

What was translated stays, what the code no longer says goes, and what is new waits with an empty translation. A
sentence that was reworded counts as new: a guess at which old one it comes from would be believed too easily.
"""

import dataclasses
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from handlers.texts.reader import LANGUAGES
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import WEEKDAYS, about, label_of, sentence_of, title_of

HANDLERS = Path(__file__).parents[1]
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != "en")

# Which arguments of which functions are sentences.
KEYWORDS: Final = {"say": None, "gettext": None, "say_many": (1, 2), "ngettext": (1, 2)}

# Nothing here that changes by itself, such as a date or the name of a program: a diff shows sentences only.
_HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def path_of(language: str) -> Path:
    """Where the catalogue of `language` stands."""
    return HANDLERS / "texts" / "locale" / language.replace("-", "_") / "LC_MESSAGES" / "kith.po"


def extracted() -> Catalog:
    """All sentences that the code says, with the files that say them."""
    template = Catalog()
    found = extract_from_dir(HANDLERS, [("**.py", "python")], keywords=KEYWORDS)
    for name, line, sentence, _comments, _context in found:
        template.add(sentence, locations=[(f"{HANDLERS.name}/{Path(name).as_posix()}", line)])
    for path, sentence in declared():
        template.add(sentence, locations=[(path, 0)])
    return template


def declared() -> Iterator[tuple[str, str]]:
    """What the settings say of themselves, where it is declared: a feature that comes later is found by itself."""
    for day in WEEKDAYS:
        yield "models/rules/settings.py", label_of(day)
    for name, made in FEATURE_SETTINGS.items():
        path = f"models/rules/{name}.py"
        yield path, title_of(name)
        yield path, sentence_of(made)
        for field in dataclasses.fields(made):
            # A command bears the same name in every language.
            if not label_of(field.name, name).startswith("/"):
                yield path, label_of(field.name, name)
            yield path, about(field).sentence
            for option in about(field).among:
                yield path, label_of(option)


def catalogue(language: str) -> Catalog:
    """The catalogue of `language` as it stands in its file."""
    with path_of(language).open("rb") as opened:
        return read_po(opened, locale=language.replace("-", "_"))


def renewed(language: str) -> tuple[str, list[str]]:
    """What the file of `language` should hold, and the sentences that it does not yet translate."""
    renewing = catalogue(language) if path_of(language).exists() else Catalog(language.replace("-", "_"))
    renewing.update(extracted(), no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(body, renewing, width=0, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    header = _HEADER.format(locale=language.replace("-", "_"))
    lacking = [str(message.id) for message in renewing if message.id and not any(message.string or ())]
    return header + body.getvalue().decode().strip("\n") + "\n", lacking


def main() -> None:
    """Write all catalogues anew; ends with what waits for a translation, if anything does."""
    waiting = []
    for language in TRANSLATED:
        text, lacking = renewed(language)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_text(text, encoding="utf-8", newline="\n")
        waiting += [f"{language} does not say yet: {sentence}" for sentence in lacking]
    sys.exit("\n".join(waiting) or None)


if __name__ == "__main__":
    main()
