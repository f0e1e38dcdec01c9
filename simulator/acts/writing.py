"""People write, edit and delete."""

from datetime import datetime
from typing import Any

from simulator import posting
from simulator.acts.actor import Actor
from simulator.chats import GENERAL_TOPIC, Chat, Topic
from simulator.errors import NotPossible
from simulator.forwarding import forwarded
from simulator.media import media_body
from simulator.messages import Message
from simulator.polls import Poll
from simulator.text import found, utf16

PERMISSION = {
    "photo": "can_send_photos",
    "video": "can_send_videos",
    "voice": "can_send_voice_notes",
    "document": "can_send_documents",
    "sticker": "can_send_other_messages",
}


class WritingActs(Actor):
    def writes(
        self,
        chat: Chat,
        text: str | None = None,
        *,
        reply_to: Message | None = None,
        topic: Topic | int | None = None,
        album: str | None = None,
        media: str | None = None,
        sender_chat: Chat | None = None,
        forward_of: Message | None = None,
        message_id: int | None = None,
        at: datetime | None = None,
    ) -> Message:
        """A message; in a private chat it needs a bot that was started."""
        thread = topic.thread_id if isinstance(topic, Topic) else topic
        self._may_write(chat, media=media, thread=thread, sender_chat=sender_chat)
        body = forwarded(forward_of) if forward_of is not None else self._body(text, media=media)
        if album is not None:
            if media is None and forward_of is None:
                raise NotPossible("an album is made of media")
            body["media_group_id"] = album
        if sender_chat is None and chat.standing(self).anonymous and not chat.channel:
            sender_chat = chat
        return posting.post(
            self.world,
            chat,
            body,
            author=self,
            at=at,
            message_id=message_id,
            sender_chat=sender_chat,
            topic=thread,
            reply_to=reply_to,
        )

    def asks(
        self,
        chat: Chat,
        question: str,
        options: list[str],
        *,
        anonymous: bool = True,
        multiple: bool = False,
        message_id: int | None = None,
        at: datetime | None = None,
    ) -> Message:
        """A poll of one's own: bots see it, but hear nothing of its votes."""
        self._may_write(chat, media=None, thread=None, sender_chat=None)
        poll = Poll(
            id=self.world.ids.number(),
            question=question,
            options=options,
            owner=self,
            is_anonymous=anonymous,
            multiple=multiple,
        )
        self.world.polls[poll.id] = poll
        return posting.post(self.world, chat, {}, author=self, at=at, message_id=message_id, poll=poll)

    def edits(self, message: Message, text: str, *, at: datetime | None = None) -> Message:
        if message.author is not self or message.service:
            raise NotPossible(f"{self.name} can edit only what {self.name} wrote")
        if message.deleted:
            raise NotPossible("the message is gone")
        text = utf16.sane(text)
        kind = "text" if "text" in message.raw else "caption"
        entities = "entities" if kind == "text" else "caption_entities"
        posting.edited(self.world, message, {kind: text, entities: found.find(text) or None}, at=at)
        return message

    def deletes(self, message: Message) -> None:
        """No bot is ever told."""
        chat = message.chat
        if message.author is not self and not chat.private and not chat.standing(self).may("can_delete_messages"):
            raise NotPossible(f"{self.name} cannot delete this message")
        message.deleted = True
        self.world.changed(message)

    def _body(self, text: str | None, *, media: str | None) -> dict[str, Any]:
        text = utf16.sane(text or "")
        entities = found.find(text)
        if media is not None:
            body = media_body(media, world_ids=self.world.ids)
            if text:
                body["caption"] = text
                if entities:
                    body["caption_entities"] = entities
            return body
        if not text:
            raise NotPossible("a message has a text or media")
        if utf16.length(text) > 4096:
            raise NotPossible("a message has at most 4096 characters")
        return {"text": text, **({"entities": entities} if entities else {})}

    def _may_write(self, chat: Chat, *, media: str | None, thread: int | None, sender_chat: Chat | None) -> None:
        self.must_be_in(chat)
        if chat.private:
            self._may_write_privately(chat)
            return
        if chat.channel:
            self.must_have("can_post_messages", chat)
            return
        if sender_chat is not None and not (sender_chat is chat or sender_chat.channel):
            raise NotPossible("one writes as oneself, as the group or as a channel")
        permission = PERMISSION.get(media or "", "can_send_messages")
        if not chat.may(self, permission):
            raise NotPossible(f"{self.name} may not write this in {chat.title}")
        if chat.forum:
            place = chat.general if thread in (None, GENERAL_TOPIC) else chat.topics.get(thread)
            if place is None:
                raise NotPossible(f"{chat.title} has no topic {thread}")
            if place.closed and not chat.standing(self).may("can_manage_topics"):
                raise NotPossible(f"the topic {place.name} is closed")

    def _may_write_privately(self, chat: Chat) -> None:
        bot = next(iter(chat.bots.values()), None)
        if bot is None:
            raise NotPossible(f"{self.name} has not started the bot")
        if bot.id in self.blocked:
            raise NotPossible(f"{self.name} has blocked the bot")
