"""Decides which links a message of Teams holds: in its HTML, in cards and in what it quotes."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
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
    """The links of HTML: where its anchors lead, and with ``in_text`` what is written out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return list(dict.fromkeys(reader.links(in_text=in_text)))


class _Reader(HTMLParser):
    """Reads anchors and text; the text of an anchor is only what its link is called."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[tuple[bool, str]] = []
        self._in_anchor = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self._parts.append((False, " "))
            return
        address = (dict(attrs).get("href") or "").strip()
        if address.lower().startswith(_WEB):
            self._in_anchor = True
            self._parts.append((True, address))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._in_anchor = False
        self._parts.append((False, " "))

    def handle_data(self, data: str) -> None:
        if not self._in_anchor:
            self._parts.append((False, data))

    def links(self, *, in_text: bool) -> Iterator[str]:
        """In the order in which they stand there."""
        text = ""
        for is_link, part in [*self._parts, (True, "")]:
            if not is_link:
                text += part
                continue
            if in_text:
                yield from find_links(text)
            text = ""
            if part:
                yield part


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
