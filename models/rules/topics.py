"""The daily topic: when it is posted and closed, which one is chosen, and what an answer is worth."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from models.rules import clock
from models.rules.clock import AfterOutage, Beat, Late, Recurrence
from models.rules.days import zone
from models.rules.earning import Way, worth
from models.rules.fairness import Tier
from models.rules.occasions import Occasion
from models.rules.reach import ReachSettings, end_of_quiet
from models.rules.settings import Unit, hour, number, switch, topic

ANSWER = Way("topic_answer", Tier.ADVANCED)
LIKED = Way("topic_answer_liked", Tier.ADVANCED)
FEATURED = Way("topic_answer_featured", Tier.ADVANCED)

# A topic that comes back sooner is remembered, and answered with a sigh.
REST = timedelta(days=60)
LONGEST_TEXT = 300
LONGEST_TAGS = 120
# When so many topics are left that could still be posted, who runs the group is told, with some days to find more.
FEW = 3
# The best answers that a recap names.
BEST = 3
# So many days of answers say how deep the next topic may be.
LOOKED_BACK = 7
# Of those who did anything that day, the share who answered (in hundredths) from which topics may be no longer easy,
# and from which they may be deep. Groups differ by ten times; below the first an easy question is what starts anything.
EASY_BELOW, DEEP_FROM = 8, 25
# Who runs the group hears of the first topic in a week that nobody answered, and then once so many in a row were not.
SILENT_WEEK, SILENT_IN_A_ROW = 7, (3, 7, 14, 21, 28)


class Dimension(StrEnum):
    """Where a topic comes from: what members need, what the brand stands for, what is hot now."""

    NEED = "need"
    BRAND = "brand"
    HOT = "hot"


class Depth(StrEnum):
    """How much thought an answer takes."""

    EASY = "easy"
    NORMAL = "normal"
    DEEP = "deep"


class Reason(StrEnum):
    """Why a topic was chosen."""

    WANTED = "wanted"
    TURN = "turn"


@dataclass(frozen=True)
class TopicsSettings:
    """A topic a day: when it comes and what its answers are worth."""

    on: bool = switch(False, "Whether a topic is posted every day.")
    hour: int = hour(9, "When the day's topic is posted.")
    open_hours: int = number(
        12, "How long answers to the day's topic count, until its recap.", unit=Unit.HOURS, least=1, most=23
    )
    forum_topic: int = topic("Where the day's topic is posted.")
    pins: bool = switch(False, "Whether it is pinned until its recap, without a notification; I need the right to pin.")
    answer_points: int = worth(ANSWER, 100, "What the first answer to the day's topic is worth.")
    liked_points: int = worth(LIKED, 100, "What is added once enough people have reacted to that answer.")
    liked_by: int = number(3, "How many people must have reacted to an answer for that.", least=1, most=100)
    featured_points: int = worth(
        FEATURED, 100, "What is added when an administrator features the answer, or the recap names it."
    )
    least_letters: int = number(
        12, "How long an answer must be, in letters; a Chinese character is worth three.", least=0, most=500
    )


def comes_round(settings: TopicsSettings) -> Recurrence | None:
    """When the topic of the day is due."""
    return Recurrence(Beat.DAY, time(settings.hour)) if settings.on else None


# A topic in the afternoon still makes a day; one at midnight, after an outage, is only noise.
POST = Occasion("topics.post", "topics", AfterOutage(Late.WHILE_FRESH, until=time(12)), comes_round)
CLOSE = Occasion("topics.close", "topics", AfterOutage(Late.AT_ONCE), skipped_in_time=True)


def closes_at(opened_at: datetime, *, settings: TopicsSettings, quiet: ReachSettings, time_zone: str) -> datetime:
    """When a topic that is posted then closes: some hours later.

    One that comes at another hour than usual does not close at night, but in the morning, or as the next one comes.
    """
    after = opened_at + timedelta(hours=settings.open_hours)
    morning = end_of_quiet(after.astimezone(zone(time_zone)), settings=quiet)
    if morning is None or opened_at.astimezone(zone(time_zone)).hour == settings.hour:
        return after
    usual = Recurrence(Beat.DAY, time(settings.hour))
    following = clock.due_at(usual, next(clock.keys_after(usual, after, time_zone=time_zone)), time_zone=time_zone)
    return min(morning.astimezone(UTC), following)


@dataclass(frozen=True)
class Candidate:
    """A topic of the bank. `posted_on` is the last day on which it was the topic, `wanted_on` a day it is promised."""

    topic_id: int
    dimension: Dimension
    depth: Depth
    posted_on: date | None = None
    wanted_on: date | None = None


@dataclass(frozen=True)
class NewTopic:
    """A topic before it is in a bank."""

    text: str
    dimension: Dimension = Dimension.NEED
    depth: Depth = Depth.NORMAL
    tags: str = ""


@dataclass(frozen=True)
class Choice:
    """The topic of a day, and why it."""

    topic: Candidate
    reason: Reason
    depth: Depth


def depth_for(*, answered: int, active: int) -> Depth:
    """How deep a topic may be where, over some days, `answered` answered among the `active`."""
    if active <= 0 or answered * 100 < active * EASY_BELOW:
        return Depth.EASY
    return Depth.DEEP if answered * 100 >= active * DEEP_FROM else Depth.NORMAL


def choose(candidates: Collection[Candidate], *, day: date, before: Sequence[Dimension], depth: Depth) -> Choice | None:
    """The topic of `day`, if there is one that has rested.

    What is promised for that day, or was for an earlier one and never came, goes first, once it has rested. Otherwise
    the dimensions take turns: `before` are those of the days before, the latest first. Within one it is the nearest to
    `depth`, and of those one that was never posted, or the one longest ago.
    """
    first = promised(candidates, day=day)
    if first is not None:
        return Choice(first, Reason.WANTED, depth)
    rested = [one for one in candidates if _has_rested(one, day)]
    if not rested:
        return None
    turn = next_dimension({one.dimension for one in rested}, before=before)
    depths = tuple(Depth)

    def order(one: Candidate) -> tuple[int, int, date, int]:
        away = abs(depths.index(one.depth) - depths.index(depth))
        return away, depths.index(one.depth), one.posted_on or date.min, one.topic_id

    return Choice(min([one for one in rested if one.dimension is turn], key=order), Reason.TURN, depth)


def promised(candidates: Collection[Candidate], *, day: date) -> Candidate | None:
    """What is promised for `day`, or was for an earlier one and never came, once it has rested: the oldest promise."""
    wanted = [
        one
        for one in candidates
        if one.wanted_on is not None and one.wanted_on <= day and first_day(day, posted_on=one.posted_on) == day
    ]
    return min(wanted, key=lambda one: (one.wanted_on or day, one.topic_id), default=None)


def _has_rested(one: Candidate, day: date) -> bool:
    return one.wanted_on is None and first_day(day, posted_on=one.posted_on) == day


def first_day(day: date, *, posted_on: date | None) -> date:
    """The first day from `day` on at which a topic may come that was there on `posted_on`."""
    return day if posted_on is None else max(day, posted_on + REST)


def left(candidates: Collection[Candidate], *, day: date) -> int:
    """How many could still be posted from `day` on: promised for some day, or rested by then."""
    return sum(one.wanted_on is not None or _has_rested(one, day) for one in candidates)


def next_dimension(available: Collection[Dimension], *, before: Sequence[Dimension]) -> Dimension:
    """The dimension that had no turn for the longest time."""
    return max(
        [each for each in Dimension if each in available],
        key=lambda each: before.index(each) if each in before else len(before),
    )


def silent_to_tell(before: Sequence[int]) -> int | None:
    """How many topics in a row nobody answered, if that is worth a word; the last one is one of them.

    `before` says how many answered each of the topics before it, the latest first.
    """
    in_a_row = 1 + next((place for place, answered in enumerate(before) if answered), len(before))
    is_first = in_a_row == 1 and 0 not in before[:SILENT_WEEK]
    return in_a_row if is_first or in_a_row in SILENT_IN_A_ROW else None
