"""Service records: who came and went, topics, pins, and what else the Bot API tells of a group."""

from collections.abc import Callable
from typing import Any

from simulator.history.content import photo_of
from simulator.history.records import (
    Export,
    Invited,
    Joined,
    Moved,
    NoRecord,
    Notice,
    Peer,
    Pinned,
    Record,
    Removed,
    TopicOpened,
)

# A link by nobody in particular is written as this.
NO_INVITER = "Group"


def _call(raw: dict[str, Any]) -> dict[str, Any]:
    duration = _whole(raw.get("duration"))
    return {"video_chat_ended": {"duration": duration}} if duration else {"video_chat_started": {}}


# Service messages that are told with nothing but themselves.
NOTICES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "edit_group_title": lambda raw: {"new_chat_title": str(raw.get("title", ""))},
    "edit_group_photo": lambda raw: {"new_chat_photo": photo_of(raw)},
    "delete_group_photo": lambda _: {"delete_chat_photo": True},
    "group_call": _call,
    "group_call_scheduled": lambda raw: {"video_chat_scheduled": {"start_date": _whole(raw.get("schedule_date"))}},
    "set_messages_ttl": lambda raw: {
        "message_auto_delete_timer_changed": {"message_auto_delete_time": _whole(raw.get("period"))}
    },
    "boost_apply": lambda raw: {"boost_added": {"boost_count": _whole(raw.get("boosts")) or 1}},
}
CREATIONS = frozenset({"create_group", "create_channel"})


class Service:
    def __init__(self, export: Export) -> None:
        self.export = export

    def read(self, raw: dict[str, Any], *, number: int, at: int, actor: Peer | None) -> Record:
        action = raw.get("action")
        if not isinstance(action, str):
            raise NoRecord("service records without an action")
        if action in CREATIONS:
            self.export.creator = actor
            raise NoRecord("the group's creation (no bot was there)")
        record = self._record(action, raw, {"id": number, "at": at, "author": actor})
        if record is None:
            raise NoRecord(f"service records {action!r}")
        if actor is None and not isinstance(record, Moved):
            raise NoRecord("service records without an actor")
        return record

    def _record(self, action: str, raw: dict[str, Any], common: dict[str, Any]) -> Record | None:
        if action in NOTICES:
            return Notice(body=NOTICES[action](raw), **common)
        match action:
            case "join_group_by_link":
                inviter = raw.get("inviter")
                named = isinstance(inviter, str) and inviter and inviter != NO_INVITER
                return Joined(inviter=str(inviter) if named else None, by_request=False, **common)
            case "join_group_by_request":
                return Joined(inviter=None, by_request=True, **common)
            case "invite_members":
                return Invited(names=_names(raw), **common)
            case "remove_members":
                return Removed(names=_names(raw), **common)
            case "topic_created":
                return TopicOpened(title=str(raw.get("title") or "Topic"), **common)
            case "pin_message" if isinstance(raw.get("message_id"), int):
                return Pinned(message_id=raw["message_id"], **common)
            case "migrate_to_supergroup" | "migrate_from_group":
                return Moved(**common)
        return None


def _names(raw: dict[str, Any]) -> tuple[str | None, ...]:
    members = raw.get("members")
    return tuple(str(name) if name else None for name in members) if isinstance(members, list) else ()


def _whole(value: Any) -> int:
    try:
        return max(int(value), 0)
    except (TypeError, ValueError, OverflowError):
        return 0
