"""Who has done anything in a community of late, beside voting: a vote alone is worth nothing."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, or_, select

from models.activity import MemberDays
from models.challenges import Challengers
from models.checkins import CheckIns
from models.proposals import ProposalBackers, Proposals
from models.rules.clock import moment_of
from models.works import Works

# Whose act each row is, and when it was. None of them comes of a vote, or of what others do.
_ACTS: Sequence[tuple[Any, Any]] = (
    (CheckIns.user_id, CheckIns.at),
    (Proposals.proposer_id, Proposals.proposed_at),
    (ProposalBackers.user_id, ProposalBackers.backed_at),
    (Challengers.user_id, Challengers.joined_at),
    (Works.author_id, Works.shared_at),
)


def since(
    connection: Connection, *, community_id: int, user_ids: Collection[int], day: date, time_zone: str
) -> set[int]:
    """Who of them has since a day written, left a reaction, checked in, proposed, joined a challenge, or shared."""
    did = or_(MemberDays.messages > 0, MemberDays.reactions_given > MemberDays.reactions_withdrawn)
    here = (MemberDays.community_id == community_id, MemberDays.user_id.in_(user_ids), MemberDays.day >= day)
    found = set(connection.execute(select(MemberDays.user_id).where(*here, did).distinct()).scalars())
    begin = moment_of(day, time(), time_zone=time_zone)
    for who, at in _ACTS:
        missing = set(user_ids) - found
        if missing:
            found |= _did(connection, community_id, missing, begin, who, at)
    return found


def _did(
    connection: Connection, community_id: int, user_ids: Collection[int], begin: datetime, who: Any, at: Any
) -> set[int]:
    here = (who.class_.community_id == community_id, who.in_(user_ids), at >= begin)
    return set(connection.execute(select(who).where(*here).distinct()).scalars())
