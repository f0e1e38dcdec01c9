"""`/propose`: members propose topics for the weekly poll, and administrators admit or decline them."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, link
from handlers.communities import reader_for
from handlers.faces import Asker, Face, View, asked_about, asker
from handlers.feature import Command, Feature, InDoubt, Outside, Post
from handlers.identity import Audience
from handlers.outgoing import Call, message
from handlers.plain import letters, plain
from handlers.polls import PROPOSE
from handlers.proposal_cards import (
    ADMIT,
    DECLINE,
    NEXT,
    found_in,
    going_into,
    on_admit,
    on_card_changed,
    on_card_sent,
    on_decline,
    on_next,
    post_card,
    post_change,
)
from handlers.texts import faces as face_texts
from handlers.texts import proposals as texts
from handlers.texts.reader import Html, Reader
from models import communities, dialogues, entrants, proposals
from models.communities import Communities
from models.proposal_decisions import DecidedBefore
from models.proposals import (
    HadLately,
    IsInTheBank,
    NewProposal,
    Outcome,
    ProposalChanged,
    ProposalDecided,
    ProposalJoined,
    ProposalMade,
    ProposalTooLong,
    ProposalTooShort,
    ProposedBefore,
    ProposedEnough,
    TopicsAreOff,
)
from models.refusals import NoSuchThing, Refused
from models.rules.messages import length
from models.rules.proposals import Fault, Stage
from models.rules.words import tidy

TOPIC = "proposal"
MINE_SHOWN, MINE_SINCE = 5, timedelta(days=14)


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
    new = NewProposal(user_id, text, length(plain(text)), letters(text))
    about = {"community_id": community_id, "plain": letters, "now": context.now}
    return await proposals.propose(context.session, new=new, **about)  # type: ignore[arg-type]


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


async def post_decided(session: AsyncSession, event: ProposalDecided, _outside: Outside) -> Call | None:
    """Tell who proposed it, or nearly the same, in private."""
    found = await found_in(session, event.community_id, event.proposal_id)
    if found is None:
        return None
    community, one = found
    reader = await reader_for(session, event.user_id, community)
    about = {"title": community.title, "text": one.text, "is_changed": event.is_changed}
    tells_first = event.user_id == one.proposer_id
    if one.state == Stage.ADMITTED:
        told = texts.told_admitted if tells_first else texts.told_admitted_too
        return message(event.user_id, told(reader, **about))  # type: ignore[arg-type]
    if one.state == Stage.DECLINED:
        told_no = texts.told_declined if tells_first else texts.told_declined_too
        fault = Fault(one.fault or Fault.OFF_TOPIC)
        return message(event.user_id, told_no(reader, fault=fault, **about))  # type: ignore[arg-type]
    return None


async def post_joined(session: AsyncSession, event: ProposalJoined, _outside: Outside) -> Call | None:
    """Tell who proposed it, in private, that theirs goes on as one with somebody else's."""
    found = await found_in(session, event.community_id, event.proposal_id)
    if found is None:
        return None
    community, one = found
    reader, into = await reader_for(session, event.user_id, community), await going_into(session, one)
    if into is not None and into.state == Stage.ADOPTED:
        told = texts.joined_winner(reader, title=community.title, text=one.text, winner=into.text)
        return message(event.user_id, told)
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
        ProposalChanged: Post(post_change, in_doubt=InDoubt.AGAIN, on_sent=on_card_changed),
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
