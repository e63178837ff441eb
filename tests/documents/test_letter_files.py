"""Which files are taken as a letter: nothing that runs, fetches or hides something."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.letter_files import PDF, WORD, LetterNotAccepted, check_letter
from bot.domain.uploads import MOST_BYTES
from tests.documents.files import OFFICE, TEXT, changed, parts_of, related, with_xml, word_with

LETTER = word_with("Dear Pat Example,", "Could we talk?")
TYPES = "[Content_Types].xml"
MICROSOFT = "http://schemas.microsoft.com/office"
VBA = "application/vnd.ms-office.vbaProject"


def field(code: str) -> bytes:
    """A letter with a field, its code split over two runs as Word does it."""
    half = len(code) // 2
    runs = "".join(
        f'<w:r><w:instrText xml:space="preserve">{each}</w:instrText></w:r>'
        for each in (code[:half], code[half:])
    )
    return with_xml(
        LETTER,
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    )


def refused(content: bytes) -> str:
    with pytest.raises(LetterNotAccepted) as caught:
        check_letter(content)
    return str(caught.value)


def test_a_word_document_and_a_pdf_are_taken() -> None:
    assert check_letter(LETTER) == WORD
    assert check_letter(b"%PDF-1.7\n%%EOF") == PDF


@pytest.mark.parametrize(
    "link", ["https://school.example/a", "mailto:office@school.example", "tel:01632960101", "#top"]
)
def test_links_to_websites_and_addresses_may_stay(link: str) -> None:
    assert check_letter(related(LETTER, "hyperlink", link)) == WORD


@pytest.mark.parametrize(
    "code",
    [
        "PAGE",
        " NUMPAGES \\* MERGEFORMAT ",
        'DATE \\@ "d MMMM yyyy"',
        'HYPERLINK "https://school.example"',
        'HYPERLINK \\l "end"',
    ],
)
def test_harmless_fields_may_stay(code: str) -> None:
    assert check_letter(field(code)) == WORD


@pytest.mark.parametrize(
    "code",
    [
        'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"',
        'dde excel "a" "b"',
        'INCLUDEPICTURE "https://elsewhere.example/seen.png"',
        'INCLUDETEXT "c:\\\\secret.docx"',
        "LINK Excel.Sheet.8 book.xls",
        "QUOTE 68 68 69",
        "MACROBUTTON Run me",
        'HYPERLINK "file:///c:/run.exe"',
        'HYPERLINK "\\\\elsewhere\\share"',
        'HYPERLINK "javascript:alert(1)"',
    ],
)
def test_a_field_that_starts_or_fetches_something_is_refused(code: str) -> None:
    assert "That Word document has a" in refused(field(code))


def test_a_field_is_found_in_a_simple_field_in_a_header_and_within_another_field() -> None:
    simple = with_xml(LETTER, '<w:p><w:fldSimple w:instr="DDEAUTO a b"><w:r/></w:fldSimple></w:p>')
    nested = with_xml(
        LETTER,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText>PAGE </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText>DDEAUTO a b</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    )
    header = changed(LETTER, {"word/header9.xml": parts_of(field("DDEAUTO a b"))[TEXT]})

    for letter in (simple, nested, header):
        assert "field that could start or fetch" in refused(letter)


@pytest.mark.parametrize(
    ("kind", "target", "mode", "says"),
    [
        ("attachedTemplate", "https://elsewhere.example/t.dotm", "external", "tied to a template"),
        ("image", "https://elsewhere.example/seen.png", "external", "somewhere else"),
        ("image", "https://elsewhere.example/seen.png", "internal", "somewhere else"),
        ("image", "\\\\elsewhere\\share\\seen.png", "internal", "somewhere else"),
        ("oleObject", "embeddings/one.bin", "internal", "inside it"),
        ("package", "embeddings/one.xlsx", "internal", "inside it"),
        ("control", "activeX/one.xml", "internal", "inside it"),
        ("aFChunk", "more.html", "internal", "inside it"),
        ("subDocument", "more.docx", "external", "inside it"),
        (f"{MICROSOFT}/2006/relationships/vbaProject", "v.xml", "internal", "inside it"),
        (f"{MICROSOFT}/2011/relationships/webextensiontaskpanes", "t.xml", "internal", "inside it"),
        ("hyperlink", "file:///c:/run.exe", "external", "link to a file or a program"),
        ("hyperlink", "\\\\elsewhere\\share", "external", "link to a file or a program"),
        ("hyperlink", "ms-word:ofe|u|https://elsewhere.example/a.docm", "external", "link to"),
    ],
)  # fmt: skip
def test_what_a_document_must_not_bring_along_or_fetch(
    kind: str, target: str, mode: str, says: str
) -> None:
    words = ' TargetMode="External"' if mode == "external" else ""

    assert says in refused(related(LETTER, kind, target, words))


def test_another_file_inside_is_refused_whatever_refers_to_it() -> None:
    assert "inside it" in refused(changed(LETTER, {"word/embeddings/one.bin": b"\xd0\xcf"}))
    assert "inside it" in refused(changed(LETTER, {"run.exe": b"MZ"}))


def test_macros_are_refused() -> None:
    types = parts_of(LETTER)[TYPES].decode()
    macro = types.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    project = types.replace(
        "</Types>",
        f'<Override PartName="/word/vba.bin" ContentType="{VBA}"/></Types>',
    )

    assert "macros" in refused(changed(LETTER, {TYPES: macro.encode()}))
    assert "macros" in refused(changed(LETTER, {TYPES: project.encode()}))


def test_text_that_hides_in_a_part_of_another_ending_is_refused() -> None:
    types = parts_of(LETTER)[TYPES].decode().replace("/word/document.xml", "/word/document.png")

    assert refused(changed(LETTER, {TYPES: types.encode(), "word/document.png": b"<x/>"}))


def test_a_spreadsheet_is_no_letter() -> None:
    types = parts_of(LETTER)[TYPES].decode().replace("wordprocessingml.document.main", "sheet.main")

    assert "not a Word document" in refused(changed(LETTER, {TYPES: types.encode()}))


@pytest.mark.parametrize(
    "name", ["../outside.xml", "/word/x.xml", "word\\x.xml", "c:x.xml", "word/DOCUMENT.xml"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert "cannot be used" in refused(changed(LETTER, {name: b"<x/>"}))


def test_a_document_type_is_refused_so_that_nothing_can_swell() -> None:
    swelling = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'
    elsewhere = '<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>'

    for xml in (swelling, elsewhere, "<not closed"):
        assert "cannot be used" in refused(changed(LETTER, {"word/settings.xml": xml.encode()}))


def test_a_small_file_that_unpacks_to_a_very_large_one_is_refused() -> None:
    bomb = changed(LETTER, {f"word/media/{n}.png": bytes(9 * 1024**2) for n in range(8)})

    assert len(bomb) < 200_000
    assert "larger inside than it looks" in refused(bomb)


def test_what_a_zip_says_of_its_size_is_not_believed() -> None:
    bomb = changed(LETTER, {"word/media/a.png": bytes(70 * 1024**2)})
    size = struct.pack("<I", 70 * 1024**2)
    assert size in bomb

    assert refused(bomb.replace(size, struct.pack("<I", 100)))


def test_too_many_parts_a_password_and_an_odd_packing_are_refused() -> None:
    assert refused(changed(LETTER, {f"word/media/{n}.png": b"" for n in range(600)}))
    file = BytesIO()
    with ZipFile(file, "w", ZIP_BZIP2) as packed:
        for name, part in parts_of(LETTER).items():
            packed.writestr(name, part)
    assert refused(file.getvalue())
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, part in parts_of(LETTER).items():
            packed.writestr(ZipInfo(name), part)
    locked = bytearray(file.getvalue())
    central = locked.index(b"PK\x01\x02")
    locked[central + 8] |= 1
    refused(bytes(locked))


def test_old_word_empty_large_and_other_files_are_refused_with_what_to_do() -> None:
    assert "old form" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "empty" in refused(b"")
    assert "larger than 10 MB" in refused(b"PK\x03\x04" + bytes(MOST_BYTES))
    assert "cannot be used" in refused(b"{\\rtf1 hello}")
    assert "cannot be used" in refused(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    "inside", [b"/JavaScript (app.alert)", b"/S /Launch", b"/EmbeddedFiles 3 0 R"]
)
def test_a_pdf_that_runs_or_carries_something_is_refused(inside: bytes) -> None:
    assert "program or another file" in refused(b"%PDF-1.7\n<<" + inside + b">>\n%%EOF")


@given(at=st.integers(min_value=0), put=st.binary(max_size=40), cut=st.booleans())
def test_a_damaged_file_is_taken_or_refused_but_nothing_else_happens(
    at: int, put: bytes, *, cut: bool
) -> None:
    place = at % len(LETTER)
    content = LETTER[:place] + put + (b"" if cut else LETTER[place + len(put) :])
    try:
        found = check_letter(content)
    except LetterNotAccepted as why:
        found = str(why)

    assert found


def test_what_is_said_names_no_file() -> None:
    said = refused(related(LETTER, "image", "https://elsewhere.example/pat-example.png"))

    assert "pat-example" not in said
    assert OFFICE not in said
