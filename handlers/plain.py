"""A text without what can be changed without saying anything else: case, spaces, signs, the two forms of Chinese."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# What a text says again, it says again early; this keeps the longest texts from costing more than others.
LONGEST = 1000
_NO_LETTERS = re.compile(r"[\W_]+")
# CJK Unified Ideographs with Extension A and the compatibility forms; what lies beyond is in nobody's keyboard.
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


def plain(text: str) -> str:
    """The letters and digits of `text` in one form: compatibility forms folded, lower case, Simplified Chinese.

    Invisible characters, pictures and signs are gone, so a text of these alone is empty.
    """
    if text.isascii():
        return _NO_LETTERS.sub("", text[:LONGEST].lower())
    letters = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).casefold())
    return letters.translate(_simplified())[:LONGEST]


@cache
def _simplified() -> dict[int, str]:
    """The Simplified form of each Traditional character.

    OpenCC chooses among several by the words around; for telling whether two texts are the same, one is enough. Asked
    once for all characters, it need not stay in memory.
    """
    characters = [chr(code) for first, end in _IDEOGRAPHS for code in range(first, end)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(one): other for one, other in zip(characters, converted, strict=True) if one != other}
