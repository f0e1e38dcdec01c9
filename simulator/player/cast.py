"""Who appears in a history: people under their own ids, channels, and those who hide behind the group."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import cast

from simulator.accounts import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, Account
from simulator.chats import Chat
from simulator.history.records import SUPERGROUPS, Export, NoRecord, Peer, Written
from simulator.people import Person
from simulator.world import World

DELETED = "Deleted Account"


class Fake(Account):
    """Stands in `from` where Telegram names nobody."""

    is_bot = True


HIDDEN = Fake(cast("int", GROUP_ANONYMOUS_BOT["id"]), name="Group", last_name=None, username="GroupAnonymousBot")
# As the author of a message it must not be a bot: bots are never told of each other's messages.
IN_A_CHANNELS_NAME = Account(cast("int", CHANNEL_BOT["id"]), name="Channel", last_name=None, username="Channel_Bot")


class Cast:
    def __init__(self, world: World, export: Export) -> None:
        self.world = world
        self.here = export.bare_id
        self._bots = {bot.id for bot in world.bots.values()}
        self._names: dict[int, str] = {}
        self._ids: defaultdict[str, set[int]] = defaultdict(set)
        self._without_id: dict[str, Person] = {}
        for peer in _peers(export):
            if peer.kind == "user" and peer.id is not None and peer.name is not None:
                self._names[peer.id] = peer.name
                self._ids[peer.name].add(peer.id)
        self.people: set[int] = set()
        self.colliding: Counter[str] = Counter()

    def hides(self, peer: Peer) -> bool:
        """An administrator who writes as the group; a basic group's number is always the group itself."""
        return peer.kind == "chat" or peer.id == (self.here if peer.kind == "channel" else HIDDEN.id)

    def person(self, peer: Peer) -> Person:
        """Raises NoRecord for somebody who cannot be played."""
        if peer.id is None:
            return self.named(peer.name)
        if peer.id in self._bots:
            raise NoRecord("what the bot itself did")
        if not 0 < peer.id < 2**52:
            raise NoRecord("what accounts with impossible ids did")
        person = self.world.people.get(peer.id)
        if person is None:
            person = self.world.person(self._names.get(peer.id, DELETED), id=peer.id, language_code=None)
            person.deleted = peer.id not in self._names
        self.people.add(peer.id)
        return person

    def named(self, name: str | None) -> Person:
        """Somebody of whom the export gives no more than the name."""
        if name is None:
            raise NoRecord("what deleted accounts did or underwent, named by nothing")
        ids = self._ids.get(name, set())
        if len(ids) > 1:
            self.colliding[name] += 1
            raise NoRecord("what was told by a name that several people have")
        if ids:
            return self.person(Peer("user", next(iter(ids)), name))
        if name not in self._without_id:
            self._without_id[name] = self._newcomer(name)
        return self._without_id[name]

    def channel(self, peer: Peer) -> Chat:
        number = -SUPERGROUPS - (peer.id or 0)
        chat = self.world.chats.get(number)
        return chat or self.world.new_chat(peer.name or "A deleted channel", kind="channel", chat_id=number)

    def invented(self, name: str) -> Person:
        """Somebody the history does not speak of."""
        return self._newcomer(name)

    def _newcomer(self, name: str) -> Person:
        number = self.world.ids.user()
        while number in self._names or number in self.world.people:
            number = self.world.ids.user()
        self.people.add(number)
        return self.world.person(name, id=number, language_code=None)


def _peers(export: Export) -> Iterator[Peer]:
    """Everybody the records name by an id, once or often."""
    for record in export.records:
        if record.author is not None:
            yield record.author
        if isinstance(record, Written):
            yield from (reaction.by for reaction in record.reactions)
