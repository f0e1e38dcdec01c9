"""How often somebody came or went, by all that was told of it: an administrator hears of most of it twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Both tell of the same moment, in whole seconds; this leaves room. To come, go and come again takes longer for most.
TWICE_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, order=True)
class Telling:
    """That somebody came or went: once by the change of membership, once by the chat's own service message."""

    at: datetime
    by_service: bool


def moments(tellings: Iterable[Telling]) -> list[datetime]:
    """When somebody came, or went, by all tellings of that: two of different sorts are one if they lie close together.

    It does not depend on the order in which they were heard. Of two that are one the earlier moment counts.
    """
    counted: list[datetime] = []
    alone: dict[bool, list[datetime]] = {True: [], False: []}
    for telling in sorted(set(tellings)):
        twins = alone[not telling.by_service]
        while twins and telling.at - twins[0] > TWICE_WITHIN:
            twins.pop(0)
        if twins:
            twins.pop(0)
        else:
            alone[telling.by_service].append(telling.at)
            counted.append(telling.at)
    return counted
