"""What is said about the channel to which featured work is copied."""

from handlers.links import message_link
from handlers.texts.reader import Html, Reader, lines, linked_to
from models.channels import Obstacle
from models.works import Works


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the channel to which featured work is copied")


def usage(reader: Reader) -> Html:
    """How the command is written."""
    return lines(
        reader.say("In the group: <code>/channel @name</code>, or its number if it has no name (-100…)."),
        reader.say("You and I must both be allowed to post there. <code>/channel off</code> ends it."),
    )


def asking(reader: Reader) -> Html:
    """Telegram is asked."""
    return reader.say("I ask Telegram and tell you in private. If you hear nothing, I am not in that channel.")


def none_any_more(reader: Reader) -> Html:
    """Featured work is copied nowhere any more."""
    return reader.say("Featured work is copied to no channel any more.")


def chosen(reader: Reader, *, name: str, title: str) -> Html:
    """The channel is chosen."""
    return reader.say(
        "What is featured in <b>{title}</b> is copied to {name} from now on.", title=reader.title(title), name=name
    )


def not_chosen(reader: Reader, *, name: str, title: str) -> Html:
    """The channel cannot be chosen."""
    return reader.say(
        "{name} is not the channel of <b>{title}</b>: it must be a channel in which you and I may both post.",
        title=reader.title(title),
        name=name,
    )


def in_doubt(reader: Reader, *, title: str, work: Works) -> Html:
    """Whether a copy arrived nobody can say."""
    return reader.say(
        "<b>{title}</b>: I was interrupted while I copied {work} to the channel. Is it there?",
        title=reader.title(title),
        work=_linked(reader, work),
    )


def _linked(reader: Reader, work: Works) -> Html:
    address = message_link(chat_id=work.chat_id, message_id=work.message_id)
    words = reader.say("a featured work")
    return linked_to(address, words)


def refused(reader: Reader, *, title: str, work: Works, obstacle: Obstacle) -> Html:
    """A copy was not let through."""
    first = reader.say(
        "<b>{title}</b>: I could not copy {work} to the channel.",
        title=reader.title(title),
        work=_linked(reader, work),
    )
    sentences = {
        Obstacle.SHUT: reader.say(
            "I may not post there any more. Give me that right again, or choose another one by /channel; "
            "until then nothing gets there."
        ),
        Obstacle.PROTECTED: reader.say(
            "The group protects its content, so nothing can be copied out of it; an administrator can change that in "
            "the group's settings."
        ),
        Obstacle.GONE: reader.say("It was deleted in the group."),
    }
    return lines(first, sentences[obstacle])


def it_is_there(reader: Reader) -> Html:
    """The button of who has seen the copy."""
    return reader.say("It is there")


def copy_again(reader: Reader) -> Html:
    """The button of who has not."""
    return reader.say("Copy it again")


def noted(reader: Reader) -> Html:
    """The copy is there."""
    return reader.say("Good, then all is done.")


def copied_again(reader: Reader) -> Html:
    """It is copied once more."""
    return reader.say("It is copied again.")
