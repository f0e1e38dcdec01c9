"""What the boards say that are over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.texts import levels
from handlers.texts.periods import past_name, past_span
from handlers.texts.reader import Html, Reader, lines, paragraphs
from handlers.texts.works import form, linked
from models.boards import Board, Line
from models.rules.badges import PODIUM
from models.rules.boards import KEPT, NAMED
from models.rules.points import Period
from models.rules.works import Form
from models.works import Works


@dataclass(frozen=True)
class News:
    """What else a week brought: who came to which level, and what was featured; `names` are theirs.

    Who is among those `unnamed` has left the boards: their work is told of, and they are not.
    """

    risen: Sequence[tuple[int, int]] = ()
    level_names: Sequence[str] = ()
    works: Sequence[Works] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    unnamed: Collection[int] = frozenset()


def posted(reader: Reader, *, board: Board, shown: int, beside: Sequence[Board], news: News) -> Html:
    """The board of a week or a month, in the group; of those `beside` it, who was first."""
    sentences = {
        Period.WEEK: reader.say("<b>The week's board</b> · {span}", span=span(reader, board)),
        Period.MONTH: reader.say("<b>The month's board</b> · {span}", span=span(reader, board)),
    }
    return paragraphs(
        lines(sentences[board.period], *_lines(reader, board.lines[:shown])),
        lines(*[_first_on(reader, each) for each in beside]),
        lines(_risen(reader, news), _featured(reader, news)),
    )


def _first_on(reader: Reader, board: Board) -> Html:
    return reader.say(
        "{span}: {names} came first, with {points}.",
        span=named(reader, board),
        names=_first(reader, board),
        points=reader.points_in_words(board.lines[0].points),
    )


def _first(reader: Reader, board: Board) -> Html:
    first = [_named(reader, line) for line in board.lines if line.rank == 1]
    return _people(reader, first[:NAMED], len(first))


def ended(
    reader: Reader, *, board: Board, shown: int, badges: bool, beside: Sequence[Board] = (), news: News | None = None
) -> Html:
    """The board of a season, with who has won it; of those `beside` it, who was first."""
    heading = reader.say("<b>The season is over</b> · {span}", span=span(reader, board))
    won = reader.say("🏆 {names}", names=_first(reader, board))
    badge = reader.say("The first {places} get its badge.", places=reader.number(PODIUM))
    anew = reader.say("A new season has begun, and its board starts at 0; points and levels stay.")
    return paragraphs(
        lines(heading, won),
        lines(*_lines(reader, board.lines[:shown])),
        lines(*[_first_on(reader, each) for each in beside]),
        None if news is None else lines(_risen(reader, news), _featured(reader, news)),
        lines(badge if badges else None, anew),
    )


def kept(reader: Reader, *, title: str, board: Board, own: int) -> Html:
    """A board as it stood, in private; the line of who looks at it is bold."""
    heading = lines(reader.say("<b>{title}</b>", title=reader.title(title)), span(reader, board))
    first = reader.say("Of a board that is over, the first {count} places are kept.", count=reader.number(KEPT))
    rows = lines(*_lines(reader, board.lines, own=own))
    return paragraphs(heading, rows, first if len(board.lines) >= KEPT else None)


def span(reader: Reader, board: Board) -> Html:
    """The days that a board is of."""
    return past_span(reader, board.period, first=board.first)


def named(reader: Reader, board: Board) -> Html:
    """What the time is called that a board is of."""
    return past_name(reader, board.period, first=board.first)


def _lines(reader: Reader, shown: Sequence[Line], *, own: int | None = None) -> list[Html]:
    found = []
    for line in shown:
        rank, name, points = reader.number(line.rank), _named(reader, line, own), reader.points(line.points)
        if line.user_id == own:
            found.append(reader.say("<b>{rank}. {name} · {points}</b>", rank=rank, name=name, points=points))
        else:
            found.append(reader.say("{rank}. {name} · {points}", rank=rank, name=name, points=points))
    return found


def _named(reader: Reader, line: Line, own: int | None = None) -> Html:
    """Whose line it is; of who has left the boards since, only they themselves are told that."""
    return reader.name(None if line.hides and line.user_id != own else line.name)


def _risen(reader: Reader, news: News) -> Html | None:
    if not news.risen:
        return None
    shown = [
        reader.say(
            "{name} ({level})",
            name=reader.name(news.names.get(user_id)),
            level=levels.named(reader, level, news.level_names),
        )
        for user_id, level in news.risen[:NAMED]
    ]
    return reader.say("New levels: {names}", names=_people(reader, shown, len(news.risen)))


def _featured(reader: Reader, news: News) -> Html | None:
    if not news.works:
        return None
    shown = [linked(work, _work(reader, news, work)) for work in news.works[:NAMED]]
    more = len(news.works) - len(shown)
    others = reader.say_many("and {number} more work", "and {number} more works", more)
    return reader.say("Newly featured: {works}", works=reader.listed(shown, rest=others if more > 0 else None))


def _work(reader: Reader, news: News, work: Works) -> Html:
    """Whose work it is, and of what; of who has left the boards the latter alone."""
    what = form(reader, form=Form(work.form))
    if work.author_id in news.unnamed:
        return reader.say("a work ({form})", form=what)
    return reader.say("{name} ({form})", name=reader.name(news.names.get(work.author_id)), form=what)


def _people(reader: Reader, shown: Sequence[Html], count: int) -> Html:
    """Some of so many people."""
    more = count - len(shown)
    others = reader.say_many("and {number} more member", "and {number} more members", more)
    return reader.listed(shown, rest=others if more > 0 else None)


def look(reader: Reader, board: Board) -> Html:
    """The button under a board in the group that leads in private to all of it that is kept."""
    if len(board.lines) < KEPT:
        return reader.say("All places")
    return reader.say("The first {count}", count=reader.number(KEPT))


def running(reader: Reader, period: Period) -> Html:
    """The button from a board that is over to the running one."""
    names = {
        Period.WEEK: reader.say("This week"),
        Period.MONTH: reader.say("This month"),
        Period.SEASON: reader.say("This season"),
    }
    return names[period]
