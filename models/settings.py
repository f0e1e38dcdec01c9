"""A group's own settings: what is in force, and changing it, with who did it and when kept in the audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models import audit, communities, listing, menu, replanning
from models.audit import Act
from models.communities import Communities
from models.refusals import NoSuchThing, Refused
from models.rules.exchange import OWN, Unfit
from models.rules.features import FEATURE_SETTINGS
from models.rules.rhythm import FEATURES as TIMED
from models.rules.settings import changed

# How an act stands in the audit by which settings changed: each by itself, by a file, or by a template.
ACTION = "settings"
# The feature whose settings decide who is listed.
LISTING = "standings"
# The field by which a feature is turned on: its commands come and go with it.
SWITCH = "on"


class SettingIsRefused(Refused):
    """What somebody wrote cannot be a setting."""

    def __init__(self, unfit: Unfit) -> None:
        super().__init__(str(unfit))
        self.unfit = unfit


Values = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Change:
    """One setting that was changed; points are in hundredths."""

    feature: str
    field: str
    before: Any
    after: Any


def made(feature: str) -> type:
    """The dataclass in which a feature declares its settings; raises `NoSuchThing`."""
    found = FEATURE_SETTINGS.get(feature)
    if found is None:
        raise NoSuchThing
    return found


def in_force(community: Communities, feature: str) -> Any:
    """The settings of one feature in a community."""
    return changed(made(feature)(), community.settings.get(feature, {}))


def all_in_force(community: Communities) -> dict[str, Any]:
    """The settings of all features."""
    return {feature: in_force(community, feature) for feature in FEATURE_SETTINGS}


async def change(
    session: AsyncSession,
    *,
    community_id: int,
    values: Values,
    user_id: int,
    now: datetime,
    way: str = "",
) -> list[Change]:
    """Set what was judged before (`models.rules.exchange`), all of it; returns what is different now.

    `way` is a word for how it was set, if not one by one.
    """
    community = await communities.held(session, community_id=community_id)
    if community is None:
        raise NoSuchThing
    changes = _differing(community, values)
    if not changes:
        return []
    _apply(community, changes)
    await session.flush()
    if any(each.feature == LISTING for each in changes):
        await listing.relist_all(session, community_id=community_id)
    if any(each.feature in TIMED or each.field == "time_zone" for each in changes):
        await replanning.replan_of(session, community=community, now=now)
    told = [[each.feature, each.field, each.before, each.after] for each in changes]
    if any(each.field == SWITCH for each in changes):
        await menu.outdate(session, community_id=community_id)
    details = {"changes": told, "way": way}
    await audit.note(session, Act(community_id=community_id, user_id=user_id, action=ACTION, details=details, at=now))
    return changes


def _differing(community: Communities, values: Values) -> list[Change]:
    changes = []
    for feature, fields in values.items():
        held = community if feature == OWN else in_force(community, feature)
        for field, after in fields.items():
            before = getattr(held, field)
            if before != after:
                changes.append(Change(feature, field, before, after))
    return changes


def _apply(community: Communities, changes: list[Change]) -> None:
    settings = {feature: dict(fields) for feature, fields in community.settings.items()}
    for each in changes:
        if each.feature == OWN:
            setattr(community, each.field, each.after)
        else:
            settings.setdefault(each.feature, {})[each.field] = each.after
    # A new object: SQLAlchemy does not look into one.
    community.settings = settings
