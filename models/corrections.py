"""What administrators do to a member's points by hand: each deed once, in the ledger and in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import audit, communities, members, outbox, people, places, points, topic_answers
from models.audit import Act, Audit
from models.communities import Communities
from models.events import Event, event
from models.members import Members
from models.people import People
from models.places import MessagePlace
from models.points import Ledger
from models.refusals import NoSuchThing, Refused
from models.rules.corrections import CorrectionsSettings, Kind
from models.rules.days import local_day
from models.rules.settings import changed
from models.signs import Sign, SignDue


class NotAMember(Refused):
    """Whoever is meant was never seen in this community."""


class AmountOutOfBounds(Refused):
    """One correction may not change so much, or so little."""

    def __init__(self, most: int) -> None:
        super().__init__(f"not from 0.01 to {most / 100:g}")
        self.most = most


class NothingToReverse(Refused):
    """There is nothing to undo: nothing was earned there, or it was undone before."""


class IsFrozenAlready(Refused):
    """Whoever shall be frozen is."""


class IsNotFrozen(Refused):
    """Whoever shall earn again does."""


@event("corrections.done", version=1)
@dataclass(frozen=True)
class Corrected(Event):
    """An administrator has changed somebody's points by hand, or stopped or resumed their earning.

    `undone` is the number of the entry that was undone, or of the first of them.
    """

    user_id: int
    audit_id: int
    undone: int | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """A message that a command is about."""

    chat_id: int
    message_id: int
    album: str | None = None


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What an administrator wants done. `points` are in hundredths; `source` names the command.

    A reversal is about what a `target` has earned or about one entry; without either about the last correction. What
    is given in answer to a message is praise for it.
    """

    community_id: int
    user_id: int
    kind: Kind
    member_id: int
    reason: str
    source: str
    points: int = 0
    target: Target | None = None
    entry_id: int | None = None

    @property
    def is_praise(self) -> bool:
        """Whether it was said before everybody, to a message that stands there, whom it is for."""
        return self.kind is Kind.GRANT and self.target is not None


@dataclass(frozen=True)
class Done:
    """What came of a deed: whom it was about, and by how much their points went up or down, in hundredths.

    `undone` is like that of `Corrected`.
    """

    member_id: int
    name: str
    points: int = 0
    is_again: bool = False
    undone: int | None = None


def source_of(*, chat_id: int, message_id: int) -> str:
    """The source under which what a command asked for is booked."""
    return f"command:{chat_id}:{message_id}"


async def carry_out(session: AsyncSession, *, deed: Deed, now: datetime) -> Done:
    """Do it, unless it was done before; raises a `Refused` where it cannot be done."""
    community = await communities.find(session, community_id=deed.community_id)
    if community is None:
        raise NoSuchThing
    before = await audit.of_source(session, community_id=deed.community_id, source=deed.source)
    if before is not None:
        name = await _name(session, before.member_id or 0)
        return Done(before.member_id or 0, name, before.points or 0, is_again=True)
    if await members.find(session, community_id=deed.community_id, user_id=deed.member_id) is None:
        raise NotAMember
    change: int | None = None
    entry_id: int | None = None
    undone: Sequence[int] = ()
    match deed.kind:
        case Kind.GRANT | Kind.DEDUCT:
            change, entry_id = await _correct(session, deed, community, now)
        case Kind.REVERSE:
            change, undone = await _reverse(session, deed, community, now)
            entry_id = undone[0] if len(undone) == 1 else None
        case Kind.FREEZE | Kind.UNFREEZE:
            await _freeze(session, deed)
    act = Act(
        community_id=deed.community_id,
        user_id=deed.user_id,
        action=deed.kind.value,
        member_id=deed.member_id,
        points=change,
        entry_id=entry_id,
        reason=deed.reason,
        source=deed.source,
        at=now,
    )
    number = await audit.note(session, act)
    if deed.user_id != deed.member_id:
        news = Corrected(deed.community_id, deed.member_id, number, undone=next(iter(undone), None))
        await outbox.put(session, [news], due_at=now)
    name = await _name(session, deed.member_id)
    return Done(deed.member_id, name, change or 0, undone=next(iter(undone), None))


async def place_of(
    session: AsyncSession, *, community_id: int, user_id: int, entry_id: int | None
) -> MessagePlace | None:
    """Where the message stands that an entry of a member's came from, as far as that is known."""
    here = (Ledger.community_id == community_id, Ledger.user_id == user_id, Ledger.entry_id == entry_id)
    row = (await session.execute(select(Ledger.source, Ledger.at).where(*here))).first()
    if row is None:
        return None
    found = await places.of(session, community_id=community_id, user_id=user_id, sources={row.source: row.at})
    return found.get(row.source)


async def _name(session: AsyncSession, user_id: int) -> str:
    person = await people.find(session, user_id=user_id)
    return person.first_name if person else ""


async def _correct(session: AsyncSession, deed: Deed, community: Communities, now: datetime) -> tuple[int, int | None]:
    settings = changed(CorrectionsSettings(), community.settings.get("corrections", {}))
    if not 1 <= deed.points <= settings.most_at_once_points:
        raise AmountOutOfBounds(settings.most_at_once_points)
    change = deed.points if deed.kind is Kind.GRANT else -deed.points
    connection = await session.connection()
    entry_id = await connection.run_sync(
        lambda sync: points.correct(
            sync,
            community_id=deed.community_id,
            user_id=deed.member_id,
            action=deed.kind.value,
            points=change,
            source=deed.source,
            at=now,
            day=local_day(now, time_zone=community.time_zone),
        )
    )
    return change, entry_id


async def _reverse(
    session: AsyncSession, deed: Deed, community: Communities, now: datetime
) -> tuple[int, Sequence[int]]:
    entries = await _entries(session, deed)
    connection = await session.connection()
    taken, number = await connection.run_sync(
        lambda sync: points.reverse(
            sync,
            community_id=deed.community_id,
            user_id=deed.member_id,
            entries=entries,
            at=now,
            today=local_day(now, time_zone=community.time_zone),
        )
    )
    if not number:
        raise NothingToReverse
    if deed.target is not None:
        await _take_sign(session, deed.community_id, deed.target, now)
    return -taken, entries


async def _take_sign(session: AsyncSession, community_id: int, target: Target, now: datetime) -> None:
    """An answer to the day's topic that was undone bears no sign of ours any more."""
    place = {"community_id": community_id, "chat_id": target.chat_id, "message_id": target.message_id}
    if await topic_answers.at(session, **place) is not None:
        await outbox.put(session, [SignDue(**place, sign=Sign.NONE)], due_at=now)


async def _entries(session: AsyncSession, deed: Deed) -> list[int]:
    """The numbers of the entries to undo: those of a message, else the member's last correction that stands."""
    target = deed.target
    if deed.entry_id is not None:
        return [deed.entry_id]
    if target is None:
        return await _last_correction(session, deed)
    connection = await session.connection()
    return await connection.run_sync(
        lambda sync: points.earned_by_message(
            sync,
            community_id=deed.community_id,
            user_id=deed.member_id,
            chat_id=target.chat_id,
            message_id=target.message_id,
            album=target.album,
        )
    )


async def _last_correction(session: AsyncSession, deed: Deed) -> list[int]:
    mine = (Ledger.community_id == deed.community_id, Ledger.user_id == deed.member_id)
    undone = select(Ledger.reverses).where(*mine, Ledger.reverses.is_not(None))
    corrections = Ledger.action.in_((Kind.GRANT.value, Kind.DEDUCT.value))
    chosen = select(Ledger.entry_id).where(
        *mine, corrections, Ledger.reverses.is_(None), Ledger.entry_id.not_in(undone)
    )
    return list((await session.execute(chosen.order_by(Ledger.entry_id.desc()).limit(1))).scalars())


async def corrected_by(session: AsyncSession, *, community_id: int, chat_id: int, message_id: int) -> Audit | None:
    """The grant or deduction that a command in the group has asked for."""
    source = source_of(chat_id=chat_id, message_id=message_id)
    found = await audit.of_source(session, community_id=community_id, source=source)
    return found if found is not None and found.action in (Kind.GRANT, Kind.DEDUCT) else None


async def _freeze(session: AsyncSession, deed: Deed) -> None:
    frozen = deed.kind is Kind.FREEZE
    turned = await members.set_frozen(session, community_id=deed.community_id, user_id=deed.member_id, frozen=frozen)
    if not turned:
        raise IsFrozenAlready if frozen else IsNotFrozen


async def called(session: AsyncSession, *, community_id: int, username: str) -> int | None:
    """The member who bears a username (without its sign); of several who ever did, who was last seen with it."""
    same = People.called == username.lower()
    chosen = select(People.user_id).join(Members, Members.user_id == People.user_id)
    latest = chosen.where(Members.community_id == community_id, same).order_by(People.named_at.desc()).limit(1)
    return (await session.execute(latest)).scalar_one_or_none()
