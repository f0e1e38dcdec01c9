"""Who comes to a role and who loses it: judged each morning by what others have gained, whatever that is worth.

Points do not decide: a group may give none, or take them for something else. What counts are the questions that
somebody's answers have helped with, and the works of theirs that were accepted, as far as nobody has undone them.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, not_, or_, select
from sqlalchemy.orm import Mapped, aliased

from models import levels, outbox, roles
from models.bulk import new as new_value
from models.bulk import upsert
from models.cocreation_entries import standing
from models.communities import Communities, State
from models.events import Event
from models.members import Members
from models.points import Ledger
from models.questions import Questions, source_of
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
        often = _often(connection, community_id, role, since=since, times=settings.times)
        for user_id in sorted(one for one in holders | often if one > 0):
            breadth = _breadth(connection, here, role, user_id, since=since, now=now)
            fulfilled = rules.fulfils(breadth, settings=settings)
            tenure = tenures.get((user_id, role.value))
            turn = rules.turn(tenure, is_fulfilled=fulfilled, today=today, settings=settings)
            if turn is not None:
                until = rules.kept_until(today, settings=settings) if turn is Turn.WARNED else None
                roles.carry_out(connection, (community_id, user_id, role.value), turn, now=now, until=until)
                levels.know(connection, here, user_id, now)
                news.append(RoleTurned(community_id, user_id, role.value, turn.value))
    return news


def _beginning(day: date, here: Here) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone(here.time_zone))


def _tenure(row: Row[Any], time_zone: str) -> Tenure:
    return Tenure(local_day(row.kept_at or row.since, time_zone=time_zone), row.kept_until)


def _often(connection: Connection, community_id: int, role: Role, *, since: datetime, times: int) -> set[int]:
    """Who may have done enough by a role's way since a moment: so often, whatever of it was undone."""
    if role is Role.EXPERT:
        column: Any = Questions.helper_id
        done = (Questions.community_id == community_id, Questions.solved_at >= since, column > 0)
    else:
        column = Works.author_id
        done = (Works.community_id == community_id, Works.shared_at >= since, column > 0)
    return set(connection.execute(select(column).where(*done).group_by(column).having(func.count() >= times)).scalars())


def _breadth(
    connection: Connection, here: Here, role: Role, user_id: int, *, since: datetime, now: datetime
) -> Breadth:
    by = _by_answers if role is Role.EXPERT else _by_works
    moments, people = by(connection, here.community_id, user_id, since)
    days = {local_day(moment, time_zone=here.time_zone) for moment in moments}
    return Breadth(len(moments), len(days), _count(connection, here, people, now))


def _by_answers(
    connection: Connection, community_id: int, user_id: int, since: datetime
) -> tuple[list[datetime], set[int]]:
    """When somebody's answers were said to have helped, and whom."""
    mine = (Questions.community_id == community_id, Questions.helper_id == user_id, Questions.solved_at >= since)
    undone = _undone(connection, community_id, user_id)
    found = select(
        Questions.asker_id,
        Questions.solved_at,
        Questions.chat_id,
        Questions.answer_id,
        Questions.question_id,
        Questions.turn,
    )
    rows = [row for row in connection.execute(found.where(*mine)) if source_of(*row[2:]) not in undone]
    return [row.solved_at for row in rows], {row.asker_id for row in rows}


def _undone(connection: Connection, community_id: int, user_id: int) -> set[str]:
    """For which helpful answers somebody was paid, and an administrator has undone it."""
    undoing = aliased(Ledger)
    same = and_(undoing.community_id == Ledger.community_id, undoing.reverses == Ledger.entry_id)
    mine = (Ledger.community_id == community_id, Ledger.user_id == user_id, Ledger.action == HELPED.action)
    return set(connection.execute(select(Ledger.source).join(undoing, same).where(*mine)).scalars())


def _by_works(
    connection: Connection, community_id: int, user_id: int, since: datetime
) -> tuple[list[datetime], set[int]]:
    """When somebody has shared the works that were accepted, and who has a reaction on them."""
    mine = (Works.community_id == community_id, Works.author_id == user_id, Works.shared_at >= since, *standing())
    works = {
        row.work_id: row.shared_at for row in connection.execute(select(Works.work_id, Works.shared_at).where(*mine))
    }
    liked = (WorkLikes.community_id == community_id, WorkLikes.work_id.in_(works), WorkLikes.giver_id != user_id)
    givers = connection.execute(select(WorkLikes.giver_id).where(*liked).distinct()).scalars()
    return list(works.values()), set(givers)


def _count(connection: Connection, here: Here, people: Collection[int], now: datetime) -> int:
    """How many of them count: no newcomers, and nobody who is kept from earning."""
    settings = changed(NewcomersSettings(), here.settings.get("newcomers", {}))
    columns = (Members.first_seen_at, Members.first_joined_at, Members.messages)
    mine = (Members.community_id == here.community_id, Members.user_id.in_(people), Members.frozen.is_not(True))
    return sum(not _is_new(*row, now, settings) for row in connection.execute(select(*columns).where(*mine)))


def _is_new(
    seen_at: datetime, joined_at: datetime | None, messages: int, at: datetime, settings: NewcomersSettings
) -> bool:
    arrival = Arrival(seen_at, joined_at)
    return arrival.was_seen and is_inside_gate(arrival, messages=messages, at=at, settings=settings)
