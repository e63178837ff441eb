"""Plain Word documents: what stands in them, and that everybody can read them."""

from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from adapters.documents.word import DECIDE, WordDocument
from tests.documents.files import parts_of, said_in


def a_picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4000, 1000), "white").save(file, "PNG")
    return file.getvalue()


def a_document() -> WordDocument:
    page = WordDocument("Privacy\nnotice", school="Derwent Vale Primary School", note="Draft")
    page.heading("What we keep")
    page.paragraph("A name <b>&</b> a link.\nIn two lines.", bold_start="First: ")
    page.bullets(["One", "Two"])
    page.decide("who signs this.")
    page.heading("How long", 2)
    page.table(("What", "How long"), [("A case", "72 months")], widths=(1, 2), about="Months")
    page.picture(a_picture(), "Two bars,\nthe second is taller")
    return page


def test_everything_that_was_said_stands_there_as_it_was_said() -> None:
    said = said_in(a_document().bytes())

    assert "First: A name <b>&</b> a link.\nIn two lines." in said
    assert f"{DECIDE}: who signs this." in said
    assert "72 months" in said
    assert "Derwent Vale Primary School · Draft · Page 1 of 1" in said


def test_a_screen_reader_finds_title_language_headings_header_rows_and_alt_text() -> None:
    content = a_document().bytes()
    document = Document(BytesIO(content))

    assert document.core_properties.title == "Privacy notice"
    assert document.core_properties.language == "en-GB"
    styles = parts_of(content)["word/styles.xml"].decode()
    assert 'w:lang w:val="en-GB"' in styles
    assert "en-US" not in styles
    named = {p.text: p.style.name for p in document.paragraphs if p.style is not None}
    assert named["What we keep"] == "Heading 1"
    assert named["How long"] == "Heading 2"
    assert named["One"] == "List Bullet"
    table = document.tables[0]
    assert [len(list(row._tr.iter(qn("w:tblHeader")))) for row in table.rows] == [1, 0]  # noqa: SLF001
    assert (
        'descr="Two bars, the second is taller"' in parts_of(content)["word/document.xml"].decode()
    )


def test_a_picture_is_no_wider_than_the_text() -> None:
    document = Document(BytesIO(a_document().bytes()))
    shape, section = document.inline_shapes[0], document.sections[0]
    edges = (section.page_width, section.left_margin, section.right_margin)
    wide, left, right = (edge or 0 for edge in edges)

    assert shape.width == wide - left - right
    assert shape.height == pytest.approx(shape.width / 4, abs=2)


def test_the_same_calls_give_the_same_bytes() -> None:
    assert a_document().bytes() == a_document().bytes()


def test_it_does_not_say_when_or_with_what_it_was_made() -> None:
    properties = Document(BytesIO(a_document().bytes())).core_properties

    assert properties.author == properties.comments == properties.last_modified_by == ""
    assert properties.created == properties.modified


def test_characters_that_a_word_file_cannot_hold_are_left_out() -> None:
    page = WordDocument("A\x00\x1b title")
    page.paragraph("one\x0btwo\x08 \ud800three\ufffe \u202eevil\u202c")

    assert "one\ntwo three evil" in said_in(page.bytes())


def test_a_row_of_another_length_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        WordDocument("A").table(("One", "Two"), [("only one",)])


@pytest.mark.parametrize("level", [0, 2, 4])
def test_a_heading_that_leaves_out_a_level_is_a_mistake(level: int) -> None:
    with pytest.raises(ValueError, match="cannot stand here"):
        WordDocument("A").heading("Too deep", level)


def test_a_picture_without_a_description_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs a description"):
        WordDocument("A").picture(a_picture(), " \n")


def test_a_document_without_a_title_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs a title"):
        WordDocument(" ")
