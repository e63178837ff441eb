"""Answers machines that ask how the process is: alive, ready, and in numbers."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from adapters.metrics import Metrics, Waiting


def health_routes(
    metrics: Metrics, waiting: Callable[[], Awaitable[Waiting]]
) -> list[web.RouteDef]:
    """``/healthz``, ``/readyz`` and ``/metrics``; ``waiting`` asks the store."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_request: web.Request) -> web.Response:
        why = metrics.why_not_ready()
        if why:
            return web.Response(text=f"not ready: {why}\n", status=503)
        return web.Response(text="ready\n")

    async def numbers(_request: web.Request) -> web.Response:
        body = metrics.text(await waiting())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", numbers),
    ]
