"""What is said to administrators who give, take back, or stop somebody's earning by hand."""

from dataclasses import asdict

from handlers.links import message_link
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs
from models.corrections import Done
from models.places import MessagePlace
from models.rules.corrections import Kind


def about(reader: Reader, *, kind: Kind) -> Html:
    """What a command is for."""
    sentences = {
        Kind.GRANT: reader.say("give a member points"),
        Kind.DEDUCT: reader.say("take points from a member"),
        Kind.REVERSE: reader.say("undo what a message or a correction brought"),
        Kind.FREEZE: reader.say("let a member earn nothing for now"),
        Kind.UNFREEZE: reader.say("let a member earn again"),
    }
    return sentences[kind]


def usage(reader: Reader, *, kind: Kind) -> Html:
    """How a command is written, with an example."""
    if kind in (Kind.GRANT, Kind.DEDUCT):
        return lines(
            reader.say("Answer a message with /{command} points reason, or name the member first.", command=kind.value),
            reader.say("For example: <code>/{command} @lin 2.5 helped a newcomer</code>", command=kind.value)
            if kind is Kind.GRANT
            else reader.say("For example: <code>/{command} @lin 2.5 posted an advert</code>", command=kind.value),
        )
    return lines(
        reader.say("Answer a message with /{command} reason, or name the member first.", command=kind.value),
        reader.say("For example: <code>/{command} @lin counted by mistake</code>", command=kind.value)
        if kind is not Kind.FREEZE
        else reader.say("For example: <code>/{command} @lin two accounts like each other</code>", command=kind.value),
    )


def signed(reader: Reader, points: int) -> Html:
    """A change of points with its sign and the word."""
    sign = "−" if points < 0 else "+"
    return Html(sign + reader.points_in_words(abs(points)))


def done(reader: Reader, *, done: Done, praise: str | None) -> Html:
    """What the group is told of it: whom praise is for and what they got, and nothing of all else."""
    if done.is_again:
        return reader.say("That was done already.")
    if praise is None:
        return reader.say("Done. /audit shows what it came to.")
    name, change = reader.name(done.name), signed(reader, done.points)
    return reader.say("{name} {change}: {reason}", name=name, change=change, reason=praise)


def _came_from(reader: Reader, place: MessagePlace | None) -> Html | None:
    """The message that has brought what was undone, where it has an address."""
    address = None if place is None else message_link(**asdict(place))
    if address is None:
        return None
    words = reader.say("this message")
    return reader.say("It came from {message}.", message=linked_to(address, words))


def to_admin(
    reader: Reader, *, title: str, kind: Kind, done: Done, reason: str, place: MessagePlace | None = None
) -> Html:
    """What has come of it and why, in private to who has ordered it: it is nobody else's business."""
    name, change = reader.name(done.name), signed(reader, done.points)
    sentences = {
        Kind.GRANT: reader.say("{name} {change}.", name=name, change=change),
        Kind.DEDUCT: reader.say("{name} {change}.", name=name, change=change),
        Kind.REVERSE: reader.say("Undone: {name} {change}.", name=name, change=change),
        Kind.FREEZE: reader.say("{name} earns nothing for now. /unfreeze ends it.", name=name),
        Kind.UNFREEZE: reader.say("{name} earns points again.", name=name),
    }
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        lines(sentences[kind], _came_from(reader, place), reader.say("Why: {reason}", reason=reason)),
    )


def to_member(
    reader: Reader, *, title: str, kind: Kind, points: int, reason: str, place: MessagePlace | None = None
) -> Html:
    """What a member is told in private: what was done, and why, if that is still known."""
    change = signed(reader, points)
    sentences = {
        Kind.GRANT: reader.say("{change} from an administrator.", change=change),
        Kind.DEDUCT: reader.say("{change}, taken by an administrator.", change=change),
        Kind.REVERSE: reader.say("{change}: an administrator has undone what had counted before.", change=change)
        if points < 0
        else reader.say("{change}: an administrator has undone a correction.", change=change),
        Kind.FREEZE: reader.say("For now you earn no points here: administrators have stopped it."),
        Kind.UNFREEZE: reader.say("You earn points here again."),
    }
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        lines(
            sentences[kind],
            _came_from(reader, place),
            reader.say("Why: {reason}", reason=reason) if reason else None,
        ),
        reader.say("/why shows every entry.") if points else None,
    )


def _example(reader: Reader, kind: Kind) -> Html:
    """A command as it is written in reply to a member's message."""
    command = kind.value
    if kind in (Kind.GRANT, Kind.DEDUCT):
        return reader.say("<code>/{command} 5 reason</code>", command=command)
    return reader.say("<code>/{command} reason</code>", command=command)


def only_in_groups(reader: Reader, *, kind: Kind) -> Html:
    """The command was given in private."""
    return reader.say(
        "Send that in the group: there I see who is meant. For example, in reply to a message of theirs: {example}",
        example=_example(reader, kind),
    )


def out_of_bounds(reader: Reader, *, most: int) -> Html:
    """A correction would change too much, or nothing."""
    return reader.say(
        "From {least} to {most} at a time; /settings changes the upper end.",
        least=reader.points(1),
        most=reader.points_in_words(most),
    )


def not_a_member(reader: Reader) -> Html:
    """Nobody of that name was ever seen in the group."""
    return reader.say("I don't know that member here. Reply to one of their messages instead.")


def nothing_to_reverse(reader: Reader) -> Html:
    """There is nothing to undo."""
    return reader.say("Nothing to undo there: it earned nothing, or it was undone before.")


def frozen_already(reader: Reader) -> Html:
    """Who shall be frozen is."""
    return reader.say("They earn nothing already. /unfreeze ends it.")


def not_frozen(reader: Reader) -> Html:
    """Who shall earn again does."""
    return reader.say("They earn points as everybody does: there is nothing to lift.")
