"""Decides what a part of a Word document refers to: its relationships, and the codes of its fields.

Only the parser of the standard library is used, told to stop at a document type: without one there
are no entities, so that a small text cannot swell, and no address that is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Never
from xml.parsers import expat

_SPLIT: Final = " "
"""Stands between the namespace and the name of an element."""

_WORD: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",  # ISO/IEC 29500, strict
    }
)


_CODES: Final = frozenset({"instrText", "delInstrText"})
"""What holds the code of a field; the second where somebody's deletion is not yet accepted."""

_FIELDS: Final = (b"instrText", b"delInstrText", b"fldSimple")


class NotPlainXml(ValueError):
    """A part is no well-formed XML, or it has a document type of its own."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part refers to: of which kind, where, and whether outside the document."""

    kind: str
    target: str
    external: bool


def content_types(part: bytes) -> dict[str, str]:
    """Return the kind of each part by its name, and of each ending (part 2, 10.1.2).

    Raises NotPlainXml.
    """
    found: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(_SPLIT)[2]
        if local == "Override":
            found[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "")
        elif local == "Default":
            found["." + attributes.get("Extension", "")] = attributes.get("ContentType", "")

    parser = _parser()
    parser.StartElementHandler = begin
    _parse(parser, part)
    return found


def relationships(part: bytes) -> Iterator[Relationship]:
    """Yield the relationships of a part (ECMA-376 part 2, 9.3). Raises NotPlainXml."""
    found: list[Relationship] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(_SPLIT)[2] == "Relationship":
            said = {key.lower(): value for key, value in attributes.items()}
            external = said.get("targetmode", "internal").lower() != "internal"
            found.append(Relationship(said.get("type", ""), said.get("target", ""), external))

    parser = _parser()
    parser.StartElementHandler = begin
    _parse(parser, part)
    yield from found


def field_codes(part: bytes) -> tuple[str, ...]:
    """Return the code of every field, such as ``PAGE`` (ECMA-376 part 1, 17.16).

    Raises NotPlainXml. A field within the code of another leaves a gap there.
    """
    reader = _Codes()
    parser = _parser()
    # Most parts have no field: they are read through without a look at each of their elements. Only
    # UTF-16 has zero bytes, and in all else that expat reads, names stand as they are.
    if b"\0" in part or any(name in part for name in _FIELDS):
        parser.StartElementHandler = reader.begin
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
    _parse(parser, part)
    return tuple(reader.found)


class _Codes:
    """Collects codes that may be spread over many runs, and stand in each other."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._open: list[list[str]] = []
        self._in_code = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(_SPLIT)
        if space not in _WORD:
            return
        if local in _CODES:
            self._in_code = True
            if not self._open:
                self._open.append([])
        elif local == "fldSimple":
            self.found.append(_attribute(attributes, "instr"))
        elif local == "fldChar":
            self._mark(_attribute(attributes, "fldCharType"))

    def end(self, name: str) -> None:
        if name.rpartition(_SPLIT)[2] in _CODES:
            self._in_code = False

    def text(self, text: str) -> None:
        if self._in_code:
            self._open[-1].append(text)

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            self._open.append([])
        elif self._open and kind == "separate":
            self._take(self._open[-1])
        elif self._open:
            self._take(self._open.pop())

    def _take(self, code: list[str]) -> None:
        text = "".join(code)
        if text.strip():
            self.found.append(text)
        code.clear()


def _attribute(attributes: dict[str, str], local: str) -> str:
    return next((v for k, v in attributes.items() if k.rpartition(_SPLIT)[2] == local), "")


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=_SPLIT)

    def refuse(*_: object) -> Never:
        raise NotPlainXml

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, part: bytes) -> None:
    try:
        parser.Parse(part, True)  # noqa: FBT003 - it takes no names
    except expat.ExpatError as bad:
        raise NotPlainXml from bad
