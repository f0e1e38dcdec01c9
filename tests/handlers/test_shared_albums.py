"""Albums that are shared: whichever of its pieces bears the hashtag, an album is one work, at its first message."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from models.works import Works
from tests.handlers.test_channels import channel, chosen
from tests.handlers.test_channels import readers as members
from tests.handlers.test_works import ON, card, command, earned, readers
from tests.living import Living


async def test_reactions_to_an_album_count_whichever_of_its_pieces_bears_the_hashtag(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**ON, "KITH_WORKS__ACCEPTED_BY": "2"})
    group, lin, wei, (ada, eve) = await readers(town, also=2)
    # Telegram Desktop puts the words of several files under the last, and shows reactions to them at the first.
    files = [wei.writes(group, "#share" if number == 2 else None, media="document", album="a") for number in range(3)]
    pictures = [wei.writes(group, media="photo", album="b") for _ in range(2)]
    await town.settle()
    assert (await command(town, group, wei, "/share", pictures[1])).startswith("Shared.")
    for album in (files, pictures):
        for one in (ada, eve):
            one.reacts(album[0], ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert [work.message_id for work in await town.all(Works)] == [files[0].id, pictures[0].id]
    assert await earned(town) == [("work", 100), ("work", 100)]
    assert "Accepted by members' reactions" in (card(town, lin).text or "")
    # It stays one, by whichever piece it is named.
    assert await command(town, group, wei, "/share", files[1]) == "That has been shared already."


async def test_an_album_that_was_deleted_in_the_group_is_no_fault_of_the_channels(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings=ON)
    group, lin, wei = await members(town)
    channel(town, lin, "readers_news")
    await chosen(town, group, lin, "@readers_news")
    album = [wei.writes(group, "#share" if number == 0 else None, media="photo", album="a") for number in range(2)]
    await town.settle()
    await lin.presses(card(town, lin), "• Good +2")
    await town.settle()
    for piece in album:
        wei.deletes(piece)
    await lin.presses(card(town, lin), "Feature it +5")
    await town.settle()
    assert town.told(lin)[-1] == (
        "Readers: I could not copy a featured work to the channel.\nIt was deleted in the group."
    )
