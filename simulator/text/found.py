"""Entities that Telegram finds by itself: commands, mentions, hashtags, cashtags, addresses."""

import re
from typing import Any

from simulator.text import utf16

# The order decides when two would overlap: an address swallows the mention or the tag inside it.
PATTERNS = (
    (
        "url",
        re.compile(
            r"(?<![\w@.-])(?:https?://[^\s<>\"]+|(?:[a-zA-Z0-9-]+\.)+(?:com|org|net|io|me|dev|app|tw|cn|hk|de|edu|gov|info)(?![\w@-])(?:[/?#][^\s<>\"]*)?)"
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?![\w-])", re.ASCII)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?:@[a-zA-Z0-9_]{3,32})?")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
)
MARKS = frozenset("/@#$.")
TRAILING = ".,:;!?'\"…)]}。，！？；："


def find(text: str) -> list[dict[str, Any]]:
    """In the order of their places; most texts have none and cost next to nothing."""
    if not any(mark in text for mark in MARKS):
        return []
    found: list[tuple[int, int, str]] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "url":
                end = start + len(match.group().rstrip(TRAILING))
            if end > start and not any(start < taken_end and taken < end for taken, taken_end, _ in found):
                found.append((start, end, kind))
    found.sort()
    return [
        {"offset": utf16.length(text[:start]), "length": utf16.length(text[start:end]), "type": kind}
        for start, end, kind in found
    ]
