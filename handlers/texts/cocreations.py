"""What is said of co-creations: the call, the vote, the collection, and to administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.links import message_link
from handlers.texts import works
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs, plain
from models.cocreation_entries import Entry, Part
from models.cocreations import Cocreations
from models.rules import cocreations as rules
from models.rules.cocreations import CocreationsSettings, Stage
from models.rules.works import Form

# So many works stand in one message at most, and in so many of Telegram's signs: it ends a message at 4096, and what
# stands with a poll at 1024. A name may be made of far more signs than one sees.
SHOWN = 40
MOST_SIGNS, MOST_WITH_POLL = 3000, 900


@dataclass(frozen=True)
class Collection:
    """A co-creation with the works that take part, and their authors' names."""

    cocreation: Cocreations
    entries: Sequence[Entry]
    names: Mapping[int, str]


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the group's work on a theme: take part, look it up")


def more(reader: Reader) -> Html:
    """The button that leads to the private chat."""
    return reader.say("How it works")


def call(reader: Reader, *, opened: Cocreations, settings: CocreationsSettings, badge: bool) -> Html:
    """The group is called to take part; `badge` where the winner gets one."""
    until = reader.moment(opened.entries_until)
    return paragraphs(
        reader.say("🎨 <b>{theme}</b>: make something of it, until {until}.", theme=opened.theme, until=until),
        lines(
            _how(reader, settings.hashtags),
            _each(reader, settings.entries_each),
            _then(reader, opened.voting_days, reader.points_in_words(settings.winner_points), badge=badge),
        ),
    )


def _then(reader: Reader, days: int, points: Html, *, badge: bool) -> Html:
    if badge:
        return reader.say_many(
            "Then the group votes for {number} day. The winner gets {points} and a badge.",
            "Then the group votes for {number} days. The winner gets {points} and a badge.",
            days,
            points=points,
        )
    return reader.say_many(
        "Then the group votes for {number} day. The winner gets {points}.",
        "Then the group votes for {number} days. The winner gets {points}.",
        days,
        points=points,
    )


def _how(reader: Reader, hashtags: Sequence[str]) -> Html:
    own = works.own_tag(reader, hashtags)
    if own is None:
        return reader.say("Take part: reply to your own work with /share.")
    tag = reader.say("#{tag}", tag=own)
    return reader.say("Take part: send your work with {tag}, or reply to it with /share.", tag=tag)


def _each(reader: Reader, most: int) -> Html:
    return reader.say_many(
        "Each member can take part with {number} work.", "Each member can take part with {number} works.", most
    )


def brief(reader: Reader, *, on: Cocreations | None, hashtags: Sequence[str]) -> Html:
    """The lines in the group."""
    if on is None:
        return none_is_on(reader)
    return lines(_now(reader, on), _how(reader, hashtags) if on.state == Stage.OPEN else None)


def _now(reader: Reader, on: Cocreations) -> Html:
    if on.state == Stage.OPEN:
        until = reader.moment(on.entries_until)
        return reader.say("<b>{theme}</b>: works are taken until {until}.", theme=on.theme, until=until)
    if on.state == Stage.VOTING and on.votes_until is not None:
        until = reader.moment(on.votes_until)
        return reader.say("<b>{theme}</b>: the vote is on until {until}.", theme=on.theme, until=until)
    return reader.say("<b>{theme}</b>: the votes are being counted.", theme=on.theme)


def full(
    reader: Reader,
    *,
    title: str,
    on: Cocreations | None,
    mine: Part,
    past: Sequence[Collection],
    settings: CocreationsSettings,
) -> Html:
    """All of it in the private chat; `mine` is with how many works the reader takes part."""
    each = _each(reader, settings.entries_each) if on is not None and on.state == Stage.OPEN else None
    earlier = [_earlier(reader, one) for one in past]
    return paragraphs(
        reader.say("<b>{title}</b> · co-creation", title=reader.title(title)),
        lines(brief(reader, on=on, hashtags=settings.hashtags), each, _mine(reader, mine)),
        lines(reader.say("Earlier:"), *earlier) if earlier else None,
    )


def _mine(reader: Reader, mine: Part) -> Html | None:
    """What of a member's is in, and what is not yet."""
    if mine == Part():
        return None
    if not mine.taken:
        return reader.say_many(
            "{number} work of yours waits for a review and takes part once it is accepted.",
            "{number} works of yours wait for a review and take part once they are accepted.",
            mine.waiting,
        )
    told = reader.say_many(
        "You are taking part with {number} work.", "You are taking part with {number} works.", mine.taken
    )
    more = reader.say_many("{number} more waits for a review.", "{number} more wait for a review.", mine.waiting)
    return lines(told, more if mine.waiting else None)


def _earlier(reader: Reader, one: Collection) -> Html:
    won = [entry for entry in one.entries if entry.place is not None]
    if not won:
        return reader.say_many(
            "• {theme}: {number} work", "• {theme}: {number} works", len(one.entries), theme=one.cocreation.theme
        )
    names = reader.listed([_linked(entry, _who(reader, entry, one.names)) for entry in won])
    return reader.say("• {theme}: {names}", theme=one.cocreation.theme, names=names)


def _who(reader: Reader, entry: Entry, names: Mapping[int, str]) -> Html:
    return reader.name(names.get(entry.work.author_id))


def _linked(entry: Entry, words: Html) -> Html:
    address = message_link(chat_id=entry.work.chat_id, message_id=entry.work.message_id)
    return linked_to(address, words)


def question(reader: Reader, *, theme: str) -> Html:
    """What the poll asks."""
    return reader.say("{theme}: which one do you like best?", theme=theme)


def option(reader: Reader, *, number: int, entry: Entry | None, names: Mapping[int, str]) -> Html:
    """A work in the poll; nothing of one that was undone just now."""
    place = reader.number(number)
    if entry is None:
        return reader.say("{place}. (withdrawn)", place=place)
    made_of = works.form(reader, form=Form(entry.work.form))
    return reader.say("{place}. {who}, {form}", place=place, who=_who(reader, entry, names), form=made_of)


def put_to_poll(reader: Reader, *, collection: Collection) -> Html:
    """What stands above the poll's options: where each work is, and until when is voted."""
    until = collection.cocreation.votes_until
    over = None if until is None else reader.say("Until {until}.", until=reader.moment(until))
    rows = [_row(reader, entry, place, collection) for place, entry in enumerate(collection.entries, start=1)]
    if _signs(rows) > MOST_WITH_POLL:
        # The options bear the names too.
        rows = [_linked(entry, works.form(reader, form=Form(entry.work.form))) for entry in collection.entries]
        rows = [
            reader.say("{place}. {who}", place=reader.number(entry.number or place), who=row)
            for place, (entry, row) in enumerate(zip(collection.entries, rows, strict=True), start=1)
        ]
    return lines(*rows, over)


def _row(reader: Reader, entry: Entry, place: int, collection: Collection) -> Html:
    return _linked(entry, option(reader, number=entry.number or place, entry=entry, names=collection.names))


def _signs(rows: Sequence[Html]) -> int:
    """How long Telegram holds rows to be, once their markup is gone."""
    return sum(len(plain(row).encode("utf-16-le")) // 2 + 1 for row in rows)


def put_to_reactions(reader: Reader, *, collection: Collection) -> Html:
    """The works are more than a poll holds: reactions to them are counted."""
    until = collection.cocreation.votes_until or collection.cocreation.entries_until
    heading = reader.say(
        "<b>{theme}</b>: react to the works that you like best, until {until}.",
        theme=collection.cocreation.theme,
        until=reader.moment(until),
    )
    each = reader.say("Each of you counts once for each work.")
    return paragraphs(lines(heading, each), lines(*_listed(reader, collection)))


def _listed(reader: Reader, collection: Collection) -> list[Html]:
    rows: list[Html] = []
    for place, entry in enumerate(collection.entries[:SHOWN], start=1):
        row = _row(reader, entry, place, collection)
        if _signs([*rows, row]) > MOST_SIGNS:
            break
        rows.append(row)
    more_of_them = len(collection.entries) - len(rows)
    if more_of_them > 0:
        rows.append(reader.say_many("and {number} more work", "and {number} more works", more_of_them))
    return rows


def ended(reader: Reader, *, collection: Collection, badges: bool, points: int = 0) -> Html:
    """The result and the collection. `points` are what was promised, in hundredths, where each has got that.

    What it came to by how active somebody is stays between Kith and who has won: no two may get the same.
    """
    theme, count = collection.cocreation.theme, len(collection.entries)
    winning = (entry for entry in collection.entries if entry.place is not None)
    won = sorted(winning, key=lambda entry: entry.place or 0)
    first = [entry for entry in won if entry.place == 1]
    if first:
        others = [_won(reader, entry, collection) for entry in won[len(first) :]]
        heading = lines(_first(reader, first, collection), *others, _prize(reader, len(won), points, badges=badges))
    else:
        over = reader.say_many(
            "🎨 <b>{theme}</b> is over, with {number} work.",
            "🎨 <b>{theme}</b> is over, with {number} works.",
            count,
            theme=theme,
        )
        heading = lines(over, _no_winner(reader, collection))
    return paragraphs(heading, lines(reader.say("All that came of it:"), *_listed(reader, collection)))


def _no_winner(reader: Reader, collection: Collection) -> Html:
    """Why the group sees no winner; who runs it is told more."""
    if collection.cocreation.manner is None:
        return reader.say("There was no vote, so nobody won.")
    if all(entry.votes is None for entry in collection.entries):
        return reader.say("The votes can't be read any more, so nobody won.")
    # There may have been votes for works that were undone since.
    if not any(entry.votes for entry in collection.entries):
        return reader.say("None of these works got a vote, so nobody won.")
    return reader.say("Too many works got equally many votes, so nobody won.")


def _prize(reader: Reader, winners: int, points: int, *, badges: bool) -> Html | None:
    """What those get who have won."""
    worth = reader.points_in_words(points)
    if points > 0 and badges:
        each = reader.say("Each winner gets {points} and a badge.", points=worth)
        return reader.say("The winner gets {points} and a badge.", points=worth) if winners == 1 else each
    if points > 0:
        each = reader.say("Each winner gets {points}.", points=worth)
        return reader.say("The winner gets {points}.", points=worth) if winners == 1 else each
    each = reader.say("The winners get a badge.")
    return (reader.say("The winner gets a badge.") if winners == 1 else each) if badges else None


def _first(reader: Reader, first: Sequence[Entry], collection: Collection) -> Html:
    """Who has most votes; equal votes share the place."""
    who = reader.listed([_linked(entry, _who(reader, entry, collection.names)) for entry in first])
    votes, theme = first[0].votes or 0, collection.cocreation.theme
    if len(first) > 1:
        return reader.say_many(
            "🎨 <b>{theme}</b>: {who} win with {number} vote each.",
            "🎨 <b>{theme}</b>: {who} win with {number} votes each.",
            votes,
            theme=theme,
            who=who,
        )
    return reader.say_many(
        "🎨 <b>{theme}</b>: {who} wins with {number} vote.",
        "🎨 <b>{theme}</b>: {who} wins with {number} votes.",
        votes,
        theme=theme,
        who=who,
    )


def _won(reader: Reader, entry: Entry, collection: Collection) -> Html:
    return reader.say_many(
        "{place}: {who}, {number} vote.",
        "{place}: {who}, {number} votes.",
        entry.votes or 0,
        place=reader.place(entry.place or 0),
        who=_linked(entry, _who(reader, entry, collection.names)),
    )


def started(reader: Reader, *, opened: Cocreations) -> Html:
    """An administrator has opened one, elsewhere than in the group or as the group."""
    until = reader.moment(opened.entries_until)
    return reader.say("Opened: <b>{theme}</b>, until {until}.", theme=opened.theme, until=until)


def stopped(reader: Reader, *, theme: str) -> Html:
    """An administrator has called one off."""
    return reader.say("Called off: <b>{theme}</b>. Accepted works keep their points.", theme=theme)


def usage(reader: Reader) -> Html:
    """How the command is written."""
    return lines(
        reader.say("A theme: <code>/cocreate Autumn light</code>. Administrators open one with it."),
        reader.say(
            "The last day for works and that of the vote may stand before it: "
            "<code>/cocreate 2026-12-14 2026-12-17 Autumn light</code>."
        ),
        reader.say("<code>/cocreate stop</code> calls it off, <code>/cocreate themes</code> keeps a list for later."),
    )


def which(reader: Reader) -> Html:
    """Somebody runs several groups: for which one?"""
    return reader.say("For which of your groups?")


def impossible(reader: Reader) -> Html:
    """It cannot have those dates, or such a theme."""
    return reader.say(
        "Works are taken for {entries} days at most, the vote lasts {vote} at most, a theme has up to {signs} signs.",
        entries=reader.number(rules.LONGEST_ENTRIES),
        vote=reader.number(rules.LONGEST_VOTE),
        signs=reader.number(rules.LONGEST_THEME),
    )


def one_is_on(reader: Reader) -> Html:
    """There is one already."""
    return reader.say("A co-creation is on already. <code>/cocreate stop</code> calls it off.")


def none_is_on(reader: Reader) -> Html:
    """There is none."""
    return reader.say("No co-creation is on at the moment.")


def are_off(reader: Reader) -> Html:
    """The group has none."""
    return reader.say("Co-creations are switched off here. An administrator can change that in /settings.")
