"""What is said around every question that waits for somebody's word in private."""

from handlers.texts.reader import Html, Reader


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("leave my question unanswered")


def way_out(reader: Reader) -> Html:
    """Under a question: how to leave it."""
    return reader.say("/cancel leaves all as it is.")


def in_words(reader: Reader) -> Html:
    """Somebody has sent a picture or the like in answer to a question."""
    return reader.say("I'm waiting for your answer in words. /cancel leaves all as it is.")


def cancelled(reader: Reader) -> Html:
    """A question is asked no more."""
    return reader.say("All right, I'm not waiting for an answer any more. What was changed before stays so.")


def nothing_asked(reader: Reader) -> Html:
    """Somebody wants out of a question, and there is none."""
    return reader.say("I'm not waiting for an answer. /help shows what I can do.")
