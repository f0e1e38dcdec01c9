"""Plays a history into a world as live updates, as fast as the bot takes them, and sums up what was told."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.bots import Bot
from simulator.errors import NotPossible
from simulator.history.records import Export, Reaction, Record, Written
from simulator.player.stage import moment
from simulator.player.telling import Teller
from simulator.world import World

# So many un-confirmed updates are enough to keep the bot busy; below half of it more is told.
MOST_WAITING = 2_000
# Told at one go, before the bot's own requests get their turn in the same loop.
AT_ONE_GO = 50
LOOK_EVERY = 0.002


class BotStalled(Exception):
    """The bot took no update for too long."""


@dataclass
class Summary:
    """`told` and `left_out` go by kind and by reason; replies and polls are among the messages."""

    name: str
    chat_id: int
    records: int
    told: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    done: int = 0
    people: int = 0
    owner: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    colliding_names: Counter[str] = field(default_factory=Counter)
    confirmed: bool = False

    def json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "chat_id": self.chat_id,
            "records": self.records,
            "done": self.done,
            "told": dict(self.told.most_common()),
            "left_out": dict(self.left_out.most_common()),
            "colliding_names": dict(self.colliding_names.most_common()),
            "people": self.people,
            "owner": self.owner,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "confirmed": self.confirmed,
        }


class Player:
    """One showing of one export; `summary` tells the progress while it plays."""

    def __init__(self, world: World, bot: Bot, export: Export, *, patience: float = 300.0) -> None:
        self.world = world
        self.bot = bot
        self.export = export
        self.patience = patience
        self.summary = Summary(export.name, export.chat_id, len(export.records), left_out=Counter(export.left_out))

    async def play(self) -> Summary:
        """Raises BotStalled when the bot takes nothing for `patience` seconds, NotPossible if it cannot begin."""
        summary, updates = self.summary, self.bot.updates
        teller = self._teller()
        events = merged(self.export.records)
        updates.ages = False
        try:
            for place, (at, record, reaction) in enumerate(events):
                if place % AT_ONE_GO == 0:
                    await self._room()
                when = moment(at)
                self._set_clock(when)
                if reaction is None:
                    teller.tell(record)
                    summary.done += 1
                elif isinstance(record, Written):
                    teller.react(record, reaction)
                summary.last = when
            await self._waited(lambda: self.bot.pending == 0)
            summary.confirmed = True
        finally:
            updates.ages = True
            summary.people = len(teller.cast.people)
            summary.colliding_names = teller.cast.colliding
        return summary

    def _teller(self) -> Teller:
        if any(bot.pending for bot in self.world.bots.values()):
            raise NotPossible("updates wait: a history is played into a world in which nothing has happened yet")
        if self.export.chat_id in self.world.chats:
            raise NotPossible(f"the chat {self.export.chat_id} is in this world already: a history is played once")
        if self.bot.updates.allowed is None:
            # Telegram does not queue what was not asked for; a bot that begins later must not miss it.
            self.bot.updates.allow(sorted(self.world.spec.update_types))
        if self.export.records:
            first = moment(self.export.records[0].at)
            self.summary.first = first
            self.world.clock.stand_at(first)
        teller = Teller(self.world, self.bot, self.export, told=self.summary.told, left_out=self.summary.left_out)
        self.summary.owner = teller.stage.owner.id
        return teller

    def _set_clock(self, when: datetime) -> None:
        if when > self.world.clock.now():
            self.world.clock.move_to(when)

    async def _room(self) -> None:
        await asyncio.sleep(0)
        if self.bot.pending >= MOST_WAITING:
            await self._waited(lambda: self.bot.pending < MOST_WAITING // 2)

    async def _waited(self, enough: Callable[[], bool]) -> None:
        loop = asyncio.get_running_loop()
        before, since = self.bot.pending, loop.time()
        while not enough():
            await asyncio.sleep(LOOK_EVERY)
            if self.bot.pending != before:
                before, since = self.bot.pending, loop.time()
            elif loop.time() - since > self.patience:
                raise BotStalled(f"the bot took no update for {self.patience:g} s; {before} are un-confirmed")


async def play(world: World, bot: Bot, export: Export, *, patience: float = 300.0) -> Summary:
    return await Player(world, bot, export, patience=patience).play()


def merged(records: list[Record]) -> Iterator[tuple[int, Record, Reaction | None]]:
    """Records by date and id, and each known reaction at its own date, after what was written in that second."""
    given = sorted(
        (
            (reaction.at, record.id, place, record, reaction)
            for record in records
            if isinstance(record, Written)
            for place, reaction in enumerate(record.reactions)
        ),
        key=lambda event: event[:3],
    )
    waiting = iter(given)
    after = next(waiting, None)
    for record in records:
        while after is not None and after[0] < record.at:
            yield after[0], after[3], after[4]
            after = next(waiting, None)
        yield record.at, record, None
    while after is not None:
        yield after[0], after[3], after[4]
        after = next(waiting, None)
