"""A forum's topics as a bot opens and closes them."""

from typing import Any

from simulator import posting, topics
from simulator.api.call import Call
from simulator.chats import Chat, Topic
from simulator.errors import bad_request

MAX_NAME = 128


def create_forum_topic(call: Call) -> dict[str, Any]:
    chat = _forum(call)
    icon = call.get("icon_color") or 7322096
    return topics.create(call.world, chat, _name(call), author=call.bot, icon_color=icon).json()


def edit_forum_topic(call: Call) -> bool:
    topic = _topic(call, _forum(call))
    if call.get("name"):
        topics.rename(call.world, topic, _name(call), author=call.bot)
    return True


def close_forum_topic(call: Call) -> bool:
    topic = _topic(call, _forum(call))
    if topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topics.close(call.world, topic, author=call.bot)
    return True


def reopen_forum_topic(call: Call) -> bool:
    topic = _topic(call, _forum(call))
    if not topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topics.reopen(call.world, topic, author=call.bot)
    return True


def delete_forum_topic(call: Call) -> bool:
    """The topic and everything in it."""
    chat = _forum(call)
    topic = _topic(call, chat)
    del chat.topics[topic.thread_id]
    for message in chat.messages:
        if message.topic == topic.thread_id:
            message.deleted = True
    return True


def edit_general_forum_topic(call: Call) -> bool:
    topic = _general(call)
    topic.name = _name(call)
    return _told(call, topic, {"forum_topic_edited": {"name": topic.name}})


def close_general_forum_topic(call: Call) -> bool:
    topic = _general(call)
    topic.closed = True
    return _told(call, topic, {"forum_topic_closed": {}})


def reopen_general_forum_topic(call: Call) -> bool:
    topic = _general(call)
    topic.closed = False
    return _told(call, topic, {"forum_topic_reopened": {}})


def hide_general_forum_topic(call: Call) -> bool:
    topic = _general(call)
    topic.hidden = topic.closed = True
    return _told(call, topic, {"general_forum_topic_hidden": {}})


def unhide_general_forum_topic(call: Call) -> bool:
    topic = _general(call)
    topic.hidden = False
    return _told(call, topic, {"general_forum_topic_unhidden": {}})


def _told(call: Call, topic: Topic, body: dict[str, Any]) -> bool:
    posting.service(call.world, topic.chat, body, author=call.bot)
    return True


def _general(call: Call) -> Topic:
    return _forum(call).general


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    call.must("can_manage_topics", chat, otherwise="not enough rights to manage topics")
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    topic = chat.topics.get(call.params["message_thread_id"])
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def _name(call: Call) -> str:
    name: str = call.params["name"].strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    return name
