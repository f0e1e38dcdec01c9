"""What who runs a group is told some days before something comes that lacks what it takes."""

from datetime import datetime

from handlers.texts.reader import Html, Reader, lines


def no_topics(reader: Reader, *, title: str, at: datetime, waiting: int) -> Html:
    """The weekly poll has too few proposals; so many wait for a word."""
    return lines(
        reader.say(
            "<b>{title}</b>: the weekly poll on {moment} lacks topics. It takes at least two approved ones.",
            title=reader.title(title),
            moment=reader.moment(at),
        ),
        reader.say_many("{number} waits for your word.", "{number} wait for your word.", waiting)
        if waiting
        else reader.say("Members propose topics with /propose, in the group or here."),
    )


def no_theme(reader: Reader, *, title: str, at: datetime) -> Html:
    """The month's co-creation has no theme."""
    return lines(
        reader.say(
            "<b>{title}</b>: the co-creation on {moment} has no theme yet. Without one it does not open.",
            title=reader.title(title),
            moment=reader.moment(at),
        ),
        reader.say("/cocreate themes takes one, or several for the months to come."),
    )
