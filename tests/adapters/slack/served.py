"""``report-post serve`` in a process of its own, on the stand-in for Slack."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.running_trial import ROOT

from .member import SECRET, Line
from .stand_in import TOKEN, StandIn

LIMIT = 30
"""Seconds until a test gives up."""


@asynccontextmanager
async def a_process(
    slack: StandIn, config: Path, environment: Mapping[str, str]
) -> AsyncIterator[tuple[asyncio.subprocess.Process, Line]]:
    """The process once it has said its address, and a line to it; killed if it is left running."""
    secrets = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET}
    async with slack.server() as server, aiohttp.ClientSession() as session:
        slack.origin = f"http://127.0.0.1:{server.port}"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.adapters.slack.serve_here"),
            *(str(config), f"{slack.origin}/api/"),
            cwd=ROOT,
            env={**os.environ, **secrets, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            address = await asyncio.wait_for(process.stdout.readline(), LIMIT)
            yield process, Line(session, address.decode().strip())
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
