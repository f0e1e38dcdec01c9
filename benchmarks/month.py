"""`python -m benchmarks.month`: a month of six kinds of members by the real rules, with difficulty and without.

It is arithmetic, not measuring: the ways to earn with their caps, as the templates set them, and what difficulty makes
of them. `docs/difficulty.md` holds its table.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from models.rules import difficulty
from models.rules.checkins import CHECKIN, CheckinsSettings, worth_of
from models.rules.difficulty import looked_at, pace_of
from models.rules.earning import Claim, Earned, Limits, Way, within_limits
from models.rules.fairness import FairnessSettings, Tier
from models.rules.messages import MESSAGE, MessagesSettings
from models.rules.reactions import GIVEN, RECEIVED, ReactionsSettings
from models.rules.replies import REPLY, RepliesSettings
from models.rules.settings import changed
from models.rules.setup import TEMPLATES, Template
from models.rules.ways import TIERS

HELPFUL, FEATURED = Way("helped", Tier.ADVANCED), Way("featured", Tier.COCREATION)
DAYS = 30
# Before the month everybody has lived as in it, but for who is new.
BEFORE = difficulty.DAYS + difficulty.SETTLED
MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """What a kind of member does on a day; `helped` and `featured` are chances. Who is new begins with the month."""

    name: str
    messages: int
    replies: int
    given: int
    received: int
    helped: float = 0.0
    featured: float = 0.0
    is_new: bool = False


KINDS = (
    Kind("writes all day", 120, 30, 40, 20),
    Kind("chats a lot", 30, 8, 15, 10),
    Kind("talks now and then", 8, 3, 6, 6),
    Kind("answers questions", 6, 5, 4, 12, helped=0.7, featured=0.05),
    Kind("makes things", 4, 2, 3, 12, helped=0.2, featured=0.25),
    Kind("new and quiet", 2, 1, 2, 2, is_new=True),
)


@dataclass(frozen=True)
class Outcome:
    """What a kind of member has earned in the month and in its first week, in points, and their pace at its end."""

    month: float
    week: float
    pace: int


def play(kind: Kind, *, template: Template, scaled: bool, seed: int = 1) -> Outcome:
    """A month of a kind of member."""
    chance = random.Random(f"{kind.name}{seed}")
    deeds: dict[date, int] = {}
    earned: dict[date, int] = {}
    pace = 0
    for passed in range(0 if kind.is_new else -BEFORE, DAYS):
        at = MONDAY + timedelta(days=passed)
        day = at.date()
        first, last = looked_at(day)
        pace = pace_of(sum(done for each, done in deeds.items() if first <= each <= last))
        claims, done = _day(kind, at, template, chance, is_first_week=kind.is_new and passed < 7)
        if scaled:
            claims = [difficulty.for_pace(claim, pace=pace) for claim in claims]
        nothing: Mapping[tuple[int, int, date, str], Earned] = {}
        granted = within_limits(claims, earned=nothing, tiers={**TIERS, HELPFUL.action: HELPFUL.tier})
        deeds[day] = done
        earned[day] = sum(claim.points for claim in granted.claims)
    days = [MONDAY.date() + timedelta(days=passed) for passed in range(DAYS)]
    return Outcome(sum(earned[day] for day in days) / 100, sum(earned[day] for day in days[:7]) / 100, pace)


def _day(
    kind: Kind, at: datetime, template: Template, chance: random.Random, *, is_first_week: bool
) -> tuple[list[Claim], int]:
    """What somebody does on a day, and how many deeds of it make their pace."""
    chosen = TEMPLATES[template]
    talk = changed(MessagesSettings(), chosen.get("messages", {}))
    answers = changed(RepliesSettings(), chosen.get("replies", {}))
    likes = changed(ReactionsSettings(), chosen.get("reactions", {}))
    tiers = FairnessSettings()
    written, given = _about(kind.messages, chance), _about(kind.given, chance)
    many = (
        (MESSAGE, written, talk.points, talk.daily_cap_points),
        (REPLY, min(written, _about(kind.replies, chance)), answers.points, answers.daily_cap_points),
        (GIVEN, given, likes.given_points, likes.given_daily_cap_points),
        (RECEIVED, _about(kind.received, chance), likes.received_points, likes.received_daily_cap_points),
        (HELPFUL, int(chance.random() < kind.helped), 200, 1000),
        (FEATURED, int(chance.random() < kind.featured), 500, 5000),
        (CHECKIN, int(chance.random() < 0.7), _check_in(at, chosen, is_new=is_first_week), 200),
    )
    claims = [
        Claim(
            1,
            1,
            way,
            points,
            f"{way.action}:{n}",
            at + timedelta(seconds=60 * n),
            at.date(),
            Limits(cap, _tier(tiers, way)),
        )
        for way, times, points, cap in many
        for n in range(times)
        if points
    ]
    return claims, written + given


def _check_in(at: datetime, chosen: Mapping[str, Mapping[str, object]], *, is_new: bool) -> int:
    settings = changed(CheckinsSettings(), chosen.get("checkins", {}))
    return worth_of(at.date(), joined_on=at.date() if is_new else None, settings=settings) if settings.on else 0


def _tier(settings: FairnessSettings, way: Way) -> int:
    return settings.daily_cap(way.tier)


def _about(times: int, chance: random.Random) -> int:
    return max(0, round(chance.gauss(times, times / 3)))


def table(template: Template, *, seed: int = 1) -> Sequence[tuple[Kind, Outcome, Outcome]]:
    """Each kind of member without difficulty and with it."""
    return [
        (
            kind,
            play(kind, template=template, scaled=False, seed=seed),
            play(kind, template=template, scaled=True, seed=seed),
        )
        for kind in KINDS
    ]


def main() -> None:
    """Print the tables of all templates."""
    for template in Template:
        print(f"\n{template.value}\n\n| who | pace | a month without | a month with | first week without | with |")
        print("|---|---|---|---|---|---|")
        for kind, plain, scaled in table(template):
            cells = (
                kind.name,
                scaled.pace,
                *(f"{n:.0f}" for n in (plain.month, scaled.month, plain.week, scaled.week)),
            )
            print(f"| {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()
