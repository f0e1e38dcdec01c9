"""How a message comes into being: its JSON, its thread, its place in the chat, and who is told."""

from datetime import datetime
from typing import Any

from simulator.accounts import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, TELEGRAM, Account
from simulator.chats import GENERAL_TOPIC, Chat
from simulator.delivery import tell_message
from simulator.ground import Ground
from simulator.messages import Message
from simulator.places import Place
from simulator.polls import Poll


def post(
    world: Ground,
    chat: Chat,
    body: dict[str, Any],
    *,
    author: Account | None,
    at: datetime | None = None,
    message_id: int | None = None,
    sender_chat: Place | None = None,
    topic: int | None = None,
    reply_to: Message | None = None,
    markup: dict[str, Any] | None = None,
    poll: Poll | None = None,
) -> Message:
    """Writes a message into the chat and tells the bots; rights were looked at before."""
    when = at or world.clock.now()
    raw: dict[str, Any] = {
        "message_id": chat.take_id(message_id),
        **_sender(chat, author, sender_chat),
        "chat": chat.json,
        "date": int(when.timestamp()),
        **_thread(chat, topic=topic, reply_to=reply_to),
        **body,
    }
    if markup and "inline_keyboard" in markup:
        raw["reply_markup"] = markup
    if poll is not None:
        raw["poll"] = poll.json()
    message = Message(raw, chat=chat, author=author, reply_to=reply_to, markup=markup, poll=poll)
    chat.keep(message)
    if author is not None and author.is_bot:
        chat.last_bot_id = author.id
    tell_message(message)
    if chat.channel and chat.linked is not None and not message.service:
        _forward_to_linked(world, message, chat.linked)
    world.posted(message)
    return message


def service(
    world: Ground,
    chat: Chat,
    body: dict[str, Any],
    *,
    author: Account,
    at: datetime | None = None,
    topic: int | None = None,
    message_id: int | None = None,
) -> Message:
    """A service message; an administrator who hides makes it in the chat's name."""
    sender_chat = chat if chat.standing(author).anonymous else None
    return post(world, chat, body, author=author, at=at, sender_chat=sender_chat, topic=topic, message_id=message_id)


def edited(world: Ground, message: Message, changes: dict[str, Any], *, at: datetime | None = None) -> None:
    """Puts new content in place of the old; a value of None takes a field away."""
    for name, value in changes.items():
        if value is None:
            message.raw.pop(name, None)
        else:
            message.raw[name] = value
    message.raw["edit_date"] = int((at or world.clock.now()).timestamp())
    tell_message(message, edited=True)
    world.changed(message)


def _sender(chat: Chat, author: Account | None, sender_chat: Place | None) -> dict[str, Any]:
    if sender_chat is not None and sender_chat.channel and author is None:
        return {"from": TELEGRAM, "sender_chat": sender_chat.json}
    if chat.channel:
        return {"sender_chat": chat.json}
    if sender_chat is None:
        if author is None:
            raise ValueError("only a linked channel's forward has no author")
        sender: dict[str, Any] = {"from": author.user}
        if tag := chat.standing(author).tag:
            sender["sender_tag"] = tag
        return sender
    if sender_chat is not chat:
        return {"from": CHANNEL_BOT, "sender_chat": sender_chat.json}
    title = chat.standing(author).title if author is not None else None
    signed = {"author_signature": title} if title else {}
    return {"from": GROUP_ANONYMOUS_BOT, "sender_chat": chat.json, **signed}


def _thread(chat: Chat, *, topic: int | None, reply_to: Message | None) -> dict[str, Any]:
    thread: dict[str, Any] = {}
    if chat.forum:
        if topic is None and reply_to is not None:
            topic = reply_to.topic
        if topic is not None and topic != GENERAL_TOPIC:
            thread = {"message_thread_id": topic, "is_topic_message": True}
            place = chat.topics.get(topic)
            # In a topic even a message that answers nobody 'replies' to the one that opened the topic.
            if reply_to is None and place is not None and place.created is not None:
                reply_to = place.created
    if reply_to is None:
        return thread
    if not thread and chat.kind == "supergroup":
        # Outside topics a reply names its thread too, but it is no topic message.
        thread["message_thread_id"] = reply_to.raw.get("message_thread_id", reply_to.id)
    thread["reply_to_message"] = reply_to.quoted()
    return thread


def _forward_to_linked(world: Ground, message: Message, group: Chat) -> None:
    """A channel's post appears in its discussion group by itself."""
    kept = ("text", "entities", "caption", "caption_entities", "photo", "video", "voice", "document", "poll")
    body = {name: message.raw[name] for name in kept if name in message.raw}
    body["is_automatic_forward"] = True
    body["forward_origin"] = {
        "type": "channel",
        "date": message.raw["date"],
        "chat": message.chat.json,
        "message_id": message.id,
    }
    post(world, group, body, author=None, sender_chat=message.chat, at=message.sent_at)
