"""What the one-minute set-up says."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.texts import communities, dialogues
from handlers.texts.reader import Html, Reader, lines, paragraphs
from handlers.texts.values import hour, option
from models.rules.boards import BoardsSettings
from models.rules.cocreations import CocreationsSettings
from models.rules.communities import Lack
from models.rules.polls import PollsSettings
from models.rules.setup import Template
from models.rules.topics import TopicsSettings


def set_up(reader: Reader) -> Html:
    """The button to the three questions of the set-up."""
    return reader.say("Set-up in a minute")


def language(reader: Reader, *, title: str) -> Html:
    """The first question."""
    return paragraphs(
        reader.say("One minute, three questions, and <b>{title}</b> is set up.", title=reader.title(title)),
        reader.say("1/3 Which language shall I speak in the group?"),
    )


def zone(reader: Reader, *, zone: str) -> Html:
    """The second question."""
    asked = reader.say(
        "2/3 Which time zone? It decides when a day and a week begin. Now it is {zone}. "
        "Choose one, or send me a name such as <code>Europe/Paris</code>.",
        zone=zone,
    )
    return lines(asked, dialogues.way_out(reader))


def template(reader: Reader) -> Html:
    """The third question."""
    return paragraphs(
        reader.say(
            "3/3 What brings people together here? That sets what counts how much, and what "
            "I post by myself; all of it can be changed."
        ),
        lines(
            reader.say("<b>Learning</b>: answering others counts most."),
            reader.say("<b>Brand</b>: taking part is easy, farming points is not."),
            reader.say("<b>Developers</b>: short chatter counts little, what others find useful counts most."),
        ),
    )


def template_named(reader: Reader, template: Template) -> Html:
    """The button of a template."""
    names = {
        Template.LEARNING: reader.say("Learning"),
        Template.BRAND: reader.say("Brand"),
        Template.DEVELOPERS: reader.say("Developers"),
    }
    return names[template]


def keep(reader: Reader) -> Html:
    """The button that changes nothing and goes on."""
    return reader.say("Leave as it is")


def later(reader: Reader) -> Html:
    """The button that leaves the set-up for now."""
    return reader.say("Later")


def go_on(reader: Reader) -> Html:
    """The button that goes on where it was left."""
    return reader.say("Go on with the set-up")


def leave(reader: Reader) -> Html:
    """The button that ends the reminders."""
    return reader.say("No need")


def left(reader: Reader) -> Html:
    """The set-up was left."""
    return reader.say("Fine. What you chose stays, and /settings has the rest.")


def unfinished(reader: Reader, *, title: str) -> Html:
    """The one reminder."""
    return reader.say(
        "The set-up of <b>{title}</b> isn't finished. It takes half a minute more.", title=reader.title(title)
    )


@dataclass(frozen=True)
class Rhythm:
    """The settings of what posts in the group by itself."""

    topics: TopicsSettings
    polls: PollsSettings
    boards: BoardsSettings
    cocreations: CocreationsSettings


def done(reader: Reader, *, title: str, lacks: Sequence[Lack], rhythm: Rhythm) -> Html:
    """The end: what works, what the group will see without being asked, and what is missing for the rest."""
    comes = _comes(reader, rhythm)
    ready = reader.say(
        "<b>{title}</b> is set up. I listen and count, and post nothing by myself so far: "
        "/settings switches on a topic a day, polls and boards.",
        title=reader.title(title),
    )
    if comes:
        ready = lines(
            reader.say(
                "<b>{title}</b> is set up. I listen and count, and post in the group:", title=reader.title(title)
            ),
            *[reader.say("• {what}", what=what) for what in comes],
            reader.say("/calendar shows what comes, and skips or moves it."),
        )
    if not lacks:
        return ready
    return paragraphs(
        ready,
        lines(reader.say("Still missing:"), communities.missing(reader, lacks=lacks)),
        reader.say("Make me an administrator with the right to delete messages, and all of it works.")
        if Lack.REACTIONS in lacks
        else reader.say("Give me the right to delete messages in the group's administrators, and all of it works."),
    )


def _comes(reader: Reader, rhythm: Rhythm) -> Sequence[Html]:
    topics, polls, boards, cocreations = rhythm.topics, rhythm.polls, rhythm.boards, rhythm.cocreations
    found: list[Html | None] = [
        reader.say_many(
            "every day at {hour} a topic (/topic), and its recap {number} hour later",
            "every day at {hour} a topic (/topic), and its recap {number} hours later",
            topics.open_hours,
            hour=hour(topics.hour),
        )
        if topics.on
        else None,
        reader.say_many(
            "every {weekday} at {hour} a poll on what members propose (/propose), and its result {number} day later",
            "every {weekday} at {hour} a poll on what members propose (/propose), and its result {number} days later",
            polls.open_days,
            weekday=option(reader, polls.weekday),
            hour=hour(polls.hour),
        )
        # What it chooses is a topic of a day: without one there is none.
        if topics.on and polls.on and polls.weekly
        else None,
        reader.say(
            "every {weekday} at {hour} the board of the week before",
            weekday=option(reader, boards.weekday),
            hour=hour(boards.hour),
        )
        if boards.weekly
        else None,
        reader.say("every month the board of the month before") if boards.monthly else None,
        reader.say("every quarter the season's board") if boards.seasonal else None,
        reader.say("every month a co-creation (/cocreate)") if cocreations.on and cocreations.monthly else None,
    ]
    return [what for what in found if what is not None]


def all_settings(reader: Reader) -> Html:
    """The button to the panel."""
    return reader.say("All settings")
