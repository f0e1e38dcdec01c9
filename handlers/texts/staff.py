"""What is said to who may not lead a group, or not in this."""

from handlers.texts.reader import Html, Reader


def only_administrators(reader: Reader) -> Html:
    """Somebody who does not run the group has asked for what only administrators may do."""
    return reader.say("Only the group's administrators can do that.")


def right_missing(reader: Reader, *, right: str) -> Html:
    """An administrator lacks the right that it takes; it is called as Telegram's apps call it."""
    return reader.say(
        "That takes the right “{right}”, which you don't have in this group.", right=_right(reader, right)
    )


def cannot_check(reader: Reader, *, minutes: int) -> Html:
    """Telegram did not say who runs the group."""
    return reader.say_many(
        "Telegram didn't tell me who runs the group, so nothing was done. Please try again in {number} minute.",
        "Telegram didn't tell me who runs the group, so nothing was done. Please try again in {number} minutes.",
        minutes,
    )


def _right(reader: Reader, right: str) -> Html:
    if right == "can_restrict_members":
        return reader.say("Ban users")
    if right == "can_change_info":
        return reader.say("Change group info")
    return reader.say("Administrator")
