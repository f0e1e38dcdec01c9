"""Co-creation: members work on a theme together. Its dates, how it is voted on, and who wins."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from models.rules.clock import AfterOutage, Beat, Late, Recurrence
from models.rules.earning import Way, worth
from models.rules.fairness import Tier
from models.rules.occasions import Occasion
from models.rules.settings import Unit, hour, number, switch, topic
from models.rules.settings import hashtags as tags
from models.rules.words import JOINERS, tidy

WON = Way("cocreation_won", Tier.COCREATION)

LONGEST_THEME = 80
# More themes than this are no list but an archive.
MOST_THEMES = 60
# As many options a poll has at most that everybody still reads; above that, reactions on the works are counted.
MOST_IN_POLL = 10
# Two are the fewest between whom anything can be chosen.
FEWEST = 2
# Should more than this share the last place that wins, the vote has chosen nobody for it.
MOST_WINNERS = 10
LONGEST_ENTRIES, LONGEST_VOTE = 60, 14
# In so many days together even February has room for one a month: the next opens when the last is over.
FIT_IN_A_MONTH = 27
# So long may a result be on its way before it is told without the count of a poll that cannot be read any more.
COUNTED_WITHIN = timedelta(minutes=15)


class Stage(StrEnum):
    """Where a co-creation is: works are taken, voted on, the votes counted, its collection stands, or it is off."""

    OPEN = "open"
    VOTING = "voting"
    COUNTING = "counting"
    ENDED = "ended"
    CALLED_OFF = "called_off"


RUNNING = (Stage.OPEN, Stage.VOTING, Stage.COUNTING)


class Manner(StrEnum):
    """How it was voted on."""

    POLL = "poll"
    REACTIONS = "reactions"


@dataclass(frozen=True)
class CocreationsSettings:
    """Co-creation: works on a theme, a vote, and a collection of all of them."""

    on: bool = switch(False, "Whether there are co-creations: a theme, members' works on it, a vote.")
    hashtags: tuple[str, ...] = tags(
        ("cocreate", "共創", "共创"), "Hashtags by which a work takes part in the co-creation."
    )
    monthly: bool = switch(False, "Whether one opens every month by itself, with the next theme of your list.")
    month_day: int = number(1, "The day of the month on which it opens by itself.", least=1, most=28)
    hour: int = hour(19, "The hour at which it opens by itself, its vote begins and its result is told.")
    entry_days: int = number(14, "For how many days works are taken.", unit=Unit.DAYS, least=1, most=LONGEST_ENTRIES)
    voting_days: int = number(3, "For how many days is voted.", unit=Unit.DAYS, least=1, most=LONGEST_VOTE)
    entries_each: int = number(2, "With how many works one member can take part.", least=1, most=10)
    places: int = number(1, "How many places win.", least=1, most=3)
    winner_points: int = worth(WON, 1000, "What a place that wins brings.")
    forum_topic: int = topic("Where a co-creation's call, vote and collection are posted.")


def comes_round(settings: CocreationsSettings) -> Recurrence | None:
    """When one opens by itself."""
    if not (settings.on and settings.monthly):
        return None
    return Recurrence(Beat.MONTH, time(settings.hour), month_day=settings.month_day)


OPEN = Occasion("cocreations.open", "cocreations", AfterOutage(Late.MERGED), comes_round)
VOTE = Occasion("cocreations.vote", "cocreations", AfterOutage(Late.AT_ONCE), skipped_in_time=True)
CLOSE = Occasion("cocreations.close", "cocreations", AfterOutage(Late.AT_ONCE), skipped_in_time=True)
SETTLE = Occasion("cocreations.settle", "cocreations", AfterOutage(Late.AT_ONCE), skipped_in_time=True)


@dataclass(frozen=True)
class Plan:
    """A co-creation before it is open: until when works are taken, and for how many days is voted then."""

    theme: str
    entries_until: date
    voting_days: int


def read_plan(words: Sequence[str], *, today: date, settings: CocreationsSettings) -> Plan | None:
    """What somebody means who writes a theme, with none, one or two days before it; nothing if there is no theme.

    The days are the last for entries and the last of the vote.
    """
    days: list[date] = []
    for word in words[:2]:
        found = _day(word)
        if found is None:
            break
        days.append(found)
    theme = clean(" ".join(words[len(days) :]))
    if not theme:
        return None
    until = days[0] if days else today + timedelta(days=settings.entry_days)
    voting_days = (days[1] - until).days if len(days) > 1 else settings.voting_days
    return Plan(theme, until, voting_days)


def clean(written: str) -> str:
    """A theme on one line, without the invisible signs by which a text hides or turns others around."""
    kept = "".join(sign if sign in JOINERS or unicodedata.category(sign) != "Cf" else "" for sign in written)
    return tidy(kept)


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if len(word) == len("2026-12-01") else None
    except ValueError:
        return None


def is_possible(plan: Plan, *, today: date) -> bool:
    """Whether a co-creation may have those dates and that theme."""
    soon = today < plan.entries_until <= today + timedelta(days=LONGEST_ENTRIES)
    return soon and 1 <= plan.voting_days <= LONGEST_VOTE and 0 < len(plan.theme) <= LONGEST_THEME


def manner_of(entries: int) -> Manner | None:
    """How is voted on so many entries; not at all if there is nothing to choose."""
    if entries < FEWEST:
        return None
    return Manner.POLL if entries <= MOST_IN_POLL else Manner.REACTIONS


def winners(votes: Mapping[int, int], *, places: int) -> dict[int, int]:
    """The place of each entry that wins, by its votes. Equal votes share a place, and without a vote nobody wins.

    If more than `MOST_WINNERS` would win, those who share the last place do not.
    """
    placed = {
        entry: 1 + sum(others > count for others in votes.values()) for entry, count in votes.items() if count > 0
    }
    won = {entry: place for entry, place in placed.items() if place <= places}
    if len(won) > MOST_WINNERS:
        last = max(won.values())
        won = {entry: place for entry, place in won.items() if place < last}
    return won
