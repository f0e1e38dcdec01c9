"""What is said about members' own work: when it is shared, what waits, and where it is found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.links import message_link
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs
from models.cocreation_entries import Entering
from models.rules.works import Fault, Form
from models.works import Works


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
    return reader.say("members' featured works")


def about_queue(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("members' work that waits for a review")


def shared(reader: Reader, *, entered: Entering) -> Html:
    """A work was shared by the command; while a co-creation is open it takes part, unless its author does enough."""
    if entered.theme is None or entered.until is None:
        return reader.say("Shared. The administrators will take a look.")
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
        reader.say("{place}. {work}", place=reader.number(place), work=line(reader, work, names))
        for place, work in enumerate(works, 1)
    ]
    return paragraphs(heading, lines(*rows, _more(reader, count - len(works))), reader.say("A number shows its card."))


def _more(reader: Reader, more: int) -> Html | None:
    return reader.say_many("and {number} more work", "and {number} more works", more) if more > 0 else None


def line(reader: Reader, work: Works, names: Mapping[int, str], *, at: datetime | None = None) -> Html:
    """Whose work it is, of what it is made, and when it was shared, or featured `at`; its author leads there."""
    who = linked(work, reader.name(names.get(work.author_id)))
    made_of = form(reader, form=Form(work.form))
    if at is not None:
        return reader.say("{who}, {form}, featured on {when}", who=who, form=made_of, when=reader.moment(at))
    return reader.say("{who}, {form}, {when}", who=who, form=made_of, when=reader.moment(work.shared_at))


def linked(work: Works, words: Html) -> Html:
    """Words that lead to a work, where it has an address."""
    address = message_link(chat_id=work.chat_id, message_id=work.message_id)
    return linked_to(address, words)


def featured_brief(reader: Reader, *, board: Board) -> Html:
    """The lines in the group: the latest featured works."""
    if not board.works:
        return _none_featured(reader)
    return lines(reader.say("Featured works lately:"), *_featured(reader, board))


def featured_full(reader: Reader, *, board: Board) -> Html:
    """All of them in the private chat."""
    heading = reader.say("<b>{title}</b> · featured works, the latest first", title=reader.title(board.title))
    if not board.works:
        return paragraphs(heading, _none_featured(reader))
    return paragraphs(heading, lines(*_featured(reader, board), _more(reader, board.count - len(board.works))))


def works_brief(reader: Reader, *, board: Board) -> Html:
    """The lines in the group: the latest accepted works, with a tag or all."""
    if not board.works:
        return _none_accepted(reader, board)
    heading = reader.say("Shared lately:") if board.tag is None else reader.say("#{tag} lately:", tag=board.tag)
    return lines(heading, *_rows(reader, board))


def works_full(reader: Reader, *, board: Board) -> Html:
    """All of it in the private chat."""
    heading = reader.say("<b>{title}</b> · members' works, the latest first", title=reader.title(board.title))
    tags = reader.listed([reader.say("#{tag}", tag=tag) for tag in board.tags])
    hint = reader.say("By hashtag: /works {tags}", tags=tags) if board.tags else None
    if not board.works:
        return paragraphs(heading, _none_accepted(reader, board), hint)
    return paragraphs(heading, lines(*_rows(reader, board), _more(reader, board.count - len(board.works))), hint)


def _rows(reader: Reader, board: Board) -> list[Html]:
    return [reader.say("• {work}", work=line(reader, work, board.names)) for work in board.works]


def _featured(reader: Reader, board: Board) -> list[Html]:
    """The same, with the moment at which each was featured."""
    found = [line(reader, work, board.names, at=work.decided_at) for work in board.works]
    return [reader.say("• {work}", work=each) for each in found]


def own_tag(reader: Reader, hashtags: Sequence[str]) -> str | None:
    """Of the hashtags by which one takes part, the first in the reader's language, or else the first."""
    own = reader.say("cocreate")
    return own if own in hashtags else _first_tag(reader, hashtags)


def _first_tag(reader: Reader, hashtags: Sequence[str]) -> str | None:
    is_chinese = reader.language != "en"
    fitting = [tag for tag in hashtags if tag.isascii() != is_chinese]
    return next(iter([*fitting, *hashtags]), None)


def _none_featured(reader: Reader) -> Html:
    return reader.say("No work is featured yet.")


def _none_accepted(reader: Reader, board: Board) -> Html:
    if board.tag is not None:
        return reader.say("No accepted work has the tag #{tag} yet.", tag=board.tag)
    return reader.say("No work was accepted yet.")


def are_off(reader: Reader) -> Html:
    """The group does not share work."""
    return reader.say("Sharing work is switched off here. An administrator can change that in /settings.")


def how_to_share(reader: Reader, *, title: str, hashtags: Sequence[str]) -> Html:
    """The command was given in private, where nothing is shared: what to do, and in which group."""
    own, here = _first_tag(reader, hashtags), reader.title(title)
    if own is None:
        return reader.say("Reply to your own work with /share, in <b>{title}</b>.", title=here)
    tag = reader.say("#{tag}", tag=own)
    return reader.say("Send your work with {tag}, or reply to it with /share, in <b>{title}</b>.", tag=tag, title=here)


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
