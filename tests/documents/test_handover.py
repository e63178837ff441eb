"""The handover pack: what is in it, that anybody can check it, and what it warns of."""

import io
import re
import subprocess
import tempfile
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import which
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from adapters.documents.chronology import draw_chronology
from adapters.documents.handover import draw_handover, write_handover
from bot.app.documents import HandoverPack
from bot.app.ports import KeyDestroyed, NoSuchFile, StoreDamaged
from bot.domain.ids import EvidenceId
from tests.documents.packs import FULL_PACK, LINES, LONG, a_file, a_line, a_pack, sha256_of


def read_pdf(content: bytes) -> str:
    """What a PDF says, its line breaks taken as spaces."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return " ".join(" ".join(pages).split())


def files_in(pack: HandoverPack) -> dict[str, bytes]:
    """The files of a pack, by name, in their order."""
    with ZipFile(io.BytesIO(draw_handover(pack))) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def cover(pack: HandoverPack) -> str:
    return read_pdf(files_in(pack)["cover.pdf"])


def test_files_have_neutral_names_their_numbers_and_the_right_endings() -> None:
    assert sorted(files_in(FULL_PACK)) == [
        "SHA256SUMS",
        "chronology.pdf",
        "cover.pdf",
        "documents/document-01-warning-letter.docx",
        "evidence/evidence-01.png",
        "evidence/evidence-02.jpg",
        "evidence/evidence-03.pdf",
    ]


@pytest.mark.skipif(which("sha256sum") is None, reason="sha256sum is not on this computer")
def test_sha256sum_accepts_the_list_and_finds_a_changed_file(tmp_path: Path) -> None:
    with ZipFile(io.BytesIO(draw_handover(FULL_PACK))) as packed:
        packed.extractall(tmp_path)
    check = ["sha256sum", "--strict", "-c", "SHA256SUMS"]

    found = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.count(": OK") == 6

    (tmp_path / "evidence" / "evidence-01.png").write_bytes(b"changed")
    found = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "evidence/evidence-01.png: FAILED" in found.stdout


def test_the_list_has_the_numbers_that_the_school_recorded() -> None:
    sums = files_in(FULL_PACK)["SHA256SUMS"].decode()

    for file in (*FULL_PACK.evidence, *FULL_PACK.letters):
        assert f"{file.sha256}  " in sums


def test_the_same_pack_is_the_same_file() -> None:
    assert draw_handover(FULL_PACK) == draw_handover(FULL_PACK)


def test_the_cover_says_for_whom_by_whom_when_why_what_and_how_to_check() -> None:
    said = cover(FULL_PACK)

    assert "For PC 1234 Sample, Derwent Police" in said
    assert "Why They asked for it under their number 55/26." in said
    assert "Taken out by Ruth Calder, the headteacher" in said
    assert "Friday 11 December 2026, 09:05 GMT" in said
    assert "evidence/evidence-03.pdf" in said
    assert "documents/document-01-warning-letter.docx" in said
    assert "sha256sum -c SHA256SUMS" in said
    assert FULL_PACK.head in said
    assert FULL_PACK.lines[-1].sha256 in said


def test_the_cover_warns_of_a_picture_that_shows_who_took_it() -> None:
    assert "can be seen in it: evidence/evidence-02.jpg." in cover(FULL_PACK)
    assert "can be seen in it" not in cover(a_pack(evidence=(a_file(1),)))


def test_the_cover_says_that_pictures_are_withheld_and_why() -> None:
    pack = a_pack(withheld=True)

    assert "one may be a sexual image of a child" in cover(pack)
    assert "sexual" not in cover(a_pack())
    assert not [name for name in files_in(pack) if name.startswith("evidence")]


def _lost() -> bytes:
    raise NoSuchFile(EvidenceId("x"))


def _damaged() -> bytes:
    raise StoreDamaged


@pytest.mark.parametrize("read", [_lost, _damaged, lambda: b"something else"])
def test_a_file_that_the_school_lost_is_left_out_and_named(read: object) -> None:
    pack = a_pack(evidence=(a_file(1), a_file(2, read=read)))  # type: ignore[arg-type]

    assert "evidence/evidence-02.png" not in files_in(pack)
    assert "evidence/evidence-01.png" in files_in(pack)
    assert "damaged or missing: evidence/evidence-02.png" in cover(pack)


def test_nothing_is_made_of_a_case_that_was_erased() -> None:
    def erased() -> bytes:
        raise KeyDestroyed

    with pytest.raises(KeyDestroyed):
        draw_handover(a_pack(evidence=(a_file(1, read=erased),)))


def test_a_hundred_megabytes_are_written_without_being_held_at_once() -> None:
    content = bytes(10 * 1024**2)
    pack = a_pack(
        lines=LINES[:1],
        evidence=tuple(
            a_file(n, read=lambda: bytes(10 * 1024**2), content=content) for n in range(1, 11)
        ),
    )
    with tempfile.TemporaryFile() as file:
        tracemalloc.start()
        write_handover(pack, file)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert file.tell() > 100 * 1024**2
        assert most < 60 * 1024**2
        with ZipFile(file) as packed:
            assert len(packed.namelist()) == 13


def test_the_chronology_has_every_entry_in_order_with_time_who_what_and_hash() -> None:
    said = read_pdf(draw_chronology(FULL_PACK))

    places = [
        said.index(f"{line.number} · {line.at:%A} {line.at.day} {line.at:%B %Y}") for line in LINES
    ]
    assert places == sorted(places)
    for line in LINES:
        assert f" {line.sha256[:12]} " in said
        assert line.sha256 in said
    assert "the headteacher" in said
    assert "Hash of the last entry" in said


def test_times_are_those_of_the_schools_clock_in_summer_and_in_winter() -> None:
    said = read_pdf(draw_chronology(FULL_PACK))

    assert "Thursday 22 October 2026, 09:05 BST" in said
    assert "Tuesday 27 October 2026, 09:05 GMT" in said


def test_a_correction_stands_beside_what_it_corrects() -> None:
    said = read_pdf(draw_chronology(FULL_PACK))

    first = said.index("Speak with the parent: No answer")
    assert first < said.index("Correction. Speak with the parent: They refuse")
    assert "I pressed the wrong one." in said


def test_every_page_says_which_of_how_many_it_is() -> None:
    pages = PdfReader(io.BytesIO(draw_chronology(FULL_PACK))).pages

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"case 2026-014 · page {number} of {len(pages)}" in page.extract_text()


def test_a_note_longer_than_a_page_is_not_cut() -> None:
    said = read_pdf(draw_chronology(FULL_PACK))
    feet = r"Derwent Vale Primary School · case 2026-014 · page \d of \d "
    assert re.sub(feet, "", said).count("A long note that goes on.") == LONG.count("A long")


def test_names_in_other_scripts_are_set_and_a_sign_that_is_lacking_is_not_lost() -> None:
    said = read_pdf(draw_chronology(FULL_PACK))

    for word in ("Ελένη", "Łukasz", "Ирина", "עברית", "عبد", "الرحمن"):
        assert word in said
    assert "[pile of poo] [U+738B][U+82B3]" in said
    assert "does not have" in said
    assert "does not have" not in read_pdf(draw_chronology(a_pack(lines=LINES[:1])))


def test_every_typeface_is_within_the_file() -> None:
    def fonts() -> Iterator[object]:
        for page in PdfReader(io.BytesIO(draw_chronology(FULL_PACK))).pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                for inner in font["/DescendantFonts"]:
                    yield inner.get_object()["/FontDescriptor"].get("/FontFile2")

    assert all(fonts())


def test_the_log_does_not_tell_of_what_letters_the_text_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    draw_handover(FULL_PACK)

    assert caplog.records == []


def test_a_case_without_an_entry_and_a_very_long_word_make_a_paper_too() -> None:
    assert "Entries none" in read_pdf(draw_chronology(a_pack(lines=())))
    long_word = read_pdf(draw_chronology(a_pack(lines=(a_line(1, "note", "x" * 9000),))))
    assert long_word.replace(" ", "").count("x" * 50) >= 1
    assert "55/26" not in cover(replace(a_pack(), why=a_pack(why="y" * 3000).why))


def test_the_file_says_its_title_and_its_language() -> None:
    paper = PdfReader(io.BytesIO(draw_chronology(FULL_PACK)))

    assert paper.metadata is not None
    assert paper.metadata.title == "Chronology of case 2026-014"
    assert str(paper.root_object["/Lang"]) == "en-GB"
    assert sha256_of(draw_chronology(FULL_PACK)) == sha256_of(draw_chronology(FULL_PACK))
