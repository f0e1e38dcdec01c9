"""What came before the message that it is about, as a webhook's lanes may bring it; it waits for it, for a term."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import Connection, Index, delete
from sqlalchemy.orm import Mapped

from models.bulk import is_surely_empty, take_out, upsert
from models.facts import Batch, ChatKind, Person, Place, Reacted, Said
from models.rules.sources import MessageKey
from models.schema import COMPOSITE, Base, CommunityKey, Key


class EarlyReactions(Base):
    """One row per change of somebody's reactions to a message that has not come yet, kept for two days.

    What it means to the giver's own activity was counted when it came. `added` and `removed` are how many emoji were;
    which, nobody needs to know. Where `giver_id` is empty, nobody in particular reacted.
    """

    __tablename__ = "early_reactions"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "community_id", "giver_id"),
        {"info": {"person": ("giver_id",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[Key]
    message_id: Mapped[Key]
    bot_id: Mapped[Key]
    update_id: Mapped[Key]
    giver_id: Mapped[int | None]
    at: Mapped[datetime]
    added: Mapped[int]
    removed: Mapped[int]
    stays: Mapped[bool]
    stood: Mapped[bool]


_MESSAGE = ("community_id", "chat_id", "message_id")
_ROW = (*_MESSAGE, "bot_id", "update_id", "giver_id", "at", "added", "removed", "stays", "stood")


def keep(connection: Connection, batch: Batch, *, awaited: AbstractSet[MessageKey]) -> None:
    """Have the batch's reactions to the messages in `awaited` wait for them."""
    if not awaited:
        return
    rows = {}
    for fact in batch.of(Reacted):
        if MessageKey(fact.place.chat_id, fact.message_id) in awaited:
            community_id = batch.communities[fact.place.chat_id].community_id
            key = (community_id, fact.place.chat_id, fact.message_id, batch.bot_id, fact.update_id)
            giver = fact.person.user_id if fact.person else None
            rows[key] = (*key, giver, fact.at, len(fact.added), len(fact.removed), fact.stays, fact.stood)
    upsert(connection, EarlyReactions, _ROW, [rows[key] for key in sorted(rows)])


def now_due(connection: Connection, batch: Batch) -> list[Reacted]:
    """The reactions of earlier batches that were waiting for the messages of this one, in the order of their coming.

    They wait no longer. As the emoji and the givers' names were not kept, both are empty in these facts.
    """
    if is_surely_empty(connection, EarlyReactions):
        return []
    said = {
        (batch.communities[fact.place.chat_id].community_id, fact.place.chat_id, fact.message_id)
        for fact in batch.of(Said)
    }
    found = take_out(connection, EarlyReactions, sorted(said), by=_MESSAGE, columns=_ROW)
    # Telegram numbers a bot's updates in the order of what they tell; the numbers begin anew only after a quiet week.
    return [
        Reacted(
            row.update_id,
            row.at,
            Place(row.chat_id, ChatKind.SUPERGROUP, ""),
            None if row.giver_id is None else Person(row.giver_id, ""),
            message_id=row.message_id,
            added=("",) * row.added,
            removed=("",) * row.removed,
            stays=row.stays,
            stood=row.stood,
        )
        for row in sorted(found, key=lambda row: row.update_id)
    ]


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop the reactions whose message has not come by now: it is older than Kith, or lost."""
    connection.execute(delete(EarlyReactions).where(EarlyReactions.at < moment))
