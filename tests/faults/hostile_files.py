"""Files that are not what they seem: bombs, two kinds at once, and letters that fetch or run."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from bot.domain.uploads import MOST_BYTES, MOST_PIXELS
from bot.journeys.sample import file_named
from tests.documents.files import TEXT, changed, parts_of, related, with_xml, word_with
from tests.faults.hostile_values import MARK

_PNG: Final = file_named("a.png")
_PDF: Final = file_named("a.pdf")
_SCRIPT: Final = b"<html><script>fetch('http://127.0.0.2/')</script></html>"


@dataclass(frozen=True)
class HostileFile:
    """A file, and as what it may be taken at the most; nothing: it is to be refused."""

    what: str
    content: bytes
    as_type: str = ""


def png(width: int, height: int, *, colour: int = 6, rows: int | None = None) -> bytes:
    """A PNG of zeros of that size (8 bits; colour type 6: RGBA, 0: grey); few bytes in a file.

    ``rows``: those that are really there.
    """
    size = {0: 1, 6: 4}[colour] * width + 1
    packer = zlib.compressobj(9)
    packed = [packer.compress(bytes(size)) for _ in range(height if rows is None else rows)]
    packed.append(packer.flush())
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", b"".join(packed)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, held: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(kind + held))
    return struct.pack(">I", len(held)) + kind + held + checked


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return file.getvalue()


@cache
def zip_bomb(megabytes: int = 400) -> bytes:
    """A zip of so many megabytes of zeros."""
    file = io.BytesIO()
    with (
        ZipFile(file, "w", ZIP_DEFLATED) as packed,
        packed.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(1024 * 1024))
    return file.getvalue()


def evidence() -> Iterator[HostileFile]:
    """What is sent as evidence."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield HostileFile("PNG of 50,000 × 50,000 pixels", png(50_000, 50_000, rows=1))
    yield HostileFile("PNG of 2^31 × 2^31 pixels", png(2**31 - 1, 2**31 - 1, rows=0))
    yield HostileFile("PNG of no size", png(0, 0))
    yield HostileFile("JPEG that ends in its head", b"\xff\xd8\xff\xe0" + b"\xff" * 100_000)
    yield HostileFile("zip bomb", zip_bomb())
    yield HostileFile("zip in a zip", zipped({"a.zip": zipped({"b.zip": zip_bomb(10)})}))
    yield HostileFile("SVG", svg)
    yield HostileFile("HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500))
    yield HostileFile("web page", _SCRIPT)
    yield HostileFile("web page before a PDF", _SCRIPT + _PDF)
    yield HostileFile("GIF and JAR", b"GIF89a" + zipped({"A.class": b"\xca\xfe\xba\xbe"}))
    yield HostileFile("program before a PDF", b"MZ" + bytes(60) + _PDF)
    yield HostileFile("script before a PDF", b"#!/bin/sh\n" + _PDF)
    yield HostileFile("too large", _PNG + bytes(MOST_BYTES))
    yield HostileFile("empty", b"")
    yield HostileFile("PDF and web page", _PDF + _SCRIPT, "application/pdf")
    yield HostileFile("PDF and JAR", _PDF + zipped({"A.class": b"x"}), "application/pdf")
    yield HostileFile("PNG and script", _PNG + _SCRIPT, "image/png")
    yield HostileFile("PNG and zip", _PNG + zipped({"a": b"b"}), "image/png")


def letters() -> Iterator[HostileFile]:
    """What is sent as an own version of a letter."""
    good = word_with("Dear parent")
    swells = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = b'<!DOCTYPE a [<!ENTITY a0 "ha">' + swells + b"]><a>&a9;</a>"
    reads = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'
    yield HostileFile("zip bomb", zip_bomb())
    yield HostileFile(
        "zip bomb in a Word file", changed(good, {"word/media/a.png": bytes(80 << 20)})
    )
    yield HostileFile(
        "thousands of parts", changed(good, {f"word/{n}.xml": b"<a/>" for n in range(2_000)})
    )
    yield HostileFile("XML that swells", changed(good, {TEXT: bomb}))
    yield HostileFile("XML that reads a file", changed(good, {TEXT: reads}))
    yield HostileFile("XML of many levels", changed(good, {TEXT: b"<a>" * 200_000}))
    yield HostileFile("zip in a Word file", changed(good, {"word/embeddings/a.zip": zip_bomb(5)}))
    for name in ("../../etc/cron.d/a.xml", "/etc/a.xml", "C:\\a.xml", "word/a\x01.xml"):
        yield HostileFile(f"a part called {name!r}", changed(good, {name: b"<a/>"}))
    template = related(good, "attachedTemplate", "http://127.0.0.2/t.dotm")
    yield HostileFile("a template elsewhere", template)
    yield HostileFile("a picture elsewhere", related(good, "image", "http://127.0.0.2/a.png"))
    yield HostileFile("a part elsewhere", related(good, "aFChunk", "http://127.0.0.2/a.html"))
    for code in ("INCLUDETEXT", "INCLUDEPICTURE", "DDEAUTO", "IMPORT", "LINK", "RD"):
        field = f'<w:p><w:fldSimple w:instr="{code} http://127.0.0.2/a"><w:r/></w:fldSimple></w:p>'
        yield HostileFile(f"a field {code}", with_xml(good, field))
    yield HostileFile("a PDF with JavaScript", _PDF + b"/JavaScript (app.alert(1))")
    yield HostileFile("a web page", _SCRIPT)


_SAYS: Final = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ school_name.__class__ }}",
    "{{ school_name.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch canary').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ request }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends '/etc/passwd' %}",
    "{% set x = 1 %}",
    "{% macro a() %}{% endmacro %}",
    "{% for a in range(10**9) %}{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ school_name|attr('__class__') }}",
    "{{ school_name|format }}",
    "{{ school_name.upper() }}",
    "{{ school_name['__class__'] }}",
    "{{p subdoc('/etc/passwd') }}",
    (
        "{% for a in concerns %}{% for b in concerns %}{% for c in concerns %}{{ a }}"
        "{% endfor %}{% endfor %}{% endfor %}"
    ),
    "{% raw %}{{ x }}{% endraw %}",
    "{% call school_name() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
)


def templates() -> Iterator[HostileFile]:
    """What is laid into the folder of the school's templates."""
    for text in _SAYS:
        yield HostileFile(text, word_with("Dear parent", text))
    header = word_with("Dear parent")
    for hostile in letters():
        if hostile.what != "a PDF with JavaScript":
            yield hostile
    more = parts_of(header)[TEXT].replace(b"Dear parent", b"{{ ''.__class__ }}")
    yield HostileFile("a text that is split", changed(header, {TEXT: more}))


NAMES: Final = tuple(
    f"{each}{MARK}"
    for each in (
        *("../../../../tmp/", "..\\..\\", "C:\\Windows\\", "/etc/cron.d/", "a\x00b", "\u202egnp."),
        *("x" * 300, "Pat Example and Alex Sample.", 'a"; filename="b', "con", "é" * 200, "."),
    )
)
"""Names of files; each holds a marker, which nothing may keep."""

LARGEST: Final[tuple[tuple[str, Callable[[], bytes]], ...]] = (
    ("a PNG of as many pixels as are taken", lambda: png(6_324, MOST_PIXELS // 6_324)),
    ("a thin PNG", lambda: png(40_000, 1_000)),
    ("a PNG in which rows are missing", lambda: png(6_324, 6_324, rows=10)),
)
"""What is taken and then drawn, in the most memory."""
