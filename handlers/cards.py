"""The card of a shared work: what it is, what is proposed, what became of it, and what can be done with it."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Message, Update

from handlers.asking import Context, lies_at
from handlers.buttons import button
from handlers.communities import reader_for
from handlers.feature import Outside, Sent
from handlers.outgoing import Call, edit, message, toast
from handlers.staff import introduced
from handlers.texts import cards as texts
from handlers.texts import withdrawing
from handlers.texts.reader import Html, Reader
from models import communities, people, reviews, staff, work_cards, works
from models.communities import Communities
from models.events import Priority
from models.reviews import Worth
from models.rules.days import local_day
from models.rules.settings import changed
from models.rules.works import Fault, Grade, Stage, WorksSettings
from models.works import WorkChanged, Works, WorkShared

ACCEPT, DECLINE, FEATURE_IT, UNDO, SHOW = "workyes", "workno", "workstar", "workundo", "workshow"
TAKE_BACK = "workback"

# A button names a fault by its place here, from 1; 0 asks for which. What stands here stays: buttons last long.
FAULTS = (Fault.OFF_TOPIC, Fault.NOT_OWN, Fault.TOO_THIN, Fault.SEEN_BEFORE, Fault.ADVERT, Fault.GONE)

Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True)
class Card:
    """A card as it is sent or put in the place of the old one; `tells` is kept of what stands on it."""

    text: Html
    rows: Rows
    tells: str


async def card(
    session: AsyncSession,
    *,
    community: Communities,
    work: Works,
    reader: Reader,
    outside: Outside,
    lies_in: int,
    asks_why: bool = False,
) -> Card:
    """The card of a work as it stands now; with `asks_why` its buttons are the reasons to decline it.

    `lies_in` is the chat that it lies in. In the private chat of its author it can only be taken back.
    """
    settings = changed(WorksSettings(), community.settings.get("works", {}))
    waits = work.state == Stage.WAITING
    leaders = await staff.leaders_of(session, community_id=work.community_id) if waits else set()
    proposal, earlier = await reviews.proposal(session, community=community, work=work, now=outside.now)
    worth = await reviews.worth(session, community=community, work=work, now=outside.now)
    named = {number for number in (work.author_id, work.decided_by, earlier and earlier.author_id) if number}
    shown = texts.Shown(
        title=community.title,
        work=work,
        names=await people.names(session, user_ids=named),
        proposal=proposal,
        earlier=earlier,
        is_by_only_leader=leaders == {work.author_id},
        accepted_by=settings.accepted_by,
        factor=None if lies_in == work.author_id else worth.factor,
        day=local_day(outside.now, time_zone=community.time_zone),
    )
    rows = _rows(reader, shown, worth, leaders, lies_in, asks_why=asks_why)
    return Card(texts.card(reader, shown=shown), rows, work.telling(shown.factor))


async def post_card(session: AsyncSession, event: WorkShared, outside: Outside) -> Call | None:
    """Show a work to who reviews it."""
    community = await communities.find_active(session, community_id=event.community_id)
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    to = event.user_id or event.chat_id
    if community is None or work is None or to is None:
        return None
    reader = await reader_for(session, event.user_id, community)
    made = await card(session, community=community, work=work, reader=reader, outside=outside, lies_in=to)
    return message(to, made.text, buttons=made.rows, memo=made.tells)


async def on_card_posted(session: AsyncSession, event: WorkShared, sent: Sent) -> None:
    """Remember where the card lies, and of which decision it tells."""
    if isinstance(sent.result, Message):
        place = {"message_id": sent.result.message_id, "tells": sent.call.memo}
        await work_cards.note_sent(session, event=event, **place, now=sent.at)  # type: ignore[arg-type]


async def post_change(session: AsyncSession, event: WorkChanged, outside: Outside) -> Call | None:
    """Have a card say what became of its work, unless it does; also while Kith is out of the group."""
    community = await communities.find(session, community_id=event.community_id)
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    lies = await work_cards.find(session, community_id=event.community_id, card_id=event.card_id)
    to = None if lies is None else lies.user_id or lies.chat_id
    if community is None or work is None or lies is None or to is None:
        return None
    reader = await reader_for(session, lies.user_id, community)
    made = await card(session, community=community, work=work, reader=reader, outside=outside, lies_in=to)
    if lies.tells == made.tells:
        return None
    return replace(edit(to, lies.message_id, made.text, buttons=made.rows), memo=made.tells)


async def on_card_changed(session: AsyncSession, event: WorkChanged, sent: Sent) -> None:
    """Remember of which decision the card tells now."""
    lies = await work_cards.find(session, community_id=event.community_id, card_id=event.card_id)
    if lies is not None:
        lies.tells = sent.call.memo


def _rows(reader: Reader, shown: texts.Shown, worth: Worth, leaders: set[int], lies_in: int, *, asks_why: bool) -> Rows:
    work, waits = shown.work, shown.work.state == Stage.WAITING
    if waits and lies_in == work.author_id:
        return [[take_back(reader, work), _show(reader, work)]]
    if waits and asks_why:
        return _faults(reader, work)
    rows = _deeds(reader, work, worth, shown.proposal.grade)
    # In an admin chat the author may be among those who read it.
    return [*rows, [take_back(reader, work)]] if waits and lies_in < 0 and work.author_id in leaders else rows


def take_back(reader: Reader, work: Works) -> InlineKeyboardButton:
    """The button by which its author takes a work back."""
    return button(withdrawing.take_back(reader), TAKE_BACK, work.community_id, work.work_id)


def _show(reader: Reader, work: Works) -> InlineKeyboardButton:
    return button(texts.show(reader), SHOW, work.community_id, work.work_id)


async def redraw(
    update: Update, context: Context, community: Communities, work: Works, *, asks_why: bool = False
) -> None:
    """Put the card as it is now in the place of the one that was pressed; the work is held."""
    context.toast(update)
    lies = lies_at(update)
    lies_in = 0 if lies is None else lies[0]
    # The admin chat may speak another language than the group whose cards lie there, in that group's.
    reader = await reader_for(context.session, lies_in if lies_in > 0 else None, community)
    outside = Outside(context.asking.me, context.now)
    about = {"community": community, "work": work, "reader": reader, "outside": outside}
    made = await card(context.session, **about, lies_in=lies_in, asks_why=asks_why)  # type: ignore[arg-type]
    if lies is not None:
        place = {"chat_id": lies[0], "message_id": lies[1], "tells": made.tells}
        await work_cards.note_shown(context.session, work=work, **place, now=context.now)  # type: ignore[arg-type]
    context.replace(update, made.text, buttons=made.rows)


async def decided(
    update: Update, context: Context, work: Works, *, booked: int | None = None, outside: str | None = None
) -> None:
    """What became of a work the card that was pressed is told as all others are, by its event and once.

    Whoever was faster than the news where the card lies has told it by pressing. `booked` is what it has brought: a
    button of another day may have promised something else, and then who has pressed it is told. So they are of the
    co-creation that it stands `outside` of since.
    """
    lies, said = lies_at(update), None
    if outside is not None:
        said = texts.stands_outside(context.reader, theme=outside)
    elif booked is not None and not _promises(update, context.reader, booked):
        said = texts.booked(context.reader, points=booked)
    await introduced(update, context)
    context.toast(update, said)
    if lies is not None:
        chat_id, message_id = lies
        await work_cards.note_pressed(
            context.session, work=work, chat_id=chat_id, message_id=message_id, now=context.now
        )


def _promises(update: Update, reader: Reader, points: int) -> bool:
    """Whether the button that was pressed has promised so many points, as far as it can be read."""
    press, pressed = update.callback_query, update.effective_message
    markup = None if pressed is None else pressed.reply_markup
    if press is None or markup is None:
        return True
    offered = [one for row in markup.inline_keyboard for one in row if one.callback_data == press.data]
    return all(one.text.endswith(f" {reader.gain(points)}") for one in offered)


async def copied(session: AsyncSession, *, work: Works, to: int, priority: Priority = Priority.NOTICE) -> Call:
    """The work copied to a chat, all pictures of an album together."""
    pieces = await works.pieces(session, work=work)
    arguments: dict[str, Any] = {"chat_id": to, "from_chat_id": work.chat_id, "disable_notification": to < 0}
    if len(pieces) == 1:
        return Call("copy_message", to, {**arguments, "message_id": pieces[0]}, priority)
    return Call("copy_messages", to, {**arguments, "message_ids": pieces}, priority)


# Why Telegram copies nothing, by its own words; those that stand in others come first.
_UNSHOWN = {
    "stayed behind": texts.stayed_behind,
    "not found": texts.is_gone,
    "no messages to copy": texts.is_gone,
    "can't be copied": texts.is_protected,
    "forwards_restricted": texts.is_protected,
}


async def show_beside(update: Update, context: Context, work: Works) -> None:
    """Copy a work to where its card stands; whoever pressed is told if Telegram does not."""
    lies, press = lies_at(update), update.callback_query
    if lies is None or press is None:
        context.toast(update)
        return
    shown = await copied(context.session, work=work, to=lies[0], priority=Priority.AWAITED)
    who = (press.from_user.id, press.id)
    reader = context.reader
    unshown = {words: toast(*who, why(reader)) for words, why in _UNSHOWN.items()}
    context.asking.calls.append(replace(shown, then=toast(*who), refused=unshown))


def _deeds(reader: Reader, work: Works, worth: Worth, proposed: Grade) -> Rows:
    ids = (work.community_id, work.work_id)
    show = _show(reader, work)
    undo = button(texts.undo(reader), UNDO, *ids)
    if work.state == Stage.WAITING:
        grades = [
            button(
                texts.accept(reader, grade=grade, points=worth.grades[grade], is_proposed=grade is proposed),
                ACCEPT,
                *ids,
                int(grade),
            )
            for grade in Grade
        ]
        return [grades, [button(texts.decline(reader), DECLINE, *ids, 0), show]]
    if work.state == Stage.ACCEPTED:
        return [[button(texts.feature(reader, points=worth.featured), FEATURE_IT, *ids)], [undo, show]]
    if work.state == Stage.WITHDRAWN:
        return [[show]]
    return [[undo, show]]


def _faults(reader: Reader, work: Works) -> Rows:
    ids = (work.community_id, work.work_id)
    reasons = [
        button(texts.fault(reader, fault=fault), DECLINE, *ids, number) for number, fault in enumerate(FAULTS, 1)
    ]
    pairs = [reasons[place : place + 2] for place in range(0, len(reasons), 2)]
    return [*pairs, [button(texts.back(reader), DECLINE, *ids, len(FAULTS) + 1)]]
