"""The card of a shared work: what it is, what is proposed, what became of it, and what can be done with it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Update

from handlers.asking import Context, lies_at
from handlers.buttons import button
from handlers.feature import Outside
from handlers.outgoing import Call
from handlers.texts import withdrawing
from handlers.texts import works as texts
from handlers.texts.reader import Html, Reader
from models import people, reviews, staff, works
from models.communities import Communities
from models.events import Priority
from models.rules.settings import changed
from models.rules.works import Fault, Grade, Stage, WorksSettings
from models.works import Works

ACCEPT, DECLINE, FEATURE_IT, UNDO, SHOW = "workyes", "workno", "workstar", "workundo", "workshow"
TAKE_BACK = "workback"

# A button names a fault by its place here, from 1; 0 asks for which. What stands here stays: buttons last long.
FAULTS = (Fault.OFF_TOPIC, Fault.NOT_OWN, Fault.TOO_THIN, Fault.SEEN_BEFORE, Fault.ADVERT, Fault.GONE)

Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True)
class Card:
    """A card as it is sent or put in the place of the old one."""

    text: Html
    rows: Rows


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
    named = {number for number in (work.author_id, work.decided_by) if number is not None}
    shown = texts.Shown(
        title=community.title,
        work=work,
        names=await people.names(session, user_ids=named),
        proposal=proposal,
        earlier=earlier,
        is_by_only_leader=leaders == {work.author_id},
        accepted_by=settings.accepted_by,
    )
    return Card(texts.card(reader, shown=shown), _rows(reader, shown, settings, leaders, lies_in, asks_why=asks_why))


def _rows(
    reader: Reader, shown: texts.Shown, settings: WorksSettings, leaders: set[int], lies_in: int, *, asks_why: bool
) -> Rows:
    work, waits = shown.work, shown.work.state == Stage.WAITING
    if waits and lies_in == work.author_id:
        return [[take_back(reader, work), _show(reader, work)]]
    if waits and asks_why:
        return _faults(reader, work)
    rows = _deeds(reader, work, settings, shown.proposal.grade)
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
    """Put the card as it is now in the place of the one that was pressed."""
    context.toast(update)
    reader = Reader(context.reader.language, time_zone=community.time_zone)
    outside = Outside(context.asking.me, context.now)
    about = {"community": community, "work": work, "reader": reader, "outside": outside}
    pressed = update.effective_chat
    lies_in = 0 if pressed is None else pressed.id
    made = await card(context.session, **about, lies_in=lies_in, asks_why=asks_why)  # type: ignore[arg-type]
    context.replace(update, made.text, buttons=made.rows)


async def decided(update: Update, context: Context, community: Communities, work: Works) -> None:
    """Say what became of a work on the card that was pressed: its event does, as on all others, and once.

    A card whose place is not known yet has no event of its own, and is redrawn here.
    """
    lies = lies_at(update)
    if lies is not None and await works.has_card(context.session, work=work, chat_id=lies[0], message_id=lies[1]):
        context.toast(update)
    else:
        await redraw(update, context, community, work)


async def copied(session: AsyncSession, *, work: Works, to: int, priority: Priority = Priority.NOTICE) -> Call:
    """The work copied to a chat, all pictures of an album together."""
    pieces = await works.pieces(session, work=work)
    arguments: dict[str, Any] = {"chat_id": to, "from_chat_id": work.chat_id, "disable_notification": to < 0}
    if len(pieces) == 1:
        return Call("copy_message", to, {**arguments, "message_id": pieces[0]}, priority)
    return Call("copy_messages", to, {**arguments, "message_ids": pieces}, priority)


def _deeds(reader: Reader, work: Works, settings: WorksSettings, proposed: Grade) -> Rows:
    ids = (work.community_id, work.work_id)
    show = _show(reader, work)
    undo = button(texts.undo(reader), UNDO, *ids)
    if work.state == Stage.WAITING:
        grades = [
            button(
                texts.accept(reader, grade=grade, points=settings.points(grade), is_proposed=grade is proposed),
                ACCEPT,
                *ids,
                int(grade),
            )
            for grade in Grade
        ]
        return [grades, [button(texts.decline(reader), DECLINE, *ids, 0), show]]
    if work.state == Stage.ACCEPTED:
        return [[button(texts.feature(reader, points=settings.featured_points), FEATURE_IT, *ids)], [undo, show]]
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
