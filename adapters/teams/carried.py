"""Decides what a card's buttons carry back, all under one key; ``read`` understands it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.domain.ids import EvidenceId
from bot.screens.press import FormRef, Press

FALLBACK: Final = "fallback"
"""Marks what stands for a button where there is no Action.Execute."""
OURS: Final = "rp"
"""The one key under which everything of ours stands in a button's data."""
CLEAR: Final = "clear."
"""Before an input's name: the toggle that deletes what is kept there."""
TIME: Final = "~time"
"""After an input's name: the time of a moment whose day the input itself holds."""


class Did(StrEnum):
    """Which of a card's controls was used."""

    PRESS = "press"
    SUBMIT = "submit"
    """A form's main button."""
    BACK = "back"
    CHANGE = "change"
    """No card of ours has it: Adaptive Cards 1.5 tells of no choice before a button is pressed."""
    TURN = "turn"
    """Another page of a View."""
    PICTURE = "picture"
    """A piece of evidence, shown in its View."""
    SEE = "see"
    """What a form in the chat does not show."""
    KEEP = "keep"
    """Keeps the page and closes the dialog, so that pictures can be sent into the chat."""
    CLOSE = "close"
    """Empties a View that is shown in the chat."""
    HERE = "here"
    """No dialog opens for this person: this, and all that follows, is shown in the chat."""


@dataclass(frozen=True)
class Inputs:
    """What a form's card asks."""

    form: FormRef
    asks: Sequence[str] = ()
    """The names of all inputs on the card."""
    kept: Sequence[str] = ()
    """Of these, the names whose kept text the card does not show."""


@dataclass(frozen=True)
class Showing:
    """Which View, and which page of it, a button stands on."""

    here: Press
    page: int = 0


def carried(
    did: Did,
    on: Inputs | Showing | None = None,
    *,
    press: Press | None = None,
    page: int | None = None,
    evidence: EvidenceId | None = None,
) -> dict[str, Any]:
    """A button's data; only the keys that are needed."""
    ours: dict[str, Any] = {"did": did.value}
    if press is not None:
        ours["press"] = press.encode()
    match on:
        case Inputs(form, asks, kept):
            ours["form"] = form.encode()
            ours["asks"] = list(asks)
            if kept:
                ours["kept"] = list(kept)
        case Showing(here):
            ours["here"] = here.encode()
        case None:
            pass
    if page is not None:
        ours["page"] = page
    if evidence is not None:
        ours["evidence"] = str(evidence)
    return {OURS: ours}
