"""Kith's side of the try-out: its clock, whether it is idle, and what it has stored. Served in the try-out alone."""

from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import TryoutClock
from bot.kith import Kith
from bot.tryout.stored import stored
from models import occurrences, outbox


async def state(kith: Kith) -> dict[str, Any]:
    """What the simulated Telegram asks before it lets time pass."""
    now = kith.clock.now()
    async with kith.database.reading() as session:
        moments = [await outbox.next_due(session), await occurrences.next_due(session)] if kith.options.posting else []
    due = min((one for one in moments if one is not None), default=None)
    return {
        "now": now.isoformat(),
        "idle": kith.is_idle and (due is None or due > now),
        "next_due": due.isoformat() if due is not None else None,
    }


def application(kith: Kith, clock: TryoutClock) -> Starlette:
    """Its addresses."""

    async def on_state(_request: Request) -> Response:
        return JSONResponse(await state(kith))

    async def on_stored(_request: Request) -> Response:
        async with kith.database.reading() as session:
            return JSONResponse(await stored(session))

    async def on_clock(request: Request) -> Response:
        try:
            told = await request.json()
            moment = datetime.fromisoformat(told["now"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": 'send {"now": an ISO time with its zone}'}, status_code=400)
        if moment.tzinfo is None:
            return JSONResponse({"error": "the time has no zone"}, status_code=400)
        clock.move_to(moment, stands=told.get("stands") is True)
        await kith.tick_all()
        return JSONResponse({"now": kith.clock.now().isoformat()})

    return Starlette(
        routes=[
            Route("/tryout", on_state),
            Route("/tryout/stored", on_stored),
            Route("/tryout/clock", on_clock, methods=["POST"]),
        ]
    )
