"""Decides what an activity of Teams means: where it comes from, what was typed, which act it is.

A cause is the same for everything that is one act to a person: the connector's second attempt, a
restart. Shapes: learn.microsoft.com/microsoftteams/platform (Messages in bot conversations; Create
and send dialogs; Card actions) and adaptive-cards/authoring-cards/universal-action-model.
"""

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.teams.links_in_message import links_in_html, links_in_message
from adapters.teams.references import Reference
from bot.domain.ids import Cause

PLATFORM: Final = "teams"
ACTIVITY: Final = "report-post.activity"
"""Under which a turn's state holds the activity as it came."""

Payload = Mapping[str, Any]

_COMMAND: Final = re.compile(r"\A\s*+/?\s*+report-post(?:\s++|$)", re.IGNORECASE)
_BLANK: Final = re.compile(r"&nbsp;|\xa0")
_MENTION: Final = re.compile(r"<at(?:\s[^<>]*)?>([^<>]*)</at>", re.IGNORECASE)
_THREAD: Final = ";messageid="
"""Ends the id of a channel where somebody wrote in a thread of it."""
_PERSONAL: Final = "personal"
_CHANNEL: Final = "channel"
_HTML: Final = "text/html"
_FILE: Final = "application/vnd.microsoft.teams.file.download.info"
_IMAGE: Final = "image/"


ANSWER: Final = "report-post-answer"
"""Under which the answer of an invoke is left in a turn: its status, and its body if it has one."""


def activity_of(context: Any) -> Payload:  # noqa: ANN401 - the SDK's TurnContext
    """The activity of a turn, as it came."""
    found: Payload = context.turn_state[ACTIVITY]
    return found


# Where


def reference_of(activity: Payload) -> Reference:
    """Where an activity came from. In a channel: the channel, not the thread of it."""
    thread = thread_of(activity)
    conversation = thread.conversation.partition(_THREAD)[0]
    return Reference(
        thread.service_url,
        conversation,
        thread.bot,
        thread.tenant,
        thread.user,
        conversation if _kind(activity) == _CHANNEL else "",
    )


def thread_of(activity: Payload) -> Reference:
    """Where an activity came from, the thread of a channel included: to answer there."""
    conversation, bot = _id(activity, "conversation"), _id(activity, "recipient")
    own = _kind(activity) == _PERSONAL and _is_with_the_bot(conversation, bot)
    return Reference(
        service_url=_text(activity.get("serviceUrl")),
        conversation=conversation,
        bot=bot,
        tenant=tenant_of(activity),
        user=_id(activity, "from") if own else "",
        channel=conversation.partition(_THREAD)[0] if _kind(activity) == _CHANNEL else "",
    )


def channel_of(activity: Payload) -> str:
    """How the application knows the channel in which somebody wrote."""
    return f"{PLATFORM}:{reference_of(activity).encode()}"


def in_channel(activity: Payload) -> bool:
    """Whether others read along: a channel or a group chat."""
    where = activity.get("conversation")
    return _kind(activity) != _PERSONAL and (
        bool(_kind(activity)) or part_of(where, "isGroup") is True
    )


def tenant_of(activity: Payload) -> str:
    """The tenant that an activity comes from; empty if it does not say, or names two."""
    named = [
        _text(part_of(part_of(activity.get("channelData"), "tenant"), "id")),
        _text(part_of(activity.get("conversation"), "tenantId")),
    ]
    found = {each.casefold() for each in named if each}
    return found.pop() if len(found) == 1 else ""


def _kind(activity: Payload) -> str:
    return _text(part_of(activity.get("conversation"), "conversationType"))


def _is_with_the_bot(conversation: str, bot: str) -> bool:
    """Whether a chat of two is with the bot, not between two people where somebody called it.

    The bot's chats are ``a:…``, or ``19:<one>_<other>@unq.gbl.spaces`` with its own id.
    """
    return not conversation.startswith("19:") or bot.rpartition(":")[2] in conversation


# What


def typed_text(activity: Payload) -> str:
    """What was typed, without the bot's name and the leading ``report-post``.

    A link that Teams shows by its title is in the message's other form alone; it comes at the end.
    """
    typed = _text(activity.get("text"))
    for mention in _mentions_of_the_bot(activity):
        typed = typed.replace(mention, " ", 1)
    typed = _BLANK.sub(" ", _MENTION.sub(r"\1", typed))
    typed = _COMMAND.sub("", typed, count=1).strip()
    shown = html.unescape(typed)
    hidden = [each for each in _hidden_links(activity) if _bare(each) not in shown]
    return "\n".join([typed, *hidden]).strip()


def links_of(activity: Payload) -> list[str]:
    """Every link of the message on which somebody chose *Report this post*; each once."""
    return links_in_message(part_of(activity.get("value"), "messagePayload"))


def attachments_of(activity: Payload) -> list[Payload]:
    """The pictures and files that were sent, not the message's other forms and its cards."""
    return [each for each in _attachments(activity) if _is_file(_text(each.get("contentType")))]


def card_data(activity: Payload) -> Payload:
    """What a button carried back, with the card's inputs; empty if it was none."""
    value = _opened(activity.get("value"))
    for inner in (part_of(_opened(part_of(value, "action")), "data"), part_of(value, "data")):
        found = _opened(inner)
        if isinstance(found, dict):
            return found
    return value if isinstance(value, dict) and activity.get("type") == "message" else {}


def cause_of(activity: Payload) -> Cause:
    """Of an act: its own id in its conversation, or all that it says if it has none."""
    named = _text(activity.get("id"))
    if not named:
        keys = ("type", "name", "from", "replyToId", "timestamp", "text", "value")
        named = _digest([activity.get(each) for each in keys])
    conversation = _id(activity, "conversation").partition(_THREAD)[0]
    return Cause(f"{PLATFORM}:{conversation}:{named}")


def click_of(activity: Payload) -> str:
    """The same for two clicks on one button with the same inputs."""
    where = [_id(activity, "conversation"), activity.get("replyToId"), _id(activity, "from")]
    return _digest([*where, card_data(activity)])


def part_of(found: object, name: str) -> object:
    """What stands under a name, if there is such a thing."""
    return found.get(name) if isinstance(found, dict) else None


def _mentions_of_the_bot(activity: Payload) -> Iterator[str]:
    entities = activity.get("entities")
    for each in entities if isinstance(entities, list) else []:
        mentioned = _text(part_of(part_of(each, "mentioned"), "id"))
        written = _text(part_of(each, "text"))
        if written and mentioned == _id(activity, "recipient"):
            yield written


def _hidden_links(activity: Payload) -> Iterator[str]:
    for each in _attachments(activity):
        if each.get("contentType") == _HTML:
            yield from links_in_html(_text(each.get("content")), in_text=False)


def _bare(link: str) -> str:
    """A link as people type it: Teams completes it where it leads."""
    return link.partition("//")[2].removesuffix("/")


def _attachments(activity: Payload) -> list[Payload]:
    found = activity.get("attachments")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _is_file(kind: str) -> bool:
    return kind == _FILE or kind.startswith(_IMAGE)


def _opened(value: object) -> object:
    """A value, which some clients send as a line of JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _id(activity: Payload, name: str) -> str:
    return _text(part_of(activity.get(name), "id"))


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""


def _digest(what: object) -> str:
    told = json.dumps(what, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
