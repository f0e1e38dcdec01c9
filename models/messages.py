"""The message map: who wrote what Telegram will later name by its number alone, and what talking earns. No texts."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Index, String, case, delete
from sqlalchemy.orm import Mapped, mapped_column

from models import fairness, likeness
from models.bulk import Merge, look_up, table_of, upsert
from models.facts import Batch, Reacted, Said
from models.returning import Former
from models.rules import messages as rules
from models.rules import sources
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import Reason, Uncounted
from models.rules.messages import MESSAGE, MessagesSettings
from models.rules.sources import MessageKey
from models.schema import COMPOSITE, Base, CommunityKey, Key


class Messages(Base):
    """One row per message of a group, for 90 days: a reaction tells neither the author nor the topic.

    A row is also there while a message `is_awaited`, since a reaction has told of it before. It is what two workers
    meet at, of whom one has the reaction and the other the message: the later one waits for the other's commit.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "sent_at"),
        Index(None, "community_id", "author_id"),
        {"info": {"person": ("author_id",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[Key]
    message_id: Mapped[Key]
    author_id: Mapped[int | None]
    reply_to: Mapped[int | None]
    topic: Mapped[int | None]
    album: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    is_awaited: Mapped[bool] = mapped_column(default=False)


# Under this name talking stands in the ledger.
ACTION = MESSAGE.action


def _written_once(old: ColumnElement[Any], fresh: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep what is there, unless the message was awaited."""
    return case((table_of(Messages).c.is_awaited, fresh), else_=old)


_KEY = ("community_id", "chat_id", "message_id")
_ABOUT = ("author_id", "reply_to", "topic", "album", "sent_at", "is_awaited")
_COME: dict[str, Merge] = dict.fromkeys(_ABOUT, _written_once)

Row = tuple[int, int, int]


@dataclass(frozen=True)
class Authors:
    """Who wrote the messages that a batch's reactions are about; of those in `awaited` nobody has told yet."""

    known: Mapping[MessageKey, int]
    awaited: AbstractSet[MessageKey]


def observe(connection: Connection, batch: Batch) -> Authors:
    """Remember who wrote the messages of the batch, and await those of which only its reactions tell."""
    said: dict[Row, Said] = {}
    told: dict[Row, Reacted] = {}
    for message in batch.of(Said):
        said.setdefault(_place(batch, message), message)
    for reaction in batch.of(Reacted):
        told.setdefault(_place(batch, reaction), reaction)
    found = _found(connection, told)
    unknown = {place: fact for place, fact in told.items() if place not in found and place not in said}
    rows: list[tuple[Any, ...]] = [(*place, None, None, None, None, f.at, True) for place, f in unknown.items()]
    rows += [(*place, _author(f), f.reply_to, f.topic, f.album, f.at, False) for place, f in said.items()]
    # Rows that are there are held too: whoever else has the message, or a reaction to it, has committed after this.
    upsert(connection, Messages, (*_KEY, *_ABOUT), sorted(rows, key=itemgetter(0, 1, 2)), merge=_COME)
    found |= _found(connection, unknown)
    found |= {place: _author(said[place]) for place in told if place in said and place not in found}
    return Authors(_by_key(found), {MessageKey(*place[1:]) for place in unknown.keys() - found.keys()})


def known_authors(connection: Connection, batch: Batch) -> Mapping[MessageKey, int]:
    """Who wrote the messages that the batch's reactions are about, as far as is known."""
    return _by_key(_found(connection, {_place(batch, fact) for fact in batch.of(Reacted)}))


def _by_key(found: Mapping[Row, int | None]) -> Mapping[MessageKey, int]:
    return {MessageKey(*place[1:]): author for place, author in found.items() if author is not None}


def authors(batch: Batch) -> dict[MessageKey, int]:
    """Who wrote the messages of the batch itself."""
    return {
        MessageKey(fact.place.chat_id, fact.message_id): fact.person.user_id for fact in batch.of(Said) if fact.person
    }


def _author(fact: Said) -> int | None:
    return fact.person.user_id if fact.person else None


def _place(batch: Batch, fact: Said | Reacted) -> Row:
    chat_id = fact.place.chat_id
    return batch.communities[chat_id].community_id, chat_id, fact.message_id


def _found(connection: Connection, places: Iterable[Row]) -> dict[Row, int | None]:
    """The authors of those messages that have come; an anonymous one has none."""
    columns = (*_KEY, "author_id", "is_awaited")
    rows = look_up(connection, Messages, sorted(places), by=_KEY, columns=columns)
    return {(row[0], row[1], row[2]): row[3] for row in rows if not row[4]}


def unworthy(connection: Connection, batch: Batch, *, former: Former) -> Mapping[int, Reason]:
    """Which messages of the batch earn nothing, whoever reads them, by their update ids; commands are not told.

    `former` names those who have come back after they were forgotten.
    """
    chosen = batch.settings("messages", MessagesSettings())
    found: dict[int, Reason] = {}
    worthy = []
    for fact in talk(batch):
        reason = rules.unworthy(
            letters=fact.letters,
            has_work=fact.has_work,
            is_forward=fact.is_forward,
            settings=chosen[fact.place.chat_id],
        )
        if reason is None:
            worthy.append(fact)
        else:
            found[fact.update_id] = reason
    found |= dict.fromkeys(likeness.said_again(connection, batch, worthy, former=former), Reason.SAME_AGAIN)
    return found


def talk(batch: Batch) -> list[Said]:
    """What people have said to the others; a command is said to the bot."""
    return [fact for fact in batch.of(Said) if fact.person is not None and not fact.is_command]


def claims(batch: Batch, *, unworthy: Mapping[int, Reason]) -> tuple[list[Claim], list[Uncounted]]:
    """What the messages of the batch would earn, and which of them earn nothing.

    An album is one source, however many pictures it holds.
    """
    found: list[Claim] = []
    uncounted: list[Uncounted] = []
    chosen = batch.settings("messages", MessagesSettings())
    tier_caps = fairness.tier_caps(batch, MESSAGE.tier)
    limits = {
        chat_id: Limits(each.daily_cap_points, tier_caps[chat_id], timedelta(seconds=each.cool_down_seconds))
        for chat_id, each in chosen.items()
    }
    for fact in talk(batch):
        chat_id = fact.place.chat_id
        worth = chosen[chat_id].points
        if worth == 0 or fact.person is None:
            continue
        community = batch.communities[chat_id]
        user_id, day = fact.person.user_id, local_day(fact.at, time_zone=community.time_zone)
        source = sources.as_one(chat_id, fact.message_id, fact.album)
        reason = unworthy.get(fact.update_id)
        if reason is not None:
            uncounted.append(Uncounted(community.community_id, user_id, ACTION, reason, source, fact.at, day))
            continue
        found.append(Claim(community.community_id, user_id, MESSAGE, worth, source, fact.at, day, limits[chat_id]))
    return found, uncounted


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop the rows of messages so old that hardly anybody reacts to them any more."""
    connection.execute(delete(Messages).where(Messages.sent_at < moment))
