"""An update on its way in: what it tells, whether it asks, and where it may have been before."""

from dataclasses import dataclass, field
from typing import Any

from handlers.raw import LARGEST_ID
from models.facts import AnyFact
from models.updates import Part


@dataclass(frozen=True)
class Retry:
    """The failure that is tried again, and for which part of its update it was filed."""

    failure_id: int
    part: Part
    attempts: int


@dataclass(slots=True)
class Taken:
    """An update on its way: what it tells, whether it asks, or why it could not be read."""

    raw: Any
    update_id: int | None
    facts: list[AnyFact] = field(default_factory=list)
    asks: bool = False
    error: Exception | None = None
    retry: Retry | None = None


def id_of(raw: Any) -> int | None:
    """The update's own number, if it has one that a database can hold."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > LARGEST_ID:
        return None
    return number
