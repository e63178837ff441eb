"""Decides how the digest's chart looks: a strip of weeks above, a bar for each term below.

Every value is also a symbol and a word, so that nothing depends on telling colours apart; the text
is large, because most governors will see it on a phone, at about a third of its size.
"""

from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.domain.digest_shown import shown_count
from bot.domain.figures import FULL_GROUP, DigestChart, TermTotal, Timeliness
from bot.screens.chart_text import WEEK_WORDS, day_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE: Final = (1200, 675)
"""Width and height in pixels: 16 to 9, as Slack and Teams show a picture without cutting it."""

_DPI: Final = 100
_INK: Final = "#1a1a1a"
_GREY: Final = "#595959"  # 7:1 on white, the contrast of WCAG 2.2, 1.4.6
_BAR: Final = "#0b5394"


class _Look(NamedTuple):
    symbol: str
    fill: str
    ink: str


# Blue and orange stay apart in every common colour blindness (Okabe and Ito, 2008); the symbols
# are all in DejaVu Sans, which matplotlib brings along.
_LOOKS: Final = {
    Timeliness.ALL_ON_TIME: _Look("✓", _BAR, "white"),
    Timeliness.SOME_LATE: _Look("!", "#e69f00", _INK),
    Timeliness.NOTHING_DUE: _Look("○", "#dce6f0", _INK),
    None: _Look("–", "white", _GREY),
}


def draw_chart(chart: DigestChart) -> bytes:
    """The chart as a PNG of 1200 by 675 pixels; `chart_text` says the same in words."""
    # Imported here: it takes a second, and most of what the bot does needs no chart.
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # A school's own matplotlibrc must not change the picture, and names are no formulas.
    with rc_context({"font.family": "DejaVu Sans", "text.parse_math": False}):
        figure = Figure(figsize=(SIZE[0] / _DPI, SIZE[1] / _DPI), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        _draw_weeks(figure.add_axes((0.025, 0.60, 0.95, 0.38)), chart)
        _draw_terms(figure.add_axes((0.025, 0.02, 0.95, 0.53)), chart.terms)
        picture = BytesIO()
        # Without its default metadata (a version), the same chart gives the same bytes.
        figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _draw_weeks(axes: "Axes", chart: DigestChart) -> None:
    """Squares from left to right, the newest last, with a legend of symbols below."""
    from matplotlib.patches import Rectangle

    axes.set_axis_off()
    axes.set(xlim=(0, 12), ylim=(-0.05, 3))
    _title(axes, 2.95, "Were the policy's steps on time?")
    if not chart.weeks:
        axes.text(0, 1.9, "No weeks yet.", fontsize=20, color=_GREY, va="center")
    wide = 12 / max(len(chart.weeks), 12)
    for place, (friday, timeliness) in enumerate(chart.weeks):
        look = _LOOKS[timeliness]
        left = place * wide
        axes.add_patch(
            Rectangle((left + 0.03, 1.22), wide - 0.06, 0.98, fc=look.fill, ec=_INK, lw=1.5)
        )
        centre = left + wide / 2
        axes.text(centre, 1.7, look.symbol, fontsize=30, color=look.ink, ha="center", va="center")
        # A term has more weeks than the digest's twelve, and its days stand closer.
        size = 17 * min(wide, 1)
        axes.text(centre, 1.1, day_words(friday), fontsize=size, color=_INK, ha="center", va="top")
    _draw_legend(axes)


def _draw_legend(axes: "Axes") -> None:
    from matplotlib.patches import Rectangle

    for place, (timeliness, look) in enumerate(_LOOKS.items()):
        left = place * 3.0 + 0.03
        axes.add_patch(Rectangle((left, 0.0), 0.42, 0.46, fc=look.fill, ec=_INK, lw=1.5))
        axes.text(
            left + 0.21, 0.22, look.symbol, fontsize=17, color=look.ink, ha="center", va="center"
        )
        words = WEEK_WORDS[timeliness]
        axes.text(left + 0.56, 0.22, words, fontsize=18, color=_INK, va="center")


def _draw_terms(axes: "Axes", terms: tuple[TermTotal, ...]) -> None:
    """A bar a term with its value above; "fewer than 5" is an empty stub."""
    axes.set_axis_off()
    tallest = max((term.total for term in terms), default=0)
    top = max(tallest, 2 * FULL_GROUP)
    axes.set(xlim=(0, max(len(terms), 4)), ylim=(-0.34 * top, 1.42 * top))
    _title(axes, 1.42 * top, "Cases each term, in complete fives")
    if not terms:
        axes.text(0, 1.05 * top, "No terms yet.", fontsize=20, color=_GREY, va="center")
        return
    axes.axhline(0, color=_INK, lw=2)
    for place, term in enumerate(terms):
        _draw_term(axes, place + 0.5, term, tallest, top)


def _draw_term(axes: "Axes", centre: float, term: TermTotal, tallest: int, top: int) -> None:
    few = term.total < FULL_GROUP
    # Without any bar to compare it with, the stub may fill the room.
    stub = 0.05 * top if tallest else 0.5 * top
    height = stub if few else term.total
    axes.bar(
        centre,
        height,
        width=0.62,
        color="white" if few else _BAR,
        edgecolor=_INK,
        linewidth=1.5,
        linestyle="--" if few else "-",
    )
    axes.text(
        centre,
        height + 0.04 * top,
        shown_count(term.total),
        fontsize=19 if few else 24,
        fontweight="normal" if few else "bold",
        color=_INK,
        ha="center",
        va="bottom",
    )
    name, size = _fitted(term.name)
    axes.text(centre, -0.05 * top, name, fontsize=size, color=_INK, ha="center", va="top")


def _fitted(name: str) -> tuple[str, int]:
    """The name in lines that fit under one of six bars, and their size in points."""
    lines = wrap(name, 10)
    if len(lines) <= 2:
        return "\n".join(lines), 19
    # Past 42 letters it is cut here; the text beside the picture has the whole name.
    return "\n".join(wrap(name, 14, max_lines=3, placeholder=" …")), 13


def _title(axes: "Axes", height: float, words: str) -> None:
    axes.text(0, height, words, fontsize=23, fontweight="bold", color=_INK, va="top")
