"""The pace by a clock of its own: never more than Telegram takes, nobody starves, and hardly a slot is wasted."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import GROUP_MESSAGES, GROUP_WINDOW, PRIVATE_INTERVAL, SWEEP_EVERY, Pace, Place, Queue

RATE = 29
TINY = 1e-9


@dataclass
class Outing:
    """A queue emptied by a clock that goes exactly as far as it is told; `late` is how late each timer wakes."""

    pace: Pace = field(default_factory=Pace)
    queue: Queue = field(default_factory=Queue)
    now: float = 1000.0
    late: float = 0.0
    answer_takes: float = 0.05
    sent: list[tuple[float, Place]] = field(default_factory=list)
    answers: list[tuple[float, int]] = field(default_factory=list)

    def run(self, *, until: float = float("inf")) -> None:
        while len(self.queue) and self.now < until:
            self._hear_answers()
            if self.pace.next_slot() > self.now:
                self._sleep_until(self.pace.next_slot())
                continue
            taken = self.queue.take(self.pace, now=self.now)
            if isinstance(taken, Place):
                self.pace.note(taken.chat_id, at=self.now)
                self.sent.append((self.now, taken))
                self.answers.append((self.now + self.answer_takes, taken.chat_id))
            else:
                moments = [taken] if taken is not None else []
                self._sleep_until(min([*moments, *(moment for moment, _ in self.answers)]))

    def _sleep_until(self, moment: float) -> None:
        self.now = max(self.now + TINY, moment + self.late)

    def _hear_answers(self) -> None:
        for answer in [answer for answer in self.answers if answer[0] <= self.now]:
            self.answers.remove(answer)
            self.queue.answered(answer[1])

    def times(self, *, to: int | None = None) -> list[float]:
        return [at for at, place in self.sent if to is None or place.chat_id == to]


def most_in(times: list[float], window: float) -> int:
    """The most of sorted `times` that lie in any window of that length."""
    return max((place - bisect_left(times, at - window + TINY) + 1 for place, at in enumerate(times)), default=0)


chats = st.one_of(st.integers(1, 30), st.integers(-8, -1))
calls = st.lists(st.tuples(st.sampled_from((0, 5, 9)), chats), min_size=1, max_size=250)


@settings(max_examples=60, deadline=None)
@given(calls, st.sampled_from((0.0, 0.001, 0.02, 0.2)), st.sampled_from((0.01, 0.3, 2.0)))
def test_no_limit_of_telegrams_is_ever_passed_and_everything_is_sent(
    waiting: list[tuple[int, int]], late: float, answer_takes: float
) -> None:
    outing = Outing(late=late, answer_takes=answer_takes)
    for number, (priority, chat_id) in enumerate(waiting):
        outing.queue.add(Place(priority, number, chat_id))
    outing.run()
    assert sorted(place.number for _, place in outing.sent) == list(range(len(waiting)))
    assert most_in(outing.times(), 1.0) <= 30
    for chat_id in {chat_id for _, chat_id in waiting}:
        times = outing.times(to=chat_id)
        if chat_id > 0:
            assert most_in(times, PRIVATE_INTERVAL) == 1
        else:
            assert most_in(times, GROUP_WINDOW) <= GROUP_MESSAGES


@settings(max_examples=60, deadline=None)
@given(calls)
def test_in_each_chat_the_urgent_go_first_and_equals_in_their_order(waiting: list[tuple[int, int]]) -> None:
    outing = Outing()
    for number, (priority, chat_id) in enumerate(waiting):
        outing.queue.add(Place(priority, number, chat_id))
    outing.run()
    by_chat: defaultdict[int, list[Place]] = defaultdict(list)
    for _, place in outing.sent:
        by_chat[place.chat_id].append(place)
    assert all(places == sorted(places) for places in by_chat.values())


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 0.03), st.floats(0.001, 0.9))
def test_hardly_a_slot_is_wasted_while_enough_chats_wait(late: float, answer_takes: float) -> None:
    outing = Outing(late=late, answer_takes=answer_takes)
    for number in range(600):
        outing.queue.add(Place(5, number, number % 200 + 1))
    outing.run()
    took = outing.sent[-1][0] - outing.sent[0][0]
    assert len(outing.sent) / took >= 0.95 * RATE


def test_an_urgent_call_waits_for_one_slot_behind_any_number_of_broadcasts() -> None:
    outing = Outing()
    for number in range(2000):
        outing.queue.add(Place(9, number, number + 1))
    outing.run(until=1005.0)
    outing.queue.add(Place(0, 5000, 77_777))
    before = len(outing.sent)
    outing.run(until=1006.0)
    assert outing.sent[before][1].number == 5000


def test_a_busy_group_and_a_slow_chat_starve_nobody() -> None:
    outing = Outing(answer_takes=5.0)
    for number in range(300):
        outing.queue.add(Place(0, number, -1))
    for number in range(300, 400):
        outing.queue.add(Place(9, number, number))
    outing.run(until=1004.5)
    assert {place.number for _, place in outing.sent} >= set(range(300, 400))


def test_a_held_chat_waits_out_its_pause_alone() -> None:
    outing = Outing()
    outing.pace.hold(1, until=1030.0)
    outing.pace.hold(1, until=1010.0)
    for number in range(20):
        outing.queue.add(Place(5, number, number % 2 + 1))
    outing.run()
    assert outing.times(to=1)[0] >= 1030.0
    assert outing.times(to=2)[-1] < 1012.0


def test_chats_are_forgotten_when_nothing_is_left_to_remember() -> None:
    pace = Pace()
    pace.hold(7, until=1000.0)
    for number in range(2 * SWEEP_EVERY):
        pace.note(number + 10, at=1000.0 + number * 0.5)
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
