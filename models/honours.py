"""Which badges members hold: each once and for good."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, earliest, upsert
from models.schema import COMPOSITE, Base, CommunityKey, Key

_GIVEN: dict[str, Merge] = {"at": earliest}
_OF_CHALLENGE, _OF_COCREATION = "challenge:", "cocreation:"


class Badges(Base):
    """One row per member and badge; that of a challenge or co-creation bears its number, a season's its first day."""

    __tablename__ = "badges"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _GIVEN}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    badge: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


# A badge for a member: community, member, badge.
Given = tuple[int, int, str]


def of_challenge(challenge_id: int) -> str:
    """What the badge of a challenge is called in the table."""
    return f"{_OF_CHALLENGE}{challenge_id}"


def of_cocreation(round_id: int) -> str:
    """What the badge of who won a co-creation is called in the table."""
    return f"{_OF_COCREATION}{round_id}"


def number_of(source: str) -> int | None:
    """The challenge or co-creation that a badge is for, by what follows its name in the table, if that is a number."""
    return int(source) if source.isdecimal() else None


def give(connection: Connection, given: Iterable[Given], *, at: datetime) -> list[Given]:
    """Give badges; returns those that their members did not have."""
    rows = sorted((*one, at) for one in set(given))
    columns = ("community_id", "user_id", "badge", "at")
    new = upsert(connection, Badges, columns, rows, returning=columns[:3])
    return [(row[0], row[1], row[2]) for row in new]


async def held_by(session: AsyncSession, *, community_id: int, user_id: int) -> Sequence[Badges]:
    """A member's badges, in the order in which they got them."""
    chosen = select(Badges).where(Badges.community_id == community_id, Badges.user_id == user_id)
    return (await session.execute(chosen.order_by(Badges.at, Badges.badge))).scalars().all()
