"""Decides whether a link can be kept, when two are the same post, and whose platform it is.

No link is ever opened: everything is read off its text (PRODUCT.md, 2.2 `links` and 2.4 *same
post*). No refusal repeats the link, since refusals may be logged.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.domain.errors import ReportPostError
from bot.domain.link_rules import SAME_POST, bare_host, is_tracking
from bot.domain.links_in_text import AMPERSAND, UNSEEN, find_links

__all__ = [
    "LONGEST_LINK",
    "LinkNotAccepted",
    "find_links",
    "normalise",
    "platform_of",
    "read_link",
]

LONGEST_LINK: Final = 2_000
"""Characters, `https://` included. Every platform's own links are far shorter, and the form fields
that hold them take more (Slack's plain-text input: 3,000)."""


class LinkNotAccepted(ReportPostError):
    """A link is not taken. The message is for the person who typed it and does not repeat it."""


_NOTHING: Final = "There is no link here. Please paste the post's address, or leave this empty."
_SEVERAL: Final = (
    "There is a space in this link. Please give one link, without any words around it."
)
_HIDDEN: Final = (
    "This link has a hidden character in it. Please copy the post's address again and paste it."
)
_TOO_LONG: Final = (
    f"This link is longer than {LONGEST_LINK:,} characters. "
    "Please use the Share or Copy link button of the post, which gives a shorter one."
)
_FILE: Final = (
    "This is a file on a computer, which others cannot open. "
    "Please paste the post's web address, which begins with https://"
)
_NOT_WEB: Final = (
    "This is not the address of a web page. "
    "Please paste the post's web address, which begins with https://"
)
_EMAIL: Final = "This looks like an e-mail address. Please paste the post's web address instead."
_SIGNED_IN: Final = (
    "This link has a user name or password in front of the site's name. "
    "Please open the post and copy its address from there."
)
_NO_SITE: Final = (
    "This link does not name a site. Please copy the whole address of the post, "
    "from https:// to the end."
)
_ODD_SITE: Final = (
    "The site's name in this link cannot be right. Please copy the post's address again."
)
_LONG_SITE: Final = (
    "The site's name in this link is longer than a site's name can be. "
    "Please copy the post's address again."
)


@dataclass(frozen=True, slots=True, repr=False)  # a repr would show the link
class _Link:
    """A link in its parts. `host` is in lower case and in the letters that travel (punycode)."""

    whole: str  # as it was typed, completed
    scheme: str
    site: str  # host and port as they were typed
    host: str
    port: int | None
    path: str
    query: str
    fragment: str


def read_link(text: str) -> str:
    """Return one typed link as it is to be kept: complete, and without tracking parameters.

    Slack's `<link|label>` and links typed without https:// are understood.
    Raises LinkNotAccepted with a sentence for the person who typed it.
    """
    link = _read(text)
    if len(link.whole) > LONGEST_LINK:
        raise LinkNotAccepted(_TOO_LONG)
    kept = [part for part in link.query.split("&") if not is_tracking(_name(part), link.host)]
    return "".join(
        (
            f"{link.scheme}://{link.site}{link.path}",
            f"?{query}" if (query := "&".join(kept)) else "",
            f"#{link.fragment}" if link.fragment else "",
        )
    )


def normalise(link: str) -> str:
    """Return the key under which two links to the same post are equal (PRODUCT.md, 2.4).

    It looks like a link, is its own key, and is meant for comparing, not for opening.
    Raises LinkNotAccepted for what `read_link` does not accept, except for its length: a key can
    be longer than the link, since other alphabets are written out in it.
    """
    parts = _read(link)
    host = f"[{parts.host}]" if ":" in parts.host else bare_host(parts.host)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    path = _encoded(parts.path).rstrip("/")
    query = [
        _encoded(part.replace("+", "%20"))
        for part in parts.query.split("&")
        if part and not is_tracking(_name(part), parts.host)
    ]
    address, query = _same_post(f"{host}{port}{path}", query)
    return f"https://{address}" + (f"?{'&'.join(sorted(query))}" if query else "")


def platform_of(link: str, platforms: Mapping[str, tuple[str, ...]]) -> str:
    """Return the id of the platform that lists the link's host or a parent of it, else "other".

    The longest match wins. Something that is no link is "other" too.
    """
    try:
        host = _read(link).host
    except LinkNotAccepted:
        return "other"
    matches = [
        (len(listed), platform)
        for platform, hosts in platforms.items()
        for listed in hosts
        if host == listed or host.endswith(f".{listed}")
    ]
    return max(matches)[1] if matches else "other"


# --- reading one link ---------------------------------------------------------------------------

# Slack: <link> or <link|label>, with & < > written as entities.
# https://docs.slack.dev/messaging/formatting-message-text/
_SLACK: Final = re.compile(r"<(?P<link>[^<>|]+)(?:\|[^<>]*)?>")
_SCHEME: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9+.-]*):(?![0-9]{1,5}(?:[/?#]|$))")
_SITE: Final = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@]*))(?::(?P<port>[0-9]{0,5}))?"
)
# RFC 1035, 2.3.4: 255 octets with a length before each label and one for the root.
_LONGEST_HOST: Final = 253
_LONGEST_LABEL: Final = 63
_LAST_PORT: Final = 65_535
_HOST_LETTERS: Final = re.compile(r"[a-z0-9_-]+")
# At the end: a run of them is looked at once, from its beginning, however long it is.
_UNSEEN_AROUND: Final = re.compile(rf"\A[\s{UNSEEN}]++|(?<![\s{UNSEEN}])[\s{UNSEEN}]++\Z")
_UNSEEN_INSIDE: Final = re.compile(rf"[{UNSEEN}\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _read(text: str) -> _Link:
    typed = _UNSEEN_AROUND.sub("", text)
    if slack := _SLACK.fullmatch(typed):
        typed = _UNSEEN_AROUND.sub("", slack["link"])
    typed = AMPERSAND.sub("&", typed)
    if not typed:
        raise LinkNotAccepted(_NOTHING)
    complete = typed if (scheme := _SCHEME.match(typed)) else f"https://{typed}"
    if _UNSEEN_INSIDE.search(complete.translate(_LINE_ENDS)):
        raise LinkNotAccepted(_HIDDEN)
    if complete.split() != [complete]:
        raise LinkNotAccepted(_SEVERAL)
    return _divided(complete, typed_whole=scheme is not None)


_LINE_ENDS: Final = dict.fromkeys(map(ord, "\t\r\n"), " ")  # several links, not a hidden character


def _divided(complete: str, *, typed_whole: bool) -> _Link:
    try:
        parts = urlsplit(complete)
    except ValueError:
        # Raised below, outside of this handler: the error here repeats the link.
        parts = None
    if parts is None:
        raise LinkNotAccepted(_ODD_SITE)
    if parts.scheme not in ("http", "https"):
        raise LinkNotAccepted(_FILE if parts.scheme == "file" else _NOT_WEB)
    if "@" in parts.netloc:
        raise LinkNotAccepted(_SIGNED_IN if typed_whole or ":" in parts.netloc else _EMAIL)
    site = _SITE.fullmatch(parts.netloc)
    if site is None:
        raise LinkNotAccepted(_ODD_SITE)
    port = int(site["port"]) if site["port"] else None
    if port is not None and port > _LAST_PORT:
        raise LinkNotAccepted(_ODD_SITE)
    host = _numbers(site["v6"]) if site["v6"] else _name_of_site(site["name"])
    if not typed_whole and "." not in host:
        raise LinkNotAccepted(_NOT_WEB)
    return _Link(
        complete, parts.scheme, parts.netloc, host, port, parts.path, parts.query, parts.fragment
    )


def _numbers(address: str) -> str:
    try:
        return ipaddress.IPv6Address(address).compressed
    except ValueError:
        pass  # its message repeats the address
    raise LinkNotAccepted(_ODD_SITE)


def _name_of_site(typed: str) -> str:
    """Return the host as it travels, in lower case and without a dot at the end."""
    name = typed.removesuffix(".")
    if not name:
        raise LinkNotAccepted(_NO_SITE)
    if len(name) > _LONGEST_HOST:
        raise LinkNotAccepted(_LONG_SITE)
    labels = [_travelling(label) for label in name.split(".")]
    if not all(labels):
        raise LinkNotAccepted(_ODD_SITE)
    if max(map(len, labels)) > _LONGEST_LABEL or len(".".join(labels)) > _LONGEST_HOST:
        raise LinkNotAccepted(_LONG_SITE)
    if not all(_HOST_LETTERS.fullmatch(label) for label in labels):
        raise LinkNotAccepted(_ODD_SITE)
    return ".".join(labels)


def _travelling(label: str) -> str:
    # RFC 3492. Look-alike letters stay what they are: it is evidence, not a link to follow.
    lower = unicodedata.normalize("NFC", label.lower())
    return lower if lower.isascii() else f"xn--{lower.encode('punycode').decode('ascii')}"


# --- the same post ------------------------------------------------------------------------------

# RFC 3986, 6.2.2: capital hex digits, and what needs no encoding is not encoded.
_TO_ENCODE: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")


def _encoded(text: str) -> str:
    return _TO_ENCODE.sub(_encoded_character, text)


def _encoded_character(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) > 1:  # one character, or a percent sign with its two digits
        meant = chr(int(found[1:], 16))
        return meant if _UNRESERVED.fullmatch(meant) else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode())


def _name(part: str) -> str:
    return unquote(part.partition("=")[0]).lower()


def _same_post(address: str, query: list[str]) -> tuple[str, list[str]]:
    for pattern, becomes, keeps in SAME_POST:
        match = pattern.fullmatch(address)
        if not match:
            continue
        kept = [part for part in query if _name(part) in keeps]
        if not pattern.groups and not kept:
            continue
        address, _, named = becomes.format(*match.groups()).partition("?")
        return address, [named, *kept] if named else kept
    return address, query
