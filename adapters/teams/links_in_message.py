"""Decides which links a message of Teams holds: in its HTML, in cards and in what it quotes."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from bot.domain.links import find_links

_WEB: Final = ("https://", "http://")
_TEXTS: Final = frozenset({"text", "title", "subtitle", "messagepreview", "fallbacktext", "speak"})
_LINKS: Final = frozenset({"url", "value", "href", "link", "originalurl"})
_NO_POST: Final = frozenset({"images", "image", "icon", "iconurl", "backgroundimage", "media"})
_DEEPEST: Final = 50


def links_in_message(message: object) -> list[str]:
    """Every link of a ``messagePayload``, in order, each once; nothing else of it is kept.

    A file's own address, and where the message stands in Teams, are none of its links.
    """
    if not isinstance(message, dict):
        return []
    found = list(_in_body(message.get("body")))
    attachments = message.get("attachments")
    for each in attachments if isinstance(attachments, list) else []:
        found += _in_content(each.get("content")) if isinstance(each, dict) else []
    return list(dict.fromkeys(found))


def links_in_html(html: str, *, in_text: bool = True) -> list[str]:
    """The links of HTML: where its anchors lead, and with ``in_text`` what is written out.

    Read in one go: the library's parser takes minutes for what is no HTML and only looks like it.
    """
    return list(dict.fromkeys(_links(html, in_text=in_text)))


_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<name>/?[a-z][a-z0-9]{0,20})(?P<more>(?:[^<>\"']|\"[^\"]{0,5000}+\"|'[^']{0,5000}+')*+)>"
    r"|<[!?][^<>]*+>",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS: Final = re.compile(
    r"(?<![\w-])href\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE
)


def _links(html: str, *, in_text: bool) -> Iterator[str]:
    """In the order in which they stand there. The text of an anchor only names its link."""
    text, at, in_anchor = "", 0, False
    for tag in _TAG.finditer(html):
        text += "" if in_anchor else unescape(html[at : tag.start()])
        at = tag.end()
        name = (tag["name"] or "").casefold()
        link = _leads_to(tag["more"]) if name == "a" else ""
        if link or name == "/a":
            in_anchor = bool(link)
        if link:
            yield from find_links(text) if in_text else ()
            yield link
            text = ""
        else:
            text += " " if name else ""
    if in_text:
        yield from find_links(text if in_anchor else text + unescape(html[at:]))


def _leads_to(attributes: str) -> str:
    """Where an anchor leads, if that is on the web."""
    found = _ADDRESS.search(attributes)
    address = unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    return address if address.lower().startswith(_WEB) else ""


def _in_body(body: object) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    content = body.get("content")
    if isinstance(content, str):
        is_html = body.get("contentType") == "html"
        yield from links_in_html(content) if is_html else find_links(content)


def _in_content(content: object) -> list[str]:
    """Of an attachment: JSON in a string, a card, or HTML."""
    if not isinstance(content, str):
        return list(_walked(content, 0))
    try:
        return list(_walked(json.loads(content), 0))
    except (ValueError, RecursionError):
        return links_in_html(content)


def _walked(part: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(part, list):
        for each in part:
            yield from _walked(each, depth + 1)
    elif isinstance(part, dict) and part.get("type") not in ("Image", "Media"):
        for name, each in part.items():
            yield from _in_part(str(name).casefold(), each, depth)


def _in_part(name: str, part: object, depth: int) -> Iterator[str]:
    if name in _NO_POST:
        return
    if not isinstance(part, str):
        yield from _walked(part, depth + 1)
    elif name in _LINKS and part.lower().startswith(_WEB):
        yield part
    elif name in _TEXTS:
        yield from links_in_html(part)
