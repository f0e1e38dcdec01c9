"""From Telegram's raw JSON straight to facts, without building the library's objects: most updates only tell something.

Whatever does not have the shape that Telegram documents raises `Malformed`; nothing here guesses.
"""

from dataclasses import dataclass
from datetime import datetime

from handlers.buttons import TOPIC, ids_of
from handlers.forms import form_of, mark_of, work_in
from handlers.notices import OTHER_NOTICES
from handlers.plain import plain
from handlers.raw import (
    Malformed,
    Raw,
    a_flag,
    a_list,
    a_moment,
    a_text,
    an_id,
    an_object,
    granted_rights,
    maybe_object,
    maybe_text,
)
from handlers.shown import person, place_of
from models.facts import (
    AnyFact,
    BotMoved,
    BotStatus,
    ChatKind,
    DoorChanged,
    Joined,
    Left,
    Migrated,
    Person,
    Place,
    PollClosed,
    Reacted,
    Said,
    StaffChanged,
    StaffStatus,
    TopicCreated,
    Voted,
)
from models.refusals import NoSuchThing
from models.rules.hashtags import tags_in
from models.rules.likeness import likeness
from models.rules.messages import length


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read an update: when it was received, and the key of the fingerprints of texts."""

    at: datetime
    key: bytes


def facts_of(raw: Raw, reading: Reading) -> list[AnyFact]:
    """What an update tells; empty if nothing that counts. Raises `Malformed`."""
    update_id = an_id(raw, "update_id")
    for key, read in READERS.items():
        if key in raw:
            return read(an_object(raw, key), update_id, reading)
    return []


def _message(message: Raw, update_id: int, reading: Reading) -> list[AnyFact]:
    chat = an_object(message, "chat")
    at = a_moment(message)
    place = place_of(chat)
    if place is None:
        return _private(message, chat, update_id, at)
    if not NOTICES.isdisjoint(message):
        for key, read in SERVICES.items():
            if message.get(key) is not None:
                return read(message, place, update_id, at)
        if not OTHER_NOTICES.isdisjoint(message):
            return []
    return [_said(message, place, update_id, at, reading.key)]


def _private(message: Raw, chat: Raw, update_id: int, at: datetime) -> list[AnyFact]:
    if chat.get("type") != "private" or message.get("from") is None:
        return []
    writer = person(an_object(message, "from"))
    return [] if writer is None else [DoorChanged(update_id, at, writer, is_open=True)]


def _credited(message: Raw) -> Raw | None:
    """The user who is credited with a message: nobody where it was written as a chat, whose `from` is a fake one."""
    if message.get("sender_chat") is not None or message.get("from") is None:
        return None
    return an_object(message, "from")


def _author(message: Raw) -> Person | None:
    user = _credited(message)
    return None if user is None else person(user)


def _said(message: Raw, place: Place, update_id: int, at: datetime, key: bytes) -> Said:
    told = message.get
    thread = None if told("message_thread_id") is None else an_id(message, "message_thread_id")
    topic, thread = (thread, None) if a_flag(message, "is_topic_message") else (None, thread)
    poll = maybe_object(message, "poll")
    written = maybe_text(message, "text") or maybe_text(message, "caption") or ""
    text = plain(written)
    work = work_in(message, poll)
    album = maybe_text(message, "media_group_id")
    answered = None if told("reply_to_message") is None else _reply_to(message, place, topic)
    return Said(
        update_id,
        at,
        place,
        None if a_flag(message, "is_automatic_forward") else _author(message),
        message_id=an_id(message, "message_id"),
        reply_to=answered,
        reply_to_author=None if answered is None else _author_id(an_object(message, "reply_to_message")),
        topic=topic,
        album=album[:64] if album else None,
        poll_id=a_text(poll, "id")[:64] if poll else None,
        letters=length(text),
        likeness=likeness(text, work=work, key=key),
        has_work=work is not None,
        is_command=told("entities") is not None and is_command(message),
        is_forward=told("forward_origin") is not None,
        tags=(tags := tags_in(written)),
        form=form_of(message) if tags else "",
        mark=mark_of(message, key=key) if tags else None,
        answers_topic=None if told("reply_to_message") is None else _topic_under(message),
        thread=thread,
    )


def _topic_under(message: Raw) -> tuple[int, int, int] | None:
    """By the first button under the message that is answered: the bot, the community and the day of its topic."""
    answered = message["reply_to_message"]
    markup = answered.get("reply_markup") if isinstance(answered, dict) else None
    if markup is None:
        return None
    try:
        data, bot = markup["inline_keyboard"][0][0]["callback_data"], answered["from"]["id"]
        if not data.startswith(f"{TOPIC}:"):
            return None
        community_id, key = ids_of(data, count=2)
    except (LookupError, TypeError, AttributeError, NoSuchThing):
        # Whatever else stands there is no button of ours.
        return None
    return (bot, community_id, key) if isinstance(bot, int) else None


def _author_id(message: Raw) -> int | None:
    user = _credited(message)
    return None if user is None or a_flag(user, "is_bot") else an_id(user, "id")


def _reply_to(message: Raw, place: Place, topic: int | None) -> int | None:
    answered = maybe_object(message, "reply_to_message")
    if answered is None:
        return None
    message_id = an_id(answered, "message_id")
    # In a topic every plain message "replies" to the service message that opened the topic.
    if message_id == topic:
        return None
    chat = maybe_object(answered, "chat")
    return message_id if chat is None or an_id(chat, "id") == place.chat_id else None


def is_command(message: Raw) -> bool:
    """Whether a message begins with a bot command, ours or another bot's."""
    entities = message.get("entities")
    if entities is None:
        return False
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise Malformed("entities is no list of objects")
    return any(entity.get("type") == "bot_command" and entity.get("offset") == 0 for entity in entities)


def _came(message: Raw, place: Place, update_id: int, at: datetime) -> list[AnyFact]:
    newcomers = a_list(message, "new_chat_members")
    people = [person(an_object({"new_chat_members": user}, "new_chat_members")) for user in newcomers]
    return [Joined(update_id, at, place, one, by_service=True) for one in people if one is not None]


def _went(message: Raw, place: Place, update_id: int, at: datetime) -> list[AnyFact]:
    gone = person(an_object(message, "left_chat_member"))
    return [] if gone is None else [Left(update_id, at, place, gone, by_service=True)]


def _moved(message: Raw, place: Place, update_id: int, at: datetime) -> list[AnyFact]:
    if message.get("migrate_to_chat_id") is not None:
        return [Migrated(update_id, at, place, None, new_chat_id=an_id(message, "migrate_to_chat_id"))]
    old = Place(an_id(message, "migrate_from_chat_id"), ChatKind.GROUP, place.title)
    return [Migrated(update_id, at, old, None, new_chat_id=place.chat_id)]


def _topic(message: Raw, place: Place, update_id: int, at: datetime) -> list[AnyFact]:
    created = an_object(message, "forum_topic_created")
    topic = message.get("message_thread_id", message.get("message_id"))
    name = a_text(created, "name")
    return [TopicCreated(update_id, at, place, _author(message), topic=an_id({"topic": topic}, "topic"), name=name)]


def _reaction(raw: Raw, update_id: int, _reading: Reading) -> list[AnyFact]:
    place = place_of(an_object(raw, "chat"))
    at = a_moment(raw)
    if place is None:
        return []
    user = maybe_object(raw, "user")
    doer = person(user) if user is not None else None
    old, fresh = _emoji(raw, "old_reaction"), _emoji(raw, "new_reaction")
    added = tuple(e for e in fresh if e not in old)
    removed = tuple(e for e in old if e not in fresh)
    if (user is not None and doer is None) or not (added or removed):
        return []
    return [
        Reacted(
            update_id,
            at,
            place,
            doer,
            message_id=an_id(raw, "message_id"),
            added=added,
            removed=removed,
            stays=bool(fresh),
            stood=bool(old),
        )
    ]


def _emoji(raw: Raw, key: str) -> tuple[str, ...]:
    found = []
    for reaction in a_list(raw, key):
        if not isinstance(reaction, dict):
            raise Malformed(f"{key} holds no reaction")
        kind = a_text(reaction, "type")
        found.append(a_text(reaction, {"emoji": "emoji", "custom_emoji": "custom_emoji_id"}.get(kind, "type")))
    return tuple(dict.fromkeys(found))


def _is_inside(member: Raw) -> bool:
    status = a_text(member, "status")
    return a_flag(member, "is_member") if status == "restricted" else status not in ("left", "kicked")


def staff_status(member: Raw) -> StaffStatus:
    """What a `ChatMember` object says of its member's part in running the group."""
    return STAFF.get(a_text(member, "status"), StaffStatus.NONE)


def _chat_member(raw: Raw, update_id: int, _reading: Reading) -> list[AnyFact]:
    place = place_of(an_object(raw, "chat"))
    at = a_moment(raw)
    old, fresh = an_object(raw, "old_chat_member"), an_object(raw, "new_chat_member")
    who = person(an_object(fresh, "user"))
    before, after = _is_inside(old), _is_inside(fresh)
    if place is None or who is None:
        return []
    found: list[AnyFact] = []
    if after and not before:
        link = maybe_object(raw, "invite_link")
        found.append(Joined(update_id, at, place, who, link=a_text(link, "invite_link") if link else None))
    elif before and not after:
        found.append(Left(update_id, at, place, who))
    if {staff_status(old), staff_status(fresh)} != {StaffStatus.NONE}:
        found.append(_staff_changed(fresh, place, who, update_id, at))
    return found


def _staff_changed(member: Raw, place: Place, who: Person, update_id: int, at: datetime) -> StaffChanged:
    status = staff_status(member)
    leads = status is not StaffStatus.NONE
    rights = granted_rights(member) if leads else frozenset[str]()
    is_anonymous = leads and a_flag(member, "is_anonymous")
    return StaffChanged(update_id, at, place, who, status=status, rights=rights, is_anonymous=is_anonymous)


def _status(member: Raw) -> BotStatus:
    if a_text(member, "status") in ("administrator", "creator"):
        return BotStatus.ADMINISTRATOR
    return BotStatus.MEMBER if _is_inside(member) else BotStatus.AWAY


def _my_chat_member(raw: Raw, update_id: int, _reading: Reading) -> list[AnyFact]:
    chat = an_object(raw, "chat")
    at = a_moment(raw)
    doer = person(an_object(raw, "from"))
    old, fresh = an_object(raw, "old_chat_member"), an_object(raw, "new_chat_member")
    if chat.get("type") == "private":
        is_open = a_text(fresh, "status") == "member"
        return [] if doer is None else [DoorChanged(update_id, at, doer, is_open=is_open)]
    place = place_of(chat)
    if place is None:
        return []
    return [
        BotMoved(update_id, at, place, doer, before=_status(old), after=_status(fresh), rights=granted_rights(fresh))
    ]


def _vote(raw: Raw, update_id: int, reading: Reading) -> list[AnyFact]:
    poll_id = a_text(raw, "poll_id")[:64]
    options = tuple(an_id({"option": option}, "option") for option in a_list(raw, "option_ids"))
    user = maybe_object(raw, "user")
    voter = None if user is None or raw.get("voter_chat") is not None else person(user)
    return [] if voter is None else [Voted(update_id, reading.at, voter, poll_id, options)]


def _poll(raw: Raw, update_id: int, reading: Reading) -> list[AnyFact]:
    """What becomes of a poll while it is open its votes tell."""
    if not a_flag(raw, "is_closed"):
        return []
    options = [an_object({"option": option}, "option") for option in a_list(raw, "options")]
    votes = tuple(an_id(option, "voter_count") for option in options)
    return [PollClosed(update_id, reading.at, None, a_text(raw, "id")[:64], votes)]


STAFF = {"creator": StaffStatus.OWNER, "administrator": StaffStatus.ADMINISTRATOR}
READERS = {
    "message": _message,
    "message_reaction": _reaction,
    "chat_member": _chat_member,
    "my_chat_member": _my_chat_member,
    "poll_answer": _vote,
    "poll": _poll,
}
SERVICES = {
    "new_chat_members": _came,
    "left_chat_member": _went,
    "migrate_to_chat_id": _moved,
    "migrate_from_chat_id": _moved,
    "forum_topic_created": _topic,
}
NOTICES = OTHER_NOTICES | SERVICES.keys()
