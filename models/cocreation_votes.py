"""What is heard of the votes in a co-creation's poll, for when Telegram does not tell them by being asked to stop it.

Somebody may have closed the poll by hand: of that Telegram tells, with the count. A group that becomes a supergroup
leaves the poll behind, out of reach: then the votes decide of which Kith was told one by one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from models import ballots, occurrences
from models.bulk import is_surely_empty, look_up, table_of
from models.cocreation_entries import CocreationEntries
from models.cocreations import Cocreations
from models.facts import Batch, PollClosed, Voted
from models.occurrences import Due, Place
from models.rules.cocreations import CLOSE, MOST_IN_POLL, Stage

_FOUND = ("community_id", "round_id", "state", "poll_id")
_ENTRIES = table_of(CocreationEntries)


def observe(connection: Connection, votes: Sequence[Voted]) -> None:
    """Write down the votes in polls of co-creations."""
    found = _of_polls(connection, {vote.poll_id for vote in votes})
    if found:
        polls = {poll_id: (community_id, round_id) for community_id, round_id, _, poll_id in found}
        ballots.write_down(connection, votes, polls)


def close(connection: Connection, batch: Batch) -> None:
    """Note the counts of polls that somebody else's hand has closed, and have their results told now."""
    told = {fact.poll_id: fact.votes for fact in batch.of(PollClosed)}
    places = []
    for community_id, round_id, state, poll_id in _of_polls(connection, set(told)):
        if state == Stage.VOTING:
            place = Place(community_id, CLOSE.name, round_id)
            for number, count in enumerate(told[poll_id], start=1):
                here = (*_entries_of(place), _ENTRIES.c.number == number)
                connection.execute(update(_ENTRIES).where(*here).values(votes=count))
            places.append(place)
    occurrences.hasten(connection, places, now=batch.now)


def known(connection: Connection, one: Due, *, chat_id: int | None) -> Mapping[int, int] | None:
    """The votes for each number in a poll in the chat `chat_id`, without asking; nothing if Telegram can still tell."""
    told = select(_ENTRIES.c.number, _ENTRIES.c.votes).where(*_entries_of(one.place), _ENTRIES.c.votes.is_not(None))
    found = {row.number: row.votes for row in connection.execute(told) if row.number is not None}
    if found or chat_id == one.here.chat_id:
        return found or None
    about = {"community_id": one.community_id, "number": one.key}
    return dict(enumerate(ballots.counted(connection, **about, options=MOST_IN_POLL), start=1))


def _entries_of(place: Place) -> tuple[Any, ...]:
    return _ENTRIES.c.community_id == place.community_id, _ENTRIES.c.round_id == place.key


def _of_polls(connection: Connection, poll_ids: set[str]) -> Sequence[Sequence[Any]]:
    """The co-creations with those polls; nothing is looked up where there are none."""
    if not poll_ids or is_surely_empty(connection, Cocreations):
        return []
    keys = [(poll_id,) for poll_id in sorted(poll_ids)]
    return look_up(connection, Cocreations, keys, by=("poll_id",), columns=_FOUND)
