"""What a forwarded or copied message keeps, and what it says of where it came from."""

from typing import Any

from simulator.messages import Message

# These belong to the place a message was written at, not to what it says.
OF_THE_PLACE = frozenset(
    {
        "message_id",
        "from",
        "sender_chat",
        "author_signature",
        "chat",
        "date",
        "edit_date",
        "message_thread_id",
        "is_topic_message",
        "reply_to_message",
        "reply_markup",
        "media_group_id",
        "sender_tag",
        "is_automatic_forward",
    }
)


def content(message: Message) -> dict[str, Any]:
    return {name: value for name, value in message.raw.items() if name not in OF_THE_PLACE}


def forwarded(message: Message) -> dict[str, Any]:
    """A forward of a forward names the first origin."""
    return {"forward_origin": origin(message), **content(message)}


def origin(message: Message) -> dict[str, Any]:
    date = message.raw["date"]
    if message.chat.channel:
        return {"type": "channel", "date": date, "chat": message.chat.json, "message_id": message.id}
    if "sender_chat" in message.raw:
        return {"type": "chat", "date": date, "sender_chat": message.raw["sender_chat"]}
    return {"type": "user", "date": date, "sender_user": message.raw["from"]}
