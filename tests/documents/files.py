"""What the tests of documents share: Word files made for the purpose, and what they say."""

import re
from collections.abc import Mapping
from html import unescape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document

TEXT = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word_with(*paragraphs: str) -> bytes:
    """A Word file of these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def parts_of(word: bytes) -> dict[str, bytes]:
    """The parts of a Word file, by name."""
    with ZipFile(BytesIO(word)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def changed(word: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same Word file with other parts, or more."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, part in {**parts_of(word), **parts}.items():
            packed.writestr(name, part)
    return file.getvalue()


def related(word: bytes, kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """The same Word file, referring to something else."""
    if not kind.startswith("http"):
        kind = f"{OFFICE}/{kind}"
    line = f'<Relationship Id="rId99" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    old = parts_of(word)[RELATIONS].decode()
    return changed(word, {RELATIONS: old.replace("</Relationships>", line).encode()})


def with_xml(word: bytes, xml: str) -> bytes:
    """The same Word file with this at the beginning of its text."""
    old = parts_of(word)[TEXT].decode()
    return changed(word, {TEXT: old.replace("<w:body>", f"<w:body>{xml}", 1).encode()})


def said_in(word: bytes) -> str:
    """Everything that can be read in a Word file, header and footer too; a line a paragraph."""
    return "\n".join(
        _text(part.decode())
        for name, part in sorted(parts_of(word).items())
        if re.fullmatch(r"word/(?:document|header\d|footer\d|footnotes)\.xml", name)
    )


def _text(xml: str) -> str:
    lined = re.sub(r"</w:p>|<w:br/>", "\n", xml)
    codes = r"<w:instrText[^>]*>[^<]*</w:instrText>"
    return unescape(re.sub(r"<[^>]*>", "", re.sub(codes, "", lined)))
