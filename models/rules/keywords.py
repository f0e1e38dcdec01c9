"""Words that ask for something in a group, without a slash, when a message says nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from models.rules.settings import text

# Longer than this no word is, so that every longer message is seen to be none at a glance.
LONGEST_WORD = 24
# The feature without which a command has nothing to answer: its words ask for nothing then.
NEEDS = MappingProxyType({"checkin": "checkins", "levels": "levels", "badges": "badges"})
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
    return found
