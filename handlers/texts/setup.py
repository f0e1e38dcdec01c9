"""What the one-minute set-up says."""

from collections.abc import Sequence

from handlers.texts import communities, dialogues
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.rules.communities import Lack
from models.rules.setup import Template


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
        reader.say("3/3 What brings people together here? That sets what counts how much; all of it can be changed."),
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
        "The set-up of <b>{title}</b> isn't finished. Half a minute is left of it.", title=reader.title(title)
    )


def done(reader: Reader, *, title: str, lacks: Sequence[Lack], daily: int | None = None) -> Html:
    """The end: what works, and what is missing for the rest; `daily` is the hour of the topic of the day, if any."""
    ready = reader.say(
        "<b>{title}</b> is set up. I listen and count; nothing is posted until you ask.", title=reader.title(title)
    )
    if daily is not None:
        ready = reader.say(
            "<b>{title}</b> is set up. I listen and count, and post a topic every day at {hour}:00: /topic, /calendar.",
            title=reader.title(title),
            hour=f"{daily:02}",
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


def all_settings(reader: Reader) -> Html:
    """The button to the panel."""
    return reader.say("All settings")
