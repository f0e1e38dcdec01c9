"""Members' own work: shared, reviewed by administrators or by many reactions, featured, found again. No texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    case,
    false,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from models.communities import Communities
from models.events import Event, Priority, event
from models.messages import Messages
from models.pseudonyms import is_named
from models.refusals import NoSuchThing, Refused
from models.rules.likeness import BITS, find_like
from models.rules.settings import changed
from models.rules.works import Stage, WorksSettings
from models.schema import COMPOSITE, Base, CommunityKey, Key

# Among so many works before it an earlier one that is alike is looked for.
COMPARED = 2000
# An album has ten pieces at most; so many messages of others may stand between them.
FARTHEST_PIECE = 50


class Works(Base):
    """One row per work. `source` is what makes an album one; `turn` counts how often it was accepted.

    `shared_at` is when the message with its hashtag was written, or when the command was given, maybe long after it.

    `points` are those that being accepted has brought, `cut_by` why that is less than was promised, if it is, and
    `mark` the keyed fingerprint, as a signed number. Who has decided is empty where it was the members' reactions.
    `stirred` if they have changed since they were last judged. `held_back` where an administrator has undone that it
    was accepted: then none but administrators accept it. `pinned_at` while Kith has it pinned.
    """

    __tablename__ = "works"
    __table_args__ = (
        UniqueConstraint("community_id", "source"),
        UniqueConstraint("community_id", "chat_id", "message_id"),
        Index(None, "community_id", "state", "shared_at"),
        Index(None, "community_id", "author_id", "shared_at"),
        Index(None, "stirred"),
        {"info": {"person": ("author_id", "decided_by"), "points": ("points",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    work_id: Mapped[Key]
    source: Mapped[str] = mapped_column(String(112))
    chat_id: Mapped[int]
    message_id: Mapped[int]
    author_id: Mapped[int]
    form: Mapped[str] = mapped_column(String(16))
    letters: Mapped[int]
    mark: Mapped[int | None]
    shared_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    grade: Mapped[int | None]
    points: Mapped[int | None]
    cut_by: Mapped[str | None] = mapped_column(String(16))
    fault: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0)
    stirred: Mapped[bool] = mapped_column(Boolean, server_default=false())
    held_back: Mapped[bool] = mapped_column(Boolean, server_default=false())
    pinned_at: Mapped[datetime | None]

    @property
    def award(self) -> str:
        """What the work earns under this time; without the turn it was first."""
        return self.source if self.turn <= 1 else f"{self.source}:{self.turn}"

    @property
    def standing(self) -> str:
        """How it stands, by which a card is known that tells just that."""
        return self.state if self.decided_at is None else f"{self.state} {self.decided_at.isoformat()}"

    def telling(self, factor: int | None) -> str:
        """The same with the factor by which a card's buttons promise points, in hundredths, where one does."""
        return self.standing if factor is None else f"{self.standing} ×{factor}"

    def is_told_by(self, tells: str | None) -> bool:
        """Whether a card tells how the work stands, by whatever factor it promises points."""
        return tells is not None and tells.partition(" ×")[0] == self.standing


class WorkTags(Base):
    """The hashtags of a work beside the one by which it was shared, by which it is found again."""

    __tablename__ = "work_tags"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    tag: Mapped[str] = mapped_column(String(64), primary_key=True)
    work_id: Mapped[Key]


@event("works.shared", version=1)
@dataclass(frozen=True)
class WorkShared(Event):
    """A work's card is shown to an administrator, or in the admin chat."""

    work_id: int
    user_id: int | None
    chat_id: int | None


@event("works.changed", version=1, priority=Priority.AWAITED)
@dataclass(frozen=True)
class WorkChanged(Event):
    """A card says what became of its work; who has pressed it waits for that."""

    work_id: int
    card_id: int


@event("works.declined", version=1)
@dataclass(frozen=True)
class WorkDeclined(Event):
    """The author is told why their work was declined."""

    user_id: int
    work_id: int


@event("works.waiting", version=1)
@dataclass(frozen=True)
class WorksWaiting(Event):
    """Administrators are reminded of what waits."""

    user_id: int | None
    chat_id: int | None


@event("works.pin_due", version=1)
@dataclass(frozen=True)
class WorkPinDue(Event):
    """A featured work is pinned where it stands, or its pin is taken off: it is featured no more, or too old."""

    work_id: int


class WorksAreOff(Refused):
    """The group does not share work."""


class DecidedBefore(Refused):
    """Somebody else was faster, or it is the wrong moment for that."""


class OwnWork(Refused):
    """Nobody decides about their own work."""


class Undone(NamedTuple):
    """A work that waits again; `outside` is the theme of the co-creation in which its author has enough without it."""

    work: Works
    outside: str | None


def in_force(community: Communities) -> WorksSettings:
    """The numbers of a community, which must share work; raises `WorksAreOff`."""
    settings = changed(WorksSettings(), community.settings.get("works", {}))
    if not settings.on:
        raise WorksAreOff
    return settings


def signed(mark: int) -> int:
    """A fingerprint as the databases store it."""
    return mark - (1 << BITS) if mark >= 1 << (BITS - 1) else mark


def unsigned(mark: int) -> int:
    """A stored fingerprint as it was made."""
    return mark % (1 << BITS)


async def look(session: AsyncSession, *, community_id: int, work_id: int) -> Works | None:
    """A work by its number."""
    here = (Works.community_id == community_id, Works.work_id == work_id)
    return (await session.execute(select(Works).where(*here))).scalar_one_or_none()


async def pieces(session: AsyncSession, *, work: Works) -> Sequence[int]:
    """The messages that a work is made of, in their order: all of an album's, as far as they are known still."""
    prefix, _, album = work.source.partition(f":{work.chat_id}:")
    if prefix != "album":
        return [work.message_id]
    known = _pieces_of(work.community_id, work.chat_id, work.message_id, album)
    found = set((await session.execute(known)).scalars())
    return sorted({work.message_id, *found})


def first_piece(connection: Connection, *, community_id: int, chat_id: int, message_id: int, album: str) -> int:
    """The first message of the album to which one belongs, as far as they are known."""
    known = _pieces_of(community_id, chat_id, message_id, album)
    return min(connection.execute(known).scalars(), default=message_id)


def _pieces_of(community_id: int, chat_id: int, message_id: int, album: str) -> Select[int]:
    near = (message_id - FARTHEST_PIECE, message_id + FARTHEST_PIECE)
    here = (Messages.community_id == community_id, Messages.chat_id == chat_id)
    return select(Messages.message_id).where(*here, Messages.message_id.between(*near), Messages.album == album)


async def hold(session: AsyncSession, *, community_id: int, work_id: int) -> Works:
    """The same, ours alone until the commit; raises `NoSuchThing`."""
    found = await held(session, community_id=community_id, work_id=work_id)
    if found is None:
        raise NoSuchThing
    return found


async def held(session: AsyncSession, *, community_id: int, work_id: int) -> Works | None:
    """The same; nothing where there is none."""
    here = (Works.community_id == community_id, Works.work_id == work_id)
    chosen = select(Works).where(*here).with_for_update()
    # What was read before the lock may have changed since.
    found = await session.execute(chosen.execution_options(populate_existing=True))
    return found.scalar_one_or_none()


async def earlier_like(session: AsyncSession, *, work: Works) -> Works | None:
    """The latest of the community's works before this one that says or shows nearly the same."""
    if work.mark is None:
        return None
    before = (
        Works.community_id == work.community_id,
        Works.shared_at < work.shared_at,
        Works.mark.is_not(None),
        Works.work_id != work.work_id,
    )
    chosen = select(Works.work_id, Works.mark).where(*before).order_by(Works.shared_at.desc()).limit(COMPARED)
    rows = (await session.execute(chosen)).all()
    place = find_like(unsigned(work.mark), [unsigned(row.mark or 0) for row in rows])
    return None if place is None else await look(session, community_id=work.community_id, work_id=rows[place].work_id)


async def waiting(
    session: AsyncSession, *, community_id: int, limit: int, but_of: int | None = None
) -> tuple[Sequence[Works], int]:
    """Up to `limit` works that wait, the oldest first, and how many there are; those of `but_of` are left out.

    So is what waits again of somebody who was forgotten, since a decision was undone: it has its card.
    """
    here = [Works.community_id == community_id, Works.state == Stage.WAITING, is_named(Works.author_id)]
    if but_of is not None:
        here.append(Works.author_id != but_of)
    ordered = select(Works).where(*here).order_by(Works.shared_at, Works.work_id).limit(limit)
    count = select(func.count()).select_from(Works).where(*here)
    return (await session.execute(ordered)).scalars().all(), (await session.execute(count)).scalar_one()


async def featured(session: AsyncSession, *, community: Communities, limit: int) -> tuple[Sequence[Works], int]:
    """The works that were featured last, and how many there are featured: their list names when.

    Those that were shared before the group became a supergroup lead nowhere, and are left out.
    """
    return await _listed(session, _here(community, Stage.FEATURED), by=Works.decided_at, limit=limit)


async def newly_featured(
    session: AsyncSession, *, community: Communities, since: datetime, until: datetime
) -> Sequence[Works]:
    """What was featured between two moments and still is, the first one first."""
    here = _here(community, Stage.FEATURED)
    chosen = select(Works).where(*here, Works.decided_at >= since, Works.decided_at < until)
    return (await session.execute(chosen.order_by(Works.decided_at, Works.work_id))).scalars().all()


async def accepted(
    session: AsyncSession, *, community: Communities, limit: int, tags: Collection[str] = ()
) -> tuple[Sequence[Works], int]:
    """The accepted works that were shared last, with any of some tags or all, and how many there are.

    Their list names when they were shared.
    """
    here = _here(community, Stage.FEATURED, Stage.ACCEPTED)
    if tags:
        tagged = select(WorkTags.work_id).where(WorkTags.community_id == community.community_id, WorkTags.tag.in_(tags))
        here.append(Works.work_id.in_(tagged))
    return await _listed(session, here, by=Works.shared_at, limit=limit)


async def tags(
    session: AsyncSession,
    *,
    community: Communities,
    alike: Collection[str] = (),
    said: str | None = None,
    limit: int = 10,
) -> Sequence[str]:
    """The tags that most of the accepted works bear; those that are `alike` are one, and `said` in its place."""
    same = and_(WorkTags.community_id == Works.community_id, WorkTags.work_id == Works.work_id)
    here = _here(community, Stage.FEATURED, Stage.ACCEPTED)
    told = case((WorkTags.tag.in_(alike), said), else_=WorkTags.tag).label("tag") if said else WorkTags.tag
    borne = select(told, Works.work_id).join(Works, same).where(*here).distinct().subquery()
    counted = select(borne.c.tag).group_by(borne.c.tag).order_by(func.count().desc(), borne.c.tag).limit(limit)
    return (await session.execute(counted)).scalars().all()


def _here(community: Communities, *stages: Stage) -> list[ColumnElement[bool]]:
    return [
        Works.community_id == community.community_id,
        Works.chat_id == community.chat_id,
        Works.state.in_(stages),
    ]


async def _listed(
    session: AsyncSession, here: Sequence[ColumnElement[bool]], *, by: InstrumentedAttribute[Any], limit: int
) -> tuple[Sequence[Works], int]:
    ordered = select(Works).where(*here).order_by(by.desc(), Works.work_id.desc()).limit(limit)
    count = select(func.count()).select_from(Works).where(*here)
    return (await session.execute(ordered)).scalars().all(), (await session.execute(count)).scalar_one()
