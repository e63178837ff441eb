"""A school at work in a process of its own: both ways of Slack's, its health, and its end."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes import RunningClock
from tests.running_trial import ROOT

from .at_work import account_of, add_people
from .member import Line, Member, texts_in
from .served import LIMIT, a_process
from .stand_in import APP_TOKEN, StandIn


@dataclass
class Served:
    """The process, the stand-in that it talks to, and where it answers."""

    process: asyncio.subprocess.Process
    slack: StandIn
    line: Line

    def member(self, label: str) -> Member:
        return Member(self.slack, self.line, account_of(label))

    async def get(self, path: str) -> tuple[int, str]:
        async with self.line.session.get(self.line.origin + path) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    slack = StandIn(RunningClock())
    add_people(slack)
    environment = {"SLACK_APP_TOKEN": APP_TOKEN, "REPORT_POST_DATA": str(folder)}
    config = ROOT / "bot" / "sample_school.toml"
    async with a_process(slack, config, environment) as (process, line):
        yield Served(process, slack, line)


@pytest.mark.slow
async def test_a_school_at_work_answers_both_ways_and_ends_when_it_is_told_to(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as at:
        assert await at.get("/healthz") == (200, "alive\n")
        async with asyncio.timeout(LIMIT):  # until the line of Socket Mode is up
            while (await at.get("/readyz"))[0] != 200:
                pass
        staff = at.member("staff")
        assert await staff.command("help") == (200, "")
        envelope = {"envelope_id": "e1", "type": "slash_commands"}
        await at.slack.envelopes.put({**envelope, "payload": staff.command_payload("help")})
        assert (await asyncio.wait_for(at.slack.acks.get(), LIMIT))["envelope_id"] == "e1"
        async with asyncio.timeout(LIMIT), at.slack.whispered:
            await at.slack.whispered.wait_for(lambda: len(staff.told) == 2)
        assert texts_in(staff.told[0]["blocks"]) == texts_in(staff.told[1]["blocks"])
        at.process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(at.process.communicate(), LIMIT)
        assert at.process.returncode == 0, errors.decode()
        assert b'"level": "error"' not in errors, errors.decode()
