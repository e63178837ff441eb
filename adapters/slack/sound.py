"""Decides which payloads have the shape that Slack gives them; whatever else comes is not read.

Only Slack can sign one, so this is no guard against strangers: it keeps a payload that is broken,
or of a kind that Slack may add one day, from being taken for an act. Half a character in what
somebody typed is no reason: it is replaced.
Shapes: docs.slack.dev (Interactivity, Events API, Slash commands).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard

_DEEPEST: Final = 60
"""Objects and lists within each other; rich text in a message that was forwarded has about 20."""

_OBJECTS: Final = (
    *("user", "team", "channel", "message", "view", "container", "event", "enterprise"),
    *("function_data", "assistant_thread", "item", "previous_message"),
)
"""What an interaction or an event holds as an object, or as nothing."""

_IN_EVENTS: Final = ("message", "item", "assistant_thread", "previous_message", "view")
"""The same, within an event."""

_LISTS: Final = ("authorizations", "response_urls")
"""What holds objects, in a list, where it is there; Bolt looks at the first."""

_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
SUBMISSION: Final = "view_submission"
_INTERACTIONS: Final = frozenset({"block_actions", SUBMISSION, "view_closed", "message_action"})


_KINDS: Final = _INTERACTIONS | {"event_callback"}
_COMMAND: Final = "command"
_UNKNOWN: Final = "unknown"


class NotSound(ValueError):
    """A payload of Slack's own that cannot be read. Its text and its fields hold nothing of it."""

    def __init__(self, body: object = None) -> None:
        """``kind``: one of a closed set. ``field``: where a modal can show what is wrong."""
        found = body if isinstance(body, Mapping) else {}
        self.kind = _kind(found)
        self.field = first_input(_object(found, "view"))
        super().__init__(f"a payload of Slack's that cannot be read: {self.kind}")


def sound(body: object) -> Mapping[str, Any]:
    """The payload, with whole characters alone. Raises ``NotSound``."""
    if is_sound(body):
        return body
    if not isinstance(body, Mapping) or not _is_shallow(body):
        raise NotSound(body)
    whole = _whole(body)
    if not is_sound(whole):
        raise NotSound(body)
    return whole


def is_sound(body: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a payload can be read: in its shape, in its depth, and in its characters."""
    return isinstance(body, Mapping) and _has_shape(body) and _is_plain(body)


def first_input(view: Mapping[str, object]) -> str:
    """The block of a modal's first input, empty if there is none: Slack shows errors there."""
    blocks = view.get("blocks")
    for each in blocks if isinstance(blocks, list) else ():
        if isinstance(each, Mapping) and each.get("type") == "input":
            name = each.get("block_id")
            return name if isinstance(name, str) and _is_plain(name) else ""
    return ""


def _kind(body: Mapping[str, object]) -> str:
    if "command" in body:
        return _COMMAND
    kind = body.get("type")
    return kind if isinstance(kind, str) and kind in _KINDS else _UNKNOWN


def _has_shape(body: Mapping[str, object]) -> bool:
    if "command" in body:
        return _are_texts(body, "user_id", "trigger_id") and all(
            isinstance(each, str) for each in body.values()
        )
    if not _are_objects(body, _OBJECTS) or not all(
        _is_list(body[each]) for each in _LISTS if each in body
    ):
        return False
    kind = body.get("type")
    if not isinstance(kind, str | None):
        return False
    if kind == "event_callback":
        return _are_texts(body, "event_id") and _is_event(_object(body, "event"))
    return kind not in _INTERACTIONS or _is_interaction(kind, body)


def _is_list(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(each, Mapping) for each in found)


def _are_objects(part: Mapping[str, object], names: Iterable[str]) -> bool:
    return all(isinstance(part.get(each), Mapping | None) for each in names)


def _is_event(event: Mapping[str, object]) -> bool:
    if not _are_objects(event, _IN_EVENTS):
        return False
    match event.get("type"):
        case "message" if event.get("channel_type") == "im" and "user" in event:
            return _are_texts(event, "user", "channel")
        case "app_home_opened":
            return _are_texts(event, "user")
        case kind:
            return isinstance(kind, str)


def _is_interaction(kind: str, body: Mapping[str, object]) -> bool:
    if not _are_texts(_object(body, "user"), "id"):
        return False
    view = body.get("view")
    whole = view is None or _is_view(_object(body, "view"))
    match kind:
        case "block_actions":
            return whole and _are_actions(body.get("actions"))
        case "message_action":
            return _are_texts(body, "callback_id", "trigger_id") and "message" in body
        case _:
            return whole and view is not None


def _is_view(view: Mapping[str, object]) -> bool:
    blocks, state = view.get("blocks", []), view.get("state")
    return (
        _are_texts(view, "id", "callback_id", "type")
        and isinstance(blocks, list)
        and all(isinstance(each, Mapping) for each in blocks)
        and isinstance(state, Mapping | None)
    )


def _are_actions(actions: object) -> bool:
    return (
        isinstance(actions, list)
        and len(actions) == 1
        and isinstance(actions[0], Mapping)
        and _are_texts(actions[0], "type", "action_id", "block_id")
    )


def _are_texts(part: Mapping[str, object], *names: str) -> bool:
    return all(isinstance(part.get(each), str) for each in names)


def _object(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _is_plain(part: object, depth: int = 0) -> bool:
    """Whether nothing lies too deep, and no text holds half of a pair, which is no character."""
    if isinstance(part, str):
        return part.isascii() or _is_text(part)
    if not isinstance(part, Mapping | list):
        return True
    if depth > _DEEPEST:
        return False
    inner = part.values() if isinstance(part, Mapping) else part
    return all(_is_plain(each, depth + 1) for each in inner)


def _is_shallow(part: object, depth: int = 0) -> bool:
    if not isinstance(part, Mapping | list):
        return True
    inner = part.values() if isinstance(part, Mapping) else part
    return depth <= _DEEPEST and all(_is_shallow(each, depth + 1) for each in inner)


def _whole(part: object) -> object:
    """The same with U+FFFD for each half of a pair."""
    match part:
        case str():
            return part if _is_text(part) else "".join(map(_character, part))
        case Mapping():
            return {name: _whole(each) for name, each in part.items()}
        case list():
            return [_whole(each) for each in part]
        case _:
            return part


def _character(found: str) -> str:
    return found if _is_text(found) else _REPLACED


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
