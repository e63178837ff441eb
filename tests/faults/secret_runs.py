"""The program run with marked secrets, in every way in which it can go wrong; all that it tells."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

import aiohttp
from typer.core import TyperGroup
from typer.main import get_command

from bot.__main__ import app
from tests.adapters.slack.at_work import add_people
from tests.adapters.slack.stand_in import APP_TOKEN, TOKEN, StandIn
from tests.fakes import RunningClock
from tests.faults.fault import Scale
from tests.faults.leaks import in_folder
from tests.running_trial import ROOT

LIMIT: Final = 60
AT_ONCE: Final = 2
"""Programs that run at the same time."""

DATABASE_PASSWORD: Final = "pw-Qx7-database-Zk1"
SPLIT_PASSWORD: Final = "pw-Qx8-@split-at-Zk2"
"""With a sign that an address ought to have escaped."""
MASTER_KEY: Final = "cUtleS1NYXJrZWQtRm9yLVRoZS1GYXVsdC0wMTIzNDU="
"""32 bytes, in base64."""
MARKERS: Final[Mapping[str, str]] = {
    "SLACK_BOT_TOKEN": TOKEN,
    "SLACK_APP_TOKEN": APP_TOKEN,
    "SLACK_SIGNING_SECRET": "5ecre7-of-s1gn1ng-marked-Zk3",
    "TEAMS_APP_PASSWORD": "pw-Qx9-of-the-teams-app-Zk4",
    "REPORT_POST_MASTER_KEY": MASTER_KEY,
    "a broken master key": "Qx10-no-base64-at-all-Zk5",
    "the database's password": DATABASE_PASSWORD,
    "the end of a password with @": SPLIT_PASSWORD.partition("@")[2],
    "a token that Slack does not take": "xoxb-Qx11-revoked-Zk6",
    "an app token that Slack does not take": "xapp-Qx12-revoked-Zk7",
}
_GOOD: Final[Mapping[str, str]] = {
    name: MARKERS[name]
    for name in (
        *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"),
        *("TEAMS_APP_PASSWORD", "REPORT_POST_MASTER_KEY"),
    )
} | {
    "TEAMS_APP_ID": "3f1c9a52-7d1e-4e0a-9a51-0d9a3c1b2e44",
    "TEAMS_TENANT_ID": "b28fdbfd-2b78-4f93-b0f8-8881793f0f8f",
}


@dataclass
class Run:
    """One run, and all that anybody could see of it."""

    name: str
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    json_lines: int = 0

    def told(self, out: bytes, err: bytes) -> None:
        """What it printed and logged."""
        self.seen += [("standard output", out), ("standard error", err)]
        for line in err.splitlines():
            try:
                self.json_lines += isinstance(json.loads(line), dict)
            except ValueError:
                continue

    def kept(self, folder: Path) -> None:
        """What it wrote; the file of the master key is not made, since the key was given."""
        self.seen += [("the data folder", each) for each in in_folder(folder)]


def all_of(scale: Scale) -> list[Run]:
    """Every way; a few in a short run."""
    runs: list[Callable[[], Run]] = [
        partial(_served),
        partial(_begun, "a password that fails", _postgres(DATABASE_PASSWORD)),
    ]
    if scale is Scale.FULL:
        runs.append(partial(_served, crash=True))
        for variable, marker in _NOT_TAKEN.items():
            begins = variable == "SLACK_APP_TOKEN"
            changed = {variable: MARKERS[marker]}
            runs.append(partial(_served, marker, changed=changed, begins=begins))
        runs += [partial(_begun, name, changed) for name, changed in _WRONG.items()]
        runs += [partial(_commanded, *each) for each in (*_helps(), *_COMMANDS)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda run: run(), runs))


def _postgres(password: str) -> dict[str, str]:
    # Nothing listens at this port.
    return {"REPORT_POST_DATABASE": f"postgresql+psycopg://bot:{password}@127.0.0.1:9/school"}


_WRONG: Final[Mapping[str, Mapping[str, str]]] = {
    "a password with @ that is not escaped": _postgres(SPLIT_PASSWORD),
    "a database of another kind": {
        "REPORT_POST_DATABASE": f"mysql://bot:{DATABASE_PASSWORD}@127.0.0.1:9/school"
    },
    "an address that is none": {
        "REPORT_POST_DATABASE": f"postgresql+psycopg//bot:{DATABASE_PASSWORD}@127.0.0.1"
    },
    "a port that is none": {
        "REPORT_POST_DATABASE": f"postgresql+psycopg://bot:{DATABASE_PASSWORD}@127.0.0.1:port/school"
    },
    "a broken master key": {"REPORT_POST_MASTER_KEY": MARKERS["a broken master key"]},
    "tokens in each other's place": {
        "SLACK_BOT_TOKEN": APP_TOKEN,
        "SLACK_APP_TOKEN": TOKEN,
    },
    "a Teams app without a tenant": {"TEAMS_TENANT_ID": ""},
    "a tenant that is none": {"TEAMS_TENANT_ID": MARKERS["TEAMS_APP_PASSWORD"]},
}
_NOT_TAKEN: Final = {
    "SLACK_BOT_TOKEN": "a token that Slack does not take",
    "SLACK_APP_TOKEN": "an app token that Slack does not take",
}
_COMMANDS: Final = (
    ("backup", "--out", "{folder}/backups"),
    ("verify",),
    ("retention",),
)


def _helps() -> Iterator[tuple[str, ...]]:
    """``--help`` of the program, and of every command and what belongs to it."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), get_command(app))]
    while waiting:
        words, command = waiting.pop()
        yield (*words, "--help")
        if isinstance(command, TyperGroup):
            waiting += [((*words, name), each) for name, each in command.commands.items()]


def _environment(folder: Path, changed: Mapping[str, str]) -> dict[str, str]:
    mine = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH"}
    kept = {name: value for name, value in os.environ.items() if name in mine}
    return {**kept, **_GOOD, "REPORT_POST_DATA": str(folder / "data"), **changed}


def _sample(folder: Path) -> str:
    config = folder / "school.toml"
    config.write_text(files("bot").joinpath("sample_school.toml").read_text("utf-8"), "utf-8")
    return str(config)


def _begun(name: str, changed: Mapping[str, str]) -> Run:
    """``serve``, which cannot begin and says why."""
    run = Run(name)
    code = _done(run, changed, "serve", "--port", "0")
    if code == 0 or any(b"Traceback" in each for _, each in run.seen):
        run.wrong.append(f"{name}: it did not end with a sentence")
    return run


def _commanded(*arguments: str) -> Run:
    """Another command, which ends by itself."""
    run = Run(" ".join(arguments))
    _done(run, {}, *arguments)
    return run


def _done(run: Run, changed: Mapping[str, str], *arguments: str) -> int:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        given = [each.format(folder=folder) for each in arguments]
        if "--help" not in given:
            given += ["--config", _sample(folder)]
        done = subprocess.run(
            [sys.executable, "-m", "bot", *given],
            cwd=ROOT,
            env=_environment(folder, changed),
            capture_output=True,
            timeout=LIMIT,
            check=False,
        )
        run.told(done.stdout, done.stderr)
        run.kept(folder)
    return done.returncode


_SERVING: Final = """
import os, sys
from pathlib import Path
from adapters.slack.hosts import Hosts
from bot.compose.school_at_work import Address, Where, serve_school
config, api, crash = sys.argv[1:]
here = frozenset({"127.0.0.1"})
def say(address):
    print(address, flush=True)
    if crash == "crash":
        raise RuntimeError("a mistake of the program's")
where = Where(slack=Hosts(api, here, here))
serve_school(Path(config), os.environ, Address("127.0.0.1", 0), say, where)
"""


@asynccontextmanager
async def _slack() -> AsyncIterator[StandIn]:
    slack = StandIn(RunningClock())
    add_people(slack)
    async with slack.server() as server:
        slack.origin = f"http://127.0.0.1:{server.port}"
        yield slack


def _served(
    name: str = "serving",
    *,
    changed: Mapping[str, str] | None = None,
    crash: bool = False,
    begins: bool = True,
) -> Run:
    """A school at work: asked how it is, knocked at by a stranger, and told to stop."""
    return asyncio.run(_at_work(name, changed or {}, crash=crash, begins=begins))


async def _at_work(name: str, changed: Mapping[str, str], *, crash: bool, begins: bool) -> Run:
    run = Run(f"{name}, and a crash" if crash else name)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with _slack() as slack, aiohttp.ClientSession() as session:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _SERVING, _sample(folder)),
                *(f"{slack.origin}/api/", "crash" if crash else ""),
                cwd=ROOT,
                env=_environment(folder, changed),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), LIMIT)
            if begins and not crash:
                await _look(run, session, line.decode().strip(), process.pid)
                process.send_signal(signal.SIGTERM)
            ending = asyncio.create_task(process.communicate())
            async with asyncio.timeout(LIMIT):
                while not ending.done():
                    slack.envelopes.put_nowait(None)  # Slack ends its side of the line too
                    await asyncio.wait({ending}, timeout=0.2)
            out, err = ending.result()
            run.told(line + out, err)
        run.kept(folder)
        if begins and not crash and process.returncode != 0:
            run.wrong.append(f"{run.name}: it did not end well")
    return run


async def _look(run: Run, session: aiohttp.ClientSession, address: str, pid: int) -> None:
    """Everything that others can see of a process at work."""
    for path in ("/healthz", "/readyz", "/metrics", "/nothing"):
        async with session.get(address + path) as answer:
            run.seen.append((path, await answer.read()))
    forged = {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "1"}
    for path, headers in (
        ("/slack/events", forged),
        ("/api/messages", {"Authorization": "Bearer x"}),
    ):
        async with session.post(address + path, data=b"{", headers=headers) as answer:
            run.seen.append((path, await answer.read()))
    run.seen += [("the process list", each) for each in _listed(pid)]


def _listed(pid: int) -> Iterator[bytes]:
    """How the process list shows it, and those that it started."""
    for each in _family(pid):
        yield Path(f"/proc/{each}/cmdline").read_bytes()


def _family(pid: int) -> Iterator[int]:
    """The process, and those that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        children = task / "children"
        if children.exists():
            for child in children.read_text().split():
                yield from _family(int(child))
