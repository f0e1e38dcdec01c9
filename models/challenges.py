"""Challenges of a community: started by an administrator, joined by a button, paid once to who has all of the days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Index, String, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import audit, communities, fairness, honours, occurrences, outbox, points, returning
from models.audit import Act
from models.bulk import Merge, earliest, upsert
from models.events import Event, Priority, event
from models.ids import new_id
from models.occurrences import Place
from models.refusals import NoSuchThing, Refused
from models.rules import challenges as rules
from models.rules.challenges import Plan, State
from models.rules.days import local_day
from models.rules.fairness import Reason, Uncounted
from models.rules.reach import ReachSettings
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key

# How acts about challenges stand in the audit, and a prize in the ledger.
STARTED, STOPPED = "challenge", "challenge_stop"
PRIZE = "challenge"


class PlanIsImpossible(Refused):
    """A challenge cannot be so long, begin then, or bring so much."""


class OneIsOpen(Refused):
    """A community has one challenge at a time."""


class NoChallenge(Refused):
    """There is none to stop, or to join any more."""


class TooLateToJoin(Refused):
    """A day of it has passed without the member."""


class Challenges(Base):
    """One row per challenge; its title is an administrator's own, and the prize is in hundredths of a point.

    The post with the button to join is `message_id` in `chat_id`. In a forum it stands in the topic in which the
    challenge was started, and so does the result.
    """

    __tablename__ = "challenges"
    __table_args__ = (Index(None, "state"), COMPOSITE)

    community_id: Mapped[CommunityKey]
    challenge_id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(rules.LONGEST_TITLE))
    days: Mapped[int]
    starts_on: Mapped[date] = mapped_column(Date)
    prize: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    chat_id: Mapped[int | None]
    message_id: Mapped[int | None]
    forum_topic: Mapped[int | None]

    @property
    def plan(self) -> Plan:
        """What it asks and what it brings."""
        return Plan(self.days, self.starts_on, self.prize, self.title)


_FINISHED: dict[str, Merge] = {"finished_at": earliest}


class Challengers(Base):
    """One row per member who joined a challenge; `finished_at` once they had all of its days."""

    __tablename__ = "challengers"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _FINISHED}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    challenge_id: Mapped[Key]
    user_id: Mapped[Key]
    joined_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


@event("challenges.opened", version=1, priority=Priority.AWAITED)
@dataclass(frozen=True)
class Opened(Event):
    """An administrator has started a challenge: the group is told, with the button to join."""

    challenge_id: int


@event("challenges.ended", version=1)
@dataclass(frozen=True)
class Ended(Event):
    """A challenge's days are over: the group is told how many have finished it."""

    challenge_id: int


@event("challenges.unjoined", version=1)
@dataclass(frozen=True)
class Unjoined(Event):
    """A challenge's days are over and nobody has joined: those who run the group are told, and not the group."""

    challenge_id: int
    user_id: int | None
    chat_id: int | None


@event("challenges.unposted", version=1)
@dataclass(frozen=True)
class Unposted(Event):
    """Telegram did not take a challenge or its result: those who run the group are told, since the group hears nothing.

    `obstacle` is one of those in the rules.
    """

    challenge_id: int
    obstacle: str
    user_id: int | None
    chat_id: int | None


@event("challenges.shut", version=1)
@dataclass(frozen=True)
class Shut(Event):
    """Nobody can join a challenge any more: its post says so, and its buttons go."""

    challenge_id: int


def quiet_hours(settings: Mapping[str, Mapping[str, Any]]) -> ReachSettings:
    """At which hours a group is told of no result."""
    return changed(ReachSettings(), settings.get("reach", {}))


async def start(
    session: AsyncSession,
    *,
    community_id: int,
    user_id: int,
    plan: Plan,
    source: str,
    now: datetime,
    topic: int | None = None,
) -> int:
    """Start a challenge in an administrator's name, in a forum in one `topic`; the same command starts one only.

    Returns its number.
    """
    here = await communities.held(session, community_id=community_id)
    if here is None:
        raise NoSuchThing
    before = await audit.of_source(session, community_id=community_id, source=source)
    if before is not None:
        return int(before.details["challenge_id"])
    if not rules.is_possible(plan, today=local_day(now, time_zone=here.time_zone)):
        raise PlanIsImpossible
    if await open_one(session, community_id=community_id) is not None:
        raise OneIsOpen
    number = new_id()
    row = {"community_id": community_id, "challenge_id": number, "title": plan.title, "days": plan.days}
    row |= {"starts_on": plan.starts_on, "prize": plan.prize, "state": State.OPEN, "started_at": now}
    await session.execute(insert(Challenges).values(**row, forum_topic=topic))
    details = {"challenge_id": number, "days": plan.days}
    act = Act(community_id=community_id, user_id=user_id, action=STARTED, details=details, source=source, at=now)
    await audit.note(session, act)
    await outbox.put(session, [Opened(community_id, number)], due_at=now)
    due_at = rules.told_at(plan, time_zone=here.time_zone, quiet=quiet_hours(here.settings))
    connection = await session.connection()
    place = Place(community_id, rules.END.name, number)
    await connection.run_sync(lambda sync: occurrences.plan(sync, place=place, due_at=due_at))
    return number


async def stop(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> Challenges:
    """Stop the open challenge: nobody finishes it any more, and who has finished keeps what it brought."""
    await communities.held(session, community_id=community_id)
    running = await open_one(session, community_id=community_id)
    if running is None:
        raise NoChallenge
    running.state = State.STOPPED
    await session.flush()
    connection, number = await session.connection(), running.challenge_id
    about = {"community_id": community_id, "kind": rules.END.name, "key": number}
    await connection.run_sync(lambda sync: occurrences.call_off(sync, **about))  # type: ignore[arg-type]
    await outbox.put(session, [Shut(community_id, number)], due_at=now)
    details = {"challenge_id": running.challenge_id, "days": running.days}
    await audit.note(session, Act(community_id=community_id, user_id=user_id, action=STOPPED, details=details, at=now))
    return running


async def open_one(session: AsyncSession, *, community_id: int) -> Challenges | None:
    """The challenge that is on or to come."""
    chosen = select(Challenges).where(Challenges.community_id == community_id, Challenges.state == State.OPEN)
    return (await session.execute(chosen.order_by(Challenges.challenge_id).limit(1))).scalar_one_or_none()


async def find(session: AsyncSession, *, community_id: int, challenge_id: int) -> Challenges | None:
    """The challenge with that number."""
    here = (Challenges.community_id == community_id, Challenges.challenge_id == challenge_id)
    return (await session.execute(select(Challenges).where(*here))).scalar_one_or_none()


async def posted(session: AsyncSession, *, challenge: Challenges, chat_id: int, message_id: int, now: datetime) -> None:
    """The post with the button to join stands in the group; one that was stopped meanwhile is shut."""
    challenge.chat_id, challenge.message_id = chat_id, message_id
    await session.flush()
    if challenge.state != State.OPEN:
        await outbox.put(session, [Shut(challenge.community_id, challenge.challenge_id)], due_at=now)


async def has_joined(session: AsyncSession, *, challenge: Challenges, user_id: int) -> bool:
    """Whether somebody takes part."""
    row = (Challengers.challenge_id == challenge.challenge_id, Challengers.user_id == user_id)
    chosen = select(Challengers.user_id).where(Challengers.community_id == challenge.community_id, *row)
    return (await session.execute(chosen)).first() is not None


def join(
    connection: Connection,
    *,
    challenge: Challenges,
    user_id: int,
    done: Collection[date],
    today: date,
    now: datetime,
) -> bool:
    """Let a member take part who has checked in on the days `done`; whether that is new. They are held before.

    Who took part, was forgotten and came back is one and not two: what stood for them goes.
    """
    plan = challenge.plan
    if challenge.state != State.OPEN or today > plan.ends_on:
        raise NoChallenge
    key = (challenge.community_id, challenge.challenge_id, user_id)
    if connection.execute(select(Challengers.user_id).where(*_these(*key))).first() is not None:
        return False
    if rules.has_begun_without(plan, today=today, done=done):
        raise TooLateToJoin
    for former in returning.among(connection, [(challenge.community_id, user_id)]).values():
        given_up = (*_these(*key[:2], former), Challengers.finished_at.is_(None))
        connection.execute(delete(Challengers).where(*given_up))
    upsert(connection, Challengers, ("community_id", "challenge_id", "user_id", "joined_at"), [(*key, now)])
    return True


def _these(community_id: int, challenge_id: int, user_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Challengers.community_id == community_id,
        Challengers.challenge_id == challenge_id,
        Challengers.user_id == user_id,
    )


@dataclass(frozen=True)
class Joined:
    """A challenge in which a member takes part and that they have not finished."""

    challenge_id: int
    plan: Plan


def unfinished(connection: Connection, *, community_id: int, user_id: int) -> Sequence[Joined]:
    """Those in which a member takes part and has not finished, but for what was stopped."""
    joined = (
        select(Challenges)
        .join(
            Challengers,
            (Challengers.community_id == Challenges.community_id)
            & (Challengers.challenge_id == Challenges.challenge_id),
        )
        .where(
            Challenges.community_id == community_id,
            Challenges.state != State.STOPPED,
            Challengers.user_id == user_id,
            Challengers.finished_at.is_(None),
        )
        .order_by(Challenges.challenge_id)
    )
    columns = (Challenges.challenge_id, Challenges.days, Challenges.starts_on, Challenges.prize, Challenges.title)
    found = connection.execute(joined.with_only_columns(*columns))
    return [Joined(row.challenge_id, Plan(row.days, row.starts_on, row.prize, row.title)) for row in found]


def finish(
    connection: Connection,
    *,
    community_id: int,
    user_id: int,
    joined: Sequence[Joined],
    done: Collection[date],
    today: date,
    now: datetime,
    pays: bool,
) -> list[Joined]:
    """Have a member finish those of the challenges of which they have all days: each pays once and gives its badge.

    The member is held before; `pays` is false for who is frozen: what is returned then has no prize, as `/why` tells.
    """
    finished = [one for one in joined if rules.is_finished(one.plan, done=done)]
    for one in finished:
        here = _these(community_id, one.challenge_id, user_id)
        connection.execute(update(Challengers).where(*here).values(finished_at=now))
        if one.plan.prize:
            member, source = {"community_id": community_id, "user_id": user_id}, f"challenge:{one.challenge_id}"
            about: dict[str, Any] = {**member, "action": PRIZE, "source": source, "at": now, "day": today}
            if pays:
                points.correct(connection, points=one.plan.prize, **about)
            else:
                fairness.note(connection, [Uncounted(reason=Reason.FROZEN, **about)])
        honours.give(connection, [(community_id, user_id, honours.of_challenge(one.challenge_id))], at=now)
    return finished if pays else [Joined(one.challenge_id, replace(one.plan, prize=0)) for one in finished]


@dataclass(frozen=True)
class Result:
    """How many took part, and how many of them have finished."""

    joined: int
    finished: int


async def result(session: AsyncSession, *, challenge: Challenges) -> Result:
    """What has come of a challenge so far."""
    here = (Challengers.community_id == challenge.community_id, Challengers.challenge_id == challenge.challenge_id)
    counted = select(func.count(), func.count(Challengers.finished_at)).where(*here)
    row = (await session.execute(counted)).one()
    return Result(row[0], row[1])
