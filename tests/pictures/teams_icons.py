"""Draws the two icons of the Teams app: ``python -m tests.pictures.teams_icons``.

The same mark as on the local page (``adapters/desk/static/mark.svg``): a letter that is also
a speech bubble. Teams' rules for both: learn.microsoft.com, "Teams app package", App icons.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parents[2] / "adapters/teams/app_package"
GREEN = "#0f5a53"
PAPER = "#fffdf8"
FINE = 16
"""Everything is drawn so many times larger, and made smaller with soft edges."""

Point = tuple[float, float]


def color_icon() -> Image.Image:
    """192×192, the mark within the inner 96×96, since Teams cuts corners and hexagons out of it."""
    fine = Image.new("RGB", (192 * FINE, 192 * FINE), GREEN)
    pen = ImageDraw.Draw(fine)
    bubble, flap = _mark(left=49, top=54, size=94, overhang=1.5)
    pen.polygon(bubble, fill=PAPER)
    _line(pen, flap, width=8 * FINE, fill=GREEN)
    return fine.resize((192, 192), Image.Resampling.BOX)


def outline_icon() -> Image.Image:
    """32×32, pure white lines on nothing, without a margin."""
    shape = Image.new("L", (32 * FINE, 32 * FINE), 0)
    pen = ImageDraw.Draw(shape)
    bubble, flap = _mark(left=1, top=2, size=30)
    _line(pen, [*bubble, bubble[0]], width=2 * FINE, fill=255)
    _line(pen, flap, width=2 * FINE, fill=255)
    alpha = shape.resize((32, 32), Image.Resampling.BOX)
    white = Image.new("L", (32, 32), 255)
    return Image.merge("RGBA", (white, white, white, alpha))


def _mark(
    left: float, top: float, size: float, overhang: float = 0
) -> tuple[list[Point], list[Point]]:
    """The bubble's outline and the letter's flap, as in mark.svg, there 20 wide and 18 high.

    The flap ends at the corners, or ``overhang`` beyond them.
    """
    bubble = [(0, 0), (20, 0), (20, 14), (8, 14), (3, 18), (3, 14), (0, 14)]
    rise = overhang * 0.75
    flap = [(-overhang, -rise), (10, 7.5), (20 + overhang, -rise)]
    scale = size / 20

    def placed(points: Iterable[Point]) -> list[Point]:
        return [((left + x * scale) * FINE, (top + y * scale) * FINE) for x, y in points]

    return placed(bubble), placed(flap)


def _line(pen: ImageDraw.ImageDraw, points: list[Point], *, width: float, fill: str | int) -> None:
    """A line with round ends and corners."""
    half = width / 2
    for start, end in pairwise(points):
        pen.line([start, end], fill=fill, width=round(width))
    for x, y in points:
        pen.ellipse((x - half, y - half, x + half, y + half), fill=fill)


if __name__ == "__main__":
    color_icon().save(FOLDER / "color.png", optimize=True)
    outline_icon().save(FOLDER / "outline.png", optimize=True)
