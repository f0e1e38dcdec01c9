"""Changing and deleting what was sent, copying and forwarding it, pinning it."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from simulator import posting
from simulator.api.call import Call
from simulator.api.keyboards import checked_markup
from simulator.api.sending import caption_body, send, text_body
from simulator.chats import Chat
from simulator.errors import bad_request
from simulator.forwarding import content, forwarded
from simulator.messages import MEDIA, Message
from simulator.text.formatting import formatted

DELETION_TERM = timedelta(hours=48)
# A hundred identifiers in one call, no more.
MAX_DELETED = 100
MAX_COPIED = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
UNDELETABLE = frozenset({"supergroup_chat_created", "channel_chat_created", "forum_topic_created"})


def edit_message_text(call: Call) -> dict[str, Any]:
    message = _own(call)
    if "text" not in message.raw:
        raise bad_request("there is no text in the message to edit")
    if "text" not in call.params:
        raise bad_request("message text is empty")
    text, entities = formatted(call.params["text"], parse_mode=call.get("parse_mode"), entities=call.get("entities"))
    return _edit(call, message, {"entities": None, **text_body(text, entities)})


def edit_message_caption(call: Call) -> dict[str, Any]:
    message = _own(call)
    if not any(kind in message.raw for kind in MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _edit(call, message, {"caption": None, "caption_entities": None, **caption_body(call)})


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    return _edit(call, _own(call), {})


def delete_message(call: Call) -> bool:
    chat = call.chat()
    message = call.message(chat, missing="message to delete not found")
    if not _deletable(call, chat, message):
        raise bad_request("message can't be deleted")
    _delete(call, message)
    return True


def delete_messages(call: Call) -> bool:
    """What cannot be found is passed over."""
    chat = call.chat()
    wanted = call.params["message_ids"]
    if not 1 <= len(wanted) <= MAX_DELETED:
        raise bad_request("message identifiers are not specified" if not wanted else "too many message identifiers")
    found = [message for number in wanted if (message := chat.find(number)) is not None]
    for message in found:
        if not _deletable(call, chat, message):
            raise bad_request("message can't be deleted")
    for message in found:
        _delete(call, message)
    return True


def copy_message(call: Call) -> dict[str, Any]:
    source = _source(call, "copy")
    body = content(source)
    if "caption" in call.params and any(kind in body for kind in MEDIA):
        body = {name: value for name, value in body.items() if not name.startswith("caption")} | caption_body(call)
    body.pop("forward_origin", None)
    return {"message_id": send(call, call.chat(), body).id}


def copy_messages(call: Call) -> list[dict[str, Any]]:
    """What cannot be found or copied is passed over; what was one album is one again."""
    source, wanted = call.chat("from_chat_id"), call.params["message_ids"]
    if not 1 <= len(wanted) <= MAX_COPIED:
        raise bad_request("message identifiers are not specified" if not wanted else "too many message identifiers")
    if any(after <= before for before, after in pairwise(wanted)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    found = [message for number in wanted if (message := source.find(number)) is not None and not message.service]
    if not found:
        raise bad_request("there are no messages to copy")
    albums: dict[str, str] = {}
    sent = []
    for message in found:
        body = content(message)
        body.pop("forward_origin", None)
        if call.get("remove_caption"):
            body = {name: value for name, value in body.items() if not name.startswith("caption")}
        album = message.raw.get("media_group_id")
        if album is not None:
            body["media_group_id"] = albums.setdefault(album, call.world.ids.number())
        sent.append({"message_id": send(call, call.chat(), body).id})
    return sent


def forward_message(call: Call) -> dict[str, Any]:
    return send(call, call.chat(), forwarded(_source(call, "forward"))).raw


def pin_chat_message(call: Call) -> bool:
    chat = call.chat()
    _must_pin(call, chat)
    message = call.message(chat, missing="message to pin not found")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    posting.service(call.world, chat, {"pinned_message": message.quoted()}, author=call.bot)
    return True


def unpin_chat_message(call: Call) -> bool:
    chat = call.chat()
    _must_pin(call, chat)
    wanted = call.get("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(wanted)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    chat = call.chat()
    _must_pin(call, chat)
    chat.pinned.clear()
    return True


def _own(call: Call) -> Message:
    if "chat_id" not in call.params or "message_id" not in call.params:
        raise bad_request("message identifier is not specified")
    message = call.message(call.chat(), missing="message to edit not found")
    if message.author is not call.bot or message.service or "forward_origin" in message.raw:
        raise bad_request("message can't be edited")
    return message


def _edit(call: Call, message: Message, changes: dict[str, Any]) -> dict[str, Any]:
    """Without a keyboard in the call the message loses its own."""
    markup = checked_markup(call.get("reply_markup"), private=message.chat.private)
    changes["reply_markup"] = markup
    if all(message.raw.get(name) == value for name, value in changes.items()):
        raise bad_request(NOT_MODIFIED)
    message.markup = markup
    posting.edited(call.world, message, changes)
    return message.raw


def _deletable(call: Call, chat: Chat, message: Message) -> bool:
    if call.world.clock.now() - message.sent_at >= DELETION_TERM or UNDELETABLE & message.raw.keys():
        return False
    return message.author is call.bot or chat.private or chat.standing(call.bot).may("can_delete_messages")


def _delete(call: Call, message: Message) -> None:
    message.deleted = True
    call.world.changed(message)


def _source(call: Call, verb: str) -> Message:
    message = call.message(call.chat("from_chat_id"), missing=f"message to {verb} not found")
    if message.service:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _must_pin(call: Call, chat: Chat) -> None:
    if not chat.private and not chat.standing(call.bot).may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
