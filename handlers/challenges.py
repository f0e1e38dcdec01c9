"""`/challenge`: an administrator starts one or stops it; the post with the button to join, and the result."""

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Message, Update

from handlers import checkins as door
from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.feature import Command, Feature, InDoubt, Outside, Post
from handlers.identity import Audience
from handlers.outgoing import Call, message
from handlers.texts import challenges as texts
from handlers.texts.reader import Reader
from models import challenges, checkins, communities
from models.challenges import Ended, NoChallenge, OneIsOpen, Opened, PlanIsImpossible, TooLateToJoin
from models.checkins import CheckinsAreOff
from models.communities import SERVED, Communities
from models.refusals import NoSuchThing, Refused
from models.rules import challenges as rules
from models.rules.challenges import Plan
from models.rules.corrections import amount
from models.rules.days import local_day

RIGHT = "can_manage_chat"
JOIN = "joinchallenge"
STOP = ("stop", "停止")


class UsageIsWrong(Refused):
    """The command lacks something, or holds what cannot be understood."""


class NobodyInParticular(Refused):
    """An administrator writes as the group: nobody can tell who starts it."""


class OnlyInTheGroup(Refused):
    """In private nobody can tell which group is meant."""


async def on_command(update: Update, context: Context) -> None:
    """Start a challenge, or stop the one that is on."""
    asked, here = update.effective_message, context.community
    if here is None:
        raise OnlyInTheGroup
    if asked is None:
        return
    user_id = staff.actor(update)
    if user_id is None:
        raise NobodyInParticular
    await staff.must_lead(context, community=here, user_id=user_id, right=RIGHT)
    words = (asked.text or "").split()[1:]
    if len(words) == 1 and words[0].casefold() in STOP:
        stopped = await challenges.stop(
            context.session, community_id=here.community_id, user_id=user_id, now=context.now
        )
        context.answer(update, texts.stopped(context.reader, plan=stopped.plan))
        return
    if not checkins.settings_of(here).on:
        raise CheckinsAreOff
    await challenges.start(
        context.session,
        community_id=here.community_id,
        user_id=user_id,
        plan=_plan(words, context, here),
        source=_source(asked),
        now=context.now,
    )


def _source(asked: Message) -> str:
    return f"command:{asked.chat_id}:{asked.message_id}"


def _plan(words: list[str], context: Context, here: Communities) -> Plan:
    today = local_day(context.now, time_zone=here.time_zone)
    if len(words) < 2 or not (words[0].isdecimal() and words[0].isascii() and len(words[0]) <= len("100")):
        raise UsageIsWrong
    prize = amount(words[1])
    if prize is None:
        raise UsageIsWrong
    first = rules.starts_on(words[2], today=today) if len(words) > 2 else None
    rest = words[2 if first is None else 3 :]
    title = " ".join(rest)[: rules.LONGEST_TITLE]
    starts_on = first or rules.starts_on(rules.TOMORROW[0], today=today) or today
    return Plan(int(words[0]), starts_on, prize, title)


async def on_join(update: Update, context: Context) -> None:
    """Let who presses take part; only they see what is answered."""
    press, here = update.callback_query, context.community
    if press is None or here is None:
        raise NoSuchThing
    community_id, challenge_id = ids_of(press.data, count=2)
    challenge = await challenges.find(context.session, community_id=community_id, challenge_id=challenge_id)
    if challenge is None or community_id != here.community_id:
        raise NoSuchThing
    await door.known_here(update, context, here)
    session, user_id, now = context.session, press.from_user.id, context.now
    is_new, finished = await checkins.join(session, here=here, user_id=user_id, challenge=challenge, now=now)
    if finished:
        said = texts.finished(context.reader, plan=challenge.plan)
    elif is_new:
        said = texts.joined(context.reader, plan=challenge.plan)
    else:
        standing = await checkins.standing(session, here=here, user_id=user_id, now=now)
        said = texts.progress(context.reader, plan=challenge.plan, done=standing.done)
    context.toast(update, said)


async def post_opened(session: AsyncSession, event: Opened, _outside: Outside) -> Call | None:
    """Tell the group of a challenge, while it is open."""
    found = await _in_group(session, event)
    if found is None or found[1].state != rules.State.OPEN:
        return None
    here, challenge = found
    reader = Reader(here.language, time_zone=here.time_zone)
    row: list[InlineKeyboardButton] = [button(texts.join(reader), JOIN, here.community_id, challenge.challenge_id)]
    check_in = door.check_in_button(reader, here)
    if check_in is not None:
        row.append(check_in)
    return message(here.chat_id, texts.opened(reader, plan=challenge.plan), buttons=[row])


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
    return message(here.chat_id, texts.ended(reader, plan=challenge.plan, result=result))


async def _in_group(session: AsyncSession, event: Opened | Ended) -> tuple[Communities, challenges.Challenges] | None:
    here = await communities.find(session, community_id=event.community_id)
    challenge = await challenges.find(session, community_id=event.community_id, challenge_id=event.challenge_id)
    if here is None or challenge is None or here.state not in SERVED:
        return None
    return here, challenge


FEATURE = Feature(
    name="challenges",
    switch="checkins",
    commands=(
        Command(
            name="challenge",
            about=texts.about,
            bare_in_groups=True,
            audience=Audience.STAFF,
            callback=on_command,
        ),
    ),
    buttons={JOIN: on_join},
    posts={
        # It carries the button to join: twice does no harm, and missing it is missing all of it.
        Opened: Post(compose=post_opened, in_doubt=InDoubt.AGAIN),
        Ended: Post(compose=post_ended),
    },
    refusals={
        UsageIsWrong: lambda reader, _refusal: texts.usage(reader),
        NobodyInParticular: lambda reader, _refusal: texts.write_as_yourself(reader),
        OnlyInTheGroup: lambda reader, _refusal: texts.only_in_the_group(reader),
        PlanIsImpossible: lambda reader, _refusal: texts.impossible(reader),
        OneIsOpen: lambda reader, _refusal: texts.one_is_open(reader),
        NoChallenge: lambda reader, _refusal: texts.no_challenge(reader),
        TooLateToJoin: lambda reader, _refusal: texts.too_late(reader),
    },
)
