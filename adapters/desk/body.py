"""Decides how much of a posted form is read: enough for ten files, never more than memory holds."""

from typing import Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from adapters.desk.guard import NotAnswered
from adapters.desk.inbound import Payload
from bot.app.inbound import Upload
from bot.domain.uploads import MOST_BYTES, MOST_FILES

MOST_TEXT: Final = 1_000_000
"""Bytes of one text: far more than the longest answer, so that too long a one is told so."""

MOST_PARTS: Final = 2_000
MOST_AT_ALL: Final = 2 * MOST_FILES * MOST_BYTES
"""Bytes that a form may have. What is read is kept; what is over a file's limit is read past."""

_CHUNK: Final = 65_536


async def read_body(request: web.Request) -> Payload:
    """The names and values of a posted form. Raises ``NotAnswered``.

    Of a file that is too large one byte more than allowed is kept, and of too many files one file
    more, so that the application can say what is wrong with them and keep everything else.
    """
    if not request.content_type == "multipart/form-data":
        raise NotAnswered(400)
    if (request.content_length or 0) > MOST_AT_ALL:
        raise NotAnswered(413)
    return await _Reading(request).payload()


class _Reading:
    """One body while it is read."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._left = MOST_AT_ALL
        self._files = 0

    async def payload(self) -> Payload:
        read: list[tuple[str, str | Upload]] = []
        try:
            parts = await self._request.multipart()
            while (part := await parts.next()) is not None:
                if not isinstance(part, BodyPartReader) or part.name is None:
                    raise NotAnswered(400)
                part.name.encode()  # bytes that are no characters come as halves of pairs
                if len(read) == MOST_PARTS:
                    raise NotAnswered(413)
                if (value := await self._value(part)) is not None:
                    read.append((part.name, value))
        # What aiohttp raises for a broken multipart body.
        except (ValueError, AssertionError, BadHttpMessage) as wrong:
            raise NotAnswered(400) from wrong
        return tuple(read)

    async def _value(self, part: BodyPartReader) -> str | Upload | None:
        if part.filename is None:
            content = await self._content(part, MOST_TEXT)
            if len(content) > MOST_TEXT:
                raise NotAnswered(413)
            return content.decode("utf-8")
        content = await self._content(part, MOST_BYTES)
        if not part.filename and not content:
            return None  # nothing was chosen there (HTML, "Constructing the entry list")
        self._files += 1
        return Upload(content) if self._files <= MOST_FILES + 1 else None

    async def _content(self, part: BodyPartReader, most: int) -> bytes:
        kept = bytearray()
        while chunk := await part.read_chunk(_CHUNK):
            self._left -= len(chunk)
            if self._left < 0:
                raise NotAnswered(413)
            kept += chunk[: most + 1 - len(kept)]
        return bytes(kept)
