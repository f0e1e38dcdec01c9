"""Topics of a forum: opening, closing, renaming, and the service messages about it."""

from datetime import datetime

from simulator.accounts import Account
from simulator.chats import GENERAL_TOPIC, Chat, Topic
from simulator.ground import Ground
from simulator.posting import service


def create(
    world: Ground, chat: Chat, name: str, *, author: Account, at: datetime | None = None, icon_color: int = 7322096
) -> Topic:
    told = {"name": name, "icon_color": icon_color}
    # The topic's id is the id of the message that opens it, so that message must name itself.
    # General has the number one whatever was written first, so no other topic may get it.
    number = next(number for number in iter(chat.take_id, None) if number != GENERAL_TOPIC)
    topic = Topic(chat=chat, thread_id=number, name=name, icon_color=icon_color)
    chat.topics[number] = topic
    topic.created = service(
        world, chat, {"forum_topic_created": told}, author=author, at=at, topic=number, message_id=number
    )
    return topic


def close(world: Ground, topic: Topic, *, author: Account, at: datetime | None = None) -> None:
    topic.closed = True
    service(world, topic.chat, {"forum_topic_closed": {}}, author=author, at=at, topic=topic.thread_id)


def reopen(world: Ground, topic: Topic, *, author: Account, at: datetime | None = None) -> None:
    topic.closed = False
    service(world, topic.chat, {"forum_topic_reopened": {}}, author=author, at=at, topic=topic.thread_id)


def rename(world: Ground, topic: Topic, name: str, *, author: Account, at: datetime | None = None) -> None:
    topic.name = name
    service(world, topic.chat, {"forum_topic_edited": {"name": name}}, author=author, at=at, topic=topic.thread_id)
