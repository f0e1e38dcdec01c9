"""Proposals that say nearly the same go on as one, so that no votes are split and nobody votes twice for one topic."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from models import outbox, proposals, review_cards
from models.bulk import table_of
from models.events import Event
from models.proposals import CARD, Living, ProposalChanged, ProposalJoined, Proposals
from models.pseudonyms import is_pseudonym
from models.rules.proposals import ALIVE, Stage


class Near(NamedTuple):
    """A proposal that says nearly the same as another."""

    community_id: int
    proposal_id: int
    proposer_id: int
    proposed_at: datetime
    state: str

    @property
    def living(self) -> Living:
        """What is to be known of it if others go into it."""
        return Living(self.community_id, self.proposal_id, self.proposer_id)


@dataclass(frozen=True)
class Word:
    """Whose word has made proposals one, and when; nobody's where a poll has."""

    user_id: int | None
    at: datetime


def near(
    connection: Connection, *, community_id: int, said: str, besides: int, stages: Collection[Stage] = ALIVE
) -> Sequence[Near]:
    """The others that say nearly the same, the oldest first, ours alone until the commit."""
    found = proposals.near(connection, community_id=community_id, said=said, stages=stages)
    here = (Proposals.community_id == community_id, Proposals.proposal_id.in_(set(found) - {besides}))
    columns = [getattr(Proposals, name) for name in Near._fields]
    # Asked once more for its state: it may have changed until it was ours.
    chosen = select(*columns).where(*here, Proposals.state.in_(stages)).order_by(Proposals.proposal_id)
    return [Near(*row) for row in connection.execute(chosen.with_for_update())]


def merge(connection: Connection, others: Sequence[Near], into: Living, *, word: Word) -> None:
    """Have those who made the others back the one that goes on, and tell them so, and the cards of the others."""
    for other in others:
        here, number = other.community_id, other.proposal_id
        backers = proposals.backers(connection, community_id=here, proposal_id=number)
        theirs = {**backers, other.proposer_id: other.proposed_at}
        fresh = proposals.back(connection, into, theirs, now=word.at, is_over=word.user_id is None)
        values: dict[str, Any] = {"state": Stage.MERGED.value, "fault": None, "merged_into": into.proposal_id}
        if word.user_id is not None:
            values |= {"decided_by": word.user_id, "decided_at": word.at}
        table = table_of(Proposals)
        this = (table.c.community_id == here, table.c.proposal_id == number)
        connection.execute(update(table).where(*this).values(values))
        cards = review_cards.about_now(connection, community_id=here, kind=CARD, about_id=number)
        news: list[Event] = [ProposalChanged(here, number, card_id) for card_id in cards]
        news += [ProposalJoined(here, user_id, number) for user_id in fresh if not is_pseudonym(user_id)]
        outbox.put_now(connection, news, due_at=word.at)
