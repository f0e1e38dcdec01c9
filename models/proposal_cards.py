"""The cards of proposals: which message is about which proposal, and how far what it tells is still so."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import outbox, proposals, review_cards
from models.proposals import CARD, ProposalChanged, ProposalMade, Proposals
from models.review_cards import Lying, ReviewCards
from models.rules.likeness import nearly_same
from models.rules.proposals import Stage


async def note_sent(
    session: AsyncSession, *, event: ProposalMade, message_id: int, tells: str | None, now: datetime
) -> None:
    """A card has reached its place, where it `tells` how the proposal stood when it was sent; what is new follows."""
    here, lying = event.community_id, Lying(event.user_id, event.chat_id, message_id)
    # Held, so that whoever decides meanwhile finds either the card, or is found to have decided.
    one = await proposals.hold(session, community_id=here, proposal_id=event.proposal_id)
    # Whoever has pressed it before is ahead of this news, and it may have gone on to the next one.
    if one is not None and await _at(session, one, lying) is None:
        await _note(session, one, lying, tells=tells, now=now)


async def note_pressed(session: AsyncSession, *, one: Proposals, lying: Lying, now: datetime) -> None:
    """A button under a message has decided about a proposal, which is held: it is told so, known as its card or not."""
    card = await _at(session, one, lying)
    if card is None or card.about_id != one.proposal_id:
        await _note(session, one, lying, tells=None, now=now)


async def note_shown(session: AsyncSession, *, one: Proposals, lying: Lying) -> None:
    """A message shows a proposal as it is now: from now on it is that one's card, and told only what is newer."""
    about = {"community_id": one.community_id, "about_id": one.proposal_id}
    await review_cards.note(session, kind=CARD, lying=lying, tells=one.standing, **about)


async def note_changed(session: AsyncSession, *, event: ProposalChanged, tells: str | None) -> None:
    """A card `tells` something new, unless it has gone on to another proposal."""
    card = await find(session, event=event)
    if card is not None:
        card.tells = tells


async def find(session: AsyncSession, *, event: ProposalChanged) -> ReviewCards | None:
    """The card that is to say what became of a proposal, while it is about that one."""
    card = await review_cards.find(session, community_id=event.community_id, card_id=event.card_id)
    return None if card is None or card.about_id != event.proposal_id else card


async def shown_at(session: AsyncSession, *, community_id: int, lying: Lying) -> int:
    """The number of the proposal that a message shows; 0 if it is not known to show any."""
    card = await review_cards.at(session, community_id=community_id, kind=CARD, lying=lying)
    return 0 if card is None else card.about_id


async def clear(session: AsyncSession, *, community_id: int, lying: Lying) -> None:
    """A message shows no proposal any more."""
    await review_cards.clear(session, community_id=community_id, kind=CARD, lying=lying)


async def declined_before(session: AsyncSession, *, one: Proposals) -> Proposals | None:
    """The latest of those before a proposal that said nearly the same, and that an administrator has declined."""
    here = (Proposals.community_id == one.community_id, Proposals.state == Stage.DECLINED)
    before = (Proposals.proposal_id != one.proposal_id, Proposals.proposed_at <= one.proposed_at)
    chosen = select(Proposals).where(*here, *before).order_by(Proposals.decided_at.desc()).limit(proposals.COMPARED)
    found = (await session.execute(chosen)).scalars().all()
    return next((other for other in found if nearly_same(other.plain, one.plain)), None)


async def _at(session: AsyncSession, one: Proposals, lying: Lying) -> ReviewCards | None:
    return await review_cards.at(session, community_id=one.community_id, kind=CARD, lying=lying)


async def _note(session: AsyncSession, one: Proposals, lying: Lying, *, tells: str | None, now: datetime) -> None:
    here, number = one.community_id, one.proposal_id
    card_id = await review_cards.note(session, community_id=here, kind=CARD, about_id=number, lying=lying, tells=tells)
    if tells != one.standing:
        await outbox.put(session, [ProposalChanged(here, number, card_id)], due_at=now)
