"""Words that ask for something in a group, without a slash, when a message says nothing else or opens with one."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from models.rules.settings import text

# Longer than this no word is, so that every longer message is seen to be none at a glance.
LONGEST_WORD = 24
# The feature without which a command has nothing to answer: its words ask for nothing then.
NEEDS = MappingProxyType({"checkin": "checkins", "levels": "levels", "badges": "badges", "ask": "questions"})
# The commands whose words may also open a message that goes on. Such a word is known with this behind it, which no word
# and no message has at its end.
OPENING, OPENED_BY = frozenset({"ask"}), "\n"
# With any of these behind it a word opens a message.
_SIGNS = ":：\n"
# Words stand beside each other with any of these between.
_BETWEEN = re.compile(r"[,，、;；\n]+")


def _words(default: str, command: str) -> str:
    return text(default, f"Words that ask for /{command}, with commas between; none switches that off.", most=500)


@dataclass(frozen=True)
class KeywordsSettings:
    """Words that a member sends alone instead of a command; each field bears its command's name."""

    me: str = _words("我的成績, 我的成绩, my stats", "me")
    points: str = _words("積分, 积分, 我的積分, 我的积分, my points", "points")
    rank: str = _words("排名, 我的排名, my rank", "rank")
    top: str = _words("排行, 排行榜, leaderboard", "top")
    checkin: str = _words("簽到, 签到, 打卡, check in", "checkin")
    levels: str = _words("等級, 等级, 我的等級, 我的等级, my level", "levels")
    badges: str = _words("勳章, 勋章, 我的勳章, 我的勋章, my badges", "badges")
    earn: str = _words("積分規則, 积分规则, how to earn", "earn")
    ask: str = text(
        "提問, 提问, question",
        "Words that ask for /ask: alone in reply to one's own message, or with a colon and the question behind them, "
        "with commas between; none switches that off.",
        most=500,
    )


def normal(message: str) -> str:
    """A message as it is compared with words: nothing around it, and capitals or not."""
    return message.strip().casefold()


def meanings(settings: KeywordsSettings) -> Mapping[str, str]:
    """The command that each word asks for; of two with the same word the first has it."""
    found: dict[str, str] = {}
    for field in fields(settings):
        for written in _BETWEEN.split(getattr(settings, field.name)):
            word = normal(written)
            if word and len(word) <= LONGEST_WORD:
                found.setdefault(word, field.name)
                if field.name in OPENING:
                    found.setdefault(word + OPENED_BY, field.name)
    return found


def word_of(message: str, words: Container[str]) -> str:
    """The one of the words that a message is, or opens with and goes on, then marked as such; else nothing."""
    if len(message) <= LONGEST_WORD:
        whole = normal(message)
        if whole in words:
            return whole
    head = message[: LONGEST_WORD + 2]
    # Every message comes by here, and nearly none opens with a word.
    if ":" in head or "：" in head or "\n" in head or (" " in head and not head.isascii()):
        for opening in _openings(head.lstrip()):
            marked = normal(opening) + OPENED_BY
            if marked in words and message.partition(opening)[2].strip(_SIGNS + " \u3000"):
                return marked
    return ""


def _openings(head: str) -> Iterator[str]:
    """What a message may open with: all before a colon or the end of a line, or a word of Chinese before a space.

    Who writes Chinese sets no space by chance; in English nearly every message has one behind its first word.
    """
    ends = [place for place in map(head.find, _SIGNS) if place > 0]
    if ends:
        yield head[: min(ends)]
    if not head[:1].isascii():
        first, *rest = head.split(maxsplit=1)
        if rest:
            yield first
