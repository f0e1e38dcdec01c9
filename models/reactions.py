"""Giving and receiving reactions earns; a reaction that is taken back takes its points back, once and for ever."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection

from models import fairness, pseudonyms
from models.facts import Batch, Reacted
from models.mutual import Between, Pair
from models.newcomers import Gate, HeldKey
from models.rules import reactions as rules
from models.rules import sources
from models.rules.days import local_day
from models.rules.earning import Cause, Claim, Limits
from models.rules.fairness import Reason, Uncounted
from models.rules.points import Period, starts_on
from models.rules.reactions import GIVEN, RECEIVED, ReactionsSettings
from models.rules.sources import MessageKey


@lru_cache(maxsize=64)
def _week(day: date) -> date:
    return starts_on(Period.WEEK, day=day)


class Liking(NamedTuple):
    """One person's reactions to another's message, whatever emoji they are; both also under their pseudonyms."""

    community_id: int
    chat_id: int
    message_id: int
    giver_id: int
    author_id: int
    giver: int
    author: int

    @property
    def place(self) -> str:
        """The source under which the giver earns."""
        return sources.of_reactions(self.chat_id, self.message_id)

    @property
    def received(self) -> str:
        """The source under which the author earns.

        It names the giver by their pseudonym: an export shows nobody who liked them, and a giver who is forgotten
        stays known as the one who has liked before.
        """
        return f"{self.place}:{self.giver}"

    @property
    def held_as(self) -> HeldKey:
        """Where the like waits if its giver is new."""
        return (self.community_id, self.chat_id, self.message_id, self.giver_id)

    def pair(self, day: date) -> Pair:
        """Who likes whom in the week of `day`."""
        return Pair(self.community_id, self.giver_id, self.author_id, self.giver, self.author, _week(day))

    def causes(self, at: datetime) -> tuple[Cause, Cause]:
        """What is lost when the like is taken back."""
        return (
            Cause(self.community_id, self.giver_id, GIVEN.action, self.place, at),
            Cause(self.community_id, self.author_id, RECEIVED.action, self.received, at),
        )


class Like(NamedTuple):
    """A fact about a liking, and the day on which it stands in the group's time zone."""

    fact: Reacted
    liking: Liking
    day: date


@dataclass
class Withdrawn:
    """Likes taken back: what they have earned, and what of them may be waiting at the newcomers' gate."""

    causes: list[Cause] = field(default_factory=list)
    held: list[HeldKey] = field(default_factory=list)


@dataclass
class Changes:
    """What the reactions of a batch do to the ledger, in this order.

    What is taken back before it was given in this batch can only be what an earlier batch has booked; and a reaction
    given anew after that earns nothing, since its source has earned already.
    """

    before: Withdrawn = field(default_factory=Withdrawn)
    claims: list[Claim] = field(default_factory=list)
    held: dict[HeldKey, datetime] = field(default_factory=dict)
    after: Withdrawn = field(default_factory=Withdrawn)
    uncounted: list[Uncounted] = field(default_factory=list)


def likes(
    connection: Connection, batch: Batch, *, authors: Mapping[MessageKey, int], waited: Sequence[Reacted] = ()
) -> list[Like]:
    """The reactions of known people to each other or to themselves: those that `waited`, then the batch's, in order."""
    known = []
    for fact in (*waited, *batch.of(Reacted)):
        if fact.person is not None:
            author = authors.get(MessageKey(fact.place.chat_id, fact.message_id))
            if author is not None:
                known.append((fact, fact.person.user_id, author))
    people = {user_id for _, giver, author in known for user_id in (giver, author)}
    hidden = pseudonyms.of(connection, people)
    found = []
    for fact, giver, author in known:
        community = batch.communities[fact.place.chat_id]
        liking = Liking(
            community.community_id,
            fact.place.chat_id,
            fact.message_id,
            giver,
            author,
            hidden[giver],
            hidden[author],
        )
        found.append(Like(fact, liking, local_day(fact.at, time_zone=community.time_zone)))
    return found


def pairs(likes: Iterable[Like]) -> set[Pair]:
    """Between whom likes have gone."""
    return {like.liking.pair(like.day) for like in likes if like.fact.added}


def changes(batch: Batch, likes: Sequence[Like], *, between: Between, gate: Gate) -> Changes:
    """What the reactions do to the ledger; what they add to what went back and forth is counted in `between`."""
    found = Changes()
    chosen = batch.settings("reactions", ReactionsSettings())
    limits = _limits(batch, chosen)
    given: set[Liking] = set()
    for like in likes:
        fact, liking = like.fact, like.liking
        if not rules.counts(giver_id=liking.giver_id, author_id=liking.author_id):
            found.uncounted += _own(like)
        elif fact.added:
            given.add(liking)
            if gate.holds(fact, community_id=liking.community_id):
                found.held.setdefault(liking.held_as, fact.at)
            else:
                chat_id = fact.place.chat_id
                _claim(found, like, chosen[chat_id], between=between, limits=limits[chat_id])
        elif not fact.stays:
            side = found.after if liking in given else found.before
            side.causes += liking.causes(fact.at)
            if gate.knows(fact, community_id=liking.community_id):
                side.held.append(liking.held_as)
    return found


def _limits(batch: Batch, chosen: Mapping[int, ReactionsSettings]) -> dict[int, tuple[Limits, Limits]]:
    """What bounds the giver and the author in each chat."""
    tier_caps = fairness.tier_caps(batch, GIVEN.tier)
    return {
        chat_id: (
            Limits(each.given_daily_cap_points, tier_caps[chat_id], timedelta(seconds=each.given_cool_down_seconds)),
            Limits(each.received_daily_cap_points, tier_caps[chat_id]),
        )
        for chat_id, each in chosen.items()
    }


def _own(like: Like) -> list[Uncounted]:
    if not like.fact.added:
        return []
    liking, reason = like.liking, Reason.OWN_MESSAGE
    return [Uncounted(liking.community_id, liking.giver_id, GIVEN.action, reason, liking.place, like.fact.at, like.day)]


def _claim(
    found: Changes, like: Like, settings: ReactionsSettings, *, between: Between, limits: tuple[Limits, Limits]
) -> None:
    """Add what a like is worth to both; one emoji taken for another is no new like between the two."""
    liking, at = like.liking, like.fact.at
    pair = liking.pair(like.day)
    given, returned = between.count(pair)
    if not like.fact.removed:
        between.give(pair)
    sides = (
        (liking.giver_id, GIVEN, liking.place, settings.given_points, limits[0]),
        (liking.author_id, RECEIVED, liking.received, settings.received_points, limits[1]),
    )
    for user_id, way, source, points, bounds in sides:
        left = rules.faded(points, given=given, returned=returned, in_full=settings.mutual_in_full)
        if left:
            found.claims.append(Claim(liking.community_id, user_id, way, left, source, at, like.day, bounds))
        elif points:
            reason = Reason.BACK_AND_FORTH
            found.uncounted.append(Uncounted(liking.community_id, user_id, way.action, reason, source, at, like.day))
