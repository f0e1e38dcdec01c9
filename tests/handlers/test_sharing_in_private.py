"""`/share` in private, where nothing is shared: it says what to send, and in which group."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.works import Works
from simulator.chats import Chat
from tests.handlers.asking_in import asked_privately, labels, pressed
from tests.handlers.test_works import ON, command, private, readers
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups share work."""
    return await live(settings=ON)


async def set_up(town: Living, group: Chat, **works: Any) -> None:
    """A group's own settings of shared work."""
    async with town.kith.database.writing() as session:
        here = await session.merge(await town.community(group))
        here.settings = {**here.settings, "works": works}


async def test_who_asks_in_private_how_to_share_hears_what_to_send_and_where(town: Living) -> None:
    _, _, wei, _ = await readers(town)
    wei.starts(town.bot)
    told = "Send your work with #share, or reply to it with /share, in Readers."
    assert await command(town, private(town, wei), wei, "/share") == told
    picture = wei.writes(private(town, wei), "Mine", media="photo")
    assert await command(town, private(town, wei), wei, "/share", picture) == told
    assert await town.all(Works) == []


async def test_it_is_the_hashtag_of_the_group_that_is_meant_and_only_where_work_is_shared(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    other, quiet = town.group(lin, "Potters"), town.group(lin, "Walkers")
    wei.starts(town.bot)
    for one in (other, quiet):
        wei.joins(one)
        wei.writes(one, "Good morning all")
    await town.settle()
    await set_up(town, group, on=True, hashtags=["binding"])
    await set_up(town, other, on=True, hashtags=[])
    await set_up(town, quiet, on=False)
    said = {}
    for title in ("Readers", "Potters", "Walkers"):
        asked = await asked_privately(town, wei, "/share")
        assert labels(asked) == ["Readers", "Potters", "Walkers"]
        press = await pressed(town, wei, asked, title)
        said[title] = press.text or asked.text
    assert said == {
        "Readers": "Send your work with #binding, or reply to it with /share, in Readers.",
        "Potters": "Reply to your own work with /share, in Potters.",
        "Walkers": "Sharing work is switched off here. An administrator can change that in /settings.",
    }
