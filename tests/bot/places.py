"""Groups of one town in which one kind of post each is under way when the process that posts it is killed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, select, text, update
from typing_extensions import override

from models import replanning
from models.communities import Communities
from models.database import Database
from models.occurrences import Occurrences
from models.setup import Setups
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.faults import Fault
from simulator.messages import Message
from simulator.people import Person
from simulator.world import World
from tests.living import Living

R = TypeVar("R")
RIGHTS = {"can_pin_messages": True, "can_delete_messages": True, "can_manage_tags": True}
LONG = 3600.0
# So many seconds Telegram wants to be left alone; longer than the process that it asks has to live.
PAUSE = 60


class Step(StrEnum):
    """How far a post has come when the process dies."""

    WAITS = "it is in the outbox, and Telegram has not taken it yet"
    ASKED = "Telegram was asked and has not done it"
    DONE = "Telegram has done it and not said so"
    STORED = "what Telegram said is stored, and what follows is not done"


STEPS = tuple(Step)


@dataclass(frozen=True)
class Target:
    """A kind of post: its event, the call that it makes, and to whom; what `then` follows it, and to whom.

    `repeated` says what becomes of the row when Telegram has done it before and is asked again. `doubted` is how often
    it is done in the end where nobody needs to be asked about a doubt: if Telegram had not done it, and if it had.
    """

    event: str
    method: str
    whose: str = "group"
    then: tuple[tuple[str, str], ...] = ()
    repeated: str = "sent"
    doubted: tuple[int, int] | None = None


Act = Callable[["Place"], Awaitable[None]]


@dataclass(frozen=True)
class Stage:
    """What brings posts about, those posts, and what people do once they stand, step by step.

    `is_direct` if the first of the posts is written down together with its cause, and not once something has failed.
    """

    cause: Act
    targets: tuple[Target, ...] = ()
    after: tuple[Act, ...] = ()
    is_direct: bool = True


@dataclass(frozen=True)
class Story:
    """A row of stages, what comes `before` them, and what must have come of it at the end.

    `paid` is what has been earned in which way and by whom (a name among the group's people), in hundredths.
    """

    name: str
    stages: tuple[Stage, ...]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    before: tuple[Act, ...] = ()
    paid: Mapping[tuple[str, str], int] = field(default_factory=dict)
    at_the_end: Callable[["Place"], Awaitable[None]] | None = None
    has_deputy: bool = False


@dataclass
class Place:
    """A group with its people in which a story is told, and the post of it at which the process is killed."""

    story: Story
    number: int
    target: Target
    step: Step
    world: World
    bot: Bot
    database: Database
    now: datetime
    community_id: int = 0
    first_row: int = 0
    fault: Fault | None = None
    kept: dict[str, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("owner", "deputy", "wei", "ana", "bo")
        made = {name: self.world.person(name.title(), language_code="en") for name in names}
        self.owner, self.deputy, self.wei, self.ana, self.bo = (made[name] for name in names)
        self.group = self.world.group(str(self), owner=self.owner)
        self.channel = self.world.group("News", owner=self.owner, kind="channel")

    @override
    def __str__(self) -> str:
        return f"{self.story.name} {self.number + 1}: {self.target.event} by {self.target.method}, {self.step.name}"

    @property
    def stage(self) -> Stage:
        """The one in which the process is killed."""
        return self.story.stages[self.number]

    def chat_of(self, whose: str) -> Chat:
        """The group, the channel, or the private chat of one of its people."""
        if whose in ("group", "channel"):
            chat: Chat = getattr(self, whose)
            return chat
        person: Person = getattr(self, whose)
        return person.private(self.bot)

    async def settled_down(self) -> None:
        """The people meet Kith, each in private and all in the group."""
        for one in (self.owner, self.wei, self.ana, *([self.deputy] if self.story.has_deputy else [])):
            one.starts(self.bot)
        self.owner.adds(self.bot, to=self.group, administrator=True, rights=RIGHTS)
        self.owner.adds(self.bot, to=self.channel, administrator=True)
        for one in (self.deputy, self.wei, self.ana, self.bo):
            one.joins(self.group)
        if self.story.has_deputy:
            self.owner.promotes(self.deputy, chat=self.group)
        for one in (self.owner, self.wei, self.ana, self.bo):
            one.writes(self.group, "Good morning to all of you")

    async def chooses(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """The group's settings, and what comes round by them; nobody is reminded of the rest of the set-up."""

        def choose(connection: Connection) -> None:
            about = select(Communities.community_id, Communities.settings).where(Communities.chat_id == self.group.id)
            self.community_id, before = connection.execute(about).one()
            here = {"community_id": self.community_id, "time_zone": "UTC", "settings": {**before, **settings}}
            mine = Communities.community_id == self.community_id
            connection.execute(update(Communities).where(mine).values(settings=here["settings"]))
            connection.execute(update(Setups).where(Setups.community_id == self.community_id).values(due_at=None))
            replanning.replan(connection, **here, now=self.now)  # type: ignore[arg-type]

        await self.tell(choose)

    async def tell(self, write: Callable[[Connection], R]) -> R:
        """What `write` does to the database."""
        return await self.database.tell(write)

    async def rows(self, statement: str) -> list[Any]:
        """The rows of a statement about `:here`, this community."""
        async with self.database.reading() as session:
            return list(await session.execute(text(statement), {"here": self.community_id}))

    async def news(self) -> list[tuple[int, str, str, int]]:
        """What this community has had in the outbox: number, event, state, attempts."""
        found = await self.rows(
            "SELECT outbox_id, name, state, attempts FROM outbox WHERE community_id = :here ORDER BY outbox_id"
        )
        return [(row[0], row[1], row[2], row[3]) for row in found if row[0] > self.first_row]

    async def begins(self) -> None:
        """From now on calls and rows are those of the post in question."""
        self.first_row = max((row[0] for row in await self.news()), default=0)

    def done(self) -> int:
        """How often the call in question was carried out since."""
        chat_id = str(self.chat_of(self.target.whose).id)
        mine = [call for call in self.bot.calls if call.method == self.target.method and call.status == 200]
        return sum(str(call.params.get("chat_id")) == chat_id for call in mine)

    def is_met_by_trouble(self) -> None:
        """Telegram lets the call come as far as the step says, and no further."""
        faults, target = self.world.faults, self.target
        about: dict[str, Any] = {"method": target.method, "chat_id": self.chat_of(target.whose).id}
        match self.step:
            case Step.WAITS:
                self.fault = faults.add(status=429, retry_after=PAUSE, **about)
            case Step.ASKED:
                self.fault = faults.add(kind="hang", seconds=LONG, **about)
            case Step.DONE:
                self.fault = faults.add(kind="late_answer", seconds=LONG, **about)
            case Step.STORED:
                for method, whose in target.then:
                    chat_id = self.chat_of(whose).id
                    faults.add(method=method, status=429, retry_after=PAUSE, chat_id=chat_id)

    async def has_come_to_its_step(self) -> bool:
        """Whether the post is where the process is to be killed, and nothing else of this group is on its way."""
        found = await self.news()
        mine = [state for _, name, state, _ in found if name == self.target.event]
        sending = [name for _, name, state, _ in found if state == "sending"]
        if self.step is Step.STORED:
            return "sent" in mine and not sending
        if self.fault is None or not self.fault.met:
            return False
        if self.step is Step.WAITS:
            return not sending and any(row[1] == self.target.event and row[2:] == ("waiting", 1) for row in found)
        return sending == [self.target.event]


@dataclass(frozen=True)
class Due:
    """An act: an occurrence of a kind is due now, whenever it was planned for."""

    kind: str

    async def __call__(self, place: Place) -> None:
        """Let it be due."""
        planned = (Occurrences.kind == self.kind, Occurrences.state == "planned")
        mine = update(Occurrences).where(Occurrences.community_id == place.community_id, *planned)
        await place.tell(lambda connection: connection.execute(mine.values(due_at=place.now)))


def said(place: Place, whose: str, part: str) -> Message:
    """The last message of the bot's in a chat with those words in it."""
    mine = [m for m in place.chat_of(whose).messages if m.author is place.bot and not m.deleted]
    return [message for message in mine if part in (message.text or "")][-1]


def poll_of(place: Place) -> Message:
    """The last poll in the group."""
    return [message for message in place.group.messages if message.poll is not None][-1]


async def lives_on(town: Living, places: Sequence[Place], acts: Callable[[Place], Sequence[Act]]) -> None:
    """Carry out what each of the places has to do next, all of them side by side."""
    waiting = {id(place): list(acts(place)) for place in places}
    while any(waiting.values()):
        for place in places:
            if waiting[id(place)]:
                await waiting[id(place)].pop(0)(place)
        await town.kith.tick_all()
        await town.settle()
