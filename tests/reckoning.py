"""What updates come to, counted by hand from Telegram's own JSON, and what a database holds: the two must be the same.

Nothing of Kith's own reading or rules is used for the count. It goes by what the README promises: a message is worth
0.2 points, an answer to somebody else 0.1 more, a reaction 0.05 to whoever gives it and 0.1 to the author.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.activity import COUNTS, MemberDays
from models.communities import Chats
from models.database import Database
from models.members import Members
from models.points import Balances, Ledger
from tests.living import UNFETTERED

Raw = dict[str, Any]

# With these the count needs no clock: no cap cuts anything.
PLAIN = {
    **UNFETTERED,
    "KITH_MESSAGES__DAILY_CAP_POINTS": "1000",
    "KITH_REPLIES__DAILY_CAP_POINTS": "1000",
    "KITH_REACTIONS__GIVEN_DAILY_CAP_POINTS": "1000",
    "KITH_REACTIONS__RECEIVED_DAILY_CAP_POINTS": "1000",
}
TWICE_WITHIN = 30
MESSAGE, REPLY, GIVEN, RECEIVED = 20, 10, 5, 10
GROUPS = ("group", "supergroup")
# An update holds one of these; of several, as nobody would send them, the first is read.
KINDS = ("message", "message_reaction", "chat_member", "my_chat_member", "poll_answer")

Key = tuple[int, int]  # a chat and a person
Like = tuple[int, int, int]  # a chat, a message and who reacted to it


@dataclass
class Sums:
    """What everybody did, who is a member, and how often who has earned what for which action."""

    activity: defaultdict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    members: dict[Key, tuple[int | None, int | None]] = field(default_factory=dict)
    entries: Counter[tuple[int, int, str, int]] = field(default_factory=Counter)

    def done(self) -> dict[Key, dict[str, int]]:
        """The activity without zeros."""
        kept = {key: {name: n for name, n in counts.items() if n} for key, counts in self.activity.items()}
        return {key: counts for key, counts in kept.items() if counts}


def cleaned(text: str) -> str:
    """A text without what no database stores."""
    return "".join("?" if 0xD800 <= ord(sign) <= 0xDFFF else sign for sign in text if sign != "\0")


def is_human(user: Raw | None) -> bool:
    """Whether a `User` object is that of a human being, whose id is then a number, whatever else it says."""
    if user is None or user.get("is_bot", False):
        return False
    assert type(user["id"]) is int
    assert abs(user["id"]) <= 2**52
    return True


def is_person(user: Raw | None) -> bool:
    """Whether a `User` object shows a human being who has a name."""
    if user is None or not is_human(user):
        return False
    assert isinstance(user["first_name"], str)
    return True


def moments(tellings: Iterable[tuple[int, bool]]) -> int:
    """How often somebody came: each telling counts but for as many as can be paired with one of the other sort."""
    own, by_service = (sorted(at for at, service in tellings if service is sort) for sort in (False, True))
    for at in own:
        twin = next((other for other in by_service if abs(other - at) <= TWICE_WITHIN), None)
        if twin is not None:
            by_service.remove(twin)
    return len(own) + len(by_service)


@dataclass
class Reckoning(Sums):
    """Counts one update after the other, each id once, in the order of the ids.

    A coming that the chat's own message and the change of membership both tell of within half a minute is one.
    `services` are the fields by which a message is a notice of the chat itself.
    """

    services: frozenset[str] = frozenset({"new_chat_members", "left_chat_member"})
    strays: Counter[int] = field(default_factory=Counter)
    _authors: dict[tuple[int, int], int | None] = field(default_factory=dict)
    _polls: dict[str, int] = field(default_factory=dict)
    _earned: set[tuple[int, int, str, str]] = field(default_factory=set)
    _likes: dict[Like, bool] = field(default_factory=dict)
    _tellings: defaultdict[tuple[int, int, str], set[tuple[int, bool]]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def take_all(self, updates: Iterable[Raw]) -> None:
        """Count them all; what is said first, since a reaction may come before its message."""
        found = sorted({update["update_id"]: update for update in updates}.values(), key=lambda one: one["update_id"])
        for update in found:
            if "message" in update:
                self._message(update["message"])
        counts = {"message_reaction": self._reaction, "chat_member": self._moved, "poll_answer": self._vote}
        for update in found:
            kind = next((kind for kind in KINDS if kind in update), "")
            if kind in counts:
                counts[kind](update[kind])
        for (chat_id, user_id, what), tellings in self._tellings.items():
            self.activity[chat_id, user_id][what] += moments(tellings)

    def _add(self, chat_id: int, user: Raw, **counts: int) -> None:
        key = (chat_id, user["id"])
        self.activity[key] += Counter(counts)
        self.members.setdefault(key, (None, None))

    def _earn(self, chat_id: int, user_id: int, action: str, source: str, points: int) -> bool:
        if (chat_id, user_id, action, source) in self._earned:
            return False
        self._earned.add((chat_id, user_id, action, source))
        self.entries[chat_id, user_id, action, points] += 1
        return True

    def _message(self, message: Raw) -> None:
        chat = message["chat"]
        if chat["type"] not in GROUPS:
            return
        if any(message.get(key) is not None for key in self.services & message.keys()):
            self._service(message, chat["id"])
            return
        writer = None if message.get("sender_chat") is not None else message.get("from")
        writer = writer if is_person(writer) and not message.get("is_automatic_forward") else None
        if message.get("poll"):
            self._polls.setdefault(cleaned(message["poll"]["id"])[:64], chat["id"])
        self._authors.setdefault((chat["id"], message["message_id"]), writer and writer["id"])
        if writer is None:
            return
        answered = self._answered(message)
        commands = [one for one in message.get("entities") or () if one.get("type") == "bot_command"]
        is_command = any(one.get("offset") == 0 for one in commands)
        self._add(
            chat["id"], writer, messages=int(not is_command), replies=int(answered is not None and not is_command)
        )
        if is_command or message.get("forward_origin") is not None:
            return
        album = cleaned(message.get("media_group_id") or "")[:64]
        here = f"message {message['message_id']}"
        self._earn(chat["id"], writer["id"], "message", f"album {album}" if album else here, MESSAGE)
        other = None if answered is None or answered.get("sender_chat") is not None else answered.get("from")
        if other is not None and is_human(other) and other["id"] != writer["id"]:
            self._earn(chat["id"], writer["id"], "reply", here, REPLY)

    def _service(self, message: Raw, chat_id: int) -> None:
        for who in message.get("new_chat_members") or ():
            if is_person(who):
                self._tell(chat_id, who, "joins", message["date"], by_service=True)
        if not message.get("new_chat_members") and is_person(message.get("left_chat_member")):
            self._tell(chat_id, message["left_chat_member"], "leaves", message["date"], by_service=True)

    def _tell(self, chat_id: int, who: Raw, what: str, at: int, *, by_service: bool) -> None:
        self._add(chat_id, who)
        self._tellings[chat_id, who["id"], what].add((at, by_service))

    def _answered(self, message: Raw) -> Raw | None:
        answered: Raw | None = message.get("reply_to_message")
        if answered is None:
            return None
        topic = message.get("message_thread_id") if message.get("is_topic_message") else None
        if answered["message_id"] == topic:
            return None
        return answered if (answered.get("chat") or message["chat"])["id"] == message["chat"]["id"] else None

    def _reaction(self, told: Raw) -> None:
        chat_id, user = told["chat"]["id"], told.get("user")
        if told["chat"]["type"] not in GROUPS or (user is not None and not is_person(user)):
            return
        old, new = ({self._sign(one) for one in told[key]} for key in ("old_reaction", "new_reaction"))
        if old == new:
            return
        author = self._authors.get((chat_id, told["message_id"]))
        if user is not None:
            self._add(chat_id, user, reactions_given=len(new - old), reactions_withdrawn=len(old - new))
        if author is not None:
            self.activity[chat_id, author] += Counter(reactions_received=len(new - old))
            if user is not None and user["id"] != author:
                self._like((chat_id, told["message_id"], user["id"]), author, bool(new - old), bool(new))

    def _sign(self, reaction: Raw) -> str:
        field_of = {"emoji": "emoji", "custom_emoji": "custom_emoji_id"}
        return cleaned(reaction[field_of.get(cleaned(reaction["type"]), "type")])

    def _like(self, like: Like, author: int, added: bool, stays: bool) -> None:
        """A like earns once; when all of it is gone its points go too, once, and it earns no more."""
        sides = ((like[2], "reaction_given", GIVEN), (author, "reaction_received", RECEIVED))
        if added:
            for user_id, action, points in sides:
                self._earn(like[0], user_id, action, f"{like}", points)
            self._likes.setdefault(like, True)
        elif not stays and self._likes.get(like):
            self._likes[like] = False
            for user_id, action, points in sides:
                self.entries[like[0], user_id, action, -points] += 1

    def _vote(self, told: Raw) -> None:
        user = told.get("user")
        if told.get("voter_chat") is not None or user is None or not is_person(user):
            return
        chat_id = self._polls.get(cleaned(told["poll_id"])[:64])
        if chat_id is None:
            # Of a poll that nobody has seen: where it counts, if anywhere, is another matter.
            self.strays[user["id"]] += int(bool(told["option_ids"]))
        else:
            self._add(chat_id, user, votes=int(bool(told["option_ids"])))

    def _moved(self, told: Raw) -> None:
        who, chat_id = told["new_chat_member"]["user"], told["chat"]["id"]
        before, after = self._is_inside(told["old_chat_member"]), self._is_inside(told["new_chat_member"])
        if told["chat"]["type"] not in GROUPS or not is_person(who) or before == after:
            return
        self._tell(chat_id, who, "joins" if after else "leaves", told["date"], by_service=False)
        joined, left = self.members[chat_id, who["id"]]
        at = told["date"]
        times = (max(joined or 0, at), left) if after else (joined, max(left or 0, at))
        self.members[chat_id, who["id"]] = times

    def _is_inside(self, member: Raw) -> bool:
        if member["status"] == "restricted":
            return bool(member.get("is_member", False))
        return member["status"] not in ("left", "kicked")


async def held(database: Database) -> Sums:
    """What a database holds of all groups. That balances are the sums of the entries has been looked at too."""
    async with database.reading() as session:
        chats = {row.community_id: row.chat_id for row in (await session.execute(select(Chats))).scalars()}
        sums = Sums()
        for day in (await session.execute(select(MemberDays))).scalars():
            counts = Counter({name: getattr(day, name) for name in COUNTS})
            sums.activity[chats[day.community_id], day.user_id] += counts
        for one in (await session.execute(select(Members))).scalars():
            times = (_seconds(one.joined_at), _seconds(one.left_at))
            sums.members[chats[one.community_id], one.user_id] = times
        await _entries(session, chats, sums)
    return sums


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


async def _entries(session: AsyncSession, chats: dict[int, int], sums: Sums) -> None:
    balances: Counter[Key] = Counter()
    for entry in (await session.execute(select(Ledger))).scalars():
        sums.entries[chats[entry.community_id], entry.user_id, entry.action, entry.points] += 1
        balances[chats[entry.community_id], entry.user_id] += entry.points
    stored = (await session.execute(select(Balances))).scalars()
    assert {(chats[one.community_id], one.user_id): one.balance for one in stored} == dict(balances)
