"""Sending: what all messages of a bot have in common, and texts, pictures and files."""

import html
from typing import Any

from simulator import posting
from simulator.api.call import Call
from simulator.api.keyboards import checked_markup
from simulator.chats import GENERAL_TOPIC, Chat
from simulator.errors import bad_request
from simulator.media import content_of, media_body
from simulator.messages import Message
from simulator.polls import Poll
from simulator.text import utf16
from simulator.text.formatting import formatted

MAX_TEXT = 4096
MAX_CAPTION = 1024
PERMISSION = {
    "photo": ("can_send_photos", "photos"),
    "video": ("can_send_videos", "videos"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "document": ("can_send_documents", "documents"),
    "sticker": ("can_send_other_messages", "stickers"),
    "poll": ("can_send_polls", "polls"),
}


def send_message(call: Call) -> dict[str, Any]:
    chat = call.chat()
    text, entities = formatted(call.params["text"], parse_mode=call.get("parse_mode"), entities=call.get("entities"))
    return send(call, chat, text_body(text, entities)).raw


def send_photo(call: Call) -> dict[str, Any]:
    return send_media(call, "photo")


def send_document(call: Call) -> dict[str, Any]:
    return send_media(call, "document")


def send_video(call: Call) -> dict[str, Any]:
    return send_media(call, "video")


def send_voice(call: Call) -> dict[str, Any]:
    return send_media(call, "voice")


def send_sticker(call: Call) -> dict[str, Any]:
    return send_media(call, "sticker")


def send_dice(call: Call) -> dict[str, Any]:
    value = int(call.world.ids.number()) % 6 + 1
    return send(call, call.chat(), {"dice": {"emoji": call.get("emoji") or "🎲", "value": value}}).raw


def send_media(call: Call, kind: str) -> dict[str, Any]:
    chat = call.chat()
    body = stored_media(call, kind)
    body |= caption_body(call)
    return send(call, chat, body, kind=kind).raw


def send(call: Call, chat: Chat, body: dict[str, Any], *, kind: str = "text", poll: Poll | None = None) -> Message:
    """The last steps of every sending: rights, thread, reply, keyboard."""
    _may_send(call, chat, kind)
    reply_to = _reply(call, chat)
    topic = _topic(call, chat)
    markup = checked_markup(call.get("reply_markup"), private=chat.private)
    message = posting.post(
        call.world, chat, body, author=call.bot, topic=topic, reply_to=reply_to, markup=markup, poll=poll
    )
    if call.get("protect_content"):
        message.raw["has_protected_content"] = True
    return message


def text_body(text: str, entities: list[dict[str, Any]]) -> dict[str, Any]:
    if not text:
        raise bad_request("message text is empty")
    if utf16.length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_body(call: Call) -> dict[str, Any]:
    text, entities = formatted(
        call.get("caption") or "", parse_mode=call.get("parse_mode"), entities=call.get("caption_entities")
    )
    if utf16.length(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def stored_media(call: Call, kind: str) -> dict[str, Any]:
    """A new upload is kept for getFile; a known file_id or an address is taken as it is."""
    given = call.get(kind)
    name = given.removeprefix("attach://") if isinstance(given, str) and given.startswith("attach://") else kind
    upload = call.files.get(name)
    if upload is None:
        if not given:
            raise bad_request(f"there is no {kind} in the request")
        if given.startswith("attach://"):
            raise bad_request("wrong file identifier/HTTP URL specified")
        known = None if "://" in given else given
        if known is not None and content_of(call.world.files, known) is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return media_body(kind, world_ids=call.world.ids, file_id=known)
    if not upload.content:
        raise bad_request("file must be non-empty")
    more = {"file_name": html.escape(upload.file_name)} if kind == "document" else {}
    body = media_body(kind, world_ids=call.world.ids, file_size=len(upload.content), **more)
    file = body[kind][-1] if kind == "photo" else body[kind]
    call.world.files[file["file_id"]] = upload.content
    return body


def _may_send(call: Call, chat: Chat, kind: str) -> None:
    if chat.channel:
        call.must("can_post_messages", chat, otherwise="need administrator rights in the channel chat")
        return
    permission, words = PERMISSION.get(kind, ("can_send_messages", "text messages"))
    if not chat.private and not chat.may(call.bot, permission):
        raise bad_request(f"not enough rights to send {words} to the chat")


def _reply(call: Call, chat: Chat) -> Message | None:
    wanted = call.get("reply_parameters")
    if wanted is None:
        return None
    # An answer to a message of another chat does not become part of a thread here.
    if wanted.get("chat_id") not in (None, chat.id):
        return None
    message = chat.find(wanted["message_id"])
    if message is None and not wanted.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _topic(call: Call, chat: Chat) -> int | None:
    thread: int | None = call.get("message_thread_id")
    if thread is None:
        return None
    topic = chat.topics.get(thread)
    # The General topic has no thread: naming its number is an error, though updates seem to offer one.
    if topic is None or thread == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    if topic.closed and not chat.standing(call.bot).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return thread
