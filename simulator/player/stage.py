"""The group in which a history is played: its ids, its messages as they were, its move to a supergroup."""

import itertools
from datetime import UTC, datetime
from typing import Any

from simulator import membership, migration
from simulator.accounts import GROUP_ANONYMOUS_BOT, Account
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.history.records import Export, Moved, NoRecord, Peer, Record, TopicOpened, Written
from simulator.messages import Message
from simulator.player.cast import Cast
from simulator.posting import post
from simulator.rights import ADMIN_RIGHTS, GROUP_RIGHTS, MEMBER, OWNER, administrator
from simulator.world import World

USUAL_SHIFT = 1_000_000_000
EVERYTHING = dict.fromkeys((*ADMIN_RIGHTS, *GROUP_RIGHTS), True)


class Stage:
    """Records from before the supergroup are played in a basic group, which then moves as Telegram moves it."""

    def __init__(self, world: World, bot: Bot, export: Export, *, cast: Cast) -> None:
        self.world = world
        self.export = export
        self.cast = cast
        self.records = {record.id: record for record in export.records}
        lowest, self._highest = min(self.records, default=0), max(self.records, default=0)
        self._shift = USUAL_SHIFT if lowest > -USUAL_SHIFT else 1 - lowest
        self._revived: dict[int, Message] = {}
        self._forum = any(isinstance(record, TopicOpened) for record in export.records)
        before = lowest < 0 and export.kind == "supergroup"
        first = export.records[0].at if export.records else int(world.clock.timestamp())
        self.owner = self._owner()
        self.old = self._group(export.old_group_id, kind="group") if before else None
        self.new = None if before else self._group(export.chat_id, kind=export.kind)
        self.chat = self.old or self.new or self._group(None, kind="group")
        self._reserve(self.chat, -1 + self._shift if before else self._highest)
        self._let_in(bot, at=moment(first))

    def chat_of(self, number: int) -> Chat | None:
        return self.old if number < 0 and self.old is not None else self.new

    def number(self, exported: int) -> int:
        return exported + self._shift if exported < 0 else exported

    def move(self, record: Record) -> bool:
        """Makes the supergroup; False if there is no basic group to move."""
        if self.old is None or self.new is not None:
            return False
        new = migration.migrate(
            self.world,
            self.old,
            actor=self.owner,
            new_id=self.export.chat_id,
            message_id=self._opening(),
            at=moment(record.at),
        )
        new.forum = self._forum
        self.new = self.chat = new
        self._reserve(new, self._highest)
        return True

    def enter(self, account: Account) -> None:
        """Whoever acts is inside: when they came, nobody saw."""
        if not self.chat.standing(account).inside:
            self.chat.stand(account, MEMBER)

    def say(
        self,
        record: Record,
        body: dict[str, Any],
        *,
        author: Account | None,
        sender_chat: Chat | None,
        once_more: bool = False,
        **more: Any,
    ) -> Message:
        """A message under the record's number; what is said once more for the same record gets a number of its own."""
        return post(
            self.world,
            self.chat,
            body,
            author=author,
            sender_chat=sender_chat,
            at=moment(record.at),
            message_id=None if once_more else self.number(record.id),
            **more,
        )

    def message(self, exported: int) -> Message | None:
        """A message as it stands in the chat, or as the file has it if the chat forgot it."""
        chat = self.chat_of(exported)
        if chat is None:
            return None
        message = chat.find(self.number(exported)) or self._revived.get(exported)
        if message is None and exported in self.records:
            message = self.revive(exported, at=self.records[exported].at)
        return message

    def revive(self, exported: int, *, at: int) -> Message:
        """A message that is no longer there, or never was in the file: then nobody knows whose it was."""
        record = self.records.get(exported)
        chat = self.chat_of(exported) or self.chat
        raw: dict[str, Any] = {"message_id": self.number(exported), "chat": chat.json, "date": at}
        author = None
        if record is not None:
            raw["date"] = record.at
            author = self._sign(raw, record.author)
        if isinstance(record, Written):
            raw |= record.body
            if record.topic is not None and chat.forum:
                raw |= {"message_thread_id": record.topic, "is_topic_message": True}
        message = Message(raw, chat=chat, author=author)
        if record is not None:
            self._revived[exported] = message
        return message

    def _sign(self, raw: dict[str, Any], peer: Peer | None) -> Account | None:
        if peer is None:
            return None
        if self.cast.hides(peer):
            raw |= {"from": GROUP_ANONYMOUS_BOT, "sender_chat": raw["chat"]}
            return None
        if peer.kind == "channel":
            raw["sender_chat"] = self.cast.channel(peer).json
            return None
        try:
            person = self.cast.person(peer)
        except NoRecord:
            return None
        raw["from"] = person.user
        return person

    def _owner(self) -> Account:
        """The one who founded the group, or somebody invented: nobody gets a role that they did not have."""
        creator = self.export.creator
        if creator is not None and creator.kind == "user" and not self.cast.hides(creator):
            try:
                return self.cast.person(creator)
            except NoRecord:
                pass
        return self.cast.invented("Owner")

    def _group(self, number: int | None, *, kind: str) -> Chat:
        forum = kind == "supergroup" and self._forum
        if number in self.world.chats:
            raise NoRecord(f"there is a chat {number} in this world already: a history is played once")
        chat = self.world.new_chat(self.export.name, kind=kind, forum=forum, chat_id=number)
        chat.stand(self.owner, OWNER)
        return chat

    def _opening(self) -> int:
        """The number of the message with which the supergroup begins: the file's own, or one that it leaves free."""
        for record in self.export.records:
            if isinstance(record, Moved) and record.id > 0:
                return record.id
        return next(number for number in itertools.count(1) if number not in self.records)

    def _reserve(self, chat: Chat, last: int) -> None:
        # What the bot itself says meanwhile is numbered after the whole history, so no number is wanted twice.
        if last > 0:
            chat.take_id(last)

    def _let_in(self, bot: Bot, *, at: datetime) -> None:
        standing = administrator(EVERYTHING, by=self.owner.id)
        membership.enter(self.world, self.chat, bot, actor=self.owner, standing=standing, at=at)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
