"""Decides how text goes into a card as letters only, and our own few words.

What people and the school's pack say stands in ``TextRun`` elements, which no client reads as
Markdown. One thing is done with them all the same: ``{{DATE(…)}}`` and ``{{TIME(…)}}`` become dates
(learn.microsoft.com/adaptive-cards/authoring-cards/text-features), so that two braces never stand
in one run.
"""

import re
from typing import Any, Final

Card = dict[str, Any]
"""An Adaptive Card 1.5, as it goes over the wire."""
Element = dict[str, Any]
"""An element, an action or another part of a card."""

# Words that belong to Teams' own controls; the product's sentences are in bot.screens.say.
MORE: Final = "More, if you know it"
OPTIONAL: Final = "(optional)"
TIME: Final = "Time"
PREVIOUS: Final = "Previous"
NEXT: Final = "Next"
CLOSE: Final = "Close"
YES: Final = "Yes"
ANSWER: Final = "Answer"
REMOVE: Final = "Remove"
CHECKED: Final = "checked"
LATE: Final = "⚠️"
STOP: Final = "🛑"
EMPTY: Final = "–"
LOOK_BELOW: Final = "Something needs another look. The red lines below say what."
NOTHING_TO_CHOOSE: Final = "There is nothing to choose from here."
SEE_WROTE: Final = "See what I wrote"
SEE_TOLD: Final = "See what was told"
KEPT_TEXT: Final = "Kept: what you wrote. Leave it empty to keep it."
KEPT_LONG: Final = "Kept: what you wrote; it is too long to show here. Leave it empty to keep it."
CLEAR: Final = "Delete what is kept"
NO_WINDOW: Final = "No window opens? Answer here"
IN_WINDOW: Final = "Open it in a window"
NOT_HERE: Final = "kept, not shown in this chat"
FILES_CHAT: Final = (
    "Send the pictures here, as a message in this chat. They are added to this report."
)
FILES_DIALOG: Final = (
    "Pictures are sent as a message, in your chat with Report Post. “Add pictures” keeps this page "
    "and closes it: then send them there. This page waits for you in the chat."
)
LETTER_CHAT: Final = (
    "Send your own version here, as a message in this chat: a Word document or a PDF. It is "
    "approved as it comes, as gone out."
)
LETTER_DIALOG: Final = (
    "Your own version is sent as a message, in your chat with Report Post: a Word document or a "
    "PDF. “Send my version” closes this page: then send it there. It is approved as it comes, as "
    "gone out."
)
FILES_FULL: Final = "No more can be added. Take one out first, if another matters more."
ADD_PICTURES: Final = "Add pictures"
SEND_VERSION: Final = "Send my version"
PDF: Final = "A PDF cannot be shown in Teams."


def page_of(number: int, count: int) -> str:
    """Which page this is, counted from 0."""
    return f"Page {number + 1} of {count}"


def show_file(label: str) -> str:
    """The button that shows a piece of evidence."""
    return f"Show {label[:1].lower()}{label[1:]}"


def files_kept(count: int) -> str:
    """How many files are kept with a form."""
    return f"Kept so far: {count or 'none'}"


def withheld(count: int) -> str:
    """What stands in the chat in place of what was told."""
    return NOT_HERE if count == 1 else f"{count} {NOT_HERE}"


def told_number(number: int, *, link: bool) -> str:
    """What stands in the chat for one of several links or names."""
    return f"{'Link' if link else 'Number'} {number}"


def pieces(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most``, split after a blank if possible; nothing is lost."""
    found = []
    while len(text) > most:
        after_blank = max(text.rfind(each, 0, most) for each in "\n ") + 1
        cut = after_blank if after_blank > most // 2 else most
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def shortened(text: str, most: int) -> str:
    """The text, or its first words with an ellipsis; whoever calls this shows it in full beside."""
    if len(text) <= most:
        return text
    return f"{pieces(text, most - 1)[0].rstrip(' ,;:–-')}…"


def or_dash(text: str) -> str:
    """The text; a dash for a blank one."""
    return text if text.strip() else EMPTY


_WORDS = re.compile(r"[^\W_](?:[ ,;:'’‘“”()?!/–—…%·-]|[^\W_]|\.(?![^\W\d_]))*")
_NUMBERED = re.compile(r"\d+[.)](?:\s|$)")


def is_plain(text: str) -> bool:
    """Whether the text reads the same as Markdown: words and everyday punctuation, nothing else.

    Teams reads ``TextBlock`` and the titles of options as Markdown (cards-format, "Markdown
    support"). What this refuses stands elsewhere, in a ``TextRun``.
    """
    return (
        _WORDS.fullmatch(text) is not None
        and not text.endswith(" ")
        and not _NUMBERED.match(text)
        and "://" not in text
        and not re.search(r"\bwww\b", text, re.IGNORECASE)
    )
