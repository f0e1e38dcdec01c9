"""Chats as a bot sees them, and files."""

from typing import Any

from simulator import posting
from simulator.api.call import Call
from simulator.chats import Chat
from simulator.errors import bad_request
from simulator.media import content_of
from simulator.rights import PERMISSIONS

ACTIONS = frozenset(
    {
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"),
        *("upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"),
    }
)
# Larger files a bot cannot fetch.
MAX_DOWNLOAD = 20 * 1024 * 1024


def get_chat(call: Call) -> dict[str, Any]:
    chat = call.known_chat()
    if not chat.private:
        chat = call.chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    told = {
        **chat.json,
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.description:
        told["description"] = chat.description
    if not chat.private:
        told |= _of_group(call, chat)
    pinned = next((message for number in reversed(chat.pinned) if (message := chat.find(number))), None)
    if pinned is not None:
        told["pinned_message"] = pinned.quoted()
    return told


def set_chat_title(call: Call) -> bool:
    chat = _to_change(call)
    chat.title = call.params["title"]
    posting.service(call.world, chat, {"new_chat_title": chat.title}, author=call.bot)
    return True


def set_chat_description(call: Call) -> bool:
    chat = _to_change(call)
    chat.description = call.get("description") or ""
    return True


def send_chat_action(call: Call) -> bool:
    call.chat()
    if call.params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def get_file(call: Call) -> dict[str, Any]:
    file_id = call.params["file_id"]
    content = content_of(call.world.files, file_id)
    if content is None:
        raise bad_request("invalid file_id")
    if len(content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file_id[-16:],
        "file_size": len(content),
        "file_path": f"files/{file_id}",
    }


def _of_group(call: Call, chat: Chat) -> dict[str, Any]:
    told: dict[str, Any] = {"permissions": {name: name in chat.permissions for name in PERMISSIONS}}
    if chat.linked is not None:
        told["linked_chat_id"] = chat.linked.id
    primary = next(
        (link for link in chat.links.values() if link.is_primary and not link.is_revoked and link.creator is call.bot),
        None,
    )
    if primary is not None:
        told["invite_link"] = primary.url
    return told


def _to_change(call: Call) -> Chat:
    chat = call.chat()
    call.must("can_change_info", chat, otherwise="not enough rights to change chat info")
    return chat
