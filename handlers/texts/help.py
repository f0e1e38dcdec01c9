"""What `/start` and `/help` say."""

from collections.abc import Sequence

from handlers.texts.names import shown_name
from handlers.texts.reader import Html, Reader, lines, paragraphs

# Of who is in more groups so many are named.
GROUPS_NAMED = 3


def about_start(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("say hello")


def about_help(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("what I can do")


Told = Sequence[tuple[str, Html]]


def hello(reader: Reader, *, name: str) -> Html:
    """The first words in private to somebody who was seen in no group."""
    if shown_name(name):
        greeting = reader.say("Hi {name}, I'm Kith.", name=reader.name(name))
    else:
        greeting = reader.say("Hi, I'm Kith.")
    return paragraphs(
        greeting,
        reader.say("I live in group chats and keep count of what members do for each other."),
        reader.say("Add me to your group to begin; what I post there by myself, you decide."),
        reader.say("Am I in a group of yours already? Write something there, and I know you."),
    )


def hello_again(reader: Reader, *, name: str, titles: Sequence[str], offers: Told) -> Html:
    """The first words in private to a member: which groups they share with Kith, and what they can do there now."""
    shown = [reader.say("<b>{title}</b>", title=reader.title(title)) for title in titles[:GROUPS_NAMED]]
    more = len(titles) - len(shown)
    others = reader.say_many("and {number} more group", "and {number} more groups", more)
    groups = reader.listed(shown, rest=others if more else None)
    if shown_name(name):
        greeting = reader.say("Hi {name}, we know each other from {groups}.", name=reader.name(name), groups=groups)
    else:
        greeting = reader.say("Hi, we know each other from {groups}.", groups=groups)
    return paragraphs(greeting, lines(*_each(reader, offers), reader.say("/help shows the rest.")))


def add(reader: Reader) -> Html:
    """The button that adds the bot to a group."""
    return reader.say("Add me to a group")


def offers(reader: Reader, *, own: Told, together: Told, personal: Told) -> Html:
    """What somebody may ask: of their own points, with the others, and of what is between them and Kith."""
    return paragraphs(
        _part(reader, reader.say("Your points"), own),
        _part(reader, reader.say("With the others"), together),
        _part(reader, reader.say("Between us"), personal),
    )


def for_staff(reader: Reader, *, offers: Told) -> Html:
    """What who runs a group may do besides."""
    return _part(reader, reader.say("For you who run a group"), offers)


def to_staff(reader: Reader) -> Html:
    """The button to what administrators may do."""
    return reader.say("For administrators")


def back(reader: Reader) -> Html:
    """The button back."""
    return reader.say("‹ Back")


def _part(reader: Reader, title: Html, told: Told) -> Html:
    """Commands under their title with what each is for, a line each; nothing if there are none."""
    return lines(Html(f"<b>{title}</b>"), *_each(reader, told)) if told else Html("")


def _each(reader: Reader, told: Told) -> Sequence[Html]:
    return [reader.say("/{command} – {about}", command=name, about=about) for name, about in told]


def not_understood(reader: Reader) -> Html:
    """Somebody wrote something in private that is no command."""
    return reader.say("I understand commands only. /help shows them.")


def button_gone(reader: Reader) -> Html:
    """A button that leads nowhere any more."""
    return reader.say("This button no longer works. /help shows what does.")


def not_for_you(reader: Reader) -> Html:
    """A button that somebody else may press."""
    return reader.say("This button is for somebody else.")


def went_wrong(reader: Reader) -> Html:
    """Something broke; it is written down for the owner."""
    return reader.say("That went wrong on my side. I noted it; please try again later.")
