"""Who belongs to a community, since when, and when they were last there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Index, and_, bindparam, false, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, add, earliest, either, latest, upsert
from models.facts import Batch, Fact, Joined, Left, Reacted, Said, Voted
from models.schema import COMPOSITE, Base, CommunityKey, Key

_DEEDS: dict[str, Merge] = {
    "first_seen_at": earliest,
    "last_seen_at": latest,
    "joined_at": latest,
    "left_at": latest,
    "first_joined_at": earliest,
    "messages": add,
}

# Made once: to put the kinds together anew for each fact takes longer than to ask for them.
_IN_A_GROUP = (Said, Reacted, Joined, Left)
_DEEDS_OF_THEIR_OWN = (Said, Reacted, Voted)

# A person in a community: its id and theirs.
MemberKey = tuple[int, int]


class Members(Base):
    """One row per person and community. All times only ever move one way, so facts may come in any order.

    `joined_at` and `left_at` are the latest that were seen; who was there before Kith has no `joined_at`. `hides` is
    the member's own choice to stand on no board; `listed` is what follows from it and from all else that decides.
    `first_joined_at` and `messages`, all they ever wrote, say whether somebody is new (see `models/newcomers.py`).
    Who is `frozen` earns nothing until an administrator says otherwise.
    """

    __tablename__ = "members"
    __table_args__ = (
        Index(None, "user_id"),
        {"info": {"person": ("user_id",), "merge": {**_DEEDS, "hides": either, "frozen": either}}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    first_joined_at: Mapped[datetime | None]
    messages: Mapped[int] = mapped_column(default=0)
    hides: Mapped[bool] = mapped_column(server_default=false())
    frozen: Mapped[bool] = mapped_column(server_default=false())
    listed: Mapped[bool] = mapped_column(server_default=true())

    @property
    def is_there(self) -> bool:
        """The same as `is_inside`, of a row that was read."""
        came_back = [moment for moment in (self.joined_at, self.last_seen_at) if moment is not None]
        return self.left_at is None or any(moment > self.left_at for moment in came_back)


def is_inside() -> ColumnElement[bool]:
    """The condition that a member has not left since they last came or did something."""
    return or_(
        Members.left_at.is_(None),
        and_(Members.joined_at.is_not(None), Members.joined_at > Members.left_at),
        and_(Members.last_seen_at.is_not(None), Members.last_seen_at > Members.left_at),
    )


def observe(connection: Connection, batch: Batch, *, votes_in: Mapping[int, int]) -> Collection[MemberKey]:
    """Note who came, went or did something, and return them.

    `votes_in` names the community of each vote by its update id.
    """
    rows: dict[MemberKey, Deeds] = {}
    for fact in batch.facts:
        if fact.person is None:
            continue
        if isinstance(fact, Voted):
            community_id = votes_in.get(fact.update_id)
        elif isinstance(fact, _IN_A_GROUP):
            community_id = batch.communities[fact.place.chat_id].community_id
        else:
            continue
        if community_id is not None:
            key = (community_id, fact.person.user_id)
            deeds = rows.get(key)
            if deeds is None:
                rows[key] = deeds = Deeds(fact.at)
            deeds.note(fact)
    ordered = [(*key, *rows[key].as_row()) for key in sorted(rows)]
    upsert(connection, Members, ("community_id", "user_id", *_DEEDS), ordered, merge=_DEEDS)
    return rows.keys()


@dataclass(slots=True)
class Deeds:
    """What the facts of a batch say of one member."""

    first_seen_at: datetime
    last_seen_at: datetime | None = None
    joined_at: datetime | None = None
    left_at: datetime | None = None
    first_joined_at: datetime | None = None
    messages: int = 0

    def note(self, fact: Fact | Voted) -> None:
        """Take one more fact into account."""
        at = fact.at
        if at < self.first_seen_at:
            self.first_seen_at = at
        if isinstance(fact, _DEEDS_OF_THEIR_OWN):
            if self.last_seen_at is None or at > self.last_seen_at:
                self.last_seen_at = at
            # What is said to a bot is no word to the others.
            self.messages += isinstance(fact, Said) and not fact.is_command
        elif isinstance(fact, Joined):
            self.joined_at = at if self.joined_at is None else max(self.joined_at, at)
            self.first_joined_at = at if self.first_joined_at is None else min(self.first_joined_at, at)
        elif isinstance(fact, Left):
            self.left_at = at if self.left_at is None else max(self.left_at, at)

    def as_row(self) -> tuple[datetime | int | None, ...]:
        """The columns in the order of the table."""
        return (
            self.first_seen_at,
            self.last_seen_at,
            self.joined_at,
            self.left_at,
            self.first_joined_at,
            self.messages,
        )


async def know_of(session: AsyncSession, *, community_id: int, user_id: int, at: datetime) -> None:
    """Note that somebody is there of whom no fact has told: they have done nothing yet."""
    await _note(session, community_id, user_id, Deeds(at))


async def meet(session: AsyncSession, *, community_id: int, user_id: int, at: datetime) -> None:
    """Note that somebody is there whom no fact has told of: they pressed a button."""
    await _note(session, community_id, user_id, Deeds(at, last_seen_at=at))


async def _note(session: AsyncSession, community_id: int, user_id: int, deeds: Deeds) -> None:
    row = (community_id, user_id, *deeds.as_row())
    connection = await session.connection()
    columns = ("community_id", "user_id", *_DEEDS)
    await connection.run_sync(lambda sync: upsert(sync, Members, columns, [row], merge=_DEEDS))


# Built once: whoever asks is looked up by it.
_THEIRS = (
    select(Members.community_id)
    .where(Members.user_id == bindparam("their_id"), is_inside())
    .order_by(Members.last_seen_at.desc().nulls_last(), Members.community_id)
)


async def communities_of(session: AsyncSession, *, user_id: int) -> list[int]:
    """The communities in which somebody is a member now, the one they were in last first."""
    return list((await session.execute(_THEIRS, {"their_id": user_id})).scalars())


async def ever_in(session: AsyncSession, *, user_id: int) -> list[int]:
    """The communities in which somebody was ever seen."""
    found = select(Members.community_id).where(Members.user_id == user_id).order_by(Members.community_id)
    return list((await session.execute(found)).scalars())


async def find(session: AsyncSession, *, community_id: int, user_id: int) -> Members | None:
    """The member, if this person was ever seen in this community."""
    return await session.get(Members, (community_id, user_id))


async def set_frozen(session: AsyncSession, *, community_id: int, user_id: int, frozen: bool) -> bool:
    """Have a member earn nothing any more, or earn again; whether that changes anything."""
    here = (Members.community_id == community_id, Members.user_id == user_id, Members.frozen.is_not(frozen))
    turned = await session.execute(update(Members).where(*here).values(frozen=frozen).returning(Members.user_id))
    return turned.first() is not None
