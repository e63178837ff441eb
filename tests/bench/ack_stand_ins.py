"""The platforms' stand-ins in one process: a Slack that says yes at once, and Microsoft's.

Slack's is a small one: what the tests' one looks at would cost the measured side its processor.
"""

import asyncio
import itertools
import json
import signal
import sys

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.adapters.slack.stand_in import BOT_USER, TEAM
from tests.adapters.teams.at_work import add_people
from tests.adapters.teams.stand_in import StandIn
from tests.bench.ack_apart import Places


class YesSlack:
    """Slack's Web API; ``/opened`` tells how many modals were opened so far."""

    def __init__(self) -> None:
        self._opened = 0
        self._numbers = itertools.count(1)

    def app(self) -> web.Application:
        """The server."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._method),
                web.post("/response/{name}", self._whisper),
                web.get("/opened", self._told),
            ]
        )
        return app

    async def _method(self, request: web.Request) -> web.Response:
        given = await request.post()
        answer: dict[str, object] = {"ok": True}
        match request.match_info["method"]:
            case "auth.test":
                answer |= {"team_id": TEAM, "user_id": BOT_USER, "bot_id": "B0BOT"}
            case "users.info":
                answer["user"] = _member(str(request.query.get("user") or given["user"]))
            case "users.lookupByEmail":
                email = str(request.query.get("email") or given["email"])
                answer["user"] = _member(f"U0{email.partition('@')[0].upper()}")
            case "conversations.open":
                answer["channel"] = {"id": f"D{given['users']!s}"}
            case "views.open":
                self._opened += 1
                answer["view"] = {"id": f"V{next(self._numbers)}"}
            case _:
                answer["ts"] = f"1790000000.{next(self._numbers):06}"
        return web.json_response(answer)

    async def _whisper(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="ok")

    async def _told(self, _request: web.Request) -> web.Response:
        return web.json_response(self._opened)


class SeveralBots(StandIn):
    """Microsoft's stand-in, for as many bots as show a token of its own."""

    def _is_ours(self, request: web.Request) -> bool:
        return request.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens


def _member(account: str) -> dict[str, object]:
    name = account.removeprefix("U0").lower()
    profile = {"real_name": name, "email": f"{name}@derwentvale.example"}
    return {"id": account, "team_id": TEAM, "name": name, "profile": profile}


async def _run(keys: list[dict[str, object]]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    teams = SeveralBots(keys=keys)
    add_people(teams)
    async with TestServer(YesSlack().app()) as slack, teams.open():
        places = Places(f"http://127.0.0.1:{slack.port}/api/", teams.origin)
        print(places.written(), flush=True)  # noqa: T201 - whoever started it reads it
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_run(json.loads(sys.argv[1])))
