"""Administrators admit and decline what members propose; of what says nearly the same, one goes on."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import audit, communities, outbox, proposal_merges, proposals, review_cards
from models.audit import Act
from models.communities import Communities
from models.events import Event
from models.proposal_merges import Near, Word
from models.proposals import CARD, ProposalChanged, ProposalDecided, Proposals
from models.pseudonyms import is_pseudonym
from models.refusals import NoSuchThing, Refused
from models.rules.proposals import Fault, Stage

ADMITTED, DECLINED = "proposal_admitted", "proposal_declined"


class DecidedBefore(Refused):
    """Another administrator was faster, or it stands in a poll by now."""


async def admit(
    session: AsyncSession,
    *,
    community_id: int,
    proposal_id: int,
    since: Stage,
    user_id: int,
    plain: Callable[[str], str],
    now: datetime,
) -> Proposals:
    """Admit a proposal that waits, or was declined; raises `DecidedBefore` if it is not `since` any more.

    Where one that says nearly the same was admitted before, it goes into that one; one that waits goes into it. What
    the group has as a topic, or had lately, is refused as when it is proposed. `plain` is as there.
    """
    here = await _open(session, community_id)
    found = await _held(session, community_id, proposal_id, since, (Stage.WAITING, Stage.DECLINED))
    connection = await session.connection()
    about = {"community_id": community_id, "said": found.plain, "besides": proposal_id}
    alike = await connection.run_sync(lambda sync: proposal_merges.near(sync, **about))  # type: ignore[arg-type]
    # Looked for after those that are alike: what a poll makes a topic of meanwhile is then found there.
    await proposals.must_be_new(session, here, found.plain, plain, now=now)
    ahead = [one for one in alike if one.state != Stage.WAITING]
    word = Word(user_id, now)
    if ahead:
        gone = Near(*[getattr(found, name) for name in Near._fields])
        first = min(ahead, key=lambda one: one.proposed_at)
        await connection.run_sync(proposal_merges.merge, [gone], first.living, word=word)
        await session.refresh(found)
        await _note(session, found, ADMITTED, user_id=user_id, now=now)
    else:
        await _decide(session, found, Stage.ADMITTED, None, user_id=user_id, now=now)
        await connection.run_sync(proposal_merges.merge, alike, proposals.living_of(found), word=word)
    return found


async def decline(
    session: AsyncSession,
    *,
    community_id: int,
    proposal_id: int,
    since: Stage,
    fault: Fault,
    user_id: int,
    now: datetime,
) -> Proposals:
    """Decline a proposal that waits, or was admitted; raises `DecidedBefore` if it is not `since` any more."""
    await _open(session, community_id)
    found = await _held(session, community_id, proposal_id, since, (Stage.WAITING, Stage.ADMITTED))
    await _decide(session, found, Stage.DECLINED, fault, user_id=user_id, now=now)
    return found


async def _open(session: AsyncSession, community_id: int) -> Communities:
    """The community, held: nobody proposes meanwhile what would be alike, and nobody else admits it."""
    here = await communities.held(session, community_id=community_id)
    if here is None:
        raise NoSuchThing
    return here


async def _held(
    session: AsyncSession, community_id: int, proposal_id: int, since: Stage, admitted: Collection[Stage]
) -> Proposals:
    found = await proposals.hold(session, community_id=community_id, proposal_id=proposal_id)
    if found is None:
        raise NoSuchThing
    if found.state != since or since not in admitted:
        raise DecidedBefore
    return found


async def _decide(
    session: AsyncSession, found: Proposals, state: Stage, fault: Fault | None, *, user_id: int, now: datetime
) -> None:
    is_changed = found.state != Stage.WAITING
    found.state, found.fault = state.value, None if fault is None else fault.value
    found.decided_by, found.decided_at = user_id, now
    await session.flush()
    here, number = found.community_id, found.proposal_id
    cards = await review_cards.about(session, community_id=here, kind=CARD, about_id=number)
    news: list[Event] = [ProposalChanged(here, number, card_id) for card_id in cards]
    connection = await session.connection()
    backers = await connection.run_sync(lambda sync: proposals.backers(sync, community_id=here, proposal_id=number))
    # Whose own went on with this one has no other end to hear of.
    told = [user_id for user_id in (found.proposer_id, *backers) if not is_pseudonym(user_id)]
    news += [ProposalDecided(here, user_id, number, is_changed) for user_id in told]
    await outbox.put(session, news, due_at=now)
    await _note(session, found, ADMITTED if state is Stage.ADMITTED else DECLINED, user_id=user_id, now=now)


async def _note(session: AsyncSession, found: Proposals, action: str, *, user_id: int, now: datetime) -> None:
    act = Act(community_id=found.community_id, user_id=user_id, member_id=found.proposer_id, action=action, at=now)
    await audit.note(session, act)
