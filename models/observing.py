"""All that a batch of facts writes, in one transaction and one declared order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from models import (
    activity,
    ballots,
    cocreation_votes,
    comings,
    difficulty,
    early,
    failures,
    fairness,
    keywords,
    members,
    messages,
    newcomers,
    people,
    points,
    polls,
    questions,
    reactions,
    replies,
    returning,
    reviews,
    rounds,
    served,
    sharing,
    staff,
    tags,
    topic_answers,
    topic_reactions,
    updates,
    votes,
)
from models.ballots import Found
from models.communities import NewCommunities
from models.facts import AnyFact, Batch, Reacted, Voted
from models.members import MemberKey
from models.mutual import Between
from models.rules.sources import MessageKey


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
    batch = keywords.heed(served.gather(connection, told, bot_id=bot_id, now=now, new=new))
    # Before anybody's own rows: who waits for a message in another worker's hands must hold nobody that it needs.
    authors = messages.observe(connection, batch)
    early.keep(connection, batch, awaited=authors.awaited)
    waited = early.now_due(connection, batch)
    known = {**messages.authors(batch), **authors.known} if waited else authors.known
    people.observe(connection, batch.facts)
    polls.observe(connection, batch)
    early_votes, places = votes.observe(connection, batch)
    batch = replace(batch, facts=(*early_votes, *batch.facts))
    cast = batch.of(Voted)
    held_polls = ballots.rounds_of(connection, cast)
    rounds.observe(connection, batch)
    cocreation_votes.close(connection, batch)
    promoted = staff.observe(connection, batch)
    there = members.observe(connection, batch, votes_in=polls.communities(places))
    passed = comings.observe(connection, batch)
    tags.observe(connection, batch, comings=passed, promoted=promoted)
    questions.observe(connection, batch)
    sharing.observe(connection, batch)
    reviews.observe(connection, batch, waited=waited)
    activity.observe(connection, batch, authors=known, vote_places=places, waited=waited, comings=passed)
    ballot = ballots.observe(connection, cast, held_polls)
    cocreation_votes.observe(connection, cast)
    _reward(connection, batch, known, waited=waited, ballot=ballot, others={*there, *promoted})


def _reward(
    connection: Connection,
    batch: Batch,
    authors: Mapping[MessageKey, int],
    *,
    waited: Sequence[Reacted],
    ballot: Found,
    others: Collection[MemberKey],
) -> None:
    """Book what the batch's facts earn and take back, after those that `waited`, and note what does not count.

    `others` have done something too, by which it may have changed whether they are listed.
    """
    likers = [(batch.communities[f.place.chat_id].community_id, f.person.user_id) for f in waited if f.person]
    former = returning.in_batch(connection, batch, {*others, *likers})
    unworthy = messages.unworthy(connection, batch, former=former)
    claims, uncounted = messages.claims(batch, unworthy=unworthy)
    claims += replies.claims(batch, unworthy=unworthy)
    likes = reactions.likes(connection, batch, authors=authors, waited=waited)
    between = Between.load(connection, reactions.pairs(likes))
    gate = newcomers.gate(connection, batch, [like.fact for like in likes])
    changes = reactions.changes(batch, likes, between=between, gate=gate)
    between.keep(connection)
    claims += changes.claims
    topical = topic_answers.observe(connection, batch, unworthy=unworthy, former=former)
    liked = topic_reactions.observe(connection, batch, likes=likes, gate=gate)
    claims += topical.claims + liked.claims
    uncounted += topical.uncounted
    changes.after.causes += liked.causes
    # A vote tells no chat, so its community need not be one of the batch's.
    claims = [*difficulty.scale(connection, batch, claims), *ballot.claims]
    taken_back = [*changes.before.causes, *changes.after.causes, *ballot.causes]
    held = points.hold(connection, [*claims, *taken_back], others=others)
    points.take_back(connection, changes.before.causes, batch=batch)
    newcomers.withdraw(connection, changes.before.held)
    granted = points.award(connection, claims, held=held, former=former)
    newcomers.hold(connection, changes.held)
    points.take_back(connection, changes.after.causes, batch=batch)
    points.take_back(connection, ballot.causes, batch=replace(batch, communities=ballot.served))
    newcomers.withdraw(connection, changes.after.held)
    fairness.note(connection, [*uncounted, *changes.uncounted, *granted.uncounted])


def _each_once(facts: Sequence[AnyFact]) -> Sequence[AnyFact]:
    """The facts without those of an update's second copy, which a webhook may bring while the first is in the queue.

    An update tells one kind of fact about one person once; only the time of receipt differs between copies.
    """
    if len({fact.update_id for fact in facts}) == len(facts):
        return facts
    return list({(fact.update_id, type(fact), fact.person): fact for fact in reversed(facts)}.values())[::-1]
