"""People join, ask to be let in, and leave."""

from datetime import datetime

from simulator import links, membership
from simulator.acts.actor import Actor
from simulator.chats import Chat, InviteLink
from simulator.errors import NotPossible


class MembershipActs(Actor):
    def joins(self, chat: Chat, *, link: InviteLink | str | None = None, at: datetime | None = None) -> None:
        """By the Join button, or by a link."""
        if chat.migrated_to is not None:
            raise NotPossible(f"{chat.title} became a supergroup: {chat.migrated_to.id}")
        chosen = self.world.links.get(link) if isinstance(link, str) else link
        if link is not None and (chosen is None or chosen.chat is not chat):
            raise NotPossible(f"this is no invite link of {chat.title}")
        links.join(self.world, chat, self, link=chosen, at=at)

    def leaves(self, chat: Chat, *, at: datetime | None = None) -> None:
        self.must_be_in(chat)
        membership.leave(self.world, chat, self, actor=self, at=at)
