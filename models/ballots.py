"""What everybody has chosen in the polls that Kith holds, and what a vote earns.

Who wins is what Telegram counts, as long as it tells. These rows only pay: a vote that stands when its poll closes is
paid once, whenever it was given and however often it was changed; one that was taken back for good loses what it had
brought.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Index, String, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import difficulty, fairness, points, taking_part
from models.bulk import Hold, is_surely_empty, look_up, upsert
from models.bulk import new as new_value
from models.communities import Communities
from models.facts import Batch, Served, Voted
from models.members import Members
from models.points import Ledger
from models.pseudonyms import is_pseudonym, of
from models.rounds import PollRounds
from models.rules import sources
from models.rules.days import local_day
from models.rules.earning import Cause, Claim, Limits
from models.rules.fairness import FairnessSettings, Reason, Uncounted
from models.rules.newcomers import Arrival, NewcomersSettings, is_inside_gate
from models.rules.polls import LOOKED_BACK, VOTE, PollsSettings, Stage
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key


class PollVotes(Base):
    """One row per poll and voter: their last word, by Telegram's own order of updates.

    `number` is that of the poll, or of the co-creation whose poll it is (`models/cocreation_votes.py`).
    `options` are the numbers of what was chosen, empty where the vote was taken back.
    """

    __tablename__ = "poll_votes"
    __table_args__ = (Index(None, "at"), {"info": {"person": ("user_id",)}, **COMPOSITE})

    community_id: Mapped[CommunityKey]
    number: Mapped[Key]
    user_id: Mapped[Key]
    options: Mapped[str] = mapped_column(String(64))
    update_id: Mapped[int]
    at: Mapped[datetime]


@dataclass
class Found:
    """What the votes of a batch earn at once, and what they lose since their poll has closed; `served` by chat."""

    claims: list[Claim] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    served: dict[int, Served] = field(default_factory=dict)


class Round(NamedTuple):
    """A poll as far as its votes need it."""

    community_id: int
    number: int
    state: str
    opened_at: datetime
    chat_id: int
    message_id: int | None
    poll_id: str | None

    @property
    def source(self) -> str:
        """What a vote earns under: the poll, and where it can be seen."""
        return f"{sources.of_message(self.chat_id, self.message_id)}:poll:{self.number}"


@dataclass(frozen=True)
class Home:
    """The community of a poll, as far as its votes need it."""

    community_id: int
    time_zone: str
    settings: Mapping[str, Mapping[str, Any]]
    has_forgotten: bool = False

    @property
    def served(self) -> Served:
        """The same as the facts of a batch need it."""
        return Served(self.community_id, self.time_zone, self.settings, self.has_forgotten)

    def claim(self, held: Round, user_id: int, *, at: datetime) -> Claim:
        """What a vote in a poll of this community is worth."""
        worth = changed(PollsSettings(), self.settings.get("polls", {})).vote_points
        cap = changed(FairnessSettings(), self.settings.get("fairness", {})).daily_cap(VOTE.tier)
        day = local_day(at, time_zone=self.time_zone)
        return Claim(self.community_id, user_id, VOTE, worth, held.source, at, day, Limits(cap, cap))


_ROUND = Round._fields
_HOME = ("community_id", "time_zone", "settings", "has_forgotten")
_VOTE = ("community_id", "number", "user_id", "options", "update_id", "at")


def homes(connection: Connection, community_ids: Iterable[int]) -> Mapping[int, Home]:
    """The communities with those ids."""
    keys = [(community_id,) for community_id in sorted(set(community_ids))]
    return {row[0]: Home(*row) for row in look_up(connection, Communities, keys, by=("community_id",), columns=_HOME)}


def rounds_of(connection: Connection, votes: Sequence[Voted]) -> Mapping[str, Round]:
    """The polls of ours in which there are votes, by Telegram's ids; nothing is looked up where there are none.

    Nobody closes them before our commit. They are held before the voters, in which order who closes one does so too.
    """
    if not votes or is_surely_empty(connection, PollRounds):
        return {}
    keys = [(poll_id,) for poll_id in sorted({vote.poll_id for vote in votes})]
    found = look_up(connection, PollRounds, keys, by=("poll_id",), columns=_ROUND, hold=Hold.SHARED)
    return {row[-1]: Round(*row) for row in found}


def observe(connection: Connection, votes: Sequence[Voted], rounds: Mapping[str, Round]) -> Found:
    """Write down votes in those polls, and find what they earn at once."""
    if not rounds:
        return Found()
    fresh = write_down(
        connection, votes, {poll_id: (held.community_id, held.number) for poll_id, held in rounds.items()}
    )
    return _found(connection, [(rounds[vote.poll_id], vote) for vote in fresh])


def write_down(connection: Connection, votes: Sequence[Voted], polls: Mapping[str, tuple[int, int]]) -> list[Voted]:
    """Keep the last word of each voter in those polls, by Telegram's ids; returns the votes that say something new."""
    last: dict[tuple[int, int, int], Voted] = {}
    for vote in votes:
        poll = polls.get(vote.poll_id)
        if poll is not None:
            key = (*poll, vote.person.user_id)
            if key not in last or last[key].update_id <= vote.update_id:
                last[key] = vote
    rows = [(*key, _numbers(vote), vote.update_id, vote.at) for key, vote in sorted(last.items(), key=_first)]
    kept = {"options": new_value, "at": new_value}
    fresh = upsert(connection, PollVotes, _VOTE, rows, merge=kept, newest_by="update_id", returning=_VOTE[:3])
    return [last[row[0], row[1], row[2]] for row in fresh]


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _numbers(vote: Voted) -> str:
    return ",".join(str(option) for option in vote.options)[:64]


def _found(connection: Connection, told: Sequence[tuple[Round, Voted]]) -> Found:
    """What votes that were just written down earn and lose."""
    found = Found()
    if not told:
        return found
    there = homes(connection, {held.community_id for held, _ in told})
    found.served |= {held.chat_id: there[held.community_id].served for held, _ in told}
    given: dict[Round, list[Voted]] = {}
    for held, vote in told:
        if vote.options and held.state != Stage.LOST:
            given.setdefault(held, []).append(vote)
        elif held.state != Stage.OPEN and not vote.options:
            # It was taken back before the poll came to its end, and that comes late.
            cause = Cause(held.community_id, vote.person.user_id, VOTE.action, held.source, vote.at)
            found.causes.append(cause)
    for held, votes in given.items():
        home = there[held.community_id]
        voters = [vote.person.user_id for vote in votes]
        lacking = lacks(connection, home, held, voters, at=max(vote.at for vote in votes))
        found.claims += [
            home.claim(held, vote.person.user_id, at=vote.at) for vote in votes if vote.person.user_id not in lacking
        ]
    found.claims = difficulty.scale_in(connection, there, found.claims) if found.claims else []
    return found


def book(connection: Connection, found: Found) -> None:
    """Book what votes earn that have waited for their poll to be known."""
    granted = points.award(connection, found.claims)
    fairness.note(connection, granted.uncounted)


def lacks(
    connection: Connection, home: Home, held: Round, user_ids: Sequence[int], *, at: datetime
) -> Mapping[int, Reason]:
    """Whose vote is not worth anything at the moment `at`, and why: of newcomers, and of who did nothing else."""
    settings = changed(NewcomersSettings(), home.settings.get("newcomers", {}))
    columns = ("user_id", "first_seen_at", "first_joined_at", "messages")
    keys = [(home.community_id, user_id) for user_id in sorted(set(user_ids))]
    by = ("community_id", "user_id")
    missing: dict[int, Reason] = dict.fromkeys(user_ids, Reason.NOTHING_ELSE)
    since = local_day(held.opened_at - LOOKED_BACK, time_zone=home.time_zone)
    here, zone = home.community_id, home.time_zone
    for user_id in taking_part.since(connection, community_id=here, user_ids=user_ids, day=since, time_zone=zone):
        missing.pop(user_id, None)
    for user_id, seen_at, joined_at, messages in look_up(connection, Members, keys, by=by, columns=columns):
        arrival = Arrival(seen_at, joined_at)
        if arrival.was_seen and is_inside_gate(arrival, messages=messages, at=at, settings=settings):
            missing[user_id] = Reason.STILL_NEW
    return missing


def settle(connection: Connection, held: Round, *, is_lost: bool = False, now: datetime) -> None:
    """A poll is closed: pay whose vote stands and was not paid before, and take back what others have earned by it.

    One that is lost pays nobody any more.
    """
    home = homes(connection, [held.community_id])[held.community_id]
    votes = _votes(connection, held.community_id, held.number)
    standing = [user_id for user_id, options in votes.items() if options and not is_pseudonym(user_id) and not is_lost]
    paid = _paid(connection, held, standing)
    unpaid = [user_id for user_id in standing if user_id not in paid]
    lacking = lacks(connection, home, held, unpaid, at=now) if unpaid else {}
    claims = [home.claim(held, user_id, at=now) for user_id in unpaid if user_id not in lacking]
    here, action, source = held.community_id, VOTE.action, held.source
    causes = [Cause(here, user_id, action, source, now) for user_id, options in votes.items() if not options]
    # All of them at once, or two workers wait for each other.
    members = points.hold(connection, [*claims, *causes])
    granted = points.award(connection, difficulty.scale_in(connection, [here], claims), held=members)
    day = local_day(now, time_zone=home.time_zone)
    unworthy = [Uncounted(here, user_id, action, why, source, now, day) for user_id, why in lacking.items()]
    fairness.note(connection, [*granted.uncounted, *unworthy])
    points.take_back(connection, causes, batch=Batch(now, 0, (), {held.chat_id: home.served}))


def _votes(connection: Connection, community_id: int, number: int) -> dict[int, str]:
    """Who has chosen what in a poll; of somebody who was forgotten and came back, what they chose last."""
    here = (PollVotes.community_id == community_id, PollVotes.number == number)
    rows = connection.execute(select(PollVotes.user_id, PollVotes.options).where(*here).order_by(PollVotes.user_id))
    votes = {row.user_id: row.options for row in rows}
    if any(map(is_pseudonym, votes)):
        for user_id, number in of(connection, votes).items():
            if number != user_id:
                votes.pop(number, None)
    return votes


def _paid(connection: Connection, held: Round, user_ids: Sequence[int]) -> dict[int, int]:
    """Whose vote was paid, and with how many hundredths: difficulty and a day's cap make it another than the price."""
    keys = [(held.community_id, user_id, VOTE.action, held.source) for user_id in sorted(user_ids)]
    by = ("community_id", "user_id", "action", "source")
    return {row[0]: row[1] for row in look_up(connection, Ledger, keys, by=by, columns=("user_id", "points"))}


def counted(connection: Connection, *, community_id: int, number: int, options: int) -> list[int]:
    """How many have chosen each of so many options, by what we have heard: for when Telegram does not tell any more."""
    votes = [0] * options
    for chosen in _votes(connection, community_id, number).values():
        for place in {int(number) for number in chosen.split(",") if number}:
            if place < options:
                votes[place] += 1
    return votes


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop votes given before `moment`: their polls are closed and paid, and the counts stay."""
    connection.execute(delete(PollVotes).where(PollVotes.at < moment))


class Verdict(Enum):
    """What is said to who asks whether their vote counts."""

    PAID = "paid"
    NO_VOTE = "no_vote"
    WITHDRAWN = "withdrawn"
    STILL_NEW = "still_new"
    NOTHING_ELSE = "nothing_else"
    LATER = "later"


async def worth_of(
    session: AsyncSession, *, community: Communities, number: int, user_id: int, now: datetime
) -> tuple[Verdict, int]:
    """Whether somebody's vote in a poll counts by now, or what is missing; and what it brought, in hundredths."""
    options = await _chosen_by(session, community_id=community.community_id, number=number, user_id=user_id)
    if not options:
        return Verdict.NO_VOTE if options is None else Verdict.WITHDRAWN, 0

    def judged(connection: Connection) -> tuple[Verdict, int]:
        key = [(community.community_id, number)]
        found = look_up(connection, PollRounds, key, by=("community_id", "number"), columns=_ROUND)
        held = Round(*found[0])
        paid = _paid(connection, held, [user_id])
        if user_id in paid:
            return Verdict.PAID, paid[user_id]
        home = homes(connection, [community.community_id])[community.community_id]
        why = lacks(connection, home, held, [user_id], at=now).get(user_id)
        return Verdict.LATER if why is None else Verdict(why.value), 0

    return await (await session.connection()).run_sync(judged)


async def _chosen_by(session: AsyncSession, *, community_id: int, number: int, user_id: int) -> str | None:
    """What somebody has chosen in a poll; nothing if they never voted in it."""
    here = (PollVotes.community_id == community_id, PollVotes.number == number, PollVotes.user_id == user_id)
    return (await session.execute(select(PollVotes.options).where(*here))).scalar_one_or_none()
