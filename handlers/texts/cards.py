"""What stands on the card of a shared work: what is proposed, what became of it, and its buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handlers.texts import audit
from handlers.texts.reader import Html, Reader, lines, paragraphs
from handlers.texts.works import line
from models.pseudonyms import is_pseudonym
from models.rules.fairness import Reason
from models.rules.works import Fault, Grade, Ground, Proposal, Stage
from models.works import Works


@dataclass(frozen=True)
class Shown:
    """What stands on a card; `names` holds the author's and the decider's.

    By the only administrator's own work nobody is there who could decide; the reactions of `accepted_by` members may.
    `factor` is by what the points on the buttons are multiplied on that `day`, in hundredths, where they are.
    """

    title: str
    work: Works
    names: Mapping[int, str]
    proposal: Proposal
    earlier: Works | None
    is_by_only_leader: bool = False
    accepted_by: int = 0
    factor: int | None = None
    day: date | None = None


def grade(reader: Reader, *, grade: Grade) -> Html:
    """How good a work is."""
    sentences = {
        Grade.FAIR: reader.say("fair"),
        Grade.GOOD: reader.say("good"),
        Grade.EXCELLENT: reader.say("excellent"),
    }
    return sentences[grade]


def ground(reader: Reader, *, ground: Ground) -> Html:
    """On what a proposal is based."""
    sentences = {
        Ground.MADE: reader.say("something made"),
        Ground.WORDS: reader.say("many words"),
        Ground.LIKED: reader.say("several members react to it"),
        Ground.SEEN_BEFORE: reader.say("much like an earlier one"),
    }
    return sentences[ground]


def fault(reader: Reader, *, fault: Fault) -> Html:
    """Why a work is declined, on a button."""
    sentences = {
        Fault.OFF_TOPIC: reader.say("Off topic"),
        Fault.NOT_OWN: reader.say("Not their own"),
        Fault.TOO_THIN: reader.say("Too little in it"),
        Fault.SEEN_BEFORE: reader.say("Shared before"),
        Fault.ADVERT: reader.say("Advert"),
        Fault.GONE: reader.say("It was deleted"),
    }
    return sentences[fault]


def card(reader: Reader, *, shown: Shown) -> Html:
    """A work as administrators see it."""
    work = shown.work
    return paragraphs(
        reader.say("<b>{title}</b> · shared work", title=reader.title(shown.title)),
        lines(line(reader, work, shown.names), _earlier(reader, shown)),
        lines(_state(reader, shown), _cut(reader, work), _multiplied(reader, shown)),
    )


def _earlier(reader: Reader, shown: Shown) -> Html | None:
    if shown.earlier is None:
        return None
    return reader.say("Much like this: {work}", work=line(reader, shown.earlier, shown.names))


def _state(reader: Reader, shown: Shown) -> Html:
    work = shown.work
    who = reader.name(shown.names.get(work.decided_by or 0), otherwise=audit.administrator(reader))
    points = reader.points_in_words(work.points or 0)
    match work.state:
        case Stage.ACCEPTED if work.decided_by is None:
            return reader.say("Accepted by members' reactions: {points}.", points=points)
        case Stage.ACCEPTED:
            graded = grade(reader, grade=Grade(work.grade or Grade.FAIR))
            return reader.say("{who} accepted it as {grade}: {points}.", who=who, grade=graded, points=points)
        case Stage.FEATURED:
            return reader.say("{who} featured it: {points} in all.", who=who, points=points)
        case Stage.DECLINED:
            why = fault(reader, fault=Fault(work.fault or Fault.OFF_TOPIC))
            return reader.say("{who} declined it: {why}.", who=who, why=why)
        case Stage.WITHDRAWN if is_pseudonym(work.author_id):
            return reader.say("Its author had me forget them, so nobody reviews it.")
        case Stage.WITHDRAWN:
            return reader.say("{who} took it back.", who=reader.name(shown.names.get(work.author_id)))
    return lines(_proposed(reader, shown), _stuck(reader, shown))


def _stuck(reader: Reader, shown: Shown) -> Html | None:
    """Who could decide about a work whose author is the only administrator."""
    if not shown.is_by_only_leader:
        return None
    if not shown.accepted_by:
        return reader.say("It waits for a second administrator: its author is the only one.")
    return reader.say_many(
        "The reaction of {number} member accepts it, or a second administrator: its author is the only one.",
        "The reactions of {number} members accept it, or a second administrator: its author is the only one.",
        shown.accepted_by,
    )


def _proposed(reader: Reader, shown: Shown) -> Html:
    proposed = grade(reader, grade=shown.proposal.grade)
    if not shown.proposal.grounds:
        return reader.say("Proposed: {grade}.", grade=proposed)
    grounds = reader.listed([ground(reader, ground=each) for each in shown.proposal.grounds])
    return reader.say("Proposed: {grade} ({grounds}).", grade=proposed, grounds=grounds)


def _cut(reader: Reader, work: Works) -> Html | None:
    """Why a work has brought less than its buttons had promised, if it has."""
    if work.cut_by is None:
        return None
    if work.cut_by == Reason.FROZEN:
        return reader.say("Less than usual, since administrators have stopped the author's earning.")
    return reader.say("Less than usual, since the author's limit for the day was reached.")


def _multiplied(reader: Reader, shown: Shown) -> Html | None:
    """Why a button brings another figure than the settings say, if it does."""
    if shown.factor is None or shown.day is None:
        return None
    factor, day = reader.points(shown.factor), reader.day(shown.day)
    if shown.work.state == Stage.WAITING:
        return reader.say(
            "On {day} accepting it counts ×{factor} for this author, by how active they were.", day=day, factor=factor
        )
    return reader.say(
        "On {day} featuring it counts ×{factor} for this author, by how active they were.", day=day, factor=factor
    )


def booked(reader: Reader, *, points: int) -> Html:
    """What a decision has brought the author, flashed to who has made it."""
    return reader.say("{points} for the author.", points=reader.gain(points))


def stands_outside(reader: Reader, *, theme: str) -> Html:
    """A declined work waits again, but takes part no more; flashed to who has undone the decision."""
    return reader.say(
        "It waits again, but outside “{theme}”: its author takes part with other works, as many as one may.",
        theme=theme,
    )


def accept(reader: Reader, *, grade: Grade, points: int, is_proposed: bool) -> Html:
    """The button that accepts a work with a grade; the proposed one bears a sign."""
    names = {
        Grade.FAIR: reader.say("Fair {points}", points=reader.gain(points)),
        Grade.GOOD: reader.say("Good {points}", points=reader.gain(points)),
        Grade.EXCELLENT: reader.say("Excellent {points}", points=reader.gain(points)),
    }
    return Html(f"• {names[grade]}") if is_proposed else names[grade]


def decline(reader: Reader) -> Html:
    """The button that leads to the reasons."""
    return reader.say("Decline…")


def feature(reader: Reader, *, points: int) -> Html:
    """The button that features a work."""
    return reader.say("Feature it {points}", points=reader.gain(points))


def undo(reader: Reader) -> Html:
    """The button that takes a decision back."""
    return reader.say("Undo")


def show(reader: Reader) -> Html:
    """The button that copies the work beside its card."""
    return reader.say("Show it here")


def is_gone(reader: Reader) -> Html:
    """A work is not there any more to be shown."""
    return reader.say("It was deleted in the group.")


def is_protected(reader: Reader) -> Html:
    """Telegram copies nothing out of the group."""
    return reader.say(
        "The group protects its content, so nothing can be copied out of it; an administrator can change that in "
        "the group's settings."
    )


def stayed_behind(reader: Reader) -> Html:
    """A work lies in the chat that the group was before."""
    return reader.say("It stayed behind when the group became a supergroup, where I can't fetch it any more.")


def back(reader: Reader) -> Html:
    """The button from the reasons back to the card."""
    return reader.say("‹ Back")
