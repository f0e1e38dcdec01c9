"""What becomes of a shared work: accepted, declined, featured or undone, each once, with its points and its cause."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models import (
    admin_chats,
    audit,
    awards,
    channels,
    cocreation_entries,
    cocreations,
    communities,
    occurrences,
    outbox,
    staff,
    work_cards,
    work_pins,
    works,
)
from models.audit import Act
from models.bulk import is_surely_empty, look_up, table_of, upsert
from models.communities import Communities
from models.events import Event
from models.facts import Batch, Reacted
from models.members import Members
from models.occurrences import Due, Settled
from models.pseudonyms import is_named, is_pseudonym
from models.rules import works as rules
from models.rules.cocreations import WON
from models.rules.earning import Claim
from models.rules.fairness import FairnessSettings
from models.rules.newcomers import Arrival, NewcomersSettings, is_inside_gate
from models.rules.occasions import Why
from models.rules.reminding import is_news, is_urgent
from models.rules.settings import changed
from models.rules.works import WORK, WORK_FEATURED, Fault, Form, Grade, Proposal, Stage, WorksSettings
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.signs import Sign, SignDue
from models.works import DecidedBefore, OwnWork, Undone, WorkDeclined, Works, WorksWaiting

# So many works whose reactions have changed are judged in one transaction.
MOST_AT_ONCE = 50


class WorkLikes(Base):
    """Who has a reaction on a shared work, counted from its sharing on."""

    __tablename__ = "work_likes"
    __table_args__ = ({"info": {"person": ("giver_id",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    work_id: Mapped[Key]
    giver_id: Mapped[Key]


_PLACE = ("community_id", "chat_id", "message_id")


def observe(connection: Connection, batch: Batch, *, waited: Sequence[Reacted] = ()) -> None:
    """Note who reacts to shared works, and have those judged anew; the works of the batch are known by now.

    Where works are switched off nothing is accepted, and what has lost its cause is taken back all the same.
    """
    chosen = batch.enabled("works", WorksSettings())
    told = [
        fact
        for fact in (*waited, *batch.of(Reacted))
        if fact.person is not None and (fact.place.chat_id in chosen or not fact.stays)
    ]
    if not told or is_surely_empty(connection, Works):
        return
    places = {
        (batch.communities[fact.place.chat_id].community_id, fact.place.chat_id, fact.message_id): None for fact in told
    }
    columns = (*_PLACE, "work_id", "author_id")
    found = {
        (row[1], row[2]): (row[0], row[3], row[4])
        for row in look_up(connection, Works, sorted(places), by=_PLACE, columns=columns)
    }
    likes: dict[tuple[int, int, int], bool] = {}
    for fact in told:
        work = found.get((fact.place.chat_id, fact.message_id))
        if work is not None and fact.person is not None and fact.person.user_id != work[2]:
            likes[work[0], work[1], fact.person.user_id] = fact.stays
    _write(connection, likes)


def _write(connection: Connection, likes: Mapping[tuple[int, int, int], bool]) -> None:
    if not likes:
        return
    key = ("community_id", "work_id", "giver_id")
    upsert(connection, WorkLikes, key, sorted(like for like, stays in likes.items() if stays))
    gone = sorted(like for like, stays in likes.items() if not stays)
    if gone:
        table = table_of(WorkLikes)
        connection.execute(delete(table).where(tuple_(*[table.c[name] for name in key]).in_(gone)))
    stirred = sorted({like[:2] for like in likes})
    table = table_of(Works)
    here = tuple_(table.c.community_id, table.c.work_id).in_(stirred)
    connection.execute(update(table).where(here).values(stirred=True))


async def people(session: AsyncSession, *, community: Communities, work: Works, now: datetime) -> int:
    """How many members' reactions to a work count: of those who are no newcomers any more, and may earn."""
    newcomers = changed(NewcomersSettings(), community.settings.get("newcomers", {}))
    about = {"community_id": work.community_id, "work_ids": [work.work_id], "newcomers": newcomers, "now": now}
    connection = await session.connection()
    counted = await connection.run_sync(lambda sync: count_people(sync, **about))  # type: ignore[arg-type]
    return counted.get(work.work_id, 0)


def count_people(
    connection: Connection,
    *,
    community_id: int,
    work_ids: Collection[int],
    newcomers: NewcomersSettings,
    now: datetime,
) -> Mapping[int, int]:
    """The same of several works, by their numbers; one without any is left out."""
    likers = and_(Members.community_id == WorkLikes.community_id, Members.user_id == WorkLikes.giver_id)
    chosen = (
        select(WorkLikes.work_id, Members.first_seen_at, Members.first_joined_at, Members.messages)
        .join(WorkLikes, likers)
        .where(WorkLikes.community_id == community_id, WorkLikes.work_id.in_(work_ids))
        .where(Members.frozen.is_not(True))
    )
    return Counter(row[0] for row in connection.execute(chosen) if not _is_new(*row[1:], now, newcomers))


def _is_new(
    seen_at: datetime, joined_at: datetime | None, messages: int, at: datetime, settings: NewcomersSettings
) -> bool:
    arrival = Arrival(seen_at, joined_at)
    return arrival.was_seen and is_inside_gate(arrival, messages=messages, at=at, settings=settings)


async def proposal(
    session: AsyncSession, *, community: Communities, work: Works, now: datetime
) -> tuple[Proposal, Works | None]:
    """The grade that is proposed for a work, and the earlier one that it is like, if any."""
    earlier = await works.earlier_like(session, work=work)
    liked = await people(session, community=community, work=work, now=now)
    proposed = rules.proposal(form=Form(work.form), letters=work.letters, people=liked, seen_before=earlier is not None)
    return proposed, earlier


@dataclass(frozen=True)
class Worth:
    """What each grade, and to be featured, would bring a work's author today, before a day's limit has cut it.

    `factor` is by what the next step's is multiplied, in hundredths, where it is.
    """

    grades: Mapping[Grade, int]
    featured: int
    factor: int | None = None


async def worth(session: AsyncSession, *, community: Communities, work: Works, now: datetime) -> Worth:
    """What a work is worth to its author; nothing to who was forgotten."""
    if is_pseudonym(work.author_id):
        return Worth(dict.fromkeys(Grade, 0), 0)
    settings = changed(WorksSettings(), community.settings.get("works", {}))
    accepted = [_accepted_as(community, work, settings, grade, now) for grade in Grade]
    *graded, featured = await awards.worth(session, [*accepted, _featured(community, work, settings, now)])
    grades = {grade: claim.points for grade, claim in zip(Grade, graded, strict=True)}
    factors = {Stage.WAITING.value: graded[0].factor, Stage.ACCEPTED.value: featured.factor}
    return Worth(grades, featured.points, factors.get(work.state))


def _accepted_as(community: Communities, work: Works, settings: WorksSettings, grade: Grade, now: datetime) -> Claim:
    """What an author earns by a work that is accepted with a grade."""
    about = {"points": settings.points(grade), "daily_cap": settings.daily_cap_points}
    return awards.claim(community, user_id=work.author_id, way=WORK, source=work.award, now=now, **about)


def _featured(community: Communities, work: Works, settings: WorksSettings, now: datetime) -> Claim:
    """What an author earns by a work that is featured."""
    about = {"points": settings.featured_points, "daily_cap": settings.featured_daily_cap_points}
    return awards.claim(community, user_id=work.author_id, way=WORK_FEATURED, source=work.award, now=now, **about)


async def accept(
    session: AsyncSession, *, community: Communities, work_id: int, grade: Grade, user_id: int | None, now: datetime
) -> Works:
    """Accept a work that waits; nobody in particular did where it was the members' reactions.

    Raises `DecidedBefore` or `OwnWork`.
    """
    work = await _held(session, community, work_id, user_id, since=(Stage.WAITING,))
    settings = works.in_force(community)
    work.turn += 1
    work.held_back = False
    work.state, work.grade, work.fault = Stage.ACCEPTED.value, int(grade), None
    work.decided_by, work.decided_at = user_id, now
    work.points, work.cut_by = 0, None
    booked = 0
    if not is_pseudonym(work.author_id):
        work.points, work.cut_by = await awards.give(session, _accepted_as(community, work, settings, grade, now))
        booked = work.points + await _won_again(session, community, work, now)
    await _tell(session, work, Sign.ACCEPTED, now)
    await _note(session, work, "work_accepted", user_id, points=booked, now=now)
    return work


async def _won_again(session: AsyncSession, community: Communities, work: Works, now: datetime) -> int:
    """What a work brings that has won a co-creation and was undone since: judged anew it has won again.

    Whoever undoes a winner's work to give it another grade would take the prize away for ever.
    """
    if work.turn <= 1 or not await cocreation_entries.has_won(session, work=work):
        return 0
    cap = changed(FairnessSettings(), community.settings.get("fairness", {})).daily_cap(WON.tier)
    prize = {"points": cocreations.settings_of(community).winner_points, "daily_cap": cap}
    claim = awards.claim(community, user_id=work.author_id, way=WON, source=work.award, now=now, **prize)
    return (await awards.give(session, claim)).points


async def decline(
    session: AsyncSession, *, community: Communities, work_id: int, fault: Fault, user_id: int, now: datetime
) -> Works:
    """Decline a work that waits, and have its author told why; raises `DecidedBefore` or `OwnWork`."""
    work = await _held(session, community, work_id, user_id, since=(Stage.WAITING,))
    work.state, work.grade, work.fault = Stage.DECLINED.value, None, fault.value
    work.decided_by, work.decided_at = user_id, now
    await _tell(session, work, Sign.NONE, now)
    await _note(session, work, "work_declined", user_id, points=None, now=now)
    if fault is not Fault.GONE and not is_pseudonym(work.author_id):
        await outbox.put(session, [WorkDeclined(work.community_id, work.author_id, work.work_id)], due_at=now)
    return work


async def feature(session: AsyncSession, *, community: Communities, work_id: int, user_id: int, now: datetime) -> Works:
    """Feature a work that is accepted; raises `DecidedBefore` or `OwnWork`."""
    work = await _held(session, community, work_id, user_id, since=(Stage.ACCEPTED,))
    settings = works.in_force(community)
    work.state, work.decided_by, work.decided_at = Stage.FEATURED.value, user_id, now
    booked = 0
    if not is_pseudonym(work.author_id):
        booked, cut_by = await awards.give(session, _featured(community, work, settings, now))
        work.cut_by = cut_by or work.cut_by
    work.points = (work.points or 0) + booked
    await _tell(session, work, Sign.FEATURED, now)
    await _note(session, work, "work_featured", user_id, points=booked, now=now)
    await channels.copy(session, community_id=work.community_id, work_id=work.work_id, now=now)
    if settings.pins:
        await work_pins.pin(session, work=work, most=settings.most_pinned, now=now)
    return work


async def undo(
    session: AsyncSession, *, community: Communities, work_id: int, user_id: int | None, now: datetime
) -> Undone:
    """Take a decision back, with what it has earned and used of the day's limits: the work waits again.

    Raises `DecidedBefore` or `OwnWork`.
    """
    decided = (Stage.ACCEPTED, Stage.FEATURED, Stage.DECLINED)
    work = await _held(session, community, work_id, user_id, since=decided)
    if user_id is not None and work.state != Stage.DECLINED:
        # Or the next reaction would accept it once more.
        work.held_back = True
    if work.state == Stage.FEATURED:
        await channels.copy(session, community_id=work.community_id, work_id=work.work_id, now=now)
        await work_pins.unpin(session, work=work, now=now)
    outside = None
    if work.state == Stage.DECLINED:
        most = cocreations.settings_of(community).entries_each
        outside = await cocreation_entries.stand_back(session, work=work, most=most)
    taken = 0
    for way in (WORK, WORK_FEATURED, WON):
        taken += await awards.take_back(session, community, user_id=work.author_id, way=way, source=work.award, now=now)
    work.state, work.grade, work.fault = Stage.WAITING.value, None, None
    work.points = work.cut_by = work.decided_by = work.decided_at = None
    await _tell(session, work, Sign.SEEN, now)
    await _note(session, work, "work_undone", user_id, points=-taken, now=now)
    return Undone(work, outside)


async def _held(
    session: AsyncSession, community: Communities, work_id: int, user_id: int | None, *, since: Collection[str]
) -> Works:
    work = await works.hold(session, community_id=community.community_id, work_id=work_id)
    if work.state not in since:
        raise DecidedBefore
    if user_id is not None and work.author_id == user_id:
        raise OwnWork
    return work


async def _tell(session: AsyncSession, work: Works, sign: Sign, now: datetime) -> None:
    await outbox.put(session, [SignDue(work.community_id, work.chat_id, work.message_id, sign)], due_at=now)
    await work_cards.changed(session, work=work, now=now)
    await session.flush()


async def _note(
    session: AsyncSession, work: Works, action: str, user_id: int | None, *, points: int | None, now: datetime
) -> None:
    """What an administrator did stands in the audit; what reactions did stands in the ledger alone."""
    if user_id is None:
        return
    about = {"community_id": work.community_id, "member_id": work.author_id}
    await audit.note(session, Act(**about, user_id=user_id, action=action, points=points, at=now))  # type: ignore[arg-type]


async def judge_stirred(session: AsyncSession, *, now: datetime) -> bool:
    """Accept what enough members have reacted to, and take it back where they are too few again.

    Whether there may be more to judge.
    """
    chosen = select(Works).where(Works.stirred.is_(True)).order_by(Works.community_id, Works.work_id)
    held = chosen.limit(MOST_AT_ONCE).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    found = (await session.execute(held)).scalars().all()
    for work in found:
        work.stirred = False
        community = await communities.find(session, community_id=work.community_id)
        if community is not None:
            await _judge(session, community, work, now)
    await session.flush()
    return len(found) == MOST_AT_ONCE


async def _judge(session: AsyncSession, community: Communities, work: Works, now: datetime) -> None:
    settings = changed(WorksSettings(), community.settings.get("works", {}))
    by_members = work.state == Stage.ACCEPTED and work.decided_by is None
    may_be_accepted = work.state == Stage.WAITING and not work.held_back
    if not settings.accepted_by or not (by_members or (settings.on and may_be_accepted)):
        return
    enough = rules.is_accepted(people=await people(session, community=community, work=work, now=now), settings=settings)
    about = {"community": community, "work_id": work.work_id, "user_id": None, "now": now}
    if enough and not by_members:
        # What was seen before may please again and still be somebody else's: that is an administrator's to say.
        if await works.earlier_like(session, work=work) is not None:
            return
        await accept(session, grade=Grade.FAIR, **about)  # type: ignore[arg-type]
    elif by_members and not enough:
        await undo(session, **about)  # type: ignore[arg-type]


def remind(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Have administrators reminded of works that wait: of new ones, before they must be decided, and else weekly.

    Of their own they are not reminded. Where nobody is, it is skipped: so the schedule knows when they were told last.
    """
    homes = {one.community_id: one for one in due}
    waiting = (Works.community_id.in_(homes), Works.state == Stage.WAITING, is_named(Works.author_id))
    # Whoever has reacted as a newcomer may be none by now.
    connection.execute(update(table_of(Works)).where(*waiting).values(stirred=True))
    newest: dict[int, dict[int, datetime]] = {}
    latest = select(Works.community_id, Works.author_id, func.max(Works.shared_at)).where(*waiting)
    for community_id, author_id, shared_at in connection.execute(latest.group_by(Works.community_id, Works.author_id)):
        newest.setdefault(community_id, {})[author_id] = shared_at
    leaders, told_at = staff.leaders(connection, list(newest)), occurrences.done_last(connection, due)
    ends = cocreation_entries.waiting_until(connection, newest)
    told = admin_chats.addressees(connection, list(newest))
    news: list[Event] = [
        WorksWaiting(community_id, one.user_id, one.chat_id)
        for community_id in sorted(told)
        for one in told[community_id]
        if _is_told(
            _newest_for(one, newest[community_id], leaders.get(community_id, set())),
            homes[community_id],
            told_at=told_at.get(community_id),
            until=ends.get(community_id),
            now=now,
        )
    ]
    outbox.put_now(connection, news, due_at=now)
    heard = {one.community_id for one in news}
    return {one.place: Why.NOTHING for one in due if one.community_id not in heard}


def _newest_for(told: admin_chats.Addressee, authors: Mapping[int, datetime], leaders: set[int]) -> datetime | None:
    """When the newest of the works was shared about which who is told may decide: nobody does about their own."""
    deciding = (leaders or {0}) if told.user_id is None else {told.user_id}
    return max((at for author, at in authors.items() if deciding - {author}), default=None)


def _is_told(
    newest_at: datetime | None, one: Due, *, told_at: datetime | None, until: datetime | None, now: datetime
) -> bool:
    if newest_at is None:
        return False
    about = {"newest_at": newest_at, "told_at": told_at, "now": now}
    return is_urgent(until=until, now=now) or is_news(**about, time_zone=one.here.time_zone)  # type: ignore[arg-type]
