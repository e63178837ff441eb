"""Which files are taken is seen from their content, and a refusal is a kind sentence."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.domain.errors import ReportPostError
from bot.domain.uploads import (
    MOST_BYTES,
    MOST_FILES,
    MOST_PIXELS,
    FileKind,
    UploadNotAccepted,
    check_upload,
    media_type,
    recognise,
    suffix,
)


def a_picture(form: str, size: tuple[int, int] = (3, 2), mode: str = "RGB", **how: object) -> bytes:
    """Make a real picture with Pillow."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **how)
    return out.getvalue()


def a_png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Make the first 33 bytes of a PNG; the checksum is right."""
    chunk = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    chunk += bytes([depth, colour, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + chunk + zlib.crc32(chunk).to_bytes(4, "big")


def a_jpeg_of(*segments: bytes) -> bytes:
    """Put segments together to a JPEG."""
    return b"\xff\xd8" + b"".join(segments)


def a_frame(width: int, height: int, marker: int = 0xC0) -> bytes:
    """Make a JPEG frame header for one component."""
    return (
        bytes([0xFF, marker, 0, 11, 8])
        + height.to_bytes(2, "big")
        + width.to_bytes(2, "big")
        + b"\x01\x01\x11\x00"
    )


def a_webp_header(chunk: bytes, width: int, height: int) -> bytes:
    """Make the first 30 bytes of a WebP, complete by their own account."""
    if chunk == b"VP8X":
        sizes = b"".join((size - 1).to_bytes(3, "little") for size in (width, height))
        fields = bytes(4) + sizes
    elif chunk == b"VP8L":
        fields = b"\x2f" + (width - 1 | height - 1 << 14).to_bytes(4, "little") + bytes(5)
    else:
        sizes = b"".join(size.to_bytes(2, "little") for size in (width, height))
        fields = b"\x00\x00\x00\x9d\x01\x2a" + sizes
    return b"RIFF\x16\x00\x00\x00WEBP" + chunk + b"\x0a\x00\x00\x00" + fields


def a_zip() -> bytes:
    """Make a small archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("post.png", "x")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

TAKEN: dict[str, tuple[bytes, FileKind]] = {
    "png": (a_picture("PNG"), FileKind.PNG),
    "grey png": (a_picture("PNG", mode="L"), FileKind.PNG),
    "palette png": (a_picture("PNG", mode="P"), FileKind.PNG),
    "png with alpha": (a_picture("PNG", mode="RGBA"), FileKind.PNG),
    "png of one bit": (a_picture("PNG", mode="1"), FileKind.PNG),
    "png of 40 million": (a_png_header(8000, 5000), FileKind.PNG),
    "jpeg": (a_picture("JPEG"), FileKind.JPEG),
    "progressive jpeg": (a_picture("JPEG", progressive=True), FileKind.JPEG),
    "grey jpeg": (a_picture("JPEG", mode="L"), FileKind.JPEG),
    "jpeg with a comment": (a_picture("JPEG", comment=b"x" * 60_000), FileKind.JPEG),
    "padded jpeg": (a_jpeg_of(b"\xff\xff", a_frame(3, 2)), FileKind.JPEG),
    "webp": (a_picture("WEBP"), FileKind.WEBP),
    "lossless webp": (a_picture("WEBP", lossless=True), FileKind.WEBP),
    "webp with alpha and exif": (
        a_picture("WEBP", mode="RGBA", exif=b"Exif\x00\x00MM"),
        FileKind.WEBP,
    ),
    "pdf": (PDF, FileKind.PDF),
    "pdf by Pillow": (a_picture("PDF"), FileKind.PDF),
    "pdf after a mark and blank lines": (b"\xef\xbb\xbf\r\n\r\n" + PDF, FileKind.PDF),
    "pdf after printer commands": (b"\x1b%-12345X@PJL\r\n" + PDF, FileKind.PDF),
    "pdf 2.0": (b"%PDF-2.0\n", FileKind.PDF),
}


@pytest.mark.parametrize(("content", "kind"), TAKEN.values(), ids=TAKEN.keys())
def test_a_file_is_known_by_its_content(content: bytes, kind: FileKind) -> None:
    assert recognise(content) is kind
    assert check_upload(content, 0) is kind


NOT_TAKEN: dict[str, bytes] = {
    "text": b"hello",
    "html called post.png": b"<!DOCTYPE html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "gif": a_picture("GIF"),
    "bmp": a_picture("BMP"),
    "tiff": a_picture("TIFF"),
    "zip": a_zip(),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
    "sound in a RIFF": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
    "zeros": bytes(1000),
    "one byte": b"\x89",
    "html before a pdf": b"<html><script>alert(1)</script>" + PDF,
    "zip before a pdf": a_zip() + PDF,
    "gif before a pdf": b"GIF89a" + PDF,
    "program before a pdf": b"MZ\x90" + PDF,
    "script before a pdf": b"#!/bin/sh\n" + PDF,
    "pdf that begins too late": b" " * 1024 + PDF,
    "pdf without a version": b"%PDF-",
    "png without width": a_png_header(0, 5),
    "png without height": a_png_header(5, 0),
    "png of an impossible depth": a_png_header(5, 5, depth=3),
    "png of an impossible colour": a_png_header(5, 5, colour=5),
    "png whose first chunk is another": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dtEXt" + bytes(40),
    "jpeg without width": a_jpeg_of(a_frame(0, 5)),
    "jpeg without height": a_jpeg_of(a_frame(5, 0)),
    "jpeg whose frame is cut": a_jpeg_of(a_frame(5, 5)[:-1]),
    "jpeg that scans before its frame": a_jpeg_of(b"\xff\xda\x00\x02", a_frame(5, 5)),
    "jpeg that ends before its frame": a_jpeg_of(b"\xff\xd9\x00\x02", a_frame(5, 5)),
    "jpeg with only a table": a_jpeg_of(b"\xff\xc4\x00\x02", b"\xff\xd9"),
    "jpeg with a segment shorter than its length": a_jpeg_of(b"\xff\xe0\x00\x01", a_frame(5, 5)),
    "jpeg of padding": b"\xff\xd8" + b"\xff" * 100_000,
    "jpeg of a million segments": b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1_000_000 + a_frame(5, 5),
}


@pytest.mark.parametrize("content", NOT_TAKEN.values(), ids=NOT_TAKEN.keys())
def test_anything_else_is_refused_and_told_what_is_taken(content: bytes) -> None:
    assert recognise(content) is None
    with pytest.raises(UploadNotAccepted, match="PNG, JPEG or WebP"):
        check_upload(content, 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_picture("PNG")[:32],
        lambda: a_picture("JPEG")[:20],
        lambda: a_picture("JPEG")[:160],
        lambda: a_picture("WEBP")[:-1],
        lambda: a_picture("WEBP", lossless=True)[:-1],
        lambda: a_picture("WEBP")[:25],
        lambda: PDF[:7],
    ],
    ids=["png", "jpeg at once", "jpeg before its frame", "webp", "lossless", "webp header", "pdf"],
)
def test_a_file_cut_short_is_not_taken(make: Callable[[], bytes]) -> None:
    assert recognise(make()) is None


HUGE: dict[str, bytes] = {
    "png": a_png_header(50_000, 50_000),
    "png by one line": a_png_header(8000, 5001),
    "jpeg": a_jpeg_of(a_frame(65_535, 65_535)),
    "png by one pixel": a_png_header(1, 40_000_001),
    "webp": a_webp_header(b"VP8 ", 16_383, 16_383),
    "lossless webp": a_webp_header(b"VP8L", 16_384, 16_384),
    "extended webp": a_webp_header(b"VP8X", 2**24, 2**24),
}


@pytest.mark.parametrize("content", HUGE.values(), ids=HUGE.keys())
def test_a_picture_with_too_many_pixels_is_refused_without_opening_it(content: bytes) -> None:
    assert recognise(content) is None
    with pytest.raises(UploadNotAccepted, match="more than 40 million"):
        check_upload(content, 0)


@pytest.mark.parametrize("chunk", [b"VP8 ", b"VP8L", b"VP8X"])
def test_each_form_of_webp_is_measured(chunk: bytes) -> None:
    assert recognise(a_webp_header(chunk, 8000, 5000)) is FileKind.WEBP
    assert recognise(a_webp_header(chunk, 8000, 5001)) is None
    assert recognise(a_webp_header(chunk, 8001, 5000)) is None


def test_the_frame_is_found_behind_other_parts() -> None:
    others = [b"\xff\xe1\x00\x08Exif\x00\x00", b"\xff\xc4\x00\x04\xc0\xc0", b"\xff\x01"]
    assert recognise(a_jpeg_of(*others, a_frame(3, 2, 0xC2))) is FileKind.JPEG
    assert recognise(a_jpeg_of(*others, a_frame(9000, 9000, 0xC2))) is None


def test_an_empty_file_is_refused() -> None:
    assert recognise(b"") is None
    with pytest.raises(UploadNotAccepted, match="empty"):
        check_upload(b"", 0)


def test_a_file_may_have_ten_megabytes_and_not_one_byte_more() -> None:
    picture = a_picture("PNG")
    assert check_upload(picture.ljust(MOST_BYTES, b"\0"), 0) is FileKind.PNG
    with pytest.raises(UploadNotAccepted, match="larger than 10 MB"):
        check_upload(picture.ljust(MOST_BYTES + 1, b"\0"), 0)


def test_a_report_may_have_ten_files_and_not_one_more() -> None:
    assert check_upload(a_picture("PNG"), MOST_FILES - 1) is FileKind.PNG
    with pytest.raises(UploadNotAccepted, match="10 files"):
        check_upload(a_picture("PNG"), MOST_FILES)
    with pytest.raises(UploadNotAccepted, match="10 files"):
        check_upload(b"", MOST_FILES + 5)


def test_refusals_are_among_the_errors_made_on_purpose() -> None:
    assert issubclass(UploadNotAccepted, ReportPostError)


STARTS = st.sampled_from([*NOT_TAKEN.values(), *(content for content, _ in TAKEN.values())])
ANY_BYTES = st.one_of(
    st.binary(),
    st.tuples(STARTS.map(lambda content: content[:200]), st.integers(0, 200), st.binary()).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[2]
    ),
    st.tuples(
        st.sampled_from([b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBPVP8", b"\x89PNG\r\n\x1a\n"]),
        st.binary(),
    ).map(b"".join),
)


@given(ANY_BYTES, st.integers(0, MOST_FILES))
def test_nothing_but_a_refusal_is_ever_raised(content: bytes, already: int) -> None:
    kind = recognise(content)
    if kind is not None and already < MOST_FILES:
        assert check_upload(content, already) is kind
    else:
        with pytest.raises(UploadNotAccepted, match=r"\.$"):
            check_upload(content, already)


@given(st.integers(1, 2**31), st.integers(1, 2**31))
def test_a_png_is_taken_up_to_the_most_pixels(width: int, height: int) -> None:
    fits = width * height <= MOST_PIXELS
    assert (recognise(a_png_header(width, height)) is FileKind.PNG) is fits


@pytest.mark.parametrize(
    ("kind", "media", "end"),
    [
        (FileKind.PNG, "image/png", ".png"),
        (FileKind.JPEG, "image/jpeg", ".jpg"),
        (FileKind.WEBP, "image/webp", ".webp"),
        (FileKind.PDF, "application/pdf", ".pdf"),
    ],
)
def test_each_kind_has_a_media_type_and_a_suffix(kind: FileKind, media: str, end: str) -> None:
    assert media_type(kind) == media
    assert suffix(kind) == end


def test_every_kind_is_among_those_tried() -> None:
    assert {kind for _, kind in TAKEN.values()} == set(FileKind)
