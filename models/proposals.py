"""Topics that members propose for the weekly poll: made, or joined to what says nearly the same."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from sqlalchemy import Connection, Index, String, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import admin_chats, communities, outbox, topics
from models.bulk import upsert
from models.communities import Communities
from models.events import Event, Priority, event
from models.ids import new_id
from models.pseudonyms import is_pseudonym
from models.refusals import NoSuchThing, Refused
from models.rounds import PollsAreOff
from models.rules.clock import moment_of
from models.rules.days import local_day
from models.rules.likeness import nearly_same
from models.rules.polls import LONGEST_OPTION, OPEN, PollsSettings, size
from models.rules.proposals import ALIVE, Stage
from models.rules.rhythm import has_its_need
from models.rules.settings import changed
from models.rules.topics import REST
from models.schema import COMPOSITE, Base, CommunityKey, Key

CARD = "proposal"
# Among so many proposals before it one that is alike is looked for.
COMPARED = 500
# As much of a text as is made plain (`handlers/plain.py`).
LONGEST_PLAIN = 1000


class Proposals(Base):
    """One row per proposal. `plain` is its text without case, spaces and signs; `polls` counts those it has lost.

    One that says nearly the same as another has gone on as one with it, whose number then is `merged_into`.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        Index(None, "community_id", "state", "proposed_at"),
        Index(None, "community_id", "proposer_id", "proposed_at"),
        {"info": {"person": ("proposer_id", "decided_by")}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    proposal_id: Mapped[Key]
    proposer_id: Mapped[int]
    text: Mapped[str] = mapped_column(String(LONGEST_OPTION))
    plain: Mapped[str] = mapped_column(String(LONGEST_PLAIN))
    state: Mapped[str] = mapped_column(String(16))
    fault: Mapped[str | None] = mapped_column(String(16))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    polls: Mapped[int] = mapped_column(default=0)
    topic_id: Mapped[int | None]
    merged_into: Mapped[int | None]

    @property
    def standing(self) -> str:
        """How it stands, by which a card is known that tells just that."""
        return self.state if self.decided_at is None else f"{self.state} {self.decided_at.isoformat()}"


class ProposalBackers(Base):
    """Who has proposed nearly the same as somebody else, whose proposal theirs goes on with."""

    __tablename__ = "proposal_backers"
    __table_args__ = ({"info": {"person": ("user_id",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    proposal_id: Mapped[Key]
    user_id: Mapped[Key]
    backed_at: Mapped[datetime]


@event("proposals.made", version=1)
@dataclass(frozen=True)
class ProposalMade(Event):
    """A proposal's card is shown to an administrator, or in the admin chat."""

    proposal_id: int
    user_id: int | None
    chat_id: int | None


@event("proposals.changed", version=1, priority=Priority.AWAITED)
@dataclass(frozen=True)
class ProposalChanged(Event):
    """A card says what became of its proposal; who has pressed it waits for that."""

    proposal_id: int
    card_id: int


@event("proposals.decided", version=1)
@dataclass(frozen=True)
class ProposalDecided(Event):
    """Who proposed it, or nearly the same, is told what became of it; `is_changed` if it was the contrary before."""

    user_id: int
    proposal_id: int
    is_changed: bool = False


@event("proposals.joined", version=1)
@dataclass(frozen=True)
class ProposalJoined(Event):
    """Who proposed it is told that somebody else had nearly the same idea, and that the two go on as one."""

    user_id: int
    proposal_id: int


class TopicsAreOff(Refused):
    """The group has no topic of the day, which is what the weekly poll chooses."""


class ProposalTooShort(Refused):
    """It says too little."""


class ProposalTooLong(Refused):
    """It would not fit into a poll."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class ProposedEnough(Refused):
    """A member has proposed as many topics this week as the group wants."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class ProposedBefore(Refused):
    """The same member has proposed nearly the same."""


class HadLately(Refused):
    """The group had such a topic on `day`, and it rests."""

    def __init__(self, day: date, *, is_today: bool) -> None:
        super().__init__(day.isoformat())
        self.day, self.is_today = day, is_today


class IsInTheBank(Refused):
    """The group has that topic already."""


class Outcome(Enum):
    """What becomes of what somebody proposes: a proposal of its own, or one with somebody's before it."""

    NEW = "new"
    JOINED = "joined"


@dataclass(frozen=True)
class NewProposal:
    """What somebody proposes; `letters` say how much it says, and `plain` is it without case, spaces and signs."""

    proposer_id: int
    text: str
    letters: int
    plain: str


def in_force(community: Communities) -> PollsSettings:
    """The numbers of a community, whose members must propose topics; raises `PollsAreOff` or `TopicsAreOff`."""
    settings = changed(PollsSettings(), community.settings.get("polls", {}))
    if not (settings.on and settings.weekly):
        raise PollsAreOff
    if not has_its_need(OPEN, community.settings):
        raise TopicsAreOff
    return settings


def are_taken(community: Communities) -> bool:
    """Whether members of a community propose topics."""
    try:
        in_force(community)
    except (PollsAreOff, TopicsAreOff):
        return False
    return True


async def propose(
    session: AsyncSession, *, community_id: int, new: NewProposal, plain: Callable[[str], str], now: datetime
) -> Outcome:
    """Take a proposal, or thank for one that is there; raises a refusal for what cannot stand in a poll.

    `plain` makes of a topic's text what `new` has of its own, so that the two can be compared.
    """
    # Held, so that two who propose the same at once become one.
    here = await communities.held(session, community_id=community_id)
    if here is None:
        raise NoSuchThing
    settings = in_force(here)
    if not new.text or new.letters < settings.least_letters:
        raise ProposalTooShort
    if size(new.text) > settings.longest:
        raise ProposalTooLong(settings.longest)
    # Looked for before the bank is: what a poll makes a topic of meanwhile is then found there.
    like = await _like(session, community_id, new)
    await must_be_new(session, here, new.plain, plain, now=now)
    if like is not None:
        return await _join(session, like, new.proposer_id, now=now)
    if await _this_week(session, here, new.proposer_id, now=now) >= settings.proposals_a_week:
        raise ProposedEnough(settings.proposals_a_week)
    await _write(session, community_id, new, now=now)
    return Outcome.NEW


async def must_be_new(
    session: AsyncSession, here: Communities, said: str, plain: Callable[[str], str], *, now: datetime
) -> None:
    """Raise a refusal for a topic that the group has, or had lately, in nearly the same words as `said`, plain ones."""
    today = local_day(now, time_zone=here.time_zone)

    def says_it(text: str) -> bool:
        return nearly_same(plain(text), said)

    known = await topics.like(session, community_id=here.community_id, says_it=says_it, day=today)
    if known is None:
        return
    if known.posted_on is not None and today - known.posted_on < REST:
        raise HadLately(known.posted_on, is_today=known.posted_on == today)
    raise IsInTheBank


def near(connection: Connection, *, community_id: int, said: str, stages: Collection[Stage] = ALIVE) -> list[int]:
    """The proposals at one of `stages` that say nearly the same, the latest first."""
    columns = (Proposals.proposal_id, Proposals.plain)
    here = (Proposals.community_id == community_id, Proposals.state.in_(stages))
    chosen = select(*columns).where(*here).order_by(Proposals.proposed_at.desc()).limit(COMPARED)
    return [row.proposal_id for row in connection.execute(chosen) if nearly_same(row.plain, said)]


async def _like(session: AsyncSession, community_id: int, new: NewProposal) -> Proposals | None:
    """The latest of those that still may win which says nearly the same."""
    connection = await session.connection()
    found = await connection.run_sync(lambda sync: near(sync, community_id=community_id, said=new.plain))
    return await look(session, community_id=community_id, proposal_id=found[0]) if found else None


async def _join(session: AsyncSession, first: Proposals, user_id: int, *, now: datetime) -> Outcome:
    if first.proposer_id == user_id:
        raise ProposedBefore
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: back(sync, living_of(first), {user_id: now}, now=now)):
        raise ProposedBefore
    return Outcome.JOINED


class Living(NamedTuple):
    """A proposal with which others go on as one."""

    community_id: int
    proposal_id: int
    proposer_id: int


def living_of(one: Proposals) -> Living:
    """What is to be known of a proposal with which others go on as one."""
    return Living(one.community_id, one.proposal_id, one.proposer_id)


def back(
    connection: Connection, first: Living, backed: Mapping[int, datetime], *, now: datetime, is_over: bool = False
) -> list[int]:
    """Some go on as one with who was `first`, who is thanked unless all `is_over`; returns whom that is new of.

    Since when each of them has `backed` it is when they proposed it.
    """
    rows = [(*first[:2], *each) for each in sorted(backed.items()) if each[0] != first.proposer_id]
    columns = ("community_id", "proposal_id", "user_id", "backed_at")
    fresh = upsert(connection, ProposalBackers, columns, rows, returning=columns)
    count = len(backers(connection, community_id=first.community_id, proposal_id=first.proposal_id))
    # They can do nothing about it, so they hear of it once, however many have the same idea.
    if fresh and count == len(fresh) and not is_over and not is_pseudonym(first.proposer_id):
        thanks = ProposalJoined(first.community_id, first.proposer_id, first.proposal_id)
        outbox.put_now(connection, [thanks], due_at=now)
    return [row[2] for row in fresh]


def backers(connection: Connection, *, community_id: int, proposal_id: int) -> Mapping[int, datetime]:
    """Who has proposed nearly the same, and when."""
    here = (ProposalBackers.community_id == community_id, ProposalBackers.proposal_id == proposal_id)
    chosen = select(ProposalBackers.user_id, ProposalBackers.backed_at).where(*here).order_by(ProposalBackers.user_id)
    return {row.user_id: row.backed_at for row in connection.execute(chosen)}


async def _this_week(session: AsyncSession, here: Communities, user_id: int, *, now: datetime) -> int:
    today = local_day(now, time_zone=here.time_zone)
    midnight = datetime.min.time()
    monday = moment_of(today - timedelta(days=today.weekday()), midnight, time_zone=here.time_zone)
    mine = (Proposals.community_id == here.community_id, Proposals.proposer_id == user_id)
    chosen = select(func.count()).select_from(Proposals).where(*mine, Proposals.proposed_at >= monday)
    return (await session.execute(chosen)).scalar_one()


async def _write(session: AsyncSession, community_id: int, new: NewProposal, *, now: datetime) -> None:
    number = new_id()
    about = {"proposer_id": new.proposer_id, "text": new.text, "plain": new.plain, "proposed_at": now}
    session.add(Proposals(community_id=community_id, proposal_id=number, state=Stage.WAITING.value, polls=0, **about))
    await session.flush()

    def show(connection: Connection) -> None:
        told = admin_chats.addressees_of(connection, community_id)
        cards = [ProposalMade(community_id, number, one.user_id, one.chat_id) for one in told]
        outbox.put_now(connection, cards, due_at=now)

    await (await session.connection()).run_sync(show)


async def look(session: AsyncSession, *, community_id: int, proposal_id: int) -> Proposals | None:
    """A proposal by its number."""
    here = (Proposals.community_id == community_id, Proposals.proposal_id == proposal_id)
    return (await session.execute(select(Proposals).where(*here))).scalar_one_or_none()


async def hold(session: AsyncSession, *, community_id: int, proposal_id: int) -> Proposals | None:
    """A proposal by its number, ours alone until the commit: nobody decides meanwhile."""
    here = (Proposals.community_id == community_id, Proposals.proposal_id == proposal_id)
    chosen = select(Proposals).where(*here).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(chosen)).scalar_one_or_none()


async def waiting(session: AsyncSession, *, community_id: int, after: int = 0) -> tuple[Proposals | None, int]:
    """The oldest of those that wait for an administrator's word, and how many there are.

    If any was made `after` the proposal with that number, it is the oldest of those: numbers grow with time.
    """
    here = (Proposals.community_id == community_id, Proposals.state == Stage.WAITING)
    is_before = case((Proposals.proposal_id > after, 0), else_=1)
    oldest = select(Proposals).where(*here).order_by(is_before, Proposals.proposed_at, Proposals.proposal_id).limit(1)
    count = select(func.count()).select_from(Proposals).where(*here)
    found = (await session.execute(oldest)).scalar_one_or_none()
    return found, (await session.execute(count)).scalar_one()


async def of_member(
    session: AsyncSession, *, community_id: int, user_id: int, since: datetime, limit: int
) -> Sequence[Proposals]:
    """A member's latest proposals."""
    mine = (Proposals.community_id == community_id, Proposals.proposer_id == user_id, Proposals.proposed_at >= since)
    ordered = select(Proposals).where(*mine).order_by(Proposals.proposed_at.desc()).limit(limit)
    return (await session.execute(ordered)).scalars().all()


async def count_backers(session: AsyncSession, *, community_id: int, proposal_id: int) -> int:
    """How many others have proposed nearly the same."""
    here = (ProposalBackers.community_id == community_id, ProposalBackers.proposal_id == proposal_id)
    return (await session.execute(select(func.count()).select_from(ProposalBackers).where(*here))).scalar_one()


async def authors(
    session: AsyncSession, *, community_id: int, proposal_ids: Collection[int]
) -> Mapping[int, Proposals]:
    """The proposals with those numbers."""
    here = (Proposals.community_id == community_id, Proposals.proposal_id.in_(proposal_ids))
    return {one.proposal_id: one for one in (await session.execute(select(Proposals).where(*here))).scalars()}
