"""/health and /metrics: whether all is well, for a service manager and for Prometheus."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.health import Wrong


def answer_with(look: Callable[[], Awaitable[Wrong]]) -> Callable[[Request], Awaitable[Response]]:
    """The page: 200 if all is well, else 503 and what is wrong."""

    async def on_health(_request: Request) -> Response:
        wrong = await look()
        told = {"status": "ill" if wrong else "well", **wrong}
        return JSONResponse(told, status_code=503 if wrong else 200)

    return on_health


def application(health: Callable[[], Awaitable[Wrong]]) -> Starlette:
    """The two pages."""

    async def on_metrics(_request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/health", answer_with(health)), Route("/metrics", on_metrics)])
