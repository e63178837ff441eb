"""The sample school in a Playground, for the tests that drive it in chromium."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from bot.compose.trial_folder import TrialFolder
from tests.browser.conftest import chromium
from tests.browser.product import BEFORE_HALF_TERM, User, a_user
from tests.node import node_modules
from tests.running_trial import a_trial

from .instance import a_playground
from .seated import Seated

DESKTOP: Final = ViewportSize(width=1280, height=1400)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    node_modules()
    where = chromium()
    async with async_playwright() as playwright:
        # Moving the clock does all that falls due on the way, on a machine that may be busy.
        expect.set_options(timeout=20_000)
        started = await playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield started
        await started.close()


@dataclass(frozen=True)
class Teams:
    """A trial that answers Playgrounds, each with somebody else of the school before it."""

    folder: Path
    address: str
    browser: Browser

    @asynccontextmanager
    async def seat(self, who: str) -> AsyncIterator[Seated]:
        """Somebody, by their label, sits down; whatever their page complains of fails the test."""
        with a_playground(self.folder, self.address, who) as address:
            context = await self.browser.new_context(viewport=DESKTOP, locale="en-GB")
            seated = Seated(await context.new_page())
            await seated.sits_down(address)
            yield seated
            await context.close()
        assert seated.complaints == []

    @asynccontextmanager
    async def clock(self) -> AsyncIterator[User]:
        """The local page, by which the school's time is moved."""
        async with a_user(self.browser, self.address, DESKTOP) as user:
            await user.sits_at("Administrator")
            yield user


@pytest.fixture
def teams(browser: Browser, tmp_path: Path) -> Iterator[Teams]:
    """``report-post try --teams``, on a Tuesday morning."""
    ahead = (BEFORE_HALF_TERM - datetime.now(UTC)) // timedelta(microseconds=1)
    TrialFolder(tmp_path).clock.write_text(
        json.dumps({"ahead_microseconds": ahead}), encoding="utf-8"
    )
    with a_trial(tmp_path, "--port", "0", "--teams") as trial:
        yield Teams(tmp_path, trial.address, browser)
