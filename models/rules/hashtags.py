"""Hashtags: the words behind a # in a text, in one form, however they are written."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_TAG = 64
# A text with more of them is no text but a list.
MOST_TAGS = 16
# Telegram's own rule for what a tag is made of; the wide sign, which Chinese keyboards write, is ours. A sign within a
# word or an address begins no tag.
_TAG = re.compile(rf"(?<![\w/&#＃])[#＃](\w{{1,{LONGEST_TAG}}})(?!\w)")


def normal(tag: str) -> str:
    """A tag as it is compared with others: wide letters as plain ones, and capitals or not."""
    return unicodedata.normalize("NFKC", tag).casefold()


def tags_in(text: str) -> tuple[str, ...]:
    """The tags in a text, each once, in their order; a number alone is none."""
    if "#" not in text and "＃" not in text:
        return ()
    found = [normal(tag) for tag in _TAG.findall(text)]
    kept = [tag for tag in found if not tag.isdecimal() and len(tag) <= LONGEST_TAG]
    return tuple(dict.fromkeys(kept))[:MOST_TAGS]


def without_tags(text: str) -> str:
    """What a text says beside its tags."""
    return _TAG.sub(" ", text)


def tags_of(chosen: Iterable[str]) -> frozenset[str]:
    """The tags that a group has chosen, as they are compared."""
    return frozenset(normal(tag) for tag in chosen)
