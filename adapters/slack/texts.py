"""Decides how text fits into Slack: how long it counts, where it is split, our own few words.

Every text is a ``plain_text`` object or a ``text`` element of ``rich_text``. Slack parses neither:
nothing that a person typed becomes a mention, a link or formatting, and nothing is escaped there.
Only the notification line of a message (``text``) is parsed by Slack; ``escaped`` is for it.
"""

from typing import Final

Block = dict[str, object]
"""A block, an element or an object of Block Kit, as it goes over the wire."""

# Words that belong to Slack's own controls; the product's sentences are in bot.screens.say.
MORE: Final = "More, if you know it"
MORE_BUTTON: Final = "More, if you know it …"
KEEP: Final = "Keep"
CLOSE: Final = "Close"
CANCEL: Final = "Cancel"
PREVIOUS: Final = "Previous"
NEXT: Final = "Next"
YES: Final = "Yes"
ANSWER: Final = "Answer"
BOT: Final = "Report Post"
REMOVE: Final = "Remove"
KEPT_TITLE: Final = "Pictures and files"
KEPT_LINE: Final = "The pictures and files that you added before are kept."
KEPT_BUTTON: Final = "Look at them"
KEPT_NONE: Final = "There are none any more."
KEPT_FULL: Final = "No more can be added here. Take one out first, if another matters more."
NOTHING_TO_CHOOSE: Final = "There is nothing to choose from here."
CHECKED: Final = "checked"
LATE: Final = "⚠️"
SAVING: Final = "Saving …"
EMPTY: Final = "–"


def page_of(number: int, count: int) -> str:
    """Which page this is, counted from 0."""
    return f"Page {number + 1} of {count}"


def show_file(label: str) -> str:
    """The button that shows a piece of evidence."""
    return f"Show {label[:1].lower()}{label[1:]}"


def size(text: str) -> int:
    """How long Slack may count a text at the most: UTF-16 units, ``&``, ``<``, ``>`` as entities.

    Slack stores these three escaped (docs.slack.dev/messaging/formatting-message-text) and says
    nowhere which characters it counts, so that the largest possible count is held to.
    """
    entities = 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
    return len(text) + entities + sum(1 for each in text if ord(each) > 0xFFFF)


def pieces(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most``, split after a blank if possible; nothing is lost."""
    found = []
    while size(text) > most:
        cut = _cut(text, most)
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def _cut(text: str, most: int) -> int:
    end = min(len(text), most)
    # A character counts five at the most, so that this many can go without going too far.
    while (over := size(text[:end]) - most) > 0:
        end -= -(-over // 5)
    after_blank = max(text.rfind(each, 0, end) for each in "\n ") + 1
    return after_blank if after_blank > end // 2 else max(end, 1)


def shortened(text: str, most: int) -> str:
    """The text, or its first words with an ellipsis; whoever calls this shows it in full beside."""
    if size(text) <= most:
        return text
    return f"{text[: _cut(text, most - 1)].rstrip(' ,;:–-')}…"


def fits(text: str, most: int) -> bool:
    """Whether nothing of the text would be left out there."""
    return size(text) <= most


def plain(text: str) -> Block:
    """A text object that Slack shows letter by letter; ``:smile:`` stays what it is."""
    return {"type": "plain_text", "text": or_dash(text), "emoji": False}


def or_dash(text: str) -> str:
    """The text; a dash for a blank one, which Slack would not take."""
    return text if text.strip() else EMPTY


def escaped(text: str) -> str:
    """For the one place that Slack parses: the notification line of a message."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
