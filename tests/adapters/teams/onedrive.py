"""Stands in for somebody's OneDrive where a bot puts a file, and looks at cards about files.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4, and of the upload
learn.microsoft.com/onedrive/developer/rest-api/api/driveitem_createuploadsession.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from adapters.teams.handing import CONSENT, INFO

Json = dict[str, Any]

PIECE = 320 * 1024
"""Pieces but the last are a multiple of this."""
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass
class OneDrive:
    """What was put there, by upload session. ``failing``: statuses of the next answers."""

    files: dict[str, bytes] = field(default_factory=dict)
    failing: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        """The address to which the bytes go."""
        return [web.put("/upload/{session}", self._put)]

    async def _put(self, request: web.Request) -> web.StreamResponse:
        piece = await request.read()
        if self.failing:
            return web.Response(status=self.failing.pop(0))
        if "Authorization" in request.headers:
            self.problems.append("a token was shown to OneDrive")
        whole = self.files.setdefault(request.match_info["session"], b"")
        found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        first, last, size = map(int, found.groups()) if found else (-1, -1, -1)
        if first != len(whole) or last - first + 1 != len(piece):
            return web.Response(status=416)
        ends = last + 1 == size
        if not ends and len(piece) % PIECE:
            self.problems.append(f"a piece of {len(piece)} bytes")
        self.files[request.match_info["session"]] = whole + piece
        return web.json_response({}, status=201 if ends else 202)


def is_about_a_file(attachment: Json) -> bool:
    """Whether it is one of Teams' own cards about files."""
    return attachment.get("contentType") in (CONSENT, INFO)


def problems_of_file(attachment: Json) -> Iterator[str]:
    """What Teams would not show of it."""
    content = attachment.get("content", {})
    if attachment["contentType"] == CONSENT:
        wanted = {"description": str, "sizeInBytes": int, "acceptContext": dict}
        wanted["declineContext"] = dict
        keys = {"contentType", "name", "content"}
    else:
        wanted = {"uniqueId": str, "fileType": str}
        keys = {"contentType", "contentUrl", "name", "content"}
    if set(attachment) != keys or not attachment.get("name"):
        yield f"a card about a file with {sorted(attachment)}"
    told = {name: type(value) for name, value in content.items()}
    if told != wanted:
        yield f"a card about a file that says {told}"
