"""Starts Microsoft's Agents Playground for somebody of the sample school, and ends it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from bot.compose.playground import FOLDER
from tests.node import node_modules

_CLI: Final = Path("@microsoft/m365agentsplayground/cli.js")
_LISTENING: Final = "Listening on "
_ENVIRONMENT: Final = {
    "TEAMSAPPTESTER_BROWSER": "none",
    # Its telemetry is off, and would still ask the network whether this is a machine of Azure's.
    "APPLICATION_INSIGHTS_NO_STATSBEAT": "1",
}
_SECONDS: Final = 20
"""Until it answers; it takes one."""


@contextmanager
def a_playground(trial: Path, address: str, who: str) -> Iterator[str]:
    """A Playground at which somebody sits, by their label, before a trial; its own address.

    ``trial`` is the trial's folder, which holds the settings of everybody's; ``address`` its page.
    """
    seat = trial / FOLDER / who
    with subprocess.Popen(
        _command(f"{address}/api/messages"),
        cwd=seat,
        env={**os.environ, **_ENVIRONMENT},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield _answering(process)
        finally:
            process.kill()


def _command(bot: str) -> list[str]:
    node, cli = shutil.which("node"), node_modules() / _CLI
    assert node is not None, "node_modules() found node before"
    # Port 0: one that is free. It would take another one by itself, if the named one were taken.
    told = ["--app-endpoint", bot, "--channel-id", "msteams", "--port", "0", "--disable-telemetry"]
    return [node, str(cli), "start", *told]


def _answering(process: subprocess.Popen[str]) -> str:
    """Its address, which it says once it listens."""
    assert process.stdout is not None
    said = next((line for line in process.stdout if line.startswith(_LISTENING)), "")
    assert said, f"The Playground ended with {process.wait()} before it listened."
    address = f"http://127.0.0.1:{int(said.removeprefix(_LISTENING))}"
    with urlopen(f"{address}/_debug/ping", timeout=_SECONDS) as answer:  # noqa: S310 - an address of ours
        assert answer.read() == b"pong"
    return address
