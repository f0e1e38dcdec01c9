"""Points as numbers: hundredths, the one rounding rule, and the periods in which they are compared."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from operator import add
from typing import Any

HUNDREDTHS = 100
# Before any day on which Telegram was there. Not `date.min`, which PostgreSQL's driver takes for infinity.
BEGINNING = date(1970, 1, 1)


def in_hundredths(points: Decimal) -> int:
    """Points as people write them, as the integer that is stored: halves go up, away from zero, as people reckon."""
    return int((points * HUNDREDTHS).to_integral_value(rounding=ROUND_HALF_UP))


def divided(hundredths: int, by: int) -> int:
    """A part of some hundredths, by the same rule."""
    whole = (2 * abs(hundredths) + by) // (2 * by)
    return whole if hundredths >= 0 else -whole


def as_points(hundredths: int) -> Decimal:
    """The stored integer as people write it, without needless zeros."""
    points = Decimal(hundredths) / HUNDREDTHS
    return points.quantize(Decimal(1)) if points == points.to_integral_value() else points.normalize()


class Period(StrEnum):
    """A span of days with a score of its own; a season is a quarter of the year, and `ALL` never ends."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    ALL = "all"


def starts_on(period: Period, *, day: date) -> date:
    """The first day of the period in which `day` lies; weeks begin on Monday (ISO 8601)."""
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.SEASON:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Period.ALL:
            return BEGINNING


# By these a database may keep scores: never to be changed.
_KINDS = {Period.DAY: 1, Period.WEEK: 2, Period.MONTH: 3, Period.SEASON: 4, Period.ALL: 5}


def board_number(period: Period, *, day: date) -> int:
    """The number of the board of the period in which `day` lies: its kind, and the digits of its first day.

    The week from 2026-11-16 on has 2_2026_11_16. Of one kind, a later board has a greater number.
    """
    first = starts_on(period, day=day)
    return ((_KINDS[period] * 10_000 + first.year) * 100 + first.month) * 100 + first.day


def board_of(number: int) -> tuple[Period, date] | None:
    """The period of a board by its number, and its first day; none if no board is numbered so."""
    rest, day = divmod(number, 100)
    rest, month = divmod(rest, 100)
    kind, year = divmod(rest, 10_000)
    period = next((each for each, known in _KINDS.items() if known == kind), None)
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    return None if period is None or starts_on(period, day=first) != first else (period, first)


def boards_of_kind(period: Period) -> range:
    """The numbers that boards of a period may have."""
    return range(_KINDS[period] * 100_000_000, (_KINDS[period] + 1) * 100_000_000)


def sum_by_key(rows: Iterable[tuple[Any, ...]], *, keys: int) -> list[tuple[Any, ...]]:
    """`rows` with those of the same first `keys` values added up in the rest, sorted by key."""
    sums: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key = row[:keys]
        held = sums.get(key)
        sums[key] = row if held is None else key + tuple(map(add, held[keys:], row[keys:]))
    return [sums[key] for key in sorted(sums)]
