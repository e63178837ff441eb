"""Where somebody acted in Slack, and so where the answer can be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

DEEPEST: Final = 3
"""Modals that may lie on one another (docs.slack.dev, Modals)."""


@dataclass(frozen=True)
class OpenView:
    """A modal that is open. ``hash`` is the state in which it was acted on."""

    id: str
    hash: str
    depth: int
    previous: str
    holds_form: bool


@dataclass(frozen=True)
class Place:
    """A command, a button or a message. What is empty is not there."""

    user: str
    trigger: str = ""
    """Opens one modal within three seconds."""
    response_url: str = ""
    """Says something to the person alone, where they acted."""
    chat: str = ""
    """The chat with the bot, if it was there."""
    view: OpenView | None = None
    at_home: bool = False


def place_of(body: Mapping[str, Any], *, holds_form: bool = False) -> Place:
    """The place of a button or a shortcut."""
    view = body.get("view") or {}
    modal = view.get("type") == "modal"
    return Place(
        user=str(body["user"]["id"]),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        view=view_of(view, holds_form=holds_form) if modal else None,
        at_home=view.get("type") == "home",
    )


def view_of(view: Mapping[str, Any], *, holds_form: bool) -> OpenView:
    """The modal of a payload."""
    view_id, root = str(view["id"]), str(view.get("root_view_id") or view["id"])
    previous = str(view.get("previous_view_id") or "")
    depth = DEEPEST
    if view_id == root:
        depth = 1
    elif previous == root:
        depth = 2
    return OpenView(view_id, str(view.get("hash") or ""), depth, previous, holds_form)
