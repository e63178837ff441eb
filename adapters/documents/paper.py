"""Decides how our PDFs look: A4, a line at the foot with “page x of y”, headings, facts, text."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from adapters.documents.typeface import in_letters, needs_shaping, typefaces

_MARGIN: Final = 20.0
"""Millimetres, as all lengths here."""

_INK: Final = (26, 26, 26)
_GREY: Final = (89, 89, 89)  # 7:1 on white, the contrast of WCAG 2.2, 1.4.6
_BLUE: Final = (11, 60, 111)
_LINE: Final = (190, 190, 190)
_WARNING: Final = (255, 246, 219)
_WARNING_EDGE: Final = (178, 106, 0)
_LEADING: Final = 0.48
"""Millimetres of a line for each point of its letters: about 1.36 times their height."""


class Paper(FPDF):
    """A document in the making. The same calls give the same bytes, whenever they are made."""

    def __init__(self, title: str, foot: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        regular, bold, mono = typefaces()
        self.add_font("text", "", regular)
        self.add_font("text", "B", bold)
        self.add_font("mono", "", mono)
        self._known = set(getattr(self.fonts["text"], "cmap", {}))
        self._lacked = False
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN + 2)
        self._foot = self._set(foot)
        self.set_title(title)
        self.set_author("Report Post")
        self.set_creator("Report Post")
        self.set_lang("en-GB")
        self.set_creation_date(made_at)
        self.add_page()
        self._style(20, "B", _BLUE)
        self._flow(title, after=3)

    def footer(self) -> None:
        """The line at the foot of each page; fpdf2 asks for it."""
        self.set_y(-15)
        self._style(8, "", _GREY)
        self.set_text_shaping(needs_shaping(self._foot))
        self.cell(0, 5, f"{self._foot} · page {self.page_no()} of {{nb}}", align=Align.C)

    def heading(self, text: str) -> None:
        """A heading, with room for what comes after it on the same page."""
        self._room(24)
        self.ln(4)
        self._style(13, "B", _BLUE)
        self._flow(text, after=1.5)

    def text_of(
        self, text: str, *, bold: bool = False, small: bool = False, left: float = 0
    ) -> None:
        """A paragraph; ``left`` moves it to the right."""
        self._style(8.5 if small else 10, "B" if bold else "", _GREY if small else _INK)
        self._flow(text, left=left, after=0.6 if small else 1.4)

    def points(self, texts: Iterable[str]) -> None:
        """A list with dots."""
        for text in texts:
            self._room(8)
            self._style(10, "", _INK)
            self.set_x(_MARGIN + 2)
            self.cell(4, 10 * _LEADING, "•")
            self._flow(text, left=6, after=1)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Two columns: what it is, and the value."""
        for label, value in rows:
            self._room(8)
            above, page = self.get_y(), self.page
            self._style(10, "B", _INK)
            self.multi_cell(46, 10 * _LEADING, self._set(label), align=Align.L)
            below = self.get_y()
            self.page = page
            self.set_y(above)
            self._style(10, "", _INK)
            self._flow(value, left=50, after=0)
            if self.page == page:
                self.set_y(max(below, self.get_y()))
            self.ln(1.2)

    def warning(self, text: str) -> None:
        """A box for what must not be overlooked."""
        self.ln(1.5)
        self._style(10, "B", _INK)
        self.set_fill_color(*_WARNING)
        self.set_draw_color(*_WARNING_EDGE)
        self.multi_cell(
            0, 10 * _LEADING, self._set(text), border=1, fill=True, align=Align.L, padding=3
        )
        self.ln(3.5)

    def head_line(self, parts: Sequence[str], right: str) -> None:
        """A line in bold under a thin rule, and at its end something small."""
        self._room(20)
        self.set_draw_color(*_LINE)
        self.set_line_width(0.2)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.ln(1.4)
        above, wide = self.get_y(), 30.0
        self._style(9, "B", _BLUE)
        self._flow(" · ".join(part for part in parts if part), right=wide, after=0.4)
        below = self.get_y()
        self._style(7.5, "", _GREY)
        self.set_font("mono", "", 7.5)
        self.set_xy(self.w - _MARGIN - wide, above)
        self.cell(wide, 9 * _LEADING, right, align=Align.R)
        self.set_xy(_MARGIN, below)

    def fingerprints(self, rows: Iterable[tuple[str, str]]) -> None:
        """Whole hashes in small letters of one width, each with its number."""
        for number, sha256 in rows:
            self._room(5)
            self._style(8, "", _INK)
            self.cell(12, 4, number, align=Align.R)
            self.set_font("mono", "", 8)
            self.set_x(_MARGIN + 15)
            self.cell(0, 4, sha256, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def hash_of(self, label: str, sha256: str) -> None:
        """A whole hash, with what it is the hash of."""
        self.text_of(label, bold=True)
        self.fingerprints([("", sha256)])
        self.ln(1.5)

    def content(self) -> bytes:
        """The file. Says at its end how signs are written that the typeface lacks, if there are."""
        if self._lacked:
            self.ln(2)
            self.text_of(
                "Square brackets as in [U+738B] or [red heart] stand for a sign that this typeface "
                "does not have: its number or its name in Unicode.",
                small=True,
            )
        # It would log the letters that a text is made of.
        logging.getLogger("fontTools").setLevel(logging.WARNING)
        return bytes(self.output())

    def _set(self, text: str) -> str:
        shown = in_letters(text, self._known)
        self._lacked = self._lacked or shown.count("[") > text.count("[")
        # It takes several times as long, so that only a text that needs it gets it.
        self.set_text_shaping(needs_shaping(shown))
        return shown

    def _flow(self, text: str, *, left: float = 0, right: float = 0, after: float) -> None:
        self.set_x(_MARGIN + left)
        self.multi_cell(
            self.w - 2 * _MARGIN - left - right,
            self.font_size_pt * _LEADING,
            self._set(text),
            align=Align.L,
            wrapmode=WrapMode.WORD,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.ln(after)

    def _room(self, wanted: float) -> None:
        """Goes to a new page rather than leave less than this at the foot."""
        if self.get_y() + wanted > self.page_break_trigger:
            self.add_page()

    def _style(self, size: float, weight: str, colour: tuple[int, int, int]) -> None:
        self.set_font("text", weight, size)
        self.set_text_color(*colour)
