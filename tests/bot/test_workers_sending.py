"""Three workers behind one address as their users run them: Telegram's own lanes, a balancer, and a killed sender."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from simulator.world import World
from tests.bot.crews import Crew, balancer, crew, until
from tests.ports import free_ports

MakeDatabase = Callable[[], Awaitable[str]]
GROUPS = 30


def the_sender(workers: Crew) -> int:
    """The port of the worker that sends."""
    last = {port: re.findall(r"this worker (sends\b)(?! no)", workers.log(port)) for port in workers.alive}
    (port,) = [port for port, told in last.items() if told]
    return port


async def outbox_states(url: str) -> Counter[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT state FROM outbox WHERE name = 'communities.rights_told_in_group'")
    await connection.close()
    return Counter(row["state"] for row in rows)


async def test_the_sender_is_killed_while_it_sends_and_nobody_is_told_twice(
    tmp_path: Path, make_house: MakeDatabase
) -> None:
    url, world, (port,) = await make_house(), World(seed=9), free_ports(1)
    hook = f"http://127.0.0.1:{port}/hook"
    async with crew(tmp_path, url, world=world, hook=hook) as workers, balancer(port, to=workers.ports):
        # Nobody here has ever written to the bot, so each group is told itself, after a refusal.
        groups = []
        for number in range(GROUPS):
            owner = world.person(f"Owner {number}")
            groups.append(world.group(f"Readers {number}", owner=owner))
            owner.adds(workers.bot, to=groups[-1], administrator=True)

        def told() -> Counter[int]:
            written = ((m.author, group.id) for group in groups for m in group.messages if m.text)
            return Counter(chat_id for author, chat_id in written if author is not None and author.id == workers.bot.id)

        await until(lambda: len(told()) >= GROUPS // 3, seconds=90)
        await workers.kill(the_sender(workers))

        async def are_settled() -> bool:
            states = await outbox_states(url)
            return states.total() == GROUPS and not states.keys() - {"sent", "dropped"}

        await until(are_settled, seconds=90)
        states = await outbox_states(url)
        assert states["sent"] <= len(told()) <= GROUPS
        assert states["dropped"] <= 40, "only what was claimed can be in doubt"
        assert max(told().values()) == 1
        assert workers.logs().count("this worker sends ") == 2
        await until(lambda: not workers.bot.pending)


async def test_workers_that_share_a_port_and_all_announce_it_do_no_harm(
    tmp_path: Path, make_house: MakeDatabase
) -> None:
    url, world, (port,) = await make_house(), World(seed=9), free_ports(1)
    hook = f"http://127.0.0.1:{port}/hook"
    async with crew(tmp_path, url, workers=2, world=world, hook=hook, shared_port=port) as workers:
        lin = world.person("Lin", language_code="en")
        group = world.group("Readers", owner=lin)
        lin.adds(workers.bot, to=group, administrator=True)
        for number in range(300):
            lin.writes(group, f"message {number}")
            if number == 100:
                await workers.kill(next(iter(workers.alive)))
        await until(lambda: not workers.bot.pending, seconds=90)
        lin.writes(group, "/me")
        await until(lambda: any(m.text and m.text.startswith("Lin") for m in group.messages))
        (answer,) = [m.text for m in group.messages if m.text and m.text.startswith("Lin")]
        assert "10 points" in answer
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT sum(messages) FROM member_days") == 300
        await connection.close()
