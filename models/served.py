"""Which facts belong to which community: chats are met, moved, put to sleep and woken here, once a batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from models import listing, merging, outbox, replanning, staff
from models.bulk import Hold, Merge, look_up, table_of, upsert
from models.bulk import new as new_value
from models.communities import (
    SERVED,
    ApprovalNeeded,
    Chats,
    Communities,
    NewCommunities,
    RightsChanged,
    State,
    StatusUnknown,
    Topics,
)
from models.events import Event
from models.facts import (
    AnyFact,
    Batch,
    BotMoved,
    BotStatus,
    Fact,
    Joined,
    Left,
    Migrated,
    Reacted,
    Served,
    TopicCreated,
)
from models.ids import new_id

# Telegram has said that we are away, and still we hear: it is not asked again with every message.
STATUS_KEPT = timedelta(hours=1)

_COMMUNITY = tuple(column.name for column in table_of(Communities).columns)


@dataclass(frozen=True)
class Meeting:
    """What is needed to decide about chats: the moment and the owner's configuration."""

    now: datetime
    new: NewCommunities


def gather(
    connection: Connection, facts: Sequence[AnyFact], *, bot_id: int, now: datetime, new: NewCommunities
) -> Batch:
    """The batch of those facts that belong to a served community or to no group at all."""
    meeting = Meeting(now, new)
    grouped = [fact for fact in facts if isinstance(fact, Fact)]
    moves = [fact for fact in grouped if isinstance(fact, Migrated)]
    chat_ids = {fact.place.chat_id for fact in grouped} | {fact.new_chat_id for fact in moves}
    known = _known(connection, chat_ids, moving=bool(moves))
    for fact in grouped:
        if isinstance(fact, Migrated):
            _move(connection, fact, known, meeting)
        elif fact.place.chat_id not in known and not _is_farewell(fact):
            known[fact.place.chat_id] = _meet(connection, fact, meeting)
    # What was said before a removal counts, also when it arrives after: so the state before is looked at too.
    admitted = {chat_id for chat_id, row in known.items() if row["state"] in SERVED}
    for fact in grouped:
        # A group that moved leaves its old chat behind; what becomes of us there is no news of the community.
        if isinstance(fact, BotMoved) and known.get(fact.place.chat_id, {}).get("chat_id") == fact.place.chat_id:
            _turn(connection, fact, known, meeting)
    admitted |= {chat_id for chat_id, row in known.items() if row["state"] in SERVED}
    _doubt_sleep(connection, grouped, known, meeting)
    _keep_titles(connection, grouped, known)
    _keep_topics(connection, grouped, known)
    _keep_status(connection, grouped, known)
    served = {
        chat_id: Served(row["community_id"], row["time_zone"], row["settings"], row["has_forgotten"])
        for chat_id, row in known.items()
        if chat_id in admitted
    }
    return Batch(now, bot_id, tuple(_relevant(facts, served)), served)


def _known(connection: Connection, chat_ids: Iterable[int], *, moving: bool = False) -> dict[int, dict[str, Any]]:
    """The communities of those chats that have one, by chat.

    The chats stay in their communities until the commit: no other worker may move them while we count for them.
    """
    keys = [(chat_id,) for chat_id in sorted(chat_ids)]
    hold = Hold.ALONE if moving else Hold.SHARED
    met = look_up(connection, Chats, keys, by=("chat_id",), columns=("chat_id", "community_id"), hold=hold)
    wanted = [(community_id,) for community_id in sorted({community_id for _, community_id in met})]
    found = look_up(connection, Communities, wanted, by=("community_id",), columns=_COMMUNITY)
    rows = {row[0]: row for row in found}
    return {chat_id: dict(zip(_COMMUNITY, rows[community_id], strict=True)) for chat_id, community_id in met}


def _is_farewell(fact: Fact) -> bool:
    return isinstance(fact, BotMoved) and fact.after is BotStatus.AWAY


def _meet(connection: Connection, fact: Fact, meeting: Meeting) -> dict[str, Any]:
    """A group seen for the first time becomes a community, or waits for an owner's word."""
    place = fact.place
    adder = fact.person.user_id if isinstance(fact, BotMoved) and fact.person is not None else None
    admitted = not meeting.new.need_approval or adder in meeting.new.owners
    row: dict[str, Any] = {
        "community_id": new_id(),
        "chat_id": place.chat_id,
        "title": place.title[:256],
        "is_forum": place.is_forum,
        "username": place.username,
        "titled_at": fact.at,
        "state": State.ACTIVE if admitted else State.WAITING,
        "language": meeting.new.language,
        "time_zone": meeting.new.time_zone,
        "settings": {name: dict(values) for name, values in meeting.new.settings.items()},
        "bot_status": BotStatus.UNKNOWN,
        "bot_rights": {},
        "rights_told": None,
        "status_asked_at": None if isinstance(fact, BotMoved) else meeting.now,
        "added_by": adder,
        "has_forgotten": False,
        "created_at": fact.at,
    }
    if not _is_first(connection, place.chat_id, row["community_id"]):
        # Another worker met the group at the same moment, and has committed by now.
        return _known(connection, [place.chat_id])[place.chat_id]
    connection.execute(insert(Communities).values(**row))
    if replanning.comes_round(row["settings"]):
        about = {"community_id": row["community_id"], "time_zone": row["time_zone"], "settings": row["settings"]}
        replanning.replan(connection, **about, now=meeting.now)
    if not isinstance(fact, BotMoved):
        _put(connection, [StatusUnknown(row["community_id"], place.chat_id)], meeting)
        _ask_who_leads(connection, row, meeting)
    if not admitted:
        _ask_owners(connection, row, meeting)
    return row


def _ask_who_leads(connection: Connection, row: dict[str, Any], meeting: Meeting) -> None:
    """News of administrators name one each, and reach administrators only: the list tells what went before."""
    if row["state"] == State.ACTIVE:
        here = {"community_id": row["community_id"], "chat_id": row["chat_id"]}
        staff.ask_now(connection, **here, now=meeting.now)


def _is_first(connection: Connection, chat_id: int, community_id: int) -> bool:
    """Whether the chat was nobody's; it is this community's now. Another worker's claim is waited for."""
    rows = [(chat_id, community_id)]
    return bool(upsert(connection, Chats, ("chat_id", "community_id"), rows, returning=("chat_id",)))


def _ask_owners(connection: Connection, row: dict[str, Any], meeting: Meeting) -> None:
    news = [ApprovalNeeded(row["community_id"], owner, row["chat_id"]) for owner in sorted(meeting.new.owners)]
    _put(connection, news, meeting)


def _put(connection: Connection, events: Sequence[Event], meeting: Meeting) -> None:
    outbox.put_now(connection, events, due_at=meeting.now)


def _turn(connection: Connection, fact: BotMoved, known: dict[int, dict[str, Any]], meeting: Meeting) -> None:
    """The bot's own place in a group has changed."""
    row = known[fact.place.chat_id]
    returns = fact.before is BotStatus.AWAY and fact.after is not BotStatus.AWAY
    changes: dict[str, Any] = {"bot_status": fact.after, "bot_rights": {"rights": sorted(fact.rights)}}
    if fact.after is BotStatus.AWAY:
        changes["rights_told"] = None
        if row["state"] == State.ACTIVE:
            changes["state"] = State.ASLEEP
    elif returns:
        changes["added_by"] = fact.person.user_id if fact.person else None
        changes |= _welcomed_back(connection, row, changes["added_by"], meeting)
    row |= changes
    here = Communities.community_id == row["community_id"]
    connection.execute(update(Communities).where(here).values(**changes))
    if fact.after is not BotStatus.AWAY and row["state"] == State.ACTIVE:
        teller = fact.person.user_id if fact.person else None
        _put(connection, [RightsChanged(row["community_id"], fact.place.chat_id, teller)], meeting)
    rises = fact.after is BotStatus.ADMINISTRATOR and fact.before is not BotStatus.ADMINISTRATOR
    if fact.after is not BotStatus.AWAY and (rises or fact.before is BotStatus.AWAY):
        _ask_who_leads(connection, row, meeting)


def _welcomed_back(connection: Connection, row: dict[str, Any], adder: int | None, meeting: Meeting) -> dict[str, Any]:
    if row["state"] == State.ASLEEP:
        return {"state": State.ACTIVE}
    if row["state"] == State.DECLINED or (row["state"] == State.WAITING and adder in meeting.new.owners):
        if adder in meeting.new.owners:
            return {"state": State.ACTIVE}
        _ask_owners(connection, row, meeting)
        return {"state": State.WAITING}
    return {}


def _doubt_sleep(
    connection: Connection, facts: Sequence[Fact], known: dict[int, dict[str, Any]], meeting: Meeting
) -> None:
    """Somebody speaks in a group from which we were removed: perhaps we are back and the news of it was lost."""
    if all(row["bot_status"] != BotStatus.AWAY for row in known.values()):
        return
    moved = {fact.place.chat_id for fact in facts if isinstance(fact, BotMoved)}
    for fact in facts:
        row = known.get(fact.place.chat_id)
        if row is None or row["bot_status"] != BotStatus.AWAY or fact.place.chat_id in moved:
            continue
        asked_at = row["status_asked_at"]
        if asked_at is not None and meeting.now - asked_at < STATUS_KEPT:
            continue
        changes = {"bot_status": BotStatus.UNKNOWN, "status_asked_at": meeting.now}
        row |= changes
        here = Communities.community_id == row["community_id"]
        connection.execute(update(Communities).where(here).values(**changes))
        _put(connection, [StatusUnknown(row["community_id"], fact.place.chat_id)], meeting)


def _move(connection: Connection, fact: Migrated, known: dict[int, dict[str, Any]], meeting: Meeting) -> None:
    """A group became a supergroup: the community goes on under the new chat; if both were met they become one."""
    old_id, new_chat_id = fact.place.chat_id, fact.new_chat_id
    old, fresh = known.get(old_id), known.get(new_chat_id)
    if old is None and fresh is None:
        old = _meet(connection, fact, meeting)
    elder = old or fresh
    if elder is None:
        return
    if fresh is None and not _is_first(connection, new_chat_id, elder["community_id"]):
        fresh = _known(connection, [new_chat_id], moving=True).get(new_chat_id)
    younger = fresh if old is not None and fresh is not None and fresh["community_id"] != old["community_id"] else None
    if younger is not None:
        merging.merge_communities(connection, young=younger["community_id"], old=elder["community_id"])
        listing.relist(connection, community_id=elder["community_id"])
    rows = sorted([(old_id, elder["community_id"], new_chat_id), (new_chat_id, elder["community_id"], None)])
    upsert(connection, Chats, ("chat_id", "community_id", "migrated_to"), rows, merge=_MOVED)
    has_forgotten = elder["has_forgotten"] or (younger is not None and younger["has_forgotten"])
    changes = {"chat_id": new_chat_id, "has_forgotten": has_forgotten}
    elder |= changes
    here = Communities.community_id == elder["community_id"]
    connection.execute(update(Communities).where(here).values(**changes))
    known[old_id] = known[new_chat_id] = elder


_MOVED: dict[str, Merge] = {"community_id": new_value, "migrated_to": new_value}


def _keep_titles(connection: Connection, facts: Sequence[Fact], known: dict[int, dict[str, Any]]) -> None:
    newest: dict[int, Fact] = {}
    for fact in facts:
        before = newest.get(fact.place.chat_id)
        if not isinstance(fact, Migrated) and (before is None or before.at <= fact.at):
            newest[fact.place.chat_id] = fact
    for chat_id, fact in sorted(newest.items()):
        row, place = known.get(chat_id), fact.place
        if row is None or row["chat_id"] != chat_id:
            continue
        # A title that was seen earlier is no news any more, though it may come later.
        is_news = row["titled_at"] is None or row["titled_at"] <= fact.at
        told = (place.title[:256], place.is_forum, place.username)
        if is_news and (row["title"], row["is_forum"], row["username"]) != told:
            changes = {**dict(zip(("title", "is_forum", "username"), told, strict=True)), "titled_at": fact.at}
            here = Communities.community_id == row["community_id"]
            connection.execute(update(Communities).where(here).values(**changes))


def _keep_topics(connection: Connection, facts: Sequence[Fact], known: dict[int, dict[str, Any]]) -> None:
    rows = {
        (known[fact.place.chat_id]["community_id"], fact.place.chat_id, fact.topic): fact.name[:256]
        for fact in facts
        if isinstance(fact, TopicCreated) and fact.place.chat_id in known
    }
    columns = ("community_id", "chat_id", "topic", "name")
    upsert(connection, Topics, columns, [(*key, name) for key, name in sorted(rows.items())], merge={"name": new_value})


def _keep_status(connection: Connection, facts: Sequence[Fact], known: dict[int, dict[str, Any]]) -> None:
    """An administrator's news prove that the bot is one where nobody has told us what it is."""
    if all(row["bot_status"] != BotStatus.UNKNOWN for row in known.values()):
        return
    for fact in facts:
        proof = isinstance(fact, Reacted) or (isinstance(fact, Joined | Left) and not fact.by_service)
        row = known.get(fact.place.chat_id) if proof else None
        if row is not None and row["bot_status"] == BotStatus.UNKNOWN:
            row["bot_status"] = BotStatus.ADMINISTRATOR
            here = Communities.community_id == row["community_id"]
            connection.execute(update(Communities).where(here).values(bot_status=BotStatus.ADMINISTRATOR))


def _relevant(facts: Iterable[AnyFact], served: Mapping[int, Served]) -> Iterable[AnyFact]:
    return (fact for fact in facts if not isinstance(fact, Fact) or fact.place.chat_id in served)
