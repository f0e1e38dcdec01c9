"""What those who lead a chat do: adding, promoting, removing, muting, topics, links, migration."""

from datetime import datetime

from simulator import links, membership, migration, posting, topics
from simulator.accounts import Account
from simulator.acts.actor import Actor
from simulator.bots import Bot
from simulator.chats import Chat, InviteLink, Topic
from simulator.errors import NotPossible
from simulator.messages import Message
from simulator.rights import MEMBER, Standing, administrator, restricted
from simulator.text import found


class LeadingActs(Actor):
    def adds(
        self,
        account: Account,
        *,
        to: Chat,
        administrator: bool = False,
        rights: dict[str, bool] | None = None,
        payload: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """A payload is that of a ?startgroup= link, which greets the bot with /start in the group."""
        self.must_be_in(to)
        if isinstance(account, Bot) and not account.can_join_groups and not to.channel:
            raise NotPossible(f"{account.name} cannot be added to groups")
        if not to.may(self, "can_invite_users") and not to.standing(self).may("can_invite_users"):
            raise NotPossible(f"{self.name} may not add members to {to.title}")
        if to.standing(account).inside:
            raise NotPossible(f"{account.name} is in {to.title} already")
        if administrator or rights is not None or (to.channel and isinstance(account, Bot)):
            self.must_have("can_promote_members", to)
            standing = _administrator(rights, by=self.id)
        else:
            standing = MEMBER
        membership.enter(self.world, to, account, actor=self, standing=standing, at=at)
        if payload is not None and isinstance(account, Bot):
            text = f"/start@{account.username} {payload}"
            posting.post(self.world, to, {"text": text, "entities": found.find(text)}, author=self, at=at)

    def promotes(
        self, account: Account, *, chat: Chat, rights: dict[str, bool] | None = None, at: datetime | None = None
    ) -> None:
        """Exactly these rights; without a list, the usual ones."""
        self.must_have("can_promote_members", chat)
        before = chat.standing(account)
        if not before.inside or before.status == "creator":
            raise NotPossible(f"{account.name} cannot be promoted in {chat.title}")
        standing = administrator(rights, by=self.id, before=before)
        membership.change(self.world, chat, account, standing, actor=self, at=at)

    def demotes(self, account: Account, *, chat: Chat, at: datetime | None = None) -> None:
        self.must_have("can_promote_members", chat)
        if chat.standing(account).status != "administrator":
            raise NotPossible(f"{account.name} is no administrator of {chat.title}")
        membership.change(self.world, chat, account, MEMBER, actor=self, at=at)

    def removes(self, account: Account, *, chat: Chat, at: datetime | None = None) -> None:
        """In a supergroup removing is banning, as in the apps; unbans() lets one come back."""
        self._expels(account, chat=chat, until=0, at=at)

    def bans(self, account: Account, *, chat: Chat, until: datetime | None = None, at: datetime | None = None) -> None:
        self._expels(account, chat=chat, until=int(until.timestamp()) if until else 0, at=at)

    def unbans(self, account: Account, *, chat: Chat, at: datetime | None = None) -> None:
        self.must_have("can_restrict_members", chat)
        membership.unban(self.world, chat, account, actor=self, at=at)

    def mutes(self, account: Account, *, chat: Chat, until: datetime | None = None, at: datetime | None = None) -> None:
        self.must_have("can_restrict_members", chat)
        before = chat.standing(account)
        if chat.kind != "supergroup" or before.leads:
            raise NotPossible(f"{account.name} cannot be muted in {chat.title}")
        term = int(until.timestamp()) if until else 0
        standing = restricted(frozenset(), until=term, before=before)
        membership.change(self.world, chat, account, standing, actor=self, at=at)
        if term:
            membership.lift_later(self.world, chat, account, until=term)

    def unmutes(self, account: Account, *, chat: Chat, at: datetime | None = None) -> None:
        self.must_have("can_restrict_members", chat)
        if chat.standing(account).status != "restricted":
            raise NotPossible(f"{account.name} is not muted in {chat.title}")
        membership.change(self.world, chat, account, MEMBER, actor=self, at=at)

    def decides(self, account: Account, *, chat: Chat, accepted: bool, at: datetime | None = None) -> None:
        """Answers a request to join."""
        self.must_have("can_invite_users", chat)
        if not links.decide(self.world, chat, account, actor=self, accepted=accepted, at=at):
            raise NotPossible(f"{account.name} has not asked to join {chat.title}")

    def creates_link(
        self,
        chat: Chat,
        *,
        name: str | None = None,
        creates_join_request: bool = False,
        member_limit: int | None = None,
    ) -> InviteLink:
        self.must_be_in(chat)
        return links.create(
            self.world,
            chat,
            creator=self,
            name=name,
            creates_join_request=creates_join_request,
            member_limit=member_limit,
        )

    def creates_topic(self, chat: Chat, name: str, *, at: datetime | None = None) -> Topic:
        self.must_be_in(chat)
        if not chat.forum:
            raise NotPossible(f"{chat.title} has no topics")
        if not chat.standing(self).may("can_manage_topics") and not chat.may(self, "can_manage_topics"):
            raise NotPossible(f"{self.name} may not open topics in {chat.title}")
        return topics.create(self.world, chat, name, author=self, at=at)

    def closes_topic(self, topic: Topic, *, at: datetime | None = None) -> None:
        self.must_have("can_manage_topics", topic.chat)
        topics.close(self.world, topic, author=self, at=at)

    def reopens_topic(self, topic: Topic, *, at: datetime | None = None) -> None:
        self.must_have("can_manage_topics", topic.chat)
        topics.reopen(self.world, topic, author=self, at=at)

    def pins(self, message: Message, *, at: datetime | None = None) -> None:
        self.must_have("can_pin_messages", message.chat)
        chat = self.world.chats[message.chat.id]
        chat.pinned.append(message.id)
        posting.service(self.world, chat, {"pinned_message": message.quoted()}, author=self, at=at)

    def links_channel(self, channel: Chat, *, to: Chat) -> None:
        """Makes a group the discussion of a channel: its posts appear there by themselves."""
        self.must_have("can_change_info", channel)
        self.must_have("can_change_info", to)
        if not channel.channel or to.kind != "supergroup":
            raise NotPossible("a channel is linked to a supergroup")
        channel.linked, to.linked = to, channel

    def migrates(self, group: Chat, *, new_id: int | None = None, at: datetime | None = None) -> Chat:
        """Only the owner makes a supergroup of a basic group."""
        self.must_be_in(group)
        if group.standing(self).status != "creator":
            raise NotPossible(f"{self.name} does not own {group.title}")
        return migration.migrate(self.world, group, actor=self, new_id=new_id, at=at)

    def _expels(self, account: Account, *, chat: Chat, until: int, at: datetime | None) -> None:
        self.must_have("can_restrict_members", chat)
        if chat.standing(account).status == "creator":
            raise NotPossible(f"{account.name} owns {chat.title}")
        membership.expel(self.world, chat, account, actor=self, until=until, at=at)


def _administrator(rights: dict[str, bool] | None, *, by: int) -> Standing:
    # `administrator` is also the name of an argument above.
    return administrator(rights, by=by)
