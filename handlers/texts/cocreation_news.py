"""What members and administrators are told of a co-creation in private."""

from dataclasses import dataclass

from handlers.texts.cocreations import Collection
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs
from models.cocreation_entries import Booked
from models.rules import cocreations as rules


@dataclass(frozen=True)
class Prize:
    """What somebody has won, where a work that wins was `promised` so much, in hundredths."""

    title: str
    theme: str
    booked: Booked
    promised: int
    badge: bool


def won(reader: Reader, *, prize: Prize) -> Html:
    """Who has won is told what was booked for it, and how that comes."""
    here, theme, points = reader.title(prize.title), prize.theme, prize.booked.points
    if points <= 0:
        return lines(
            reader.say("You won “{theme}” in <b>{title}</b>.", theme=theme, title=here),
            reader.say("It brought no points; /why says why."),
        )
    gain = reader.gain(points)
    if prize.badge:
        told = reader.say(
            "{points} and a badge: you won “{theme}” in <b>{title}</b>.", points=gain, theme=theme, title=here
        )
    else:
        told = reader.say("{points}: you won “{theme}” in <b>{title}</b>.", points=gain, theme=theme, title=here)
    is_cut = prize.booked.is_cut(promised=prize.promised)
    return lines(told, reader.say("The day's limit had no more left.") if is_cut else _by_pace(reader, prize))


def _by_pace(reader: Reader, prize: Prize) -> Html | None:
    """Why it is another figure than was promised, if it is."""
    if prize.booked.factor is None:
        return None
    return reader.say(
        "That is {points} ×{factor}, by how active you had been in the two weeks before. /earn says more.",
        points=reader.points(prize.booked.works * prize.promised),
        factor=reader.points(prize.booked.factor),
    )


def left_out(reader: Reader, *, title: str, theme: str, count: int) -> Html:
    """An author is told that their works were not reviewed in time, which is no fault of theirs."""
    return lines(
        reader.say_many(
            "<b>{title}</b>: “{theme}” takes no more works, and the administrators did not review {number} work "
            "of yours in time. So it is not in it.",
            "<b>{title}</b>: “{theme}” takes no more works, and the administrators did not review {number} works "
            "of yours in time. So they are not in it.",
            count,
            title=reader.title(title),
            theme=theme,
        ),
        reader.say("That says nothing about what you made: accepted later, it earns its points and stands in /works."),
    )


def has_enough(reader: Reader, *, title: str, theme: str, most: int, work: str | None) -> Html:
    """An author is told that what they shared does not take part, for they do with as many works as they may."""
    told = reader.say_many(
        "<b>{title}</b>: “{theme}” takes {number} work of each member, and you have sent that already.",
        "<b>{title}</b>: “{theme}” takes {number} works of each member, and you have sent those already.",
        most,
        title=reader.title(title),
        theme=theme,
    )
    return lines(told, _as_any_other(reader, work))


def too_late(reader: Reader, *, title: str, theme: str, work: str | None) -> Html:
    """An author is told that what they shared does not take part, for no more works are taken."""
    told = reader.say("<b>{title}</b>: “{theme}” takes no more works.", title=reader.title(title), theme=theme)
    return lines(told, _as_any_other(reader, work))


def _as_any_other(reader: Reader, work: str | None) -> Html:
    what = linked_to(work, reader.say("What you shared"))
    return reader.say("{what} is not in it, but is reviewed as any other work.", what=what)


def called_off(reader: Reader, *, title: str, theme: str, count: int) -> Html:
    """An author is told that a co-creation was called off before anybody had reviewed their works."""
    return lines(
        reader.say(
            "<b>{title}</b>: the administrators have called off “{theme}”.", title=reader.title(title), theme=theme
        ),
        reader.say_many(
            "{number} work of yours still waits for a review: accepted, it earns its points and stands in /works.",
            "{number} works of yours still wait for a review: accepted, they earn their points and stand in /works.",
            count,
        ),
    )


def unjudged(reader: Reader, *, title: str, theme: str, count: int) -> Html:
    """Those who run the group are told that works wait on which nobody can vote any more."""
    return reader.say_many(
        "<b>{title}</b>: the vote on “{theme}” has begun. {number} work for it still waits for a review "
        "and is not in it.",
        "<b>{title}</b>: the vote on “{theme}” has begun. {number} works for it still wait for a review "
        "and are not in it.",
        count,
        title=reader.title(title),
        theme=theme,
    )


def unchosen(reader: Reader, *, title: str, collection: Collection, waiting: int, in_vain: bool = False) -> Html:
    """Those who run the group are told why nobody has won, and of works that still wait for a review."""
    late = reader.say_many(
        "{number} work for it still waits for a review.", "{number} works for it still wait for a review.", waiting
    )
    heading = reader.say("<b>{title}</b> · co-creation", title=reader.title(title))
    why = _why_unchosen(reader, collection, in_vain=in_vain)
    return paragraphs(heading, lines(why, late if waiting else None))


def _why_unchosen(reader: Reader, collection: Collection, *, in_vain: bool) -> Html:
    theme, count = collection.cocreation.theme, len(collection.entries)
    if in_vain:
        why = reader.say(
            "All votes on “{theme}” went to works that can't win: undone, or their authors had me forget them. "
            "So nobody won.",
            theme=theme,
        )
    elif count == 0 and collection.cocreation.manner is not None:
        why = reader.say("No work on “{theme}” is left that could win, so nobody won.", theme=theme)
    elif count == 0:
        why = reader.say("No accepted work took part in “{theme}”, so I posted nothing.", theme=theme)
    elif collection.cocreation.manner is None:
        why = reader.say("One work took part in “{theme}”, so there was no vote.", theme=theme)
    elif all(entry.votes is None for entry in collection.entries):
        why = reader.say(
            "I can't read the votes on “{theme}” any more, so nobody won. /grant makes up for it.", theme=theme
        )
    elif not any(entry.votes for entry in collection.entries):
        why = reader.say("Nobody voted on “{theme}”, so nobody won.", theme=theme)
    else:
        why = reader.say("Too many works on “{theme}” have equally many votes, so nobody won.", theme=theme)
    return why


def no_theme(reader: Reader, *, title: str) -> Html:
    """No theme is written down for it."""
    return lines(
        reader.say(
            "<b>{title}</b>: this month's co-creation did not open, for there is no theme for it.",
            title=reader.title(title),
        ),
        reader.say("/cocreate themes takes one, or several for the months to come."),
    )


def still_on(reader: Reader, *, title: str, theme: str) -> Html:
    """None opens this month, since the one before is still on."""
    here, days = reader.title(title), reader.number(rules.FIT_IN_A_MONTH)
    return lines(
        reader.say(
            "<b>{title}</b>: this month's co-creation did not open, for “{theme}” is still on.", title=here, theme=theme
        ),
        reader.say("One a month leaves {days} days at most for works and vote (/settings).", days=days),
    )


def poll_doubled(reader: Reader, *, title: str, theme: str) -> Html:
    """Those who run the group are told that the poll is posted once more, and may stand there twice."""
    return reader.say(
        "<b>{title}</b>: I was cut off while posting the poll on “{theme}”, and post it once more. "
        "If there are two, the later one counts: delete the other.",
        title=reader.title(title),
        theme=theme,
    )
