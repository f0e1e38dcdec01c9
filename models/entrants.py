"""Proposals in polls: which of them stand in the next one, and what comes of those that win and those that lose."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import proposal_merges, topics
from models.bulk import table_of
from models.proposal_merges import Word
from models.proposals import Living, Proposals
from models.pseudonyms import is_pseudonym
from models.rules import proposals as rules
from models.rules.proposals import Entrant, Stage
from models.rules.topics import NewTopic


def entering(connection: Connection, community_ids: Collection[int]) -> Mapping[int, list[tuple[int, str]]]:
    """The proposals that stand in the next poll of each community, with their texts, in the poll's order."""
    here = (Proposals.community_id.in_(community_ids), Proposals.state == Stage.ADMITTED)
    columns = (
        Proposals.community_id,
        Proposals.proposal_id,
        Proposals.proposed_at,
        Proposals.polls,
        Proposals.text,
    )
    found: dict[int, list[Entrant]] = {}
    texts = {}
    for row in connection.execute(select(*columns).where(*here)):
        found.setdefault(row.community_id, []).append(Entrant(row.proposal_id, row.proposed_at, row.polls))
        texts[row.proposal_id] = row.text
    return {here: [(number, texts[number]) for number in rules.entering(each)] for here, each in found.items()}


async def admitted(session: AsyncSession, *, community_id: int) -> Sequence[Proposals]:
    """Those that stand in the next poll, in its order."""
    connection = await session.connection()
    chosen = await connection.run_sync(lambda sync: entering(sync, [community_id]))
    numbers = [proposal_id for proposal_id, _ in chosen.get(community_id, [])]
    here = (Proposals.community_id == community_id, Proposals.proposal_id.in_(numbers))
    found = (await session.execute(select(Proposals).where(*here))).scalars()
    return sorted(found, key=lambda one: numbers.index(one.proposal_id))


def with_waiting(connection: Connection, community_ids: Collection[int]) -> set[int]:
    """In which of the communities proposals wait for an administrator's word."""
    here = (Proposals.community_id.in_(community_ids), Proposals.state == Stage.WAITING)
    return set(connection.execute(select(Proposals.community_id).where(*here).distinct()).scalars())


def enter(connection: Connection, entrants: Mapping[int, Collection[int]]) -> None:
    """Proposals stand in a poll from now on."""
    for community_id, numbers in sorted(entrants.items()):
        _turn(connection, community_id, numbers, Stage.POLLED)


def go_back(connection: Connection, *, community_id: int, proposal_ids: Collection[int]) -> None:
    """The poll in which they stood came to nothing: they stand in the next one."""
    _turn(connection, community_id, proposal_ids, Stage.ADMITTED)


def lose(connection: Connection, *, community_id: int, proposal_ids: Collection[int]) -> None:
    """Others have won; whoever has lost often enough makes room."""
    table = table_of(Proposals)
    rested = rules.MOST_POLLS - 1
    state = case((table.c.polls >= rested, Stage.RESTED.value), else_=Stage.ADMITTED.value)
    here = (table.c.community_id == community_id, table.c.proposal_id.in_(proposal_ids))
    connection.execute(update(table).where(*here).values(polls=table.c.polls + 1, state=state))


def _turn(connection: Connection, community_id: int, numbers: Collection[int], state: Stage) -> None:
    table = table_of(Proposals)
    here = (table.c.community_id == community_id, table.c.proposal_id.in_(numbers))
    connection.execute(update(table).where(*here).values(state=state.value))


class Adopted(NamedTuple):
    """A proposal that has become a topic."""

    proposal_id: int
    proposer_id: int


def adopt(
    connection: Connection, *, community_id: int, promised: Mapping[int, date | None], now: datetime
) -> list[Adopted]:
    """Make topics of the proposals that have won, each promised for its day, where there is one.

    What else says nearly the same as one of them has its wish, and stands in no other poll.
    """
    table = table_of(Proposals)
    here = (table.c.community_id == community_id, table.c.proposal_id.in_(promised))
    columns = (table.c.proposal_id, table.c.proposer_id, table.c.text, table.c.plain)
    rows = connection.execute(select(*columns).where(*here))
    adopted = []
    for row in rows.all():
        topic_id = _as_topic(connection, community_id, row.text, row.proposer_id, promised[row.proposal_id])
        this = (table.c.community_id == community_id, table.c.proposal_id == row.proposal_id)
        connection.execute(update(table).where(*this).values(state=Stage.ADOPTED.value, topic_id=topic_id))
        about = {"community_id": community_id, "said": row.plain, "besides": row.proposal_id}
        alike = proposal_merges.near(connection, **about, stages=(Stage.WAITING, Stage.ADMITTED))
        winner = Living(community_id, row.proposal_id, row.proposer_id)
        proposal_merges.merge(connection, alike, winner, word=Word(None, now))
        adopted.append(Adopted(row.proposal_id, row.proposer_id))
    return adopted


def _as_topic(connection: Connection, community_id: int, text: str, proposer_id: int, day: date | None) -> int | None:
    """The number of the topic that says it, which is put into the bank unless it is there; none if it says nothing."""
    topic = NewTopic(text)
    known = topics.promise_now(connection, community_id=community_id, topic=topic, day=day)
    if known is not None:
        return known
    whose = None if is_pseudonym(proposer_id) else proposer_id
    about = {"community_id": community_id, "topics": [topic], "proposer_id": whose, "wanted_on": day}
    added = topics.put(connection, **about, has_won=True)  # type: ignore[arg-type]
    return added[0] if added else None
