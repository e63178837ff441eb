"""How the keys of the small notes begin that are kept beside forms; the nightly upkeep knows them.

It is loaded without anything that draws: a school on Slack alone has its upkeep, too.
"""

from typing import Final

FILES: Final = "files:"
"""The forms that somebody's pictures go with."""
WAITING: Final = "waiting:"
"""Cards that wait in somebody's chat for a draft, whose id stands at the end."""
TYPED: Final = "typed:"
"""Answers that a card must not repeat and nobody else keeps."""


def files_key(user: str) -> str:
    """Under which the form is kept that somebody's pictures go with."""
    return f"{FILES}{user}"


def waiting_key(user: str, draft: str) -> str:
    """Under which the card is kept that waits in somebody's chat for a draft."""
    return f"{WAITING}{user}:{draft}"
