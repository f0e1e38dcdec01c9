"""`/poll`, and the polls that Kith holds: posted, stopped, counted, and what came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardMarkup, Message, Poll, Update

from handlers import orders, staff
from handlers.asking import Context
from handlers.buttons import button, ids_of, link
from handlers.communities import reader_for
from handlers.feature import Command, Feature, InDoubt, Outside, Post, Sent
from handlers.identity import Audience
from handlers.outgoing import Call, Turn, message, poll
from handlers.texts import polls as texts
from handlers.texts.reader import Reader, plain
from handlers.why import WHY
from models import (
    ballots,
    communities,
    dialogues,
    lateness,
    people,
    proposals,
    rounds,
    settings,
    tallies,
    topics,
    votes,
)
from models.communities import Communities
from models.refusals import NoSuchThing, Refused
from models.rounds import (
    WEEKLY,
    PollCameToNothing,
    PollCountDue,
    PollDue,
    PollOver,
    PollRounds,
    PollsAreOff,
    PollStopDue,
    Question,
    TooManyOpen,
)
from models.rules.polls import (
    LEAST_OPTIONS,
    LONGEST_DAYS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    NET,
    OPEN,
    Fate,
    Stage,
    places,
    size,
    winning,
)
from models.rules.words import tidy
from models.staff import IsNotStaff

WORD, CONFIRM, MINE = "poll", "pollconfirm", "pollmine"
TOPIC = "poll"
RIGHT = "can_manage_chat"
# The command of those who propose; its deep link opens the page of proposals.
PROPOSE = "propose"
USUAL_DAYS = 2


class PollUsageIsWrong(Refused):
    """The command lacks something, or holds what cannot be understood."""


class PollIsTooLong(Refused):
    """The question or an option is longer than Telegram takes."""


class PollInTheGroup(Refused):
    """In private nobody can tell which group is meant."""


async def on_poll(update: Update, context: Context) -> None:
    """An administrator holds a poll; one who writes as the group is asked who they are."""
    asked, here = update.effective_message, context.community
    if here is None:
        if not await staff.led_by(context, 0 if update.effective_user is None else update.effective_user.id):
            raise IsNotStaff
        raise PollInTheGroup
    if asked is None:
        return
    user_id = staff.actor(update)
    if user_id is not None:
        await staff.must_lead(context, community=here, user_id=user_id, right=RIGHT)
    rounds.in_force(here)
    question = question_in(asked.text or "")
    source = f"command:{asked.chat_id}:{asked.message_id}"
    if user_id is None:
        await _ask_who(update, context, here, question, source)
        return
    about = {"community_id": here.community_id, "user_id": user_id, "source": source, "now": context.now}
    await rounds.hold(context.session, question=question, **about)  # type: ignore[arg-type]


def question_in(written: str) -> Question:
    """What the command asks: days and question behind it, and an option in each line below."""
    head, *below = written.split("\n")
    words = head.split()[1:]
    days = USUAL_DAYS
    if words and words[0].isascii() and words[0].isdigit():
        days = int(words.pop(0)[:4])
    told = [line for line in (tidy(" ".join(words)), *map(tidy, below)) if line]
    if len(told) < 1 + LEAST_OPTIONS or len(told) > 1 + MOST_OPTIONS or not 1 <= days <= LONGEST_DAYS:
        raise PollUsageIsWrong
    text, *options = told
    if len(set(options)) < len(options):
        raise PollUsageIsWrong
    if size(text) > LONGEST_QUESTION or any(size(option) > LONGEST_OPTION for option in options):
        raise PollIsTooLong
    return Question(text, tuple(options), days)


async def _ask_who(update: Update, context: Context, here: Communities, question: Question, source: str) -> None:
    details = {"text": question.text, "options": list(question.options), "days": question.days, "source": source}
    await orders.ask_who(update, context, community_id=here.community_id, topic=TOPIC, word=CONFIRM, details=details)


async def on_confirmed(update: Update, context: Context) -> None:
    """Somebody says that it was they who asked as the group: their rights are looked at."""
    user_id, here, asked = await orders.asked_about(update, context, topic=TOPIC)
    community_id, kept = here.community_id, asked.details
    await staff.must_lead(context, community=here, user_id=user_id, right=RIGHT)
    question = Question(kept["text"], tuple(kept["options"]), kept["days"])
    about = {"community_id": community_id, "user_id": user_id, "source": kept["source"], "now": context.now}
    await rounds.hold(context.session, question=question, **about)
    await dialogues.close(context.session, community_id=community_id, dialogue_id=asked.dialogue_id)
    context.toast(update)
    context.replace(update, texts.it_comes(context.reader))


async def on_mine(update: Update, context: Context) -> None:
    """Somebody asks, under a poll, whether their vote counts; only they see what is said."""
    press, here = update.callback_query, context.community
    if press is None or here is None:
        raise NoSuchThing
    community_id, number = ids_of(press.data, count=2)
    held = await rounds.find(context.session, community_id=community_id, number=number)
    if held is None or community_id != here.community_id:
        raise NoSuchThing
    user_id = press.from_user.id
    reader = Reader(context.person.language if context.person and context.person.language else here.language)
    why, worth = await ballots.worth_of(
        context.session, community=here, number=number, user_id=user_id, now=context.now
    )
    context.toast(update, texts.does_it_count(reader, verdict=why, worth=worth))


async def _held(
    session: AsyncSession, *, community_id: int, number: int | None
) -> tuple[Communities, PollRounds] | None:
    """A poll and its community, while Kith is there."""
    community = await communities.find_active(session, community_id=community_id)
    held = None if number is None else await rounds.find(session, community_id=community_id, number=number)
    if community is None or held is None:
        return None
    return community, held


async def post_poll(session: AsyncSession, event: PollDue, outside: Outside) -> Call | None:
    """The poll, silently; nothing once its time is over, or it would be as late as one that is skipped."""
    found = await _held(session, community_id=event.community_id, number=event.number)
    if found is None or found[1].state != Stage.OPEN or outside.now >= found[1].closes_at:
        return None
    community, held = found
    if event.week is not None:
        about = {"community": community, "kind": OPEN.name, "key": event.week}
        if await lateness.is_too_late(session, now=outside.now, **about):  # type: ignore[arg-type]
            return None
    reader = Reader(community.language, time_zone=community.time_zone)
    own = settings.in_force(community, "polls")
    offered = await rounds.options(session, community_id=event.community_id, number=event.number)
    is_weekly = held.kind == WEEKLY
    row = [button(texts.does_my_vote_count(reader), MINE, event.community_id, event.number)]
    if is_weekly:
        row.append(link(texts.propose(reader), outside.me.deep_link(f"{PROPOSE}-{event.community_id}")))
    several = is_weekly and places(own.winners, options=len(offered)) > 1
    return poll(
        community.chat_id,
        plain(texts.weekly_question(reader)) if is_weekly else held.question,
        [option.text for option in offered],
        about=texts.closes(reader, at=held.closes_at, several=several),
        several=several,
        closes_at=held.closes_at + NET,
        buttons=[row],
        topic=own.forum_topic or None,
    )


async def on_poll_sent(session: AsyncSession, event: PollDue, sent: Sent) -> None:
    """The poll stands in the group; votes that were faster count."""
    told: Message = sent.result
    if told.poll is None:
        return
    here = {"community_id": event.community_id, "chat_id": told.chat.id, "message_id": told.message_id}
    await rounds.sent(session, number=event.number, poll_id=told.poll.id, now=sent.at, **here)
    await votes.know_poll(session, poll_id=told.poll.id[:64], now=sent.at, **here)


async def on_poll_refused(session: AsyncSession, event: PollDue, _reason: str, now: object) -> None:
    """Telegram does not take the poll: who runs the group is told."""
    await _lost(session, event, Fate.REFUSED, now)


async def on_poll_unreachable(session: AsyncSession, event: PollDue, now: object) -> None:
    """Kith may not write in the group."""
    await _lost(session, event, Fate.REFUSED, now)


async def on_poll_unsaid(session: AsyncSession, event: PollDue, now: datetime) -> None:
    """It is too late for the week's poll by now."""
    if event.week is not None:
        here = {"community_id": event.community_id, "number": event.number, "week": event.week}
        await tallies.left_out(session, now=now, **here)


async def on_poll_in_doubt(session: AsyncSession, event: PollDue, _now: datetime) -> None:
    """It is posted once more; should it be too late for that, it may stand there all the same."""
    await rounds.doubted(session, community_id=event.community_id, number=event.number)


async def _lost(session: AsyncSession, event: PollDue | PollStopDue | PollCountDue, why: Fate, now: Any) -> None:
    await tallies.lost(session, community_id=event.community_id, number=event.number, why=why, now=now)


async def post_stop(session: AsyncSession, event: PollStopDue, _outside: Outside) -> Call | None:
    """Have Telegram stop the poll and tell the count."""
    found = await _held(session, community_id=event.community_id, number=event.number)
    if found is None or found[1].message_id is None:
        return None
    held = found[1]
    arguments = {"chat_id": held.chat_id, "message_id": held.message_id}
    return Call("stop_poll", held.chat_id, arguments, turn=Turn.AT_ONCE)


async def post_count(session: AsyncSession, event: PollCountDue, outside: Outside) -> Call | None:
    """Put another button under a poll that is closed: with the message that Telegram gives back comes the count.

    It is another one each time, since Telegram refuses to change nothing, and then does not tell the count.
    """
    found = await _held(session, community_id=event.community_id, number=event.number)
    if found is None or found[1].message_id is None:
        return None
    community, held = found
    reader, here = Reader(community.language), event.community_id
    is_weekly = held.kind == WEEKLY
    address = outside.me.deep_link(f"{PROPOSE if is_weekly else WHY.word}-{here}")
    label = texts.propose(reader) if is_weekly else texts.does_my_vote_count(reader)
    rows = [[link(label, f"{address}&at={int(outside.now.timestamp() * 1000)}")]]
    arguments = {"chat_id": held.chat_id, "message_id": held.message_id, "reply_markup": InlineKeyboardMarkup(rows)}
    return Call("edit_message_reply_markup", held.chat_id, arguments, turn=Turn.AT_ONCE)


async def on_counted(session: AsyncSession, event: PollStopDue | PollCountDue, sent: Sent) -> None:
    """Telegram has told how many have chosen what."""
    told = sent.result if isinstance(sent.result, Poll) else getattr(sent.result, "poll", None)
    held = await rounds.find(session, community_id=event.community_id, number=event.number)
    # In the supergroup that a group has become, another message may bear the number.
    is_it = told is not None and held is not None and told.id[:64] == held.poll_id
    counted = [option.voter_count for option in told.options] if told is not None and is_it else None
    here = {"community_id": event.community_id, "number": event.number}
    await tallies.told(session, votes=counted, now=sent.at, **here)


async def on_not_stopped(session: AsyncSession, event: PollStopDue, reason: str, now: Any) -> None:
    """Telegram has not stopped a poll: it was closed before, or is not there any more."""
    if "already been closed" in reason.lower():
        await tallies.count_again(session, community_id=event.community_id, number=event.number, now=now)
    else:
        await _lost(session, event, Fate.GONE, now)


async def on_not_counted(session: AsyncSession, event: PollCountDue, reason: str, now: Any) -> None:
    """Telegram does not tell the count of a closed poll: what we have heard of its votes counts."""
    if "not modified" in reason.lower():
        await tallies.told(session, community_id=event.community_id, number=event.number, votes=None, now=now)
    else:
        await _lost(session, event, Fate.GONE, now)


async def post_result(session: AsyncSession, event: PollOver, _outside: Outside) -> Call | None:
    """What came of a poll, in answer to it."""
    found = await _held(session, community_id=event.community_id, number=event.number)
    if found is None:
        return None
    community, held = found
    reader = Reader(community.language, time_zone=community.time_zone)
    offered = await rounds.options(session, community_id=event.community_id, number=event.number)
    counts = [option.votes or 0 for option in offered]
    if held.kind == WEEKLY:
        adopted = await _adopted(session, community, offered, counts)
        text = texts.weekly_result(reader, adopted=adopted, is_put_off=not settings.in_force(community, "topics").on)
    else:
        best = [offered[place] for place in winning(counts, most=len(counts)) if counts[place] == max(counts)]
        text = texts.own_result(reader, question=held.question, best=[one.text for one in best], votes=max(counts))
    reply_to = held.message_id if held.chat_id == community.chat_id else None
    own = settings.in_force(community, "polls")
    return message(community.chat_id, text, topic=own.forum_topic or None, reply_to=reply_to)


async def _adopted(
    session: AsyncSession, community: Communities, offered: Any, counts: list[int]
) -> list[texts.AdoptedTopic]:
    """The proposals that have won, with who had the idea and on which day each is the topic."""
    here, own = community.community_id, settings.in_force(community, "polls")
    most = places(own.winners, options=len(counts))
    won = [offered[place] for place in winning(counts, most=most) if offered[place].proposal_id is not None]
    known = await proposals.authors(session, community_id=here, proposal_ids=[one.proposal_id for one in won])
    names = await people.names(session, user_ids={one.proposer_id for one in known.values()})
    days = await topics.wanted_on(
        session, community_id=here, topic_ids=[one.topic_id for one in known.values() if one.topic_id is not None]
    )
    found = []
    for option in won:
        made = known.get(option.proposal_id)
        day = None if made is None or made.topic_id is None else days.get(made.topic_id)
        author = None if made is None else names.get(made.proposer_id)
        found.append(texts.AdoptedTopic(option.text, author, option.votes or 0, day))
    return found


async def post_why_not(session: AsyncSession, event: PollCameToNothing, outside: Outside) -> Call | None:
    """A word to administrators about a poll that came to nothing."""
    community = await communities.find_active(session, community_id=event.community_id)
    to = event.user_id or event.chat_id
    if community is None or to is None:
        return None
    reader = await reader_for(session, event.user_id, community)
    held = None
    if event.number is not None:
        held = await rounds.find(session, community_id=event.community_id, number=event.number)
    question = None if held is None or held.kind == WEEKLY else held.question
    _, count = await proposals.waiting(session, community_id=event.community_id)
    about = {"title": community.title, "why": Fate(event.why), "question": question, "waiting": count}
    in_forum = settings.in_force(community, "polls").forum_topic != 0
    text = texts.came_to_nothing(reader, **about, in_forum=in_forum)  # type: ignore[arg-type]
    rows = []
    if Fate(event.why) is Fate.TOO_FEW and count:
        rows.append([link(texts.see_proposals(reader), outside.me.deep_link(f"{PROPOSE}-{event.community_id}"))])
    return message(to, text, buttons=rows)


def _too_many(reader: Reader, refusal: TooManyOpen) -> Any:
    return texts.too_many_open(reader, most=refusal.most)


FEATURE = Feature(
    name="polls",
    switch="polls",
    commands=(Command(name=WORD, about=texts.about, bare_in_groups=True, callback=on_poll, audience=Audience.STAFF),),
    buttons={CONFIRM: on_confirmed, MINE: on_mine},
    posts={
        # Without its poll a week has none; votes in the later one count, and those in both are paid once.
        PollDue: Post(
            post_poll,
            in_doubt=InDoubt.AGAIN,
            on_sent=on_poll_sent,
            on_rejected=on_poll_refused,
            on_unreachable=on_poll_unreachable,
            on_doubt=on_poll_in_doubt,
            on_unsaid=on_poll_unsaid,
        ),
        # A poll that is stopped twice was closed before, and says so.
        PollStopDue: Post(post_stop, in_doubt=InDoubt.AGAIN, on_sent=on_counted, on_rejected=on_not_stopped),
        PollCountDue: Post(post_count, in_doubt=InDoubt.AGAIN, on_sent=on_counted, on_rejected=on_not_counted),
        PollOver: Post(post_result),
        PollCameToNothing: Post(post_why_not),
    },
    refusals={
        PollUsageIsWrong: lambda reader, _refusal: texts.usage(reader),
        PollIsTooLong: lambda reader, _refusal: texts.too_long(reader),
        PollInTheGroup: lambda reader, _refusal: texts.in_the_group(reader),
        PollsAreOff: lambda reader, _refusal: texts.are_off(reader),
        TooManyOpen: _too_many,
    },
)
