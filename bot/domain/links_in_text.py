"""Decides where a link begins and ends in free text: a forwarded message, a pasted list."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.link_rules import PLATFORM_HOSTS

UNSEEN: Final = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""For a character class: marks that change the order in which text is shown, or are not shown at
all. They come along when a link is copied from a chat; inside a link they hide where it leads."""

AMPERSAND: Final = re.compile(r"&(?:amp;)+")
"""An ampersand as Slack's and Teams' messages carry it.
https://docs.slack.dev/messaging/formatting-message-text/"""

# Where a link ends: white space, quotation marks and angle brackets (HTML), a bar (Slack, tables),
# unseen marks, emoji, Chinese and Japanese punctuation (written without a space), or the next link
# after a comma.
_END: Final = (
    rf"\s<>\"`|{UNSEEN}\x00-\x1f\x7f-\x9f"
    "\u200d\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
    "\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f“”«»"
)
_REST: Final = rf"(?:(?!&(?:lt|gt|quot|nbsp|#39);|[,;]https?://)[^{_END}])"
_HOSTS: Final = "|".join(re.escape(host) for host in PLATFORM_HOSTS)
_IN_TEXT: Final = re.compile(
    rf"<(?P<slack>https?://[^\s<>|]++)(?:\|[^<>]*+)?>"
    rf"|(?P<full>https?://{_REST}++)"
    rf"|(?<![\w@./%-])(?P<bare>(?:www\.[\w-]{{1,63}}\.[\w-]|(?:[a-z0-9-]{{1,63}}\.)?(?:{_HOSTS})/)"
    rf"{_REST}++)",
    re.IGNORECASE,
)
_AFTER_A_LINK: Final = frozenset(".,;:!?'*…\u2018\u2019؟،؛")
_CLOSES: Final = {")": "(", "]": "[", "}": "{"}
_OPENS: Final = {opening: closing for closing, opening in _CLOSES.items()}


def find_links(text: str) -> tuple[str, ...]:
    """Return every web link in free text, in order, each once, as it was written.

    Links without https:// are found if they begin with www. or a known platform, and completed.
    Nothing is checked or cleaned here: `links.read_link` does that, and says what is wrong.
    """
    found: dict[str, None] = {}
    for match in _IN_TEXT.finditer(text):
        if match["bare"]:
            link = f"https://{_trimmed(match['bare'])}"
        else:
            link = _trimmed(match["slack"] or match["full"])
        link = AMPERSAND.sub("&", link)
        if link.partition("//")[2]:
            found.setdefault(link)
    return tuple(found)


def _trimmed(link: str) -> str:
    """Take off the punctuation of the sentence around it; brackets only if not the link's own."""
    surplus = {closing: link.count(closing) - link.count(_CLOSES[closing]) for closing in _CLOSES}
    end = len(link)
    while end:
        last = link[end - 1]
        if last in _OPENS:
            surplus[_OPENS[last]] += 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _AFTER_A_LINK:
            break
        end -= 1
    return link[:end]
