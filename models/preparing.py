"""Those who run a group are told some days before of what cannot come: a weekly poll, a co-creation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from models import admin_chats, cocreation_themes, entrants, outbox
from models.events import Event, event
from models.occurrences import Due, Occurrences, Settled, Stage
from models.rules import cocreations, polls
from models.rules.occasions import Why
from models.rules.preparing import NEXT_COCREATION, NEXT_POLL
from models.rules.rhythm import has_its_need


@event("preparing.lacking", version=1)
@dataclass(frozen=True)
class Lacking(Event):
    """What is to come `at` a moment, in seconds since 1970, lacks what it takes: those who run the group are told."""

    kind: str
    at: int
    user_id: int | None
    chat_id: int | None


def poll(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Tell of weekly polls that lack proposals.

    Where the last one lacked them too, who runs the group knows, unless there is something to decide.
    """
    here = [one.community_id for one in due if has_its_need(polls.OPEN, one.here.settings)]
    coming = _coming(connection, here, polls.OPEN.name, within=NEXT_POLL, now=now)
    lacking = lacking_topics(connection, coming)
    known = _had_nothing(connection, lacking) - entrants.with_waiting(connection, lacking)
    return _tell(connection, due, polls.OPEN.name, {each: coming[each] for each in lacking - known}, now)


def cocreation(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Tell of co-creations that have no theme."""
    here = [one.community_id for one in due]
    coming = _coming(connection, here, cocreations.OPEN.name, within=NEXT_COCREATION, now=now)
    lacking = coming.keys() - cocreation_themes.with_some(connection, coming)
    return _tell(connection, due, cocreations.OPEN.name, {each: coming[each] for each in lacking}, now)


def lacking_topics(connection: Connection, community_ids: Collection[int]) -> set[int]:
    """In which of the communities too few proposals are admitted for a poll."""
    entering = entrants.entering(connection, community_ids) if community_ids else {}
    return {each for each in community_ids if len(entering.get(each, ())) < polls.LEAST_OPTIONS}


def _coming(
    connection: Connection, community_ids: Collection[int], kind: str, *, within: timedelta, now: datetime
) -> Mapping[int, datetime]:
    """When the next of a kind comes in each of the communities; one that was skipped does not."""
    planned = (Occurrences.kind == kind, Occurrences.state == Stage.PLANNED, Occurrences.why.is_(None))
    soon = (Occurrences.due_at > now, Occurrences.due_at <= now + within)
    chosen = select(Occurrences.community_id, func.min(Occurrences.due_at)).where(
        Occurrences.community_id.in_(community_ids), *planned, *soon
    )
    return {row[0]: row[1] for row in connection.execute(chosen.group_by(Occurrences.community_id))}


def _had_nothing(connection: Connection, community_ids: Collection[int]) -> set[int]:
    """In which of the communities the last weekly poll had nothing to choose from."""
    past = (Occurrences.kind == polls.OPEN.name, Occurrences.state != Stage.PLANNED)
    chosen = select(Occurrences.community_id, Occurrences.why).where(Occurrences.community_id.in_(community_ids), *past)
    rows = connection.execute(chosen.order_by(Occurrences.community_id, Occurrences.key)).all()
    last = {row[0]: row[1] for row in rows}
    return {each for each, why in last.items() if why == Why.NOTHING}


def _tell(
    connection: Connection, due: Sequence[Due], kind: str, lacking: Mapping[int, datetime], now: datetime
) -> Settled:
    told = admin_chats.addressees(connection, sorted(lacking)) if lacking else {}
    news = [Lacking(here, kind, int(lacking[here].timestamp()), *who) for here in sorted(told) for who in told[here]]
    outbox.put_now(connection, news, due_at=now)
    return {one.place: Why.NOTHING for one in due if one.community_id not in told}
