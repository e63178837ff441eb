"""Chromium for the tests that drive the page: missing, it skips them; required, it fails them."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.adapters.desk.serving import Served, served

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=640)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """Where the browser is; skips the test, or fails it where a browser is required."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("REPORT_POST_REQUIRE_BROWSER") == "1":
        pytest.fail("chromium is missing: apt-get install chromium")
    pytest.skip(
        "chromium is missing (apt-get install chromium): the page was not tried in a browser"
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    where = chromium()
    async with async_playwright() as playwright:
        # Moving the clock does all that falls due on the way, on a machine that may be busy.
        expect.set_options(timeout=20_000)
        started = await playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Served]:
    """The page's server with the fake host behind it."""
    async with served(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, desk: Served) -> AsyncIterator[Page]:  # noqa: ARG001 - ends last
    """A page on a desktop; any complaint in its console fails the test."""
    context = await browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda line: complaints.append(line.text) if line.type == "error" else None
    )
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield opened
    await context.close()
    assert complaints == []
