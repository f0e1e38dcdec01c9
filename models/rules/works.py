"""Members' own work: what may be shared, what a review may come to, and how it is graded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import IntEnum, StrEnum

from models.rules.clock import AfterOutage, Beat, Late, Recurrence
from models.rules.earning import Way, a_day, worth
from models.rules.fairness import Tier
from models.rules.occasions import Occasion
from models.rules.settings import Unit, number, switch
from models.rules.settings import hashtags as tags

WORK = Way("work", Tier.ADVANCED)
WORK_FEATURED = Way("work_featured", Tier.COCREATION)


class Form(StrEnum):
    """What a work is made of."""

    TEXT = "text"
    LINK = "link"
    PICTURE = "picture"
    VIDEO = "video"
    VOICE = "voice"
    DOCUMENT = "document"
    ALBUM = "album"


# Somebody has made these; a text or a link takes words of one's own to be as much.
MADE = frozenset({Form.PICTURE, Form.VIDEO, Form.VOICE, Form.DOCUMENT, Form.ALBUM})


class Stage(StrEnum):
    """Where a work is in its review."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    FEATURED = "featured"
    DECLINED = "declined"
    # By its author, who may share it once more.
    WITHDRAWN = "withdrawn"


class Grade(IntEnum):
    """How good a work is, from which its points follow."""

    FAIR = 1
    GOOD = 2
    EXCELLENT = 3


class Fault(StrEnum):
    """Why a work is declined. What is `GONE` was deleted, of which nobody needs to be told."""

    OFF_TOPIC = "off_topic"
    NOT_OWN = "not_own"
    TOO_THIN = "too_thin"
    SEEN_BEFORE = "seen_before"
    ADVERT = "advert"
    GONE = "gone"


class Ground(StrEnum):
    """What a proposal is based on."""

    MADE = "made"
    WORDS = "words"
    LIKED = "liked"
    SEEN_BEFORE = "seen_before"


# A text of so many letters (a Chinese character is worth three) says something at length.
MANY_LETTERS = 240
# So many different people have reacted to what is worth a look.
SOME_PEOPLE = 3


@dataclass(frozen=True)
class WorksSettings:
    """Members' own work: shared by a hashtag or /share, reviewed, and worth points."""

    on: bool = switch(False, "Whether members share work by a hashtag or /share, for administrators to review.")
    hashtags: tuple[str, ...] = tags(("share", "mywork", "作品", "分享"), "Hashtags that make a message a shared work.")
    fair_points: int = worth(WORK, 100, "What an accepted work is worth.")
    good_points: int = worth(WORK, 200, "What a good one is worth.")
    excellent_points: int = worth(WORK, 300, "What an excellent one is worth.")
    daily_cap_points: int = a_day(900, "How much a member can earn with accepted work on one day.")
    most_a_day: int = number(5, "How many works a member can share on one day.", least=1, most=100)
    least_letters: int = number(
        24, "How long a text must be to be a work, in letters; a Chinese character is worth three.", least=0, most=1000
    )
    featured_points: int = worth(WORK_FEATURED, 500, "What it is worth to be featured, on top of being accepted.")
    featured_daily_cap_points: int = a_day(1000, "How much a member can earn with featured work on one day.")
    pins: bool = switch(False, "Whether featured work is pinned in the group, without a notification.")
    most_pinned: int = number(
        3, "How many featured works are pinned at most: a new one takes the place of the oldest.", least=1, most=50
    )
    accepted_by: int = number(
        0,
        "Reactions of so many different members accept a work as fair; with 0 only administrators accept.",
        least=0,
        most=1000,
    )
    reminder_hour: int = number(
        18, "The hour at which administrators are reminded of what waits.", unit=Unit.HOUR, least=0, most=23
    )

    def points(self, grade: Grade) -> int:
        """What a work of that grade is worth, in hundredths."""
        return {
            Grade.FAIR: self.fair_points,
            Grade.GOOD: self.good_points,
            Grade.EXCELLENT: self.excellent_points,
        }[grade]


@dataclass(frozen=True)
class Proposal:
    """A grade, and on what it is based; an administrator may think otherwise."""

    grade: Grade
    grounds: Sequence[Ground]


def proposal(*, form: Form, letters: int, people: int, seen_before: bool) -> Proposal:
    """The grade of a work: fair, and one better for each of three things that speak for it.

    It was made (a picture, a recording, a file); it says something at length; several people have reacted to it. What
    is like an earlier work is fair at most.
    """
    if seen_before:
        return Proposal(Grade.FAIR, (Ground.SEEN_BEFORE,))
    found = {Ground.MADE: form in MADE, Ground.WORDS: letters >= MANY_LETTERS, Ground.LIKED: people >= SOME_PEOPLE}
    grounds = tuple(ground for ground, holds in found.items() if holds)
    return Proposal(Grade(min(1 + len(grounds), Grade.EXCELLENT)), grounds)


def is_work(*, form: Form, letters: int, settings: WorksSettings) -> bool:
    """Whether there is anything to review; `letters` are those beside the hashtags."""
    return form is not Form.TEXT or letters >= settings.least_letters


def is_accepted(*, people: int, settings: WorksSettings) -> bool:
    """Whether so many people's reactions accept a work by themselves."""
    return 0 < settings.accepted_by <= people


def comes_round(settings: WorksSettings) -> Recurrence | None:
    """When administrators are reminded."""
    return Recurrence(Beat.DAY, time(settings.reminder_hour)) if settings.on else None


REMIND = Occasion(
    "works.remind", "works", AfterOutage(Late.WHILE_FRESH, until=time(22)), comes_round, in_calendar=False
)
