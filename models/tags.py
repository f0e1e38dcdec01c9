"""The tag beside a member's name: that of their level or role, kept true a few at a time.

Members, administrators and Telegram itself change tags too, and tell nobody. So Telegram is asked which one a member
has before ours is set or taken away, and whoever turns out to have another keeps it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import levels, outbox
from models.bulk import new as new_value
from models.bulk import upsert
from models.comings import Coming
from models.communities import Communities, State
from models.events import Event, Priority, event
from models.facts import Batch
from models.levels import Levels
from models.members import MemberKey, Members, is_inside
from models.rules.levels import LevelsSettings, as_tag, own_names
from models.rules.tags import AT_ONCE as TAGS_AT_ONCE
from models.rules.tags import TRIED_AGAIN
from models.schema import COMPOSITE, Base, CommunityKey
from models.stretches import AT_ONCE, HERE, Here, Stretch, within

RIGHT = "can_manage_tags"


class TagRuns(Base):
    """One row per community with tags: by which words they were set, and how far all of them have been renewed since.

    `words` is all that decides who is called how, the levels' curve too; empty where no tags are shown. `renewed_to` is
    the last member that was looked at because the words have changed; empty once all have been.
    """

    __tablename__ = "tag_runs"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    words: Mapped[str | None] = mapped_column(String(400))
    renewed_to: Mapped[int | None]


@event("tags.doubted", version=1, priority=Priority.BROADCAST)
@dataclass(frozen=True)
class TagDoubted(Event):
    """A member's tag may be out of date: Telegram is asked which one they have."""

    user_id: int


@event("tags.free", version=1, priority=Priority.BROADCAST)
@dataclass(frozen=True)
class TagFree(Event):
    """A member has no tag, or one of ours, and should have another, or none: it is set, or taken away."""

    user_id: int


@event("tags.left", version=1, fleeting=True)
@dataclass(frozen=True)
class TagLeft(Event):
    """Somebody was forgotten who had a tag of ours: Telegram is asked whether they still have it."""

    user_id: int
    tag: str


@event("tags.ownerless", version=1, fleeting=True)
@dataclass(frozen=True)
class TagOwnerless(Event):
    """Somebody who was forgotten still has our tag: it is taken away."""

    user_id: int
    tag: str


_LEVELS = Communities.settings["levels"]
_HAS_ROLES = case((Communities.settings["roles"]["on"].as_boolean(), "roles"), else_="none")
_CURVE = func.coalesce(_LEVELS["curve"].as_string(), LevelsSettings().curve)
_NAMED = Communities.language + ":" + _HAS_ROLES + ":" + _CURVE + ":" + func.coalesce(_LEVELS["names"].as_string(), "")
_WORDS = case((and_(_LEVELS["on"].as_boolean(), _LEVELS["tags"].as_boolean()), _NAMED), else_=None)
# Who was forgotten has a number below all of Telegram's.
_DUE = and_(Levels.user_id > 0, Levels.tag_at <= bindparam("now"))
# The communities in which tags may be out of date, and Kith may change them.
_WITH_NEWS = (
    select(*HERE)
    .outerjoin(TagRuns, TagRuns.community_id == Communities.community_id)
    .where(
        within(Communities.community_id),
        Communities.state == State.ACTIVE,
        cast(Communities.bot_rights, String).contains(RIGHT),
        or_(
            TagRuns.words.is_distinct_from(_WORDS),
            TagRuns.renewed_to.is_not(None),
            select(Levels.user_id).where(Levels.community_id == Communities.community_id, _DUE).exists(),
        ),
    )
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)
_RUN = (
    select(_WORDS.label("wanted"), TagRuns.words, TagRuns.renewed_to)
    .select_from(Communities)
    .outerjoin(TagRuns, TagRuns.community_id == Communities.community_id)
    .where(Communities.community_id == bindparam("here"))
)
_DUE_HERE = (
    select(Levels.user_id)
    .where(Levels.community_id == bindparam("here"), _DUE)
    .order_by(Levels.tag_at, Levels.user_id)
    .limit(TAGS_AT_ONCE)
)


def may_tag(here: Communities | Here) -> bool:
    """Whether Telegram lets Kith change tags in a community."""
    return RIGHT in here.bot_rights.get("rights", ())


def are_shown(here: Communities | Here) -> bool:
    """Whether a community wants tags."""
    chosen = levels.settings_of(here)
    return chosen.on and chosen.tags


def of_levels(here: Communities, own: Mapping[int, str]) -> Mapping[int, str]:
    """The tag of each level: by the group's own names as far as it has any, else by `own` in its language."""
    named = dict(enumerate(own_names(levels.settings_of(here).names), start=1))
    return {level: as_tag(named.get(level, own[level])) for level in own}


def look(connection: Connection, stretch: Stretch, now: datetime) -> Sequence[Here]:
    """The communities in which a tag may say what is so no more."""
    return [Here._make(row) for row in connection.execute(_WITH_NEWS, {**stretch.bounds, "now": now})]


def judge(connection: Connection, here: Here, now: datetime) -> None:
    """Have Telegram asked about a few members whose tags may be out of date, or were made of other words."""
    community_id = here.community_id
    run = connection.execute(_RUN, {"here": community_id}).one()
    found = list(connection.execute(_DUE_HERE, {"here": community_id, "now": now}).scalars())
    room = TAGS_AT_ONCE - len(found)
    renewed_to: int | None = run.renewed_to if run.words == run.wanted else 0
    if renewed_to is not None and room:
        more = _following(connection, here, renewed_to, room)
        renewed_to = more[-1] if len(more) == room else None
        # By another curve they have other levels, earning or not.
        levels.know(connection, here, more, now)
        found += more
    columns = ("community_id", "words", "renewed_to")
    row = (community_id, run.wanted, renewed_to)
    upsert(connection, TagRuns, columns, [row], merge=dict.fromkeys(columns[1:], new_value))
    asked = _askable(connection, here, found)
    # Who is away, or has nothing to lose where there are no tags, is asked about once that is otherwise.
    levels.look_at_tags(connection, {(community_id, user_id) for user_id in set(found) - asked}, at=None)
    levels.look_at_tags(connection, {(community_id, user_id) for user_id in asked}, at=now + TRIED_AGAIN)
    outbox.put_now(connection, [TagDoubted(community_id, user_id) for user_id in sorted(asked)], due_at=now)


def _following(connection: Connection, here: Here, after: int, most: int) -> list[int]:
    """The next of those whose tags are renewed."""
    theirs = [Levels.community_id == here.community_id, Levels.user_id > after]
    chosen = select(Levels.user_id).where(*theirs, *_with_a_tag(here)).order_by(Levels.user_id).limit(most)
    return list(connection.execute(chosen).scalars())


def _askable(connection: Connection, here: Here, user_ids: Sequence[int]) -> set[int]:
    """Of some members those who are there and may have a tag of ours, or are to."""
    same = and_(Members.community_id == Levels.community_id, Members.user_id == Levels.user_id)
    theirs = [Levels.community_id == here.community_id, Levels.user_id.in_(user_ids)]
    chosen = select(Levels.user_id).join(Members, same).where(*theirs, is_inside(), *_with_a_tag(here))
    return set(connection.execute(chosen).scalars())


def _with_a_tag(here: Here) -> list[ColumnElement[bool]]:
    return [] if are_shown(here) else [Levels.tag.is_not(None)]


def observe(
    connection: Connection, batch: Batch, *, comings: Sequence[Coming], promoted: Collection[MemberKey]
) -> None:
    """Have the tags of those looked at who came back, or run the group no more: Telegram has taken theirs."""
    moved = {*promoted, *((one.community_id, one.user_id) for one in comings if one.came)}
    if not moved:
        return
    chosen = batch.enabled("levels", LevelsSettings())
    shown = {batch.communities[chat_id].community_id for chat_id, numbers in chosen.items() if numbers.tags}
    levels.look_at_tags(connection, {member for member in moved if member[0] in shown}, at=batch.now)


async def is_free(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> None:
    """A member has no tag, or ours, and should have another: it may be changed."""
    await outbox.put(session, [TagFree(community_id, user_id)], due_at=now)


async def left_by(session: AsyncSession, *, community_id: int | None, user_id: int) -> Sequence[TagLeft]:
    """What has to be done about the tags of somebody who is going to be forgotten, in one community or in all."""
    theirs = [Levels.user_id == user_id, Levels.tag.is_not(None)]
    if community_id is not None:
        theirs.append(Levels.community_id == community_id)
    found = await session.execute(select(Levels.community_id, Levels.tag).where(*theirs).order_by(Levels.community_id))
    return [TagLeft(row.community_id, user_id, row.tag) for row in found]


async def is_ownerless(session: AsyncSession, left: TagLeft, *, now: datetime) -> None:
    """Somebody who was forgotten still has our tag."""
    await outbox.put(session, [TagOwnerless(left.community_id, left.user_id, left.tag)], due_at=now)
