"""How the periods are called in which points are compared."""

from datetime import date

from handlers.texts.reader import Html, Reader
from models.rules.points import Period, starts_on


def period_name(reader: Reader, period: Period) -> Html:
    """The running period, as a heading."""
    names = {
        Period.DAY: reader.say("Today"),
        Period.WEEK: reader.say("This week"),
        Period.MONTH: reader.say("This month"),
        Period.SEASON: reader.say("This season"),
        Period.ALL: reader.say("In all"),
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
