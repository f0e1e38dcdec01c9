"""The database as a command uses it: opened, known to be of the right version, and its troubles said in words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.exits import Failed, Missing
from bot.cli.session import configuration

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from models.database import Database

R = TypeVar("R")


def with_database(ctx: click.Context, work: "Callable[[Database], Awaitable[R]]") -> R:
    """What `work` returns on the configured database."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot import schema
    from migrations import HEAD

    chosen = configuration(ctx)
    url = chosen.database.url.get_secret_value()

    async def run() -> R:
        from models.database import Database

        now = await schema.current(url)
        if now is None:
            raise Missing(f"There is no database at {chosen.database.shown} yet; kith run makes it.")
        if now != HEAD:
            raise Failed(f"The database has version {now}, this Kith needs {HEAD}: kith db upgrade")
        database = Database(url)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except BrokenPipeError:
        raise  # whoever read our output has enough; that is no fault of the database
    except (SQLAlchemyError, OSError) as error:
        raise Missing(f"The database {chosen.database.shown} cannot be used: {reason_of(error)}") from None


def reason_of(error: Exception) -> str:
    """What is the matter with the database; a server that hangs gives no words."""
    return str(getattr(error, "orig", None) or error) or "it does not answer"


async def community_of(session: "AsyncSession", *, chat_id: int) -> int:
    """The id of a chat's community; says in words if there is none."""
    from models import communities

    found = await communities.of_chat(session, chat_id=chat_id)
    if found is None:
        known = await communities.listed(session)
        names = "; ".join(f"{c.chat_id} ({c.title})" for c in known[:20]) or "none yet"
        raise Failed(f"No group has the id {chat_id}. Known: {names}")
    return found.community_id
