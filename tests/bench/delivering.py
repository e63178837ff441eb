"""What the outbox costs: its deliveries a second, beside a bare loop of the SDK's own call.

One school on SQLite has receipts due for many people. Ours: claimed, composed under the permission
of that moment, rendered, posted by ``SlackMessenger``, marked, committed to the disk. Theirs: one
``AsyncWebClient.chat_postMessage`` after another, of the same payload. Both to the same stand-in,
which says yes at once; the pace that the product keeps for Slack's sake is left off, since it would
be all that is measured. They take turns, and the median of the rounds counts.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.render import message_payload
from bot.app.deliver import Deliverer
from bot.compose.running import THREADS
from bot.domain.ids import Reference
from bot.screens import messages
from tests.bench.ack_apart import apart
from tests.bench.deliver_school import fill, hosts_of, in_threads, slack_messenger, told
from tests.builders import SchoolAtWork, a_school

_MESSAGES: Final = 400
_CASES: Final = 40
_ROUNDS: Final = 5


def measure() -> Iterator[tuple[str, float]]:
    """The ratio, and both of its sides in deliveries a second."""
    with apart("deliver_stand_in", "0") as slack:
        origin = json.loads(slack.line())
        ours, theirs = asyncio.run(_take_turns(origin))
    yield "deliver_vs_sdk", statistics.median(ours) / statistics.median(theirs)
    yield "deliver_a_second", statistics.median(ours)
    yield "sdk_a_second", statistics.median(theirs)


async def _take_turns(origin: str) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory(prefix="bench-deliver-") as folder:
            there = await asyncio.to_thread(_full_school, Path(folder))
            theirs.append(await _sdk(origin, there))
            ours.append(await _outbox(origin, there))
            there.school.store.close()
    reached = told(origin)
    missing = [n for n in range(_MESSAGES) if reached.get(f"U{n:06}", 0) < _ROUNDS]
    if missing:
        raise RuntimeError(f"{len(missing)} messages did not arrive.")
    return ours, theirs


def _full_school(folder: Path) -> SchoolAtWork:
    there = a_school(folder)
    fill(there, _MESSAGES, _CASES)
    return there


async def _outbox(origin: str, there: SchoolAtWork) -> float:
    with ThreadPoolExecutor(THREADS) as executor:
        async with slack_messenger(origin) as messenger:
            deliverer = Deliverer(there.school, messenger, in_threads(executor), lambda each: each)
            began = time.perf_counter()
            sent = await deliverer.deliver_due()
            took = time.perf_counter() - began
    if sent < _MESSAGES:
        raise RuntimeError(f"{sent} messages left.")
    return sent / took


async def _sdk(origin: str, there: SchoolAtWork) -> float:
    part = _payload(there)
    client = AsyncWebClient(token="xoxb-bench", base_url=hosts_of(origin).api)
    began = time.perf_counter()
    for n in range(_MESSAGES):
        await client.chat_postMessage(channel=f"V{n:06}", **part)
    return _MESSAGES / (time.perf_counter() - began)


def _payload(there: SchoolAtWork) -> dict[str, Any]:
    receipt = message_payload(messages.receipt(Reference("2026-001"), ""), there.school.words())
    (part,) = receipt.parts
    return {
        "blocks": list(part.blocks),
        "text": part.text,
        "unfurl_links": False,
        "unfurl_media": False,
    }
