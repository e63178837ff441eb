"""Decides how every Word document looks: one plain style, in British English, with page numbers."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph

FONT: Final = "Arial"
"""On every computer with Word, and among those that the British Dyslexia Association advises."""

LANGUAGE: Final = "en-GB"
INK: Final = RGBColor(0x1A, 0x1A, 0x1A)
GREY: Final = RGBColor(0x59, 0x59, 0x59)  # 7:1 on white, the contrast of WCAG 2.2, 1.4.6
BLUE: Final = RGBColor(0x0B, 0x3C, 0x6F)

_SIZES: Final = {"Title": 20, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11}
# The library's empty document has a date of its own; ours says nothing of when it was made.
_NO_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


def plain_document(title: str) -> "DocumentType":
    """An empty A4 document with the title set, in British English, in our plain style."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)
    properties = document.core_properties
    properties.title, properties.language = title, LANGUAGE
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = _NO_DAY
    properties.revision = 1
    _speak_british(document)
    _set_styles(document)
    return document


def add_page_numbers(paragraph: "Paragraph", before: str) -> None:
    """Writes ``before`` and “Page 1 of 3”, numbers that Word counts itself."""
    for text in (before, "Page "):
        if text:
            paragraph.add_run(text)
    add_field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    add_field(paragraph, "NUMPAGES")


def add_field(paragraph: "Paragraph", instruction: str) -> None:
    """A value that Word works out, such as ``PAGE`` (ECMA-376 part 1, 17.16)."""
    run = paragraph.add_run()
    for kind in ("begin", "separate", "end"):
        if kind == "separate":
            code = OxmlElement("w:instrText")
            code.text = f" {instruction} "
            run._r.append(code)  # noqa: SLF001 - python-docx has no fields
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)  # noqa: SLF001
        if kind == "separate":
            shown = OxmlElement("w:t")
            shown.text = "1"
            run._r.append(shown)  # noqa: SLF001


def boxed(style: ParagraphStyle, fill: str, line: str) -> None:
    """Gives every paragraph of the style a box: background ``fill``, a line of colour ``line``."""
    properties = style.element.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        border = OxmlElement(f"w:{side}")
        thick = "24" if side == "left" else "4"
        for name, value in (("val", "single"), ("sz", thick), ("space", "6"), ("color", line)):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    # The order of ECMA-376, 17.3.1.26: pBdr, shd, …, spacing, ind, … ; Word is strict about it.
    properties.insert_element_before(borders, *_AFTER_BORDERS)
    properties.insert_element_before(shade(fill), *_AFTER_BORDERS[1:])


_AFTER_BORDERS: Final = (
    *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct"),
    *("w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd"),
    *("w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents"),
    *("w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap"),
    *("w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange"),
)


def shade(fill: str) -> "BaseOxmlElement":
    """A background, for a paragraph or a cell."""
    element = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        element.set(qn(f"w:{name}"), value)
    return element


def paragraph_style(document: "DocumentType", name: str) -> ParagraphStyle:
    """The paragraph style of that name. Raises KeyError."""
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise KeyError(name)
    return style


def _speak_british(document: "DocumentType") -> None:
    for language in (
        *document.styles.element.iter(qn("w:lang")),
        *document.settings.element.iter(qn("w:themeFontLang")),
    ):
        language.set(qn("w:val"), LANGUAGE)
        language.set(qn("w:eastAsia"), LANGUAGE)


def _set_styles(document: "DocumentType") -> None:
    normal = paragraph_style(document, "Normal")
    normal.font.size, normal.font.color.rgb = Pt(11), INK
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.15
    for name in ("Normal", *_SIZES, "List Bullet", "List Number", "Header", "Footer"):
        _name_font(paragraph_style(document, name))
    for name, size in _SIZES.items():
        style = paragraph_style(document, name)
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, BLUE
        style.font.italic = False
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt(0 if name == "Title" else 14)
        style.paragraph_format.space_after = Pt(6)
    for borders in list(paragraph_style(document, "Title").element.iter(qn("w:pBdr"))):
        borders.getparent().remove(borders)
    for name in ("List Bullet", "List Number"):
        paragraph_style(document, name).paragraph_format.space_after = Pt(4)
    for name in ("Header", "Footer"):
        small = paragraph_style(document, name)
        small.font.size, small.font.color.rgb = Pt(8.5), GREY
    for borders in document.styles["Table Grid"].element.iter(qn("w:tblBorders")):
        for border in borders:
            border.set(qn("w:color"), "A6A6A6")
    paragraph_style(document, "Footer").paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _name_font(style: ParagraphStyle) -> None:
    """The font for every script; a theme's font would go before it otherwise."""
    style.font.name = FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
