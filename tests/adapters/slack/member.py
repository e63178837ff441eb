"""A member of the workspace at their screen: what they see, and the payloads that their acts send.

Payloads have the shapes that docs.slack.dev gives (Interactivity, Events API, slash commands).
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from adapters.slack.hosts import PATH

from .stand_in import TEAM, OpenModal, Posted, StandIn, inputs_of, options_of

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"

Payload = dict[str, Any]


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers that Slack sends with a body."""
    stamp = str(int(time.time() if at is None else at))
    base = b"v0:" + stamp.encode() + b":" + body
    signature = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


@dataclass(frozen=True)
class Line:
    """The way from Slack to the bot: signed requests over HTTP."""

    session: aiohttp.ClientSession
    origin: str

    async def send_form(self, given: Mapping[str, Any]) -> tuple[int, str]:
        """A slash command."""
        body = urlencode(given).encode()
        return await self.send(body, "application/x-www-form-urlencoded")

    async def send_payload(self, payload: Payload) -> tuple[int, str]:
        """An interaction."""
        return await self.send_form({"payload": json.dumps(payload)})

    async def send_event(self, event: Payload, **headers: str) -> tuple[int, str]:
        """An event."""
        return await self.send(json.dumps(event).encode(), "application/json", **headers)

    async def send(self, body: bytes, kind: str, **headers: str) -> tuple[int, str]:
        """A signed request; the status and the body of the answer."""
        given = {"Content-Type": kind, **signed(body), **headers}
        async with self.session.post(self.origin + PATH, data=body, headers=given) as answer:
            return answer.status, await answer.text()


@dataclass
class Member:
    """Somebody with an account."""

    slack: StandIn
    line: Line
    user: str

    # What they do

    async def command(self, text: str, channel: str = "C0STAFF", **more: str) -> tuple[int, str]:
        """Types ``/report-post …`` in a channel."""
        return await self.line.send_form(self.command_payload(text, channel) | more)

    def command_payload(self, text: str, channel: str = "C0STAFF") -> Payload:
        """As Slack sends a slash command."""
        return {
            "token": "gIkuvaNzQIHg97ATvDxqgjtO",
            "team_id": TEAM,
            "team_domain": "school",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "staff",
            "user_id": self.user,
            "user_name": self.user.lower(),
            "command": "/report-post",
            "text": text,
            "api_app_id": "A0REPORT",
            "is_enterprise_install": "false",
            "response_url": f"{self.slack.origin}/response/{self.user}",
            "trigger_id": self.slack.new_trigger(self.user),
        }

    async def shortcut(self, message: Payload) -> tuple[int, str]:
        """Chooses *Report this post* on a message."""
        return await self.line.send_payload(self.shortcut_payload(message))

    def shortcut_payload(self, message: Payload) -> Payload:
        """As Slack sends a message shortcut."""
        return {
            **self._interaction("message_action"),
            "callback_id": "report-this-post",
            "message_ts": "1790000000.000100",
            "channel": {"id": "C0STAFF", "name": "staff"},
            "response_url": f"{self.slack.origin}/response/{self.user}",
            "message": {"type": "message", "ts": "1790000000.000100", **message},
        }

    async def write(self, text: str, event_id: str | None = None, **more: Any) -> tuple[int, str]:  # noqa: ANN401
        """Writes to the bot."""
        return await self.line.send_event(self.message_payload(text, event_id, **more))

    def message_payload(self, text: str, event_id: str | None = None, **more: Any) -> Payload:  # noqa: ANN401
        """As Slack sends ``message.im``."""
        event = {
            "type": "message",
            "channel": self.slack.chat_of(self.user),
            "user": self.user,
            "text": text,
            "ts": "1790000000.000200",
            "event_ts": "1790000000.000200",
            "channel_type": "im",
            **more,
        }
        return self._event(event, event_id)

    async def look_at_home(self, tab: str = "home") -> tuple[int, str]:
        """Opens App Home."""
        event = {
            "type": "app_home_opened",
            "user": self.user,
            "channel": self.slack.chat_of(self.user),
            "event_ts": "1790000000.000300",
            "tab": tab,
        }
        return await self.line.send_event(self._event(event, None))

    def _event(self, event: Payload, event_id: str | None) -> Payload:
        return {
            "token": "XXYYZZ",
            "team_id": TEAM,
            "api_app_id": "A0REPORT",
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self.slack.numbers):08}",
            "event_time": 1790000000,
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "is_ext_shared_channel": False,
        }

    async def press_in(self, posted: Posted, button: Payload) -> tuple[int, str]:
        """Presses a button of a message."""
        return await self.line.send_payload(self.press_payload(posted, button))

    def press_payload(self, posted: Posted, button: Payload) -> Payload:
        """As Slack sends a button of a message."""
        return {
            **self._interaction("block_actions"),
            "container": {
                "type": "message",
                "message_ts": posted.ts,
                "channel_id": posted.channel,
                "is_ephemeral": False,
            },
            "channel": {"id": posted.channel, "name": "directmessage"},
            "message": {"type": "message", "ts": posted.ts, "text": posted.text},
            "response_url": f"{self.slack.origin}/response/{self.user}",
            "state": {"values": {}},
            "actions": [self._used(button)],
        }

    async def press(self, button: Payload) -> tuple[int, str]:
        """Presses a button of the modal that is open."""
        return await self.line.send_payload(self.modal_press_payload(self.modal, button))

    def modal_press_payload(self, modal: OpenModal, button: Payload) -> Payload:
        """As Slack sends a control of a modal."""
        return {
            **self._interaction("block_actions"),
            "container": {"type": "view", "view_id": modal.id},
            "view": modal.payload(),
            "actions": [self._used(button)],
        }

    async def press_at_home(self, button: Payload) -> tuple[int, str]:
        """Presses a button of App Home."""
        view = self.slack.homes[self.user]
        payload = {
            **self._interaction("block_actions"),
            "container": {"type": "view", "view_id": view["id"]},
            "view": {**view, "state": {"values": {}}},
            "actions": [self._used(button)],
        }
        return await self.line.send_payload(payload)

    async def submit(self) -> tuple[int, str]:
        """Presses the modal's main button; the screen follows the answer, as Slack's would."""
        modal = self.modal
        status, text = await self.line.send_payload(self.submit_payload(modal))
        if status == 200:
            self.follow(modal, json.loads(text) if text else {})
        return status, text

    def submit_payload(self, modal: OpenModal) -> Payload:
        """As Slack sends a submission."""
        return {
            **self._interaction("view_submission"),
            "view": modal.payload(),
            "response_urls": [],
        }

    def follow(self, modal: OpenModal, answer: Payload) -> None:
        """What Slack does with the answer to a submission."""
        self.errors = {}
        if answer:
            self.slack.check(answer)
        match answer.get("response_action"):
            case None:
                self.slack.close(modal)
            case "clear":
                for each in reversed(self.slack.stacks[self.user]):
                    del self.slack.modals[each]
                self.slack.stacks[self.user] = []
            case "update":
                self.slack.change(modal, answer["view"])
            case "push":
                assert len(self.slack.stacks[self.user]) < 3
                self.slack.show(self.user, answer["view"], modal)
            case "errors":
                blocks = {each["block_id"] for each in inputs_of(modal.view)}
                assert set(answer["errors"]) <= blocks, "Slack shows no error without its block"
                self.errors = answer["errors"]

    async def close(self) -> None:
        """Closes the modal that is seen; Slack tells only if it was asked to."""
        modal = self.modal
        payload = {
            **self._interaction("view_closed"),
            "view": modal.payload(),
            "is_cleared": False,
        }
        self.slack.close(modal)
        if modal.view.get("notify_on_close"):
            await self.line.send_payload(payload)

    async def fill(self, name: str, value: Any) -> bool:  # noqa: ANN401
        """Fills in a field of the modal, by its id; whether it is there. Tells what Slack tells."""
        block = self.input_of(name)
        if block is None:
            return False
        element = block["element"]
        self.modal.values[block["block_id"]] = held = _typed(element, value)
        if block.get("dispatch_action"):
            action = {**held, "block_id": block["block_id"], "action_id": element["action_id"]}
            payload = self.modal_press_payload(self.modal, {"block_id": block["block_id"]})
            payload["actions"] = [{**action, "action_ts": "1790000000.000400"}]
            await self.line.send_payload(payload)
        return True

    def smuggle(self, block_id: str, element: Payload, value: Any) -> None:  # noqa: ANN401
        """What the modal does not ask is sent all the same."""
        self.modal.smuggled[block_id] = {block_id: _typed(element, value)}

    # What they see

    errors: dict[str, str] | None = None

    @property
    def modal(self) -> OpenModal:
        """The modal that is open."""
        found = self.slack.top(self.user)
        assert found is not None, "no modal is open"
        return found

    def input_of(self, name: str) -> Payload | None:
        """The input of a field."""
        for each in inputs_of(self.modal.view):
            if each["block_id"].partition(".")[2] == name:
                return each
        return None

    @property
    def messages(self) -> list[Posted]:
        """Their chat with the bot."""
        return [e for e in self.slack.messages if e.channel == self.slack.chat_of(self.user)]

    @property
    def told(self) -> list[Payload]:
        """What only they see, where they acted."""
        return [body for name, body in self.slack.ephemerals if name == self.user]

    def _interaction(self, kind: str) -> Payload:
        return {
            "type": kind,
            "user": {"id": self.user, "username": "somebody", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "school"},
            "api_app_id": "A0REPORT",
            "token": "9s8d9as89d8as9d8as989",
            "trigger_id": self.slack.new_trigger(self.user),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _used(self, button: Payload) -> Payload:
        return {
            "type": "button",
            "action_ts": f"1790000000.{next(self.slack.numbers):06}",
            "block_id": "b1",
            **{key: button[key] for key in ("action_id", "value", "text") if key in button},
        }


def _typed(element: Payload, value: Any) -> Payload:  # noqa: ANN401
    kind = element["type"]
    offered = {each["value"]: each for each in options_of(element)}
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": value}
        case "radio_buttons" | "static_select":
            made_up = {"text": {"type": "plain_text", "text": "?"}, "value": value}
            chosen = offered.get(value, made_up)
            return {"type": kind, "selected_option": chosen if value else None}
        case "checkboxes" | "multi_static_select":
            ticked = [
                offered.get(each, {"text": {"type": "plain_text", "text": "?"}, "value": each})
                for each in value
            ]
            return {"type": kind, "selected_options": ticked}
        case "datepicker":
            return {"type": kind, "selected_date": value}
        case "datetimepicker":
            return {"type": kind, "selected_date_time": value}
        case "file_input":
            return {"type": kind, "files": [{"id": each} for each in value]}
        case _:
            raise ValueError(kind)


def buttons_in(shown: object) -> list[Payload]:
    """Every button of a view or of a message's blocks, in order."""
    found: list[Payload] = []
    if isinstance(shown, dict):
        if shown.get("type") == "button":
            found.append(shown)
        for each in shown.values():
            found += buttons_in(each)
    elif isinstance(shown, list):
        for each in shown:
            found += buttons_in(each)
    return found


def button_called(shown: object, label: str) -> Payload:
    """The button of that label."""
    for each in buttons_in(shown):
        if each["text"]["text"] == label:
            return each
    labels = [each["text"]["text"] for each in buttons_in(shown)]
    raise AssertionError(f"{label!r} is none of {labels}")


def texts_in(shown: object) -> list[str]:
    """Everything that can be read, in order; the pieces of one line of rich text are joined."""
    if isinstance(shown, list):
        return [text for each in shown for text in texts_in(each)]
    if not isinstance(shown, dict):
        return []
    if shown.get("type") in ("rich_text_section", "rich_text_quote"):
        parts = [each.get("text") or each.get("url") or "" for each in shown["elements"]]
        return ["".join(parts)]
    if isinstance(shown.get("text"), str):
        return [shown["text"]]
    keys = ("title", "text", "label", "hint", "elements", "element", "options", "blocks",
            "fields", "accessory", "alt_text", "description")  # fmt: skip
    return [text for key in keys for text in texts_in(shown.get(key))]
