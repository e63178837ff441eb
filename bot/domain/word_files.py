"""Decides which Word documents are taken, and says kindly why the others are not.

A Word document is a zip of XML parts (ECMA-376, part 2). It is unpacked in memory only, up to a
limit that does not believe what the zip says of itself. Whatever could run, fetch or hide something
on the computer of whoever opens the letter is refused, by its kind and not by a list of known
tricks: macros, embedded files, links to pictures and templates elsewhere, fields that fetch.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.domain.errors import ReportPostError
from bot.domain.uploads import MOST_BYTES
from bot.domain.word_xml import (
    NotPlainXml,
    Relationship,
    content_types,
    field_codes,
    relationships,
)

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MOST_UNPACKED: Final = 60 * 1024 * 1024
"""Bytes of all parts together; a letter with a logo has a few hundred thousand."""

MOST_PARTS: Final = 500
"""Files in the zip; a letter has about twenty."""

TOO_LARGE: Final = (
    f"That file is larger than {MOST_BYTES // 1024**2} MB. "
    "Please make its pictures smaller, and add it again."
)
SAVE_AS_WORD: Final = (
    "Please open it in Word, choose Save As, and there “Word Document (.docx)”; then add that file."
)
_NOT_WORD: Final = (
    "That file cannot be used. Word documents (.docx) and PDF files are taken; if it is one of "
    "these, it may be damaged: please save it again."
)
_CONTENT_TYPES: Final = "[Content_Types].xml"


class LetterNotAccepted(ReportPostError):
    """A file is not taken as a letter. The message is for whoever chose it and names no file."""


def check_word(content: bytes) -> dict[str, bytes]:
    """Return the parts of a Word document that is taken, by their names in the zip.

    Raises LetterNotAccepted with a sentence that says what is wrong and how to mend it.
    """
    check_size(content)
    if content.startswith(_OLD_WORD):
        raise LetterNotAccepted(
            f"That file is in Word's old form, or it has a password. {SAVE_AS_WORD} "
            "Take the password off first."
        )
    parts = _unpacked(content)
    try:
        _check_kind(parts)
        _check_parts(parts)
    except NotPlainXml as bad:
        raise LetterNotAccepted(_NOT_WORD) from bad
    return parts


# The compound file of old Word documents, and of new ones with a password (MS-CFB, 2.2).
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_size(content: bytes) -> None:
    """Raise LetterNotAccepted for an empty file, and for one that is too large."""
    if not content:
        raise LetterNotAccepted("That file is empty. Please save it again and try once more.")
    if len(content) > MOST_BYTES:
        raise LetterNotAccepted(TOO_LARGE)


def _unpacked(content: bytes) -> dict[str, bytes]:
    if not content.startswith(b"PK\x03\x04"):
        raise LetterNotAccepted(_NOT_WORD)
    try:
        with ZipFile(BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_PARTS or any(not _is_plain(each) for each in entries):
                raise LetterNotAccepted(_NOT_WORD)
            if len({each.filename.lower() for each in entries}) != len(entries):
                raise LetterNotAccepted(_NOT_WORD)
            return _read_all(packed, entries)
    # What zipfile raises for a damaged file; NotImplementedError for a way of packing of its own.
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError) as bad:
        raise LetterNotAccepted(_NOT_WORD) from bad


def _is_plain(entry: ZipInfo) -> bool:
    """Neither a way out of the folder, nor locked, nor packed in an unusual way."""
    steps = entry.filename.split("/")
    return (
        not {"..", "."} & set(steps)
        and not entry.filename.startswith("/")
        and not re.search(r"[\\:\x00-\x1f]", entry.filename)
        and not entry.flag_bits & 0x1  # encrypted (PKWARE APPNOTE 4.4.4)
        and entry.compress_type in {ZIP_STORED, ZIP_DEFLATED}
    )


def _read_all(packed: ZipFile, entries: list[ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for entry in entries:
        with packed.open(entry) as part:
            parts[entry.filename] = part.read(left + 1)
        left -= len(parts[entry.filename])
        if left < 0:
            raise LetterNotAccepted(
                "That file is far larger inside than it looks. Please copy the text into a new "
                "Word document, and add that file."
            )
    return parts


def _check_kind(parts: dict[str, bytes]) -> None:
    """Whether it calls itself a Word document, and its text stands where we look at it."""
    kinds = content_types(parts.get(_CONTENT_TYPES, b""))
    if any(
        "macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in kinds.values()
    ):
        raise LetterNotAccepted(
            f"That Word document has macros, which are programs. {SAVE_AS_WORD}"
        )
    if f"{WORD}.main+xml" not in kinds.values():
        raise LetterNotAccepted(f"That is not a Word document. {SAVE_AS_WORD}")
    for name, kind in kinds.items():
        if kind.lower().endswith("xml") and _ending(name) not in _READ:
            raise LetterNotAccepted(_NOT_WORD)


_READ: Final = frozenset({"xml", "rels"})
# Pictures and fonts; nothing in them runs.
_LEFT_ALONE: Final = frozenset(
    "png jpg jpeg jfif gif bmp tif tiff emf wmf wdp svg ico odttf ttf".split()
)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _check_parts(parts: dict[str, bytes]) -> None:
    for name, part in parts.items():
        if name.endswith("/"):
            continue
        if _ending(name) == "rels":
            for relationship in relationships(part):
                _check_relationship(relationship)
        elif _ending(name) == "xml":
            for code in field_codes(part):
                _check_field(code)
        elif _ending(name) not in _LEFT_ALONE and "printersettings" not in name.lower():
            raise LetterNotAccepted(_CARRIES)


# What a relationship may not bring along, by the end of its type (ECMA-376 part 1, 11.3 and 15.2;
# MS-OFFMACRO2 for macros). Word opens or runs them when the letter is opened.
_CARRIED: Final = frozenset(
    "oleObject package control activeXControlBinary vbaProject wordVbaData keyMapCustomizations "
    "attachedToolbars aFChunk subDocument frame mailMergeSource mailMergeHeaderSource "
    "recipientData externalLink webextension webextensiontaskpanes extensibility".split()
)
_CARRIES: Final = (
    "That Word document carries another file or a program inside it. Please take it out, or copy "
    "the text into a new document, and save it again."
)
_FETCHES: Final = (
    "That Word document fetches a picture or a part from somewhere else. Please put in the picture "
    "itself instead of a link to it, and save it again."
)


def _check_relationship(relationship: Relationship) -> None:
    kind = relationship.kind.rpartition("/")[2]
    if kind == "attachedTemplate":
        raise LetterNotAccepted(
            "That Word document is tied to a template on another computer. In Word: File, Options, "
            "Add-ins, Manage: Templates, Go; empty the line “Document template”, and save it again."
        )
    if kind in _CARRIED:
        raise LetterNotAccepted(_CARRIES)
    if kind == "hyperlink" and relationship.external:
        _check_link(relationship.target)
    elif relationship.external or re.match(
        r"[a-z][a-z0-9+.-]*:|//|\\\\", relationship.target, re.IGNORECASE
    ):
        raise LetterNotAccepted(_FETCHES)


def _check_link(target: str) -> None:
    if not re.match(r"https?://|mailto:|tel:|#", target.strip(), re.IGNORECASE):
        raise LetterNotAccepted(
            "That Word document has a link to a file or a program. Links to websites, e-mail "
            "addresses and telephone numbers may stay; please take the others out, and save it "
            "again."
        )


# Fields that show something of the document itself, or a date (ECMA-376 part 1, 17.16.5). All
# others, such as DDEAUTO or INCLUDEPICTURE, start or fetch something or are of no use in a letter.
_HARMLESS: Final = frozenset(
    "PAGE NUMPAGES SECTION SECTIONPAGES DATE TIME CREATEDATE SAVEDATE PRINTDATE TITLE SUBJECT "
    "AUTHOR FILENAME DOCPROPERTY REF PAGEREF NOTEREF STYLEREF SEQ TOC TC XE INDEX SYMBOL LISTNUM "
    "FORMTEXT FORMCHECKBOX FORMDROPDOWN NUMWORDS NUMCHARS LASTSAVEDBY".split()
)


def _check_field(code: str) -> None:
    name, _, rest = code.strip().partition(" ")
    if name.upper() == "HYPERLINK":
        target = rest.strip()
        if not target.startswith("\\"):  # a switch, such as \l for a place in this document
            _check_link(target.lstrip('"“'))
        if re.search(r"\\\\|file:", target, re.IGNORECASE):
            _check_link("")
    elif name.upper() not in _HARMLESS and not name.startswith("="):
        raise LetterNotAccepted(
            "That Word document has a field that could start or fetch something. In Word: select "
            "all, press Ctrl+Shift+F9 to turn fields into text, and save it again."
        )
