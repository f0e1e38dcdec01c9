"""What comes of the polls that Kith holds: posted, stopped, counted, and their winners made topics of the next week."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import ballots, difficulty, entrants, fairness, lateness, occurrences, outbox, points, rounds, topics
from models.ballots import Home, Round
from models.bulk import look_up
from models.communities import Communities, State
from models.entrants import Adopted
from models.occurrences import Due, Occurrences, Place, Settled
from models.occurrences import Stage as Planned
from models.pseudonyms import is_pseudonym
from models.rounds import WEEKLY, Draft, Option, PollCountDue, PollOptions, PollOver, PollRounds
from models.rules.clock import Beat, Recurrence, day_of, key_of
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import FairnessSettings
from models.rules.occasions import Why
from models.rules.polls import (
    ADOPTED,
    CLOSE,
    LEAST_OPTIONS,
    OPEN,
    Fate,
    PollsSettings,
    Stage,
    closing,
    next_week,
    places,
    winning,
)
from models.rules.rhythm import has_its_need
from models.rules.settings import changed
from models.rules.topics import POST

# A poll that was to be stopped is looked after so much later, and so often: a message may have been lost.
LOOKED_AFTER = timedelta(hours=1)
# After so long Telegram will not tell its count any more, and what we have heard decides.
GIVEN_UP = timedelta(days=7)
MOST_AT_ONCE = 20


def open_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Post the weekly polls that are due; why there is none is told to administrators.

    That is where fewer than two proposals are admitted, or where what wins would be the topic of no day.
    """
    drafts, entering_now, too_few, again = [], {}, [], []
    useless = [one for one in due if not has_its_need(OPEN, one.here.settings)]
    due = [one for one in due if one not in useless]
    entering = entrants.entering(connection, [one.community_id for one in due])
    for one in due:
        chosen = entering.get(one.community_id, [])
        if one.community_id in entering_now:
            # Two weeks of one community may be due at once, when one was moved onto another.
            again.append(one)
            continue
        if len(chosen) < LEAST_OPTIONS:
            too_few.append(one)
            continue
        settings = changed(PollsSettings(), one.here.settings.get("polls", {}))
        closes_at = closing(one.due_at, days=settings.open_days, time_zone=one.here.time_zone)
        options = [Option(text, proposal_id) for proposal_id, text in chosen]
        drafts.append(Draft(one.community_id, one.here.chat_id, WEEKLY, options, closes_at, week=one.key))
        entering_now[one.community_id] = [proposal_id for proposal_id, _ in chosen]
    rounds.open_now(connection, drafts, now=now)
    entrants.enter(connection, entering_now)
    before = _the_week_before(connection, [*too_few, *useless])
    waiting = entrants.with_waiting(connection, [one.community_id for one in too_few])
    news: dict[tuple[int, int | None], Fate] = {
        (one.community_id, None): Fate.TOO_FEW
        for one in too_few
        # Once is enough, unless there is something to decide.
        if before.get(one.place) != Why.NOTHING or one.community_id in waiting
    }
    news |= {(one.community_id, None): Fate.NO_TOPICS for one in useless if before.get(one.place) != Why.OFF}
    rounds.tell_why_not(connection, news, now=now)
    nothing = dict.fromkeys([one.place for one in (*too_few, *again)], Why.NOTHING)
    return nothing | dict.fromkeys([one.place for one in useless], Why.OFF)


def _the_week_before(connection: Connection, due: Sequence[Due]) -> dict[Place, str | None]:
    """Why there was no poll in the weeks before those that are due, where there was none."""
    week = Recurrence(Beat.WEEK, time())
    before = {
        Place(one.community_id, OPEN.name, key_of(Beat.WEEK, day_of(week, one.key) - timedelta(days=7))): one.place
        for one in due
    }
    columns = ("community_id", "kind", "key", "why")
    rows = look_up(connection, Occurrences, sorted(before), by=columns[:3], columns=columns)
    return {before[Place(*row[:3])]: row[3] for row in rows}


def close_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Have polls stopped whose time is over; one whose count is known already comes to its result."""
    settled: dict[Place, Why | None] = {}
    stopping = []
    for one in due:
        held = _round(connection, one.community_id, one.key)
        if held is None or held.state != Stage.OPEN:
            settled[one.place] = Why.NOTHING
        elif held.message_id is None:
            give_up(connection, held, Fate.REFUSED, now=now)
            settled[one.place] = Why.NOTHING
        elif (votes := _told(connection, held)) is not None:
            close(connection, held, votes, now=now)
        else:
            stopping.append((one.community_id, one.key))
    rounds.ask_to_stop(connection, stopping, now=now)
    return settled


def _round(connection: Connection, community_id: int, number: int) -> Round | None:
    here = (PollRounds.community_id == community_id, PollRounds.number == number)
    columns = [getattr(PollRounds, name) for name in Round._fields]
    row = connection.execute(select(*columns).where(*here).with_for_update()).one_or_none()
    return None if row is None else Round(*row)


def _told(connection: Connection, held: Round) -> list[int] | None:
    """How many have chosen each option, if Telegram has told."""
    here = (PollOptions.community_id == held.community_id, PollOptions.number == held.number)
    votes = connection.execute(select(PollOptions.votes).where(*here).order_by(PollOptions.place)).scalars().all()
    return None if any(count is None for count in votes) else [count or 0 for count in votes]


def close(connection: Connection, held: Round, votes: Sequence[int] | None, *, now: datetime) -> None:
    """Bring a poll to its result by Telegram's count, once; without one, by what we have heard of its votes.

    The count may have been told before, when Telegram said that the poll is closed.
    """
    here = {"community_id": held.community_id, "number": held.number}
    if not rounds.turn(connection, **here, state=Stage.CLOSED):
        return
    columns = (PollOptions.text, PollOptions.proposal_id)
    mine = (PollOptions.community_id == held.community_id, PollOptions.number == held.number)
    options = [Option(*row) for row in connection.execute(select(*columns).where(*mine).order_by(PollOptions.place))]
    known_count = votes or _told(connection, held) or ballots.counted(connection, **here, options=len(options))
    counted = list(known_count)[: len(options)]
    rounds.write_count(connection, **here, votes=counted)
    ballots.settle(connection, held, now=now)
    _choose(connection, held, options, counted, now=now)
    if any(counted):
        outbox.put_now(connection, [PollOver(held.community_id, held.number)], due_at=now)
    else:
        rounds.tell_why_not(connection, {(held.community_id, held.number): Fate.NOBODY}, now=now)


def give_up(connection: Connection, held: Round, why: Fate | None, *, now: datetime) -> None:
    """A poll comes to nothing; what was proposed for it may stand in the next one. Without a reason nobody is told.

    One that may stand in the group, though we know of no message, is told of in any case: votes in it do not count.
    """
    if not rounds.turn(connection, community_id=held.community_id, number=held.number, state=Stage.LOST):
        return
    ballots.settle(connection, held, is_lost=True, now=now)
    occurrences.call_off(connection, community_id=held.community_id, kind=CLOSE.name, key=held.number)
    mine = (PollOptions.community_id == held.community_id, PollOptions.number == held.number)
    entered = connection.execute(select(PollOptions.proposal_id).where(*mine)).scalars()
    here = held.community_id
    entrants.go_back(connection, community_id=here, proposal_ids=[number for number in entered if number is not None])
    if held.message_id is None and rounds.may_stand(connection, community_id=here, number=held.number):
        why = Fate.DOUBTED
    if why is not None:
        rounds.tell_why_not(connection, {(here, held.number): why}, now=now)


def _choose(
    connection: Connection, held: Round, options: Sequence[Option], votes: Sequence[int], *, now: datetime
) -> None:
    """Make topics of the proposals that have won; the others have lost once more."""
    entered = [option.proposal_id for option in options if option.proposal_id is not None]
    if not entered:
        return
    if not any(votes):
        # Where nobody has voted, nobody has lost.
        entrants.go_back(connection, community_id=held.community_id, proposal_ids=entered)
        return
    home = ballots.homes(connection, [held.community_id])[held.community_id]
    settings = changed(PollsSettings(), home.settings.get("polls", {}))
    most = places(settings.winners, options=len(votes))
    won = [number for place in winning(votes, most=most) if (number := options[place].proposal_id)]
    days = _days(connection, home, now=now)
    promised = {number: days[place] if place < len(days) else None for place, number in enumerate(won)}
    # Who has lost is known first: of these too none may stay that says nearly the same as a winner.
    entrants.lose(
        connection, community_id=held.community_id, proposal_ids=[number for number in entered if number not in won]
    )
    adopted = entrants.adopt(connection, community_id=held.community_id, promised=promised, now=now)
    _pay_authors(connection, home, settings, adopted, now=now)


def _days(connection: Connection, home: Home, *, now: datetime) -> list[date]:
    """The days of the next week on which there will be a topic, and none is promised yet; one may have come early.

    Where topics have been switched off since, the promise is for when they are on again: then the oldest goes first.
    """
    today = local_day(now, time_zone=home.time_zone)
    week = next_week(today)
    days = [today + timedelta(days=ahead) for ahead in range((week[-1] - today).days + 1)]
    span = {key_of(Beat.DAY, day): day for day in days}
    here = (Occurrences.community_id == home.community_id, Occurrences.kind == POST.name)
    stages = select(Occurrences.key, Occurrences.state).where(*here, Occurrences.key.in_(span))
    known: dict[int, str] = {row.key: row.state for row in connection.execute(stages)}
    # Of today it is known whether its topic is still to come.
    known.setdefault(key_of(Beat.DAY, today), Planned.DONE)
    coming = [day for key, day in span.items() if known.get(key, Planned.PLANNED) == Planned.PLANNED]
    taken = topics.promised(connection, community_id=home.community_id, days=coming)
    return [day for day in coming if day in week and day not in taken]


def _pay_authors(
    connection: Connection, home: Home, settings: PollsSettings, adopted: Sequence[Adopted], *, now: datetime
) -> None:
    cap = changed(FairnessSettings(), home.settings.get("fairness", {})).daily_cap(ADOPTED.tier)
    here, day, limits = home.community_id, local_day(now, time_zone=home.time_zone), Limits(cap, cap)
    worth = settings.adopted_points
    claims = [
        Claim(here, one.proposer_id, ADOPTED, worth, f"proposal:{one.proposal_id}", now, day, limits)
        for one in adopted
        if not is_pseudonym(one.proposer_id)
    ]
    granted = points.award(connection, difficulty.scale_in(connection, [here], claims))
    fairness.note(connection, granted.uncounted)


async def told(
    session: AsyncSession, *, community_id: int, number: int, votes: Sequence[int] | None, now: datetime
) -> None:
    """Telegram has stopped a poll and told the count, or, without one, has said that it can tell none."""

    def finish(connection: Connection) -> None:
        held = _round(connection, community_id, number)
        if held is not None:
            close(connection, held, votes, now=now)

    await (await session.connection()).run_sync(finish)


async def lost(session: AsyncSession, *, community_id: int, number: int, why: Fate, now: datetime) -> None:
    """A poll is not there: it was not sent, or somebody has deleted it.

    One that the group left behind when it became a supergroup is there, and only out of reach.
    """

    def end(connection: Connection) -> None:
        held = _round(connection, community_id, number)
        if held is None:
            return
        chat = select(Communities.chat_id).where(Communities.community_id == community_id)
        if why is Fate.GONE and connection.execute(chat).scalar_one_or_none() != held.chat_id:
            close(connection, held, None, now=now)
        else:
            give_up(connection, held, why, now=now)

    await (await session.connection()).run_sync(end)


async def left_out(session: AsyncSession, *, community_id: int, number: int, week: int, now: datetime) -> None:
    """A weekly poll could not leave in time: it is as if nobody had been there to hold it."""

    def end(connection: Connection) -> None:
        held = _round(connection, community_id, number)
        if held is None or held.state != Stage.OPEN or held.message_id is not None:
            return
        give_up(connection, held, None, now=now)
        lateness.leave_out(connection, place=Place(community_id, OPEN.name, week), now=now)

    await (await session.connection()).run_sync(end)


async def count_again(session: AsyncSession, *, community_id: int, number: int, now: datetime) -> None:
    """A poll was closed before we could stop it: have its message asked for."""
    await outbox.put(session, [PollCountDue(community_id, number)], due_at=now)


async def look_after(session: AsyncSession, *, now: datetime) -> bool:
    """Have polls stopped that should be over and are not: we were away, or a message was lost on the way.

    Whether there may be more.
    """
    planned = exists().where(
        Occurrences.community_id == PollRounds.community_id,
        Occurrences.kind == CLOSE.name,
        Occurrences.key == PollRounds.number,
        Occurrences.state == Planned.PLANNED,
    )
    late = (PollRounds.state == Stage.OPEN, PollRounds.closes_at <= now - LOOKED_AFTER, ~planned)
    not_lately = (PollRounds.stop_asked_at.is_(None)) | (PollRounds.stop_asked_at <= now - LOOKED_AFTER)
    chosen = (
        select(PollRounds.community_id, PollRounds.number, PollRounds.message_id, PollRounds.closes_at)
        .join(Communities, Communities.community_id == PollRounds.community_id)
        .where(*late, not_lately, Communities.state == State.ACTIVE)
        .limit(MOST_AT_ONCE)
    )
    found = (await session.execute(chosen)).all()
    connection = await session.connection()
    waits = [row for row in found if row.message_id is not None and row.closes_at > now - GIVEN_UP]
    places = [(row.community_id, row.number) for row in waits]
    await connection.run_sync(lambda sync: rounds.ask_to_stop(sync, places, now=now))
    for row in found:
        here = {"community_id": row.community_id, "number": row.number}
        if row.message_id is None:
            await lost(session, why=Fate.REFUSED, now=now, **here)
        elif row not in waits:
            await told(session, votes=None, now=now, **here)
    return len(found) == MOST_AT_ONCE
