"""Slack's app manifest is one that Slack accepts, and it asks for no more than it needs."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "tests/data/slack-manifest.schema.2.0.0.json").read_text("utf-8"))


def the_manifest() -> dict[str, Any]:
    """The manifest that a school uploads to Slack."""
    manifest: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text("utf-8"))
    return manifest


def mistakes(manifest: dict[str, Any]) -> list[str]:
    """What Slack's own schema finds wrong, each with its place."""
    return [f"{e.json_path}: {e.message}" for e in Draft7Validator(SCHEMA).iter_errors(manifest)]


def test_slack_accepts_the_manifest() -> None:
    assert mistakes(the_manifest()) == []


def test_the_schema_finds_a_name_that_is_too_long() -> None:
    manifest = the_manifest()
    manifest["features"]["shortcuts"][0]["name"] = "Report this post " * 2
    assert [m.split(":")[0] for m in mistakes(manifest)] == ["$.features.shortcuts[0].name"]


def test_there_is_the_command_the_shortcut_and_the_home_tab() -> None:
    features = the_manifest()["features"]
    assert [c["command"] for c in features["slash_commands"]] == ["/report-post"]
    assert [(s["type"], s["name"]) for s in features["shortcuts"]] == [
        ("message", "Report this post")
    ]
    assert features["app_home"]["home_tab_enabled"]


def test_the_manifest_asks_for_these_scopes_and_no_others() -> None:
    assert the_manifest()["oauth_config"]["scopes"] == {
        "bot": [
            "chat:write",
            "commands",
            "files:read",
            "files:write",
            "im:history",
            "im:write",
            "users:read",
            "users:read.email",
        ]
    }


def test_no_address_is_needed_since_the_bot_connects_by_itself() -> None:
    settings = the_manifest()["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["event_subscriptions"] == {"bot_events": ["app_home_opened", "message.im"]}
