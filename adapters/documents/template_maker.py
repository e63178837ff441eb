"""Decides how a template of a letter is laid out: letterhead, facts, lists, signature, pages.

A school opens the template in Word and changes it. So what the bot fills in looks like what it is:
``{{ date }}`` in the text, and each ``{%p if … %}`` in a small grey paragraph of its own, which the
letter itself does not have.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt

from adapters.documents.package import repacked
from adapters.documents.word_look import (
    BLUE,
    GREY,
    add_page_numbers,
    boxed,
    paragraph_style,
    plain_document,
    shade,
)

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.section import _Header
    from docx.styles.style import ParagraphStyle
    from docx.table import _Cell


_FIELD: Final = "Report Post field"
"""The style of the grey paragraphs."""

_TEXT_WIDTH: Final = Cm(21 - 2 * 2.3)
NOT_KNOWN: Final = "{% else %}Not known{% endif %}"
"""Ends a cell that began with an ``if``."""


def listed(field: str) -> str:
    """The text of a cell with a line for each of the field's values."""
    return (
        f"{{% for each in {field} %}}{{{{ each }}}}"
        "{% if not loop.last %}\n{% endif %}{% endfor %}"
        f"{{% if not {field} %}}Not known{{% endif %}}"
    )


class TemplateMaker:
    """A template in the making; every text may hold fields."""

    def __init__(self, title: str, *, confidential: str) -> None:
        self._document: DocumentType = plain_document(title)
        self._add_styles()
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        section.top_margin = Cm(2.2)
        self._letterhead(section.first_page_header)
        after = section.header.paragraphs[0]
        after.add_run("{{ school_name }} · {{ reference }}")
        for foot in (section.first_page_footer, section.footer):
            add_page_numbers(foot.paragraphs[0], f"{confidential} · ")

    def line(
        self, text: str, *, style: str | None = None, before: float = 0, after: float | None = None
    ) -> None:
        """A paragraph, with the distances in points where they are not the usual ones."""
        paragraph = self._document.add_paragraph(text, style=style)
        if before:
            paragraph.paragraph_format.space_before = Pt(before)
        if after is not None:
            paragraph.paragraph_format.space_after = Pt(after)

    def labelled(self, label: str, text: str) -> None:
        """A paragraph that begins with what it is about, bold."""
        paragraph = self._document.add_paragraph()
        paragraph.add_run(f"{label} ").bold = True
        paragraph.add_run(text)
        paragraph.paragraph_format.space_after = Pt(4)

    def title(self, text: str) -> None:
        """What it is, of a note; its only heading of the first level."""
        self._document.add_heading(text, 1).paragraph_format.space_before = Pt(4)

    def heading(self, text: str) -> None:
        """A heading within the letter."""
        self._document.add_heading(text, 2)

    def box(self, text: str) -> None:
        """What must not be overlooked."""
        self.line(text, style="Letter box")

    def control(self, text: str) -> None:
        """A paragraph such as ``{%p if talks %}``, which the letter does not have."""
        self.line(text, style=_FIELD)

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """What is written meanwhile stands there only under that condition."""
        self.control(f"{{%p if {condition} %}}")
        yield
        self.control("{%p endif %}")

    def only_if(self, field: str, text: str, *, after: float | None = None) -> None:
        """A paragraph that stands there only if the field is not empty."""
        with self.when(field):
            self.line(text, after=after)

    def each(self, field: str, text: str) -> None:
        """A list with dots, one for each of the field's values; ``text`` calls it ``each``."""
        self.control(f"{{%p for each in {field} %}}")
        self.line(text, style="List Bullet")
        self.control("{%p endfor %}")

    def bullets(self, *texts: str) -> None:
        """A list with dots."""
        for text in texts:
            self.line(text, style="List Bullet")

    def facts(self, *rows: tuple[str, str]) -> None:
        """A table of two columns: what it is, and the value."""
        self._table([(label, value) for label, value in rows], (5.0, 11.4), first_column=True)

    def rows(
        self, field: str, header: Sequence[str], cells: Sequence[str], wide: Sequence[float]
    ) -> None:
        """A table with a row for each of the field's rows; ``cells`` call it ``each``."""
        empty = [""] * (len(header) - 1)
        self._table(
            [
                header,
                [f"{{%tr for each in {field} %}}", *empty],
                cells,
                ["{%tr endfor %}", *empty],
            ],
            wide,
            first_column=False,
        )

    def signature(self, close: str) -> None:
        """The end of a letter, with room to sign."""
        self.line(close, after=40)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.control("{%p if sender_name %}")
        self.line("{{ sender_name }}", after=0)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.control("{%p endif %}")
        self.line("{{ sender_title }}", after=0)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.line("{{ school_name }}")

    def bytes(self) -> bytes:
        """The template."""
        file = BytesIO()
        self._document.save(file)
        return repacked(file.getvalue())

    def _letterhead(self, header: "_Header") -> None:
        name = header.paragraphs[0]
        name.style = self._document.styles["Letterhead"]
        name.add_run("{{ school_name }}")
        header.add_paragraph("{{ school_address_line }}").paragraph_format.space_after = Pt(0)
        line = header.add_paragraph("{{ school_contact_line }}")
        line.paragraph_format.space_after = Pt(14)
        border = OxmlElement("w:bottom")
        for key, value in (("val", "single"), ("sz", "8"), ("space", "5"), ("color", str(BLUE))):
            border.set(qn(f"w:{key}"), value)
        borders = OxmlElement("w:pBdr")
        borders.append(border)
        # In its place before the distances (ECMA-376 part 1, 17.3.1.26).
        line._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:jc")  # noqa: SLF001

    def _table(
        self, lines: Sequence[Sequence[str]], wide: Sequence[float], *, first_column: bool
    ) -> None:
        table = self._document.add_table(len(lines), len(wide), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        sizes = [Emu(int(_TEXT_WIDTH * share / sum(wide))) for share in wide]
        for column, size in zip(table.columns, sizes, strict=True):
            column.width = size
        for number, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
            if number == 0 and not first_column:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
            for place, (cell, text, size) in enumerate(zip(row.cells, line, sizes, strict=True)):
                cell.width = size
                named = place == 0 if first_column else number == 0
                self._fill(cell, text, named=named)
        for look in table._tbl.tblPr.iter(qn("w:tblLook")):  # noqa: SLF001
            look.set(qn("w:firstRow"), "0" if first_column else "1")
            look.set(qn("w:firstColumn"), "1" if first_column else "0")
        self.line("", style="Letter gap")

    def _fill(self, cell: "_Cell", text: str, *, named: bool) -> None:
        paragraph = cell.paragraphs[0]
        grey = text.startswith("{%tr")
        paragraph.style = self._document.styles[_FIELD if grey else "Letter cell"]
        run = paragraph.add_run(text)
        run.bold = named or None
        if "sha256" in text:
            run.font.name, run.font.size = "Courier New", Pt(8)
        if named:
            cell._tc.get_or_add_tcPr().append(shade("E7EDF4"))  # noqa: SLF001

    def _add_styles(self) -> None:
        head = self._style("Letterhead", 18)
        head.font.bold, head.font.color.rgb = True, BLUE
        head.paragraph_format.space_after = Pt(3)
        grey = self._style(_FIELD, 8)
        grey.font.color.rgb = GREY
        grey.paragraph_format.space_after = Pt(0)
        cell = self._style("Letter cell", 10)
        cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
        gap = self._style("Letter gap", 4)
        gap.paragraph_format.space_after = Pt(0)
        box = self._style("Letter box", 11)
        box.paragraph_format.left_indent = box.paragraph_format.right_indent = Pt(8)
        box.paragraph_format.space_before = box.paragraph_format.space_after = Pt(9)
        box.paragraph_format.keep_together = True
        boxed(box, fill="FFF6DB", line="B26A00")
        subject = self._style("Letter subject", 12)
        subject.font.bold = True
        subject.paragraph_format.space_after = Pt(8)

    def _style(self, name: str, size: float) -> "ParagraphStyle":
        self._document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style = paragraph_style(self._document, name)
        style.base_style = self._document.styles["Normal"]
        style.font.size = Pt(size)
        return style
