"""What `/rank` and `/top` say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.texts.periods import period_name, period_span
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.rules.points import Period
from models.standings import MOST_COUNTED, Place, Score


@dataclass(frozen=True)
class Standing:
    """A member's score on a board of so many lines, if somebody has counted them."""

    score: Score
    size: int | None


def about_rank(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("where you stand")


def about_top(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the boards")


def rank_brief(reader: Reader, *, name: str, standing: Standing) -> Html:
    """The one line in the group."""
    who, score, size = reader.name(name), standing.score, standing.size
    if score.is_far:
        return reader.say("{name} · not among the first {most} this week", name=who, most=_counted(reader))
    if score.rank is None and score.points:
        # Whoever stands on no board, as they may choose, has not done nothing.
        return reader.say("{name} · {points} this week", name=who, points=reader.points_in_words(score.points))
    if score.rank is None:
        return reader.say("{name} · no place this week", name=who)
    place = reader.place(score.rank)
    if size is None:
        return reader.say("{name} · {place} this week", name=who, place=place)
    return reader.say("{name} · {place} of {size} this week", name=who, place=place, size=reader.number(size))


def _counted(reader: Reader) -> Html:
    return reader.number(MOST_COUNTED)


def rank(reader: Reader, *, title: str, places: Mapping[Period, Standing], unlisted: Html | None) -> Html:
    """All of it in the private chat."""
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        lines(*[_place(reader, period, standing) for period, standing in places.items()]),
        unlisted,
    )


def _place(reader: Reader, period: Period, standing: Standing) -> Html:
    name, score = period_name(reader, period), standing.score
    points = reader.points_in_words(score.points)
    if score.is_far:
        most = _counted(reader)
        return reader.say("{period}: not among the first {most}, {points}", period=name, most=most, points=points)
    if score.rank is None:
        return reader.say("{period}: {points}", period=name, points=points)
    place = reader.place(score.rank)
    if standing.size is None:
        return reader.say("{period}: {place}, {points}", period=name, place=place, points=points)
    size = reader.number(standing.size)
    return reader.say("{period}: {place} of {size}, {points}", period=name, place=place, size=size, points=points)


def hides(reader: Reader) -> Html:
    """Why somebody has no place: they chose so."""
    return reader.say("You stand on no board, as you chose in /privacy.")


def leads(reader: Reader) -> Html:
    """Why somebody has no place: they run the group."""
    return reader.say("You stand on no board, since you run this group.")


def to_board(reader: Reader) -> Html:
    """The button that leads to the board."""
    return reader.say("Show the board")


def podium(reader: Reader, *, places: Sequence[Place], names: Mapping[int, str]) -> Html:
    """The first three of this week, for the group."""
    week = period_name(reader, Period.WEEK)
    if not places:
        return reader.say("{period}: nobody has points yet.", period=week)
    first = [
        reader.say(
            "{rank}. {name} {points}",
            rank=reader.number(place.rank),
            name=reader.name(names.get(place.user_id)),
            points=reader.points(place.points),
        )
        for place in places
    ]
    return lines(week, Html(" · ".join(first)))


def board(
    reader: Reader,
    *,
    title: str,
    period: Period,
    today: date,
    places: Sequence[Place],
    names: Mapping[int, str],
    own: int,
) -> Html:
    """A page of a board; the line of who looks at it is bold."""
    heading = lines(reader.say("<b>{title}</b>", title=reader.title(title)), period_span(reader, period, today=today))
    if not places:
        return paragraphs(heading, reader.say("Nobody has points yet."))
    return paragraphs(heading, lines(*[_line(reader, place, names, is_own=place.user_id == own) for place in places]))


def _line(reader: Reader, place: Place, names: Mapping[int, str], *, is_own: bool) -> Html:
    rank, name = reader.number(place.rank), reader.name(names.get(place.user_id))
    points = reader.points(place.points)
    if is_own:
        return reader.say("<b>{rank}. {name} · {points}</b>", rank=rank, name=name, points=points)
    return reader.say("{rank}. {name} · {points}", rank=rank, name=name, points=points)


def find_me(reader: Reader) -> Html:
    """The button that leads to one's own place."""
    return reader.say("Find me")


def earlier(reader: Reader, period: Period) -> Html:
    """The button that leads to the boards that are over."""
    names = {
        Period.WEEK: reader.say("Earlier weeks"),
        Period.MONTH: reader.say("Earlier months"),
        Period.SEASON: reader.say("Earlier seasons"),
    }
    return names[period]


def not_there(reader: Reader) -> Html:
    """Who looks has no place on this board."""
    return reader.say("You have no place on this board. /rank says why.")


def here_already(reader: Reader) -> Html:
    """One's own place is on the page that is shown."""
    return reader.say("You are on this page.")
