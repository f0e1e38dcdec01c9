"""Columns of values as PostgreSQL's own text for arrays.

Its driver, given a list, would ask of each value whether it is a list itself. Written a value at a time, the text took
a third of all that Python does for a batch; so each kind of value is written in as few steps as it allows.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Date, Integer, LargeBinary, String
from sqlalchemy.types import TypeEngine

from models.schema import Utc

Write = Callable[[tuple[Any, ...]], str]


def as_array(values: tuple[Any, ...], write: Write) -> str:
    """The values as the text of one array."""
    if values and values[0] == values[-1] and values.count(values[0]) == len(values):
        # As with the community, which most batches have one of.
        return "{" + ",".join([write(values[:1])] * len(values)) + "}"
    return "{" + write(values) + "}"


def writer(kind: TypeEngine[Any]) -> Write:
    """What writes values of `kind`, of which any may be empty, one after the other."""
    for kinds, write in _WRITERS:
        if isinstance(kind, kinds):
            return write
    raise TypeError(f"no array is made of {kind}")


def _numbers(values: tuple[Any, ...]) -> str:
    try:
        return ("%d," * len(values) % values)[:-1]
    except TypeError:
        return ",".join(["NULL" if value is None else str(value) for value in values])


def _texts(values: tuple[Any, ...]) -> str:
    if None in values:
        return ",".join(["NULL" if value is None else _quoted(value) for value in values])
    inside = '","'.join(values)
    if "\\" in inside or inside.count('"') != 2 * (len(values) - 1):
        return ",".join(map(_quoted, values))
    return f'"{inside}"'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bytes(values: tuple[Any, ...]) -> str:
    return ",".join(["NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values])


def _moments(values: tuple[Any, ...]) -> str:
    return ",".join(map(_moment, values))


# As many as the largest batches have; the same one goes into half a dozen tables.
@lru_cache(maxsize=3072)
def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "NULL"
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return moment.isoformat()


def _days(values: tuple[Any, ...]) -> str:
    return ",".join(map(_day, values))


@lru_cache(maxsize=1024)
def _day(day: date | None) -> str:
    return "NULL" if day is None else day.isoformat()


_WRITERS: Sequence[tuple[type[Any] | tuple[type[Any], ...], Write]] = (
    (Utc, _moments),
    (Date, _days),
    (LargeBinary, _bytes),
    (String, _texts),
    ((Integer, Boolean), _numbers),
)
