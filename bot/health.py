"""Whether all is well: told at /health, by the monitor and beside the webhook."""

import asyncio

from sqlalchemy import text

from models.database import Database

# What is wrong, by part; empty if nothing is.
Wrong = dict[str, str]

# Long polling answers at least every 30 s when Telegram can be reached; twice that and some is silence.
SILENCE_SECONDS = 90.0
DATABASE_SECONDS = 3.0


async def health(*, database: Database, silent_seconds: float) -> Wrong:
    """What is wrong with a Kith that heard from Telegram so long ago."""
    wrong = {}
    try:
        async with asyncio.timeout(DATABASE_SECONDS), database.reading() as session:
            await session.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the database did not answer
        wrong["database"] = f"does not answer ({type(error).__name__})"
    if silent_seconds > SILENCE_SECONDS:
        wrong["telegram"] = f"has not answered for {silent_seconds:.0f} seconds"
    return wrong
