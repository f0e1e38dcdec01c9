"""What is said when an administrator features an answer or a work."""

from handlers.texts.reader import Html, Reader, lines
from handlers.texts.why import reason_in_words


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("feature an answer to the topic, or a work, in reply to it")


def featured(reader: Reader, *, name: str | None, points: int) -> Html:
    """It is featured; points may be capped away."""
    who = reader.name(name)
    if not points:
        return reader.say("Featured: {who}.", who=who)
    return reader.say("{points} for {who}: featured.", points=reader.gain(points), who=who)


def take_back(reader: Reader) -> Html:
    """The button that takes it back."""
    return reader.say("Take it back")


def taken_back(reader: Reader) -> Html:
    """It is featured no longer."""
    return reader.say("It is featured no longer.")


def named_by_recap(reader: Reader) -> Html:
    """No administrator features it any longer, but the recap does."""
    return reader.say("You feature it no longer. The recap names it, so the points stay.")


def nothing_to_feature(reader: Reader) -> Html:
    """The command replies to nothing that could be featured."""
    return reader.say("Reply with /feature to an answer to the day's topic, or to an accepted work.")


def no_answer(reader: Reader, *, reason: str) -> Html:
    """The command replies to what stands under a topic and does not count."""
    return reader.say("That doesn't count as an answer: {reason}.", reason=reason_in_words(reader, reason))


def by_administrators(reader: Reader) -> Html:
    """A member who runs no group asks in private."""
    return lines(
        reader.say("Administrators feature works and answers with /feature, in the group."),
        reader.say("You can share yours there with /share; /featured shows which works were featured."),
    )


def featured_before(reader: Reader) -> Html:
    """The answer is featured already."""
    return reader.say("That is featured already.")


def not_accepted(reader: Reader) -> Html:
    """The work is not accepted, so it cannot be featured yet."""
    return reader.say("Only accepted work can be featured. /queue lists what waits for a review.")
