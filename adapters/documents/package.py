"""Decides that the same Word document has the same bytes: parts in order, without their dates."""

from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST_PART: Final = "[Content_Types].xml"
"""Stands first in what Word writes; some programs look for it there."""

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can hold (PKWARE APPNOTE 4.4.6)."""


def repacked(content: bytes) -> bytes:
    """The same document with fixed dates in its zip: a hash depends on what it says alone."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda each: (each != _FIRST_PART, each)):
            part = ZipInfo(name, _EARLIEST)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            new.writestr(part, old.read(name))
    return packed.getvalue()
