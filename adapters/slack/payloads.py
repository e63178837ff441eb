"""Decides what a payload of Slack's means: the links of a message, and the cause of an act.

A cause is the same for everything that is one act to a person: a retry of Slack's, a double click.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.app.inbound import Asked, Forwarded
from bot.domain.ids import Cause
from bot.domain.links import find_links
from bot.domain.personal import Personal

PLATFORM: Final = "slack"

Payload = Mapping[str, Any]

_COMMAND: Final = re.compile(r"\A\s*+/?report-post(?:\s++|$)", re.IGNORECASE)
_LINKS: Final = ("url", "from_url", "original_url", "title_link")
_TEXTS: Final = ("text", "pretext", "fallback", "value", "title")
_PARTS: Final = ("blocks", "attachments", "elements", "fields", "text", "accessory", "message")
_DIRECT: Final = "D"
"""How ids of chats with the bot alone begin (docs.slack.dev, Conversations API)."""


def asked_in_command(body: Payload) -> Asked:
    """What was typed behind ``/report-post``, and where."""
    channel = str(body.get("channel_id") or "")
    where = "" if channel.startswith(_DIRECT) else f"{PLATFORM}:{channel}"
    return Asked(Personal(str(body.get("text") or "").strip()), where)


def asked_in_chat(event: Payload) -> Asked:
    """What was written to the bot."""
    typed = str(event.get("text") or "")
    return Asked(Personal(_COMMAND.sub("", typed, count=1).strip()), "")


def is_from_a_person(event: Payload) -> bool:
    """Whether somebody wrote it, and did not edit or delete it, or is a bot."""
    plainly = event.get("subtype") in (None, "file_share")
    return plainly and bool(event.get("user")) and not event.get("bot_id")


def forwarded(message: Payload) -> Forwarded:
    """Every link of a message: in its text, its blocks, its attachments and what it quotes."""
    found = dict.fromkeys(_links_in(message))
    return Forwarded(tuple(Personal(each) for each in found))


def _links_in(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key in _LINKS:
            if isinstance(part.get(key), str):
                yield from _web_addresses(part[key])
        for key in _TEXTS:
            if isinstance(part.get(key), str):
                yield from find_links(part[key])
        for key in _PARTS:
            if not isinstance(part.get(key), str):
                yield from _links_in(part.get(key))
        yield from _links_in(part.get("message_blocks"))
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for each in part:
            yield from _links_in(each)


def _web_addresses(address: str) -> Iterator[str]:
    if address.lower().startswith(("https://", "http://")):
        yield address


def cause_of_trigger(body: Payload) -> Cause:
    """Of a command or a shortcut: each has a trigger of its own."""
    return _cause("trigger", str(body["trigger_id"]))


def cause_of_event(body: Payload) -> Cause:
    """Of an event, through all of Slack's retries."""
    return _cause("event", str(body["event_id"]))


def cause_of_press(body: Payload, action: Payload, held: object) -> Cause:
    """Of a button: the same one, at the same place as it stands, with the same answers."""
    view = body.get("view") or {}
    container = body.get("container") or {}
    place = [view.get("id"), view.get("hash"), container.get("channel_id")]
    place += [container.get("message_ts"), action.get("value"), action.get("selected_option")]
    return _cause("press", [body["user"]["id"], action.get("action_id"), place, held])


def cause_of_view(body: Payload, what: str) -> Cause:
    """Of a modal that came back or was closed: with other answers it is another act."""
    view = body["view"]
    held = (view.get("state") or {}).get("values")
    return _cause(what, [body["user"]["id"], view["id"], view.get("hash"), held])


def _cause(kind: str, what: object) -> Cause:
    told = json.dumps(what, sort_keys=True, separators=(",", ":"))
    return Cause(f"{PLATFORM}:{kind}:{hashlib.sha256(told.encode()).hexdigest()}")
