"""Who belongs to a community, since when, and when they were last there."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Index, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.bulk import Merge, earliest, latest, upsert
from models.facts import Batch, Fact, Joined, Left, Reacted, Said, Voted
from models.schema import COMPOSITE, Base, CommunityKey, Key

_TIMES: dict[str, Merge] = {
    "first_seen_at": earliest,
    "last_seen_at": latest,
    "joined_at": latest,
    "left_at": latest,
}


class Members(Base):
    """One row per person and community. All times only ever move one way, so facts may come in any order.

    `joined_at` and `left_at` are the latest that were seen; who was there before Kith has no `joined_at`.
    """

    __tablename__ = "members"
    __table_args__ = (
        Index(None, "user_id"),
        {"info": {"person": ("user_id",), "merge": _TIMES}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


def is_inside() -> ColumnElement[bool]:
    """The condition that a member has not left since they last came or did something."""
    return or_(
        Members.left_at.is_(None),
        and_(Members.joined_at.is_not(None), Members.joined_at > Members.left_at),
        and_(Members.last_seen_at.is_not(None), Members.last_seen_at > Members.left_at),
    )


def observe(connection: Connection, batch: Batch, *, votes_in: Mapping[int, int]) -> None:
    """Note who came, went or did something; `votes_in` names the community of each vote by its update id."""
    rows: dict[tuple[int, int], list[datetime | None]] = {}
    for fact in batch.facts:
        if fact.person is None:
            continue
        if isinstance(fact, Voted):
            community_id = votes_in.get(fact.update_id)
        elif isinstance(fact, Said | Reacted | Joined | Left):
            community_id = batch.communities[fact.place.chat_id].community_id
        else:
            continue
        if community_id is not None:
            _note(rows.setdefault((community_id, fact.person.user_id), [None, None, None, None]), fact)
    ordered = [(*key, *times) for key, times in sorted(rows.items())]
    upsert(connection, Members, ("community_id", "user_id", *_TIMES), ordered, merge=_TIMES)


def _note(times: list[datetime | None], fact: Fact | Voted) -> None:
    first, seen, joined, left = times
    acted = isinstance(fact, Said | Reacted | Voted)
    times[0] = fact.at if first is None else min(first, fact.at)
    times[1] = fact.at if acted and (seen is None or seen < fact.at) else seen
    times[2] = fact.at if isinstance(fact, Joined) and (joined is None or joined < fact.at) else joined
    times[3] = fact.at if isinstance(fact, Left) and (left is None or left < fact.at) else left


async def communities_of(session: AsyncSession, *, user_id: int) -> list[int]:
    """The communities in which somebody is a member now, the one they were in last first."""
    statement = (
        select(Members.community_id)
        .where(Members.user_id == user_id, is_inside())
        .order_by(Members.last_seen_at.desc().nulls_last(), Members.community_id)
    )
    return list((await session.execute(statement)).scalars())


async def find(session: AsyncSession, *, community_id: int, user_id: int) -> Members | None:
    """The member, if this person was ever seen in this community."""
    statement = select(Members).where(Members.community_id == community_id, Members.user_id == user_id)
    return (await session.execute(statement)).scalar_one_or_none()
