"""Levels: which one somebody has by what they ever earned, and how far the next one is."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.rules.settings import choice, switch, text

# From how many points on one has each level, in hundredths, by three curves. A member of the crowd who talks on most
# days and checks in earns about four points a day: so the last level takes two months, half a year, or two years.
CURVES: Mapping[str, Sequence[int]] = {
    "quickly": (0, 500, 1500, 3000, 5000, 7500, 10_500, 14_000, 18_000, 22_500),
    "steadily": (0, 500, 2000, 5000, 10_000, 17_000, 26_000, 37_000, 50_000, 65_000),
    "slowly": (0, 1000, 4000, 11_000, 24_000, 45_000, 75_000, 115_000, 170_000, 240_000),
}
HIGHEST = len(CURVES["steadily"])
# Telegram shows so many characters of a tag, and no emoji in it.
LONGEST_TAG = 16
_BETWEEN = ",，、;；\n"


@dataclass(frozen=True)
class LevelsSettings:
    """Levels by what a member ever earned."""

    on: bool = switch(False, "Whether members have levels.")
    curve: str = choice("steadily", "How fast levels come; /levels shows each of them in days.", among=tuple(CURVES))
    tell: bool = switch(True, "Whether a member is told of a new level, in private.")
    tags: bool = switch(
        False,
        "Whether the level stands beside a member's name, as Telegram's tag; it takes the right to manage tags.",
    )
    names: str = text(
        "", "Names of your own for the levels, the first one first, with commas between; empty: Kith's own.", most=300
    )


@dataclass(frozen=True)
class Progress:
    """A level, counted from 1; what was earned in it so far and what it takes to the next, in hundredths.

    At the highest level `needed` is nothing.
    """

    level: int
    earned: int
    needed: int | None


def level_of(lifetime: int, *, curve: str) -> int:
    """The level of who has earned so much, in hundredths; who was taken more than they had stands on the first."""
    return max(1, sum(lifetime >= least for least in CURVES[curve]))


def progress(lifetime: int, *, curve: str) -> Progress:
    """The level of who has earned so much, and the way to the next one."""
    level, steps = level_of(lifetime, curve=curve), CURVES[curve]
    needed = steps[level] - steps[level - 1] if level < HIGHEST else None
    return Progress(level, max(0, lifetime - steps[level - 1]), needed)


def days_to(level: int, *, curve: str, a_day: int) -> int | None:
    """After how many days who earns `a_day` hundredths has a level; nothing where nothing is earned."""
    return None if a_day <= 0 else -(-CURVES[curve][level - 1] // a_day)


def own_names(written: str) -> Sequence[str]:
    """The names that a group has given its levels, as far as it has named them."""
    plain = written
    for sign in _BETWEEN:
        plain = plain.replace(sign, ",")
    return [name for name in (part.strip() for part in plain.split(",")) if name][:HIGHEST]


def as_tag(name: str) -> str:
    """A name as Telegram takes it for a tag: without pictures, and no longer than it shows."""
    plain = "".join(c for c in name if unicodedata.category(c)[0] in "LMNPZ" and c not in "\u200d\ufe0f")
    return " ".join(plain.split())[:LONGEST_TAG].strip()
