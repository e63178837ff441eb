"""The digest's picture, and the words that say the same."""

from datetime import date, timedelta
from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageOps

from adapters.documents.chart import SIZE, draw_chart
from bot.domain.digest import DigestChart, TermTotal, Timeliness
from bot.screens.chart_text import chart_text

LAST = date(2026, 12, 18)
FRIDAYS = tuple(LAST - timedelta(weeks=ago) for ago in reversed(range(12)))
ROUND = (*Timeliness, None)
EMPTY = DigestChart(tuple((friday, None) for friday in FRIDAYS), ())
ONE_TERM = DigestChart(
    tuple((friday, Timeliness.NOTHING_DUE) for friday in FRIDAYS), (TermTotal("Autumn 2026", 0),)
)
TWO_YEARS = DigestChart(
    tuple((friday, ROUND[place % 4]) for place, friday in enumerate(FRIDAYS)),
    (
        TermTotal("Spring 2025", 5),
        TermTotal("Summer 2025", 0),
        TermTotal("Autumn 2025", 15),
        TermTotal("Spring 2026", 10),
        TermTotal("Summer 2026", 35),
        TermTotal("Autumn 2026", 20),
    ),
)
CHARTS = [DigestChart((), ()), EMPTY, ONE_TERM, TWO_YEARS]


def picture_of(chart: DigestChart) -> Image.Image:
    return Image.open(BytesIO(draw_chart(chart))).convert("RGB")


@pytest.mark.parametrize("chart", CHARTS)
def test_the_picture_is_a_png_of_the_right_size_with_a_clear_margin(chart: DigestChart) -> None:
    raw = draw_chart(chart)
    picture = picture_of(chart)

    assert raw.startswith(b"\x89PNG")
    assert picture.size == SIZE == (1200, 675)
    left, top, right, bottom = _drawn_in(picture)
    # Nothing touches the edge, where a cut word would.
    assert left > 4
    assert top > 4
    assert right < SIZE[0] - 4
    assert bottom < SIZE[1] - 4


def test_a_long_name_or_one_with_signs_of_a_formula_stays_in_the_picture() -> None:
    names = (r"Michaelmas $\bad$ 2026", "Summer 2026, from the fourth of May until the end")
    chart = DigestChart(EMPTY.weeks, tuple(TermTotal(name, 40) for name in names * 3))

    assert _drawn_in(picture_of(chart))[3] < SIZE[1] - 4


def test_every_value_changes_the_picture() -> None:
    weeks = [
        DigestChart(((LAST, timeliness),), ONE_TERM.terms) for timeliness in (*Timeliness, None)
    ]
    totals = [DigestChart(EMPTY.weeks, (TermTotal("Autumn 2026", total),)) for total in (0, 5, 10)]
    pictures = [draw_chart(chart) for chart in (*weeks, *totals)]

    assert len(set(pictures)) == len(pictures)


def test_the_same_chart_gives_the_same_picture() -> None:
    assert draw_chart(TWO_YEARS) == draw_chart(TWO_YEARS)


def test_the_kinds_of_week_differ_by_their_symbol_whatever_the_colours() -> None:
    kinds = (*Timeliness, None)
    symbols = [symbol_of(DigestChart(((LAST, kind),), ())) for kind in kinds]

    for one, other in combinations(symbols, 2):
        # Smoothed edges may differ by a few pixels between two colours; symbols by far more.
        assert ImageChops.difference(one, other).histogram()[255] > 60


def symbol_of(chart: DigestChart) -> Image.Image:
    """What is drawn inside the first square of the strip, in black and white, without its fill."""
    inside = picture_of(chart).convert("L").crop((40, 88, 118, 158))
    fill = Image.new("L", inside.size, inside.getpixel((0, 0)))
    drawn = ImageOps.autocontrast(ImageChops.difference(inside, fill))
    return drawn.point(lambda ink: 255 if ink > 128 else 0)


def test_the_text_names_every_week_and_every_term_with_its_value() -> None:
    assert chart_text(TWO_YEARS).splitlines() == [
        "Were the policy's steps on time? The 12 weeks to 18 Dec 2026:",
        "2 Oct: all on time",
        "9 Oct: some late",
        "16 Oct: nothing due",
        "23 Oct: no digest",
        "30 Oct: all on time",
        "6 Nov: some late",
        "13 Nov: nothing due",
        "20 Nov: no digest",
        "27 Nov: all on time",
        "4 Dec: some late",
        "11 Dec: nothing due",
        "18 Dec: no digest",
        "Cases each term, in complete fives:",
        "Spring 2025: 5",
        "Summer 2025: fewer than 5",
        "Autumn 2025: 15",
        "Spring 2026: 10",
        "Summer 2026: 35",
        "Autumn 2026: 20",
    ]


def test_the_text_of_an_empty_school_says_so() -> None:
    assert chart_text(DigestChart((), ())).splitlines() == [
        "Were the policy's steps on time? No weeks yet.",
        "Cases each term: no terms yet.",
    ]


def _drawn_in(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    assert box is not None
    return box
