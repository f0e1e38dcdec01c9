"""What people and Telegram do in a story, and what is found at its end."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from models import points
from tests.bot.places import Act, Place, said


def writes(who: str, words: str, *, to: str | None = None, media: str | None = None, kept: str = "") -> Act:
    """Somebody writes in the group, maybe in reply to something that was kept, and what they write is kept."""

    async def act(place: Place) -> None:
        about: dict[str, Any] = {} if to is None else {"reply_to": place.kept[to]}
        place.kept[kept or who] = getattr(place, who).writes(place.group, words, media=media, **about)

    return act


def asks(who: str, words: str) -> Act:
    """Somebody writes to the bot in private."""

    async def act(place: Place) -> None:
        getattr(place, who).writes(place.chat_of(who), words)

    return act


def taps(who: str, label: str, *, under: str) -> Act:
    """Somebody presses a button of the last message in private that says so."""

    async def act(place: Place) -> None:
        message = said(place, who, under)
        labels = [button["text"] for row in message.keyboard for button in row]
        getattr(place, who).taps(message, next(each for each in labels if label in each))

    return act


def books(what: Callable[[Place, Connection], Any]) -> Act:
    """Something is in the database."""

    async def act(place: Place) -> None:
        await place.tell(lambda connection: what(place, connection))

    return act


def gives(who: str, amount: int, *, on: date | None = None, source: str = "gift") -> Act:
    """An administrator has given somebody points, so many hundredths."""

    def give(place: Place, connection: Connection) -> None:
        about = {"community_id": place.community_id, "user_id": getattr(place, who).id, "action": "gift"}
        day = on or place.now.date()
        points.correct(connection, **about, points=amount, source=source, at=place.now, day=day)

    return books(give)


def keeps(name: str, whose: str, part: str) -> Act:
    """What the bot has said is kept."""

    async def act(place: Place) -> None:
        place.kept[name] = said(place, whose, part)

    return act


def fails(method: str, whose: str, **how: Any) -> Act:
    """Telegram will not answer a call as it should."""

    async def act(place: Place) -> None:
        place.world.faults.add(method=method, chat_id=place.chat_of(whose).id, **how)

    return act


def both(*acts: Act) -> Act:
    """One after the other, with nothing between."""

    async def act(place: Place) -> None:
        for each in acts:
            await each(place)

    return act


def chooses(**settings: Any) -> Act:
    """An administrator chooses otherwise."""

    async def act(place: Place) -> None:
        await place.chooses(settings)

    return act


def is_so(*claims: Callable[[Place], Awaitable[None]]) -> Callable[[Place], Awaitable[None]]:
    """All of it."""

    async def check(place: Place) -> None:
        for claim in claims:
            await claim(place)

    return check


def finds(statement: str, *expected: Any) -> Callable[[Place], Awaitable[None]]:
    """What a statement about this community finds."""

    async def check(place: Place) -> None:
        found = [tuple(row) if len(row) > 1 else row[0] for row in await place.rows(statement)]
        assert found == list(expected), f"{statement}: {found}"

    return check
