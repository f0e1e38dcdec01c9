"""All that a batch of facts writes, in one transaction and one declared order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from models import (
    activity,
    failures,
    members,
    messages,
    people,
    points,
    polls,
    pseudonyms,
    reactions,
    replies,
    served,
    staff,
    updates,
)
from models.communities import NewCommunities
from models.facts import AnyFact, Voted


def observe(
    connection: Connection,
    facts: Sequence[AnyFact],
    *,
    update_ids: Sequence[int],
    bot_id: int,
    now: datetime,
    new: NewCommunities,
    again: Sequence[int] = (),
) -> None:
    """Write down what `facts` tell, leaving out updates that were told before.

    `again` names the failures that these updates were filed under, if they are tried once more: then their ids are
    known, and it is the failures that may be taken up only once.
    """
    fresh = updates.unseen(connection, update_ids, bot_id=bot_id, now=now)
    if again:
        if not failures.take_up(connection, failure_ids=again):
            return
        fresh = set(update_ids)
    told = _each_once([fact for fact in facts if fact.update_id in fresh])
    if not told:
        return
    batch = served.gather(connection, told, bot_id=bot_id, now=now, new=new)
    people.observe(connection, batch.facts)
    polls.observe(connection, batch)
    places = polls.places(connection, [fact for fact in batch.facts if isinstance(fact, Voted)])
    promoted = staff.observe(connection, batch)
    there = members.observe(connection, batch, votes_in={key: place.community_id for key, place in places.items()})
    messages.observe(connection, batch)
    authors = messages.authors(connection, batch)
    activity.observe(connection, batch, authors=authors, vote_places=places)
    hidden = pseudonyms.of(connection, reactions.givers(batch))
    liking = reactions.changes(batch, authors=authors, pseudonyms=hidden)
    claims = [*messages.claims(batch), *replies.claims(batch), *liking.claims]
    taken_back = [*liking.taken_back_before, *liking.taken_back_after]
    unlisted = points.hold(connection, [*claims, *taken_back], others={*there, *promoted})
    points.take_back(connection, liking.taken_back_before, batch=batch)
    points.award(connection, claims, unlisted=unlisted)
    points.take_back(connection, liking.taken_back_after, batch=batch)


def _each_once(facts: Sequence[AnyFact]) -> Sequence[AnyFact]:
    """The facts without those of an update's second copy, which a webhook may bring while the first is in the queue.

    An update tells one kind of fact about one person once; only the time of receipt differs between copies.
    """
    return list({(fact.update_id, type(fact), fact.person): fact for fact in reversed(facts)}.values())[::-1]
