"""A bare bot on ``CloudAdapterBase`` as a process of its own: it says what it hears.

It looks at tokens as we do, and sends through the same client; nothing else of ours is in it.
"""

import sys
from typing import Any

import aiohttp
from aiohttp import web
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity

from adapters.teams.authentication import SingleTenantAuthentication
from adapters.teams.client import TeamsClient
from adapters.teams.cloud import Connectors
from adapters.teams.endpoints import Endpoints
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.tokens import OwnTokens
from tests.bench.ack_apart import Places

PATH = "/api/messages"


async def _said_again(context: TurnContext) -> None:
    await context.send_activity(context.activity.text)


async def _app(places: Places, app_id: str, password: str, tenant: str) -> web.Application:
    session = aiohttp.ClientSession()
    endpoints = Endpoints(
        login=places.microsoft, metadata=f"{places.microsoft}/openid", loopback=True
    )
    tokens = OwnTokens(session, app_id, password, tenant, endpoints=endpoints)
    connectors = Connectors(TeamsClient(session, tokens, endpoints=endpoints))
    keys = SigningKeys(session, endpoints=endpoints)
    door: Any = SingleTenantAuthentication(app_id, keys, connectors, endpoints=endpoints)
    adapter = CloudAdapterBase(door)

    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        try:
            await adapter.process_activity(request.headers["Authorization"], activity, _said_again)
        except PermissionError:
            return web.Response(status=401)
        return web.Response(status=200)

    app = web.Application()
    app.add_routes([web.post(PATH, messages)])
    return app


if __name__ == "__main__":
    port, places, *ours = sys.argv[1:]
    web.run_app(_app(Places.read(places), *ours), host="127.0.0.1", port=int(port), print=None)
