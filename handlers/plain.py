"""A text without what can be changed without saying anything else: case, spaces, signs, the two forms of Chinese."""

import json
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

import structlog

from models.rules.words import BLANKS

log = structlog.get_logger()

# What a text says again, it says again early; this keeps the longest texts from costing more than others.
LONGEST = 1000
_NO_LETTERS = re.compile(rf"[\W_{BLANKS}]+")
# The same for ASCII, as bytes, which takes a fifth of the time.
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


def plain(text: str) -> str:
    """The letters and digits of `text` in one form: compatibility forms folded, lower case, Simplified Chinese.

    Invisible characters, pictures and signs are gone, so a text of these alone is empty.
    """
    if text.isascii():
        return text[:LONGEST].encode("ascii").lower().translate(None, _ASCII_SIGNS).decode("ascii")
    letters = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).casefold())
    return letters.translate(_simplified())[:LONGEST]


def letters(text: str) -> str:
    """What a text says; what is all signs has no letters by which it could be told from others."""
    return plain(text) or text


@cache
def _simplified() -> dict[int, str]:
    """The Simplified form of each Traditional character, asked for with the first text that is not plain ASCII."""
    # Isolated, so that neither this folder nor what the environment adds stands before the library.
    asked = [sys.executable, "-I", str(Path(__file__).with_name("simplified.py"))]
    try:
        told = subprocess.run(asked, check=True, capture_output=True, timeout=30)  # noqa: S603 - our own file
    except (OSError, subprocess.SubprocessError) as error:
        # A text is then not known again in the other way to write Chinese, which must cost nobody their message.
        log.warning("traditional and simplified characters are not told as the same", reason=type(error).__name__)
        return {}
    return {int(code): other for code, other in json.loads(told.stdout).items()}
