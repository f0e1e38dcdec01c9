"""Newcomers come through the gate: what they have liked till then counts now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from models import difficulty, fairness, messages, newcomers, points, reactions, topic_reactions
from models.communities import SERVED, Chats, Communities
from models.facts import Batch, ChatKind, Person, Place, Reacted, Served
from models.mutual import Between
from models.newcomers import Gate, Held, Passed


def let_pass(connection: Connection, *, now: datetime) -> Passed:
    """Count the likes of some who are through the gate, as likes of this moment; returns them.

    They stand on today's boards: what they would have changed on closed ones stays as it was.
    """
    passed = newcomers.passed(connection, now=now)
    if not passed.likes:
        return passed
    batch = _batch(connection, passed.likes, now)
    likes = reactions.likes(connection, batch, authors=messages.known_authors(connection, batch))
    between = Between.load(connection, reactions.pairs(likes))
    changes = reactions.changes(batch, likes, between=between, gate=Gate())
    between.keep(connection)
    liked = topic_reactions.observe(connection, batch, likes=likes, gate=Gate())
    claims = difficulty.scale(connection, batch, [*changes.claims, *liked.claims])
    granted = points.award(connection, claims)
    fairness.note(connection, [*changes.uncounted, *granted.uncounted])
    return passed


def _batch(connection: Connection, held: Sequence[Held], now: datetime) -> Batch:
    """The likes as if they were given now."""
    served = _served(connection, {like.chat_id for like in held})
    facts = tuple(
        Reacted(
            number,
            now,
            Place(like.chat_id, ChatKind.SUPERGROUP, ""),
            Person(like.giver_id, ""),
            message_id=like.message_id,
            added=("",),
            removed=(),
        )
        for number, like in enumerate(held)
        if like.chat_id in served
    )
    return Batch(now, 0, facts, served)


def _served(connection: Connection, chat_ids: set[int]) -> dict[int, Served]:
    picked = (Communities.community_id, Communities.time_zone, Communities.settings, Communities.has_forgotten)
    statement = select(Chats.chat_id, *picked).join(Communities, Communities.community_id == Chats.community_id)
    chosen = statement.where(Chats.chat_id.in_(chat_ids), Communities.state.in_(SERVED))
    return {row.chat_id: Served(*row[1:]) for row in connection.execute(chosen)}
