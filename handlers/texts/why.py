"""What `/why` says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from handlers.links import message_link
from handlers.texts import ways
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs
from models.fairness import UncountedLately
from models.places import MessagePlace
from models.rules.fairness import Reason, Tier
from models.rules.ways import TIERS
from models.why import Entry


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("each of your points, and what did not count")


def entries(reader: Reader, *, title: str, entries: Sequence[Entry]) -> Html:
    """A page of a member's account."""
    if not entries:
        return paragraphs(
            reader.say("<b>{title}</b>", title=reader.title(title)),
            reader.say("No points yet. /earn says what brings some."),
        )
    heading = reader.say("<b>{title}</b> · your points, the latest first", title=reader.title(title))
    return paragraphs(
        heading,
        lines(*[_entry(reader, entry) for entry in entries]),
        _by_pace(reader, entries),
    )


def _by_pace(reader: Reader, entries: Sequence[Entry]) -> Html | None:
    """What the factors are, where there are any, and why they are so unlike where both directions stand there."""
    tiers = {TIERS.get(entry.action) for entry in entries if entry.factor is not None}
    if not tiers:
        return None
    both = Tier.COCREATION in tiers and len(tiers) > 1
    return lines(
        reader.say("×: by how active you had been in the two weeks before that day. /earn says more."),
        reader.say("Most count up for who was quiet; featured work, a co-creation won and the like for who was busy.")
        if both
        else None,
    )


def _entry(reader: Reader, entry: Entry) -> Html:
    deed = _linked(ways.deed(reader, entry.action), entry.place)
    if entry.factor is not None:
        deed = reader.say("{deed} ×{factor}", deed=deed, factor=reader.points(entry.factor))
    if entry.cut_from is not None:
        before = reader.points(entry.cut_from)
        deed = reader.say("{deed} (of {points}: the day's cap was reached)", deed=deed, points=before)
    if entry.is_reversal:
        deed = reader.say("taken back: {deed}", deed=deed)
    return reader.say(
        "{points} · {deed} · {when}", points=reader.gain(entry.points), deed=deed, when=reader.moment(entry.at)
    )


def _linked(words: Html, place: MessagePlace | None) -> Html:
    address = None if place is None else message_link(**asdict(place))
    return linked_to(address, words)


def older(reader: Reader) -> Html:
    """The button to older entries."""
    return reader.say("Older ›")


def newer(reader: Reader) -> Html:
    """The button to newer entries."""
    return reader.say("‹ Newer")


def to_uncounted(reader: Reader) -> Html:
    """The button to what did not count."""
    return reader.say("What did not count")


def to_entries(reader: Reader) -> Html:
    """The button back to what counted."""
    return reader.say("‹ What counted")


def uncounted(
    reader: Reader,
    *,
    title: str,
    times: Mapping[Reason, int],
    lately: Sequence[UncountedLately],
    places: Mapping[str, MessagePlace],
) -> Html:
    """How often what did not count, and the last of it; `places` names each one's message by its source."""
    heading = reader.say("<b>{title}</b> · what did not count", title=reader.title(title))
    if not times and not lately:
        return paragraphs(heading, reader.say("Nothing in the last 30 days. Everything you did counted."))
    often = sorted(times.items(), key=lambda pair: (-pair[1], pair[0].value))
    counts = [
        reader.say("• {reason}: {times}", reason=reason_in_words(reader, reason), times=reader.number(number))
        for reason, number in often
    ]
    return paragraphs(
        heading,
        lines(reader.say("In the last 30 days:"), *counts) if counts else None,
        lines(reader.say("The latest:"), *[_late(reader, one, places) for one in lately]) if lately else None,
        reader.say("/earn says what counts."),
    )


def _late(reader: Reader, one: UncountedLately, places: Mapping[str, MessagePlace]) -> Html:
    deed = _linked(ways.deed(reader, one.action), places.get(one.source))
    reason = reason_in_words(reader, one.reason)
    return reader.say("{deed} · {reason} · {when}", deed=deed, when=reader.moment(one.at), reason=reason)


def reason_in_words(reader: Reader, reason: str) -> Html:
    """Why something did not count; a later version may have had reasons that this one does not know."""
    words = {
        Reason.TOO_SHORT: reader.say("too short"),
        Reason.SAME_AGAIN: reader.say("much the same text or picture as one you sent lately"),
        Reason.FORWARD: reader.say("forwarded"),
        Reason.OWN_MESSAGE: reader.say("on one's own message"),
        Reason.BACK_AND_FORTH: reader.say("back and forth between two"),
        Reason.COOL_DOWN: reader.say("too soon after the last one"),
        Reason.DAILY_CAP: reader.say("the day's cap was reached"),
        Reason.FROZEN: reader.say("administrators had stopped your earning"),
        Reason.STILL_NEW: reader.say("still a newcomer at the end of the poll"),
        Reason.NOTHING_ELSE: reader.say("nothing else done in the group that week"),
        Reason.TIER_CAP: reader.say("the day's cap for all together was reached"),
    }
    known = {str(reason): said for reason, said in words.items()}
    return known.get(reason) or reader.say("for another reason")
