"""What the group and those who run it are told of a co-creation: the call, the vote, the collection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Poll

from handlers.buttons import link
from handlers.communities import reader_for
from handlers.feature import InDoubt, Outside, Post, Sent
from handlers.links import message_link
from handlers.outgoing import Call, message, poll
from handlers.texts import cocreation_news as news
from handlers.texts import cocreation_themes as theme_texts
from handlers.texts import cocreations as texts
from handlers.texts import works as work_texts
from handlers.texts.reader import Reader, plain
from handlers.works import QUEUE
from models import badges, cocreation_entries, cocreation_polls, cocreations, communities, people, votes
from models.cocreations import (
    CocreationEnded,
    CocreationLeftOut,
    CocreationOpened,
    CocreationOutside,
    CocreationPollDoubled,
    CocreationPollOver,
    CocreationPollUnread,
    Cocreations,
    CocreationStillOn,
    CocreationUnchosen,
    CocreationUnjudged,
    CocreationVoting,
    CocreationWithoutTheme,
    CocreationWon,
)
from models.communities import Communities, State
from models.people import Door
from models.rules.cocreations import Manner, Stage

# What Telegram takes at most, in UTF-16 units: of the words of an option, and of what stands with a poll.
LONGEST_OPTION = 100

Found = tuple[Communities, Cocreations]


async def _found(session: AsyncSession, community_id: int, round_id: int) -> Found | None:
    here = await communities.find(session, community_id=community_id)
    found = await cocreations.look(session, community_id=community_id, round_id=round_id)
    return None if here is None or found is None or here.state != State.ACTIVE else (here, found)


def _reader(here: Communities) -> Reader:
    return Reader(here.language, time_zone=here.time_zone)


def _topic(here: Communities) -> int | None:
    return cocreations.settings_of(here).forum_topic or None


async def post_call(session: AsyncSession, event: CocreationOpened, outside: Outside) -> Call | None:
    """Call the group to take part, while it is open."""
    found = await _found(session, event.community_id, event.round_id)
    if found is None or found[1].state != Stage.OPEN:
        return None
    here, opened = found
    reader, settings = _reader(here), cocreations.settings_of(here)
    door = link(texts.more(reader), outside.me.deep_link(f"cocreate-{here.community_id}"))
    text = texts.call(reader, opened=opened, settings=settings, badge=badges.settings_of(here).on)
    return message(here.chat_id, text, buttons=[[door]], topic=_topic(here))


async def _collection(session: AsyncSession, round_: Cocreations) -> texts.Collection:
    about = {"community_id": round_.community_id, "round_id": round_.round_id}
    found = await cocreation_entries.entries(session, **about)
    names = await people.names(session, user_ids={each.work.author_id for each in found})
    return texts.Collection(round_, found, names)


async def post_vote(session: AsyncSession, event: CocreationVoting, _outside: Outside) -> Call | None:
    """Put the works to the vote: by a poll that tells where they are, or by a list of them, to react to."""
    found = await _found(session, event.community_id, event.round_id)
    if found is None or found[1].state != Stage.VOTING:
        return None
    here, round_ = found
    reader, collection = _reader(here), await _collection(session, round_)
    if round_.manner != Manner.POLL:
        return message(here.chat_id, texts.put_to_reactions(reader, collection=collection), topic=_topic(here))
    question, options = plain(texts.question(reader, theme=round_.theme)), _options(reader, collection)
    about = texts.put_to_poll(reader, collection=collection)
    return poll(here.chat_id, question, options, about=about, topic=_topic(here))


def _options(reader: Reader, collection: texts.Collection) -> Sequence[str]:
    """The works by their numbers. One that was undone a moment ago keeps its place, or the numbers would be wrong."""
    by_number = {each.number: each for each in collection.entries if each.number is not None}
    words = []
    for number in range(1, max(by_number, default=1) + 1):
        entry = by_number.get(number)
        words.append(texts.option(reader, number=number, entry=entry, names=collection.names))
    return [_cut(plain(each)) for each in words]


def _cut(words: str) -> str:
    while len(words.encode("utf-16-le")) // 2 > LONGEST_OPTION:
        words = words[:-1]
    return words


async def on_vote_sent(session: AsyncSession, event: CocreationVoting, sent: Sent) -> None:
    """What is voted on stands in the group; votes in it are votes of its members'."""
    told = sent.result
    if not isinstance(told, Message):
        return
    about = {"community_id": event.community_id, "chat_id": told.chat.id, "message_id": told.message_id}
    poll_id = None if told.poll is None else told.poll.id[:64]
    await cocreation_polls.voting(session, round_id=event.round_id, poll_id=poll_id, **about, now=sent.at)
    if poll_id is not None:
        await votes.know_poll(session, poll_id=poll_id, **about, now=sent.at)


async def on_vote_in_doubt(session: AsyncSession, event: CocreationVoting, now: datetime) -> None:
    """It is posted once more; who runs the group hears that there may be two of it now."""
    about = {"community_id": event.community_id, "round_id": event.round_id}
    await cocreation_polls.tell_doubled(session, **about, now=now)


async def post_doubled(session: AsyncSession, event: CocreationPollDoubled, _outside: Outside) -> Call | None:
    """Tell those who run the group, while there is a vote."""
    found = await _found(session, event.community_id, event.round_id)
    to = event.user_id or event.chat_id
    if found is None or found[1].state != Stage.VOTING or to is None:
        return None
    here, round_ = found
    reader = await reader_for(session, event.user_id, here)
    return message(to, news.poll_doubled(reader, title=here.title, theme=round_.theme))


async def _poll(session: AsyncSession, event: CocreationPollOver | CocreationPollUnread) -> Found | None:
    found = await _found(session, event.community_id, event.round_id)
    if found is None or found[1].message_id is None or found[1].manner != Manner.POLL:
        return None
    # In a group that became a supergroup since, another message bears that number.
    return found if found[1].chat_id == found[0].chat_id else None


async def post_end_of_poll(session: AsyncSession, event: CocreationPollOver, _outside: Outside) -> Call | None:
    """Stop the poll; the answer tells its votes, and only the first time."""
    found = await _poll(session, event)
    if found is None or found[1].state not in (Stage.COUNTING, Stage.ENDED, Stage.CALLED_OFF):
        return None
    chat_id = found[1].chat_id or 0
    return Call("stop_poll", chat_id, {"chat_id": chat_id, "message_id": found[1].message_id})


async def on_poll_stopped(session: AsyncSession, event: CocreationPollOver, sent: Sent) -> None:
    """The votes are known."""
    if isinstance(sent.result, Poll):
        await _count(session, event, sent.result, sent)


async def _count(
    session: AsyncSession, event: CocreationPollOver | CocreationPollUnread, poll: Poll, sent: Sent
) -> None:
    counted = {number: option.voter_count for number, option in enumerate(poll.options, start=1)}
    about = {"community_id": event.community_id, "round_id": event.round_id}
    await cocreation_polls.poll_counted(session, **about, votes=counted, now=sent.at)


async def on_stop_in_doubt(session: AsyncSession, event: CocreationPollOver, now: Any) -> None:
    """Nobody can say whether the poll was stopped: it is read."""
    await cocreation_polls.read_otherwise(session, event=event, now=now)


async def on_not_stopped(session: AsyncSession, event: CocreationPollOver, reason: str, now: Any) -> None:
    """Telegram has not stopped the poll: it was closed before, and is read, or it is not there any more."""
    if "already been closed" in reason.lower():
        await cocreation_polls.read_otherwise(session, event=event, now=now)
    else:
        await _gone(session, event, now)


async def on_not_read(session: AsyncSession, event: CocreationPollUnread, _reason: str, now: Any) -> None:
    """A closed poll cannot be read: somebody has deleted it."""
    await _gone(session, event, now)


async def _gone(session: AsyncSession, event: CocreationPollOver | CocreationPollUnread, now: Any) -> None:
    about = {"community_id": event.community_id, "round_id": event.round_id}
    await cocreation_polls.poll_counted(session, **about, votes=None, now=now)


async def post_reading(session: AsyncSession, event: CocreationPollUnread, outside: Outside) -> Call | None:
    """Read a poll: whatever button is put under it, Telegram answers with all of the message.

    The button is another one each time, since Telegram refuses to change nothing.
    """
    found = await _poll(session, event)
    if found is None or found[1].state != Stage.COUNTING:
        return None
    here, round_ = found
    address = outside.me.deep_link(f"cocreate-{here.community_id}")
    again = f"{address}&at={int(outside.now.timestamp() * 1000)}"
    rows = [[link(texts.more(_reader(here)), again)]]
    arguments = {"chat_id": round_.chat_id, "message_id": round_.message_id, "reply_markup": InlineKeyboardMarkup(rows)}
    return Call("edit_message_reply_markup", here.chat_id, arguments)


async def on_poll_read(session: AsyncSession, event: CocreationPollUnread, sent: Sent) -> None:
    """The votes are known, or the poll was never stopped."""
    poll = sent.result.poll if isinstance(sent.result, Message) else None
    if poll is not None and poll.is_closed:
        await _count(session, event, poll, sent)
    elif poll is not None:
        await cocreation_polls.is_still_open(
            session, community_id=event.community_id, round_id=event.round_id, now=sent.at
        )


async def post_collection(session: AsyncSession, event: CocreationEnded, _outside: Outside) -> Call | None:
    """Tell the group who has won, and where all of it is found."""
    found = await _found(session, event.community_id, event.round_id)
    if found is None or found[1].state != Stage.ENDED:
        return None
    here, round_ = found
    collection = await _collection(session, round_)
    if not collection.entries:
        return None
    points = await _won_by_each(session, here, collection)
    text = texts.ended(_reader(here), collection=collection, badges=badges.settings_of(here).on, points=points)
    reply_to = round_.message_id if round_.chat_id == here.chat_id else None
    return message(here.chat_id, text, topic=_topic(here), reply_to=reply_to)


async def _won_by_each(session: AsyncSession, here: Communities, collection: texts.Collection) -> int:
    """What the call has promised who wins, where each of them got no less; what it was exactly they hear in private."""
    promised = cocreations.settings_of(here).winner_points
    round_id = collection.cocreation.round_id
    for user_id in {entry.work.author_id for entry in collection.entries if entry.place is not None}:
        about = {"community_id": here.community_id, "round_id": round_id, "user_id": user_id}
        booked = await cocreation_entries.booked(session, **about)
        if booked.is_cut(promised=promised):
            return 0
    return promised


async def _to_member(
    session: AsyncSession, event: CocreationWon | CocreationLeftOut | CocreationOutside
) -> tuple[Found, Reader] | None:
    """Of which co-creation a member is told, and in which language; nothing unless they may be written to."""
    found = await _found(session, event.community_id, event.round_id)
    person = await people.find(session, user_id=event.user_id)
    if found is None or person is None or person.door != Door.OPEN:
        return None
    return found, await reader_for(session, event.user_id, found[0])


async def post_won(session: AsyncSession, event: CocreationWon, _outside: Outside) -> Call | None:
    """Tell who has won what was booked for it; nothing once it was undone."""
    told = await _to_member(session, event)
    about = {"community_id": event.community_id, "round_id": event.round_id, "user_id": event.user_id}
    booked = await cocreation_entries.booked(session, **about)
    if told is None or not booked.works:
        return None
    (here, round_), reader = told
    prize = news.Prize(
        here.title,
        round_.theme,
        booked,
        promised=cocreations.settings_of(here).winner_points,
        badge=badges.settings_of(here).on,
    )
    text = news.won(reader, prize=prize)
    return message(event.user_id, text)


async def post_left_out(session: AsyncSession, event: CocreationLeftOut, _outside: Outside) -> Call | None:
    """Tell an author that their work was not reviewed in time, or that it was called off before.

    Nothing if it was reviewed, at the last moment.
    """
    told = await _to_member(session, event)
    about = {"community_id": event.community_id, "round_id": event.round_id}
    count = await cocreation_entries.left_out(session, **about, user_id=event.user_id)
    if told is None or not count:
        return None
    (here, round_), reader = told
    say = news.called_off if round_.state == Stage.CALLED_OFF else news.left_out
    return message(event.user_id, say(reader, title=here.title, theme=round_.theme, count=count))


async def post_outside(session: AsyncSession, event: CocreationOutside, _outside: Outside) -> Call | None:
    """Tell an author that what they shared does not take part, and why."""
    told = await _to_member(session, event)
    if told is None:
        return None
    (here, round_), reader = told
    address = message_link(chat_id=event.chat_id, message_id=event.message_id)
    if event.has_enough:
        most = cocreations.settings_of(here).entries_each
        text = news.has_enough(reader, title=here.title, theme=round_.theme, most=most, work=address)
    else:
        text = news.too_late(reader, title=here.title, theme=round_.theme, work=address)
    return message(event.user_id, text)


async def _to_staff(
    session: AsyncSession, event: CocreationUnchosen | CocreationUnjudged | CocreationStillOn
) -> tuple[int, Found, Reader] | None:
    """Whom of those who run a group something is told, of which co-creation, and in which language."""
    found = await _found(session, event.community_id, event.round_id)
    to = event.user_id or event.chat_id
    return None if found is None or to is None else (to, found, await reader_for(session, event.user_id, found[0]))


def _see_queue(reader: Reader, here: Communities, outside: Outside) -> list[list[InlineKeyboardButton]]:
    return [[link(work_texts.see_queue(reader), outside.me.deep_link(f"{QUEUE}-{here.community_id}"))]]


async def post_unjudged(session: AsyncSession, event: CocreationUnjudged, outside: Outside) -> Call | None:
    """Tell those who run the group which works nobody can vote on, unless all have been judged since."""
    told = await _to_staff(session, event)
    count = await cocreation_entries.left_out(session, community_id=event.community_id, round_id=event.round_id)
    if told is None or not count:
        return None
    to, (here, round_), reader = told
    text = news.unjudged(reader, title=here.title, theme=round_.theme, count=count)
    return message(to, text, buttons=_see_queue(reader, here, outside))


async def post_unchosen(session: AsyncSession, event: CocreationUnchosen, outside: Outside) -> Call | None:
    """Tell those who run the group that nobody has won, and why."""
    told = await _to_staff(session, event)
    if told is None:
        return None
    to, (here, round_), reader = told
    waiting = 0
    if round_.manner is None:
        # Where there was a vote they were told when it began.
        about = {"community_id": event.community_id, "round_id": event.round_id}
        waiting = await cocreation_entries.left_out(session, **about)
    collection = await _collection(session, round_)
    text = news.unchosen(reader, title=here.title, collection=collection, waiting=waiting, in_vain=event.in_vain)
    return message(to, text, buttons=_see_queue(reader, here, outside) if waiting else [])


async def post_no_theme(session: AsyncSession, event: CocreationWithoutTheme, outside: Outside) -> Call | None:
    """Tell those who run the group that the list of themes is empty."""
    here = await communities.find(session, community_id=event.community_id)
    to = event.user_id or event.chat_id
    if here is None or to is None or here.state != State.ACTIVE:
        return None
    reader = await reader_for(session, event.user_id, here)
    door = link(theme_texts.open_list(reader), outside.me.deep_link(f"cothemes-{here.community_id}"))
    return message(to, news.no_theme(reader, title=here.title), buttons=[[door]])


async def post_still_on(session: AsyncSession, event: CocreationStillOn, _outside: Outside) -> Call | None:
    """Tell those who run the group that none opens this month."""
    told = await _to_staff(session, event)
    if told is None:
        return None
    to, (here, on), reader = told
    return message(to, news.still_on(reader, title=here.title, theme=on.theme))


POSTS = {
    # Missing, nobody would know of it; twice, the later one is as good.
    CocreationOpened: Post(post_call, in_doubt=InDoubt.AGAIN),
    # Of two polls the one is counted whose message is known, which is the later one.
    CocreationVoting: Post(post_vote, in_doubt=InDoubt.AGAIN, on_sent=on_vote_sent, on_doubt=on_vote_in_doubt),
    CocreationPollDoubled: Post(post_doubled),
    CocreationPollOver: Post(
        post_end_of_poll,
        in_doubt=InDoubt.ASK,
        on_sent=on_poll_stopped,
        on_doubt=on_stop_in_doubt,
        on_rejected=on_not_stopped,
    ),
    CocreationPollUnread: Post(post_reading, in_doubt=InDoubt.AGAIN, on_sent=on_poll_read, on_rejected=on_not_read),
    CocreationEnded: Post(post_collection, in_doubt=InDoubt.AGAIN),
    CocreationWon: Post(post_won),
    CocreationLeftOut: Post(post_left_out),
    CocreationOutside: Post(post_outside),
    CocreationUnjudged: Post(post_unjudged),
    CocreationUnchosen: Post(post_unchosen),
    CocreationWithoutTheme: Post(post_no_theme),
    CocreationStillOn: Post(post_still_on),
}
