"""Badges, judged now and then by what is counted anyway: nothing is done for them when something happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import checkins, honours, outbox, points
from models.activity import MemberDays
from models.bulk import Merge, latest, look_up, upsert
from models.bulk import new as new_value
from models.checkins import Streaks
from models.communities import Communities, State
from models.events import Event, event
from models.honours import Given
from models.members import Members
from models.occurrences import Occurrences, Stage
from models.points import Ledger
from models.rules import badges as rules
from models.rules.badges import PODIUM, Badge, BadgesSettings, Measures
from models.rules.boards import SEASON as SEASON_BOARD
from models.rules.clock import Beat, key_of
from models.rules.days import local_day
from models.rules.points import Period, board_number, starts_on
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey
from models.standings import Standings
from models.stretches import AT_ONCE, HERE, Here, Stretch, within

_RUN: dict[str, Merge] = {"entry_id": latest, "season": latest}


class BadgeRuns(Base):
    """One row per community with badges: to which entry of the ledger, or check-in, it was judged, and the season."""

    __tablename__ = "badge_runs"
    __table_args__ = ({"info": {"merge": _RUN}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    entry_id: Mapped[int]
    season: Mapped[date] = mapped_column(Date)


@event("badges.given", version=1)
@dataclass(frozen=True)
class BadgesGiven(Event):
    """A member has new badges, their names with commas between: they are told in private, if they may be written to."""

    user_id: int
    badges: str


# A member's new badges, and when they are to be told of them.
_News = tuple[list[str], datetime]
_PLACES = {badge.value: place for place, badge in enumerate(Badge)}


def settings_of(here: Communities | Here) -> BadgesSettings:
    """A community's choices about badges."""
    return changed(BadgesSettings(), here.settings.get("badges", {}))


_NEWEST = select(func.max(Ledger.entry_id)).where(Ledger.community_id == Communities.community_id).scalar_subquery()
# Check-ins may be worth nothing; their numbers are of one kind with the entries'.
_CHECKED_IN = select(Streaks.user_id).where(
    Streaks.community_id == Communities.community_id, Streaks.checkin_id > BadgeRuns.entry_id
)
# The communities with badges in which somebody has earned, or checked in.
_WITH_NEWS = (
    select(*HERE)
    .outerjoin(BadgeRuns, BadgeRuns.community_id == Communities.community_id)
    .where(
        within(Communities.community_id),
        Communities.state == State.ACTIVE,
        Communities.settings["badges"]["on"].as_boolean(),
        or_(BadgeRuns.entry_id.is_(None), BadgeRuns.entry_id < _NEWEST, _CHECKED_IN.exists()),
    )
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)


def look(connection: Connection, stretch: Stretch, _now: datetime) -> Sequence[Here]:
    """The communities in which somebody may have come to a badge."""
    return [Here._make(row) for row in connection.execute(_WITH_NEWS, stretch.bounds)]


def judge(connection: Connection, here: Here, now: datetime) -> None:
    """Give badges to those of a community who have come to them since the last look."""
    _tell(connection, here.community_id, _judge(connection, here, now), now)


def _place(badge: str) -> int:
    """Where a badge stands among all, so that the word of several names them as /badges does."""
    return _PLACES.get(badge, len(_PLACES))


def _tell(connection: Connection, community_id: int, new: Mapping[int, _News], now: datetime) -> None:
    """Have members told of their new badges, with those of which the word to them has not left yet."""
    waiting = outbox.take_waiting(connection, community_id=community_id, kind=BadgesGiven, people=list(new))
    before: dict[int, _News] = {}
    for news, due_at in waiting:
        badges, first = before.get(news.user_id, ([], due_at))
        before[news.user_id] = [*badges, *news.badges.split(",")], min(first, due_at)
    told = []
    for user_id, (badges, due_at) in sorted(new.items()):
        earlier, first = before.get(user_id, ([], due_at))
        named = ",".join(sorted([*earlier, *badges], key=_place))
        told.append((BadgesGiven(community_id, user_id, named), max(min(first, due_at), now)))
    outbox.put_each(connection, told)


def _judge(connection: Connection, here: Here, now: datetime) -> Mapping[int, _News]:
    community_id, today = here.community_id, local_day(now, time_zone=here.time_zone)
    season = starts_on(Period.SEASON, day=today)
    run = select(BadgeRuns).where(BadgeRuns.community_id == community_id).with_for_update()
    before = connection.execute(run).one_or_none()
    newest = max(
        points.newest_entry(connection, community_id=community_id),
        checkins.newest(connection, community_id=community_id),
    )
    columns = ("community_id", "entry_id", "season")
    ended: date | None = before.season if before is not None and before.season < season else None
    if ended is not None and _ends_with_a_board(connection, community_id, began=season):
        season, ended = ended, None
    row = (community_id, newest, season)
    upsert(connection, BadgeRuns, columns, [row], merge=dict.fromkeys(columns[1:], new_value))
    # Who was there before badges came is looked at once they do something again.
    judged_to = before.entry_id if before else newest
    moved = {
        *points.earned_since(connection, community_id=community_id, entry_id=judged_to),
        *checkins.since(connection, community_id=community_id, checkin_id=judged_to),
    }
    given = _come_to(connection, community_id, [user_id for user_id in sorted(moved) if user_id > 0])
    if ended is not None:
        given += _podium(connection, community_id, ended)
    return _give(connection, given, settings_of(here), now)


def _ends_with_a_board(connection: Connection, community_id: int, *, began: date) -> bool:
    """Whether the season before the one that began on a day waits for its board, which then brings the badges."""
    place = (community_id, SEASON_BOARD.name, key_of(Beat.SEASON, began))
    columns = ("community_id", "kind", "key")
    found = look_up(connection, Occurrences, [place], by=columns, columns=("state",))
    return any(row[0] == Stage.PLANNED for row in found)


def end_season(
    connection: Connection, *, community_id: int, settings: Mapping[str, Mapping[str, Any]], season: date, now: datetime
) -> None:
    """Give the badges of the season that began on a day, which is over, and have those told who get one."""
    chosen = changed(BadgesSettings(), settings.get("badges", {}))
    if not chosen.on:
        return
    following = starts_on(Period.SEASON, day=season + timedelta(days=92))
    connection.execute(_ENDED, {"here": community_id, "its_season": season, "following": following})
    new = _give(connection, _podium(connection, community_id, season), chosen, now)
    _tell(connection, community_id, new, now)


def _give(
    connection: Connection, given: Sequence[Given], settings: BadgesSettings, now: datetime
) -> Mapping[int, _News]:
    """Give badges; returns who has got which, and is to be told of them."""
    new = honours.give(connection, given, at=now)
    if not settings.tell:
        return {}
    had: dict[int, set[str]] = {}
    for _, user_id, badge in given:
        had.setdefault(user_id, set()).add(badge)
    by_member: dict[int, list[str]] = {}
    for _, user_id, badge in new:
        by_member.setdefault(user_id, []).append(badge.partition(":")[0])
    return {user_id: (named, now + rules.told_after(named, held=had[user_id])) for user_id, named in by_member.items()}


def _come_to(connection: Connection, community_id: int, user_ids: Sequence[int]) -> list[Given]:
    measures = measured(connection, community_id=community_id, user_ids=user_ids)
    return [
        (community_id, user_id, badge.value)
        for user_id, figures in sorted(measures.items())
        for badge in sorted(rules.earned(figures))
    ]


def measured(connection: Connection, *, community_id: int, user_ids: Sequence[int]) -> Mapping[int, Measures]:
    """The figures of members by which badges are judged, but for seasons."""
    if not user_ids:
        return {}
    keys, by = [(community_id, user_id) for user_id in user_ids], ("community_id", "user_id")
    written = {row[0]: row[1] for row in look_up(connection, Members, keys, by=by, columns=("user_id", "messages"))}
    streaks = {row[0]: row[1] for row in look_up(connection, Streaks, keys, by=by, columns=("user_id", "longest"))}
    active = or_(MemberDays.messages > 0, MemberDays.reactions_given > 0, MemberDays.votes > 0)
    sums = (
        select(
            MemberDays.user_id,
            func.sum(MemberDays.answers),
            func.sum(MemberDays.likes),
            func.sum(case((active, 1), else_=0)),
        )
        .where(MemberDays.community_id == community_id, MemberDays.user_id.in_(user_ids))
        .group_by(MemberDays.user_id)
    )
    days = {row[0]: row for row in connection.execute(sums)}
    # To check in is to be active, as the card of `/me` has it.
    besides = checkins.days_besides(connection, community_id=community_id, user_ids=sorted(streaks))
    found = {}
    for user_id in user_ids:
        _, replies, likes, active_days = days.get(user_id, (user_id, 0, 0, 0))
        found[user_id] = Measures(
            messages=written.get(user_id, 0),
            replies=int(replies),
            likes=int(likes),
            active_days=int(active_days) + besides.get(user_id, 0),
            streak=streaks.get(user_id, 0),
        )
    return found


# Built once: a season ends in many communities within the same hour.
_ON_BOARD = and_(
    Standings.community_id == bindparam("here"), Standings.board == bindparam("its_board"), Standings.listed
)
_LAST_ON_PODIUM = (
    select(Standings.points)
    .where(_ON_BOARD, Standings.points > 0)
    .order_by(Standings.points.desc())
    .offset(PODIUM - 1)
    .limit(1)
)
_PODIUM = select(Standings.user_id).where(_ON_BOARD, Standings.points >= bindparam("least")).order_by(Standings.user_id)
_ENDED = (
    update(BadgeRuns)
    .where(BadgeRuns.community_id == bindparam("here"), BadgeRuns.season <= bindparam("its_season"))
    .values(season=bindparam("following"))
)


def _podium(connection: Connection, community_id: int, season: date) -> list[Given]:
    """The badges of those who ended a season, named by its first day, among the first."""
    here = {"here": community_id, "its_board": board_number(Period.SEASON, day=season)}
    least = connection.execute(_LAST_ON_PODIUM, here).scalar_one_or_none() or 1
    badge = f"{Badge.SEASON.value}:{season.isoformat()}"
    found = connection.execute(_PODIUM, {**here, "least": least}).scalars()
    return [(community_id, user_id, badge) for user_id in found]


@dataclass(frozen=True)
class Held:
    """A badge that a member has: which, since when, and `source`, the challenge or season that it is for."""

    badge: str
    at: datetime
    source: str = ""


@dataclass(frozen=True)
class Collection:
    """A member's badges, and those that they have not got yet and can get there."""

    held: Sequence[Held]
    missing: Sequence[Badge]


async def collection(session: AsyncSession, *, here: Communities, user_id: int) -> Collection:
    """A member's badges and what is left to get by what the community has switched on.

    Switched off, the ten rest; what a challenge or a co-creation has promised is theirs all the same.
    """
    rows = await honours.held_by(session, community_id=here.community_id, user_id=user_id)
    held = [Held(row.badge.partition(":")[0], row.at, row.badge.partition(":")[2]) for row in rows]
    # Those of one moment stand as all badges do, the same for everybody.
    held.sort(key=lambda one: (one.at, _place(one.badge)))
    if not settings_of(here).on:
        return Collection([one for one in held if one.badge not in _PLACES], [])
    names = {one.badge for one in held}
    there = rules.to_get(with_checkins=checkins.settings_of(here).on)
    return Collection(held, [badge for badge in there if badge.value not in names])
