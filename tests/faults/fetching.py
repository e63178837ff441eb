"""Addresses of others in everything that comes in: the bot fetches from its platforms alone."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.client import NewFile
from adapters.slack.refusals import SlackRefused
from adapters.teams.authentication import SingleTenantAuthentication
from adapters.teams.cloud import Connectors, TeamsAdapter
from adapters.teams.endpoints import MICROSOFT, Endpoints
from adapters.teams.server import TeamsServer
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.turning import Turning
from bot.compose.core_world import CoreWorld
from bot.domain.ids import CaseId
from bot.screens.press import FormRef, Press, Verb
from tests.adapters.slack.at_work import AtWork as SlackAtWork
from tests.adapters.slack.at_work import at_work as slack_at_work
from tests.adapters.teams.activities import Sender, a_message, pasted, uploaded
from tests.adapters.teams.at_work import add_people, tenant_of
from tests.adapters.teams.signing import APP, ISSUER, claims, token
from tests.adapters.teams.stand_in import TENANT, Json
from tests.adapters.teams.stand_in import StandIn as TeamsStandIn
from tests.fakes import RunningClock
from tests.faults.doors import a_school
from tests.faults.entrances import reported
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.hostile_page import page_door
from tests.faults.recorded import a_journey
from tests.faults.watching import Resolver, Seen, certificates, is_an_address, watching

_CONNECTOR: Final = "smba.trafficmanager.net"
_ONEDRIVE: Final = "school.sharepoint.com"
_KEYS: Final = "login.botframework.com"
_MICROSOFTS: Final = (_CONNECTOR, _ONEDRIVE, _KEYS, "login.microsoftonline.com")


@dataclass
class Trap:
    """Somebody else's server: on this computer, and under another address than the platforms'."""

    origin: str = ""
    heard: list[str] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(request.path)
        return web.Response(body=b"\x89PNG\r\n\x1a\n")

    def addresses(self) -> Iterator[str]:
        """Links to it, and to what only looks like a platform's own."""
        plain = self.origin.removeprefix("http://")
        yield f"{self.origin}/post"
        yield f"https://{plain}/post"
        for host in ("files.slack.com", _CONNECTOR, "sharepoint.com"):
            yield f"http://{host}@{plain}/"
            yield f"https://{host}.evil.example/"
            yield f"https://evil{host}/"
            yield f"https://evil.example/{host}"
            yield f"https://{host}:8443/"
            yield f"https://user:word@{host}/"
            yield f"https://{host}\\@{plain}/"
        yield f"http://{_CONNECTOR}/uk/v3/attachments/a"
        yield "http://169.254.169.254/latest/meta-data/"
        yield "http://[::1]:9/"
        yield "file:///etc/passwd"
        yield "gopher://evil.example/"
        yield ""


@asynccontextmanager
async def _a_trap() -> AsyncIterator[Trap]:
    trap = Trap()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", trap.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.2", 0)
    await site.start()
    port = runner.addresses[0][1]
    trap.origin = f"http://127.0.0.2:{port}"
    try:
        yield trap
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _redirecting(to: str) -> AsyncIterator[str]:
    """A server of a platform's own address, which leads to somebody else."""

    async def away(_request: web.Request) -> web.Response:
        raise web.HTTPFound(to)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", away)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}/files/a"


def _outcome(tried: int, what: str, trap: Trap, seen: Seen, asked: list[str]) -> Outcome:
    """Wrong is every connection but to the platforms, which are at 127.0.0.1."""
    elsewhere = sorted({f"{host}:{port}" for host, port in seen.connections if host != "127.0.0.1"})
    names = sorted(
        {each for each in (*asked, *seen.names) if not is_an_address(each)} - {"localhost"}
    )
    wrong = [f"went to {each}" for each in elsewhere]
    wrong += [f"looked up {each}" for each in names]
    wrong += [f"asked for {each}" for each in trap.heard]
    if not seen.connections:
        wrong.append("no connection at all was seen, so nothing was watched")
    counted = {
        "connections to the platforms": len(seen.connections) - len(elsewhere),
        "connections elsewhere": len(elsewhere) + len(names) + len(trap.heard),
    }
    return Outcome(f"{tried} addresses of others, {what}", counted, tuple(wrong[:20]))


# Slack


def _slack(scale: Scale) -> Outcome:
    del scale
    core = a_school()
    try:
        case = CaseId(reported(core))
        return asyncio.run(_in_slack(core, case))
    finally:
        core.close()


async def _in_slack(core: CoreWorld, case: CaseId) -> Outcome:
    async with AsyncExitStack() as stack:
        trap = await stack.enter_async_context(_a_trap())
        away = await stack.enter_async_context(_redirecting(f"{trap.origin}/away"))
        at = await stack.enter_async_context(slack_at_work(core.school))
        with watching() as seen:
            addresses = [*trap.addresses(), away]
            for address in addresses:
                await _told_in_slack(at, case, address)
            await _uploads_of_slack(at, [*addresses])
    return _outcome(len(addresses), "in everything that Slack sends", trap, seen, [])


async def _told_in_slack(at: SlackAtWork, case: CaseId, address: str) -> None:
    """A link that is typed, forwarded, and where files and answers are said to be."""
    staff = at.member("staff")
    await at.done(staff.command(f"{address} {address}", response_url=address))
    blocks: list[Json] = [{"type": "image", "image_url": address, "alt_text": address}]
    attached: list[Json] = [{"from_url": address, "title_link": address, "image_url": address}]
    message = {"text": f"<{address}>", "blocks": blocks, "attachments": attached}
    await at.done(staff.shortcut(message))
    await at.done(staff.write(address))
    file = at.slack.add_file(b"", address)
    block = "files.screenshots"
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": "form",
        "private_metadata": json.dumps([FormRef(Press(Verb.ADD, case)).encode()]),
        "blocks": [{"type": "input", "block_id": block}],
        "state": {"values": {block: {block: {"type": "file_input", "files": [{"id": file}]}}}},
    }
    payload = {**staff._interaction("view_submission"), "view": view}  # noqa: SLF001
    payload["response_url"] = address
    await at.done(staff.line.send_payload(payload))
    at.failures.clear()


async def _uploads_of_slack(at: SlackAtWork, addresses: list[str]) -> None:
    """Where Slack says that a file's bytes go, and where an answer is to be said."""
    for address in addresses:
        for sends in (
            at.client.send_upload(NewFile("F1", address), b"letter"),
            at.client.respond(address, {"text": "Hello"}),
        ):
            with suppress(SlackRefused):  # that is what is wanted; a connection would be seen
                await sends


# Teams


class _Microsoft(TeamsStandIn):
    """The stand-in under Microsoft's own names."""

    keys_at: str = f"https://{_KEYS}/keys"

    @property
    def endpoints(self) -> Endpoints:
        return replace(MICROSOFT, metadata=f"https://{_KEYS}/openid")

    async def _openid(self, request: web.Request) -> web.StreamResponse:
        document = {"issuer": ISSUER, "jwks_uri": self.keys_at}
        return await self._answered("openid", request, document)


@dataclass
class _AtMicrosoft:
    """Teams at work, as with Microsoft itself."""

    teams: _Microsoft
    resolver: Resolver
    session: aiohttp.ClientSession
    turning: Turning
    url: str
    failures: list[Any]

    async def send(self, activity: Json, service: str = "") -> int:
        """Brings an activity with a token that is about its service."""
        given = token(claims(service or str(activity["serviceUrl"])))
        headers = {"Authorization": f"Bearer {given}"}
        async with self.session.post(self.url, json=activity, headers=headers) as came:
            status = came.status
        await self.turning.finish(5)
        return status


@asynccontextmanager
async def _at_microsoft(core: CoreWorld, keys_at: str = "") -> AsyncIterator[_AtMicrosoft]:
    async with AsyncExitStack() as stack:
        teams = _Microsoft()
        teams.keys_at = keys_at or teams.keys_at
        add_people(teams)
        server_tls, client_tls = certificates(_MICROSOFTS)
        api = await stack.enter_async_context(_tls(teams._app(), server_tls))  # noqa: SLF001
        files = web.Application()
        files.router.add_get("/personal/{file}", teams._in_onedrive)  # noqa: SLF001
        files.router.add_route("*", "/away/{to:.*}", _away)
        drive = await stack.enter_async_context(_tls(files, server_tls))
        ports = {**dict.fromkeys(_MICROSOFTS, api), _ONEDRIVE: drive}
        teams.origin, teams.onedrive = f"https://{_CONNECTOR}", f"https://{_ONEDRIVE}"
        resolver = Resolver(ports)
        connector = aiohttp.TCPConnector(resolver=resolver, ssl=client_tls)
        out = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        clock = RunningClock()
        tenant, failures = tenant_of(core.school, teams, out, clock)
        turning = Turning(tenant)
        keys = SigningKeys(out, endpoints=teams.endpoints)
        connectors = Connectors(tenant.client)
        door = SingleTenantAuthentication(APP, keys, connectors, endpoints=teams.endpoints)
        app = web.Application()
        app.add_routes(
            TeamsServer(TeamsAdapter(door, TENANT, tenant.report), turning.on_turn).routes()
        )
        ours = await stack.enter_async_context(TestServer(app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        url = f"http://127.0.0.1:{ours.port}/api/messages"
        yield _AtMicrosoft(teams, resolver, session, turning, url, failures)
        await turning.finish(5)


async def _away(request: web.Request) -> web.Response:
    raise web.HTTPFound(request.query["to"] or "https://evil.example/")


@asynccontextmanager
async def _tls(app: web.Application, tls: Any) -> AsyncIterator[int]:  # noqa: ANN401
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _teams(scale: Scale) -> Outcome:
    del scale
    core = a_school()
    try:
        reported(core)
        return asyncio.run(_in_teams(core))
    finally:
        core.close()


async def _in_teams(core: CoreWorld) -> Outcome:
    async with AsyncExitStack() as stack:
        trap = await stack.enter_async_context(_a_trap())
        addresses = list(trap.addresses())
        with watching() as seen:
            at = await stack.enter_async_context(_at_microsoft(core))
            staff = Sender("29:staff", "a:chat-of-staff", at.teams.service_url)
            first = await at.send(staff.message("status"))
            for address in addresses:
                await _told_in_teams(at, staff, address)
            asked = [each for each in at.resolver.asked if each not in _MICROSOFTS]
            other = await stack.enter_async_context(
                _at_microsoft(core, f"{trap.origin}/keys".replace("http:", "https:"))
            )
            another = await stack.enter_async_context(
                _at_microsoft(core, "https://evil.example/keys")
            )
            for each in (other, another):
                await each.send(staff.message("status"))
                asked += [name for name in each.resolver.asked if name not in _MICROSOFTS]
        outcome = _outcome(len(addresses), "in everything that Teams sends", trap, seen, asked)
        if first != 200 or not at.teams.said:
            return replace(outcome, wrong=(*outcome.wrong, "nothing was answered through Teams"))
        return outcome


async def _told_in_teams(at: _AtMicrosoft, staff: Sender, address: str) -> None:
    """A link that is typed, forwarded, and where files, services and uploads are said to be."""
    files = [pasted(address), uploaded(address)]
    files += [uploaded(f"https://{_ONEDRIVE}/away/x?to={address}")]
    await at.send(staff.message(f"{address} <a href='{address}'>here</a>", files))
    await at.send(staff.message("", files))
    html = f"<a href='{address}'>here</a><img src='{address}'>"
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"url": address}}
    await at.send(staff.forwarded(a_message(html, [card, pasted(address)])))
    elsewhere = replace(staff, service_url=address)
    await at.send(elsewhere.message("status"), address or "https://evil.example/")
    upload = {"uploadUrl": address, "contentUrl": address, "name": "letter.docx"}
    await at.send(staff.consented("1", {"handed": "letter"}, upload))
    at.failures.clear()


# The page


def _page(scale: Scale) -> Outcome:
    with watching() as seen:
        door = page_door(a_journey("alert-now-then-the-report-is-completed"))
        try:
            trap = Trap("http://127.0.0.2:9")
            addresses = list(trap.addresses())
            for number, address in enumerate(addresses):
                typed = [["mark", f"{number:032x}"], ["do", "say"], ["text", address]]
                door.send({"who": "staff", "fields": typed, "files": []}, "staff")
            for payload in door.valid if scale is Scale.FULL else door.valid[:10]:
                for given, address in zip(
                    payload["fields"], itertools.cycle(addresses), strict=False
                ):
                    if given[0].startswith(("text.", "links.")):
                        given[1] = address
                door.send(payload, str(payload["who"]))
        finally:
            door.close()
    return _outcome(len(addresses), "in every field of the page", trap, seen, [])


FAULTS: Final = (
    Fault("links of others: Slack", _slack),
    Fault("links of others: Teams", _teams),
    Fault("links of others: the page", _page),
)
