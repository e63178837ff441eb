"""Somebody who sits at a Playground: they write, fill in cards and press what they can see."""

import json
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

from playwright.async_api import Locator, Page, Request, Route, expect

from bot.screens.say import Say
from tests.browser import names

_HERE: Final = re.compile(r"(?:https?|wss?)://(?:127\.0\.0\.1|localhost)[:/]|data:|blob:")
"""Its page asks other computers for icons; nothing of a test leaves this one."""


@dataclass
class Seated:
    """Somebody at the page of their own Playground."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def sits_down(self, address: str) -> None:
        """Opens the chat with the bot, which is told that it was installed, and says hello."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await self.page.route("**/*", _stay_here)
        await self.page.goto(address)
        # Its log repeats what is written.
        await self.page.get_by_role("button", name="Hide log panel", exact=True).click()
        await expect(self.newest).to_contain_text(Say.HELP_TITLE.value)

    @property
    def cards(self) -> Locator:
        """The cards in the chat, the newest last."""
        return self.page.locator(".ac-preview-panel")

    @property
    def newest(self) -> Locator:
        """The newest card in the chat."""
        return self.cards.last

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    @property
    def line(self) -> Locator:
        """Where a message is written: the last one, if each thread of a channel has its own."""
        return self.page.locator("[contenteditable=true][role=textbox]").last

    async def opens(self, chat: str) -> None:
        """Another chat, or a channel, by its name."""
        await self.page.get_by_role("treeitem", name=chat, exact=True).click()

    async def writes(self, text: str) -> None:
        """Writes to the bot."""
        await self.line.click()
        await self.page.keyboard.type(text)
        await self.page.get_by_role("button", name="Send Message", exact=True).click()
        await expect(self.page.locator("span").get_by_text(text, exact=True)).to_be_visible()

    async def posts_in_channel(self, channel: str, text: str) -> None:
        """Starts a post in a channel, naming the bot."""
        await self.opens(channel)
        await expect(self.page.get_by_text("Start a new post")).to_be_visible()
        await self.page.locator("[contenteditable=true][role=textbox]").first.click()
        await self.page.keyboard.type("@Report")
        await self.page.get_by_role("menuitem", name="Report Post").click()
        await self.page.keyboard.type(f" {text}")
        await self.page.get_by_role("button", name="Post", exact=True).click()

    async def reports_the_newest(self) -> None:
        """*Report this post* on the last message of a chat: the Playground wants its command."""
        await self.page.get_by_role("button", name="Show more information").last.click()
        await self.page.get_by_role("menuitem", name="Action Command").click()
        await self.page.get_by_role("textbox", name="Command ID").fill(_command())
        await self.page.get_by_role("button", name="Create", exact=True).click()


def _command() -> str:
    """The command of *Report this post*, as the app's package names it."""
    manifest = files("adapters.teams").joinpath("app_package", "manifest.json")
    [extension] = json.loads(manifest.read_text(encoding="utf-8"))["composeExtensions"]
    [command] = extension["commands"]
    return str(command["id"])


async def ticks(card: Locator, question: str, *options: str) -> None:
    """Answers a question of the pack that takes several answers."""
    title = names.question(question)
    for label in names.options(question, options):
        await card.get_by_role("checkbox", name=f"{title} {label}", exact=True).check()


async def chooses(card: Locator, question: str, option: str) -> None:
    """Answers a question of the pack that takes one answer."""
    [label] = names.options(question, [option])
    await chooses_label(card, names.question(question), label)


async def chooses_label(card: Locator, question: str, label: str) -> None:
    """The same for any question, by its words."""
    group = card.get_by_role("radiogroup", name=question, exact=True)
    await group.get_by_role("radio", name=label, exact=True).check()


async def presses(card: Locator, label: str) -> None:
    """A button of a card or dialog, by its whole name."""
    await card.get_by_role("button", name=label, exact=True).click()


async def _stay_here(route: Route, request: Request) -> None:
    if _HERE.match(request.url):
        await route.continue_()
    else:
        await route.abort()
