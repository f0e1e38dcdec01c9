"""What is said to who adds Kith to a group, and to an owner who must allow it."""

from collections.abc import Sequence

from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.rules.communities import Lack


def rights(reader: Reader, *, title: str, is_administrator: bool, lacks: Sequence[Lack]) -> Html:
    """What works in the group and what does not, to who changed it."""
    name = reader.title(title)
    if not lacks:
        return lines(
            reader.say("All set in <b>{title}</b>: messages, replies, reactions and joins count.", title=name),
            _quiet(reader),
        )
    if is_administrator:
        return lines(
            reader.say("All set in <b>{title}</b>: messages, replies, reactions and joins count.", title=name),
            *[_lack(reader, lack) for lack in lacks],
            _quiet(reader),
        )
    return paragraphs(
        reader.say("I'm in <b>{title}</b>, but not everything works there yet:", title=name),
        lines(*[_lack(reader, lack) for lack in lacks]),
        lines(
            reader.say("Make me an administrator with the right to delete messages, and all of it works."),
            _quiet(reader),
        ),
    )


def rights_in_group(reader: Reader, *, lacks: Sequence[Lack]) -> Html:
    """The same in one or two lines for the group itself."""
    if Lack.REACTIONS in lacks:
        return reader.say(
            "I can't see reactions yet: make me an administrator (with the right to delete messages, to tidy up). "
            "Until then likes don't count."
        )
    if lacks:
        return reader.say("All set. With the right to delete messages I would also clear away answered commands.")
    return reader.say("All set: messages, replies, reactions and joins count. Send /me to see your points.")


def _lack(reader: Reader, lack: Lack) -> Html:
    sentences = {
        Lack.ALL_MESSAGES: reader.say("• Messages: Telegram shows me only commands and replies to me."),
        Lack.REACTIONS: reader.say("• Reactions: likes don't count."),
        Lack.JOINS: reader.say("• Joins: I can't tell who came by which link."),
        Lack.TIDYING: reader.say("• Tidying up: without the right to delete messages, commands stay in the chat."),
    }
    return sentences[lack]


def missing(reader: Reader, *, lacks: Sequence[Lack]) -> Html:
    """What does not work for the want of rights, a line each."""
    return lines(*[_lack(reader, lack) for lack in lacks])


def _quiet(reader: Reader) -> Html:
    return reader.say("I listen and count. By myself I post only what you switch on, such as a topic a day.")


def approval_needed(reader: Reader, *, title: str, adder: str | None) -> Html:
    """An owner is asked about a group."""
    if adder is None:
        return reader.say("I was added to <b>{title}</b>. Shall I serve it?", title=reader.title(title))
    who = reader.name(adder)
    return reader.say("{who} added me to <b>{title}</b>. Shall I serve it?", who=who, title=reader.title(title))


def admit(reader: Reader) -> Html:
    """The button that admits a group."""
    return reader.say("Yes, serve it")


def decline(reader: Reader) -> Html:
    """The button that declines a group."""
    return reader.say("No, leave it")


def admitted(reader: Reader, *, title: str) -> Html:
    """What the question becomes once it is answered with yes."""
    return reader.say("I now serve <b>{title}</b>.", title=reader.title(title))


def declined(reader: Reader, *, title: str) -> Html:
    """What the question becomes once it is answered with no."""
    return reader.say("I'm leaving <b>{title}</b>.", title=reader.title(title))
