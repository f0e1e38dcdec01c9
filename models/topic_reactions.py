"""Reactions to answers to the day's topic: who reacts to which, and what an answer earns and loses by that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Index, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models import fairness
from models.bulk import Hold, is_surely_empty, look_up, take_out, upsert
from models.facts import Batch
from models.newcomers import Gate
from models.reactions import Like
from models.rules import sources
from models.rules.clock import Beat, key_of
from models.rules.earning import Cause, Claim, Limits
from models.rules.topics import LIKED, TopicsSettings
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.topic_answers import Place, TopicAnswers, undone


class TopicReactions(Base):
    """Who reacts to an answer now; one row, however many emoji."""

    __tablename__ = "topic_reactions"
    __table_args__ = (Index(None, "giver_id"), {"info": {"person": ("giver_id",)}, **COMPOSITE})

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[Key]
    message_id: Mapped[Key]
    giver_id: Mapped[Key]


@dataclass
class Found:
    """What answers earn and lose by the reactions of a batch."""

    claims: list[Claim] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)


_MESSAGE = ("community_id", "chat_id", "message_id")
_GIVEN = (*_MESSAGE, "giver_id")


def observe(connection: Connection, batch: Batch, *, likes: Sequence[Like], gate: Gate) -> Found:
    """Find who reacts to answers, and who does no more; costs nothing where no group has, or had, a topic a day.

    Where topics are switched off nothing is earned, and what has lost its cause is taken back all the same.
    """
    chosen = batch.enabled("topics", TopicsSettings())
    about = [like for like in likes if like.fact.place.chat_id in chosen or not like.fact.stays]
    found = Found()
    if not about or (not chosen and is_surely_empty(connection, TopicReactions)):
        return found
    answers = _authors(connection, about)
    touched = _note(connection, about, gate, answers)
    if not touched:
        return found
    times = _times(connection, touched)
    chosen_or_not = batch.settings("topics", TopicsSettings())
    caps = fairness.tier_caps(batch, LIKED.tier)
    enough = {place for place in touched if times.get(place, 0) >= chosen_or_not[place[1]].liked_by}
    taken_back = undone(connection, enough)
    for place, like in touched.items():
        settings, whose = chosen_or_not[place[1]], (place[0], answers[place])
        source = sources.of_message(place[1], place[2])
        if place not in enough:
            found.causes.append(Cause(*whose, LIKED.action, source, like.fact.at))
        elif place[1] in chosen and place not in taken_back:
            limits = Limits(caps[place[1]], caps[place[1]])
            found.claims.append(Claim(*whose, LIKED, settings.liked_points, source, like.fact.at, like.day, limits))
    return found


def _authors(connection: Connection, likes: Sequence[Like]) -> dict[Place, int]:
    """The answers among what is liked, and whose they are; held, so that two workers count one after the other."""
    keys = sorted({(like.liking.community_id, like.liking.message_id) for like in likes})
    by, columns = ("community_id", "message_id"), (*_MESSAGE, "author_id")
    rows = look_up(connection, TopicAnswers, keys, by=by, columns=columns, hold=Hold.ALONE)
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _note(
    connection: Connection, likes: Sequence[Like], gate: Gate, answers: Mapping[Place, int]
) -> Mapping[Place, Like]:
    """Write down who reacts to answers now; returns those about which something was told, each with the last of it."""
    latest: dict[Place, Like] = {}
    there: dict[tuple[int, int, int, int], bool] = {}
    for like in likes:
        liking = like.liking
        place = (liking.community_id, liking.chat_id, liking.message_id)
        if place not in answers or liking.giver_id == answers[place]:
            continue
        if like.fact.added and gate.holds(like.fact, community_id=liking.community_id):
            # It waits with the like, and is told again once its giver is through: see `models/passing.py`.
            continue
        there[(*place, liking.giver_id)] = like.fact.stays
        latest[place] = like
    upsert(connection, TopicReactions, _GIVEN, sorted(given for given, stays in there.items() if stays))
    gone = sorted(given for given, stays in there.items() if not stays)
    take_out(connection, TopicReactions, gone, by=_GIVEN, columns=_GIVEN)
    return latest


def _times(connection: Connection, places: Mapping[Place, Like]) -> Mapping[Place, int]:
    """How many react to each of some answers."""
    times: dict[Any, int] = {}
    for row in look_up(connection, TopicReactions, sorted(places), by=_MESSAGE, columns=_MESSAGE):
        times[tuple(row)] = times.get(tuple(row), 0) + 1
    return times


async def liked_by(session: AsyncSession, *, answer: TopicAnswers) -> int:
    """How many people react to an answer."""
    here = (TopicReactions.community_id == answer.community_id, TopicReactions.chat_id == answer.chat_id)
    counted = select(func.count()).select_from(TopicReactions).where(*here)
    return (await session.execute(counted.where(TopicReactions.message_id == answer.message_id))).scalar_one()


def forget_before(connection: Connection, *, day: date) -> None:
    """Drop the reactions to answers of days before `day`: hardly anybody reacts to them any more."""
    old = select(TopicAnswers.message_id).where(
        TopicAnswers.community_id == TopicReactions.community_id,
        TopicAnswers.message_id == TopicReactions.message_id,
        TopicAnswers.key < key_of(Beat.DAY, day),
    )
    connection.execute(delete(TopicReactions).where(old.exists()))
