"""Giving and receiving reactions earns; a reaction that is taken back takes its points back, once and for ever."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.facts import AnyFact, Batch, Reacted
from models.messages import MessageKey
from models.rules import reactions as rules
from models.rules.days import local_day
from models.rules.earning import Cause, Claim
from models.rules.reactions import ReactionsSettings

GIVEN = "reaction_given"
RECEIVED = "reaction_received"


@dataclass
class Changes:
    """What the reactions of a batch do to the ledger, in this order.

    What is taken back before it was given in this batch can only be what an earlier batch has booked; and a reaction
    given anew after that earns nothing, since its source has earned already.
    """

    taken_back_before: list[Cause] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    taken_back_after: list[Cause] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Liking:
    """One person's reactions to another's message, whatever emoji they are."""

    chat_id: int
    message_id: int
    giver_id: int
    author_id: int
    pseudonym: int

    @property
    def sources(self) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
        """Who earns by it, for what, and under which source."""
        place = f"reaction:{self.chat_id}:{self.message_id}"
        return (self.giver_id, GIVEN, place), (self.author_id, RECEIVED, f"{place}:{self.pseudonym}")


def givers(batch: Batch, *, waited: Sequence[Reacted] = ()) -> set[int]:
    """Who changed their reactions in the batch, or before in one of those that `waited`."""
    return {
        fact.person.user_id for fact in (*waited, *batch.facts) if isinstance(fact, Reacted) and fact.person is not None
    }


def changes(
    batch: Batch,
    *,
    authors: Mapping[MessageKey, int],
    pseudonyms: Mapping[int, int],
    waited: Sequence[Reacted] = (),
) -> Changes:
    """What the reactions of the batch do to the ledger, after those that `waited` for its messages.

    The author's entry names the giver by their pseudonym: an export shows nobody who liked them, and a giver who is
    forgotten stays known as the one who has liked before.
    """
    found = Changes()
    chosen = batch.settings("reactions", ReactionsSettings())
    given: set[Liking] = set()
    for fact, liking in _likings((*waited, *batch.facts), authors, pseudonyms):
        if fact.added:
            found.claims += _claims(batch, fact, liking, chosen[fact.place.chat_id])
            given.add(liking)
        elif not fact.stays:
            community_id = batch.communities[fact.place.chat_id].community_id
            causes = [Cause(community_id, *source, fact.at) for source in liking.sources]
            (found.taken_back_after if liking in given else found.taken_back_before).extend(causes)
    return found


def _likings(
    facts: Sequence[AnyFact], authors: Mapping[MessageKey, int], pseudonyms: Mapping[int, int]
) -> Iterator[tuple[Reacted, Liking]]:
    for fact in facts:
        if not isinstance(fact, Reacted):
            continue
        giver = fact.person.user_id if fact.person else None
        author = authors.get(MessageKey(fact.place.chat_id, fact.message_id))
        if giver is not None and author is not None and rules.counts(giver_id=giver, author_id=author):
            yield fact, Liking(fact.place.chat_id, fact.message_id, giver, author, pseudonyms[giver])


def _claims(batch: Batch, fact: Reacted, liking: Liking, settings: ReactionsSettings) -> Iterator[Claim]:
    community = batch.communities[fact.place.chat_id]
    day = local_day(fact.at, time_zone=community.time_zone)
    worth = (
        (settings.given_points, settings.given_daily_cap_points),
        (settings.received_points, settings.received_daily_cap_points),
    )
    for (user_id, action, source), (points, cap) in zip(liking.sources, worth, strict=True):
        if points:
            yield Claim(
                community_id=community.community_id,
                user_id=user_id,
                action=action,
                points=points,
                source=source,
                at=fact.at,
                day=day,
                daily_cap=cap,
            )
