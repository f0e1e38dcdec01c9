"""What works earn while administrators accept them, feature them and take that back, and what it leaves of a day."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from models import awards, communities, corrections, reviews
from models.communities import Communities
from models.corrections import Deed, Done, NothingToReverse, Target
from models.ids import new_id
from models.points import Balances, EarnedOnDays, Ledger
from models.rules.corrections import Kind
from models.rules.days import local_day
from models.rules.earning import Way
from models.rules.messages import MESSAGE
from models.rules.questions import HELPED
from models.rules.works import WORK, WORK_FEATURED, Grade
from models.works import DecidedBefore, Undone, Works
from tests.models.telling import MONDAY, News, Telling, few, later, telling, unfettered

R = TypeVar("R")
Doing = Callable[[AsyncSession, Communities], Coroutine[Any, Any, R]]
ADMIN, OTHER, AUTHOR = 1, 2, 11
WORTH = {Grade.FAIR: 100, Grade.GOOD: 200, Grade.EXCELLENT: 300}
FEATURED_WORTH, HELPED_WORTH = 500, 200
# Neither is a multiple of what is earned, so that caps cut; those of the tiers are reached by two kinds together.
CAPS = {WORK.action: 425, WORK_FEATURED.action: 700, HELPED.action: 450}
TIER_CAPS = {WORK.tier: 650, WORK_FEATURED.tier: 675}


@dataclass
class Office:
    """A group whose administrators review the works of one author."""

    told: Telling
    works: int = 3
    now: datetime = MONDAY
    asked: int = 0
    ids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        tiers = {f"{tier.value}_daily_cap_points": cap for tier, cap in TIER_CAPS.items()}
        new = unfettered(
            messages={"points": 0},
            works={
                "on": True,
                "daily_cap_points": CAPS[WORK.action],
                "featured_points": FEATURED_WORTH,
                "featured_daily_cap_points": CAPS[WORK_FEATURED.action],
            },
            fairness=tiers,
        )
        news = News()
        said = [news.said(AUTHOR) for _ in range(self.works)]
        self.told.tell(news.came(), news.said(ADMIN), news.said(OTHER), *said, new=new)
        self.chat_id, self.here = news.chat_id, self.told.community(news.chat_id)
        self.messages = [one.message_id for one in said]
        self.ids = [new_id() for _ in said]
        self.do(self._share)

    async def _share(self, session: AsyncSession, _here: Communities) -> None:
        about = {"author_id": AUTHOR, "form": "picture", "letters": 0, "shared_at": MONDAY, "state": "waiting"}
        for work_id, message_id in zip(self.ids, self.messages, strict=True):
            place = {"source": f"message:{self.chat_id}:{message_id}", "chat_id": self.chat_id}
            session.add(Works(community_id=self.here, work_id=work_id, message_id=message_id, **place, **about))

    def do(self, work: Doing[R]) -> R:
        """What `work` comes to in a transaction of its own."""
        return self.told.runner.run(self.doing(work))

    async def doing(self, work: Doing[R]) -> R:
        async with self.told.database.writing() as session:
            here = await communities.find(session, community_id=self.here)
            assert here is not None
            return await work(session, here)

    def accept(self, place: int, grade: Grade = Grade.FAIR, *, by: int | None = ADMIN) -> int:
        """What accepting a work has brought."""
        about = {"work_id": self.ids[place], "grade": grade, "user_id": by, "now": self.now}
        return self.do(lambda session, here: reviews.accept(session, community=here, **about)).points or 0  # type: ignore[arg-type]

    def feature(self, place: int) -> int:
        """What featuring one has brought, on top."""
        about = {"work_id": self.ids[place], "user_id": ADMIN, "now": self.now}
        before = self.standing(WORK_FEATURED)
        self.do(lambda session, here: reviews.feature(session, community=here, **about))  # type: ignore[arg-type]
        return self.standing(WORK_FEATURED) - before

    def undo(self, place: int, *, by: int | None = ADMIN) -> None:
        self.do(self.undoing(place, by=by))

    def undoing(self, place: int, *, by: int | None) -> Doing[Undone]:
        about = {"work_id": self.ids[place], "user_id": by, "now": self.now}
        return lambda session, here: reviews.undo(session, community=here, **about)  # type: ignore[arg-type]

    def reverse(self, place: int) -> int:
        """By how much `/reverse` on a work changes its author's points."""
        return self.do(self.reversing(place)).points

    def reversing(self, place: int) -> Doing[Done]:
        self.asked += 1
        target, source = Target(chat_id=self.chat_id, message_id=self.messages[place]), f"command:1:{self.asked}"
        about = {"community_id": self.here, "user_id": ADMIN, "kind": Kind.REVERSE, "member_id": AUTHOR}
        deed = Deed(**about, reason="copied", source=source, target=target)  # type: ignore[arg-type]
        return lambda session, _: corrections.carry_out(session, deed=deed, now=self.now)

    def help(self) -> int:
        """What an answer that helped has brought the author."""
        self.asked += 1
        about = {"points": HELPED_WORTH, "daily_cap": CAPS[HELPED.action], "source": f"question:{self.asked}"}

        async def given(session: AsyncSession, here: Communities) -> int:
            claim = awards.claim(here, user_id=AUTHOR, way=HELPED, now=self.now, **about)  # type: ignore[arg-type]
            return (await awards.give(session, claim)).points

        return self.do(given)

    @property
    def today(self) -> date:
        return local_day(self.now, time_zone="UTC")

    def sums(self) -> Counter[tuple[date, str]]:
        """What stands on each day by each way."""
        entries = self.told.rows(Ledger, community_id=self.here)
        reversed_ones = {entry["reverses"] for entry in entries}
        found: Counter[tuple[date, str]] = Counter()
        for entry in entries:
            if entry["reverses"] is None and entry["entry_id"] not in reversed_ones:
                found[entry["day"], entry["action"]] += entry["points"]
        return found

    def standing(self, way: Way) -> int:
        return self.sums()[self.today, way.action]

    def left(self, worth: int, way: Way, other: Way | None = None) -> int:
        """What a deed of that worth brings today, by what stands alone."""
        mine = self.standing(way)
        in_tier = mine + (0 if other is None else self.standing(other))
        return max(0, min(worth, CAPS[way.action] - mine, TIER_CAPS[way.tier] - in_tier))

    def used(self) -> Counter[tuple[date, str]]:
        """What counts towards the limits of each day."""
        rows = self.told.rows(EarnedOnDays, community_id=self.here)
        return Counter({(row["day"], row["action"]): row["points"] for row in rows if row["points"]})

    def balance(self) -> int:
        rows = self.told.rows(Balances, community_id=self.here, user_id=AUTHOR)
        return sum(row["balance"] for row in rows)


@pytest.fixture
def told(database_url: str) -> Iterator[Telling]:
    with telling(database_url) as found:
        yield found


@pytest.fixture
def office(told: Telling) -> Office:
    return Office(told)


def test_accepting_anew_brings_what_it_brought_at_first_with_whichever_grade(office: Office) -> None:
    assert office.accept(0, Grade.EXCELLENT) == 300
    for grade in (Grade.EXCELLENT, Grade.FAIR, Grade.GOOD, Grade.EXCELLENT):
        office.undo(0)
        assert office.balance() == 0
        assert office.accept(0, grade) == WORTH[grade]
    assert office.balance() == 300
    # The next one of the day gets what that leaves.
    assert office.accept(1, Grade.EXCELLENT) == 125
    assert office.accept(2) == 0


def test_what_another_work_has_earned_in_between_stays_and_the_undone_one_gets_the_rest(office: Office) -> None:
    office.accept(0, Grade.EXCELLENT)
    office.undo(0)
    assert office.accept(1, Grade.GOOD) == 200
    assert office.accept(0, Grade.EXCELLENT) == 225
    office.undo(1)
    assert office.accept(2, Grade.EXCELLENT) == 200
    assert office.balance() == 425


def test_the_room_is_that_of_the_day_on_which_it_was_booked(office: Office) -> None:
    office.accept(0, Grade.EXCELLENT)
    monday = office.today
    office.now += timedelta(days=1)
    assert office.accept(1, Grade.EXCELLENT) == 300
    office.undo(0)
    assert office.used() == {(office.today, WORK.action): 300}
    assert office.accept(0, Grade.EXCELLENT) == 125, "what Monday gets back is not Tuesday's"
    office.undo(0)
    office.undo(1)
    assert (office.used(), office.sums()[monday, WORK.action]) == ({}, 0)


def test_what_was_featured_gives_back_its_room_too_and_so_does_what_was_featured_for_nothing(office: Office) -> None:
    for place in (0, 1, 2):
        office.accept(place)
    assert [office.feature(place) for place in (0, 1, 2)] == [500, 175, 0]
    office.undo(2)
    assert office.accept(2) == 100
    assert office.feature(2) == 0
    office.undo(0)
    office.undo(2)
    assert (office.accept(2), office.feature(2)) == (100, 500)
    assert office.balance() == 100 + 175 + 100 + 500


@pytest.mark.parametrize("second", [ADMIN, OTHER])
def test_undone_by_two_at_once_or_twice_it_gives_the_room_back_once(office: Office, second: int) -> None:
    office.accept(0, Grade.EXCELLENT)
    office.accept(1)

    async def both() -> list[Undone | BaseException]:
        deeds = [office.doing(office.undoing(0, by=user_id)) for user_id in (ADMIN, second)]
        return await asyncio.gather(*deeds, return_exceptions=True)

    found = office.told.runner.run(both())
    assert sorted(isinstance(one, DecidedBefore) for one in found) == [False, True]
    with pytest.raises(DecidedBefore):
        office.undo(0)
    assert office.used() == office.sums() == {(office.today, WORK.action): 100}


def test_a_reversal_by_hand_and_an_undo_at_once_give_the_room_back_once(office: Office) -> None:
    for place in (0, 1):
        office.accept(place)

    async def both() -> tuple[Undone | BaseException, Done | BaseException]:
        deeds = office.doing(office.undoing(0, by=OTHER)), office.doing(office.reversing(0))
        return await asyncio.gather(*deeds, return_exceptions=True)

    undone, reversed_ = office.told.runner.run(both())
    assert isinstance(undone, Undone), "an undo finds something to do, also where the points are gone"
    assert isinstance(reversed_, Done | NothingToReverse)
    assert office.used() == office.sums() == {(office.today, WORK.action): 100}


def test_a_reversal_by_hand_gives_the_room_of_a_judgement_back_and_undoing_it_afterwards_does_not_again(
    office: Office,
) -> None:
    office.accept(0, Grade.EXCELLENT)
    office.accept(1)
    assert office.reverse(0) == -300
    office.undo(0)
    with pytest.raises(NothingToReverse):
        office.reverse(0)
    assert office.used() == {(office.today, WORK.action): 100}
    assert office.accept(0, Grade.EXCELLENT) == 300
    office.undo(0)
    with pytest.raises(NothingToReverse):
        office.reverse(0)
    assert office.used() == {(office.today, WORK.action): 100}


def test_what_members_did_by_themselves_has_used_its_turn_also_when_it_is_reversed(told: Telling) -> None:
    office = Office(told, works=0)
    news = News(office.chat_id)
    new = unfettered(messages={"points": 20, "daily_cap_points": 20})
    first = news.said(AUTHOR)
    # The group was there before, with messages that are worth nothing: it takes what they are worth here.
    office.do(lambda _, here: _pay_messages(here))
    told.tell(first, new=new)
    office.messages = [first.message_id]
    assert office.balance() == 20
    assert office.reverse(0) == -20
    told.tell(news.said(AUTHOR, at=later(1)), new=new)
    assert (office.balance(), office.used()) == (0, {(office.today, MESSAGE.action): 20})


async def _pay_messages(here: Communities) -> None:
    here.settings = {**here.settings, "messages": {"points": 20, "daily_cap_points": 20, "cool_down_seconds": 0}}


Step = tuple[str, int, Grade, int | None, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("accept", "accept", "accept", "feature", "undo", "undo", "reverse", "help")),
        st.integers(0, 2),
        st.sampled_from(tuple(Grade)),
        st.sampled_from((ADMIN, OTHER, None)),
        st.sampled_from((0, 0, 0, 1, 16)),
    ),
    max_size=14,
)


def test_whatever_is_judged_and_undone_the_caps_count_what_stands(database_url: str) -> None:
    with telling(database_url) as told:

        @few(database_url, 60)
        @given(STEPS)
        def check(steps: Sequence[Step]) -> None:
            office = Office(told)
            for deed, place, grade, by, hours in steps:
                office.now += timedelta(hours=hours)
                _take(office, deed, place, grade, by)
                stands = office.sums()
                assert all(points <= CAPS[action] for (_, action), points in stands.items())
                for day in {day for day, _ in stands}:
                    together = stands[day, WORK.action] + stands[day, HELPED.action]
                    assert together <= TIER_CAPS[WORK.tier]
                    assert stands[day, WORK_FEATURED.action] <= TIER_CAPS[WORK_FEATURED.tier]
                assert office.used() == stands
                assert office.balance() == stands.total()

        check()


def _take(office: Office, deed: str, place: int, grade: Grade, by: int | None) -> None:
    """One step, which brings what the day's caps leave by what stands; what comes at the wrong moment does nothing."""
    before = office.sums()
    try:
        match deed:
            case "accept":
                left = office.left(WORTH[grade], WORK, HELPED)
                assert office.accept(place, grade, by=by) == left
            case "feature":
                left = office.left(FEATURED_WORTH, WORK_FEATURED)
                assert office.feature(place) == left
            case "undo":
                office.undo(place, by=by)
            case "reverse":
                office.reverse(place)
            case "help":
                left = office.left(HELPED_WORTH, HELPED, WORK)
                assert office.help() == left
    except (DecidedBefore, NothingToReverse):
        assert office.sums() == before
