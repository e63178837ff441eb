"""manifest.json and the code name the same command, shortcut, events and rights."""

import json
import re
from pathlib import Path
from typing import Any

from adapters.slack import app, client

ROOT = Path(__file__).parents[3]

SCOPE_OF = {
    "auth.test": None,
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "conversations.open": "im:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "views.open": None,
    "views.push": None,
    "views.update": None,
    "views.publish": None,
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.info": "files:read",
}
"""What docs.slack.dev/reference/methods says that each method needs."""

SCOPE_OF_EVENT = {"app_home_opened": None, "message.im": "im:history"}
"""docs.slack.dev/reference/events; im:history is what message.im is sent with."""


def the_manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text("utf-8"))
    return manifest


def methods_called() -> set[str]:
    source = Path(client.__file__).read_text("utf-8")
    return set(re.findall(r'_call\(\s*"([A-Za-z.]+)"', source))


def test_every_method_that_is_called_has_its_scope_here() -> None:
    assert methods_called() == set(SCOPE_OF)


def test_the_scopes_are_those_that_are_used_and_no_others() -> None:
    used = {SCOPE_OF[each] for each in methods_called()}
    used |= {SCOPE_OF_EVENT[each] for each in events()}
    assert set(the_manifest()["oauth_config"]["scopes"]["bot"]) == (used - {None}) | {"commands"}


def events() -> list[str]:
    found: list[str] = the_manifest()["settings"]["event_subscriptions"]["bot_events"]
    return found


def test_the_command_the_shortcut_and_the_events_are_those_that_are_listened_to() -> None:
    features = the_manifest()["features"]
    assert [each["command"] for each in features["slash_commands"]] == [app.COMMAND]
    assert [each["callback_id"] for each in features["shortcuts"]] == [app.SHORTCUT]
    assert {each.partition(".")[0] for each in events()} == set(app.EVENTS)


def test_a_person_may_write_to_the_bot() -> None:
    home = the_manifest()["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
