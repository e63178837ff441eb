"""A payload of another shape than Slack's is not read, whichever way it comes."""

import copy
import json
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.logs import sockets_log
from adapters.slack.server import payload_in
from adapters.slack.socket import SlackSocket
from adapters.slack.sound import NotSound, is_sound
from bot.screens.say import Say
from tests.builders import SchoolAtWork
from tests.markers import everything_logged

from .at_work import AtWork
from .member import button_called
from .stand_in import APP_TOKEN
from .test_acts import FIRST, SECOND, cases, fill, to_the_second_page

USER = {"user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "1.2"}
VIEW = {
    "type": "modal",
    "id": "V1",
    "callback_id": "form",
    "blocks": [{"type": "input"}],
    "state": {"values": {}},
}
ACTION = {"type": "button", "action_id": "press.0", "block_id": "b1", "value": "[]"}
PRESS = {"type": "block_actions", **USER, "actions": [ACTION], "view": VIEW, "message": None}
SOUND: dict[str, dict[str, Any]] = {
    "a command": {"command": "/report-post", "user_id": "U1", "trigger_id": "1.2", "text": ""},
    "a press": PRESS,
    "a form": {"type": "view_submission", **USER, "view": VIEW, "response_urls": []},
    "a shortcut": {"type": "message_action", **USER, "callback_id": "r", "message": {"text": "a"}},
    "a message": {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1"},
    },
    "an event that is new to us": {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "team_join", "user": {"id": "U1"}},
    },
    "a question for the address": {"type": "url_verification", "challenge": "c"},
}
NESTED: Any = "end"
for _ in range(200):
    NESTED = [NESTED]


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_what_slack_sends_is_read(body: dict[str, Any]) -> None:
    assert is_sound(body)


def without(body: dict[str, Any], *path: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    made = copy.deepcopy(body)
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return made


UNSOUND: dict[str, object] = {
    "no object": [],
    "a command of nobody": without(SOUND["a command"], "user_id"),
    "a command without a trigger": without(SOUND["a command"], "trigger_id"),
    "a command with a list": {**SOUND["a command"], "text": ["", ""]},
    "a press of nobody": without(PRESS, "user", "id"),
    "a press of a text": {**PRESS, "user": "U1"},
    "a press of nothing": {**PRESS, "actions": []},
    "a press of two things": {**PRESS, "actions": [ACTION, ACTION]},
    "a press without a name": {**PRESS, "actions": [{**ACTION, "action_id": 7}]},
    "a view that is a text": {**PRESS, "view": "V1"},
    "a form without a view": without(SOUND["a form"], "view"),
    "a view without an id": without(SOUND["a form"], "view", "id"),
    "a view with other blocks": {**PRESS, "view": {**VIEW, "blocks": ["a"]}},
    "a kind that is a list": {**SOUND["a form"], "type": [["view_submission"]]},
    "a view of no kind": {**SOUND["a form"], "view": {**VIEW, "type": None}},
    "answers that are nothing": {**SOUND["a form"], "response_urls": None},
    "answers that are a list": {**SOUND["a form"], "response_urls": ["a", "b"]},
    "an event without an id": without(SOUND["a message"], "event_id"),
    "a message of nobody": {
        **SOUND["a message"],
        "event": {"type": "message", "channel_type": "im", "user": 7, "channel": "D1"},
    },
    "too deep": {**PRESS, "message": {"blocks": NESTED}},
}


@pytest.mark.parametrize("body", UNSOUND.values(), ids=UNSOUND)
def test_what_slack_does_not_send_is_not_read(body: object) -> None:
    assert not is_sound(body)
    if isinstance(body, dict) and "command" not in body:
        with pytest.raises(NotSound) as wrong:
            payload_in(urlencode({"payload": json.dumps(body)}))
        kind = body.get("type")
        assert wrong.value.kind == (kind if isinstance(kind, str) else "unknown")


HALF = "\ud83d"


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_half_a_character_is_replaced_and_the_rest_is_read(body: dict[str, Any]) -> None:
    typed: dict[str, Any] = {**body, "text": f"a{HALF}b \U0001f600"}
    whole = {**body, "text": "a\ufffdb \U0001f600"}
    if "command" not in body:
        typed["deeper"], whole["deeper"] = [{"text": HALF}], [{"text": "\ufffd"}]
    assert not is_sound(typed)
    assert payload_in(json.dumps(typed)) == whole


async def test_a_report_with_half_an_emoji_is_kept(at: AtWork, school: SchoolAtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    await at.done(staff.press(button_called(staff.modal.view, "More, if you know it …")))
    await fill(at, staff, {"poster_name": f"Pat {HALF}"})
    await at.done(staff.submit())
    await at.done(staff.submit())
    assert cases(school) == 1
    at.no_failures()


@pytest.mark.parametrize("way", ["HTTP", "Socket Mode"])
async def test_a_form_that_cannot_be_read_stays_open_and_says_so(at: AtWork, way: str) -> None:
    staff = at.member("staff")
    await at.done(staff.command(""))
    await fill(at, staff, FIRST)
    broken = {**staff.submit_payload(staff.modal), "user": "a-marker"}
    with everything_logged() as logged:
        answer = await brought(at, broken, way)
    first = answer["errors"]
    assert answer["response_action"] == "errors"
    assert list(first.values()) == [Say.SOMETHING_WENT_WRONG.value]
    assert set(first) <= {each.get("block_id") for each in staff.modal.view["blocks"]}
    assert not_read(logged.getvalue()) == ["view_submission"]
    assert "a-marker" not in logged.getvalue()


@pytest.mark.parametrize("way", ["HTTP", "Socket Mode"])
async def test_whatever_else_cannot_be_read_is_acknowledged_and_told(at: AtWork, way: str) -> None:
    message = at.member("staff").message_payload("hello")
    unknown = {"type": "a-marker", "user": "a-marker"}
    for broken, kind in (({**message, "event_id": 7}, "event_callback"), (unknown, "unknown")):
        with everything_logged() as logged:
            assert await brought(at, broken, way) == {}
        assert not_read(logged.getvalue()) == [kind]
        assert "a-marker" not in logged.getvalue()


def not_read(logged: str) -> list[str]:
    """The kinds of payload that the log says could not be read."""
    lines = [json.loads(each) for each in logged.splitlines()]
    return [each["kind"] for each in lines if each["event"] == "payload not read"]


async def brought(at: AtWork, payload: dict[str, Any], way: str) -> dict[str, Any]:
    """The answer to a payload."""
    if way == "HTTP":
        status, text = await at.line.send_payload(payload)
        assert status == 200
        answer: dict[str, Any] = json.loads(text) if text else {}
        return answer
    heard: list[SocketModeResponse] = []

    class Heard:
        logger = sockets_log()

        async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
            heard.append(response)

    server = at.server
    socket = SlackSocket(server._bolt, APP_TOKEN, server._listening.not_read)  # noqa: SLF001
    client = cast("AsyncBaseSocketModeClient", Heard())
    await socket._take(client, SocketModeRequest("interactive", "E1", payload))  # noqa: SLF001
    await socket.close()
    (said,) = heard
    return said.payload or {}
