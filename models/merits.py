"""Who comes to a role and who loses it: judged each morning by what others have gained, whatever that is worth.

Points do not decide: a group may give none, or take them for something else. What counts are the questions that
somebody's answers have helped with, and the works of theirs that were accepted, as far as nobody has undone them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, not_, or_, select
from sqlalchemy.orm import Mapped

from models import levels, outbox, roles
from models.bulk import look_up, upsert
from models.bulk import new as new_value
from models.cocreation_entries import standing
from models.communities import Communities, State
from models.events import Event
from models.members import Members, is_inside
from models.points import was_undone
from models.questions import Questions, source_in_row
from models.reviews import WorkLikes
from models.roles import RoleTurned
from models.rules import reach
from models.rules import roles as rules
from models.rules.days import local_day, zone
from models.rules.newcomers import Arrival, NewcomersSettings, is_inside_gate
from models.rules.questions import HELPED
from models.rules.reach import ReachSettings
from models.rules.roles import Breadth, Role, Tenure, Turn
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey
from models.stretches import AT_ONCE, HERE, Here, Stretch, within
from models.works import Works


class RoleRuns(Base):
    """One row per community in which roles are on: when those of its members are judged again."""

    __tablename__ = "role_runs"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    due_at: Mapped[datetime]


_ON = Communities.settings["roles"]["on"].as_boolean()
# The communities whose roles are to be judged, or to rest from now on.
_DUE = (
    select(*HERE)
    .outerjoin(RoleRuns, RoleRuns.community_id == Communities.community_id)
    .where(
        within(Communities.community_id),
        Communities.state == State.ACTIVE,
        or_(
            and_(_ON, or_(RoleRuns.due_at.is_(None), RoleRuns.due_at <= bindparam("now"))),
            and_(not_(_ON), RoleRuns.due_at.is_not(None)),
        ),
    )
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)


def look(connection: Connection, stretch: Stretch, now: datetime) -> Sequence[Here]:
    """The communities in which it is time to judge."""
    return [Here._make(row) for row in connection.execute(_DUE, {**stretch.bounds, "now": now})]


def judge(connection: Connection, here: Here, now: datetime) -> None:
    """Judge a community's holders, and those who have done enough lately: once a day, in the morning.

    What counts moves at midnight, and nobody is to hear of it then. Where roles were switched off, they rest.
    """
    if not roles.settings_of(here).on:
        roles.forget_warnings(connection, community_id=here.community_id)
        connection.execute(delete(RoleRuns).where(RoleRuns.community_id == here.community_id))
        return
    hours = changed(ReachSettings(), here.settings.get("reach", {}))
    due_at = reach.next_morning(now, time_zone=here.time_zone, settings=hours)
    row = (here.community_id, due_at)
    upsert(connection, RoleRuns, ("community_id", "due_at"), [row], merge={"due_at": new_value})
    if reach.is_day(now.astimezone(zone(here.time_zone)), settings=hours):
        outbox.put_now(connection, _judge(connection, here, now), due_at=now)


def _judge(connection: Connection, here: Here, now: datetime) -> list[Event]:
    settings, community_id = roles.settings_of(here), here.community_id
    today = local_day(now, time_zone=here.time_zone)
    since = _beginning(rules.since(today, settings=settings), here)
    held = roles.hold(connection, community_id=community_id)
    tenures = {(row.user_id, row.role): _tenure(row, here.time_zone) for row in held}
    news: list[Event] = []
    for role in Role:
        holders = {user_id for user_id, name in tenures if name == role.value}
        gained = _gained(connection, here, role, since=since, times=settings.times, now=now)
        for user_id in _inside(connection, community_id, holders | set(gained)):
            # Who has not done anything often enough is without the breadth that a role takes.
            fulfilled = rules.fulfils(gained.get(user_id, Breadth(0, 0, 0)), settings=settings)
            tenure = tenures.get((user_id, role.value))
            turn = rules.turn(tenure, is_fulfilled=fulfilled, today=today, settings=settings)
            if turn is not None:
                until = rules.kept_until(today, settings=settings) if turn is Turn.WARNED else None
                roles.carry_out(connection, (community_id, user_id, role.value), turn, now=now, until=until)
                levels.know(connection, here, [user_id], now)
                news.append(RoleTurned(community_id, user_id, role.value, turn.value))
    return news


def _inside(connection: Connection, community_id: int, user_ids: Collection[int]) -> Sequence[int]:
    """Those of some people who are there: who is away is given no role, and the one that they hold rests."""
    these = (Members.community_id == community_id, Members.user_id.in_(user_ids), Members.user_id > 0)
    chosen = select(Members.user_id).where(*these, is_inside()).order_by(Members.user_id)
    return connection.execute(chosen).scalars().all()


def _beginning(day: date, here: Here) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone(here.time_zone))


def _tenure(row: Row[Any], time_zone: str) -> Tenure:
    return Tenure(local_day(row.kept_at or row.since, time_zone=time_zone), row.kept_until)


class _Gain(NamedTuple):
    """When somebody has done what counts for a role, and who had something of it."""

    moments: list[datetime]
    people: set[int]


_Gains = dict[int, _Gain]


def _gained(
    connection: Connection, here: Here, role: Role, *, since: datetime, times: int, now: datetime
) -> Mapping[int, Breadth]:
    """What those who have done enough by a role's way since a moment have done in all, as far as it stands."""
    gains: _Gains = {}
    by = _by_answers if role is Role.EXPERT else _by_works
    by(connection, here.community_id, since, times, gains)
    counting = _counting(connection, here, {person for gain in gains.values() for person in gain.people}, now)
    return {
        user_id: Breadth(
            len(gain.moments),
            len({local_day(moment, time_zone=here.time_zone) for moment in gain.moments}),
            len(gain.people & counting),
        )
        for user_id, gain in gains.items()
    }


def _often(column: Mapped[Any], done: Sequence[ColumnElement[bool]], times: int) -> Any:
    """Who may have done enough: so often, whatever of it was undone."""
    return select(column).where(*done, column > 0).group_by(column).having(func.count() >= times)


def _by_answers(connection: Connection, community_id: int, since: datetime, times: int, gains: _Gains) -> None:
    """When somebody's answers were said to have helped, and whom."""
    done = (Questions.community_id == community_id, Questions.solved_at >= since)
    helper: Any = Questions.helper_id
    whose: dict[str, Any] = {"community_id": Questions.community_id, "user_id": helper}
    stands = ~was_undone(**whose, action=HELPED.action, source=source_in_row())
    chosen = select(helper, Questions.asker_id, Questions.solved_at)
    for row in connection.execute(chosen.where(*done, helper.in_(_often(helper, done, times)), stands)):
        gain = gains.setdefault(row.helper_id, _Gain([], set()))
        gain.moments.append(row.solved_at)
        gain.people.add(row.asker_id)


def _by_works(connection: Connection, community_id: int, since: datetime, times: int, gains: _Gains) -> None:
    """When somebody has shared the works that were accepted, and who has a reaction on them."""
    done = (Works.community_id == community_id, Works.shared_at >= since)
    accepted = (*done, Works.author_id.in_(_often(Works.author_id, done, times)), *standing())
    for row in connection.execute(select(Works.author_id, Works.shared_at).where(*accepted)):
        gains.setdefault(row.author_id, _Gain([], set())).moments.append(row.shared_at)
    same = and_(WorkLikes.community_id == Works.community_id, WorkLikes.work_id == Works.work_id)
    liked = select(Works.author_id, WorkLikes.giver_id).join(WorkLikes, same).where(*accepted)
    for author_id, giver_id in connection.execute(liked.where(WorkLikes.giver_id != Works.author_id).distinct()):
        gains[author_id].people.add(giver_id)


def _counting(connection: Connection, here: Here, people: Collection[int], now: datetime) -> set[int]:
    """Those of the people who count: no newcomers, and nobody who is kept from earning."""
    settings = changed(NewcomersSettings(), here.settings.get("newcomers", {}))
    keys = [(here.community_id, person) for person in sorted(people)]
    columns = ("user_id", "first_seen_at", "first_joined_at", "messages", "frozen")
    found = look_up(connection, Members, keys, by=("community_id", "user_id"), columns=columns)
    return {row[0] for row in found if not row[4] and not _is_new(row[1], row[2], row[3], now, settings)}


def _is_new(
    seen_at: datetime, joined_at: datetime | None, messages: int, at: datetime, settings: NewcomersSettings
) -> bool:
    arrival = Arrival(seen_at, joined_at)
    return arrival.was_seen and is_inside_gate(arrival, messages=messages, at=at, settings=settings)
