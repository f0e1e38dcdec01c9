"""The try-out at the keyboard: what is said in the group and to you appears, and what you type is said."""

import asyncio
import re
import sys
from datetime import datetime
from typing import Any

import click

from bot.tryout.simulation import Simulation, SimulationFailed
from bot.tryout.stage import BOT, GROUP, YOU, Stage

LOOK_SECONDS = 0.3
STEPS = {"h": 3600, "d": 86_400, "w": 604_800}
HELP = f"""
  You are in the group “{GROUP}”. Type and press Enter:

    hello everyone      is said in the group
    /me                 asks Kith in the group; its answer vanishes after a while
    > /start            is said to Kith in private ("> " before anything)
    +1h  +1d  +1w       lets an hour, a day, a week pass
    ?                   shows this again

  Ctrl-C ends everything.
"""


class Console:
    """Shows both chats and passes on what is typed."""

    def __init__(self, world: Simulation, stage: Stage) -> None:
        self._world = world
        self._stage = stage
        self._shown = {stage.group_id: 0, stage.your_id: 0}
        self._names: dict[int, str] = {}

    async def run(self) -> None:
        """Show and listen, until cancelled."""
        click.echo(HELP)
        showing = asyncio.create_task(self._show_all())
        try:
            if sys.stdin.isatty():
                await self._listen()
            await showing
        finally:
            showing.cancel()

    async def _show_all(self) -> None:
        while True:
            for chat_id in self._shown:
                await self._show(chat_id)
            await asyncio.sleep(LOOK_SECONDS)

    async def _show(self, chat_id: int) -> None:
        for message in await self._world.get(f"chats/{chat_id}/messages", after=self._shown[chat_id]):
            self._shown[chat_id] = message["id"]
            text = message["text"] or _service(message["raw"])
            if text and not message["deleted"]:
                place = "private" if chat_id > 0 else "group"
                click.echo(f"  [{place}] {await self._name(message)}: {_indented(text)}")

    async def _name(self, message: dict[str, Any]) -> str:
        author = message["author"]
        if author is None:
            return "·"
        if author not in self._names:
            state = await self._world.get("state")
            self._names = {person["id"]: person["first_name"] for person in state["people"]}
            self._names |= {bot["id"]: "Kith" for bot in state["bots"]}
        return self._names.get(author, str(author))

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            try:
                await self._do(line.decode(errors="replace").strip())
            except SimulationFailed as failure:
                click.echo(f"  ({failure})")

    async def _do(self, line: str) -> None:
        step = re.fullmatch(r"\+(\d+)([hdw])", line)
        if line == "?":
            click.echo(HELP)
        elif step is not None:
            told = await self._world.post("time", {"by_seconds": int(step[1]) * STEPS[step[2]]})
            click.echo(f"  (it is now {datetime.fromisoformat(told['now']):%A, %d %B %Y, %H:%M} UTC)")
        elif line.startswith(">"):
            await self._say_in_private(line.removeprefix(">").strip())
        elif line:
            await self._world.act(do="writes", person=YOU, chat=GROUP, text=line)

    async def _say_in_private(self, text: str) -> None:
        word, _, payload = text.partition(" ")
        if word == "/start":
            await self._world.act(do="starts", person=YOU, bot=BOT, payload=payload or None)
        else:
            await self._world.act(do="writes", person=YOU, chat={"private": BOT}, text=text)


def _service(raw: dict[str, Any]) -> str:
    if raw.get("new_chat_members"):
        return f"({', '.join(user['first_name'] for user in raw['new_chat_members'])} joined)"
    return ""


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 12)
