"""``report-post try`` as a process of its own, and what a browser would ask of it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, FormData

from bot.app.inbound import Given, Upload
from tests.adapters.desk.pretend_browser import PretendForm

ROOT = Path(__file__).parents[1]
LIMIT = 120
"""Seconds until a test gives up; a trial starts and stops in one or two."""

COMMONEST: tuple[Mapping[str, Given], ...] = (
    {"safety": ("none",), "content": ("offensive",), "about": ("staff-member",)},
    {"place": "closed-group", "poster": "parent-or-carer"},
)
"""The pages of the commonest report."""


@dataclass
class Trial:
    """A trial that runs."""

    process: subprocess.Popen[str]
    said: str

    @property
    def address(self) -> str:
        """Where its page is."""
        return self.said.partition(": ")[2]

    @property
    def port(self) -> int:
        """The port of its page."""
        return int(self.address.rpartition(":")[2])

    def ends(self) -> int:
        """Waits for its end; the code."""
        return self.process.wait(LIMIT)


def command(*arguments: str) -> list[str]:
    """The command line of our own program."""
    return [sys.executable, "-m", "bot", *arguments]


@contextmanager
def a_trial(folder: Path, *arguments: str) -> Iterator[Trial]:
    """Starts a trial and waits for its address; kills it if it still runs at the end."""
    given = arguments or ("--port", "0")
    with subprocess.Popen(
        command("try", "--data", str(folder), *given), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            assert said.startswith("Report Post is running: http://127.0.0.1:"), said
            yield Trial(process, said)
        finally:
            process.kill()


def done(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, without a terminal."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT,
        check=False,
    )


@dataclass
class Visitor:
    """A browser at the page of a trial."""

    trial: Trial
    session: ClientSession

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """The status and what came."""
        async with self.session.get(self.trial.address + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, payload: Sequence[tuple[str, str | Upload]]) -> str:
        """Posts as the page does; what came back."""
        body = FormData(default_to_multipart=True)
        for name, value in payload:
            if isinstance(value, Upload):
                body.add_field(name, value.content, filename="picture.png")
            else:
                body.add_field(name, value)
        headers = {"Origin": self.trial.address}
        async with self.session.post(
            self.trial.address + path, data=body, headers=headers
        ) as answer:
            text = await answer.text()
            assert answer.status == 200, text
            return text

    async def say(self, who: str, text: str) -> str:
        """Writes to the bot; the page that comes back."""
        return await self.post(f"/{who}/act", (("mark", "0" * 32), ("do", "say"), ("text", text)))

    async def report(self, who: str, *pages: Mapping[str, Given]) -> str:
        """Reports a post, page by page; the page after the last."""
        html = await self.say(who, "report-post")
        for answers in pages:
            form = PretendForm(html)
            form.fill(answers)
            html = await self.post(f"/{who}/act", form.payload())
        return html


@asynccontextmanager
async def a_visitor(trial: Trial) -> AsyncIterator[Visitor]:
    """Opens a browser at the page of a trial."""
    async with ClientSession() as session:
        yield Visitor(trial, session)
