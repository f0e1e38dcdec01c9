"""Turns each record into what a bot would have heard of it, or counts why it cannot."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from simulator import links, membership, reactions
from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat, InviteLink, Topic
from simulator.delivery import leaders, tell_all
from simulator.errors import NotPossible
from simulator.history.records import (
    Export,
    Invited,
    Joined,
    Moved,
    NoRecord,
    Notice,
    Peer,
    Pinned,
    Reaction,
    Record,
    Removed,
    TopicOpened,
    Written,
)
from simulator.messages import Message
from simulator.people import Person
from simulator.player.cast import HIDDEN, IN_A_CHANNELS_NAME, Cast
from simulator.player.stage import Stage, moment
from simulator.polls import Poll
from simulator.rights import BANNED, GONE, MEMBER
from simulator.world import World

ICON_COLOR = 7322096


class Teller:
    def __init__(self, world: World, bot: Bot, export: Export, *, told: Counter[str], left_out: Counter[str]) -> None:
        self.world = world
        self.told = told
        self.left_out = left_out
        self.cast = Cast(world, export)
        self.stage = Stage(world, bot, export, cast=self.cast)
        self._untold: set[int] = set()
        self._links: dict[int, InviteLink] = {}
        self._tellers: dict[type[Record], Callable[..., None]] = {
            Written: self._written,
            Joined: self._joined,
            Invited: self._invited,
            Removed: self._removed,
            TopicOpened: self._topic_opened,
            Pinned: self._pinned,
            Moved: self._moved,
            Notice: self._notice,
        }

    def tell(self, record: Record) -> None:
        # The file may lack the record of the move; its first message in the supergroup comes after it.
        if record.id > 0 and not isinstance(record, Moved) and self.stage.move(record):
            self.told["moves to a supergroup"] += 1
        try:
            self._tellers[type(record)](record)
        except NoRecord as reason:
            self._untold.add(record.id)
            self.left_out[str(reason)] += 1
        except NotPossible as refusal:
            self._untold.add(record.id)
            self.left_out[f"what the simulator refused: {refusal}"] += 1

    def react(self, record: Written, reaction: Reaction) -> None:
        try:
            self._react(record, reaction)
            self.told["reactions"] += 1
        except NoRecord as reason:
            self.left_out[str(reason)] += 1

    def _written(self, record: Written) -> None:
        author, sender_chat = self._voice(record.author)
        body = record.body
        poll = None
        if record.poll is not None:
            owner = author or HIDDEN
            poll = Poll(self.world.ids.number(), record.poll.question, list(record.poll.options), owner=owner)
            self.world.polls[poll.id] = poll
        if record.automatic and sender_chat is not None:
            author = None
            origin = {"type": "channel", "date": record.at, "chat": sender_chat.json, "message_id": record.id}
            body = {**body, "is_automatic_forward": True, "forward_origin": origin}
        answered = self._answered(record)
        topic = record.topic
        self.stage.say(record, body, author=author, sender_chat=sender_chat, topic=topic, reply_to=answered, poll=poll)
        self.told["messages"] += 1
        if answered is not None:
            self.told["replies"] += 1
        if poll is not None:
            self.told["polls"] += 1

    def _answered(self, record: Written) -> Message | None:
        if record.reply_to is None:
            return None
        # A message that is absent from the file was there when it was answered.
        return self.stage.message(record.reply_to) or self.stage.revive(record.reply_to, at=record.at)

    def _joined(self, record: Joined) -> None:
        person = self._someone(record.author)
        link = None
        if record.inviter is not None:
            try:
                link = self._link_of(self.cast.named(record.inviter))
            except NoRecord:
                self.left_out["whose invite link was used (the name fits nobody or several)"] += 1
        self._come(person, record, actor=person, link=link, via_join_request=record.by_request)
        self.stage.say(record, {"new_chat_members": [person.user]}, author=person, sender_chat=None)
        self.told["joins by request" if record.by_request else "joins by link"] += 1

    def _invited(self, record: Invited) -> None:
        actor, sender_chat = self._voice(record.author, settle=False)
        people = [self._self_or_named(name, record, actor) for name in record.names]
        known = [person for person in people if person is not None]
        if not known:
            if not record.names:
                raise NoRecord("invitations that name nobody")
            return
        alone = len(known) == 1 and known[0] is actor
        if not alone and actor is not None:
            self.stage.enter(actor)
        for person in known:
            self._come(person, record, actor=actor or HIDDEN)
        body = {"new_chat_members": [person.user for person in known]}
        self.stage.say(record, body, author=actor, sender_chat=sender_chat)
        self.told["joins by oneself" if alone else "joins by invitation"] += len(known)

    def _removed(self, record: Removed) -> None:
        actor, sender_chat = self._voice(record.author, settle=False)
        people = [self._self_or_named(name, record, actor) for name in record.names]
        if not record.names:
            raise NoRecord("removals that name nobody")
        for place, person in enumerate(person for person in people if person is not None):
            self.stage.enter(person)
            alone = person is actor
            if not alone and actor is not None:
                self.stage.enter(actor)
            standing = GONE if alone else BANNED
            membership.change(
                self.world, self.stage.chat, person, standing, actor=actor or HIDDEN, at=moment(record.at)
            )
            body = {"left_chat_member": person.user}
            self.stage.say(record, body, author=actor, sender_chat=sender_chat, once_more=place > 0)
            self.told["leaves" if alone else "removals"] += 1

    def _topic_opened(self, record: TopicOpened) -> None:
        author, sender_chat = self._voice(record.author)
        chat = self.stage.chat
        topic = Topic(chat=chat, thread_id=record.id, name=record.title, icon_color=ICON_COLOR)
        chat.topics[record.id] = topic
        body = {"forum_topic_created": {"name": record.title, "icon_color": ICON_COLOR}}
        topic.created = self.stage.say(record, body, author=author, sender_chat=sender_chat, topic=record.id)
        self.told["topics"] += 1

    def _pinned(self, record: Pinned) -> None:
        author, sender_chat = self._voice(record.author)
        pinned = self.stage.message(record.message_id) or self.stage.revive(record.message_id, at=record.at)
        self.stage.say(record, {"pinned_message": pinned.quoted()}, author=author, sender_chat=sender_chat)
        self.told["pins"] += 1

    def _notice(self, record: Notice) -> None:
        author, sender_chat = self._voice(record.author)
        if "new_chat_title" in record.body:
            self.stage.chat.title = record.body["new_chat_title"]
        self.stage.say(record, record.body, author=author, sender_chat=sender_chat)
        self.told["other service messages"] += 1

    def _moved(self, record: Moved) -> None:
        if self.stage.move(record):
            self.told["moves to a supergroup"] += 1
        elif self.stage.old is None:
            raise NoRecord("a move to or from a group whose history is not in the file")

    def _react(self, record: Written, reaction: Reaction) -> None:
        message = None if record.id in self._untold else self.stage.message(record.id)
        if message is None:
            raise NoRecord("reactions to messages that could not be told")
        if message.chat.migrated_to is not None:
            raise NoRecord("reactions, after the move, to messages from before it")
        at = moment(reaction.at)
        if reaction.by.kind == "channel" and not self.cast.hides(reaction.by):
            self._react_as_channel(message, reaction, at=at)
            return
        hidden = self.cast.hides(reaction.by)
        giver = HIDDEN if hidden else self.cast.person(reaction.by)
        if not hidden:
            self.stage.enter(giver)
        before = message.reactions.get(message.chat.id if hidden else giver.id, [])
        if reaction.emoji in before:
            raise NoRecord("reactions told twice")
        try:
            # Three at most, as with Premium: the export does not say who has it.
            reactions.react(
                self.world, message, [*before, reaction.emoji], person=giver, anonymous=hidden, premium=True, at=at
            )
        except NotPossible:
            raise NoRecord("reactions that Telegram's list does not have, or too many by one person") from None

    def _react_as_channel(self, message: Message, reaction: Reaction, *, at: datetime) -> None:
        channel = self.cast.channel(reaction.by)
        before = message.reactions.get(channel.id, [])
        message.reactions[channel.id] = after = [*before, reaction.emoji]
        update = {
            "chat": message.chat.json,
            "message_id": message.id,
            "actor_chat": channel.json,
            "date": int(at.timestamp()),
            "old_reaction": [reactions.as_json(emoji) for emoji in before],
            "new_reaction": [reactions.as_json(emoji) for emoji in after],
        }
        tell_all(leaders(message.chat), "message_reaction", update)

    def _come(
        self,
        person: Person,
        record: Record,
        *,
        actor: Account,
        link: InviteLink | None = None,
        via_join_request: bool = False,
    ) -> None:
        # Who joins again left without a record, or was let in again after a ban: nobody saw that.
        self.stage.chat.stand(person, GONE)
        membership.change(
            self.world,
            self.stage.chat,
            person,
            MEMBER,
            actor=actor,
            at=moment(record.at),
            link=link,
            via_join_request=via_join_request,
        )

    def _link_of(self, person: Person) -> InviteLink:
        """Somebody's own link; its address is not in the export."""
        if person.id not in self._links:
            self._links[person.id] = links.create(self.world, self.stage.chat, creator=person, is_primary=True)
        return self._links[person.id]

    def _self_or_named(self, name: str | None, record: Record, actor: Account | None) -> Person | None:
        """The actor's own name alone is the actor, whoever else has it."""
        names = record.names if isinstance(record, Invited | Removed) else ()
        if len(names) == 1 and record.author is not None and name == record.author.name and isinstance(actor, Person):
            return actor
        try:
            return self.cast.named(name)
        except NoRecord as reason:
            self.left_out[str(reason)] += 1
            return None

    def _someone(self, peer: Peer | None) -> Person:
        if peer is None or peer.kind != "user" or self.cast.hides(peer):
            raise NoRecord("joins of nobody")
        return self.cast.person(peer)

    def _voice(self, peer: Peer | None, *, settle: bool = True) -> tuple[Account | None, Chat | None]:
        """As Telegram signs: a person, the group in place of an administrator who hides, or a channel."""
        if peer is None:
            raise NoRecord("records without an author")
        if self.cast.hides(peer):
            return None, self.stage.chat
        if peer.kind == "channel":
            return IN_A_CHANNELS_NAME, self.cast.channel(peer)
        person = self.cast.person(peer)
        if settle:
            self.stage.enter(person)
        return person, None
