"""The pace by a clock of its own: never more than Telegram takes, nobody starves, and hardly a slot is wasted."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import (
    GROUP_MESSAGES,
    GROUP_WINDOW,
    KEPT_FOR_ANSWERS,
    MESSAGES,
    PRIVATE_BURST,
    PRIVATE_INTERVAL,
    SWEEP_EVERY,
    WINDOW,
    Pace,
    Place,
    Queue,
)

TINY = 1e-9
LIMIT = 30


@dataclass(frozen=True)
class Trip:
    """One call: when it began, when it was answered, and the moment between at which Telegram counted it."""

    place: Place
    began: float
    answered: float
    counted: float


@dataclass
class Outing:
    """A queue emptied by a clock that goes exactly as far as it is told; `late` is how late each timer wakes.

    `takes` says for each call how long its answer takes, and after which share of that Telegram counts it.
    """

    pace: Pace = field(default_factory=Pace)
    queue: Queue = field(default_factory=Queue)
    now: float = 1000.0
    late: float = 0.0
    takes: Callable[[int], tuple[float, float]] = lambda _number: (0.02, 1.0)
    sent: list[Trip] = field(default_factory=list)
    under_way: list[Trip] = field(default_factory=list)

    def run(self, *, until: float = float("inf")) -> None:
        while self.now < until:
            self._hear_answers()
            taken: Place | float | None = self.pace.next_slot()
            if self.pace.next_slot() <= self.now:
                taken = self.queue.take(self.pace, now=self.now)
            if isinstance(taken, Place):
                self._begin(taken)
                continue
            moments = [trip.answered for trip in self.under_way]
            if len(self.queue) and taken is not None:
                moments.append(taken)
            if not moments:
                return
            self._sleep_until(min([*moments, until]))

    def _begin(self, place: Place) -> None:
        self.pace.begin(place.chat_id, at=self.now)
        seconds, share = self.takes(len(self.sent))
        trip = Trip(place, self.now, self.now + seconds, self.now + seconds * share)
        self.sent.append(trip)
        self.under_way.append(trip)

    def _sleep_until(self, moment: float) -> None:
        self.now = max(self.now + TINY, moment + self.late)

    def _hear_answers(self) -> None:
        for trip in [trip for trip in self.under_way if trip.answered <= self.now]:
            self.under_way.remove(trip)
            self.queue.answered(trip.place.chat_id)
            self.pace.end(trip.place.chat_id, at=self.now)

    def counted(self, *, to: int | None = None) -> list[float]:
        return sorted(trip.counted for trip in self.sent if to is None or trip.place.chat_id == to)

    def rate(self) -> float:
        times = self.counted()
        return (len(times) - 1) / (times[-1] - times[0])


def most_in(times: list[float], window: float) -> int:
    """The most of sorted `times` that lie in any window of that length."""
    return max((place - bisect_left(times, at - window + TINY) + 1 for place, at in enumerate(times)), default=0)


def to_many(outing: Outing, count: int, *, chats: int = 200) -> Outing:
    for number in range(count):
        outing.queue.add(Place(5, number, number % chats + 1))
    return outing


chats = st.one_of(st.integers(1, 30), st.integers(-8, -1))
calls = st.lists(st.tuples(st.sampled_from((0, 5, 9)), chats), min_size=1, max_size=250)
# How long an answer takes, and when in that time Telegram counts the message: at worst the one late, the next early.
trips = st.lists(st.tuples(st.floats(0.0005, 0.5), st.sampled_from((0.0, 0.5, 1.0))), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(calls, st.sampled_from((0.0, 0.001, 0.02, 0.2)), trips)
def test_no_limit_of_telegrams_is_ever_passed_and_everything_is_sent(
    waiting: list[tuple[int, int]], late: float, taking: list[tuple[float, float]]
) -> None:
    outing = Outing(late=late, takes=lambda number: taking[number % len(taking)])
    for number, (priority, chat_id) in enumerate(waiting):
        outing.queue.add(Place(priority, number, chat_id))
    outing.run()
    assert sorted(trip.place.number for trip in outing.sent) == list(range(len(waiting)))
    assert most_in(outing.counted(), 1.0) <= LIMIT
    for chat_id in {chat_id for _, chat_id in waiting}:
        times = outing.counted(to=chat_id)
        if chat_id > 0:
            assert most_in(times, PRIVATE_BURST * PRIVATE_INTERVAL) <= PRIVATE_BURST
        else:
            assert most_in(times, GROUP_WINDOW) <= GROUP_MESSAGES


@settings(max_examples=100, deadline=None)
@given(trips, st.floats(0, 0.03))
def test_whatever_the_network_does_no_second_of_telegrams_holds_too_many(
    taking: list[tuple[float, float]], late: float
) -> None:
    outing = to_many(Outing(late=late, takes=lambda number: taking[number % len(taking)]), 400)
    outing.run()
    assert most_in(outing.counted(), 1.0) <= LIMIT


def test_a_late_second_and_an_early_one_would_pass_the_limit_of_a_pace_that_counts_starts() -> None:
    # The very case: thirty delayed by 50 ms, then thirty that are not.
    outing = to_many(Outing(takes=lambda number: (0.05, 1.0) if number < 30 else (0.001, 0.0)), 90)
    outing.run()
    assert most_in(outing.counted(), 1.0) <= LIMIT
    starts = [1000 + number / 29 for number in range(90)]
    naive = sorted(at + (0.05 if number < 30 else 0.0) for number, at in enumerate(starts))
    assert most_in(naive, 1.0) > LIMIT


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.001, 0.08), min_size=30, max_size=90), st.floats(0, 0.01))
def test_with_answers_that_jitter_around_30_ms_hardly_a_slot_is_wasted(latencies: list[float], late: float) -> None:
    middle = sum(latencies) / len(latencies)
    shrunk = [latency * min(1.0, 0.03 / middle) for latency in latencies]
    outing = to_many(Outing(late=late, takes=lambda number: (shrunk[number % len(shrunk)], 0.5)), 600)
    outing.run()
    assert outing.rate() >= (0.95 if late < 0.002 else 0.93) * LIMIT


def test_the_rate_follows_from_how_long_answers_take() -> None:
    for seconds in (0.005, 0.05, 0.2, 0.5):
        outing = to_many(Outing(takes=lambda _number, seconds=seconds: (seconds, 0.5)), 900)  # type: ignore[misc]
        outing.run()
        assert outing.rate() >= 0.99 * min(29.5, MESSAGES / (WINDOW + seconds))


@settings(max_examples=60, deadline=None)
@given(calls)
def test_in_each_chat_the_urgent_go_first_and_equals_in_their_order(waiting: list[tuple[int, int]]) -> None:
    outing = Outing()
    for number, (priority, chat_id) in enumerate(waiting):
        outing.queue.add(Place(priority, number, chat_id))
    outing.run()
    by_chat: defaultdict[int, list[Place]] = defaultdict(list)
    for trip in outing.sent:
        by_chat[trip.place.chat_id].append(trip.place)
    assert all(places == sorted(places) for places in by_chat.values())


def test_an_urgent_call_waits_for_one_slot_behind_any_number_of_broadcasts() -> None:
    outing = Outing()
    for number in range(2000):
        outing.queue.add(Place(9, number, number + 1))
    outing.run(until=1005.0)
    outing.queue.add(Place(0, 5000, 77_777))
    before = len(outing.sent)
    outing.run(until=1006.0)
    assert outing.sent[before].place.number == 5000


def test_a_busy_group_and_a_slow_chat_starve_nobody() -> None:
    outing = Outing()
    for number in range(300):
        outing.queue.add(Place(0, number, -1))
    for number in range(300, 400):
        outing.queue.add(Place(9, number, number))
    outing.run(until=1005.0)
    assert {trip.place.number for trip in outing.sent} >= set(range(300, 400))


def test_three_quick_answers_in_private_go_at_once_and_letters_one_a_second() -> None:
    answers, letters = Outing(), Outing()
    for number in range(4):
        answers.queue.add(Place(0, number, 1))
        letters.queue.add(Place(5, number, 1))
    answers.run()
    letters.run()
    assert answers.counted()[2] < 1000.2
    assert 1003.0 <= answers.counted()[3] < 1003.2
    assert all(later - sooner >= 1.0 for sooner, later in zip(letters.counted(), letters.counted()[1:], strict=False))


def test_news_leaves_a_groups_last_messages_of_the_minute_to_answers() -> None:
    outing = Outing()
    for number in range(40):
        outing.queue.add(Place(5, number, -1))
    outing.run(until=1010.0)
    assert len(outing.sent) == GROUP_MESSAGES - KEPT_FOR_ANSWERS
    for number in range(40, 50):
        outing.queue.add(Place(0, number, -1))
    outing.run(until=1020.0)
    assert len(outing.sent) == GROUP_MESSAGES
    assert {trip.place.number for trip in outing.sent[-KEPT_FOR_ANSWERS:]} == set(range(40, 45))


def test_closed_are_the_chats_that_take_no_news_now_until_they_do() -> None:
    pace = Pace()
    pace.hold(7, until=1010.0)
    pace.begin(8, at=1000.0)
    pace.begin(9, at=1000.0)
    pace.end(9, at=1000.5)
    assert pace.closed(1001.0) == {7: 1010.0, 8: float("inf"), 9: 1001.5}
    pace.end(8, at=1001.0)
    assert pace.closed(1002.0) == {7: 1010.0}
    assert pace.closed(1010.0) == {}
    pace.begin(7, at=1010.0)
    assert pace.closed(1010.0) == {7: float("inf")}


def test_a_held_chat_waits_out_its_pause_alone() -> None:
    outing = Outing()
    outing.pace.hold(1, until=1030.0)
    outing.pace.hold(1, until=1010.0)
    for number in range(20):
        outing.queue.add(Place(5, number, number % 2 + 1))
    outing.run()
    assert outing.counted(to=1)[0] >= 1030.0
    assert outing.counted(to=2)[-1] < 1012.0


def test_chats_are_forgotten_when_nothing_is_left_to_remember() -> None:
    pace = Pace()
    pace.hold(7, until=1000.0)
    for number in range(2 * SWEEP_EVERY):
        pace.begin(number + 10, at=1000.0 + number * 0.5)
        pace.end(number + 10, at=1000.0 + number * 0.5)
    assert len(pace._chats) <= 2 * GROUP_WINDOW + 2 + SWEEP_EVERY
    assert pace.free_at(10) == 0.0


def test_an_emptied_queue_says_who_waited() -> None:
    queue = Queue()
    places = [Place(5, number, number + 1) for number in range(3)]
    for place in places:
        queue.add(place)
    assert sorted(queue.clear()) == places
    assert len(queue) == 0
    assert queue.take(Pace(), now=0.0) is None
