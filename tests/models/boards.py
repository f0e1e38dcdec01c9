"""Random histories of a group, the boards counted from them by hand, and the boards that a database shows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from models import forgetting, listing, staff, standings
from models.facts import AnyFact, Left, Reacted, Said, StaffChanged, StaffStatus
from models.points import Ledger
from models.pseudonyms import is_pseudonym
from models.rules.points import Period, starts_on
from models.staff import Leader
from models.standings import Place, Score
from tests.models.telling import MONDAY, News, Telling

PEOPLE = (11, 12, 13, 14)
TODAY = MONDAY.date()
Span = tuple[Period, date]


@dataclass
class Day:
    """What happens on one day: facts in the order of time, and what is done or said when they are all in."""

    at: datetime
    facts: list[AnyFact] = field(default_factory=list)
    hides: dict[int, bool] = field(default_factory=dict)
    forgotten: list[int] = field(default_factory=list)
    leaders: list[int] | None = None


@st.composite
def _fact(draw: DrawFn, news: News, said: Sequence[Said], at: datetime) -> AnyFact:
    who = draw(st.sampled_from(PEOPLE))
    kind = draw(st.sampled_from(("said", "said", "liked", "unliked", "joined", "left", "staff")))
    if kind in ("liked", "unliked") and said:
        to = draw(st.sampled_from(said)).message_id
        return news.reacted(who, to, "A", at=at) if kind == "liked" else news.reacted(who, to, "", "A", at=at)
    if kind == "joined":
        return news.joined(who, at=at)
    if kind == "left":
        return news.left(who, at=at)
    if kind == "staff":
        return news.staff(who, draw(st.sampled_from(StaffStatus)), at=at)
    return news.said(who, at=at)


@st.composite
def _history(draw: DrawFn, news: News) -> list[Day]:
    days: list[Day] = []
    said: list[Said] = []
    at = MONDAY
    for _ in range(draw(st.integers(1, 4))):
        day = Day(at)
        for minute in range(draw(st.integers(0, 8))):
            fact = draw(_fact(news, said, at + timedelta(minutes=minute)))
            said += [fact] if isinstance(fact, Said) else []
            day.facts.append(fact)
        day.hides = draw(st.dictionaries(st.sampled_from(PEOPLE), st.booleans(), max_size=2))
        day.forgotten = draw(st.lists(st.sampled_from(PEOPLE), max_size=1))
        day.leaders = draw(st.none() | st.none() | st.lists(st.sampled_from(PEOPLE), unique=True, max_size=2))
        days.append(day)
        at += timedelta(days=draw(st.sampled_from((1, 1, 7, 31))))
    return days


def histories(news: News) -> SearchStrategy[list[Day]]:
    """Some days in a group, with days, weeks and months in between."""
    return _history(news)


def late(facts: Sequence[AnyFact], chance: Random) -> list[AnyFact]:
    """The facts with those of coming, going and rising anywhere among the rest, as another lane may bring them."""
    rest: list[AnyFact] = [fact for fact in facts if isinstance(fact, Said | Reacted)]
    for fact in facts:
        if not isinstance(fact, Said | Reacted):
            rest.insert(chance.randint(0, len(rest)), fact)
    return rest


@dataclass
class ByHand:
    """Who is where, as plainly as it can be kept: every day is taken in the order of time."""

    staff_listed: bool = False
    inside: dict[int, bool] = field(default_factory=dict)
    staff: set[int] = field(default_factory=set)
    hiding: set[int] = field(default_factory=set)

    def take(self, day: Day) -> None:
        """A day has passed."""
        for fact in day.facts:
            assert fact.person is not None
            who = fact.person.user_id
            if not isinstance(fact, StaffChanged):
                self.inside[who] = not isinstance(fact, Left)
            elif fact.status is StaffStatus.NONE:
                self.staff.discard(who)
            else:
                self.staff.add(who)
        if day.leaders is not None:
            self.staff = set(day.leaders)
        for who, hides in day.hides.items():
            if who in self.inside:
                (self.hiding.add if hides else self.hiding.discard)(who)
        for who in day.forgotten:
            self.inside.pop(who, None)
            self.hiding.discard(who)
            self.staff.discard(who)

    def is_listed(self, who: int) -> bool:
        """Whether somebody stands on the boards."""
        may_compete = self.staff_listed or who not in self.staff
        return not is_pseudonym(who) and self.inside[who] and may_compete and who not in self.hiding

    def board(self, scores: Counter[int]) -> list[Place]:
        """The board of a period in which members have these scores."""
        there = {who: score for who, score in scores.items() if score > 0 and self.is_listed(who)}
        ordered = sorted(there.items(), key=lambda one: (one[1], one[0]), reverse=True)
        return [Place(1 + sum(other > score for other in there.values()), who, score) for who, score in ordered]


def scores(teller: Telling, community_id: int) -> dict[Span, Counter[int]]:
    """What the ledger comes to in each period; a reversal counts where the board was open when it was booked."""
    found: dict[Span, Counter[int]] = {}
    for row in teller.rows(Ledger, community_id=community_id):
        for period in Period:
            begins = starts_on(period, day=row["day"])
            if row["reverses"] is None or starts_on(period, day=row["at"].date()) == begins:
                found.setdefault((period, begins), Counter())[row["user_id"]] += row["points"]
    return found


def asked(teller: Telling, work: Callable[[AsyncSession], Any]) -> Any:
    """What a function of a session returns."""

    async def run() -> Any:
        async with teller.database.writing() as session:
            return await work(session)

    return teller.runner.run(run())


def board(
    teller: Telling,
    community_id: int,
    period: Period = Period.WEEK,
    day: date = TODAY,
    *,
    limit: int = 99,
    offset: int = 0,
) -> list[Place]:
    """A board, by default the whole one of the week."""
    about: dict[str, Any] = {"period": period, "day": day, "limit": limit, "offset": offset}
    return list(asked(teller, lambda s: standings.board(s, community_id=community_id, **about)))


def score(teller: Telling, community_id: int, user_id: int, period: Period = Period.WEEK, day: date = TODAY) -> Score:
    """A member's points and rank."""
    about: dict[str, Any] = {"user_id": user_id, "period": period, "day": day}
    found = asked(teller, lambda s: standings.score(s, community_id=community_id, **about))
    assert isinstance(found, Score)
    return found


def choose(teller: Telling, community_id: int, user_id: int, *, listed: bool) -> None:
    """A member chooses whether to be listed."""
    asked(teller, lambda s: listing.choose(s, community_id=community_id, user_id=user_id, listed=listed))


def forget(teller: Telling, community_id: int, user_id: int) -> None:
    """A member is forgotten."""
    teller.work(lambda c: forgetting.forget(c, community_id=community_id, user_id=user_id))


def list_staff(teller: Telling, community_id: int, *user_ids: int, now: datetime) -> None:
    """Telegram tells who the administrators are."""
    leaders = [Leader(user_id, StaffStatus.ADMINISTRATOR) for user_id in user_ids]

    def know(connection: Connection) -> None:
        listing.hold(connection, staff.know(connection, community_id=community_id, leaders=leaders, now=now))

    teller.work(know)
