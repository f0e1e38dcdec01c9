"""All that a batch of facts writes, in one transaction and one declared order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from models import (
    activity,
    comings,
    early,
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
    updates,
    votes,
)
from models.communities import NewCommunities
from models.facts import AnyFact


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
    # Before anybody's own rows: who waits for a message in another worker's hands must hold nobody that it needs.
    authors = messages.observe(connection, batch)
    early.keep(connection, batch, awaited=authors.awaited)
    waited = early.now_due(connection, batch)
    known = {**messages.authors(batch), **authors.known} if waited else authors.known
    people.observe(connection, batch.facts)
    polls.observe(connection, batch)
    early_votes, places = votes.observe(connection, batch)
    batch = replace(batch, facts=(*early_votes, *batch.facts))
    members.observe(connection, batch, votes_in=polls.communities(places))
    passed = comings.observe(connection, batch)
    activity.observe(connection, batch, authors=known, vote_places=places, waited=waited, comings=passed)
    hidden = pseudonyms.of(connection, reactions.givers(batch, waited=waited))
    liking = reactions.changes(batch, authors=known, pseudonyms=hidden, waited=waited)
    claims = [*messages.claims(batch), *replies.claims(batch), *liking.claims]
    if lost := [*liking.taken_back_before, *liking.taken_back_after]:
        points.hold(connection, [*claims, *lost])
    points.take_back(connection, liking.taken_back_before, batch=batch)
    points.award(connection, claims)
    points.take_back(connection, liking.taken_back_after, batch=batch)


def _each_once(facts: Sequence[AnyFact]) -> Sequence[AnyFact]:
    """The facts without those of an update's second copy, which a webhook may bring while the first is in the queue.

    An update tells one kind of fact about one person once; only the time of receipt differs between copies.
    """
    return list({(fact.update_id, type(fact), fact.person): fact for fact in reversed(facts)}.values())[::-1]
