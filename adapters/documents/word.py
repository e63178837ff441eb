"""Decides how a plain Word document is built up: headings, text, lists, tables, boxes, pictures.

What a person reads with a screen reader is there too: a title, a language, heading levels, header
rows of tables, a description of each picture. Every text is taken as it is; nothing in it is a
command to Word.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt
from docx.styles.style import ParagraphStyle

from adapters.documents.package import repacked
from adapters.documents.word_look import add_page_numbers, boxed, plain_document, shade
from adapters.documents.written import in_one_line, written

if TYPE_CHECKING:
    from docx.shape import InlineShape
    from docx.table import Table, _Cell, _Row

DECIDE: Final = "The school must still decide"
"""Stands before everything that nobody but the school can answer."""

_DECIDE_STYLE: Final = "Decide"
_LEVELS: Final = (1, 2, 3)


class WordDocument:
    """A Word document in the making; ``bytes`` gives the file.

    ``title`` stands above, and in the file's properties; ``school`` and ``note`` stand at the foot
    of each page, the page's number beside them. The same calls give the same bytes.
    """

    def __init__(self, title: str, *, school: str = "", note: str = "") -> None:
        if not in_one_line(title):
            raise ValueError("A document needs a title.")
        self._document = plain_document(in_one_line(title))
        self._levels: list[int] = [0]
        self._document.add_paragraph(in_one_line(title), style="Title")
        self._add_decide_style()
        words = [in_one_line(each) for each in (school, note) if in_one_line(each)]
        foot = self._document.sections[0].footer.paragraphs[0]
        add_page_numbers(foot, "".join(f"{each} · " for each in words))

    def heading(self, text: str, level: int = 1) -> None:
        """A heading of level 1, 2 or 3, never more than one below the heading before it."""
        if level not in _LEVELS or level > self._levels[-1] + 1:
            raise ValueError(f"A heading of level {level} cannot stand here.")
        self._levels.append(level)
        self._document.add_heading(in_one_line(text), level)

    def paragraph(self, text: str, *, bold_start: str = "") -> None:
        """A paragraph; a line break in it stays one. ``bold_start`` stands before it, in bold."""
        self._write(text, bold_start=bold_start)

    def bullets(self, texts: Iterable[str]) -> None:
        """A list with dots, an item a text."""
        for text in texts:
            self._write(text, "List Bullet")

    def decide(self, text: str) -> None:
        """A box that says what the school must still decide."""
        self._write(text, _DECIDE_STYLE, bold_start=f"{DECIDE}: ")

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        widths: Sequence[float] = (),
        about: str = "",
    ) -> None:
        """A table whose header is repeated on every page.

        ``widths`` says how wide each column is against the others (all the same without it);
        ``about`` is read out instead of seen. Raises ValueError for a row of another length.
        """
        lines = [list(header), *(list(row) for row in rows)]
        widths = widths or [1.0] * len(header)
        if not header or {len(line) for line in [*lines, widths]} != {len(header)}:
            raise ValueError("Every row of a table has as many cells as its header.")
        table = self._document.add_table(rows=len(lines), cols=len(header), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        wide = self._text_width()
        sizes = [Emu(int(wide * share / sum(widths))) for share in widths]
        for column, size in zip(table.columns, sizes, strict=True):
            column.width = size
        for number, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
            _never_split(row, header=number == 0)
            for cell, text, size in zip(row.cells, line, sizes, strict=True):
                _fill(cell, text, size, header=number == 0)
        _describe(table, about)
        after = self._document.add_paragraph()
        after.paragraph_format.space_after = Pt(2)

    def picture(self, png: bytes, alt: str) -> None:
        """A picture, no wider than the text; ``alt`` is what somebody hears who cannot see it."""
        if not in_one_line(alt):
            raise ValueError("A picture needs a description.")
        shape = self._document.add_picture(BytesIO(png))
        _fit(shape, self._text_width())
        properties = shape._inline.docPr  # noqa: SLF001 - python-docx has no alt text
        properties.set("descr", in_one_line(alt))
        properties.set("name", f"Picture {len(self._document.inline_shapes)}")

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def bytes(self) -> bytes:
        """The file as it is now; more may still be added."""
        file = BytesIO()
        self._document.save(file)
        return repacked(file.getvalue())

    def _write(self, text: str, style: str | None = None, *, bold_start: str = "") -> None:
        paragraph = self._document.add_paragraph(style=style)
        if bold_start:
            paragraph.add_run(written(bold_start)).bold = True
        paragraph.add_run(written(text))

    def _text_width(self) -> int:
        section = self._document.sections[0]
        edges = (section.page_width, section.left_margin, section.right_margin)
        wide, left, right = (int(edge or 0) for edge in edges)
        return wide - left - right

    def _add_decide_style(self) -> None:
        style = self._document.styles.add_style(_DECIDE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        if isinstance(style, ParagraphStyle):
            style.base_style = self._document.styles["Normal"]
            style.paragraph_format.left_indent = style.paragraph_format.right_indent = Pt(8)
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(10)
            style.paragraph_format.keep_together = True
            boxed(style, fill="FFF6DB", line="B26A00")


def _fill(cell: "_Cell", text: str, width: Emu, *, header: bool) -> None:
    cell.width = width
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(3)
    run = paragraph.add_run(written(text))
    run.font.size = Pt(10)
    if header:
        run.bold = True
        paragraph.paragraph_format.keep_with_next = True
        cell._tc.get_or_add_tcPr().append(shade("E7EDF4"))  # noqa: SLF001 - no shading in python-docx


def _never_split(row: "_Row", *, header: bool) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has neither of the two
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))


def _describe(table: "Table", about: str) -> None:
    """Says which cells are headers, and what the table is about (ECMA-376, 17.4.46 and 17.4.55)."""
    properties = table._tbl.tblPr  # noqa: SLF001
    for look in properties.iter(qn("w:tblLook")):
        for name in list(look.attrib):
            del look.attrib[name]
        for name, value in (
            *(("val", "0020"), ("firstRow", "1"), ("lastRow", "0"), ("firstColumn", "0")),
            *(("lastColumn", "0"), ("noHBand", "1"), ("noVBand", "1")),
        ):
            look.set(qn(f"w:{name}"), value)
    if in_one_line(about):
        words = OxmlElement("w:tblDescription")
        words.set(qn("w:val"), in_one_line(about))
        properties.append(words)


def _fit(shape: "InlineShape", widest: int) -> None:
    wide = min(int(shape.width), widest)
    shape.height = Emu(int(shape.height * wide / shape.width))
    shape.width = Emu(wide)
