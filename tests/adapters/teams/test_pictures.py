"""A picture is made small enough for a card, loses what it says of its place, or is not shown."""

import base64
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from adapters.documents.chart import draw_chart
from adapters.teams import sizes
from adapters.teams.pictures import as_address, as_data_uri, small_png
from tests.adapters.desk.samples import CHART, a_png

PREFIX = "data:image/jpeg;base64,"


def opened(address: str | None) -> Image.Image:
    assert address is not None
    assert address.startswith(PREFIX)
    return Image.open(BytesIO(base64.b64decode(address.removeprefix(PREFIX))))


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """The hardest to make small."""
    return Image.effect_noise((width, height), 200).convert("RGB")


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")]
)
def test_a_picture_of_each_kind_is_shown(kind: str, media_type: str) -> None:
    content = saved(Image.new("RGB", (40, 30), "red"), kind)
    shown = opened(as_data_uri(content, f"image/{media_type}"))
    assert (shown.format, shown.size) == ("JPEG", (40, 30))
    red, green, _ = shown.getpixel((20, 15))  # type: ignore[misc]
    assert red > 240 > green


@pytest.mark.parametrize("size", [(3_000, 2_000), (400, 4_000), (1_024, 1_024)])
def test_a_large_picture_fits_into_an_answer(size: tuple[int, int]) -> None:
    address = as_data_uri(saved(noise(*size), "PNG"), "image/png")
    assert address is not None
    assert len(address) <= sizes.PICTURE_BYTES
    shown = opened(address)
    assert max(shown.size) <= sizes.PICTURE_SIDE
    assert shown.width / shown.height == pytest.approx(size[0] / size[1], rel=0.02)


def test_a_picture_keeps_as_much_as_fits() -> None:
    assert opened(as_data_uri(a_png(2_000, 1_000), "image/png")).size == (1_024, 512)


def test_a_picture_from_a_phone_stands_upright_and_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x8825] = {1: "N", 2: (52.0, 55.0, 0.0)}
    content = saved(Image.new("RGB", (80, 40)), "JPEG", exif=exif)
    shown = opened(as_data_uri(content, "image/jpeg"))
    assert shown.size == (40, 80)
    assert dict(shown.getexif()) == {}


def test_what_is_clear_stands_on_white() -> None:
    content = saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert opened(as_data_uri(content, "image/png")).getpixel((10, 10)) == (255, 255, 255)


def _bomb() -> bytes:
    """A PNG whose header promises a picture of 900 million pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"", "image/png"),
        (b"no picture", "image/png"),
        (a_png()[:200], "image/png"),
        (a_png()[: len(a_png()) // 2], "image/png"),
        (b"GIF89a" + b"\0" * 40, "image/gif"),
        (_bomb(), "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 20, "image/webp"),
    ],
)
def test_what_is_no_whole_picture_is_not_shown(content: bytes, media_type: str) -> None:
    assert as_data_uri(content, media_type) is None


def test_a_chart_is_drawn_with_few_colours_before_it_is_made_smaller() -> None:
    png = draw_chart(CHART)
    small = small_png(png, 15_000)
    assert small is not None
    assert len(small) <= 15_000
    assert Image.open(BytesIO(small)).size == (1_200, 675)
    smaller = small_png(png, 6_000)
    assert smaller is not None
    assert len(smaller) <= 6_000
    assert Image.open(BytesIO(smaller)).width >= 480
    assert small_png(png, 500) is None


def test_an_address_holds_the_picture() -> None:
    assert as_address(b"abc", "image/png") == "data:image/png;base64,YWJj"
