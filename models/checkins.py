"""Checking in: each day once, the streak and the make-up cards that follow from it, and what it earns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Date, Index, Select, String, and_, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import challenges, fairness, listing, points
from models.activity import MemberDays
from models.bulk import Merge, add, latest, upsert
from models.bulk import new as new_value
from models.challenges import Challenges, Joined
from models.communities import Communities
from models.ids import new_id
from models.listing import Held
from models.members import Members
from models.refusals import NotForYou, Refused
from models.rules import checkins as rules
from models.rules.challenges import LOOKED_BACK, is_over
from models.rules.checkins import CHECKIN, CheckinsSettings, How, Kept, Outcome
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import FairnessSettings
from models.rules.newcomers import Arrival
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key

_STREAK: dict[str, Merge] = {
    "streak": latest,
    "longest": latest,
    "cards": add,
    "last_day": latest,
    "checkin_id": latest,
}
# A streak is read back by so many days at once.
_AT_ONCE = 64


class CheckinsAreOff(Refused):
    """The group has not switched checking in on."""


class CheckIns(Base):
    """One row per member and day of a streak: checked in, or bridged by what `how` says."""

    __tablename__ = "checkins"
    __table_args__ = ({"info": {"person": ("user_id",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    how: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64))
    brought_card: Mapped[bool] = mapped_column(default=False)


class Streaks(Base):
    """One row per member who ever checked in: the streak as of `last_day`, their longest, and the cards they keep.

    `checkin_id` grows with each check-in: by it is found who has done so since a look.
    """

    __tablename__ = "streaks"
    __table_args__ = (
        Index(None, "community_id", "checkin_id"),
        {"info": {"person": ("user_id",), "merge": _STREAK}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    streak: Mapped[int]
    longest: Mapped[int]
    cards: Mapped[int]
    last_day: Mapped[date] = mapped_column(Date)
    checkin_id: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Standing:
    """How a member stands: the streak that today can still go on with, their longest, cards kept, challenges joined.

    `done` are their days, as far back as the streak and the challenges go.
    """

    streak: int
    longest: int
    cards: int
    is_done_today: bool
    done: Mapping[date, Kept]
    joined: Sequence[Joined] = ()


@dataclass(frozen=True)
class CheckedIn:
    """What a check-in came to; without `outcome` it was one too many. `points` are what it earned, in hundredths."""

    day: date
    outcome: Outcome | None
    standing: Standing
    points: int = 0
    is_double: bool = False
    finished: Sequence[Joined] = ()
    is_for_yesterday: bool = False


def settings_of(here: Communities) -> CheckinsSettings:
    """A community's numbers for checking in."""
    return changed(CheckinsSettings(), here.settings.get("checkins", {}))


async def check_in(session: AsyncSession, *, here: Communities, user_id: int, at: datetime) -> CheckedIn:
    """Check a member in at the moment `at`, once a day of the group's.

    Raises `CheckinsAreOff`, or `NotForYou` for who was never seen there.
    """
    connection = await session.connection()
    return await connection.run_sync(lambda sync: _check_in(sync, here=here, user_id=user_id, at=at))


async def press(session: AsyncSession, *, here: Communities, user_id: int, now: datetime) -> CheckedIn:
    """Check in who pressed the button: in the first moments of a day a streak that hangs on it goes on."""
    connection = await session.connection()

    def pressed(sync: Connection) -> CheckedIn:
        known = _days(sync, here, user_id, enough=2)
        joined = challenges.unfinished(sync, community_id=here.community_id, user_id=user_id)
        begun_on = {one.plan.starts_on for one in joined}
        at = rules.moment_of_press(now, time_zone=here.time_zone, known=known, begun_on=begun_on)
        return replace(_check_in(sync, here=here, user_id=user_id, at=at), is_for_yesterday=at != now)

    return await connection.run_sync(pressed)


async def days_of(session: AsyncSession, *, community_id: int, user_id: int) -> set[date]:
    """The days on which a member has checked in; not those that a card or a zone has bridged."""
    mine = (CheckIns.community_id == community_id, CheckIns.user_id == user_id, CheckIns.how == How.CHECKED)
    return set((await session.execute(select(CheckIns.day).where(*mine))).scalars())


async def standing(session: AsyncSession, *, here: Communities, user_id: int, now: datetime) -> Standing:
    """How a member stands now."""
    connection = await session.connection()
    return await connection.run_sync(lambda sync: _standing(sync, here=here, user_id=user_id, at=now))


async def join(
    session: AsyncSession, *, here: Communities, challenge: Challenges, user_id: int, now: datetime
) -> tuple[bool, Sequence[Joined]]:
    """Let a member take part in a challenge; whether that is new, and what they have finished by it already."""
    if not settings_of(here).on:
        raise CheckinsAreOff
    connection = await session.connection()

    def joined(sync: Connection) -> tuple[bool, Sequence[Joined]]:
        held = listing.hold(sync, [(here.community_id, user_id)])
        done = _days(sync, here, user_id, since=challenge.starts_on)
        at = rules.moment_of_press(now, time_zone=here.time_zone, known=done, begun_on={challenge.starts_on})
        today = local_day(at, time_zone=here.time_zone)
        is_new = challenges.join(sync, challenge=challenge, user_id=user_id, done=done, today=today, now=now)
        this = [Joined(challenge.challenge_id, challenge.plan)] if is_new else []
        return is_new, _finish(sync, here, user_id, this, done, now=now, held=held)

    return await connection.run_sync(joined)


def _check_in(connection: Connection, *, here: Communities, user_id: int, at: datetime) -> CheckedIn:
    settings = settings_of(here)
    if not settings.on:
        raise CheckinsAreOff
    # Ours alone until the commit: of two at once the second sees what the first has done.
    held = listing.hold(connection, [(here.community_id, user_id)])
    arrival = _arrival(connection, here, user_id)
    before = _standing(connection, here=here, user_id=user_id, at=at)
    zone, day = here.time_zone, local_day(at, time_zone=here.time_zone)
    outcome = rules.decide(at, time_zone=zone, known=before.done, cards=before.cards, settings=settings)
    if outcome is None:
        return CheckedIn(day, None, before)
    done = rules.with_outcome(outcome, before.done, at=at, time_zone=zone)
    _write(connection, here, user_id, outcome, done)
    worth = rules.worth_of(day, joined_on=rules.joined_on(arrival, time_zone=zone), settings=settings)
    booked = _award(connection, here, user_id, worth, at=at, held=held)
    finished = _finish(connection, here, user_id, before.joined, done, now=at, held=held)
    over = {one.challenge_id for one in finished}
    after = Standing(
        streak=rules.streak_on(day, done, cards=outcome.cards),
        longest=max(before.longest, outcome.streak),
        cards=outcome.cards,
        is_done_today=True,
        done=done,
        joined=[one for one in before.joined if one.challenge_id not in over],
    )
    _keep(connection, here, user_id, after)
    return CheckedIn(day, outcome, after, booked, booked > settings.points, finished)


def newest(connection: Connection, *, community_id: int) -> int:
    """The number of a community's latest check-in; 0 without any."""
    chosen = select(func.max(Streaks.checkin_id)).where(Streaks.community_id == community_id)
    return connection.execute(chosen).scalar_one_or_none() or 0


def since(connection: Connection, *, community_id: int, checkin_id: int) -> set[int]:
    """Who has checked in after that, whatever it is worth; a few before it are looked at again."""
    mine = (Streaks.community_id == community_id, Streaks.checkin_id > checkin_id - points.OVERLAP)
    return set(connection.execute(select(Streaks.user_id).where(*mine)).scalars())


def days_besides(connection: Connection, *, community_id: int, user_ids: Collection[int]) -> Mapping[int, int]:
    """On how many days some members have checked in and were not active in any other way."""
    same = and_(
        *[getattr(MemberDays, name) == getattr(CheckIns, name) for name in ("community_id", "user_id", "day")],
        or_(MemberDays.messages > 0, MemberDays.reactions_given > 0, MemberDays.votes > 0),
    )
    theirs = (CheckIns.community_id == community_id, CheckIns.user_id.in_(user_ids), CheckIns.how == How.CHECKED)
    alone = select(CheckIns.user_id, func.count()).outerjoin(MemberDays, same)
    counted = alone.where(*theirs, MemberDays.user_id.is_(None)).group_by(CheckIns.user_id)
    return {row[0]: row[1] for row in connection.execute(counted)} if user_ids else {}


@dataclass(frozen=True)
class Participation:
    """Of how many who were active on some days how many checked in; who did on two days counts twice."""

    checked_in: int
    active: int


async def participation(session: AsyncSession, *, here: Communities, now: datetime) -> Participation:
    """How a group has checked in on the last days, by which a challenge is as long as it can keep up."""
    today = local_day(now, time_zone=here.time_zone)
    first, last = today - timedelta(days=LOOKED_BACK), today - timedelta(days=1)
    came = select(CheckIns.user_id, CheckIns.day).where(
        CheckIns.community_id == here.community_id, CheckIns.day.between(first, last), CheckIns.how == How.CHECKED
    )
    did = MemberDays.messages + MemberDays.reactions_given + MemberDays.votes > 0
    active = select(MemberDays.user_id, MemberDays.day).where(
        MemberDays.community_id == here.community_id, MemberDays.day.between(first, last), did
    )
    counted = [select(func.count()).select_from(each.subquery()) for each in (came, union(came, active))]
    return Participation(*[(await session.execute(each)).scalar_one() for each in counted])


def _arrival(connection: Connection, here: Communities, user_id: int) -> Arrival:
    chosen = select(Members.first_seen_at, Members.first_joined_at).where(
        Members.community_id == here.community_id, Members.user_id == user_id
    )
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise NotForYou
    return Arrival(row.first_seen_at, row.first_joined_at)


def _kept(connection: Connection, here: Communities, user_id: int) -> tuple[int, int]:
    """The cards that a member keeps, and their longest streak."""
    mine = (Streaks.community_id == here.community_id, Streaks.user_id == user_id)
    row = connection.execute(select(Streaks.cards, Streaks.longest).where(*mine)).one_or_none()
    return (0, 0) if row is None else (row.cards, row.longest)


def _days(
    connection: Connection, here: Communities, user_id: int, *, since: date | None = None, enough: int = 0
) -> dict[date, Kept]:
    """A member's days, the latest first: back to `since`, or to the last gap but one, or `enough` of them."""
    mine = (CheckIns.community_id == here.community_id, CheckIns.user_id == user_id)
    columns = (CheckIns.day, CheckIns.how, CheckIns.at, CheckIns.time_zone, CheckIns.brought_card)
    ordered: Select[*tuple[Any, ...]] = select(*columns).where(*mine).order_by(CheckIns.day.desc())
    if since is not None:
        return _read(connection, ordered.where(CheckIns.day >= since))
    limit = enough or _AT_ONCE
    while True:
        known = _read(connection, ordered.limit(limit))
        if enough or len(known) < limit or _gaps(known) > 1:
            return known
        limit *= 8


def _read(connection: Connection, chosen: Select[*tuple[Any, ...]]) -> dict[date, Kept]:
    return {row.day: Kept(How(row.how), row.at, row.time_zone, row.brought_card) for row in connection.execute(chosen)}


def _gaps(days: Sequence[date] | Mapping[date, Kept]) -> int:
    ordered = list(days)
    return sum(later - earlier > timedelta(days=1) for later, earlier in pairwise(ordered))


def _write(
    connection: Connection, here: Communities, user_id: int, outcome: Outcome, done: Mapping[date, Kept]
) -> None:
    """Write the day down, and those that are bridged before it."""
    columns = ("community_id", "user_id", "day", "how", "at", "time_zone", "brought_card")
    days = sorted({*outcome.bridged, outcome.day})
    rows = [(here.community_id, user_id, day, *done[day]) for day in days]
    upsert(connection, CheckIns, columns, rows, merge=dict.fromkeys(columns[3:], new_value))


def _keep(connection: Connection, here: Communities, user_id: int, after: Standing) -> None:
    kept = ("streak", "longest", "cards", "last_day", "checkin_id")
    row = (here.community_id, user_id, after.streak, after.longest, after.cards, max(after.done), new_id())
    upsert(connection, Streaks, ("community_id", "user_id", *kept), [row], merge=dict.fromkeys(kept, new_value))


def _award(connection: Connection, here: Communities, user_id: int, worth: int, *, at: datetime, held: Held) -> int:
    """Book what a check-in is worth; returns what of it counted."""
    if not worth:
        return 0
    day = local_day(at, time_zone=here.time_zone)
    tiers = changed(FairnessSettings(), here.settings.get("fairness", {}))
    limits = Limits(worth, tiers.daily_cap(CHECKIN.tier))
    source = f"checkin:{day.isoformat()}"
    claim = Claim(here.community_id, user_id, CHECKIN, worth, source, at, day, limits)
    granted = points.award(connection, [claim], held=held)
    fairness.note(connection, granted.uncounted)
    return sum(booked.points for booked in granted.claims)


def _finish(
    connection: Connection,
    here: Communities,
    user_id: int,
    joined: Sequence[Joined],
    done: Mapping[date, Kept],
    *,
    now: datetime,
    held: Held,
) -> Sequence[Joined]:
    """Have a member finish the challenges of which they have all days by now."""
    return challenges.finish(
        connection,
        community_id=here.community_id,
        user_id=user_id,
        joined=joined,
        done=done,
        today=local_day(now, time_zone=here.time_zone),
        now=now,
        pays=(here.community_id, user_id) not in held.frozen,
    )


def _standing(connection: Connection, *, here: Communities, user_id: int, at: datetime) -> Standing:
    today = local_day(at, time_zone=here.time_zone)
    known = _days(connection, here, user_id)
    cards, longest = _kept(connection, here, user_id)
    unfinished = challenges.unfinished(connection, community_id=here.community_id, user_id=user_id)
    joined = [one for one in unfinished if not is_over(one.plan, now=at, time_zone=here.time_zone)]
    if joined:
        known |= _days(connection, here, user_id, since=min(one.plan.starts_on for one in joined))
    is_done = rules.is_again(at, time_zone=here.time_zone, known=known)
    return Standing(rules.streak_on(today, known, cards=cards), longest, cards, is_done, known, joined)
