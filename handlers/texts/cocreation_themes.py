"""What is said of the themes from which co-creations open by themselves."""

from collections.abc import Sequence

from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.cocreation_themes import CocreationThemes
from models.rules import cocreations as rules
from models.rules.cocreations import CocreationsSettings


def in_private(reader: Reader) -> Html:
    """The short answer in a group."""
    return reader.say("The list of themes is kept in private.")


def open_list(reader: Reader) -> Html:
    """The button that leads to the list."""
    return reader.say("Open the list")


def themes(
    reader: Reader,
    *,
    title: str,
    themes: Sequence[CocreationThemes],
    settings: CocreationsSettings,
    more: int = 0,
    news: Html | None = None,
) -> Html:
    """The next of the themes to come, and how many `more` there are."""
    when = reader.say("None opens by itself; /settings changes that.")
    if settings.on and settings.monthly:
        when = reader.say("On day {day} of each month the one at the top opens.", day=settings.month_day)
    rows = [
        reader.say("{place}. {theme}", place=reader.number(place), theme=one.theme)
        for place, one in enumerate(themes, start=1)
    ]
    rows += [reader.say_many("and {number} more theme", "and {number} more themes", more)] if more else []
    heading = reader.say("<b>{title}</b> · themes to come", title=reader.title(title))
    return paragraphs(news, heading, lines(*rows) if rows else reader.say("There are none yet."), when)


def add(reader: Reader) -> Html:
    """The button by which themes are added."""
    return reader.say("Add themes")


def drop(reader: Reader, place: int) -> Html:
    """The button by which a theme is taken off the list."""
    return reader.say("✕ {place}", place=reader.number(place))


def back(reader: Reader) -> Html:
    """The button back to the list."""
    return reader.say("‹ Back")


def write_themes(reader: Reader) -> Html:
    """The themes are asked for."""
    return reader.say("Write the themes, one on each line.")


def added(reader: Reader, *, number: int) -> Html:
    """How many themes are new."""
    if not number:
        return reader.say("They stand there already.")
    return reader.say_many("{number} theme added.", "{number} themes added.", number)


def theme_unfit(reader: Reader) -> Html:
    """What was written holds no theme, or one that is too long."""
    return reader.say("A theme has up to {signs} signs. Write each on a line of its own.", signs=rules.LONGEST_THEME)


def too_many(reader: Reader) -> Html:
    """The list is full."""
    return reader.say_many(
        "The list holds {number} theme; take some off first.",
        "The list holds {number} themes; take some off first.",
        rules.MOST_THEMES,
    )
