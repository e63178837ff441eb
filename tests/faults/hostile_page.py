"""A school at work behind the page, everything that came in there, and a way to send more."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.desk.host import CannotMoveClock, DeskPerson
from adapters.desk.inbound import Payload
from adapters.desk.messenger import DeskMessenger
from adapters.desk.render import draw_message
from adapters.desk.server import make_app
from bot.app.documents import Document
from bot.app.evidence import read_evidence
from bot.app.handed import read_document
from bot.app.inbound import Inbound, Person, Upload
from bot.app.respond import respond
from bot.compose.core_world import CoreWorld, person_of
from bot.domain.ids import EvidenceId
from bot.journeys.sample import PEOPLE
from bot.journeys.story import Journey
from bot.screens.nodes import Reply
from tests.desk_page import Visitor
from tests.desk_world import DeskWorld, desk_world
from tests.faults.hostile_values import Json, as_json
from tests.faults.recorded import walk


class _KeptVisitor(Visitor):
    came: list[Json]

    def post(self, payload: Payload) -> None:
        texts = [[name, value] for name, value in payload if isinstance(value, str)]
        files = [name for name, value in payload if isinstance(value, Upload)]
        self.came.append({"who": self.label, "fields": texts, "files": files})
        super().post(payload)


@dataclass
class _KeptDeskWorld(DeskWorld):
    came: list[Json] = field(default_factory=list)

    def at(self, label: str) -> Visitor:
        if label not in self.visitors:
            log = self.post.log
            visitor = _KeptVisitor(self.core.school, label, person_of(label), log)
            visitor.came = self.came
            self.visitors[label] = visitor
        return self.visitors[label]


@dataclass
class PageHost:
    """The sample school as the page sees it (``adapters.desk.host.Host``); its clock stands."""

    core: CoreWorld

    @property
    def school_name(self) -> str:
        return self.core.school.name

    @property
    def zone(self) -> ZoneInfo:
        return self.core.zone

    @property
    def people(self) -> tuple[DeskPerson, ...]:
        return tuple(DeskPerson(label, label, person_of(label)) for label in PEOPLE)

    async def respond(self, inbound: Inbound) -> Reply:
        return respond(self.core.school, inbound)

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        return read_evidence(self.core.school, person, evidence)

    async def document(self, person: Person, ref: str) -> Document:
        return read_document(self.core.school, person, ref)

    async def now(self) -> datetime:
        return self.core.clock.now()

    async def move_to(self, moment: datetime) -> None:
        del moment

    async def next_school_morning(self) -> None:
        raise CannotMoveClock("It stands.")

    async def next_friday_afternoon(self) -> None:
        raise CannotMoveClock("It stands.")


def desk_app(core: CoreWorld) -> tuple[web.Application, DeskMessenger]:
    """The page's server, at which everybody of the sample school sits."""
    host = PageHost(core)
    kept = Path(core.folder.name) / "messages.sqlite"
    messenger = DeskMessenger(
        kept, [each.person.id for each in host.people if each.person], host.now
    )
    return make_app(host, messenger), messenger


@dataclass
class PageDoor:
    """The page's, as a browser posts."""

    world: DeskWorld
    valid: list[Json]
    loop: asyncio.AbstractEventLoop
    server: TestServer
    session: aiohttp.ClientSession
    messenger: DeskMessenger
    failures: list[tuple[str, Exception]] = field(default_factory=list)
    name: str = "the page"
    fine: frozenset[int] = frozenset({200, 303, 400, 403, 404, 405, 413, 421})

    @property
    def core(self) -> CoreWorld:
        return self.world.core

    def fresh(self, payload: Json, person: str) -> Json:
        """As a new act of that person's."""
        return {**payload, "who": person}

    def send(self, payload: Json, person: str) -> int:
        return self.loop.run_until_complete(self._brought(payload, person))

    async def _brought(self, payload: Json, person: str) -> int:
        origin = f"http://127.0.0.1:{self.server.port}"
        kind, body = multipart(payload.get("fields"), payload.get("files"))
        who = payload.get("who")
        tab = who if isinstance(who, str) and who in PEOPLE else person
        what = payload.get("where", "act")
        url = f"{origin}/{tab}/{what if what in ('act', 'clock') else 'act'}"
        headers = {"Origin": origin, "Content-Type": kind}
        async with self.session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as came:
            await came.read()
            return came.status

    def settle(self) -> None:
        self.world.settle()

    def kept(self) -> Iterator[str]:
        for _, message, words in self.world.post.log.messages.values():
            yield draw_message(message, words, "kept")

    def close(self) -> None:
        self.loop.run_until_complete(self.session.close())
        self.loop.run_until_complete(self.server.close())
        self.messenger.close()
        self.loop.close()
        self.world.close()


_BETWEEN: Final = "between-the-parts"


def multipart(fields: object, files: object) -> tuple[str, bytes]:
    """A form as it is posted, whatever stands in its names and values; its type first."""
    lines: list[bytes] = []
    for each in fields if isinstance(fields, list) else []:
        name, value = (*each, "", "")[:2] if isinstance(each, list) else (str(each), "")
        text = value if isinstance(value, str) else as_json(value).decode()
        lines += _part(str(name), b"", text.encode("utf-8", "surrogatepass"))
    for each in files if isinstance(files, list) else []:
        lines += _part(str(each), b'; filename="a.png"', b"\x89PNG\r\n")
    body = b"\r\n".join([*lines, f"--{_BETWEEN}--".encode(), b""])
    return f"multipart/form-data; boundary={_BETWEEN}", body


def _part(name: str, more: bytes, value: bytes) -> list[bytes]:
    named = name.encode("utf-8", "surrogatepass").replace(b'"', b"%22")
    head = b'Content-Disposition: form-data; name="' + named + b'"' + more
    return [f"--{_BETWEEN}".encode(), head, b"", value]


def page_door(journey: Journey) -> PageDoor:
    """A school whose people did that journey at the page."""
    made = desk_world(journey)
    world = _KeptDeskWorld(made.core)
    walk(world, journey)
    loop = asyncio.new_event_loop()
    app, messenger = desk_app(world.core)
    server = TestServer(app)

    async def opened() -> aiohttp.ClientSession:
        await server.start_server()
        return aiohttp.ClientSession()

    session = loop.run_until_complete(opened())
    moves: Json = {"who": "staff", "where": "clock", "files": []}
    moves["fields"] = [["do", "move"], ["moment", "2026-11-23T09:05"]]
    return PageDoor(world, [*world.came, moves], loop, server, session, messenger)
