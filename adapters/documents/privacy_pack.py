"""Decides how the privacy pack is laid out as Word documents, and how its folder is written."""

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from adapters.documents.on_disk import NotWritten, put_file, why_not
from adapters.documents.word import WordDocument
from bot.app.privacy.blocks import Decide, NewPage, PackDocument, Points, Rows, Text, Title


def as_word(document: PackDocument, *, school: str, note: str) -> bytes:
    """The document as a Word file; ``note`` stands at the foot of each page."""
    word = WordDocument(document.title, school=school, note=note)
    for block in document.blocks:
        match block:
            case Title(text, level):
                word.heading(text, level)
            case Text(text, start):
                word.paragraph(text, bold_start=f"{start} " if start else "")
            case Points(lines):
                word.bullets(lines)
            case Rows(header, rows, about, widths):
                word.table(header, rows, widths=widths, about=about)
            case Decide(text):
                word.decide(text)
            case NewPage():
                word.page_break()
    return word.bytes()


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Writes the files into a new folder, or an empty one: all of them, or nothing.

    Raises ``NotWritten``, also for a folder that holds something: a school changes these drafts,
    and what it wrote is not to be lost.
    """
    folder = folder.absolute()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotWritten(
                f"{folder} is not an empty folder. Name a new one, so that nothing you changed "
                "there is lost."
            )
        beside = folder.with_name(f".report-post-{secrets.token_hex(8)}.part")
        beside.mkdir()
    except OSError as error:
        raise NotWritten(why_not(folder, error)) from error
    try:
        for name, content in files:
            put_file(beside / name, content)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except OSError as error:
        raise NotWritten(why_not(folder, error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
