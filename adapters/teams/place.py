"""Where somebody acted in Teams, and so where the answer can be shown."""

from dataclasses import dataclass
from enum import StrEnum

from adapters.teams.references import Reference


class Way(StrEnum):
    """How an act reached us."""

    TYPED = "typed"
    """Written to the bot: nothing can be opened, a card can be sent."""
    BUTTON = "button"
    """A card in the chat was pressed (Action.Submit): it comes as a message."""
    CARD = "card"
    """A card in the chat was pressed (Action.Execute): the answer takes its place."""
    WINDOW = "window"
    """A dialog opens, or one that is open was pressed: the answer is shown in it."""


@dataclass(frozen=True)
class Place:
    """An act's place. What is empty is not there."""

    where: Reference
    """The chat with the person alone; of something typed in a channel, that conversation."""
    user: str
    way: Way
    card: str = ""
    """The activity whose button was pressed."""
    held_form: bool = False
    """That card is a form or a view of ours, and is replaced; any other stays as it is."""
