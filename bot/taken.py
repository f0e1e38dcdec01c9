"""An update on its way in: what it tells, whether it asks, and where it may have been before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from handlers.masking import masked
from handlers.raw import LARGEST_ID
from models.facts import AnyFact, Fact
from models.inbox import packed, unpacked
from models.updates import Part


@dataclass(frozen=True)
class Retry:
    """The failure that is tried again, and for which part of its update it was filed."""

    failure_id: int
    part: Part
    attempts: int


@dataclass(slots=True)
class Taken:
    """An update on its way: what it tells, whether it asks, or why it could not be read.

    What was put aside has no raw form any more; its facts are all that is left of it.
    """

    raw: Any
    update_id: int | None
    facts: list[AnyFact] = field(default_factory=list)
    asks: bool = False
    error: Exception | None = None
    retry: Retry | None = None

    def kept(self) -> Any:
        """What may be filed of it: its raw form, masked, or else its facts, which hold no texts."""
        if self.raw is not None:
            return masked(self.raw)
        return {"update_id": self.update_id, "facts": packed(self.facts), "about": _named(self.facts)}


def _named(facts: Iterable[AnyFact]) -> list[dict[str, Any]]:
    """Whom facts name, and where, in the form in which a failure is searched for who is to be forgotten."""
    found = []
    for fact in facts:
        where = {"chat": {"id": fact.place.chat_id}} if isinstance(fact, Fact) else {}
        people = [fact.person.user_id if fact.person else None, getattr(fact, "reply_to_author", None)]
        found += [{"id": user_id, **where} for user_id in people if user_id is not None]
    return found


def from_kept(kept: Any) -> Taken | None:
    """The update that was filed by its facts; none if it was filed by its raw form. Raises `UnknownFacts`."""
    number = id_of(kept)
    if number is None or not isinstance(kept.get("facts"), str):
        return None
    return Taken(None, number, unpacked(kept["facts"]))


def id_of(raw: Any) -> int | None:
    """The update's own number, if it has one that a database can hold."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > LARGEST_ID:
        return None
    return number
