"""Decides how a picture is made small enough to stand within a card, as a data URI."""

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Final

from adapters.teams import sizes
from bot.domain.uploads import MOST_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

# Pillow is imported where a picture is drawn, as matplotlib is: most of what the bot does needs
# none (DESIGN).

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_QUALITIES: Final = (82, 70, 55, 40)
_STRIP: Final = 1_000_000
"""Pixels of a large picture that are made smaller at a time, in which Pillow copies them."""
_MOST_OF_WEBP: Final = MOST_PIXELS // 4
"""WebP is unpacked as a whole, four times over (libwebp's WebPAnimDecoder, and Pillow's own)."""
_SMALLEST: Final = 64
"""Pixels of a side below which nothing is left to see."""


def as_address(content: bytes, media_type: str) -> str:
    """The data URI of a picture."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def as_data_uri(content: bytes, media_type: str) -> str | None:
    """The picture as a JPEG of at most 1,024 pixels a side; ``None`` for what is no picture.

    What the file says of its place and camera is left out. It takes up to a second: call it in a
    thread.
    """
    if not media_type.startswith("image/"):
        return None
    picture = _opened(content)
    if picture is None:
        return None
    room = (sizes.PICTURE_BYTES - len(as_address(b"", "image/jpeg"))) * 3 // 4
    small = _small_jpeg(picture, room)
    return as_address(small, "image/jpeg") if small else None


def _opened(content: bytes) -> "Image | None":
    """The picture upright, on white, no larger than it is shown; ``None`` if it is none."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    side = (sizes.PICTURE_SIDE, sizes.PICTURE_SIDE)
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            most = _MOST_OF_WEBP if opened.format == "WEBP" else MOST_PIXELS
            if opened.width * opened.height > most:
                return None
            opened.draft("RGB", side)
            small = _shrunk(opened)
            small.thumbnail(side)
            clear = ImageOps.exif_transpose(small).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # What Pillow raises for a damaged file; SyntaxError is its word for a broken PNG.
        return None
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _shrunk(picture: "Image") -> "Image":
    """The picture about twice as large as it is shown, or as it is.

    Strip by strip: Pillow would copy all of it, and a picture of 40 million pixels has 160 MB.
    """
    from PIL import Image  # noqa: PLC0415

    width, height = picture.size
    by = max(width, height) // (2 * sizes.PICTURE_SIDE)
    if by <= 1:
        return picture.copy()
    shrunk = Image.new("RGBA", (-(-width // by), -(-height // by)))
    rows = by * max(1, _STRIP // (width * by))
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(height, top + rows)))
        shrunk.paste(strip.convert("RGBA").reduce(by), (0, top // by))
    shrunk.info.update(picture.info)
    return shrunk


def _small_jpeg(picture: "Image", most: int) -> bytes | None:
    while min(picture.size) >= 1:
        for quality in _QUALITIES:
            drawn = _saved(picture, "JPEG", quality=quality)
            if len(drawn) <= most:
                return drawn
        picture = _smaller(picture, 0.7)
        if max(picture.size) < _SMALLEST:
            return None
    return None


def small_png(png: bytes, most: int) -> bytes | None:
    """A drawing of few colours in at most that many bytes; ``None`` if it cannot be read so small.

    Half its size is enough for a phone; below a third, letters can no longer be told apart.
    """
    from PIL import Image  # noqa: PLC0415

    with Image.open(BytesIO(png), formats=("PNG",)) as opened:
        whole = opened.convert("RGB")
    for part in (1.0, 0.75, 0.6, 0.5, 0.4):
        sized = whole if part == 1.0 else _smaller(whole, part)
        for colours in (32, 16, 8):
            few = sized.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            drawn = _saved(few, "PNG", optimize=True)
            if len(drawn) <= most:
                return drawn
    return None


def _smaller(picture: "Image", part: float) -> "Image":
    from PIL import Image  # noqa: PLC0415

    width, height = (max(1, round(side * part)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _saved(picture: "Image", kind: str, **how: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()
