"""The card of a proposal: what is proposed, what can be done with it, and what became of it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Message, Update

from handlers import staff
from handlers.asking import Context, lies_at
from handlers.buttons import button, ids_of
from handlers.communities import reader_for
from handlers.feature import Outside, Sent
from handlers.outgoing import Call, edit, message
from handlers.plain import letters
from handlers.texts import proposals as texts
from handlers.texts.reader import Html, Reader
from models import communities, people, proposal_cards, proposal_decisions, proposals
from models.communities import Communities
from models.proposals import ProposalChanged, ProposalMade, Proposals
from models.refusals import NoSuchThing
from models.review_cards import Lying, lying_in
from models.rules.proposals import Fault, Stage

ADMIT, DECLINE, NEXT = "propyes", "propno", "propnext"
RIGHT = "can_manage_chat"
# What a button names by its place here, from 1; what stands here stays: buttons last long.
FAULTS = (Fault.OFF_TOPIC, Fault.UNCLEAR, Fault.HAD_BEFORE, Fault.UNKIND, Fault.ADVERT)
STAGES = (Stage.WAITING, Stage.ADMITTED, Stage.DECLINED)

Rows = list[list[InlineKeyboardButton]]


async def _pressed(update: Update, context: Context, *, count: int) -> tuple[Communities, int, Reader, tuple[int, ...]]:
    """The community of a pressed card, who pressed, and the other ids; only administrators pass."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, *rest = ids_of(press.data, count=count)
    user_id = press.from_user.id
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    return community, user_id, Reader(context.reader.language, time_zone=community.time_zone), tuple(rest)


def _stage(place: int) -> Stage:
    if not 0 <= place < len(STAGES):
        raise NoSuchThing
    return STAGES[place]


async def on_admit(update: Update, context: Context) -> None:
    """An administrator admits a proposal."""
    community, user_id, _, (number, place) = await _pressed(update, context, count=3)
    about = {"community_id": community.community_id, "proposal_id": number, "user_id": user_id, "now": context.now}
    one = await proposal_decisions.admit(
        context.session,
        since=_stage(place),
        plain=letters,
        **about,  # type: ignore[arg-type]
    )
    await _decided(update, context, one)


async def on_decline(update: Update, context: Context) -> None:
    """An administrator looks at the reasons to decline (0), has chosen one, or goes back."""
    community, user_id, reader, (number, place, fault) = await _pressed(update, context, count=4)
    here = community.community_id
    if 1 <= fault <= len(FAULTS):
        about = {"community_id": here, "proposal_id": number, "user_id": user_id, "now": context.now}
        one = await proposal_decisions.decline(
            context.session,
            since=_stage(place),
            fault=FAULTS[fault - 1],
            **about,  # type: ignore[arg-type]
        )
        await _decided(update, context, one)
        return
    found = await proposals.hold(context.session, community_id=here, proposal_id=number)
    if found is None:
        raise NoSuchThing
    await _redraw(update, context, reader, community, found, asks_why=fault == 0)


async def on_next(update: Update, context: Context) -> None:
    """An administrator wants to see the next proposal that waits: after the last there is the first again."""
    community, _, reader, _ = await _pressed(update, context, count=1)
    here = community.community_id
    shown = await proposal_cards.shown_at(context.session, community_id=here, lying=_lying(update))
    found, count = await proposals.waiting(context.session, community_id=here, after=shown)
    one = found and await proposals.hold(context.session, community_id=here, proposal_id=found.proposal_id)
    if one is None:
        context.toast(update)
        context.replace(update, texts.nothing_waits(reader))
        await proposal_cards.clear(context.session, community_id=here, lying=_lying(update))
        return
    await _redraw(update, context, reader, community, one, more=count > 1)


def _lying(update: Update) -> Lying:
    lies = lies_at(update)
    if lies is None:
        raise NoSuchThing
    return lying_in(*lies)


async def _decided(update: Update, context: Context, one: Proposals) -> None:
    """What became of a proposal the card that was pressed is told as all others are, by its event and once.

    Whoever was faster than the news where the card lies has told it by pressing.
    """
    await staff.introduced(update, context)
    context.toast(update)
    lies = lies_at(update)
    if lies is not None:
        await proposal_cards.note_pressed(context.session, one=one, lying=lying_in(*lies), now=context.now)


async def _redraw(
    update: Update,
    context: Context,
    reader: Reader,
    community: Communities,
    one: Proposals,
    *,
    asks_why: bool = False,
    more: bool = False,
) -> None:
    """Show a proposal in the message that was pressed, which is told from now on what becomes of that one."""
    await proposal_cards.note_shown(context.session, one=one, lying=_lying(update))
    context.toast(update)
    rows = _faults(reader, one) if asks_why else _deeds(reader, one)
    if not asks_why:
        rows += await _onward(context.session, reader, one, more=more)
    context.replace(update, await _card(context.session, reader, community, one), buttons=rows)


async def _onward(session: AsyncSession, reader: Reader, one: Proposals, *, more: bool = False) -> Rows:
    """The way from a proposal to the next that waits, if `more` do or, once this one is decided, any does."""
    _, count = await proposals.waiting(session, community_id=one.community_id)
    if not (more or (count and one.state != Stage.WAITING)):
        return []
    return [[button(texts.following(reader), NEXT, one.community_id)]]


async def _card(session: AsyncSession, reader: Reader, community: Communities, one: Proposals) -> Html:
    named = {number for number in (one.proposer_id, one.decided_by) if number is not None}
    names = await people.names(session, user_ids=named)
    about = {"community_id": one.community_id, "proposal_id": one.proposal_id}
    backers = await proposals.count_backers(session, **about)
    # Only who has still to decide is helped by it.
    before = await proposal_cards.declined_before(session, one=one) if one.state == Stage.WAITING else None
    about_it = {"names": names, "backers": backers, "before": before, "into": await going_into(session, one)}
    return texts.card(reader, title=community.title, one=one, **about_it)  # type: ignore[arg-type]


async def going_into(session: AsyncSession, one: Proposals) -> Proposals | None:
    """The proposal with which one goes on, if it does with another."""
    if one.merged_into is None:
        return None
    return await proposals.look(session, community_id=one.community_id, proposal_id=one.merged_into)


def _deeds(reader: Reader, one: Proposals) -> Rows:
    """What can be done about a proposal as it is now; each button says from where it was pressed."""
    if one.state not in STAGES:
        return []
    place = STAGES.index(Stage(one.state))
    ids = (one.community_id, one.proposal_id, place)
    admit, decline = button(texts.admit(reader), ADMIT, *ids), button(texts.decline(reader), DECLINE, *ids, 0)
    offered = {Stage.WAITING: [admit, decline], Stage.ADMITTED: [decline], Stage.DECLINED: [admit]}
    return [offered[Stage(one.state)]]


async def _offered(session: AsyncSession, reader: Reader, one: Proposals, user_id: int | None) -> Rows:
    """What can be done about a proposal on a card that comes by itself; who decided is offered the next one."""
    rows = _deeds(reader, one)
    return rows + await _onward(session, reader, one) if user_id in (None, one.decided_by) else rows


def _faults(reader: Reader, one: Proposals) -> Rows:
    if one.state not in STAGES:
        return []
    ids = (one.community_id, one.proposal_id, STAGES.index(Stage(one.state)))
    reasons = [
        button(texts.fault(reader, fault=fault), DECLINE, *ids, number) for number, fault in enumerate(FAULTS, 1)
    ]
    pairs = [reasons[place : place + 2] for place in range(0, len(reasons), 2)]
    return [*pairs, [button(texts.back(reader), DECLINE, *ids, len(FAULTS) + 1)]]


async def found_in(session: AsyncSession, community_id: int, proposal_id: int) -> tuple[Communities, Proposals] | None:
    """A proposal, and its community that Kith is to serve."""
    community = await communities.find_active(session, community_id=community_id)
    one = await proposals.look(session, community_id=community_id, proposal_id=proposal_id)
    if community is None or one is None:
        return None
    return community, one


async def post_card(session: AsyncSession, event: ProposalMade, _outside: Outside) -> Call | None:
    """Show a proposal to who decides about it."""
    found, to = await found_in(session, event.community_id, event.proposal_id), event.user_id or event.chat_id
    if found is None or to is None:
        return None
    community, one = found
    reader = await reader_for(session, event.user_id, community)
    text = await _card(session, reader, community, one)
    rows = await _offered(session, reader, one, event.user_id)
    return message(to, text, buttons=rows, memo=one.standing)


async def on_card_sent(session: AsyncSession, event: ProposalMade, sent: Sent) -> None:
    """Remember where the card lies, and of which decision it tells."""
    if isinstance(sent.result, Message):
        place = {"message_id": sent.result.message_id, "tells": sent.call.memo}
        await proposal_cards.note_sent(session, event=event, **place, now=sent.at)  # type: ignore[arg-type]


async def post_change(session: AsyncSession, event: ProposalChanged, _outside: Outside) -> Call | None:
    """Have a card say what became of its proposal, unless it does, or shows another one by now."""
    community = await communities.find(session, community_id=event.community_id)
    one = await proposals.look(session, community_id=event.community_id, proposal_id=event.proposal_id)
    lies = await proposal_cards.find(session, event=event)
    to = None if lies is None else lies.user_id or lies.chat_id
    if community is None or one is None or lies is None or to is None or lies.tells == one.standing:
        return None
    reader = await reader_for(session, lies.user_id, community)
    text = await _card(session, reader, community, one)
    rows = await _offered(session, reader, one, lies.user_id)
    return replace(edit(to, lies.message_id, text, buttons=rows), memo=one.standing)


async def on_card_changed(session: AsyncSession, event: ProposalChanged, sent: Sent) -> None:
    """Remember of which decision the card tells now."""
    await proposal_cards.note_changed(session, event=event, tells=sent.call.memo)
