"""Stand-ins for Slack and Teams that misbehave by a rule, and keep what they took all the same."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web

from tests.adapters.slack.stand_in import Failure as SlackFailure
from tests.adapters.slack.stand_in import StandIn as SlackStandIn
from tests.adapters.teams.stand_in import Failure as TeamsFailure
from tests.adapters.teams.stand_in import StandIn as TeamsStandIn

WAIT = 45
"""Seconds that a platform asks to wait."""


class Trouble(Enum):
    """How a call is not answered as it should be."""

    TOO_MANY = "429 with Retry-After"
    DOWN = "503"
    CUT = "the connection is cut"
    SILENT = "no answer in time"
    LOST = "taken, and the answer is lost"
    SLOW = "taken, and the answer comes slowly"
    LATE = "taken, and the answer comes when nobody waits for it any more"
    GONE = "the account is gone"


_TROUBLE = web.RequestKey("trouble", Trouble)
_SLOWLY = 0.05
"""Seconds that a slow answer takes: less than anybody waits."""
_TAKEN = frozenset({Trouble.LOST, Trouble.SLOW, Trouble.LATE})
"""The message is taken all the same."""

Rule = Callable[[str, str], Trouble | None]
"""What goes wrong with a call, about a channel, a conversation or an account."""


@dataclass
class Rough:
    """What both stand-ins do and keep alike. ``seconds`` is the machine's clock."""

    seconds: Callable[[], float]
    rule: Rule = lambda _call, _about: None
    pauses: dict[tuple[str, str], float] = field(default_factory=dict)
    """Until when it asked to be left alone, by call and by whom it was about."""
    early: int = 0
    """Calls that did not wait as long as they were asked to."""
    refused: Counter[Trouble] = field(default_factory=Counter)
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Where each message went, and all that it says."""
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Those who wait for an answer in vain are let go."""

    def trouble(self, call: str, about: str) -> Trouble | None:
        """What goes wrong with this call."""
        now = self.seconds()
        self.early += now < self.pauses.get((call, about), 0.0)
        found = self.rule(call, about)
        if found is None:
            return None
        self.refused[found] += 1
        if found is Trouble.TOO_MANY:
            self.pauses[call, about] = now + WAIT
        return found

    async def dawdle(self, trouble: Trouble | None, request: web.Request) -> None:
        """Takes its time over an answer; a late one is ready once the caller has hung up."""
        if trouble is Trouble.SLOW:
            await asyncio.sleep(_SLOWLY)
        while trouble is Trouble.LATE and not self.released.is_set():
            if request.transport is None or request.transport.is_closing():
                return
            await asyncio.sleep(_SLOWLY / 10)

    def repeated(self) -> set[str]:
        """Where the same came twice."""
        return {where for (where, _), many in Counter(self.taken).items() if many > 1}

    @property
    def repeats(self) -> int:
        """How often somebody got what they had got already."""
        return len(self.taken) - len(set(self.taken))


class RoughSlack(SlackStandIn):
    """Slack on a bad day."""

    rough: Rough

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = dict(request.query) | dict((await request.post()).items())
        if request.content_type == "application/json":
            given |= await request.json()
        about = str(given.get("channel") or given.get("users") or "")
        about = self.chat_of(about) if about in self.users else about
        trouble = self.rough.trouble(method, about)
        if trouble is not None and trouble not in _TAKEN:
            return await self._no_answer(trouble, request)
        before = len(self.messages)
        answer = await super()._api(request)
        for posted in self.messages[before:]:
            self.rough.taken.append((posted.channel, _told(posted.blocks)))
        if trouble is Trouble.LOST:
            return await self._failed(SlackFailure(nothing=True), request)
        await self.rough.dawdle(trouble, request)
        return answer

    async def _no_answer(self, trouble: Trouble, request: web.Request) -> web.StreamResponse:
        match trouble:
            case Trouble.TOO_MANY:
                failure = SlackFailure("ratelimited", 429, {"Retry-After": str(WAIT)})
            case Trouble.DOWN:
                failure = SlackFailure(status=503)
            case Trouble.GONE:
                failure = SlackFailure("user_not_found")
            case _:
                if trouble is Trouble.SILENT:
                    await self.rough.released.wait()
                failure = SlackFailure(nothing=True)
        return await self._failed(failure, request)


class RoughTeams(TeamsStandIn):
    """The Bot Connector on a bad day."""

    rough: Rough

    async def _send(self, request: web.Request) -> web.StreamResponse:
        before = len(self.messages)
        answer = await super()._send(request)
        for posted in self.messages[before:]:
            self.rough.taken.append((posted.conversation, _told(posted.activity)))
        trouble = request.get(_TROUBLE)
        if trouble is Trouble.LOST and request.transport is not None:
            request.transport.abort()
        await self.rough.dawdle(trouble, request)
        return answer

    async def _failed(self, call: str, request: web.Request) -> web.StreamResponse | None:
        about = request.match_info.get("conversation", "")
        trouble = self.rough.trouble(call, about)
        if trouble is None:
            return None
        if trouble in _TAKEN:
            if call == "send":
                request[_TROUBLE] = trouble
            return None
        self.fails(call, self._failure(trouble))
        if trouble is Trouble.SILENT:
            await self.rough.released.wait()
        return await super()._failed(call, request)

    @staticmethod
    def _failure(trouble: Trouble) -> TeamsFailure:
        match trouble:
            case Trouble.TOO_MANY:
                return TeamsFailure(429, "Throttled", {"Retry-After": str(WAIT)})
            case Trouble.DOWN:
                return TeamsFailure(503)
            case Trouble.GONE:
                return TeamsFailure(403, "MessageWritesBlocked")
            case _:
                return TeamsFailure(nothing=True)


def _told(what: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(list(_texts(what)))


def _texts(what: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Every text in it, but not the ids that are new each time."""
    if isinstance(what, dict):
        for name, each in what.items():
            if name in ("text", "title", "label", "value", "alt_text"):
                yield from _texts(each) if isinstance(each, dict | list) else [str(each)]
            else:
                yield from _texts(each) if isinstance(each, dict | list) else ()
    elif isinstance(what, list):
        for each in what:
            yield from _texts(each)
