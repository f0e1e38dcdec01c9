"""Reads one chat of a Telegram Desktop export into records; what is no record is counted under its reason."""

from collections import Counter
from pathlib import Path
from typing import Any
from zlib import crc32

from simulator.history import content
from simulator.history.files import GROUPS, chat_in
from simulator.history.peers import Peers
from simulator.history.records import SUPERGROUPS, Export, NoRecord, Peer, Reaction, Record, Written
from simulator.history.services import Service
from simulator.history.threads import Threads
from simulator.history.times import Times, zone

# The exporter moves ids from before the supergroup by this much, in old versions even the absence of a reply.
MOVED_BY = -1_000_000_000


def read_export(path: str | Path, *, chat: int | str | None = None, time_zone: str | None = None) -> Export:
    """The time zone is the exporter's, for files that give local times only. Raises UnreadableExport."""
    named = zone(time_zone)
    raw = chat_in(Path(path), chat=chat)
    messages: list[Any] = raw.pop("messages")
    kind = "group" if GROUPS.get(str(raw.get("type"))) == "group" else "supergroup"
    export = Export(
        name=str(raw.get("name") or "A group without a name"),
        kind="group" if kind == "group" else "supergroup",
        chat_id=_chat_id(raw, kind=kind),
        records=[],
    )
    _Reading(export, times=Times(messages, named=named), peers=Peers(messages)).all(messages)
    return export


def _chat_id(raw: dict[str, Any], *, kind: str) -> int:
    try:
        number = abs(int(raw["id"]))
    except (KeyError, TypeError, ValueError):
        number = 0
    if not 0 < number < 2**52:
        # An id made of the name stays the same from one reading to the next.
        number = 1_000_000_000 + crc32(str(raw.get("name")).encode())
    if number > SUPERGROUPS:
        return -number
    return -number if kind == "group" else -SUPERGROUPS - number


class _Reading:
    def __init__(self, export: Export, *, times: Times, peers: Peers) -> None:
        self.export = export
        self.left_out: Counter[str] = export.left_out
        self.times = times
        self.peers = peers
        self.threads = Threads()
        self.service = Service(export)
        self._seen: set[int] = set()

    def all(self, messages: list[Any]) -> None:
        self.threads.look(messages)
        messages.reverse()
        # Each raw record is let go as soon as it is read: a large file is not held twice.
        while messages:
            try:
                self.export.records.append(self._record(messages.pop()))
            except NoRecord as reason:
                self.left_out[str(reason)] += 1
        self.export.records.sort(key=lambda record: (record.at, record.id))

    def _record(self, raw: Any) -> Record:
        number = _integer(raw.get("id")) if isinstance(raw, dict) else None
        if number is None:
            raise NoRecord("records without an id")
        if number in self._seen:
            raise NoRecord("records whose id came before")
        self._seen.add(number)
        kind = raw.get("type", "message")
        if kind not in ("message", "service"):
            raise NoRecord(f"records of the type {kind!r}")
        at = self.times.of(raw)
        if at is None:
            raise NoRecord("records without a date")
        self._look_for_old_group(raw)
        if kind == "service":
            return self.service.read(raw, number=number, at=at, actor=self._peer(raw, "actor", "from"))
        return self._message(raw, number=number, at=at)

    def _message(self, raw: dict[str, Any], *, number: int, at: int) -> Record:
        author = self._peer(raw, "from", "actor")
        if author is None:
            raise NoRecord("messages without an author")
        if raw.get("edited") or raw.get("edited_unixtime"):
            self.left_out["edits (the export has the last text only)"] += 1
        if votes := content.votes_in(raw):
            self.left_out["votes (the export names no voters)"] += votes
        body = content.body_of(raw, at=at)
        poll = content.poll_of(raw)
        return Written(
            id=number,
            at=at,
            author=author,
            body=body,
            poll=poll,
            reactions=tuple(self._reactions(raw, at=at)),
            automatic=self._automatic(raw, author),
            **self._thread(raw, number=number, at=at, body=body),
        )

    def _thread(self, raw: dict[str, Any], *, number: int, at: int, body: dict[str, Any]) -> dict[str, int | None]:
        answered = _integer(raw.get("reply_to_message_id"))
        if answered in (None, 0, MOVED_BY):
            return {"reply_to": None, "topic": None}
        elsewhere = raw.get("reply_to_peer_id")
        if elsewhere is not None and elsewhere != f"channel{self.export.bare_id}":
            self.left_out["replies to another chat's message (told as messages)"] += 1
            origin = {"type": "hidden_user", "sender_user_name": "Unknown", "date": at}
            body["external_reply"] = {"origin": origin, "message_id": abs(answered or 0)}
            return {"reply_to": None, "topic": None}
        topic = self.threads.topic_of(number)
        if self.threads.broken(number):
            self.left_out["topics of replies (their chain leads out of the file)"] += 1
        return {"reply_to": None if answered == topic else answered, "topic": topic}

    def _reactions(self, raw: dict[str, Any], *, at: int) -> list[Reaction]:
        known: list[Reaction] = []
        reactions = raw.get("reactions")
        for place, reaction in enumerate(reactions if isinstance(reactions, list) else ()):
            if not isinstance(reaction, dict):
                continue
            recent = reaction.get("recent")
            givers = [giver for giver in recent if isinstance(giver, dict)] if isinstance(recent, list) else []
            emoji = _emoji(reaction, place=place)
            named = [self._given(giver, emoji, at=at) for giver in givers] if emoji else []
            found = [given for given in named if given is not None]
            known += found
            reason = "reactions whose giver the export does not name" if emoji else "reactions paid with Stars"
            if (unnamed := (_integer(reaction.get("count")) or len(givers)) - len(found)) > 0:
                self.left_out[reason] += unnamed
        known.sort(key=lambda reaction: reaction.at)
        return known

    def _given(self, giver: dict[str, Any], emoji: str, *, at: int) -> Reaction | None:
        by = self.peers.of(giver, "from")
        # Nobody reacts before the message is there; a missing date is the message's.
        return None if by is None else Reaction(emoji, by, max(self.times.of(giver) or at, at))

    def _automatic(self, raw: dict[str, Any], author: Peer) -> bool:
        """A linked channel's post in its discussion group is a forward of the channel by the channel."""
        here = self.export.bare_id
        return bool(
            author.kind == "channel"
            and author.id != here
            and author.name
            and raw.get("forwarded_from") == author.name
            and raw.get("saved_from") == author.name
        )

    def _peer(self, raw: dict[str, Any], *labels: str) -> Peer | None:
        for label in labels:
            peer = self.peers.of(raw, label)
            if peer is not None:
                return peer
        return None

    def _look_for_old_group(self, raw: dict[str, Any]) -> None:
        if self.export.old_group_id is None:
            for label in ("from_id", "actor_id", "reply_to_peer_id"):
                number = raw.get(label)
                if isinstance(number, str) and number.startswith("chat") and number[4:].isdecimal():
                    self.export.old_group_id = -int(number[4:])


def _emoji(reaction: dict[str, Any], *, place: int) -> str | None:
    emoji = reaction.get("emoji")
    if isinstance(emoji, str) and emoji:
        return emoji
    if reaction.get("type") == "paid":
        return None
    # Different custom emoji may stand as the same 'file not included': their place tells them apart.
    document = str(reaction.get("document_id", ""))
    return f"custom:{content.custom_emoji(document if document.isdecimal() else f'{document}{place}')}"


def _integer(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    return None
