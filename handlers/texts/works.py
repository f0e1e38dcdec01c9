"""What is said about members' own work: when it is shared, on its card, and where it is found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.links import message_link
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.cocreation_entries import Entering
from models.rules.fairness import Reason
from models.rules.works import Fault, Form, Grade, Ground, Proposal, Stage
from models.works import Works


@dataclass(frozen=True)
class Shown:
    """What stands on a card; `names` holds the author's and the decider's.

    By the only administrator's own work nobody is there who could decide; the reactions of `accepted_by` members may.
    """

    title: str
    work: Works
    names: Mapping[int, str]
    proposal: Proposal
    earlier: Works | None
    is_by_only_leader: bool = False
    accepted_by: int = 0


@dataclass(frozen=True)
class Board:
    """Works that are found again, of `count` in all; `tags` are those that most works bear."""

    title: str
    works: Sequence[Works]
    count: int
    names: Mapping[int, str]
    tag: str | None = None
    tags: Sequence[str] = ()


def about_share(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("share your own work, in reply to it")


def about_works(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("members' work, also by a hashtag")


def about_featured(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the best of members' work")


def about_queue(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("members' work that waits for a review")


def shared(reader: Reader, *, entered: Entering) -> Html:
    """A work was shared by the command; while a co-creation is open it takes part, unless its author does enough."""
    if entered.theme is None or entered.until is None:
        return reader.say("Shared. The administrators have a look at it.")
    if entered.has_enough:
        return reader.say("Shared. You already have enough works in “{theme}”.", theme=entered.theme)
    until = reader.moment(entered.until)
    return reader.say("Shared. Accepted by {until}, it takes part in “{theme}”.", theme=entered.theme, until=until)


def form(reader: Reader, *, form: Form) -> Html:
    """What a work is made of."""
    sentences = {
        Form.TEXT: reader.say("text"),
        Form.LINK: reader.say("link"),
        Form.PICTURE: reader.say("picture"),
        Form.VIDEO: reader.say("video"),
        Form.VOICE: reader.say("recording"),
        Form.DOCUMENT: reader.say("file"),
        Form.ALBUM: reader.say("album"),
    }
    return sentences[form]


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
        lines(_line(reader, work, shown.names), _earlier(reader, shown)),
        lines(_state(reader, shown), _cut(reader, work)),
    )


def _earlier(reader: Reader, shown: Shown) -> Html | None:
    if shown.earlier is None:
        return None
    when = reader.moment(shown.earlier.shared_at)
    return reader.say("Much like {earlier}", earlier=linked(shown.earlier, when))


def _state(reader: Reader, shown: Shown) -> Html:
    work = shown.work
    who = reader.name(shown.names.get(work.decided_by or 0))
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
        case Stage.WITHDRAWN:
            return reader.say("{who} took it back.", who=who)
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


def back(reader: Reader) -> Html:
    """The button from the reasons back to the card."""
    return reader.say("‹ Back")


def declined(reader: Reader, *, title: str, work: Works) -> Html:
    """What an author is told in private."""
    why = Fault(work.fault or Fault.OFF_TOPIC)
    sentences = {
        Fault.OFF_TOPIC: reader.say("It does not fit what the group is about."),
        Fault.NOT_OWN: reader.say("It should be something that you made yourself."),
        Fault.TOO_THIN: reader.say("There should be a little more in it: what is it, and how did you come to it?"),
        Fault.SEEN_BEFORE: reader.say("It was shared before."),
        Fault.ADVERT: reader.say("It reads like an advert."),
    }
    mine = linked(work, reader.say("What you shared"))
    return paragraphs(
        reader.say("{mine} in <b>{title}</b> was not accepted.", mine=mine, title=reader.title(title)),
        sentences.get(why),
    )


def waiting(
    reader: Reader, *, title: str, count: int, since: datetime, taking_part: tuple[Entering, int] | None = None
) -> Html:
    """What administrators are reminded of, and how many of them must be reviewed in time to take part."""
    told = reader.say_many(
        "<b>{title}</b>: {number} work waits for a review, since {since}.",
        "<b>{title}</b>: {number} works wait for a review, the first since {since}.",
        count,
        title=reader.title(title),
        since=reader.moment(since),
    )
    return lines(told, None if taking_part is None else _in_time(reader, *taking_part))


def _in_time(reader: Reader, entered: Entering, count: int) -> Html | None:
    if entered.theme is None or entered.until is None:
        return None
    return reader.say_many(
        "{number} is for “{theme}”: it takes part if accepted by {until}.",
        "{number} are for “{theme}”: they take part if accepted by {until}.",
        count,
        theme=entered.theme,
        until=reader.moment(entered.until),
    )


def see_queue(reader: Reader) -> Html:
    """The button that leads to what waits."""
    return reader.say("See what waits")


def which(reader: Reader) -> Html:
    """Somebody runs several groups: which one is meant?"""
    return reader.say("Which of your groups?")


def queue(reader: Reader, *, title: str, works: Sequence[Works], count: int, names: Mapping[int, str]) -> Html:
    """What waits, the oldest first, with the numbers of the buttons."""
    heading = reader.say("<b>{title}</b> · waits for a review", title=reader.title(title))
    if not works:
        return paragraphs(heading, reader.say("Nothing waits."))
    rows = [
        reader.say("{place}. {work}", place=reader.number(place), work=_line(reader, work, names))
        for place, work in enumerate(works, 1)
    ]
    return paragraphs(heading, lines(*rows, _more(reader, count - len(works))), reader.say("A number shows its card."))


def _more(reader: Reader, more: int) -> Html | None:
    return reader.say_many("and {number} more work", "and {number} more works", more) if more > 0 else None


def _line(reader: Reader, work: Works, names: Mapping[int, str]) -> Html:
    who = linked(work, reader.name(names.get(work.author_id)))
    made_of = form(reader, form=Form(work.form))
    return reader.say("{who}, {form}, {when}", who=who, form=made_of, when=reader.moment(work.shared_at))


def linked(work: Works, words: Html) -> Html:
    """Words that lead to a work, where it has an address."""
    address = message_link(chat_id=work.chat_id, message_id=work.message_id)
    return words if address is None else Html(f'<a href="{address}">{words}</a>')


def featured_brief(reader: Reader, *, board: Board) -> Html:
    """The lines in the group: the latest featured works."""
    if not board.works:
        return _none_featured(reader)
    return lines(reader.say("Featured lately:"), *_rows(reader, board))


def featured_full(reader: Reader, *, board: Board) -> Html:
    """The honour board in the private chat."""
    heading = reader.say("<b>{title}</b> · featured work", title=reader.title(board.title))
    if not board.works:
        return paragraphs(heading, _none_featured(reader))
    return paragraphs(heading, lines(*_rows(reader, board), _more(reader, board.count - len(board.works))))


def works_brief(reader: Reader, *, board: Board) -> Html:
    """The lines in the group: the latest accepted works, with a tag or all."""
    if not board.works:
        return _none_accepted(reader, board)
    heading = reader.say("Shared lately:") if board.tag is None else reader.say("#{tag} lately:", tag=board.tag)
    return lines(heading, *_rows(reader, board))


def works_full(reader: Reader, *, board: Board) -> Html:
    """All of it in the private chat."""
    heading = reader.say("<b>{title}</b> · members' work", title=reader.title(board.title))
    tags = reader.listed([reader.say("#{tag}", tag=tag) for tag in board.tags])
    hint = reader.say("By hashtag: /works {tags}", tags=tags) if board.tags else None
    if not board.works:
        return paragraphs(heading, _none_accepted(reader, board), hint)
    return paragraphs(heading, lines(*_rows(reader, board), _more(reader, board.count - len(board.works))), hint)


def _rows(reader: Reader, board: Board) -> list[Html]:
    return [reader.say("• {work}", work=_line(reader, work, board.names)) for work in board.works]


def _none_featured(reader: Reader) -> Html:
    return reader.say("Nothing is featured yet.")


def _none_accepted(reader: Reader, board: Board) -> Html:
    if board.tag is not None:
        return reader.say("No accepted work bears #{tag}.", tag=board.tag)
    return reader.say("No work was accepted yet.")


def are_off(reader: Reader) -> Html:
    """The group does not share work."""
    return reader.say("Sharing work is switched off here. An administrator can change that in /settings.")


def share_in_group(reader: Reader) -> Html:
    """The command was given in private."""
    return reader.say("Send that in the group, in reply to what you made.")


def nothing_shared(reader: Reader) -> Html:
    """The command replies to nothing of one's own."""
    return reader.say("Reply with /share to a message of your own that shows your work.")


def shared_before(reader: Reader) -> Html:
    """A work was shared already."""
    return reader.say("That has been shared already.")


def shared_enough(reader: Reader, *, most: int) -> Html:
    """A member has shared enough for a day."""
    return reader.say_many(
        "{number} work a day is shared here; share this one tomorrow.",
        "{number} works a day are shared here; share this one tomorrow.",
        most,
    )


def nothing_to_review(reader: Reader) -> Html:
    """There is too little in it."""
    return reader.say("There is too little in it to review. A picture, a recording, a file or some lines will do.")


def decided_before(reader: Reader) -> Html:
    """Another administrator was faster."""
    return reader.say("Somebody has just decided that. The card shows what.")


def own_work(reader: Reader) -> Html:
    """An administrator presses on the card of their own work."""
    return reader.say("It's your own work: another administrator decides.")
