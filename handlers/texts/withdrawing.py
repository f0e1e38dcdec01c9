"""What is said when a member takes a work of theirs back."""

from handlers.texts.reader import Html, Reader


def take_back(reader: Reader) -> Html:
    """The button of its author."""
    return reader.say("Take it back")


def taken_back(reader: Reader) -> Html:
    """It waits no more."""
    return reader.say("Taken back: nobody reviews it. /share in reply to it shares it again.")


def not_yours(reader: Reader) -> Html:
    """Somebody else presses."""
    return reader.say("Only who has shared it can take it back.")


def is_reviewed(reader: Reader) -> Html:
    """Somebody was faster."""
    return reader.say("That has just been decided.")
