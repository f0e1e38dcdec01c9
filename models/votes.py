"""Votes count in their poll's community; one that comes before anybody has told of its poll waits for that, for a term.

A vote names its poll and nothing else. The poll's message may be overtaken by it on a webhook's lanes, and of a poll
that Kith itself sends nothing is known until Telegram's answer is written down.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Index, String, delete, exists, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import activity, ballots, cocreation_votes, members, polls
from models.bulk import take_out, upsert
from models.facts import Batch, Person, Said, Voted
from models.polls import Polls, VotePlace
from models.schema import COMPOSITE, Base, Key

# By then the poll's message is lost: Telegram has tried to bring it many times.
TERM = timedelta(minutes=10)


class EarlyVotes(Base):
    """Global: whose community the vote is nobody knows yet. One row per vote, for some minutes.

    `options` are the numbers of what was chosen, empty where the vote was taken back.
    """

    __tablename__ = "early_votes"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "user_id"),
        {"info": {"person": ("user_id",)}, **COMPOSITE},
    )

    poll_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    bot_id: Mapped[Key]
    update_id: Mapped[Key]
    user_id: Mapped[int]
    at: Mapped[datetime]
    options: Mapped[str] = mapped_column(String(256))


_COLUMNS = ("poll_id", "bot_id", "update_id", "user_id", "at", "options")


def observe(connection: Connection, batch: Batch) -> tuple[Sequence[Voted], Mapping[int, VotePlace]]:
    """The votes that waited for the batch's polls, and where they and the batch's own count, by their update ids.

    Those of the batch whose poll is unknown wait from now on.
    """
    votes = batch.of(Voted)
    places = dict(polls.places(connection, votes))
    early = {vote.update_id: vote for vote in votes if vote.update_id not in places}
    rows = [_row(vote, batch.bot_id) for vote in early.values()]
    upsert(connection, EarlyVotes, _COLUMNS, sorted(rows))
    waited = _now_due(connection, batch)
    return waited, places | dict(polls.places(connection, waited))


def _row(vote: Voted, bot_id: int) -> tuple[Any, ...]:
    options = ",".join(map(str, vote.options))[:256]
    return vote.poll_id, bot_id, vote.update_id, vote.person.user_id, vote.at, options


def _now_due(connection: Connection, batch: Batch) -> list[Voted]:
    told = {(fact.poll_id, batch.bot_id) for fact in batch.of(Said) if fact.poll_id}
    return _votes(take_out(connection, EarlyVotes, sorted(told), by=("poll_id", "bot_id"), columns=_COLUMNS))


def _votes(rows: Sequence[Any]) -> list[Voted]:
    return [
        Voted(
            row.update_id,
            row.at,
            Person(row.user_id, ""),
            row.poll_id,
            tuple(int(option) for option in row.options.split(",") if option),
        )
        for row in sorted(rows, key=lambda row: row.update_id)
    ]


async def know_poll(
    session: AsyncSession, *, poll_id: str, community_id: int, chat_id: int, message_id: int, now: datetime
) -> None:
    """Write down where a poll of our own was sent to, and count the votes that were faster."""

    def known(connection: Connection) -> None:
        polls.know(
            connection, poll_id=poll_id, community_id=community_id, chat_id=chat_id, message_id=message_id, now=now
        )
        place_waiting(connection, now=now)

    await (await session.connection()).run_sync(known)


def place_waiting(connection: Connection, *, now: datetime) -> None:
    """Count the votes whose poll is known by now, and those that have waited out their term.

    The latter by what else is known of the voter. Done every minute, this also finds a vote that two workers let slip:
    one had the vote while the other had its poll, and neither saw what the other wrote.
    """
    known = exists().where(Polls.poll_id == EarlyVotes.poll_id)
    late = EarlyVotes.at <= now - TERM
    chosen = delete(EarlyVotes).where(or_(known, late)).returning(*[getattr(EarlyVotes, name) for name in _COLUMNS])
    found = connection.execute(chosen).all()
    for bot_id in sorted({row.bot_id for row in found}):
        waited = _votes([row for row in found if row.bot_id == bot_id])
        places = polls.places(connection, waited, guessing=True)
        batch = Batch(now, bot_id, tuple(waited))
        rounds = ballots.rounds_of(connection, waited)
        members.observe(connection, batch, votes_in=polls.communities(places))
        activity.observe(connection, batch, authors={}, vote_places=places)
        ballots.book(connection, ballots.observe(connection, waited, rounds))
        cocreation_votes.observe(connection, waited)
