"""The page's server on a free port of this computer, with the fake host behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from adapters.desk.messenger import DeskMessenger
from adapters.desk.server import make_app
from bot.app.inbound import Upload

from .fake_host import PEOPLE, FakeHost
from .pretend_browser import PretendForm

Client = TestClient[Request, Application]


@dataclass
class Served:
    """What runs: the host, its messenger, and a browser of sorts."""

    host: FakeHost
    messenger: DeskMessenger
    client: Client

    @property
    def origin(self) -> str:
        """The page's own address."""
        return f"http://127.0.0.1:{self.client.port}"

    async def post(self, path: str, *fields: tuple[str, str | Upload]) -> tuple[int, str]:
        """Posts as the page does; the status and what came back."""
        body = FormData(default_to_multipart=True)
        for name, value in fields:
            if isinstance(value, Upload):
                body.add_field(name, value.content, filename="picture.png")
            else:
                body.add_field(name, value)
        async with self.client.post(path, data=body, headers={"Origin": self.origin}) as answer:
            return answer.status, await answer.text()

    async def page(self, path: str = "/staff") -> str:
        """The page of a tab."""
        async with self.client.get(path) as answer:
            return await answer.text()

    async def opened(self, path: str = "/staff") -> PretendForm:
        """The form behind *Report a post*."""
        report = ("do", 'press:["report","","",0,""]')
        _, html = await self.post(f"{path}/act", ("mark", "0" * 32), report)
        return PretendForm(html)


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    """Runs the page's server for a while."""
    host = FakeHost()
    people = [each.person.id for each in PEOPLE if each.person]
    messenger = DeskMessenger(folder / "desk.sqlite3", people, host.now)
    async with TestClient(TestServer(make_app(host, messenger))) as client:
        yield Served(host, messenger, client)
    messenger.close()
