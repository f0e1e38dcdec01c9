"""Random streams of facts, and what a plain count of them comes to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from models.activity import COUNTS, MemberDays
from models.bulk import table_of
from models.facts import AnyFact, BotMoved, BotStatus, Fact, Joined, Left, Reacted, Said, Voted
from models.members import Members
from models.points import Balances, EarnedOnDays, Ledger
from models.rules.points import Period, board_number, starts_on
from models.standings import Standings
from tests.models.telling import MONDAY, News, Telling, rows_of

CHATS = (-101, -102)  # administrator there, plain member here
PEOPLE = (11, 12, 13)
EMOJI = "ABC"
FIRST = datetime(2026, 10, 24, 20, 0, tzinfo=ZoneInfo("UTC"))  # the night before Europe's clocks go back
ANYBODY = st.sampled_from((*PEOPLE, None))
SOMEBODY = st.sampled_from(PEOPLE)
MOMENTS = st.integers(0, 60 * 72).map(lambda minutes: FIRST + timedelta(minutes=minutes))
SOME_EMOJI = st.sets(st.sampled_from(EMOJI), max_size=2).map(lambda chosen: "".join(sorted(chosen)))


def greetings() -> list[AnyFact]:
    """How both chats begin."""
    one, two = map(News, CHATS)
    return [one.came(after=BotStatus.ADMINISTRATOR), two.came(after=BotStatus.MEMBER)]


@st.composite
def _said(draw: DrawFn, news: News, number: int) -> Said:
    album = draw(st.none() | st.integers(0, 2))
    message_id = number + 1000
    if album is not None:  # all pictures of an album are one person's and of one moment
        return news.said(PEOPLE[album], at=FIRST + timedelta(days=album), album=f"a{album}", message_id=message_id)
    return news.said(
        draw(ANYBODY),
        at=draw(MOMENTS),
        message_id=message_id,
        reply_to=draw(st.none() | st.integers(1, 50)),
        is_command=draw(st.booleans()),
        is_forward=draw(st.booleans()),
        poll_id=f"poll{number}" if draw(st.booleans()) else None,
    )


@st.composite
def _other(draw: DrawFn, said: Sequence[Said], *, moving: bool) -> AnyFact:
    news = News(draw(st.sampled_from(CHATS)))
    kinds = ["reacted", "voted", "joined", "left", *(["moved", "moved", "joined"] if moving else [])]
    kind = draw(st.sampled_from(kinds))
    polls = [one.poll_id for one in said if one.poll_id]
    if kind == "moved":
        return news.moved(draw(st.sampled_from((BotStatus.ADMINISTRATOR, BotStatus.MEMBER))))
    if kind == "voted" and polls:
        options = draw(st.sampled_from(((), (0,), (0, 1))))
        return news.voted(draw(SOMEBODY), draw(st.sampled_from(polls)), *options, at=draw(MOMENTS))
    if kind == "joined":
        return news.joined(draw(SOMEBODY), by_service=draw(st.booleans()), at=draw(MOMENTS))
    if kind == "left":
        return news.left(draw(SOMEBODY), by_service=draw(st.booleans()), at=draw(MOMENTS))
    here = [one.message_id for one in said if one.place.chat_id == news.chat_id]
    to = draw(st.sampled_from([*here, 7]))  # nobody ever told of message 7
    return news.reacted(draw(ANYBODY), to, draw(SOME_EMOJI), draw(SOME_EMOJI), at=draw(MOMENTS))


def lane(fact: AnyFact) -> tuple[str, int | str]:
    """What Telegram's webhook sends one by one; between lanes there is no order."""
    if isinstance(fact, Voted):
        return "poll", fact.poll_id
    assert isinstance(fact, Fact)
    if isinstance(fact, Reacted):
        return "reactions", fact.place.chat_id
    if isinstance(fact, BotMoved):
        return "own", fact.place.chat_id
    if isinstance(fact, Joined | Left) and not fact.by_service and fact.person:
        return "member", fact.person.user_id
    return "messages", fact.place.chat_id


def as_lanes_may_bring(facts: Sequence[AnyFact], chance: Random) -> list[AnyFact]:
    """The facts in another order that a webhook can bring them in."""
    lanes: dict[tuple[str, int | str], list[AnyFact]] = {}
    for fact in facts:
        lanes.setdefault(lane(fact), []).append(fact)
    turns = [name for name, within in lanes.items() for _ in within]
    chance.shuffle(turns)
    return [lanes[name].pop(0) for name in turns]


def _in_time(facts: Sequence[AnyFact]) -> list[AnyFact]:
    """The same facts with their times in order within each lane but the messages', where albums have moments."""
    times: dict[tuple[str, int | str], list[datetime]] = {}
    for fact in sorted(facts, key=lambda fact: fact.at):
        times.setdefault(lane(fact), []).append(fact.at)
    return [fact if lane(fact)[0] == "messages" else replace(fact, at=times[lane(fact)].pop(0)) for fact in facts]


@st.composite
def _stream(draw: DrawFn, *, moving: bool) -> list[AnyFact]:
    said: list[Said] = []
    facts: list[AnyFact] = []
    for number in range(draw(st.integers(1, 14))):
        if draw(st.booleans()) or not said:
            said.append(draw(_said(News(draw(st.sampled_from(CHATS))), number)))
            facts.append(said[-1])
        else:
            facts.append(draw(_other(said, moving=moving)))
    return _in_time(facts)


def streams(*, moving: bool = False) -> SearchStrategy[list[AnyFact]]:
    """Facts of two chats, each message before the reactions and votes about it; `moving`: the bot's rights change."""
    return _stream(moving=moving)


@dataclass
class Held:
    """What a database holds of one chat's community, free of ids that differ from run to run."""

    activity: dict[Any, Any]
    members: dict[Any, Any]
    entries: list[Any]
    earned: Counter[Any]

    @property
    def totals(self) -> tuple[Any, ...]:
        """What does not depend on which of several messages a cap cuts."""
        return self.activity, self.members, self.earned


def held(telling: Telling, chat_id: int) -> Held:
    """What the database holds of a chat; its derived sums have been compared with the ledger."""
    community_id = telling.community(chat_id)

    def rows(model: Any) -> list[dict[str, Any]]:
        return telling.work(lambda connection: rows_of(connection, table_of(model), community_id=community_id))

    ledger = rows(Ledger)
    _sums_agree(ledger, balances=rows(Balances), standings=rows(Standings), earned=rows(EarnedOnDays))
    counted = {(r["user_id"], r["day"]): tuple(r[c] for c in COUNTS) for r in rows(MemberDays)}
    times = ("first_seen_at", "last_seen_at", "joined_at", "left_at")
    members = {row["user_id"]: tuple(row[name] for name in times) for row in rows(Members)}
    entries = sorted(
        (r["user_id"], r["action"], r["points"], _named(r["source"], chat_id), r["day"], r["at"]) for r in ledger
    )
    earned: Counter[Any] = Counter()
    for row in ledger:
        earned[row["user_id"], row["action"], row["day"]] += row["points"]
    return Held({key: value for key, value in counted.items() if any(value)}, members, entries, earned)


def _named(source: str, chat_id: int) -> str:
    """A source without the ids that differ from run to run."""
    return source.partition(":")[0] if source.startswith("reversal:") else source.replace(str(chat_id), "chat")


def _sums_agree(ledger: list[Any], *, balances: list[Any], standings: list[Any], earned: list[Any]) -> None:
    sums: Counter[int] = Counter()
    for row in ledger:
        sums[row["user_id"]] += row["points"]
    assert {r["user_id"]: r["balance"] for r in balances} == sums
    for period in Period:
        scores: Counter[int] = Counter()
        for row in standings:
            if _kind(row["board"]) == _kind(board_number(period, day=MONDAY.date())):
                scores[row["user_id"]] += row["points"]
        begins = starts_on(period, day=MONDAY.date())
        # A board that is closed stays as it was.
        booked = [r for r in ledger if r["reverses"] is None or starts_on(period, day=r["day"]) == begins]
        assert scores == _points_of(booked)
    days: Counter[int] = Counter()
    for row in earned:
        days[row["user_id"]] += row["points"]
    # What a cap has let through stays used, also when it was taken back.
    assert days == _points_of([row for row in ledger if row["reverses"] is None])


def _kind(board: int) -> int:
    return board // 100_000_000


def _points_of(entries: Sequence[Any]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for row in entries:
        sums[row["user_id"]] += row["points"]
    return sums


class HandCount:
    """A plain count of what happens in one chat, fact by fact, as somebody would do it by hand."""

    def __init__(self, chat_id: int, *, time_zone: str) -> None:
        self.chat_id = chat_id
        self.zone = ZoneInfo(time_zone)
        self.sums: dict[tuple[int, date], Counter[str]] = {}
        self.authors: dict[int, int | None] = {}
        self.polls: dict[str, int] = {}
        self.passed: set[tuple[bool, int, datetime]] = set()

    def add(self, user_id: int | None, what: str, fact: AnyFact, number: int = 1) -> None:
        """Somebody did something so many times."""
        if user_id is not None and number:
            self.sums.setdefault((user_id, fact.at.astimezone(self.zone).date()), Counter())[what] += number

    def take(self, fact: AnyFact) -> None:
        """Count one fact."""
        if isinstance(fact, Said) and fact.poll_id:
            self.polls.setdefault(fact.poll_id, fact.place.chat_id)
        if isinstance(fact, Voted):
            if fact.options and self.polls.get(fact.poll_id) == self.chat_id:
                self.add(fact.person.user_id, "votes", fact)
        elif isinstance(fact, Fact) and fact.place.chat_id == self.chat_id:
            self._take_here(fact, fact.person.user_id if fact.person else None)

    def _take_here(self, fact: Fact, doer: int | None) -> None:
        if isinstance(fact, Said):
            self.authors[fact.message_id] = doer
            # A command is said to a bot.
            self.add(doer, "messages", fact, int(not fact.is_command))
            self.add(doer, "replies", fact, int(fact.reply_to is not None and not fact.is_command))
        elif isinstance(fact, Reacted):
            self.add(doer, "reactions_given", fact, len(fact.added))
            self.add(doer, "reactions_withdrawn", fact, len(fact.removed))
            self.add(self.authors.get(fact.message_id), "reactions_received", fact, len(fact.added))
        elif isinstance(fact, Joined | Left) and doer is not None:
            came = isinstance(fact, Joined)
            # The moments of these streams lie a minute apart or are the same: then it is one coming, told twice.
            self.add(doer, "joins" if came else "leaves", fact, int((came, doer, fact.at) not in self.passed))
            self.passed.add((came, doer, fact.at))


def counted(facts: Sequence[AnyFact], chat_id: int, *, time_zone: str) -> dict[tuple[int, date], tuple[int, ...]]:
    """Everybody's counts on each day, counted by hand."""
    hand = HandCount(chat_id, time_zone=time_zone)
    for fact in facts:
        hand.take(fact)
    return {key: tuple(sums[name] for name in COUNTS) for key, sums in hand.sums.items()}
