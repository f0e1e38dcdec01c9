"""One call of a bot: its checked parameters, and the chats, members and messages it speaks of."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from simulator.accounts import Account
from simulator.bodies import Upload
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import bad_request, forbidden, migrated
from simulator.messages import Message
from simulator.world import World

KINDS = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}
# How long a join request lets a bot write to somebody who never started it.
REQUEST_WINDOW = timedelta(minutes=5)


@dataclass
class Call:
    world: World
    bot: Bot
    method: str
    params: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat as far as this bot may act in it."""
        chat = self.known_chat(name)
        if chat.private:
            self._may_write_privately(chat)
            return chat
        standing = chat.standing(self.bot)
        if standing.status == "kicked":
            raise forbidden(f"bot was kicked from the {KINDS[chat.kind]}")
        if not standing.inside:
            raise forbidden(f"bot is not a member of the {KINDS[chat.kind]}")
        return chat

    def known_chat(self, name: str = "chat_id") -> Chat:
        wanted = self.params[name]
        if isinstance(wanted, str):
            return self._public(wanted)
        if wanted > 0:
            return self._private(wanted)
        chat = self.world.chats.get(wanted)
        if chat is None or not chat.ever_met(self.bot):
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to.id)
        return chat

    def account(self, name: str = "user_id") -> Account:
        account = self.world.account(self.params[name])
        if account is None or (
            account is not self.bot and account.id not in self.bot.known and not self._shares(account)
        ):
            raise bad_request("user not found" if self.method != "getChatMember" else "member not found")
        return account

    def message(self, chat: Chat, *, name: str = "message_id", missing: str = "message not found") -> Message:
        message = chat.find(self.params[name])
        if message is None:
            raise bad_request(missing)
        return message

    def must(self, right: str, chat: Chat, *, otherwise: str) -> None:
        if not chat.standing(self.bot).may(right):
            raise bad_request(otherwise)

    def _shares(self, account: Account) -> bool:
        return any(chat.ever_met(account) for chat in self.world.chats.values() if self.bot.id in chat.bots)

    def _public(self, name: str) -> Chat:
        wanted = name.removeprefix("@").lower()
        for chat in self.world.chats.values():
            if chat.username and chat.username.lower() == wanted:
                return chat
        raise bad_request("chat not found")

    def _private(self, person_id: int) -> Chat:
        person = self.world.people.get(person_id)
        if person is None:
            raise bad_request("chat not found")
        if self.bot.id not in person.started and person_id not in self.bot.known and not self._shares(person):
            raise bad_request("chat not found")
        return self.world.private(person, self.bot)

    def _may_write_privately(self, chat: Chat) -> None:
        person = self.world.people[chat.id]
        if person.deleted:
            raise forbidden("user is deactivated")
        if self.bot.id in person.blocked:
            raise forbidden("bot was blocked by the user")
        if self.bot.id in person.started:
            return
        asked = self.bot.requests.get(person.id)
        if asked is None or self.world.clock.now() - asked > REQUEST_WINDOW:
            raise forbidden("bot can't initiate conversation with a user")
