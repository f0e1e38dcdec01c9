"""How the periods are called in which points are compared."""

from datetime import date

from babel.dates import format_date

from handlers.texts.reader import Html, Reader
from models.rules.boards import last_day
from models.rules.points import Period, starts_on


def period_name(reader: Reader, period: Period) -> Html:
    """The running period, as a heading."""
    names = {
        Period.DAY: reader.say("Today"),
        Period.WEEK: reader.say("This week"),
        Period.MONTH: reader.say("This month"),
        Period.SEASON: reader.say("This season"),
        Period.ALL: reader.say("All time"),
    }
    return names[period]


def period_label(reader: Reader, period: Period) -> Html:
    """The same in short, for a button."""
    names = {
        Period.DAY: reader.say("Today"),
        Period.WEEK: reader.say("Week"),
        Period.MONTH: reader.say("Month"),
        Period.SEASON: reader.say("Season"),
        Period.ALL: reader.say("All"),
    }
    return names[period]


def period_span(reader: Reader, period: Period, *, today: date) -> Html:
    """The running period with the day on which it began."""
    name = period_name(reader, period)
    if period is Period.ALL:
        return name
    if period is Period.DAY:
        return reader.say("{period}, {day}", period=name, day=reader.day(today))
    return reader.say("{period}, since {day}", period=name, day=reader.day(starts_on(period, day=today)))


def past_span(reader: Reader, period: Period, *, first: date) -> Html:
    """A week, month or season that is over, by its first and last day, with the year."""
    last = last_day(period, first)
    english = reader.language == "en"
    if first.year != last.year:
        return _from_to(
            reader, first, last, ("d MMM y", "d MMM y") if english else ("y 年 M 月 d 日", "y 年 M 月 d 日")
        )
    return _from_to(reader, first, last, ("d MMM", "d MMM y") if english else ("y 年 M 月 d 日", "M 月 d 日"))


def past_name(reader: Reader, period: Period, *, first: date) -> Html:
    """The same in short, for a button or in passing: a month or season by its name, a week by its days."""
    english = reader.language == "en"
    if period is Period.MONTH:
        return _written(reader, first, "MMMM y" if english else "y 年 M 月")
    if period is Period.SEASON:
        return _from_to(reader, first, last_day(period, first), ("MMM", "MMM y") if english else ("y 年 M 月", "M 月"))
    return past_span(reader, period, first=first)


def _from_to(reader: Reader, first: date, last: date, patterns: tuple[str, str]) -> Html:
    begins, ends = [_written(reader, day, how) for day, how in zip((first, last), patterns, strict=True)]
    return reader.say("{first} to {last}", first=begins, last=ends)


def _written(reader: Reader, day: date, pattern: str) -> Html:
    return Html(format_date(day, format=pattern, locale=reader.locale))
