"""Decides what every modal has around its content: title, buttons, and what it carries back."""

import json
from collections.abc import Sequence
from enum import StrEnum

from adapters.slack import sizes
from adapters.slack.blocks import header
from adapters.slack.texts import CLOSE, Block, fits, plain, shortened


class Callback(StrEnum):
    """Which kind of view it is; its ``callback_id``."""

    FORM = "form"
    MORE = "more"
    KEPT = "kept"
    VIEW = "view"
    DONE = "done"
    SAVING = "saving"
    HOME = "home"


def framed(
    callback: Callback,
    title: str,
    metadata: Sequence[str | int],
    blocks: list[Block],
    *,
    submit: str | None = None,
    close: str = CLOSE,
) -> Block:
    """A modal with its title in the bar; one that does not fit there is the first line as well."""
    full = [] if fits(title, sizes.VIEW_TITLE) else header(title)
    made: Block = {
        "type": "modal",
        "callback_id": callback.value,
        "private_metadata": metadata_of(*metadata),
        "title": plain(shortened(title, sizes.VIEW_TITLE)),
        "close": plain(close),
        "blocks": [*full, *blocks],
    }
    if submit is not None:
        made["submit"] = plain(shortened(submit, sizes.VIEW_TITLE))
    return made


def metadata_of(*parts: str | int) -> str:
    """What a view carries back, in one line."""
    return json.dumps(parts, separators=(",", ":"))
