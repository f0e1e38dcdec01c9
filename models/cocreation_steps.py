"""A co-creation's steps: it opens with the next theme, is voted on, counted and paid, or called off before."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import (
    admin_chats,
    audit,
    cocreation_votes,
    cocreations,
    communities,
    difficulty,
    fairness,
    honours,
    occurrences,
    outbox,
    points,
    reviews,
)
from models.audit import Act
from models.bulk import new as new_value
from models.bulk import table_of, upsert
from models.cocreation_entries import CocreationEntries, authors_waiting, same_work, standing
from models.cocreation_themes import CocreationThemes
from models.cocreations import (
    CocreationEnded,
    CocreationLeftOut,
    CocreationPollOver,
    CocreationPollUnread,
    Cocreations,
    CocreationStillOn,
    CocreationUnchosen,
    CocreationUnjudged,
    CocreationVoting,
    CocreationWithoutTheme,
    CocreationWon,
    New,
    NoCocreation,
)
from models.events import Event
from models.occurrences import Due, Place, Settled
from models.pseudonyms import is_pseudonym
from models.rules import cocreations as rules
from models.rules.clock import moment_of
from models.rules.cocreations import CLOSE, COUNTED_WITHIN, SETTLE, VOTE, WON, CocreationsSettings, Manner, Plan, Stage
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import FairnessSettings
from models.rules.newcomers import NewcomersSettings
from models.rules.occasions import Why
from models.rules.settings import changed
from models.works import Works

_TABLE = table_of(Cocreations)
# By these Telegram is asked for the votes.
_ASKING = (CocreationPollOver, CocreationPollUnread)


def settings_of(due: Due) -> CocreationsSettings:
    """The settings of a community that has something due."""
    return changed(CocreationsSettings(), due.here.settings.get("cocreations", {}))


def _is_on(due: Due) -> bool:
    """An entry is a work, so without works there is no co-creation either."""
    return settings_of(due).on and bool(due.here.settings.get("works", {}).get("on"))


def open_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Open one with the next theme of each community's list, unless one is on; tell who runs it if none can open."""
    # Two months of one community may be due at once, when one was moved onto another.
    wanted = {one.community_id: one for one in reversed(due) if _is_on(one)}
    on = cocreations.running(connection, wanted, now=now)
    themes = _next_themes(connection, wanted)
    new = []
    for here, one in wanted.items():
        if here in themes and here not in on:
            settings = settings_of(one)
            until = local_day(now, time_zone=one.here.time_zone) + timedelta(days=settings.entry_days)
            plan = Plan(themes[here][1], until, settings.voting_days)
            new.append(New(here, one.here.time_zone, plan, settings))
    opened = cocreations.open_all(connection, new, now=now)
    used = sorted((here, *themes[here], True) for here in opened)
    columns = ("community_id", "theme_id", "theme", "is_used")
    upsert(connection, CocreationThemes, columns, used, merge={"is_used": new_value})
    _tell_none_opens(connection, [here for here in wanted if here not in opened], themes, on, now)
    done = {wanted[here].place for here in opened}
    return {one.place: Why.NOTHING if _is_on(one) else Why.OFF for one in due if one.place not in done}


def _tell_none_opens(
    connection: Connection,
    community_ids: Collection[int],
    themes: Mapping[int, tuple[int, str]],
    on: Mapping[int, int],
    now: datetime,
) -> None:
    """Say that there is no theme left, or that the one before is still on."""
    told = admin_chats.addressees(connection, community_ids) if community_ids else {}
    news: list[Event] = [
        CocreationStillOn(here, on[here], *who) if here in themes else CocreationWithoutTheme(here, *who)
        for here in sorted(told)
        for who in told[here]
    ]
    outbox.put_now(connection, news, due_at=now)


def _next_themes(connection: Connection, community_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
    here = (CocreationThemes.community_id.in_(community_ids), CocreationThemes.is_used.is_(False))
    columns = (CocreationThemes.community_id, CocreationThemes.theme_id, CocreationThemes.theme)
    rows = connection.execute(select(*columns).where(*here).order_by(CocreationThemes.theme_id.desc())).all()
    return {row[0]: (row[1], row[2]) for row in rows}


def vote_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """End the taking of entries: put them to the vote, or end it all where there is nothing to choose."""
    settled: dict[Place, Why | None] = {}
    held = _held(connection, due)
    for one in due:
        round_ = held.get(one.place)
        if round_ is None or round_.state != Stage.OPEN:
            settled[one.place] = Why.NOTHING
        elif not _is_on(one):
            _change(connection, one.place, state=Stage.CALLED_OFF)
            settled[one.place] = Why.OFF
        else:
            _begin_vote(connection, one, round_, now)
    return settled


def _held(connection: Connection, due: Sequence[Due]) -> Mapping[Place, Row[Any]]:
    """The co-creations that something is due of, which nobody else changes until our commit."""
    numbers = {one.key: one.place for one in due}
    here = (Cocreations.community_id.in_({one.community_id for one in due}), Cocreations.round_id.in_(numbers))
    ordered = select(_TABLE).where(*here).order_by(_TABLE.c.community_id, _TABLE.c.round_id)
    return {numbers[row.round_id]: row for row in connection.execute(ordered.with_for_update())}


def _change(connection: Connection, place: Place, **values: Any) -> None:
    here = (_TABLE.c.community_id == place.community_id, _TABLE.c.round_id == place.key)
    connection.execute(update(_TABLE).where(*here).values(**values))


def _begin_vote(connection: Connection, one: Due, round_: Row[Any], now: datetime) -> None:
    here, settings = one.community_id, settings_of(one)
    waited, count = _close_entries(connection, one, now)
    manner = rules.manner_of(count)
    if manner is None:
        _collect(connection, one, now)
        outbox.put_now(connection, _unchosen(connection, one), due_at=now)
        return
    day = local_day(now, time_zone=one.here.time_zone) + timedelta(days=round_.voting_days)
    until = moment_of(day, time(settings.hour), time_zone=one.here.time_zone)
    _change(connection, one.place, state=Stage.VOTING, manner=manner.value, votes_until=until)
    occurrences.plan_all(connection, {Place(here, CLOSE.name, one.key): until})
    news: list[Event] = [CocreationVoting(here, one.key)]
    told = admin_chats.addressees_of(connection, here) if waited else []
    outbox.put_now(connection, [*news, *[CocreationUnjudged(here, one.key, *who) for who in told]], due_at=now)


def _close_entries(connection: Connection, one: Due, now: datetime) -> tuple[bool, int]:
    """Take no more works: whoever's still waits for a review is told so. Whether any does, and how many take part."""
    about = {"community_id": one.community_id, "round_id": one.key}
    # Asked before the others get numbers: one that is accepted in between has one then, and nothing is said of it.
    authors = authors_waiting(connection, **about)
    count = _number(connection, one)
    told = [CocreationLeftOut(one.community_id, one.key, user_id) for user_id in authors]
    outbox.put_now(connection, told, due_at=now)
    return bool(authors), count


def _number(connection: Connection, one: Due) -> int:
    """Give each work the number under which it is voted on; how many there are.

    Also one from before the group became a supergroup: no link leads to it, but its author was told that it takes part.
    Whoever was forgotten since they shared one takes no part.
    """
    here = one.community_id
    found = [row for row in _standing(connection, here, one.key) if not is_pseudonym(row.author_id)]
    numbered = [(here, one.key, row.work_id, number) for number, row in enumerate(found, start=1)]
    columns = ("community_id", "round_id", "work_id", "number")
    upsert(connection, CocreationEntries, columns, sorted(numbered), merge={"number": new_value})
    return len(found)


def _collect(connection: Connection, one: Due, now: datetime) -> None:
    """End it, and show the group what has come of it; without a work there is nothing to show."""
    _change(connection, one.place, state=Stage.ENDED)
    outbox.put_now(connection, [CocreationEnded(one.community_id, one.key)], due_at=now)


def end_without_vote(connection: Connection, one: Due, _why: Why, now: datetime) -> None:
    """There is no vote: all the works are shown, and nobody wins."""
    round_ = _held(connection, [one]).get(one.place)
    if round_ is None or round_.state != Stage.OPEN:
        return
    if not _is_on(one):
        _change(connection, one.place, state=Stage.CALLED_OFF)
        return
    _close_entries(connection, one, now)
    _collect(connection, one, now)


def _standing(connection: Connection, community_id: int, round_id: int) -> Sequence[Any]:
    """The accepted works that take part, in the order in which they were shared."""
    columns = (
        Works.work_id,
        Works.author_id,
        Works.source,
        Works.turn,
        CocreationEntries.number,
    )
    chosen = (
        select(*columns)
        .join(CocreationEntries, same_work())
        .where(CocreationEntries.community_id == community_id, CocreationEntries.round_id == round_id)
        .where(*standing())
        .order_by(Works.shared_at, Works.work_id)
    )
    return connection.execute(chosen).all()


def _unchosen(connection: Connection, one: Due, *, in_vain: bool = False) -> list[Event]:
    """Tell those who run the group that nobody has won; `in_vain` if all votes were for what cannot."""
    told = admin_chats.addressees_of(connection, one.community_id)
    return [CocreationUnchosen(one.community_id, one.key, *who, in_vain=in_vain) for who in told]


def close_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """End votes: have the poll stopped, whose answer tells the votes, or count the reactions."""
    settled: dict[Place, Why | None] = {}
    held = _held(connection, due)
    for one in due:
        round_ = held.get(one.place)
        if round_ is None or round_.state != Stage.VOTING:
            settled[one.place] = Why.NOTHING
        elif round_.manner == Manner.REACTIONS:
            conclude(connection, one, votes=_reactions(connection, one, now), now=now)
        elif round_.message_id is None:
            # The group was never shown the poll.
            conclude(connection, one, votes=None, now=now)
        elif (votes := cocreation_votes.known(connection, one, chat_id=round_.chat_id)) is not None:
            conclude(connection, one, votes=votes, now=now)
        else:
            _change(connection, one.place, state=Stage.COUNTING)
            occurrences.plan_all(connection, {Place(one.community_id, SETTLE.name, one.key): now + COUNTED_WITHIN})
            outbox.put_now(connection, [CocreationPollOver(one.community_id, one.key)], due_at=now)
    return settled


def end_without_result(connection: Connection, one: Due, why: Why, now: datetime) -> None:
    """Nobody wins, and the group is told nothing; the works stay. An error is told to those who run the group."""
    round_ = _held(connection, [one]).get(one.place)
    if round_ is None or round_.state not in (Stage.VOTING, Stage.COUNTING):
        return
    _change(connection, one.place, state=Stage.ENDED)
    occurrences.call_off(connection, community_id=one.community_id, kind=SETTLE.name, key=one.key)
    news: list[Event] = [] if why is not Why.FAILED else _unchosen(connection, one)
    if round_.state == Stage.VOTING and round_.manner == Manner.POLL and round_.message_id is not None:
        news.append(CocreationPollOver(one.community_id, one.key))
    outbox.put_now(connection, news, due_at=now)


def settle_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Tell a result without the votes of a poll that was deleted, so that nobody waits for it for ever.

    While Telegram is still to be asked for them, since nobody was there to do so, it is waited for.
    """
    settled: dict[Place, Why | None] = {}
    held = _held(connection, due)
    for one in due:
        round_ = held.get(one.place)
        if round_ is None or round_.state != Stage.COUNTING:
            settled[one.place] = Why.NOTHING
        elif (votes := cocreation_votes.known(connection, one, chat_id=round_.chat_id)) is not None:
            conclude(connection, one, votes=votes, now=now)
        elif outbox.is_under_way(connection, community_id=one.community_id, kinds=_ASKING, round_id=one.key):
            occurrences.put_off(connection, place=one.place, until=now + COUNTED_WITHIN)
            settled[one.place] = Why.LATER
        else:
            conclude(connection, one, votes=None, now=now)
    return settled


def _reactions(connection: Connection, one: Due, now: datetime) -> Mapping[int, int]:
    """How many members react to each of the works, by the works' numbers."""
    numbers = {row.work_id: row.number for row in _standing(connection, one.community_id, one.key) if row.number}
    newcomers = changed(NewcomersSettings(), one.here.settings.get("newcomers", {}))
    counted = reviews.count_people(
        connection, community_id=one.community_id, work_ids=numbers, newcomers=newcomers, now=now
    )
    return {number: counted.get(work_id, 0) for work_id, number in numbers.items()}


def conclude(connection: Connection, one: Due, *, votes: Mapping[int, int] | None, now: datetime) -> None:
    """Write down who has won by the votes for each number, pay them, and have the group told.

    Without votes nobody wins. A work that was undone since does not, nor does that of somebody who was forgotten: its
    votes stay what they are, and the place is the next one's.
    """
    here, settings = one.community_id, settings_of(one)
    found = [row for row in _standing(connection, here, one.key) if row.number is not None]
    counts = {row.number: (votes or {}).get(row.number, 0) for row in found}
    named = {row.number: counts[row.number] for row in found if not is_pseudonym(row.author_id)}
    won = rules.winners(named, places=settings.places)
    rows = [
        (here, one.key, row.work_id, row.number, None if votes is None else counts[row.number], won.get(row.number))
        for row in found
    ]
    columns = ("community_id", "round_id", "work_id", "number", "votes", "place")
    upsert(connection, CocreationEntries, columns, sorted(rows), merge={"votes": new_value, "place": new_value})
    _change(connection, one.place, state=Stage.ENDED)
    occurrences.call_off(connection, community_id=here, kind=SETTLE.name, key=one.key)
    winning = [row for row in found if row.number in won]
    _pay(connection, one, winning, settings, now)
    badge = honours.of_cocreation(one.key)
    honours.give(connection, [(here, row.author_id, badge) for row in winning], at=now)
    news: list[Event] = [CocreationEnded(here, one.key)]
    news += [CocreationWon(here, one.key, user_id) for user_id in sorted({row.author_id for row in winning})]
    if not won:
        in_vain = any((votes or {}).values()) and not any(named.values())
        news += _unchosen(connection, one, in_vain=in_vain)
    outbox.put_now(connection, news, due_at=now)


def _pay(
    connection: Connection, one: Due, winning: Sequence[Any], settings: CocreationsSettings, now: datetime
) -> None:
    cap = changed(FairnessSettings(), one.here.settings.get("fairness", {})).daily_cap(WON.tier)
    day = local_day(now, time_zone=one.here.time_zone)
    claims = [
        Claim(
            one.community_id,
            row.author_id,
            WON,
            settings.winner_points,
            row.source if row.turn <= 1 else f"{row.source}:{row.turn}",
            now,
            day,
            Limits(cap, cap),
        )
        for row in winning
    ]
    granted = points.award(connection, difficulty.scale_in(connection, [one.community_id], claims))
    fairness.note(connection, granted.uncounted)


async def stop(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> Cocreations:
    """Call the running one off: nobody wins, and accepted works keep what they have earned. Raises `NoCocreation`.

    Whose works still wait for a review are told so, and what becomes of those.
    """
    await communities.held(session, community_id=community_id)
    on = await cocreations.current(session, community_id=community_id)
    if on is None:
        raise NoCocreation
    found = await cocreations.hold(session, community_id=community_id, round_id=on.round_id)
    if found.manner == Manner.POLL and found.message_id is not None:
        await outbox.put(session, [CocreationPollOver(community_id, found.round_id)], due_at=now)
    connection = await session.connection()
    if found.state == Stage.OPEN:
        about = {"community_id": community_id, "round_id": found.round_id}
        authors = await connection.run_sync(lambda sync: authors_waiting(sync, **about))
        await outbox.put(session, [CocreationLeftOut(**about, user_id=user_id) for user_id in authors], due_at=now)
    found.state = Stage.CALLED_OFF.value
    await session.flush()
    for occasion in (VOTE, CLOSE, SETTLE):
        step = {"community_id": community_id, "kind": occasion.name, "key": found.round_id}
        await connection.run_sync(lambda sync, a=step: occurrences.call_off(sync, **a))  # type: ignore[misc]
    details = {"round_id": found.round_id}
    act = Act(community_id=community_id, user_id=user_id, action=cocreations.CALLED_OFF, details=details, at=now)
    await audit.note(session, act)
    return found


def entries_until(connection: Connection, place: Place, moment: datetime) -> None:
    """The vote comes at another moment: until then works are taken."""
    _change(connection, place, entries_until=moment)


def votes_until(connection: Connection, place: Place, moment: datetime) -> None:
    """The result comes at another moment: until then is voted."""
    _change(connection, place, votes_until=moment)
