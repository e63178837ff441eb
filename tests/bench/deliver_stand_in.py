"""A Slack in a process of its own that takes every message, at once or after a while.

``/told`` gives back how often each person was written to, and the longest anybody waited in line.
"""

import asyncio
import itertools
import json
import signal
import sys
from collections import Counter

from aiohttp import web
from aiohttp.test_utils import TestServer


class TakingSlack:
    """Slack's Web API as far as messages need it; ``after`` so many seconds it says yes."""

    def __init__(self, after: float) -> None:
        self._after = after
        self._numbers = itertools.count(1)
        self._told: Counter[str] = Counter()

    def app(self) -> web.Application:
        """The server."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/api/chat.postMessage", self._post)
        app.router.add_get("/told", self._tell)
        return app

    async def _post(self, request: web.Request) -> web.Response:
        given = await request.json()
        person = str(given["channel"])
        self._told[person] += 1
        if self._after:
            await asyncio.sleep(self._after)
        ts = f"1790000000.{next(self._numbers):06}"
        return web.json_response({"ok": True, "channel": f"D{person}", "ts": ts})

    async def _tell(self, _request: web.Request) -> web.Response:
        return web.json_response(self._told)


async def _run(after: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with TestServer(TakingSlack(after).app()) as server:
        print(json.dumps(f"http://127.0.0.1:{server.port}"), flush=True)  # noqa: T201 - read by us
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_run(float(sys.argv[1])))
