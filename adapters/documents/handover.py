"""Decides how a copy of a case is packed for somebody outside: a ZIP that anybody can check.

Files have neutral names and numbers; what they were called before could name somebody. Nothing is
compressed: pictures and PDFs hardly get smaller, and so the same pack is the same file everywhere.
"""

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from adapters.documents.chronology import draw_chronology
from adapters.documents.handover_cover import CHRONOLOGY, SUMS, Packed, draw_cover
from bot.app.documents import HandoverPack, PackedFile
from bot.app.ports import NoSuchFile, StoreDamaged
from bot.domain.letter_files import PDF, WORD

COVER: Final = "cover.pdf"

_ENDINGS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    PDF: "pdf",
    WORD: "docx",
}
_EARLIEST: Final = 1980
"""The first year that a zip can hold (PKWARE APPNOTE 4.4.6)."""


def draw_handover(pack: HandoverPack) -> bytes:
    """The pack as a ZIP file; the same pack gives the same bytes."""
    file = BytesIO()
    write_handover(pack, file)
    return file.getvalue()


def write_handover(pack: HandoverPack, file: IO[bytes]) -> None:
    """Writes the pack as a ZIP file, one file of it after the other, so that a large one fits too.

    A file that the school has lost is left out, and the cover says so.
    """
    with ZipFile(file, "w", ZIP_STORED) as packed:
        box = _Box(packed, pack)
        evidence = [box.put_kept(each) for each in _named(pack.evidence, "evidence/evidence")]
        letters = [box.put_kept(each) for each in _named(pack.letters, "documents/document")]
        box.put(CHRONOLOGY, draw_chronology(pack))
        box.put(COVER, draw_cover(pack, evidence, letters))
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(box.sums.items()))
        box.put(SUMS, sums.encode("ascii"))


class _Box:
    """The ZIP in the making, and the hash of each file in it."""

    def __init__(self, packed: ZipFile, pack: HandoverPack) -> None:
        self.sums: dict[str, str] = {}
        self._packed = packed
        at = pack.taken_at
        self._at = (max(at.year, _EARLIEST), at.month, at.day, at.hour, at.minute, at.second)

    def put(self, name: str, content: bytes) -> None:
        """Adds a file."""
        entry = ZipInfo(name, self._at)
        entry.create_system = 3  # Unix (APPNOTE 4.4.2.2), whatever this computer is
        entry.external_attr = 0o100600 << 16
        self._packed.writestr(entry, content)
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def put_kept(self, each: Packed) -> Packed:
        """Adds a file that the school keeps, if it is still what was recorded."""
        try:
            content = each.file.read()
        except (NoSuchFile, StoreDamaged):
            return Packed(each.name, each.file, missing=True)
        if hashlib.sha256(content).hexdigest() != each.file.sha256:
            return Packed(each.name, each.file, missing=True)
        self.put(each.name, content)
        return each


def _named(files: Iterable[PackedFile], start: str) -> Iterator[Packed]:
    for each in files:
        ending = _ENDINGS.get(each.media_type, "bin")
        name = f"-{each.name}" if each.name else ""
        yield Packed(f"{start}-{each.number:02d}{name}.{ending}", each)
