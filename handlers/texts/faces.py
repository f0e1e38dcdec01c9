"""What is said around every question about a community: which one, nowhere, not there, and the way to private."""

from handlers.texts.reader import Html, Reader


def more(reader: Reader) -> Html:
    """The button that leads from a line in the group to all of it in private."""
    return reader.say("More in private")


def in_private(reader: Reader) -> Html:
    """The short answer in a group to what belongs into the private chat."""
    return reader.say("I'm happy to explain, in private.")


def open_private(reader: Reader) -> Html:
    """The button that leads to the private chat."""
    return reader.say("Write to me")


def which(reader: Reader) -> Html:
    """Somebody is in several communities: which one is meant?"""
    return reader.say("Which group?")


def nowhere(reader: Reader) -> Html:
    """Somebody asks in private and was never seen in a group."""
    return reader.say("I have not met you in a group yet. Say something where I am, then ask me again.")


def not_a_member(reader: Reader) -> Html:
    """A link or button for a community in which this person was never seen."""
    return reader.say("I have not met you in that group yet.")


def nameless(reader: Reader) -> Html:
    """Somebody asks about themselves while they write as the group or as a channel."""
    return reader.say("You write as a group or channel here, so I can't tell who you are. In private I can.")
