"""/health and /metrics: whether all is well, for a service manager and for Prometheus."""

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from bot.kith import Kith

# Long polling answers at least every 30 s when Telegram can be reached; twice that and some is silence.
SILENCE_SECONDS = 90.0
DATABASE_SECONDS = 3.0


async def health(kith: "Kith") -> dict[str, str]:
    """What is wrong, by part; empty if nothing is."""
    wrong = {}
    try:
        async with asyncio.timeout(DATABASE_SECONDS), kith.database.reading() as session:
            await session.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the database did not answer
        wrong["database"] = f"does not answer ({type(error).__name__})"
    silent = kith.intake.silent_seconds()
    if silent > SILENCE_SECONDS:
        wrong["telegram"] = f"has not answered for {silent:.0f} seconds"
    return wrong


def application(kith: "Kith") -> Starlette:
    """The two pages."""

    async def on_health(_request: Request) -> Response:
        wrong = await health(kith)
        told = {"status": "ill" if wrong else "well", **wrong}
        return JSONResponse(told, status_code=503 if wrong else 200)

    async def on_metrics(_request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/health", on_health), Route("/metrics", on_metrics)])
