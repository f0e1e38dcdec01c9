"""All that a batch of facts writes, in one transaction and one declared order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from models import activity, members, messages, people, points, polls, served, updates
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
    again: bool = False,
) -> None:
    """Write down what `facts` tell, leaving out updates that were told before.

    `again` takes them although their ids are known: somebody wants a failed update tried once more.
    """
    fresh = updates.unseen(connection, update_ids, bot_id=bot_id, now=now)
    told = [fact for fact in facts if again or fact.update_id in fresh]
    if not told:
        return
    batch = served.gather(connection, told, bot_id=bot_id, now=now, new=new)
    people.observe(connection, batch.facts)
    polls.observe(connection, batch)
    places = polls.places(connection, [fact for fact in batch.facts if isinstance(fact, Voted)])
    members.observe(connection, batch, votes_in={key: place.community_id for key, place in places.items()})
    messages.observe(connection, batch)
    activity.observe(connection, batch, authors=messages.authors(connection, batch), vote_places=places)
    points.award(connection, messages.claims(batch))
