"""Polls: when the weekly one is posted and closed, what can stand in one, which options win, what a vote is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from models.rules.clock import AfterOutage, Beat, Late, Recurrence, moment_of
from models.rules.days import zone
from models.rules.earning import Way, worth
from models.rules.fairness import Tier
from models.rules.occasions import Occasion
from models.rules.settings import WEEKDAYS, Unit, hour, number, switch, topic, weekday

VOTE = Way("vote", Tier.ADVANCED)
ADOPTED = Way("proposal_adopted", Tier.COCREATION)

# A poll of Telegram's has room for twelve options, which nobody reads to the end on a phone.
LEAST_OPTIONS, MOST_OPTIONS = 2, 10
LONGEST_OPTION, LONGEST_QUESTION = 100, 300
LONGEST_DAYS = 7
# An administrator has at most so many polls open at once: each of them pays who votes.
MOST_OPEN = 3
# Telegram's own end of a poll lies so long after ours. Of an end of its own it need not tell a bot, and afterwards
# nobody can stop the poll and be told the count by that; so it is only for when we are not there to stop it.
NET = timedelta(minutes=10)
# What somebody does since so many days before a poll makes a vote in it worth points.
LOOKED_BACK = timedelta(days=7)


class Stage(StrEnum):
    """Where a poll is; one that is `LOST` came to nothing: it could not be sent, or its message was deleted."""

    OPEN = "open"
    CLOSED = "closed"
    LOST = "lost"


class Fate(StrEnum):
    """Why administrators hear a word of a poll instead of the group."""

    TOO_FEW = "too_few"
    NO_TOPICS = "no_topics"
    REFUSED = "refused"
    DOUBTED = "doubted"
    GONE = "gone"
    NOBODY = "nobody"


@dataclass(frozen=True)
class PollsSettings:
    """Polls: members propose topics and vote on them every week, and votes are worth points."""

    on: bool = switch(False, "Whether votes in my polls are worth points, and administrators can hold polls by /poll.")
    weekly: bool = switch(True, "Whether members propose topics, of which a poll every week chooses the next ones.")
    weekday: str = weekday("friday", "The day on which the weekly poll is posted.")
    hour: int = hour(18, "When the weekly poll is posted; it closes at the same hour.")
    open_days: int = number(2, "After how many days the weekly poll closes.", unit=Unit.DAYS, least=1, most=6)
    forum_topic: int = topic("Where polls are posted.")
    winners: int = number(
        3, "How many proposals a weekly poll makes topics of the next week; never all of them.", least=1, most=7
    )
    vote_points: int = worth(VOTE, 300, "What a vote is worth, once in each poll.")
    adopted_points: int = worth(ADOPTED, 500, "What it is worth when a member's proposal becomes a topic.")
    proposals_a_week: int = number(3, "How many topics a member can propose in a week.", least=1, most=20)
    least_letters: int = number(
        10, "How long a proposal must be, in letters; a Chinese character is worth three.", least=0, most=90
    )
    longest: int = number(LONGEST_OPTION, "How long a proposal may be, in characters.", least=20, most=LONGEST_OPTION)


def comes_round(settings: PollsSettings) -> Recurrence | None:
    """When the weekly poll is due."""
    if not (settings.on and settings.weekly):
        return None
    return Recurrence(Beat.WEEK, time(settings.hour), weekday=WEEKDAYS.index(settings.weekday))


# Late in the evening nobody wants to be asked any more; what wins is a topic of a day, so there must be such.
OPEN = Occasion("polls.open", "polls", AfterOutage(Late.WHILE_FRESH, until=time(22)), comes_round, needs="topics")
CLOSE = Occasion("polls.close", "polls", AfterOutage(Late.AT_ONCE), is_fixed=True)


def closing(opened_at: datetime, *, days: int, time_zone: str) -> datetime:
    """The moment at which a poll closes: so many days later, when the group's clock shows the same."""
    local = opened_at.astimezone(zone(time_zone))
    return moment_of(local.date() + timedelta(days=days), local.time(), time_zone=time_zone)


def size(text: str) -> int:
    """How long a text is for Telegram, which counts units of UTF-16: most pictures are two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def winning(votes: Sequence[int], *, most: int) -> list[int]:
    """The places of the options that win, at most so many: those with the most votes, and of equal ones the earlier.

    An option that nobody has chosen wins nothing.
    """
    ordered = sorted(range(len(votes)), key=lambda place: (-votes[place], place))
    return [place for place in ordered if votes[place] > 0][:most]


def places(winners: int, *, options: int) -> int:
    """How many of so many options can win: where all of them did, there would be nothing to decide."""
    return max(1, min(winners, options - 1))


def next_week(day: date) -> list[date]:
    """The days of the week after that of `day`."""
    monday = day + timedelta(days=7 - day.weekday())
    return [monday + timedelta(days=ahead) for ahead in range(7)]
