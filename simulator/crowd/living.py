"""The crowd's life: a span of time becomes deeds that fall due in the world's clock, one after the other."""

import heapq
import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from simulator.chats import Chat
from simulator.crowd.cast import ANSWERS, ASKS, CAST, ENGLISH, LIKES, OPENS, SIMPLIFIED, TRADITIONAL, Habit, Role
from simulator.crowd.lines import Lines
from simulator.errors import NotPossible
from simulator.messages import Message
from simulator.people import Person
from simulator.world import World

# Whoever asks for an hour wants to see something, also at night.
LEAST_IN_A_SHORT_LIFE = 14
# How lively each hour of the day is; together they are one day.
HOURS = (3, 1, 1, 0, 0, 1, 4, 10, 14, 12, 11, 11, 16, 12, 9, 9, 10, 12, 15, 17, 20, 22, 17, 8)
TALKS_A_DAY = 45
REMARKS_A_DAY = 20
ASIDES_A_DAY = 5
POLLS_A_DAY = 1
SPAM_A_DAY = 6
# Each stop on the way is one at which the bot is waited for. So in a longer life what was done in some minutes is told
# together, each deed with its own moment, as Telegram does after it was slow.
SHORT = timedelta(hours=2)
STEPS = ((SHORT, timedelta(minutes=1)), (timedelta(hours=30), timedelta(minutes=5)))
LONG_STEP = timedelta(minutes=15)
BEGINS_EVERY = timedelta(minutes=5)
REACTIONS = ("👍", "👍", "👍", "👍", "❤", "❤", "😁", "🔥", "🎉", "👏", "🙏", "🤔")
PAIR_REACTION = "❤"
LANGUAGES = (TRADITIONAL, SIMPLIFIED, ENGLISH)
ASIDE = "/me"

Deed = Callable[[], object]


class Crowd:
    """Lives reproducibly: the same seed and the same spans make the same life."""

    def __init__(self, world: World, chat: Chat, *, time_zone: str) -> None:
        self.world = world
        self.chat = chat
        self.deeds = 0
        self._zone = ZoneInfo(time_zone)
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._order = itertools.count()
        self._stops: set[datetime] = set()
        self._step = LONG_STEP
        # The moment of the deed that is being done; it may be some minutes ago.
        self._moment = world.clock.now()
        # A life that can be lived again, no secret.
        self._rng = Random(f"crowd {world.seed}")  # noqa: S311
        self._lines = {language: Lines(language, self._rng) for language in LANGUAGES}
        self._spam = self._rng.choice(self._lines[ENGLISH].spam)
        self._roles = {person.id: role for person, role in self._people()}

    def _people(self) -> Iterator[tuple[Person, Role]]:
        for role in CAST:
            person = self.world.person(
                role.name, last_name=role.last_name, username=role.username, language_code=role.language
            )
            if role.habit not in (Habit.NEWCOMER, Habit.SPAMMER):
                self.chat.settle(person)
            yield person, role

    @property
    def people(self) -> list[Person]:
        return [self.world.people[number] for number in self._roles]

    def plan(self, span: timedelta) -> datetime:
        """Puts everything that they do for so long into the world's clock, and returns when that ends.

        It begins within minutes, at a moment that does not depend on how fast somebody found the button.
        """
        now = self._moment = _rounded_up(self.world.clock.now(), BEGINS_EVERY)
        until = now + span
        self._step = next((step for most, step in STEPS if span <= most), LONG_STEP)
        hour = now
        while hour < until:
            end = min(until, hour + timedelta(hours=1))
            self._plan_hour(hour, end, least=LEAST_IN_A_SHORT_LIFE if span <= SHORT else 0)
            hour = end
        self._plan_coming(now, until)
        return until

    def _plan_hour(self, start: datetime, end: datetime, *, least: int) -> None:
        weight = max(least, HOURS[start.astimezone(self._zone).hour])
        lively = weight / sum(HOURS) * ((end - start) / timedelta(hours=1))
        for a_day, begin in (
            (TALKS_A_DAY, self._begin_talk),
            (REMARKS_A_DAY, self._remark),
            (ASIDES_A_DAY, self._aside),
            (POLLS_A_DAY, self._poll),
            (SPAM_A_DAY, self._advertise),
        ):
            for _ in range(self._times(a_day * lively)):
                self._at(start + (end - start) * self._rng.random(), begin)

    def _plan_coming(self, start: datetime, end: datetime) -> None:
        """Who is not there yet comes on one of the next days, the spammer first."""
        for place, (person, habit) in enumerate(self._absent()):
            wait = timedelta(minutes=9) if habit is Habit.SPAMMER else timedelta(hours=3 + 17 * place)
            if start + wait < end:
                self._at(start + wait, partial(self._come, person))

    def _absent(self) -> list[tuple[Person, Habit]]:
        """Those who never were in the group."""
        found = [(self.world.people[number], role.habit) for number, role in self._roles.items()]
        found = [(person, habit) for person, habit in found if not self.chat.ever_met(person)]
        return sorted(found, key=lambda one: one[1] is not Habit.SPAMMER)

    def _come(self, person: Person) -> None:
        person.joins(self.chat, at=self._moment)
        role = self._roles[person.id]
        if role.habit is Habit.NEWCOMER:
            hello = self._rng.choice(self._lines[role.language].hellos)
            self._after(2, 6, partial(self._greet, person, hello))

    def _greet(self, person: Person, hello: str) -> None:
        self._liked(person.writes(self.chat, hello, at=self._moment), welcome=3)

    def _begin_talk(self) -> None:
        language = self._rng.choice(LANGUAGES)
        lines = self._lines[language]
        talk, known = lines.talk(), dict[str, str]()
        person = self._somebody(ASKS if talk.question else OPENS, language)
        if person is None:
            return
        first = self._write(person, lines.filled(talk.opener, known), topic=talk.topic, picture=talk.picture)
        said = [first]
        wait = 0
        replies = [reply for reply in talk.replies if self._rng.random() < 0.8]
        for reply in replies:
            wait += self._rng.randint(1, 5)
            text = lines.filled(reply, known)
            self._later(wait, partial(self._answer, text, said=said, language=language))
        if talk.question and replies and self._rng.random() < 0.7:
            thanks = self._rng.choice(lines.thanks)
            self._later(wait + self._rng.randint(1, 6), lambda: self._reply(person, thanks, to=said[-1]))

    def _answer(self, text: str, *, said: list[Message], language: str) -> None:
        person = self._somebody(ANSWERS, language, but=(said[0].author, said[-1].author))
        if person is not None:
            # Most answer what opened the talk, some what was said last.
            to = said[0] if self._rng.random() < 0.55 else said[-1]
            said.append(self._reply(person, text, to=to))

    def _reply(self, person: Person, text: str, *, to: Message) -> Message:
        if to.deleted:
            raise NotPossible("what was to be answered is gone")
        return self._liked(person.writes(self.chat, text, reply_to=to, topic=to.topic, at=self._moment))

    def _write(self, person: Person, text: str, *, topic: int = 0, picture: bool = False) -> Message:
        threads = list(self.chat.topics)
        thread = threads[topic - 1] if 0 < topic <= len(threads) else None
        media = "photo" if picture else None
        return self._liked(person.writes(self.chat, text, topic=thread, media=media, at=self._moment))

    def _remark(self) -> None:
        person = self._somebody(OPENS)
        if person is not None:
            self._write(person, self._lines[self._roles[person.id].language].remark())

    def _aside(self) -> None:
        person = self._somebody(ANSWERS)
        if person is not None:
            person.writes(self.chat, ASIDE)

    def _poll(self) -> None:
        person = self._somebody(OPENS)
        if person is None:
            return
        question, options = self._lines[self._roles[person.id].language].poll()
        message = person.asks(self.chat, question, options, anonymous=False, at=self._moment)
        for voter in self._sample(LIKES, self._rng.randint(6, 14)):
            chosen = min(self._rng.randrange(len(options)), self._rng.randrange(len(options)))
            self._after(1, 120, partial(voter.votes, message, [chosen]))

    def _advertise(self) -> None:
        """The same again and again, as they do."""
        for person in self._of(Habit.SPAMMER):
            for wait in range(self._rng.randint(1, 3)):
                self._later(wait, partial(self._say, person, self._spam))

    def _liked(self, message: Message, *, welcome: int = 0) -> Message:
        """Others will like it, or not; one of the two who like each other always does."""
        author = message.author
        crowded = self._rng.choice((0, 0, 1, 1, 1, 2, 3)) + welcome
        for person in self._sample(LIKES, crowded):
            if person is not author:
                reaction = self._rng.choice(REACTIONS)
                self._after(1, 45, partial(self._react, person, message, reaction))
        pair = self._of(Habit.PAIR)
        if author in pair:
            for other in pair:
                if other is not author:
                    self._after(1, 3, partial(self._react, other, message, PAIR_REACTION))
        return message

    def _say(self, person: Person, text: str) -> None:
        person.writes(self.chat, text, at=self._moment)

    def _react(self, person: Person, message: Message, reaction: str) -> None:
        person.reacts(message, [reaction], at=self._moment)

    def _of(self, habit: Habit) -> list[Person]:
        return [self.world.people[number] for number, role in self._roles.items() if role.habit is habit]

    def _somebody(
        self, weights: Mapping[Habit, float], language: str | None = None, but: tuple[object, ...] = ()
    ) -> Person | None:
        """Somebody who is in the group and may speak, by how much their habit has them do it."""
        found = [
            (person, weights.get(role.habit, 0.0))
            for person, role in ((self.world.people[number], role) for number, role in self._roles.items())
            if role.language == (language or role.language) and person not in but
        ]
        found = [(p, weight) for p, weight in found if weight and self.chat.may(p, "can_send_messages")]
        if not found:
            return None
        return self._rng.choices([p for p, _ in found], weights=[weight for _, weight in found])[0]

    def _sample(self, weights: Mapping[Habit, float], number: int) -> list[Person]:
        found: list[Person] = []
        for _ in range(number):
            person = self._somebody(weights)
            if person is not None and person not in found:
                found.append(person)
        return found

    def _times(self, expected: float) -> int:
        whole = int(expected)
        return whole + (self._rng.random() < expected - whole)

    def _after(self, least: int, most: int, deed: Deed) -> None:
        """Some minutes later."""
        self._later(self._rng.uniform(least, most), deed)

    def _later(self, minutes: float, deed: Deed) -> None:
        self._at(self._moment + timedelta(minutes=minutes), deed)

    def _at(self, when: datetime, deed: Deed) -> None:
        heapq.heappush(self._agenda, (when, next(self._order), deed))
        stop = _rounded_up(when + timedelta(microseconds=1), self._step)
        if stop not in self._stops:
            self._stops.add(stop)
            self.world.clock.when(stop, lambda: self._catch_up(stop))

    def _catch_up(self, stop: datetime) -> None:
        """Everything planned until this stop, in its order; what it brings about may belong to the same stop."""
        self._stops.discard(stop)
        while self._agenda and self._agenda[0][0] <= stop:
            self._moment, _, deed = heapq.heappop(self._agenda)
            try:
                deed()
            except NotPossible:
                # Muted, removed, or what it was about is gone: as in life.
                continue
            self.deeds += 1


def _rounded_up(when: datetime, step: timedelta) -> datetime:
    """The first moment from `when` on that is a whole number of steps after the beginning of all clocks."""
    start = datetime.fromtimestamp(0, UTC)
    return start - (start - when) // step * step
