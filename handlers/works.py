"""`/share`, `/queue`, `/featured`, `/works`: members' own work, its review, and where it is found again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of, link, linked_id
from handlers.cards import (
    ACCEPT,
    DECLINE,
    FAULTS,
    FEATURE_IT,
    SHOW,
    UNDO,
    decided,
    on_card_changed,
    on_card_posted,
    post_card,
    post_change,
    redraw,
    show_beside,
    take_back,
)
from handlers.communities import reader_for
from handlers.faces import Asker, Face, View
from handlers.feature import Command, Feature, InDoubt, Outside, Post
from handlers.forms import form_of, mark_of
from handlers.identity import Audience, Identity
from handlers.outgoing import Call, Turn, message
from handlers.plain import plain
from handlers.texts import faces, leading
from handlers.texts import works as texts
from handlers.texts.reader import Html, Reader
from models import (
    cocreation_entries,
    cocreations,
    communities,
    likeness,
    people,
    reviews,
    sharing,
    work_cards,
    work_pins,
    works,
)
from models.communities import Communities
from models.facts import BotStatus
from models.refusals import NoSuchThing, Refused
from models.rules.hashtags import LONGEST_TAG, normal, tags_in, tags_of, without_tags
from models.rules.messages import length
from models.rules.works import Grade, Stage
from models.sharing import NewWork, NothingToReview, SharedBefore, SharedEnough
from models.staff import IsNotStaff
from models.works import (
    DecidedBefore,
    OwnWork,
    WorkChanged,
    WorkDeclined,
    WorkPinDue,
    WorksAreOff,
    WorkShared,
    WorksWaiting,
)

QUEUE, CARD = "queue", "workcard"
RIGHT = "can_manage_chat"
LISTED, SHOWN, SHOWN_IN_GROUP = 8, 20, 3


class NothingShared(Refused):
    """The command does not reply to a work of one's own."""


async def on_share(update: Update, context: Context) -> None:
    """A member shares what they wrote before, by the command in reply to it; in private they are told how."""
    asked, community = update.effective_message, context.community
    if community is None or asked is None:
        await SHARE.on_command(update, context)
        return
    works.in_force(community)
    replied = asked.reply_to_message
    if asked.from_user is None or asked.sender_chat is not None or asked.forward_origin is not None:
        raise NothingShared
    if replied is None or not _is_own(replied, asked.from_user.id):
        raise NothingShared
    connection = await context.session.connection()
    key = await connection.run_sync(likeness.key)
    work = _work(replied, asked.from_user.id, key)
    try:
        entered = await sharing.share(context.session, community=community, work=work, now=context.now)
    except SharedBefore as before:
        found = await works.look(context.session, community_id=community.community_id, work_id=before.work_id or 0)
        if found is None or found.state != Stage.WAITING:
            raise
        context.answer(update, texts.shared_before(context.reader), buttons=[[take_back(context.reader, found)]])
        return
    context.answer(update, texts.shared(context.reader, entered=entered))


def _is_own(replied: Message, user_id: int) -> bool:
    if replied.forum_topic_created is not None or replied.sender_chat is not None:
        return False
    author = replied.from_user
    return author is not None and author.id == user_id and replied.forward_origin is None


def _work(replied: Message, user_id: int, key: bytes) -> NewWork:
    raw, written = replied.to_dict(), replied.text or replied.caption or ""
    return NewWork(
        chat_id=replied.chat_id,
        message_id=replied.message_id,
        album=replied.media_group_id,
        author_id=user_id,
        form=form_of(raw),
        letters=length(plain(without_tags(written))),
        mark=mark_of(raw, key=key),
        tags=tags_in(written),
        at=replied.date,
    )


async def _pressed(update: Update, context: Context, *, count: int) -> tuple[Communities, int, tuple[int, ...]]:
    """The community of a pressed card, who pressed, and the ids behind the button; only administrators pass."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, *rest = ids_of(press.data, count=count)
    user_id = press.from_user.id
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    return community, user_id, tuple(rest)


async def on_accept(update: Update, context: Context) -> None:
    """An administrator accepts a work with a grade."""
    community, user_id, (work_id, number) = await _pressed(update, context, count=3)
    if number not in set(Grade):
        raise NoSuchThing
    work = await reviews.accept(
        context.session, community=community, work_id=work_id, grade=Grade(number), user_id=user_id, now=context.now
    )
    await decided(update, context, work, booked=work.points)


async def on_decline(update: Update, context: Context) -> None:
    """An administrator looks at the reasons to decline (0), has chosen one, or goes back."""
    community, user_id, (work_id, number) = await _pressed(update, context, count=3)
    if 1 <= number <= len(FAULTS):
        work = await reviews.decline(
            context.session,
            community=community,
            work_id=work_id,
            fault=FAULTS[number - 1],
            user_id=user_id,
            now=context.now,
        )
        await decided(update, context, work)
        return
    work = await works.hold(context.session, community_id=community.community_id, work_id=work_id)
    await redraw(update, context, community, work, asks_why=number == 0)


async def on_feature(update: Update, context: Context) -> None:
    """An administrator features a work."""
    community, user_id, (work_id,) = await _pressed(update, context, count=2)
    before = await works.look(context.session, community_id=community.community_id, work_id=work_id)
    brought = 0 if before is None else before.points or 0
    work = await reviews.feature(
        context.session, community=community, work_id=work_id, user_id=user_id, now=context.now
    )
    await decided(update, context, work, booked=(work.points or 0) - brought)


async def on_undo(update: Update, context: Context) -> None:
    """An administrator takes a decision back."""
    community, user_id, (work_id,) = await _pressed(update, context, count=2)
    done = await reviews.undo(context.session, community=community, work_id=work_id, user_id=user_id, now=context.now)
    await decided(update, context, done.work, outside=done.outside)


async def on_show(update: Update, context: Context) -> None:
    """An administrator wants to see the work beside its card."""
    community, _, (work_id,) = await _pressed(update, context, count=2)
    work = await works.hold(context.session, community_id=community.community_id, work_id=work_id)
    await show_beside(update, context, work)


async def post_declined(session: AsyncSession, event: WorkDeclined, _outside: Outside) -> Call | None:
    """Tell an author in private why their work was declined."""
    community = await communities.find_active(session, community_id=event.community_id)
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    if community is None or work is None or work.state != Stage.DECLINED:
        return None
    reader = await reader_for(session, event.user_id, community)
    return message(event.user_id, texts.declined(reader, title=community.title, work=work))


async def post_waiting(session: AsyncSession, event: WorksWaiting, outside: Outside) -> Call | None:
    """Remind administrators of what waits."""
    community = await communities.find_active(session, community_id=event.community_id)
    to = event.user_id or event.chat_id
    found, count = await works.waiting(session, community_id=event.community_id, limit=1, but_of=event.user_id)
    if community is None or to is None or not found:
        return None
    reader = await reader_for(session, event.user_id, community)
    ours = await cocreation_entries.waiting_in_time(session, community_id=event.community_id)
    text = texts.waiting(reader, title=community.title, count=count, since=found[0].shared_at, taking_part=ours)
    door = link(texts.see_queue(reader), _door(outside.me, community.community_id))
    return message(to, text, buttons=[[door]])


def _door(me: Identity, community_id: int) -> str:
    """The address that opens what waits in a group."""
    return me.deep_link(f"{QUEUE}-{community_id}")


async def post_pin(session: AsyncSession, event: WorkPinDue, _outside: Outside) -> Call | None:
    """Pin a work that is featured; take the pin off one that Kith had pinned, and wants pinned no longer."""
    community = await communities.find_active(session, community_id=event.community_id)
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    if community is None or work is None or community.bot_status == BotStatus.AWAY:
        return None
    arguments = {"chat_id": work.chat_id, "message_id": work.message_id}
    if work.pinned_at is None:
        return Call("unpin_chat_message", work.chat_id, arguments, turn=Turn.AT_ONCE)
    return Call("pin_chat_message", work.chat_id, {**arguments, "disable_notification": True})


async def on_not_pinned(session: AsyncSession, event: WorkPinDue, _reason: str, _now: datetime) -> None:
    """Telegram does not do it: Kith may not pin there."""
    await work_pins.was_refused(session, event=event)


async def on_queue(update: Update, context: Context) -> None:
    """An administrator asks what waits: in private it is listed, and a group leads there."""
    if context.community is not None:
        leader = staff.actor(update)
        if leader is not None:
            await staff.must_lead(context, community=context.community, user_id=leader, right=RIGHT)
        door = link(faces.open_private(context.reader), _door(context.asking.me, context.community.community_id))
        context.answer(update, faces.in_private(context.reader), buttons=[[door]])
        return
    user = update.effective_user
    if user is None:
        raise IsNotStaff
    found = await staff.led_by(context, user.id)
    if not found:
        # Who runs a group of which Telegram has not told, or was forgotten, hears the way.
        context.answer(update, leading.nowhere(context.reader, command=f"/{QUEUE}@{context.asking.me.username}"))
        return
    if len(found) == 1:
        await _show_queue(update, context, community_id=found[0].community_id, user_id=user.id)
    else:
        rows = [[button(context.reader.title(one.title), QUEUE, one.community_id)] for one in found]
        context.answer(update, texts.which(context.reader), buttons=rows)


async def on_queue_link(update: Update, context: Context) -> None:
    """An administrator follows the button under a reminder."""
    user, asked = update.effective_user, update.effective_message
    if user is not None and asked is not None:
        community_id = linked_id(asked.text, QUEUE)
        await _show_queue(update, context, community_id=community_id, user_id=user.id)


async def on_queue_chosen(update: Update, context: Context) -> None:
    """An administrator has chosen a group."""
    press = update.callback_query
    if press is not None:
        (community_id,) = ids_of(press.data, count=1)
        await _show_queue(update, context, community_id=community_id, user_id=press.from_user.id)


async def _show_queue(update: Update, context: Context, *, community_id: int, user_id: int) -> None:
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    found, count = await works.waiting(context.session, community_id=community_id, limit=LISTED)
    names = await people.names(context.session, user_ids={work.author_id for work in found})
    reader = Reader(context.reader.language, time_zone=community.time_zone)
    text = texts.queue(reader, title=community.title, works=found, count=count, names=names)
    numbers = [button(reader.number(place), CARD, community_id, work.work_id) for place, work in enumerate(found, 1)]
    rows = [numbers[place : place + 4] for place in range(0, len(numbers), 4)]
    context.show(update, text, buttons=rows)
    await work_cards.renew(context.session, shown=found, user_id=user_id, now=context.now)


async def on_card(update: Update, context: Context) -> None:
    """An administrator wants the card of one that waits."""
    community, user_id, (work_id,) = await _pressed(update, context, count=2)
    work = await works.hold(context.session, community_id=community.community_id, work_id=work_id)
    await work_cards.show(context.session, work=work, user_id=user_id, now=context.now)
    context.toast(update)


def _tag(context: Context) -> str | None:
    """The hashtag that somebody has written behind a command."""
    written = (context.args or [""])[0].lstrip("#＃")
    # A longer one is on no work, and might not fit into the answer.
    return normal(written)[:LONGEST_TAG] or None


async def _board(context: Context, here: Communities, *, limit: int) -> texts.Board:
    works.in_force(here)
    found, count = await works.featured(context.session, community=here, limit=limit)
    names = await people.names(context.session, user_ids={work.author_id for work in found})
    return texts.Board(here.title, found, count, names)


async def _found(context: Context, here: Communities, *, limit: int) -> texts.Board:
    settings, session = works.in_force(here), context.session
    together = cocreations.settings_of(here).hashtags
    # All of these say the same, each in another language; the group is told the one in its own.
    alike, shown = tags_of(together), texts.own_tag(Reader(here.language), together)
    every, asked = tags_of(settings.hashtags), _tag(context)
    tag = None if asked in every else asked
    tags = () if tag is None else alike if tag in alike else (tag,)
    found, count = await works.accepted(session, community=here, limit=limit, tags=tags)
    names = await people.names(session, user_ids={work.author_id for work in found})
    borne = await works.tags(session, community=here, alike=alike, said=shown)
    hint = [each for each in borne if each not in every]
    return texts.Board(here.title, found, count, names, tag=shown if tag in alike else tag, tags=hint)


async def _featured_notice(context: Context, here: Communities) -> Html:
    return texts.featured_brief(context.reader, board=await _board(context, here, limit=SHOWN_IN_GROUP))


async def _featured_full(context: Context, who: Asker) -> View:
    return View(texts.featured_full(who.reader, board=await _board(context, who.community, limit=SHOWN)))


async def _works_notice(context: Context, here: Communities) -> Html:
    return texts.works_brief(context.reader, board=await _found(context, here, limit=SHOWN_IN_GROUP))


async def _works_full(context: Context, who: Asker) -> View:
    return View(texts.works_full(who.reader, board=await _found(context, who.community, limit=SHOWN)))


async def _how_to_share(_context: Context, who: Asker) -> View:
    hashtags = works.in_force(who.community).hashtags
    return View(texts.how_to_share(who.reader, title=who.community.title, hashtags=hashtags))


SHARE = Face("share", full=_how_to_share, present=True)
BOARD = Face("featured", notice=_featured_notice, full=_featured_full, present=True)
WORKS = Face("works", notice=_works_notice, full=_works_full, present=True)


def _enough(reader: Reader, refusal: SharedEnough) -> Html:
    return texts.shared_enough(reader, most=refusal.most)


FEATURE = Feature(
    name="works",
    switch="works",
    commands=(
        Command(
            name=SHARE.word, about=texts.about_share, callback=on_share, bare_in_groups=True, audience=Audience.MEMBERS
        ),
        WORKS.command(texts.about_works),
        BOARD.command(texts.about_featured),
        Command(name=QUEUE, about=texts.about_queue, callback=on_queue, audience=Audience.STAFF),
    ),
    buttons={
        ACCEPT: on_accept,
        DECLINE: on_decline,
        FEATURE_IT: on_feature,
        UNDO: on_undo,
        SHOW: on_show,
        QUEUE: on_queue_chosen,
        CARD: on_card,
        SHARE.word: SHARE.on_chosen,
        WORKS.word: WORKS.on_chosen,
        BOARD.word: BOARD.on_chosen,
    },
    starts={QUEUE: on_queue_link, WORKS.word: WORKS.on_link, BOARD.word: BOARD.on_link},
    posts={
        WorkShared: Post(post_card, in_doubt=InDoubt.AGAIN, on_sent=on_card_posted),
        WorkChanged: Post(post_change, in_doubt=InDoubt.AGAIN, on_sent=on_card_changed),
        WorkDeclined: Post(post_declined),
        WorksWaiting: Post(post_waiting),
        WorkPinDue: Post(post_pin, in_doubt=InDoubt.AGAIN, on_rejected=on_not_pinned),
    },
    refusals={
        WorksAreOff: lambda reader, _refusal: texts.are_off(reader),
        NothingShared: lambda reader, _refusal: texts.nothing_shared(reader),
        SharedBefore: lambda reader, _refusal: texts.shared_before(reader),
        SharedEnough: _enough,
        NothingToReview: lambda reader, _refusal: texts.nothing_to_review(reader),
        DecidedBefore: lambda reader, _refusal: texts.decided_before(reader),
        OwnWork: lambda reader, _refusal: texts.own_work(reader),
    },
)
