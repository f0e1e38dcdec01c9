"""What levels are called, and what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.texts.reader import Html, Reader, lines, paragraphs, plain
from models.rules.levels import CURVES, HIGHEST, Progress, days_to
from models.rules.settings import label_of

_BARS = 10


@dataclass(frozen=True)
class Days:
    """How fast levels come by each curve, for who earns `a_day` hundredths; `chosen` is the one in force."""

    chosen: str
    a_day: int


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("your level, and how far the next one is")


def own_names(reader: Reader) -> Mapping[int, str]:
    """Kith's own names of the levels."""
    names = (
        reader.say("Guest"),
        reader.say("Neighbour"),
        reader.say("Regular"),
        reader.say("Friend"),
        reader.say("Companion"),
        reader.say("Storyteller"),
        reader.say("Guide"),
        reader.say("Mentor"),
        reader.say("Pillar"),
        reader.say("Legend"),
    )
    return {level: plain(name) for level, name in enumerate(names, start=1)}


def named(reader: Reader, level: int, names: Sequence[str] = ()) -> Html:
    """What a level is called: by the group's own `names` as far as it has any."""
    if level <= len(names):
        return reader.title(names[level - 1])
    return Html(own_names(reader)[level])


def in_words(reader: Reader, level: int, names: Sequence[str] = ()) -> Html:
    """A level with its number and name."""
    return reader.say("level {level}, {name}", level=reader.number(level), name=named(reader, level, names))


def brief(reader: Reader, *, name: str, progress: Progress, names: Sequence[str] = ()) -> Html:
    """The one line in the group."""
    who, level = reader.name(name), in_words(reader, progress.level, names)
    if progress.needed is None:
        return reader.say("{name} · {level}", name=who, level=level)
    return reader.say(
        "{name} · {level} · {points} to go",
        name=who,
        level=level,
        points=reader.points_in_words(progress.needed - progress.earned),
    )


def on_card(reader: Reader, *, progress: Progress, names: Sequence[str] = ()) -> Html:
    """The line on `/me`: the level, how much of the way to the next is done, and what it takes."""
    level = in_words(reader, progress.level, names)
    if progress.needed is None:
        return reader.say("You are at {level}, the highest.", level=level)
    done = progress.earned * _BARS // progress.needed
    return lines(
        reader.say("You are at {level}.", level=level),
        reader.say(
            "{bar} {points} to {next}.",
            bar=Html("▰" * done + "▱" * (_BARS - done)),
            points=reader.points_in_words(progress.needed - progress.earned),
            next=named(reader, progress.level + 1, names),
        ),
    )


def full(
    reader: Reader, *, title: str, progress: Progress, curve: str, names: Sequence[str], days: Days | None
) -> Html:
    """The whole ladder in the private chat; `days` is for administrators."""
    steps = [_step(reader, level, curve, names, own=progress.level) for level in range(1, HIGHEST + 1)]
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        on_card(reader, progress=progress, names=names),
        lines(*steps),
        reader.say("Spending points costs no level."),
        None if days is None else _days(reader, days),
    )


def _step(reader: Reader, level: int, curve: str, names: Sequence[str], *, own: int) -> Html:
    number, name = reader.number(level), named(reader, level, names)
    points = reader.points_in_words(CURVES[curve][level - 1])
    if level == own:
        return reader.say("<b>{rank}. {name} · {points}</b>", rank=number, name=name, points=points)
    return reader.say("{rank}. {name} · {points}", rank=number, name=name, points=points)


def _days(reader: Reader, days: Days) -> Html:
    """How long each curve takes a typical member."""
    if days.a_day <= 0:
        return reader.say("For you who run it: nothing earns points here, so nobody rises.")
    heading = reader.say(
        "For you who run it: a typical member earns {points} a day and has level 3, 6 and 10 after so many days:",
        points=reader.points_in_words(days.a_day),
    )
    return lines(heading, *[_curve(reader, curve, days) for curve in CURVES])


def _curve(reader: Reader, curve: str, days: Days) -> Html:
    name = reader.declared(label_of(curve))
    after = [days_to(level, curve=curve, a_day=days.a_day) or 0 for level in (3, 6, HIGHEST)]
    counted = reader.listed([reader.number(each) for each in after])
    if curve == days.chosen:
        return reader.say("<b>{curve}: {days}</b>", curve=name, days=counted)
    return reader.say("{curve}: {days}", curve=name, days=counted)


def reached(reader: Reader, *, title: str, progress: Progress, names: Sequence[str] = ()) -> Html:
    """Somebody has come to a level, in private."""
    said = reader.say(
        "In {title} you have reached {level}.",
        level=in_words(reader, progress.level, names),
        title=reader.title(title),
    )
    if progress.needed is None:
        return said
    left = reader.points_in_words(progress.needed - progress.earned)
    following = named(reader, progress.level + 1, names)
    return lines(said, reader.say("{points} to {next}.", points=left, next=following))


def is_off(reader: Reader) -> Html:
    """The group has no levels."""
    return reader.say("There are no levels here. Administrators can switch them on in /settings.")
