"""`/propose`: members propose topics for the weekly poll, and administrators admit or decline them."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Message, Update

from handlers import staff
from handlers.asking import Context, lies_at
from handlers.buttons import button, ids_of, link
from handlers.communities import reader_for
from handlers.faces import Asker, Face, View, asked_about, asker
from handlers.feature import Command, Feature, InDoubt, Outside, Post, Sent
from handlers.identity import Audience
from handlers.outgoing import Call, edit, message
from handlers.plain import plain
from handlers.polls import PROPOSE
from handlers.texts import faces as face_texts
from handlers.texts import proposals as texts
from handlers.texts.reader import Html, Reader
from models import communities, dialogues, entrants, people, proposals, review_cards
from models.communities import Communities, State
from models.proposals import (
    CARD,
    DecidedBefore,
    HadLately,
    IsInTheBank,
    NewProposal,
    Outcome,
    ProposalChanged,
    ProposalDecided,
    ProposalJoined,
    ProposalMade,
    Proposals,
    ProposalTooLong,
    ProposalTooShort,
    ProposedBefore,
    ProposedEnough,
    TopicsAreOff,
)
from models.refusals import NoSuchThing, Refused
from models.review_cards import Lying, lying_in
from models.rules.messages import length
from models.rules.polls import tidy
from models.rules.proposals import Fault, Stage

ADMIT, DECLINE, NEXT = "propyes", "propno", "propnext"
TOPIC = "proposal"
RIGHT = "can_manage_chat"
# What a button names by its place here, from 1; what stands here stays: buttons last long.
FAULTS = (Fault.OFF_TOPIC, Fault.UNCLEAR, Fault.HAD_BEFORE, Fault.UNKIND, Fault.ADVERT)
STAGES = (Stage.WAITING, Stage.ADMITTED, Stage.DECLINED)
MINE_SHOWN, MINE_SINCE = 5, timedelta(days=14)

Rows = list[list[InlineKeyboardButton]]


class NothingProposed(Refused):
    """The command holds nothing that could be proposed, or somebody else's words."""


async def on_propose(update: Update, context: Context) -> None:
    """Take what stands behind the command, or the own message that it replies to; else show the way to private."""
    asked, here = update.effective_message, context.community
    written = "" if asked is None else " ".join((asked.text or "").split(maxsplit=1)[1:])
    if asked is None or here is None:
        await _in_private(update, context, written)
        return
    proposals.in_force(here)
    if asked.from_user is None or asked.sender_chat is not None or asked.forward_origin is not None:
        raise NothingProposed
    if not written and asked.reply_to_message is not None:
        written = _own_words(asked.reply_to_message, asked.from_user.id)
    if not written:
        door = link(face_texts.open_private(context.reader), _door(context, here))
        context.answer(update, texts.notice(context.reader), buttons=[[door]])
        return
    outcome = await _propose(context, here.community_id, asked.from_user.id, written)
    context.answer(update, _thanks(context.reader, outcome))


async def _in_private(update: Update, context: Context, written: str) -> None:
    """Take what stands behind the command where only one group can be meant; else show the page, which asks."""
    user, told = update.effective_user, update.effective_message
    found = [] if user is None else await asked_about(context, user_id=user.id)
    known = await communities.among(context.session, community_ids=found)
    open_here = [one.community_id for one in known if proposals.are_taken(one)]
    if user is None or told is None or not written or told.forward_origin is not None or len(open_here) != 1:
        await FACE.on_command(update, context)
        return
    await asker(context, community_id=open_here[0], user_id=user.id, present=True)
    outcome = await _propose(context, open_here[0], user.id, written)
    context.answer(update, _thanks(context.reader, outcome))


def _door(context: Context, here: Communities) -> str:
    return context.asking.me.deep_link(f"{PROPOSE}-{here.community_id}")


def _own_words(replied: Message, user_id: int) -> str:
    """The text of a message that somebody wrote themselves; in a forum everything replies to the topic's notice."""
    if replied.forum_topic_created is not None:
        return ""
    author = replied.from_user
    if author is None or author.id != user_id or replied.sender_chat is not None or replied.forward_origin is not None:
        raise NothingProposed
    return replied.text or replied.caption or ""


async def _propose(context: Context, community_id: int, user_id: int, written: str) -> Outcome:
    text = tidy(written)
    new = NewProposal(user_id, text, length(plain(written)), _letters(text))
    about = {"community_id": community_id, "plain": _letters, "now": context.now}
    return await proposals.propose(context.session, new=new, **about)  # type: ignore[arg-type]


def _letters(text: str) -> str:
    """What a text says; what is all signs has no letters by which it could be told from others."""
    return plain(text) or text


def _thanks(reader: Reader, outcome: Outcome) -> Html:
    return texts.proposed(reader) if outcome is Outcome.NEW else texts.merged(reader)


async def _page(context: Context, who: Asker) -> View:
    """The page in private; what its reader writes next is a proposal."""
    here, settings = who.community, proposals.in_force(who.community)
    admitted = await entrants.admitted(context.session, community_id=here.community_id)
    about = {"community_id": here.community_id, "user_id": who.user_id}
    mine = await proposals.of_member(context.session, since=context.now - MINE_SINCE, limit=MINE_SHOWN, **about)
    await dialogues.ask(context.session, topic=TOPIC, details={}, now=context.now, **about)
    waiting = await _waiting(context, who)
    page = texts.Page(here.title, admitted, mine, settings.longest, waiting)
    rows = [[button(texts.review(who.reader, waiting=waiting), NEXT, here.community_id)]] if waiting else []
    return View(texts.page(who.reader, page=page), rows)


async def _waiting(context: Context, who: Asker) -> int:
    """How many proposals wait for who asks: none unless they lead the group, as far as is known."""
    led = [one.community_id for one in await staff.led_by(context, who.user_id)]
    if who.community_id not in led:
        return 0
    return (await proposals.waiting(context.session, community_id=who.community_id))[1]


FACE = Face(PROPOSE, full=_page, present=True)


async def on_written(update: Update, context: Context) -> None:
    """A member has written a topic in private."""
    user, told = update.effective_user, update.effective_message
    asked = None if user is None else await dialogues.open_for(context.session, user_id=user.id, now=context.now)
    if user is None or told is None or asked is None:
        raise NoSuchThing
    await asker(context, community_id=asked.community_id, user_id=user.id, present=True)
    outcome = await _propose(context, asked.community_id, user.id, told.text or "")
    await dialogues.end(context.session, user_id=user.id)
    context.answer(update, _thanks(context.reader, outcome))


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
    community, user_id, reader, (number, place) = await _pressed(update, context, count=3)
    about = {"community_id": community.community_id, "proposal_id": number, "user_id": user_id, "now": context.now}
    one = await proposals.admit(context.session, since=_stage(place), **about)  # type: ignore[arg-type]
    await _decided(update, context, reader, community, one)


async def on_decline(update: Update, context: Context) -> None:
    """An administrator looks at the reasons to decline (0), has chosen one, or goes back."""
    community, user_id, reader, (number, place, fault) = await _pressed(update, context, count=4)
    here = community.community_id
    if 1 <= fault <= len(FAULTS):
        about = {"community_id": here, "proposal_id": number, "user_id": user_id, "now": context.now}
        one = await proposals.decline(
            context.session,
            since=_stage(place),
            fault=FAULTS[fault - 1],
            **about,  # type: ignore[arg-type]
        )
        await _decided(update, context, reader, community, one)
        return
    found = await proposals.hold(context.session, community_id=here, proposal_id=number)
    if found is None:
        raise NoSuchThing
    await _redraw(update, context, reader, community, found, asks_why=fault == 0)


async def on_next(update: Update, context: Context) -> None:
    """An administrator wants to see the oldest proposal that waits."""
    community, _, reader, _ = await _pressed(update, context, count=1)
    here = community.community_id
    found, count = await proposals.waiting(context.session, community_id=here)
    one = found and await proposals.hold(context.session, community_id=here, proposal_id=found.proposal_id)
    if one is None:
        context.toast(update)
        context.replace(update, texts.nothing_waits(reader))
        await review_cards.clear(context.session, community_id=here, kind=CARD, lying=_lying(update))
        return
    await _redraw(update, context, reader, community, one, more=count > 1)


def _lying(update: Update) -> Lying:
    lies = lies_at(update)
    if lies is None:
        raise NoSuchThing
    return lying_in(*lies)


async def _decided(update: Update, context: Context, reader: Reader, community: Communities, one: Proposals) -> None:
    """Say what became of a proposal on the card that was pressed: its event does, as on all others, and once.

    A message that was not known to show that proposal has no event of its own, and is redrawn here.
    """
    about = {"community_id": one.community_id, "about_id": one.proposal_id}
    if await review_cards.is_about(context.session, kind=CARD, lying=_lying(update), **about):
        context.toast(update)
    else:
        await _redraw(update, context, reader, community, one)


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
    about = {"community_id": one.community_id, "about_id": one.proposal_id}
    await review_cards.note(context.session, kind=CARD, lying=_lying(update), **about)
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
    return texts.card(reader, title=community.title, one=one, names=names, backers=backers)


def _deeds(reader: Reader, one: Proposals) -> Rows:
    """What can be done about a proposal as it is now; each button says from where it was pressed."""
    if one.state not in STAGES:
        return []
    place = STAGES.index(Stage(one.state))
    ids = (one.community_id, one.proposal_id, place)
    admit, decline = button(texts.admit(reader), ADMIT, *ids), button(texts.decline(reader), DECLINE, *ids, 0)
    offered = {Stage.WAITING: [admit, decline], Stage.ADMITTED: [decline], Stage.DECLINED: [admit]}
    return [offered[Stage(one.state)]]


def _faults(reader: Reader, one: Proposals) -> Rows:
    if one.state not in STAGES:
        return []
    ids = (one.community_id, one.proposal_id, STAGES.index(Stage(one.state)))
    reasons = [
        button(texts.fault(reader, fault=fault), DECLINE, *ids, number) for number, fault in enumerate(FAULTS, 1)
    ]
    pairs = [reasons[place : place + 2] for place in range(0, len(reasons), 2)]
    return [*pairs, [button(texts.back(reader), DECLINE, *ids, len(FAULTS) + 1)]]


async def _found(session: AsyncSession, community_id: int, proposal_id: int) -> tuple[Communities, Proposals] | None:
    community = await communities.find(session, community_id=community_id)
    one = await proposals.look(session, community_id=community_id, proposal_id=proposal_id)
    if community is None or one is None or community.state != State.ACTIVE:
        return None
    return community, one


async def post_card(session: AsyncSession, event: ProposalMade, _outside: Outside) -> Call | None:
    """Show a proposal to who decides about it."""
    found, to = await _found(session, event.community_id, event.proposal_id), event.user_id or event.chat_id
    if found is None or to is None:
        return None
    community, one = found
    reader = await reader_for(session, event.user_id, community)
    return message(to, await _card(session, reader, community, one), buttons=_deeds(reader, one))


async def on_card_sent(session: AsyncSession, event: ProposalMade, sent: Sent) -> None:
    """Remember where the card lies."""
    await proposals.card_came(session, event=event, message_id=sent.result.message_id, now=sent.at)


async def post_change(session: AsyncSession, event: ProposalChanged, _outside: Outside) -> Call | None:
    """Have a card say what became of its proposal, unless it shows another one by now."""
    community = await communities.find(session, community_id=event.community_id)
    one = await proposals.look(session, community_id=event.community_id, proposal_id=event.proposal_id)
    lies = await review_cards.find(session, community_id=event.community_id, card_id=event.card_id)
    to = None if lies is None or lies.about_id != event.proposal_id else lies.user_id or lies.chat_id
    if community is None or one is None or lies is None or to is None:
        return None
    reader = await reader_for(session, lies.user_id, community)
    text = await _card(session, reader, community, one)
    rows = _deeds(reader, one)
    # Who decided is offered the next one.
    if lies.user_id in (None, one.decided_by):
        rows += await _onward(session, reader, one)
    return edit(to, lies.message_id, text, buttons=rows)


async def post_decided(session: AsyncSession, event: ProposalDecided, _outside: Outside) -> Call | None:
    """Tell who proposed it, in private."""
    found = await _found(session, event.community_id, event.proposal_id)
    if found is None:
        return None
    community, one = found
    title, changed = community.title, event.is_changed
    reader = await reader_for(session, event.user_id, community)
    if one.state == Stage.ADMITTED:
        return message(event.user_id, texts.told_admitted(reader, title=title, text=one.text, is_changed=changed))
    if one.state == Stage.DECLINED:
        fault = Fault(one.fault or Fault.OFF_TOPIC)
        told = texts.told_declined(reader, title=title, text=one.text, fault=fault, is_changed=changed)
        return message(event.user_id, told)
    return None


async def post_joined(session: AsyncSession, event: ProposalJoined, _outside: Outside) -> Call | None:
    """Thank who was first, in private."""
    found = await _found(session, event.community_id, event.proposal_id)
    if found is None:
        return None
    community, one = found
    reader = await reader_for(session, event.user_id, community)
    return message(event.user_id, texts.joined(reader, title=community.title, text=one.text))


def _too_long(reader: Reader, refusal: ProposalTooLong) -> Html:
    return texts.too_long(reader, most=refusal.most)


def _enough(reader: Reader, refusal: ProposedEnough) -> Html:
    return texts.enough(reader, most=refusal.most)


FEATURE = Feature(
    name="proposals",
    switch="polls",
    commands=(
        Command(name=PROPOSE, about=texts.about, callback=on_propose, bare_in_groups=True, audience=Audience.MEMBERS),
    ),
    buttons={PROPOSE: FACE.on_chosen, ADMIT: on_admit, DECLINE: on_decline, NEXT: on_next},
    starts={PROPOSE: FACE.on_link},
    replies={TOPIC: on_written},
    posts={
        ProposalMade: Post(post_card, in_doubt=InDoubt.AGAIN, on_sent=on_card_sent),
        ProposalChanged: Post(post_change, in_doubt=InDoubt.AGAIN),
        ProposalDecided: Post(post_decided),
        ProposalJoined: Post(post_joined),
    },
    refusals={
        NothingProposed: lambda reader, _refusal: texts.nothing_proposed(reader),
        ProposalTooShort: lambda reader, _refusal: texts.too_short(reader),
        ProposalTooLong: _too_long,
        ProposedEnough: _enough,
        ProposedBefore: lambda reader, _refusal: texts.before(reader),
        HadLately: lambda reader, refusal: texts.had_lately(reader, day=refusal.day, is_today=refusal.is_today),
        IsInTheBank: lambda reader, _refusal: texts.in_the_bank(reader),
        TopicsAreOff: lambda reader, _refusal: texts.topics_are_off(reader),
        DecidedBefore: lambda reader, _refusal: texts.decided_before(reader),
    },
)
