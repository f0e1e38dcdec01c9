"""`/challenge`: an administrator starts one or stops it; the post with the button to join, and the result."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Message, Update

from handlers import checkins as door
from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.communities import reader_for
from handlers.feature import Command, Feature, InDoubt, Outside, Post, Sent
from handlers.identity import Audience
from handlers.orders import Order, Ordering
from handlers.outgoing import Call, edit, message
from handlers.texts import challenges as texts
from handlers.texts import checkins as checkin_texts
from handlers.texts.reader import Html, Reader
from models import challenge_ends, challenges, checkins, communities
from models.challenges import (
    Ended,
    NoChallenge,
    OneIsOpen,
    Opened,
    PlanIsImpossible,
    Shut,
    TooLateToJoin,
    Unjoined,
    Unposted,
)
from models.checkins import CheckinsAreOff
from models.communities import SERVED, Communities
from models.refusals import NoSuchThing, Refused
from models.rules import challenges as rules
from models.rules.challenges import Obstacle, Plan
from models.rules.corrections import amount
from models.rules.days import local_day
from models.rules.words import tidy
from models.staff import IsNotStaff

RIGHT = "can_manage_chat"
JOIN, CHECK_IN, BY_ME = "joinchallenge", "checkinchallenge", "challengebyme"
STOP = ("stop", "停止", "end", "off", "結束", "结束", "中止")


class UsageIsWrong(Refused):
    """The command lacks something, or holds what cannot be understood."""


class OnlyInTheGroup(Refused):
    """In private nobody can tell which group is meant."""


async def on_challenge(update: Update, context: Context) -> None:
    """Carry it out in the group; in private only who runs one is told how it is written there."""
    user = update.effective_user
    if context.community is None and user is not None and not await staff.led_by(context, user.id):
        raise IsNotStaff
    await ORDER.on_command(update, context)


async def start_or_stop(update: Update, context: Context, order: Order) -> None:
    """Start a challenge, or stop the one that is on."""
    here, session = order.community, context.session
    about = {"community_id": here.community_id, "user_id": order.user_id, "now": context.now}
    words = list(order.words)
    if len(words) == 1 and words[0].casefold() in STOP:
        stopped = await challenges.stop(session, **about)  # type: ignore[arg-type]
        context.show(update, texts.stopped(context.reader, plan=stopped.plan))
        return
    if not checkins.settings_of(here).on:
        raise CheckinsAreOff
    today = local_day(context.now, time_zone=here.time_zone)
    chosen = None
    if _is_title(words, today):
        chosen = await checkins.participation(session, here=here, now=context.now)
        words = [str(rules.length_for(checked_in=chosen.checked_in, active=chosen.active)), *words]
    has_no_prize = len(words) > 1 and _is_title(words[1:], today)
    try:
        plan = _plan([words[0], "0", *words[1:]] if has_no_prize else words, today)
    except UsageIsWrong:
        if update.callback_query is None:
            raise
        # Who wrote as the group has pressed who they are: the usage is longer than what Telegram flashes.
        context.show(update, texts.usage(context.reader))
        return
    asked = update.effective_message
    topic = asked.message_thread_id if asked is not None and asked.is_topic_message else None
    await challenges.start(session, **about, plan=plan, source=order.source, topic=topic)  # type: ignore[arg-type]
    if chosen is not None:
        context.show(update, texts.length_chosen(context.reader, plan=plan, participation=chosen))
    elif update.callback_query is not None:
        # The group is told by a post of its own; here somebody's question must go.
        context.show(update, texts.started(context.reader, plan=plan))


def _is_title(words: list[str], today: date) -> bool:
    """Whether somebody goes on with a first day or a name; numbers in a form that cannot be read are a slip."""
    if not words or rules.starts_on(words[0], today=today) is not None:
        return bool(words)
    return not _is_number(words[0]) and not (len(words) == 2 and amount(words[1]) is not None)


def _is_number(word: str) -> bool:
    """Whether a number is meant, in whatever form: 7days, 七天; but a name may begin with one, as 一起讀書 does."""
    return any(letter.isdecimal() for letter in word) or word.rstrip("天日").isnumeric()


def _plan(words: list[str], today: date) -> Plan:
    if len(words) < 2 or not (words[0].isdecimal() and words[0].isascii() and len(words[0]) <= len("100")):
        raise UsageIsWrong
    prize = amount(words[1])
    if prize is None:
        raise UsageIsWrong
    first = rules.starts_on(words[2], today=today) if len(words) > 2 else None
    rest = words[2 if first is None else 3 :]
    title = tidy(" ".join(rest))[: rules.LONGEST_TITLE]
    starts_on = first or rules.starts_on(rules.TOMORROW[0], today=today) or today
    return Plan(int(words[0]), starts_on, prize, title)


async def on_join(update: Update, context: Context) -> None:
    """Let who presses take part; only they see what is answered."""
    here, challenge, user_id = await _pressed(update, context)
    session, now = context.session, context.now
    is_new, finished = await checkins.join(session, here=here, user_id=user_id, challenge=challenge, now=now)
    if is_new or finished:
        said = _joined(context, here, challenge, finished)
    else:
        standing = await checkins.standing(session, here=here, user_id=user_id, now=now)
        said = texts.progress(context.reader, plan=challenge.plan, done=standing.done)
    context.toast(update, said)


async def on_check_in(update: Update, context: Context) -> None:
    """Check in who presses that under the post; they mean to take part, and do from then on where they still can."""
    here, challenge, user_id = await _pressed(update, context)
    session, now = context.session, context.now
    news = None
    try:
        is_new, finished = await checkins.join(session, here=here, user_id=user_id, challenge=challenge, now=now)
    except TooLateToJoin:
        news = texts.too_late(context.reader)
    except NoChallenge:
        # It is over, and a check-in is one all the same.
        pass
    else:
        news = _joined(context, here, challenge, finished) if is_new or finished else None
    done = await checkins.press(session, here=here, user_id=user_id, now=now)
    if any(one.challenge_id == challenge.challenge_id for one in done.finished):
        news = None
    context.toast(update, checkin_texts.pressed(context.reader, done=done, challenge=news))


async def _pressed(update: Update, context: Context) -> tuple[Communities, challenges.Challenges, int]:
    """The group, the challenge under whose post somebody has pressed, and who, once they are known there."""
    press, here = update.callback_query, context.community
    if press is None or here is None:
        raise NoSuchThing
    community_id, challenge_id = ids_of(press.data, count=2)
    challenge = await challenges.find(context.session, community_id=community_id, challenge_id=challenge_id)
    if challenge is None or community_id != here.community_id:
        raise NoSuchThing
    await door.known_here(update, context, here)
    return here, challenge, press.from_user.id


def _joined(
    context: Context, here: Communities, challenge: challenges.Challenges, finished: Sequence[challenges.Joined]
) -> Html:
    """What somebody is told who takes part from now on, or has all of its days already."""
    if finished:
        return texts.finished(context.reader, plan=finished[0].plan)
    has_begun = challenge.starts_on <= local_day(context.now, time_zone=here.time_zone)
    return texts.joined(context.reader, plan=challenge.plan, has_begun=has_begun)


async def post_opened(session: AsyncSession, event: Opened, _outside: Outside) -> Call | None:
    """Tell the group of a challenge, while it is open."""
    found = await _in_group(session, event)
    if found is None or found[1].state != rules.State.OPEN:
        return None
    here, challenge = found
    reader = Reader(here.language, time_zone=here.time_zone)
    row: list[InlineKeyboardButton] = [button(texts.join(reader), JOIN, here.community_id, challenge.challenge_id)]
    about = (challenge.challenge_id,)
    check_in = door.check_in_button(reader, here, word=CHECK_IN, about=about)
    if check_in is not None:
        row.append(check_in)
    text = texts.opened(reader, plan=challenge.plan)
    return message(here.chat_id, text, buttons=[row], topic=challenge.forum_topic)


async def on_opened(session: AsyncSession, event: Opened, sent: Sent) -> None:
    """Remember where the button to join stands."""
    challenge = await challenges.find(session, community_id=event.community_id, challenge_id=event.challenge_id)
    if challenge is not None and isinstance(sent.result, Message):
        message_id = sent.result.message_id
        await challenges.posted(
            session, challenge=challenge, chat_id=sent.call.chat_id, message_id=message_id, now=sent.at
        )


async def on_opened_refused(session: AsyncSession, event: Opened, reason: str, now: datetime) -> None:
    """Telegram does not take the post: there is no challenge without it."""
    here = {"community_id": event.community_id, "challenge_id": event.challenge_id}
    await challenge_ends.call_off(session, **here, obstacle=_obstacle(reason), now=now)


async def on_opened_unreachable(session: AsyncSession, event: Opened, now: datetime) -> None:
    """Kith has been put out of the group."""
    await on_opened_refused(session, event, "", now)


def _obstacle(reason: str) -> Obstacle:
    """What Telegram's reason says of the place in which a message was to stand."""
    said = reason.casefold()
    if "topic_closed" in said:
        return Obstacle.CLOSED
    return Obstacle.GONE if "thread not found" in said or "topic_deleted" in said else Obstacle.SHUT


async def post_shut(session: AsyncSession, event: Shut, _outside: Outside) -> Call | None:
    """Have the post say that nobody can join any more, where it still stands; the group is not told anew."""
    found = await _in_group(session, event)
    if found is None:
        return None
    here, challenge = found
    if challenge.message_id is None or challenge.chat_id != here.chat_id:
        return None
    reader = Reader(here.language, time_zone=here.time_zone)
    is_stopped = challenge.state == rules.State.STOPPED
    return edit(here.chat_id, challenge.message_id, texts.shut(reader, plan=challenge.plan, is_stopped=is_stopped))


async def post_ended(session: AsyncSession, event: Ended, _outside: Outside) -> Call | None:
    """Tell the group what has come of a challenge; nothing if nobody took part."""
    found = await _in_group(session, event)
    if found is None:
        return None
    here, challenge = found
    result = await challenges.result(session, challenge=challenge)
    if not result.joined:
        return None
    reader = Reader(here.language, time_zone=here.time_zone)
    return message(here.chat_id, texts.ended(reader, plan=challenge.plan, result=result), topic=challenge.forum_topic)


async def on_ended_refused(session: AsyncSession, event: Ended, reason: str, now: datetime) -> None:
    """Telegram does not take the result."""
    here = {"community_id": event.community_id, "challenge_id": event.challenge_id}
    await challenge_ends.result_refused(session, **here, obstacle=_obstacle(reason), now=now)


async def post_unposted(session: AsyncSession, event: Unposted, _outside: Outside) -> Call | None:
    """Tell who runs the group what it could not be told, and why."""
    here = await communities.find(session, community_id=event.community_id)
    challenge = await challenges.find(session, community_id=event.community_id, challenge_id=event.challenge_id)
    to = event.user_id or event.chat_id
    if here is None or challenge is None or to is None:
        return None
    reader, obstacle = await reader_for(session, event.user_id, here), Obstacle(event.obstacle)
    about = {"title": here.title, "plan": challenge.plan, "obstacle": obstacle}
    if challenge.state == rules.State.STOPPED:
        return message(to, texts.called_off(reader, **about))  # type: ignore[arg-type]
    result = await challenges.result(session, challenge=challenge)
    return message(to, texts.untold(reader, **about, result=result))  # type: ignore[arg-type]


async def post_unjoined(session: AsyncSession, event: Unjoined, _outside: Outside) -> Call | None:
    """Tell who runs the group that nobody took part."""
    found, to = await _in_group(session, event), event.user_id or event.chat_id
    if found is None or to is None:
        return None
    here, challenge = found
    reader = await reader_for(session, event.user_id, here)
    return message(to, texts.unjoined(reader, title=here.title, plan=challenge.plan))


async def _in_group(
    session: AsyncSession, event: Opened | Ended | Shut | Unjoined
) -> tuple[Communities, challenges.Challenges] | None:
    here = await communities.find(session, community_id=event.community_id)
    challenge = await challenges.find(session, community_id=event.community_id, challenge_id=event.challenge_id)
    if here is None or challenge is None or here.state not in SERVED:
        return None
    return here, challenge


ORDER = Ordering(BY_ME, RIGHT, start_or_stop, elsewhere=OnlyInTheGroup)
FEATURE = Feature(
    name="challenges",
    switch="checkins",
    commands=(
        Command(
            name="challenge",
            about=texts.about,
            bare_in_groups=True,
            audience=Audience.STAFF,
            callback=on_challenge,
        ),
    ),
    buttons={JOIN: on_join, CHECK_IN: on_check_in, BY_ME: ORDER.on_confirmed},
    posts={
        # It carries the button to join: twice does no harm, and missing it is missing all of it.
        Opened: Post(
            compose=post_opened,
            in_doubt=InDoubt.AGAIN,
            on_sent=on_opened,
            on_rejected=on_opened_refused,
            on_unreachable=on_opened_unreachable,
        ),
        Shut: Post(compose=post_shut, in_doubt=InDoubt.AGAIN),
        Ended: Post(compose=post_ended, on_rejected=on_ended_refused),
        Unposted: Post(compose=post_unposted, in_doubt=InDoubt.AGAIN),
        Unjoined: Post(compose=post_unjoined),
    },
    refusals={
        UsageIsWrong: lambda reader, _refusal: texts.usage(reader),
        OnlyInTheGroup: lambda reader, _refusal: texts.only_in_the_group(reader),
        PlanIsImpossible: lambda reader, _refusal: texts.impossible(reader),
        OneIsOpen: lambda reader, _refusal: texts.one_is_open(reader),
        NoChallenge: lambda reader, _refusal: texts.no_challenge(reader),
        TooLateToJoin: lambda reader, _refusal: texts.too_late(reader),
    },
)
