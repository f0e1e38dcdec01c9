"""What a member is shown about themselves in one community."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import activity, checkins, communities, levels, members, messages, points, roles, standings
from models.refusals import NotForYou
from models.rules.days import local_day
from models.rules.levels import Progress, own_names
from models.rules.messages import MessagesSettings
from models.rules.points import Period, starts_on
from models.rules.settings import changed
from models.standings import Score


@dataclass(frozen=True)
class Card:
    """A member's standing; points in hundredths.

    `curve` holds the points of each day of this week up to today, from `monday` on; `streak` says for how many days in
    a row they have been active. `since` is the join that Kith saw, if any; `ending` are roles that they may lose, and
    up to which day they keep them.
    """

    title: str
    time_zone: str
    balance: int
    lifetime: int
    week: Score
    monday: date
    curve: Sequence[int]
    earned_today: int
    daily_cap: int
    messages_this_week: int
    reactions_given_this_week: int
    reactions_received_this_week: int
    checkins_this_week: int
    active_days_this_week: int
    streak: int
    since: date | None
    level: Progress | None = None
    level_names: Sequence[str] = ()
    ending: Sequence[tuple[str, date]] = ()


async def card(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> Card:
    """The member's card; `NotForYou` if this person was never seen in that community."""
    community = await communities.find(session, community_id=community_id)
    member = await members.find(session, community_id=community_id, user_id=user_id)
    if community is None or member is None:
        raise NotForYou
    today = local_day(now, time_zone=community.time_zone)
    monday = starts_on(Period.WEEK, day=today)
    week = await activity.days(session, community_id=community_id, user_id=user_id, since=monday)
    settings = changed(MessagesSettings(), community.settings.get("messages", {}))
    joined = member.joined_at
    whose = {"community_id": community_id, "user_id": user_id}
    checked_in = await checkins.days_of(session, **whose)
    checked = {day for day in checked_in if day >= monday}
    earned = await standings.summary(session, community_id=community_id, user_id=user_id, today=today)
    return Card(
        title=community.title,
        time_zone=community.time_zone,
        balance=await points.balance(session, community_id=community_id, user_id=user_id),
        lifetime=earned.lifetime,
        week=earned.week,
        monday=monday,
        curve=earned.by_day,
        earned_today=await points.earned_on(
            session, community_id=community_id, user_id=user_id, day=today, action=messages.ACTION
        ),
        daily_cap=settings.daily_cap_points,
        messages_this_week=sum(day.messages for day in week),
        reactions_given_this_week=sum(day.reactions_given for day in week),
        reactions_received_this_week=sum(day.reactions_received for day in week),
        checkins_this_week=len(checked),
        active_days_this_week=len(
            {day.day for day in week if day.messages or day.reactions_given or day.votes} | checked
        ),
        streak=await activity.streak(session, **whose, today=today, besides=checked_in),
        since=local_day(joined, time_zone=community.time_zone) if joined else None,
        level=levels.progress_with(earned.lifetime, here=community),
        level_names=own_names(levels.settings_of(community).names),
        ending=await roles.ending(session, here=community, user_id=user_id),
    )
