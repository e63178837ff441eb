"""The privacy pack: filled from the school's settings and pack, open where the school decides."""

import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from adapters.documents.on_disk import NotWritten
from adapters.documents.privacy_pack import as_word, write_folder
from adapters.documents.word import DECIDE
from bot import __main__ as command_line
from bot.app.privacy.about import About, months_words
from bot.app.privacy.blocks import Decide, PackDocument, Rows, texts_of
from bot.app.privacy_pack import privacy_pack
from bot.cli.output import Ends
from bot.compose.privacy_pack import about_of
from bot.config import sample_settings
from bot.domain.ids import ContactId
from tests.policies.second_pack import harbour_academy
from tests.school_files import changed, settings

TODAY = date(2026, 11, 22)
FILES = [
    "impact-assessment",
    "privacy-notice-parents",
    "privacy-notice-staff",
    "retention-schedule",
    "appropriate-policy-document",
    "guide-for-staff",
]
SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> About:
    return about_of(sample_settings(tmp_path_factory.mktemp("data")), TODAY)


@pytest.fixture(scope="module")
def pack(about: About) -> dict[str, PackDocument]:
    return {each.file: each for each in privacy_pack(about)}


def said(document: PackDocument) -> str:
    return "\n".join(texts_of(document))


def in_word(content: bytes) -> str:
    """Everything that stands in a Word file, tables and foot included."""
    document = Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    foot = (each.text for each in document.sections[0].footer.paragraphs)
    return "\n".join((*(each.text for each in document.paragraphs), *cells, *foot))


def table_of(document: PackDocument, header: str) -> dict[str, tuple[str, ...]]:
    (found,) = (b for b in document.blocks if isinstance(b, Rows) and header in b.header)
    return {row[0]: row[1:] for row in found.rows}


def test_the_pack_has_six_documents(pack: dict[str, PackDocument]) -> None:
    assert list(pack) == FILES


@pytest.mark.parametrize("name", FILES)
def test_each_says_what_the_school_must_decide_and_what_it_was_made_from(
    pack: dict[str, PackDocument], about: About, name: str
) -> None:
    document = pack[name]
    decisions = [each for each in document.blocks if isinstance(each, Decide)]

    assert decisions
    assert "Written on 22 November 2026 by Report Post" in said(document)
    assert "policy pack of 22 November 2026" in said(document)
    assert "guidance was checked on 22 November 2026" in said(document)
    word = in_word(as_word(document, school=about.school, note=about.foot))
    assert word.count(DECIDE) == len(decisions)
    assert "Derwent Vale Primary School · Draft of 22 November 2026 · Page" in word
    assert [text for text in texts_of(document) if text not in word] == []


def test_the_same_day_gives_the_same_files(pack: dict[str, PackDocument], about: About) -> None:
    for document in pack.values():
        first, second = (as_word(document, school=about.school, note="x") for _ in range(2))
        assert first == second


def test_the_retention_schedule_says_the_months_of_the_pack(
    pack: dict[str, PackDocument], about: About
) -> None:
    kept = table_of(pack["retention-schedule"], "Why so long")
    assert {name: row[0] for name, row in kept.items()} == {
        each.label: months_words(each.keep_months) for each in about.policy.resolutions
    }
    assert "safeguarding side: the case stays until" in said(pack["retention-schedule"])


def test_another_pack_has_its_own_months_and_words(about: About) -> None:
    harbour = replace(about, policy=harbour_academy())
    documents = {each.file: each for each in privacy_pack(harbour)}
    kept = table_of(documents["retention-schedule"], "Why so long")

    assert {name: row[0] for name, row in kept.items()} == {
        "Settled": "1 year",
        "Passed back": "1 month",
    }
    assert "“Sort it” was answered “It is ours”" in said(documents["retention-schedule"])
    assert "between 1 month and 1 year" in said(documents["privacy-notice-parents"])


@pytest.mark.parametrize(
    ("months", "words"),
    [(1, "1 month"), (6, "6 months"), (12, "1 year"), (18, "1 year and 6 months"), (72, "6 years")],
)
def test_months_are_said_as_people_say_them(months: int, words: str) -> None:
    assert months_words(months) == words


def test_the_settings_of_the_school_are_filled_in(about: About) -> None:
    plain = replace(about, school="Oak Hill", digest_detail="totals", under_13=False, contacts={})
    documents = {each.file: each for each in privacy_pack(plain)}

    assert "The digest shows plain numbers each week." in said(documents["impact-assessment"])
    assert "under 13" not in said(documents["impact-assessment"])
    assert "Oak Hill welcomes" in said(documents["privacy-notice-parents"])
    assert not [each for each in documents["guide-for-staff"].blocks if isinstance(each, Rows)]


def test_the_guide_has_the_numbers_to_ring(pack: dict[str, PackDocument], about: About) -> None:
    numbers = table_of(pack["guide-for-staff"], "Number")
    dsl = about.contacts[ContactId("dsl")]
    assert numbers[dsl.label] == (dsl.number,)
    assert len(numbers) == 6


NEVER = ("GDPR breach", "breach of GDPR", "breaches GDPR", "breach of data protection")


def test_a_private_photo_is_never_called_a_breach(pack: dict[str, PackDocument]) -> None:
    for document in pack.values():
        assert not [each for each in NEVER if each.casefold() in said(document).casefold()]
    for name in ("privacy-notice-parents", "guide-for-staff", "impact-assessment"):
        assert re.search(r"family photo", said(pack[name])), name


def test_nobody_is_told_to_watch_a_profile(pack: dict[str, PackDocument]) -> None:
    assert "surveillance" in said(pack["guide-for-staff"])
    assert "Regulation of Investigatory Powers Act 2000" in said(pack["impact-assessment"])
    assert "We do not search your profile" in said(pack["privacy-notice-parents"])


@pytest.mark.parametrize(
    "law",
    [
        *("Article 35", "Article 6(1)", "Articles 9 and 10", "Article 28", "Article 36"),
        *("Schedule 1, paragraph 18", "Keeping Children Safe in Education", "section 141F"),
        *("Online Safety Act 2023, sections 179 and 181", "section 164A", "Article 2(2)"),
    ],
)
def test_the_assessment_names_the_law(pack: dict[str, PackDocument], law: str) -> None:
    assert law in said(pack["impact-assessment"])


def write(folder: Path, files: Sequence[tuple[str, bytes]] = (("a", b"1"), ("b", b"2"))) -> None:
    write_folder(folder, files)


def test_a_new_or_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new", tmp_path / "empty"):
        write(folder)
        assert {each.name: each.read_bytes() for each in folder.iterdir()} == {"a": b"1", "b": b"2"}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["empty", "new"]


def test_what_a_school_wrote_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "impact-assessment.docx").write_text("ours", "utf-8")
    for place in (tmp_path, tmp_path / "impact-assessment.docx"):
        with pytest.raises(NotWritten, match="not an empty folder"):
            write(place)
    assert [each.name for each in tmp_path.iterdir()] == ["impact-assessment.docx"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="There is no folder"):
        write(tmp_path / "none" / "pack")
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(NotWritten, match="is not a folder"):
        write(tmp_path / "file" / "pack")


def test_a_failure_half_way_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "a", b"1"
        raise OSError(28, os.strerror(28))

    with pytest.raises(NotWritten, match="no space left on device"):
        write_folder(tmp_path / "pack", failing())
    with pytest.raises(NotWritten, match="There is no folder"):
        write(tmp_path / "pack", (("a", b"1"), ("no/such/b", b"2")))
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_the_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORT_POST_DATA", raising=False)
    file, out = tmp_path / "school.toml", tmp_path / "pack"
    file.write_text(changed(), "utf-8")
    for code in (Ends.WELL, Ends.WRONG_USE):
        with pytest.raises(SystemExit) as ended:
            command_line.main(["privacy-pack", "--config", str(file), "--out", str(out)])
        assert ended.value.code == code
    told = capsys.readouterr()
    assert sorted(each.stem for each in out.iterdir()) == sorted(FILES)
    assert str(out / "guide-for-staff.docx") in told.out
    assert "not an empty folder" in told.err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pack", "school.toml"]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not here to lay the pages out")
def test_the_guide_for_staff_fits_one_page(
    pack: dict[str, PackDocument], about: About, tmp_path: Path
) -> None:
    assert SOFFICE is not None
    place = tmp_path / "guide.docx"
    place.write_bytes(as_word(pack["guide-for-staff"], school=about.school, note=about.foot))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*words, str(place)], check=True, capture_output=True, timeout=120)
    pages = re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "guide.pdf").read_bytes())
    assert len(pages) == 1


def test_a_school_without_letterhead_has_no_hole_in_its_notice() -> None:
    bare = about_of(settings(), TODAY)
    documents = {each.file: said(each) for each in privacy_pack(bare)}
    assert "reach us at: ." not in documents["privacy-notice-parents"]
