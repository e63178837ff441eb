"""The whole product on a free port of this computer, at a school time of our own, and its users."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from adapters.desk.server import make_app
from bot.compose.desk import open_desk
from bot.compose.trial_folder import TrialFolder
from bot.screens.say import Say

from . import names

BEFORE_HALF_TERM = datetime(2026, 10, 20, 8, 5, tzinfo=UTC)
"""A Tuesday, 09:05 in London; half-term is the week after (DESIGN, Journeys)."""


@asynccontextmanager
async def product(folder: Path, starts: datetime = BEFORE_HALF_TERM) -> AsyncIterator[str]:
    """Runs ``report-post try`` inside the test; its address."""
    ahead = (starts - datetime.now(UTC)) // timedelta(microseconds=1)
    trial = TrialFolder(folder)
    trial.clock.write_text(json.dumps({"ahead_microseconds": ahead}), encoding="utf-8")
    with trial.in_use(fresh=False), open_desk(trial) as desk:
        runner = web.AppRunner(make_app(desk.host, desk.messenger), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await desk.running.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await desk.running.stop_ticking()
        await runner.cleanup()
        await desk.running.stop()


@dataclass
class User:
    """Somebody at the page, who presses what they can see and counts how often."""

    page: Page
    address: str
    taps: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    @property
    def log(self) -> Locator:
        """The log of the tab that is open."""
        return self.page.get_by_role("log", name="Messages")

    @property
    def newest(self) -> Locator:
        """The newest message."""
        return self.page.get_by_role("article").last

    @property
    def status(self) -> Locator:
        """What is said in passing."""
        return self.page.get_by_role("status")

    def form(self, title: str) -> Locator:
        """The form of that title."""
        return self.page.get_by_role("form", name=title, exact=True)

    def view(self, title: str) -> Locator:
        """The view of that title."""
        return self.page.get_by_role("region", name=title, exact=True)

    async def sits_at(self, tab: str) -> None:
        """Opens a tab."""
        if self.page.url == "about:blank":
            await self.page.goto(self.address)
        await self.page.get_by_role("tab", name=tab, exact=True).click()
        await expect(
            self.page.get_by_role("tab", name=tab, exact=True, selected=True)
        ).to_be_visible()

    async def tap(self, what: Locator) -> None:
        """One tap or click."""
        self.taps += 1
        await what.click()

    async def press(self, name: str) -> None:
        """A button, by its whole name."""
        await self.tap(self.page.get_by_role("button", name=name, exact=True).first)

    async def choose(self, question: str, *options: str) -> None:
        """Cards of a question of the pack, by their ids."""
        group = self.page.get_by_role("group", name=names.question(question))
        for label in names.options(question, options):
            await self.tap(group.get_by_label(label, exact=True))

    async def says(self, text: str) -> None:
        """Types to the bot and sends."""
        await self.page.get_by_label("Message Report Post").fill(text)
        await self.press("Send")

    async def adds(self, *files: FilePayload) -> None:
        """Files from the computer; two taps: the button, and the file in the system's window."""
        self.taps += 2
        field = self.page.get_by_label(names.question("screenshots"), exact=False)
        await field.and_(self.page.locator("input[type=file]")).set_input_files(list(files))

    async def begins_report(
        self,
        *,
        safety: Sequence[str] = ("none",),
        content: Sequence[str] = ("racist",),
        about: Sequence[str] = ("staff-member",),
    ) -> None:
        """The first page, up to its *Next*."""
        await self.press("Report a post")
        await self.choose("safety", *safety)
        await self.choose("content", *content)
        await self.choose("about", *about)
        await self.press("Next")

    async def ends_report(
        self, place: str = "closed-group", poster: str = "parent-or-carer"
    ) -> None:
        """The second page, sent."""
        await expect(self.form(names.page("post"))).to_be_visible()
        await self.choose("place", place)
        await self.choose("poster", poster)
        await self.press("Send report")

    async def opens_case(self, reference: str) -> None:
        """Opens a case by its reference."""
        await self.says(f"case {reference}")
        await expect(self.view(f"Case {reference}")).to_be_visible()

    async def answers(
        self, step: str, outcome: str, reason: str = "", resolution: str = "", **asked: str
    ) -> None:
        """Answers a step of the case that is open, and what follows from the outcome."""
        title = names.step(step)
        await self.press(f"Answer: {title}")
        await expect(self.form(title)).to_be_visible()
        label = names.outcome(step, outcome)
        await self.page.get_by_role("radio", name=label, exact=True).first.check()
        for question, answer in asked.items():
            group = self.page.get_by_role("group", name=names.question(question))
            [option] = names.options(question, [answer])
            await group.get_by_label(option, exact=True).check()
        if resolution:
            group = self.page.get_by_role("group", name=Say.RESOLUTION.value)
            await group.get_by_label(names.resolution(resolution), exact=True).check()
        if reason:
            await self.page.get_by_label(Say.REASON.value).fill(reason)
        await self.press("Save")
        await expect(self.form(title)).to_have_count(0)

    async def pending(self) -> list[str]:
        """The steps of the open view that can be answered."""
        buttons = self.page.get_by_role("region").get_by_role("button", name="Answer: ")
        return [name.removeprefix("Answer: ") for name in await buttons.all_inner_texts()]

    async def clock(self, button: str) -> None:
        """Presses a button of the clock, and waits until it was moved."""
        region = self.page.get_by_role("region", name="Clock")
        before = await region.locator("time").first.inner_text()
        await region.get_by_role("button", name=button, exact=True).click()
        await expect(region.locator("time").first).not_to_have_text(before, use_inner_text=True)


@asynccontextmanager
async def a_user(
    browser: Browser, address: str, viewport: ViewportSize, *, dark: bool = False
) -> AsyncIterator[User]:
    """A browser of somebody's own."""
    context = await browser.new_context(
        viewport=viewport, reduced_motion="reduce", color_scheme="dark" if dark else "light"
    )
    user = User(await context.new_page(), address)
    yield user
    await context.close()
    assert user.complaints == []
