"""Who stands on the boards, and in which place."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.rules.settings import switch


@dataclass(frozen=True)
class StandingsSettings:
    """Who is listed in the rankings."""

    staff_listed: bool = switch(False, "Whether the group's owner and administrators are listed in the rankings too.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides whether a member is listed; `is_named` is false for who was forgotten."""

    is_named: bool
    is_inside: bool
    is_staff: bool
    hides: bool


def is_listed(candidate: Candidate, *, settings: StandingsSettings) -> bool:
    """Whether a member stands on the boards: somebody who is there, does not mind, and does not run the place."""
    may_compete = settings.staff_listed or not candidate.is_staff
    return candidate.is_named and candidate.is_inside and may_compete and not candidate.hides


def ranks(scores: Iterable[int], *, before: int = 0, ahead: int = 0) -> list[int]:
    """The ranks of scores that follow each other, the highest first: equal ones share a rank, and the next skips.

    Where they are a part of a longer row, `before` of it stand before the first one, and `ahead` have more.
    """
    found: list[int] = []
    last = None
    for place, score in enumerate(scores, start=before + 1):
        if last is None:
            found.append(ahead + 1)
        else:
            found.append(found[-1] if score == last else place)
        last = score
    return found
