"""A school at work behind Slack, everything that came in there, and a way to send more."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.hosts import PATH
from adapters.slack.logs import sockets_log
from adapters.slack.socket import SlackSocket
from bot.journeys.story import Journey
from tests.adapters.slack.at_work import account_of as slack_account
from tests.adapters.slack.member import Line as SlackLine
from tests.adapters.slack.member import signed
from tests.faults.behind_door import BehindDoor
from tests.faults.hostile_values import Json, as_json
from tests.faults.recorded import walk
from tests.slack_world import SlackWorld, slack_world


@dataclass(frozen=True)
class _KeptSlackLine(SlackLine):
    came: list[Json] = field(default_factory=list)

    async def send_form(self, given: Any) -> tuple[int, str]:  # noqa: ANN401
        self.came.append({"form": dict(given)})
        return await super().send_form(given)

    async def send_payload(self, payload: Json) -> tuple[int, str]:
        self.came.append({"payload": payload})
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.send(body, "application/x-www-form-urlencoded")

    async def send_event(self, event: Json, **headers: str) -> tuple[int, str]:
        self.came.append({"event": event})
        return await super().send_event(event, **headers)


@dataclass
class _Heard:
    """What Slack hears over Socket Mode."""

    logger: logging.Logger = field(default_factory=sockets_log)
    answers: list[SocketModeResponse] = field(default_factory=list)

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        self.answers.append(response)


@dataclass
class SlackDoor(BehindDoor):
    """Slack's, by HTTP with signatures; every fifth comes as over Socket Mode."""

    world: SlackWorld
    valid: list[Json]
    name: str = "Slack"
    fine: frozenset[int] = frozenset({200, 401, 404, 413})
    sent: int = 0

    def fresh(self, payload: Json, person: str) -> Json:
        """As a new act of that person's."""
        slack, user = self.world.at.slack, slack_account(person)
        ((how, was),) = payload.items()
        body = dict(was)
        match how:
            case "form":
                body |= {"user_id": user, "trigger_id": slack.new_trigger(user)}
            case "payload":
                body |= {"user": {**body["user"], "id": user}}
                body["trigger_id"] = slack.new_trigger(user)
            case _:
                body["event_id"] = f"Ev{next(slack.numbers):08}"
                body["event"] = {**body["event"], "user": user}
        return {how: body}

    def send(self, payload: Json, person: str) -> int:
        del person
        at, self.sent = self.world.at, self.sent + 1
        at.clock.ahead += 2
        ((how, body),) = payload.items() if len(payload) == 1 else [("event", payload)]
        return self.world._now(self._brought(how, body))  # noqa: SLF001

    async def _brought(self, how: str, body: Any) -> int:  # noqa: ANN401 - anything at all
        at = self.world.at
        if self.sent % 5 == 0 and isinstance(body, dict):
            status = await self._by_socket(body)
        elif how == "form" and isinstance(body, dict):
            text = urlencode(body, errors="surrogatepass").encode()
            status = await self._by_http(text, "application/x-www-form-urlencoded")
        elif how == "payload":
            text = urlencode({"payload": as_json(body).decode()}).encode()
            status = await self._by_http(text, "application/x-www-form-urlencoded")
        else:
            status = await self._by_http(as_json(body), "application/json")
        await at.settled()
        return status

    async def _by_http(self, body: bytes, kind: str) -> int:
        at = self.world.at
        given = {"Content-Type": kind, **signed(body, at=at.clock())}
        url = f"{at.line.origin}{PATH}"
        async with at.line.session.post(url, data=body, headers=given) as came:
            await came.read()
            return came.status

    async def _by_socket(self, body: Json) -> int:
        """As Bolt's own client for Socket Mode hands it over, which no server of ours sees."""
        try:
            read = json.loads(as_json(body))
        except (ValueError, RecursionError):
            return 200  # slack_sdk says that it cannot be read, and goes on
        server = self.world.at.server
        socket = SlackSocket(server._bolt, "xapp-1", server._listening.not_read)  # noqa: SLF001
        heard = _Heard()
        came = SocketModeRequest("interactive", f"E{self.sent}", read)
        await socket._take(cast("AsyncBaseSocketModeClient", heard), came)  # noqa: SLF001
        await socket.close()
        return 200 if heard.answers else 404

    def settle(self) -> None:
        # What a payload said of itself may be at odds with what the platform knows.
        self.world.at.slack.problems.clear()
        self.world.settle()

    def kept(self) -> Iterator[str]:
        slack = self.world.at.slack
        for posted in slack.messages:
            yield json.dumps([posted.blocks, posted.text], ensure_ascii=False)
        for _, body in slack.ephemerals:
            yield json.dumps(body, ensure_ascii=False)
        yield json.dumps(slack.homes, ensure_ascii=False)

    def close(self) -> None:
        with suppress(AssertionError):
            self.world.close()


def slack_door(journey: Journey) -> SlackDoor:
    """A school whose people did that journey in Slack."""
    world = slack_world(journey)
    line = _KeptSlackLine(world.at.line.session, world.at.line.origin)
    world.at.line = line
    walk(world, journey)
    world.at.failures.clear()
    return SlackDoor(world, line.came)
