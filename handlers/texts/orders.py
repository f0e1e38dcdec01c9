"""What is said to an administrator who writes as the group, so that nobody can tell who it is."""

from handlers.texts.reader import Html, Reader


def who_was_it(reader: Reader) -> Html:
    """An administrator gave the command as the group."""
    return reader.say("You wrote as the group, so I can't see who you are.")


def it_was_me(reader: Reader) -> Html:
    """The button by which an administrator says who they are."""
    return reader.say("It was me, do it")
