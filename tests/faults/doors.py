"""One school behind each door, all alike, and people who press at it whatever they like."""

import html
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import aiohttp
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.app.school import Holder
from bot.compose.core_world import CoreWorld, core_world
from bot.domain.ids import Role
from bot.domain.personal import Personal
from bot.journeys.sample import PEOPLE
from bot.journeys.story import Journey
from bot.screens.press import FormRef, Press
from bot.screens.say import Say
from tests.adapters.slack.at_work import account_of as slack_account
from tests.adapters.slack.at_work import at_work as slack_at_work
from tests.adapters.slack.member import Line, Member, signed, texts_in
from tests.adapters.slack.stand_in import Posted
from tests.adapters.teams.at_work import at_work as teams_at_work
from tests.faults.hostile_page import desk_app, multipart
from tests.markers import STARTS
from tests.slack_world import made

TWO_ROLES: Final = "staff-3"
"""Somebody who is a deputy and a safeguarding lead as well."""

REFUSED: Final = "refused"
NO_MEMBER: Final = "no member"
ANSWERED: Final = "answered"
_FINE: Final = 200
_SAID: Final[Mapping[str, str]] = {
    Say.NOT_FOR_YOU.value: REFUSED,
    Say.NOT_A_MEMBER.value: NO_MEMBER,
}


@dataclass(frozen=True)
class Heard:
    """What somebody was shown: refused or not, and everything that could be read."""

    became: str
    texts: tuple[str, ...] = ()


class Entrance(Protocol):
    """A door, and the school behind it."""

    name: str
    core: CoreWorld

    async def press(self, who: str, press: Press) -> Heard: ...
    async def submit(self, who: str, form: FormRef) -> Heard: ...


def a_school() -> CoreWorld:
    """The sample school, with somebody in two roles."""
    world = core_world(Journey("Doors", "derwent-vale", STARTS, (), "doors"))
    both = Holder(PEOPLE[TWO_ROLES].email, Personal("Bo Two"))
    held = world.school.holders
    more = {role: (*held.get(role, ()), both) for role in (Role.DEPUTY, Role.DSL)}
    world.school = replace(world.school, holders={**held, **more})
    return world


def _heard(texts: list[str]) -> Heard:
    for text in texts:
        for said, became in _SAID.items():
            if said in text:
                return Heard(became, tuple(sorted(texts)))
    return Heard(ANSWERED, tuple(sorted(texts)))


@dataclass(frozen=True)
class _Line(Line):
    clock: Callable[[], float]

    async def send(self, body: bytes, kind: str, **headers: str) -> tuple[int, str]:
        return await super().send(body, kind, **{**signed(body, at=self.clock()), **headers})


@dataclass
class SlackEntrance:
    """Buttons of messages, and modals that come back."""

    core: CoreWorld
    at: Any
    name: str = "Slack"

    async def press(self, who: str, press: Press) -> Heard:
        me = self._member(who)
        button = made(json.loads(press.encode()))
        posted = Posted(self.at.slack.chat_of(me.user), f"{secrets.token_hex(4)}.0", [], "", {})
        return await self._heard(me, me.press_in(posted, button))

    async def submit(self, who: str, form: FormRef) -> Heard:
        me = self._member(who)
        view = {
            "type": "modal",
            "id": f"V{secrets.token_hex(4)}",
            "callback_id": "form",
            "private_metadata": json.dumps([form.encode()]),
            "blocks": [],
            "state": {"values": {}},
        }
        payload = {**me._interaction("view_submission"), "view": view}  # noqa: SLF001
        return await self._heard(me, me.line.send_payload(payload))

    def _member(self, who: str) -> Member:
        """Somebody whose acts are signed at the door's own time, which runs ahead."""
        line = _Line(self.at.line.session, self.at.line.origin, self.at.clock)
        return Member(self.at.slack, line, slack_account(who))

    async def _heard(self, me: Any, act: Any) -> Heard:  # noqa: ANN401 - a member's act
        slack = self.at.slack
        slack.stacks[me.user] = []
        self.at.clock.ahead += 2
        told, posted = len(me.told), len(me.messages)
        status, answer = await act
        await self.at.settled()
        if status != _FINE:
            return Heard(f"answered with {status}")
        texts = [each for body in me.told[told:] for each in texts_in(body["blocks"])]
        texts += [each for body in me.messages[posted:] for each in texts_in(body.blocks)]
        top = slack.top(me.user)
        texts += texts_in([top.view]) if top else []
        texts += texts_in([json.loads(answer).get("view")]) if answer else []
        return _heard(texts)


@dataclass
class TeamsEntrance:
    """Buttons that open a dialog, and dialogs that come back."""

    core: CoreWorld
    at: Any
    name: str = "Teams"

    async def press(self, who: str, press: Press) -> Heard:
        return await self._sent(who, "task/fetch", {"did": "press", "press": press.encode()})

    async def submit(self, who: str, form: FormRef) -> Heard:
        data = {"did": "submit", "form": form.encode(), "asks": []}
        return await self._sent(who, "task/submit", data)

    async def _sent(self, who: str, name: str, ours: dict[str, Any]) -> Heard:
        user = self.at.user(who)
        value = {"data": {"rp": ours}, "context": {"theme": "default"}}
        sent = user.sender._invoke(name, value, replyToId="")  # noqa: SLF001
        status, body = await self.at.done(user.line.send(sent))
        if status != _FINE:
            return Heard(NO_MEMBER if status == 403 else f"answered with {status}")
        return _heard(list(_strings(body)))


def _strings(part: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _strings(each)


@dataclass
class PageEntrance:
    """The page's buttons, and its forms that are posted."""

    core: CoreWorld
    server: BaseTestServer
    session: aiohttp.ClientSession
    name: str = "the page"

    async def press(self, who: str, press: Press) -> Heard:
        return await self._posted(who, [["do", f"press:{press.encode()}"]])

    async def submit(self, who: str, form: FormRef) -> Heard:
        return await self._posted(who, [["do", "submit"], ["form", form.encode()]])

    async def _posted(self, who: str, fields: list[list[str]]) -> Heard:
        kind, body = multipart([["mark", secrets.token_hex(16)], *fields], [])
        origin = f"http://127.0.0.1:{self.server.port}"
        headers = {"Origin": origin, "Content-Type": kind}
        async with self.session.post(f"{origin}/{who}/act", data=body, headers=headers) as came:
            text = await came.text()
            if came.status != _FINE:
                return Heard(f"answered with {came.status}")
        # What the bot said before stands there too; each line counts once.
        lines = _NEW_EACH_TIME.sub(" ", html.unescape(_TAG.sub("\n", text))).splitlines()
        return _heard(list({each.strip() for each in lines}))


_TAG: Final = re.compile(r"<[^>]*>")
_NEW_EACH_TIME: Final = re.compile(r"\b[0-9a-f]{32}\b|\d\d:\d\d")


@asynccontextmanager
async def entrances(schools: Sequence[CoreWorld]) -> AsyncIterator[list[Entrance]]:
    """Opens all three doors, each to one of these schools."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(slack_at_work(schools[0].school))
        for label, person in PEOPLE.items():
            account = slack_account(label)
            slack.slack.add_user(account, person.email, is_restricted=not person.member)
        teams = await stack.enter_async_context(teams_at_work(schools[1].school))
        app, messenger = desk_app(schools[2])
        stack.callback(messenger.close)
        server = await stack.enter_async_context(TestServer(app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield [
            SlackEntrance(schools[0], slack),
            TeamsEntrance(schools[1], teams),
            PageEntrance(schools[2], server, session),
        ]
