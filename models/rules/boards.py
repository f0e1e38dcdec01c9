"""The boards that post themselves: when each is due, and of which week, month or season it is."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from models.rules.clock import AfterOutage, Beat, Late, Recurrence, day_of
from models.rules.occasions import Occasion
from models.rules.points import Period, starts_on
from models.rules.settings import WEEKDAYS, hour, number, switch, topic, weekday

# So many lines of a board are kept for good.
KEPT = 10
# A week's board names so many who have come to a level, and so many featured works; of more it says how many.
NAMED = 5


@dataclass(frozen=True)
class BoardsSettings:
    """Boards that post themselves once their week, month or season is over."""

    weekly: bool = switch(False, "Whether the board of the week that is over is posted, with new levels and works.")
    weekday: str = weekday("monday", "The day on which the week's board is posted.")
    monthly: bool = switch(False, "Whether the board of the month that is over is posted.")
    month_day: int = number(1, "The day of the month on which the month's board is posted.", least=1, most=28)
    seasonal: bool = switch(
        False, "Whether a season, a quarter of the year, ends with its board and its winners, on the day after."
    )
    hour: int = hour(10, "When boards are posted.")
    lines: int = number(5, "How many lines a posted board has.", least=3, most=KEPT)
    forum_topic: int = topic("Where boards are posted.")


def weekly(settings: BoardsSettings) -> Recurrence | None:
    """When the week's board is due."""
    at = time(settings.hour)
    return Recurrence(Beat.WEEK, at, weekday=WEEKDAYS.index(settings.weekday)) if settings.weekly else None


def monthly(settings: BoardsSettings) -> Recurrence | None:
    """When the month's board is due."""
    return Recurrence(Beat.MONTH, time(settings.hour), month_day=settings.month_day) if settings.monthly else None


def seasonal(settings: BoardsSettings) -> Recurrence | None:
    """When the season's board is due."""
    return Recurrence(Beat.SEASON, time(settings.hour)) if settings.seasonal else None


def week_begins(key: int) -> date:
    """The Monday of the week called `key`; what came before it is over from then on."""
    return day_of(Recurrence(Beat.WEEK, time()), key)


def month_begins(key: int) -> date:
    """The same for a month."""
    return day_of(Recurrence(Beat.MONTH, time()), key)


def season_begins(key: int) -> date:
    """The same for a season."""
    return day_of(Recurrence(Beat.SEASON, time()), key)


_MERGED = AfterOutage(Late.MERGED)
WEEK = Occasion("boards.week", "boards", _MERGED, weekly, not_before=week_begins, skipped_in_time=True)
MONTH = Occasion("boards.month", "boards", _MERGED, monthly, not_before=month_begins, skipped_in_time=True)
SEASON = Occasion("boards.season", "boards", _MERGED, seasonal, not_before=season_begins, skipped_in_time=True)
PERIODS = {WEEK.name: Period.WEEK, MONTH.name: Period.MONTH, SEASON.name: Period.SEASON}
# Of boards that are due at the same moment the greatest is posted, and says who was first on the others.
GREATEST_FIRST = (SEASON, MONTH, WEEK)


def before(period: Period, begins: date, *, count: int = 1) -> list[date]:
    """The first days of the `count` periods before the one that `begins` on a day, the earliest first."""
    found = [begins]
    for _ in range(count):
        found.append(starts_on(period, day=found[-1] - timedelta(days=1)))
    return found[:0:-1]


def last_day(period: Period, first: date) -> date:
    """The last day of the week, month or season that begins on `first`."""
    # The next one begins within so many days; a day of it tells which.
    inside_next = first + timedelta(days={Period.WEEK: 7, Period.MONTH: 31, Period.SEASON: 92}[period])
    return starts_on(period, day=inside_next) - timedelta(days=1)
