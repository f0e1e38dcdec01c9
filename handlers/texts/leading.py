"""What is said around every question of an administrator's about a group: which one, and that there is none."""

from handlers.texts.reader import Html, Reader


def nowhere(reader: Reader, *, command: str) -> Html:
    """Somebody asks who runs no group that Kith knows."""
    return reader.say("You run no group that I know of. If you do, send {command} there once.", command=command)


def which(reader: Reader) -> Html:
    """Somebody runs several groups: which one is meant?"""
    return reader.say("Which of your groups?")
