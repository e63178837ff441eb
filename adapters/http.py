"""Answers machines that ask how the process is: alive, ready, and in numbers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from adapters.metrics import Metrics, Waiting
from adapters.readiness import Check, OneAtATime, Readiness

_PATIENCE: Final = 3.0
"""Seconds that the numbers wait for the store; Prometheus waits for ten."""


def health_routes(
    metrics: Metrics,
    waiting: Callable[[], Awaitable[Waiting]],
    checks: Sequence[Check] = (),
    *,
    patience: float = _PATIENCE,
) -> list[web.RouteDef]:
    """``/healthz``, ``/readyz`` and ``/metrics``; ``waiting`` asks the store.

    ``checks`` are what must hold besides a fresh tick for the process to be ready.
    """
    readiness = Readiness(metrics, checks)
    store = OneAtATime(waiting, patience)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_request: web.Request) -> web.Response:
        why = await readiness.why_not()
        if why:
            return web.Response(text=f"not ready: {why}\n", status=503)
        return web.Response(text="ready\n")

    async def behind() -> Waiting | None:
        try:
            return await store.answer()
        except Exception:  # noqa: BLE001 - told as NaN and store_answers 0: the others still count
            return None

    async def numbers(_request: web.Request) -> web.Response:
        # Together: each may take as long as whoever asks waits.
        found, _ = await asyncio.gather(behind(), readiness.why_not())
        body = metrics.text(found)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", numbers),
    ]
