"""How a person's or a group's name stands in a sentence: on one line, not endlessly wide, and without invisible tricks.

A name is taken apart into what a reader sees as one sign (a letter with its marks, a flag, a family of four), so that
nothing is cut in two and nothing hides between.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from models.rules.words import BLANKS

NAME_WIDTH: Final = 40

# A name must not turn the rest of the sentence around: what is inside stays inside (Unicode UAX 9, FSI and PDI).
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = ("R", "AL", "AN")

# Unicode calls these marks, and no screen shows them either: names that people hide behind.
_UNSEEN_MARKS = "\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f"

# A tower of marks on one letter covers the lines above and below. Burmese names need four (Hlaing has three), but no
# living script sets more than two outside the letter's own frame, and none repeats one.
_MOST_MARKS, _MOST_STACKED = 4, 2
_ABOVE, _BELOW = 230, 220

# Single signs that are drawn several letters wide.
_VERY_WIDE = {"\ufdfd": 12, "\u2e3a": 2, "\u2e3b": 3, "\U0001242b": 4, "\U00012219": 4, "\ua9c5": 4}

# Ranges, not a table of emoji: Python's tables are older than the emoji of some people's phones.
_PICTURE = (
    "[©®‼⁉™ℹ\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff〰〽㊗㊙"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_PERSON_OR_THING = f"{_PICTURE}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a country's flag
    "|\U0001f3f4[\U000e0020-\U000e007e]{4,6}\U000e007f"  # a region's flag
    "|[0-9#*]\ufe0f?\u20e3"  # a key
    f"|{_PERSON_OR_THING}(?:\u200d{_PERSON_OR_THING}){{0,3}}"
)
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_VIRAMA = 9


def shown_name(name: str) -> str:
    """`name` fit to stand in a sentence; empty if it shows nothing."""
    return shortened(name, width=NAME_WIDTH)


def shortened(text: str, *, width: int) -> str:
    """The same for other words of somebody's on one line, up to `width`."""
    short = _cut(_signs(text), most=width)
    if any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in short):
        return f"{FIRST_STRONG_ISOLATE}{short}{POP_ISOLATE}"
    return short


def _signs(name: str) -> list[str]:
    signs: list[str] = []
    for piece in _pieces(name):
        if piece.isspace():
            if signs and signs[-1] != " ":
                signs.append(" ")
        elif not _belongs_to_the_letter_before(piece):
            signs.append(piece)
        elif signs and _may_follow(signs[-1], piece):
            signs[-1] += piece
    if signs and signs[-1] == " ":
        signs.pop()
    return signs


def _pieces(name: str) -> Iterator[str]:
    """The visible parts of `name` in their order: emoji whole, everything else by character."""
    place = 0
    while place < len(name):
        emoji = _EMOJI.match(name, place)
        if emoji:
            yield emoji[0]
            place = emoji.end()
            continue
        c = name[place]
        before, after = name[place - 1 : place], name[place + 1 : place + 2]
        if c.isspace() or c in BLANKS:
            yield " "
        elif _is_visible(c) or (c in (_JOINER, _NON_JOINER) and _shapes(c, before, after)):
            yield c
        place += 1


def _is_visible(c: str) -> bool:
    category = unicodedata.category(c)
    if category == "Cn":
        # Chinese names are older than Python's tables too: these planes are set aside for ideographs.
        return 0x20000 <= ord(c) < 0x40000 and ord(c) & 0xFFFE != 0xFFFE
    return not category.startswith("C") and c not in _UNSEEN_MARKS


def _shapes(c: str, before: str, after: str) -> bool:
    """Whether a joiner changes how its neighbours are written, as in Sinhala's Sri or Persian compound names."""
    if not before or not after or {unicodedata.category(before)[0], unicodedata.category(after)[0]} - {"L", "M"}:
        return False
    if c == _NON_JOINER and unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL":
        return True
    return _VIRAMA in (unicodedata.combining(before), unicodedata.combining(after))


def _belongs_to_the_letter_before(piece: str) -> bool:
    return piece in (_JOINER, _NON_JOINER) or unicodedata.category(piece[0]) in ("Mn", "Me")


def _may_follow(sign: str, mark: str) -> bool:
    if sign == " ":
        return False
    if "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef":
        return len(sign) == 1 and unicodedata.category(sign) == "Lo"  # which of its forms an ideograph takes
    stacked = [c for c in sign[1:] if unicodedata.combining(c) in (_ABOVE, _BELOW)]
    room = len(stacked) < _MOST_STACKED or unicodedata.combining(mark) not in (_ABOVE, _BELOW)
    return room and len(sign) <= _MOST_MARKS and mark not in sign


def _cut(signs: list[str], *, most: int) -> str:
    width = 0
    for place, sign in enumerate(signs):
        width += _width(sign)
        if width > most:
            return "".join(signs[:place]).rstrip() + "…"
    return "".join(signs)


def _width(sign: str) -> int:
    if sign[0] in _VERY_WIDE:
        return _VERY_WIDE[sign[0]]
    return 2 if _EMOJI.match(sign) or unicodedata.east_asian_width(sign[0]) in "WF" else 1
