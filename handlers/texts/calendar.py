"""What `/calendar` says: the coming days, and what can be done about each entry."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.calendar import Entry
from models.occurrences import Stage
from models.rules import boards, challenges, cocreations, polls
from models.rules.topics import CLOSE, POST

_KINDS: Mapping[str, Callable[[Reader], Html]] = {
    POST.name: lambda reader: reader.say("Topic of the day"),
    CLOSE.name: lambda reader: reader.say("The topic's recap"),
    polls.OPEN.name: lambda reader: reader.say("The weekly poll"),
    polls.CLOSE.name: lambda reader: reader.say("A poll's end and result"),
    cocreations.OPEN.name: lambda reader: reader.say("A co-creation opens"),
    cocreations.VOTE.name: lambda reader: reader.say("The co-creation's vote"),
    cocreations.CLOSE.name: lambda reader: reader.say("The co-creation's result"),
    cocreations.SETTLE.name: lambda reader: reader.say("The co-creation's result, should the vote be unreadable"),
    challenges.BEGIN: lambda reader: reader.say("A challenge begins"),
    challenges.END.name: lambda reader: reader.say("A challenge's result"),
    boards.WEEK.name: lambda reader: reader.say("The week's board"),
    boards.MONTH.name: lambda reader: reader.say("The month's board"),
    boards.SEASON.name: lambda reader: reader.say("The season's end"),
}


# What it means to leave something out, where that is not plain.
_WITHOUT: Mapping[str, Callable[[Reader], Html]] = {
    CLOSE.name: lambda reader: reader.say("If skipped, the topic ends without a word, and no answer is named."),
    polls.OPEN.name: lambda reader: reader.say("If skipped, that week has no poll; proposals wait for the next one."),
    polls.CLOSE.name: lambda reader: reader.say("Voters were promised this moment: it can come sooner, not later."),
    cocreations.OPEN.name: lambda reader: reader.say("If skipped, none opens that month; the next theme waits."),
    cocreations.VOTE.name: lambda reader: reader.say(
        "If skipped, nobody votes or wins: all works are shown at that moment."
    ),
    cocreations.CLOSE.name: lambda reader: reader.say(
        "If skipped, the vote ends at that moment without a word, and nobody wins."
    ),
    cocreations.SETTLE.name: lambda reader: reader.say("If skipped, it ends without a word, and nobody wins."),
    challenges.END.name: lambda reader: reader.say(
        "Its days were promised to who joined. <code>/challenge stop</code> in the group ends it before."
    ),
    boards.WEEK.name: lambda reader: reader.say("If skipped, it is still kept in /top."),
    boards.MONTH.name: lambda reader: reader.say("If skipped, it is still kept in /top."),
    boards.SEASON.name: lambda reader: reader.say(
        "If skipped, it is still kept in /top, and its winners get their badges."
    ),
}
# Boards that come round at the same moment are one post, that of the greatest; each can still be skipped by itself.
_GREATEST_FIRST = (boards.SEASON.name, boards.MONTH.name, boards.WEEK.name)


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the coming 14 days: skip, move, post now")


def in_private(reader: Reader) -> Html:
    """The short answer in a group."""
    return reader.say("That's for administrators, in private.")


def open_calendar(reader: Reader) -> Html:
    """The button that leads to the private chat."""
    return reader.say("Open the calendar")


def kind(reader: Reader, name: str) -> Html:
    """What a kind of timed work is called."""
    return _KINDS[name](reader) if name in _KINDS else reader.say("Something")


def _named(reader: Reader, entry: Entry) -> Html:
    """What an entry is, with the words of a topic that members have voted for, or a challenge's name."""
    what = kind(reader, entry.place.kind)
    return what if entry.words is None else reader.say("{what}: “{words}”", what=what, words=entry.words)


def listed(
    reader: Reader,
    *,
    title: str,
    entries: Sequence[Entry],
    first: int = 1,
    most: int | None = None,
    news: Html | None = None,
) -> Html:
    """The page of the coming days that begins with the entry numbered `first`; the numbers are those of the buttons."""
    heading = reader.say("<b>{title}</b> · the coming 14 days", title=reader.title(title))
    if not entries:
        return paragraphs(news, heading, reader.say("Nothing is planned. /settings turns the daily topic on."))
    # What is lacking stands with the next of a kind: until those after it there is time.
    next_of_kind = {entry.place.kind: entry for entry in reversed(entries) if entry.state is Stage.PLANNED}
    rows = [
        _line(reader, entry, number, _posted_in(entry, entries), warns=next_of_kind.get(entry.place.kind) is entry)
        for number, entry in enumerate(entries, start=1)
    ]
    return paragraphs(news, heading, lines(*rows[first - 1 :][:most]))


def _posted_in(entry: Entry, entries: Sequence[Entry]) -> str | None:
    """The kind of the greatest board that comes round with a smaller one, which is told of in its post."""
    if not _is_as_planned(entry):
        return None
    kinds = {each.place.kind for each in entries if _is_as_planned(each) and each.due_at == entry.due_at}
    greatest = next((name for name in _GREATEST_FIRST if name in kinds), None)
    return None if greatest == entry.place.kind else greatest


def _is_as_planned(entry: Entry) -> bool:
    return entry.place.kind in _GREATEST_FIRST and entry.state is Stage.PLANNED and not entry.is_moved


def _line(reader: Reader, entry: Entry, number: int, posted_in: str | None = None, *, warns: bool = False) -> Html:
    what = _named(reader, entry)
    if entry.lacks and warns:
        if entry.place.kind == POST.name:
            what = reader.say("{what} (none left: /topic)", what=what)
        elif entry.place.kind == polls.OPEN.name:
            what = reader.say("{what} (too few topics yet: /propose)", what=what)
        else:
            what = reader.say("{what} (no theme yet: /cocreate themes)", what=what)
    if posted_in is not None:
        what = reader.say("{what} (part of: {post})", what=what, post=kind(reader, posted_in))
    if entry.state is Stage.SKIPPED:
        what = reader.say("<s>{what}</s>", what=what)
    elif entry.is_moved:
        what = reader.say("{what} (moved)", what=what)
    return reader.say(
        "{place}. {when} · {what}", place=reader.number(number), when=reader.moment(entry.due_at), what=what
    )


def one(reader: Reader, *, entry: Entry) -> Html:
    """One entry, with buttons below."""
    state = None
    if entry.state is Stage.SKIPPED:
        state = reader.say("It is skipped.")
    elif entry.is_moved:
        state = reader.say("It was moved here by an administrator.")
    what = reader.say("<b>{what}</b>", what=_named(reader, entry))
    return lines(what, reader.moment(entry.due_at), state, _lacking(reader, entry))


def _lacking(reader: Reader, entry: Entry) -> Html | None:
    if not entry.lacks or entry.state is not Stage.PLANNED:
        return None
    if entry.place.kind == POST.name:
        return reader.say("No topic is left for it: /topic adds some.")
    if entry.place.kind == polls.OPEN.name:
        return reader.say("It has too few topics yet: /propose.")
    return reader.say("It has no theme yet: /cocreate themes.")


def choice(reader: Reader, *, entry: Entry) -> Html:
    """One entry before somebody decides about it, with what it means to leave it out."""
    without = _WITHOUT.get(entry.place.kind) if entry.state is Stage.PLANNED else None
    return lines(one(reader, entry=entry), None if without is None else without(reader))


def skip(reader: Reader) -> Html:
    """The button by which it is left out."""
    return reader.say("Skip")


def move(reader: Reader) -> Html:
    """The button to move it."""
    return reader.say("Move")


def post_now(reader: Reader) -> Html:
    """The button by which it is posted at once."""
    return reader.say("Post now")


def back(reader: Reader) -> Html:
    """The button back."""
    return reader.say("‹ Back")


def before(reader: Reader) -> Html:
    """The button to the page before."""
    return reader.say("‹ Before")


def after(reader: Reader) -> Html:
    """The button to the page after."""
    return reader.say("After ›")


def which_day(reader: Reader, *, entry: Entry) -> Html:
    """To which day is it moved?"""
    return lines(one(reader, entry=entry), reader.say("To which day?"))


def which_hour(reader: Reader, *, entry: Entry, day: date) -> Html:
    """To which hour is it moved?"""
    return lines(one(reader, entry=entry), reader.say("At which hour, on {day}?", day=reader.day(day)))


def has_one(reader: Reader, *, entry: Entry, other: Entry, is_today: bool = False) -> Html:
    """Something is about to come on a day that has one already: is that meant?"""
    what, when = _named(reader, other), reader.moment(other.due_at)
    return paragraphs(
        one(reader, entry=entry),
        reader.say("Today has one already: {when} · {what}. It would have two.", when=when, what=what)
        if is_today
        else reader.say("That day has one already: {when} · {what}. It would have two.", when=when, what=what),
    )


def post_all_the_same(reader: Reader) -> Html:
    """The button by which it is posted at once although that day has one."""
    return reader.say("Post it all the same")


def move_all_the_same(reader: Reader) -> Html:
    """The button by which it is moved although that day has one."""
    return reader.say("Move it all the same")


def bring_back(reader: Reader) -> Html:
    """The button by which something that was left out comes after all."""
    return reader.say("Bring it back")


def bring_back_all_the_same(reader: Reader) -> Html:
    """The button by which it comes after all although that day has one."""
    return reader.say("Bring it back all the same")


def next_of_all(reader: Reader, *, title: str, entries: Sequence[Entry]) -> Html:
    """What comes next in a group, as all its members may know."""
    heading = reader.say("<b>{title}</b> · what comes next", title=reader.title(title))
    if not entries:
        return paragraphs(heading, reader.say("Nothing is planned for the coming 14 days."))
    rows = [
        reader.say("• {when} · {what}", when=reader.moment(entry.due_at), what=_with_its_parts(reader, entry, entries))
        for entry in entries
        if _posted_in(entry, entries) is None
    ]
    return paragraphs(heading, lines(*rows))


def _with_its_parts(reader: Reader, entry: Entry, entries: Sequence[Entry]) -> Html:
    """A board with the smaller ones that are told of in its post."""
    kinds = [
        each.place.kind
        for each in entries
        if each.due_at == entry.due_at and _posted_in(each, entries) == entry.place.kind
    ]
    what = _named(reader, entry)
    parts = reader.listed([kind(reader, name) for name in kinds])
    return reader.say("{what} (with: {parts})", what=what, parts=parts) if kinds else what


def skipped(reader: Reader, *, entry: Entry) -> Html:
    """It is left out now."""
    return reader.say("Skipped: {what}, {when}.", what=kind(reader, entry.place.kind), when=reader.moment(entry.due_at))


def brought_back(reader: Reader, *, entry: Entry, at: datetime) -> Html:
    """It comes after all."""
    return reader.say("Back again: {what}, {when}.", what=kind(reader, entry.place.kind), when=reader.moment(at))


def moved(reader: Reader, *, entry: Entry, to: datetime) -> Html:
    """It is due at another moment now."""
    return reader.say("Moved: {what}, now {when}.", what=kind(reader, entry.place.kind), when=reader.moment(to))


def hurried(reader: Reader, *, entry: Entry) -> Html:
    """It is due now."""
    return reader.say("{what}: it goes out in a moment.", what=kind(reader, entry.place.kind))


def is_over(reader: Reader) -> Html:
    """What is meant is done, or the moment is past."""
    return reader.say("That is done, past or decided otherwise by now. /calendar shows what is to come.")


def too_early(reader: Reader, *, day: date) -> Html:
    """A board cannot come before its time is over."""
    return reader.say("That board is complete on {day}; it can come from then on.", day=reader.day(day))


def was(reader: Reader, *, kind_name: str, key: int) -> Html:
    """An entry as the audit names it, by its day where it has one."""
    what = kind(reader, kind_name)
    year, rest = divmod(key, 10_000)
    if not 2020 <= year < 2200:
        return what
    return reader.say("{what}, {day}", what=what, day=reader.day(date(year, *divmod(rest, 100))))
