"""Decides how a conversation of Teams is named, so that it can be written to later."""

import json
from dataclasses import astuple, dataclass, replace


class NotAReference(ValueError):
    """A text that ``Reference.encode`` did not write."""


@dataclass(frozen=True)
class Reference:
    """A conversation, and through which service it is reached; ids alone, no name.

    ``user`` is whom it is with, if it is somebody's own chat with the bot; ``channel`` is the
    channel's id if it is one of a team.
    """

    service_url: str
    conversation: str
    bot: str
    tenant: str
    user: str = ""
    channel: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it is somebody's own chat with the bot."""
        return bool(self.user)

    def encode(self) -> str:
        """One line of JSON."""
        return json.dumps(astuple(self), separators=(",", ":"))

    def chat_of(self, user: str, conversation: str) -> "Reference":
        """Somebody's own chat with the same bot, through the same service."""
        return replace(self, user=user, conversation=conversation, channel="")


def read_reference(text: str) -> Reference:
    """The reference that ``encode`` wrote. Raises ``NotAReference``."""
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise NotAReference from wrong
    if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
        raise NotAReference
    try:
        reference = Reference(*parts)
    except TypeError as wrong:
        raise NotAReference from wrong
    if not (reference.service_url and reference.conversation):
        raise NotAReference
    return reference


def place_of(channel: str) -> str:
    """Which channel of which platform it is, to tell two apart.

    One of Teams may be reached through several services; of another platform it is its name.
    """
    platform, _, name = channel.partition(":")
    try:
        return f"{platform}:{read_reference(name).conversation}"
    except NotAReference:
        return channel
