"""Asks a server as a platform does, over connections that stay open, and takes the time.

Written on sockets: a whole HTTP client would cost as much as what is measured.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from adapters.slack.hosts import PATH
from adapters.teams.server import PATH as TEAMS_PATH
from tests.adapters.slack.at_work import account_of
from tests.adapters.slack.member import SECRET, signed
from tests.adapters.slack.stand_in import TEAM
from tests.adapters.teams.signing import sign


def request_of(
    path: str, body: bytes = b"", kind: str = "", headers: dict[str, str] | None = None
) -> bytes:
    """A request as it goes over the line."""
    told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **(headers or {})}
    if kind:
        told["Content-Type"] = kind
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def command(number: int) -> bytes:
    """A ``/report-post`` of a member of staff, signed just now; each is another one."""
    given = {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": TEAM,
        "channel_id": "C0STAFF",
        "channel_name": "staff",
        "user_id": account_of("staff"),
        "command": "/report-post",
        "text": "",
        "api_app_id": "A0REPORT",
        "response_url": "https://hooks.slack.com/commands/x",
        "trigger_id": f"{time.time_ns()}.{number}.trigger",
    }
    body = urlencode(given).encode()
    kind = "application/x-www-form-urlencoded"
    return request_of(PATH, body, kind, signed(body, SECRET))


def activity_request(activity: Mapping[str, Any]) -> bytes:
    """An activity with the Bot Connector's token."""
    body = json.dumps(activity).encode()
    headers = {"Authorization": f"Bearer {sign(activity)}"}
    return request_of(TEAMS_PATH, body, "application/json", headers)


@dataclass
class Line:
    """A connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, port: int) -> "Line":
        """To a port of this computer."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> tuple[float, int, bytes]:
        """Seconds until the answer was here, its status and its body."""
        began = time.perf_counter()
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        took = time.perf_counter() - began
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = await self.reader.readexactly(length) if length else b""
        return max(took, time.perf_counter() - began if body else took), int(head[9:12]), body

    async def close(self) -> None:
        """Ends it."""
        self.writer.close()
        await self.writer.wait_closed()


async def acks(port: int, make: Callable[[int], bytes], *, at_once: int, each: int) -> list[float]:
    """Seconds of each ack: so many lines, on each one request after the other."""
    lines = [await Line.to(port) for _ in range(at_once)]
    took: list[float] = []

    async def one_after_the_other(line: Line) -> None:
        for number in range(each):
            seconds, status, _ = await line.ask(make(number))
            if status != 200:
                raise RuntimeError(status)
            took.append(seconds)

    await asyncio.gather(*(one_after_the_other(line) for line in lines))
    for line in lines:
        await line.close()
    return took


async def opened(slack: str) -> int:
    """How many modals the stand-in has opened so far."""
    line = await Line.to(urlsplit(slack).port or 0)
    _, _, body = await line.ask(request_of("/opened"))
    await line.close()
    return int(json.loads(body))


def at(share: float, took: Sequence[float]) -> float:
    """The time within which that share of the answers came; 0.99: all but one of a hundred."""
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
