"""A school whose outbox is full: reports of which many people hear at the same moment."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aiohttp

from adapters.slack.client import SECONDS, SlackClient
from adapters.slack.hosts import Hosts
from adapters.slack.messenger import SlackMessenger
from bot.app.intents import Intent, ToPerson
from bot.domain.ids import CaseId, MessageKind, PersonId
from tests.builders import SchoolAtWork

PEOPLE_A_CASE = 10
"""So many reported the same post, and each has a receipt due."""


def fill(there: SchoolAtWork, count: int, cases: int) -> None:
    """So many receipts that are due, each for somebody else, of so many cases."""
    links = ({f"https://example.com/{n}"} for n in range(cases))
    opened = [there.report(links=each) for each in links]
    there.settle()  # what else a report brings has left already
    with there.school.store.writing() as writing:
        writing.enqueue([_receipt(there, opened[n % cases], n) for n in range(count)])


def _receipt(there: SchoolAtWork, case: CaseId, number: int) -> Intent:
    person = PersonId(f"U{number:06}")
    at = there.clock.now()
    return Intent(f"bench:{number}", MessageKind.RECEIPT, ToPerson(person), at, (case,))


def hosts_of(origin: str) -> Hosts:
    """Where the stand-in is."""
    here = frozenset({"127.0.0.1"})
    return Hosts(f"{origin}/api/", here, here)


@asynccontextmanager
async def slack_messenger(origin: str) -> AsyncIterator[SlackMessenger]:
    """How messages leave for the stand-in, as they do for Slack."""

    async def no_channel() -> str | None:
        return None

    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = SlackClient("xoxb-bench", session, hosts=hosts_of(origin))
        yield SlackMessenger(client, no_channel, _raise)


def _raise(_what: str, error: Exception) -> None:
    raise error


def told(origin: str) -> dict[str, int]:
    """How often each person was written to, as the stand-in counted."""
    with urllib.request.urlopen(f"{origin}/told") as answer:  # noqa: S310 - our own stand-in
        found: dict[str, int] = json.load(answer)
    return found


Run = Callable[[Callable[[], object]], Awaitable[object]]


def in_threads(executor: ThreadPoolExecutor) -> Run:
    """Work off the event loop, as a running school does it."""

    async def run(work: Callable[[], object]) -> object:
        return await asyncio.get_running_loop().run_in_executor(executor, work)

    return run
