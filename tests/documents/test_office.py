"""Letters as an office program sees them: pages that can be sent, templates that can be changed.

Needs LibreOffice Writer; without it these tests are skipped, unless REPORT_POST_REQUIRE_OFFICE=1.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from shutil import which

import pytest
from pypdf import PdfReader

from adapters.documents.letter_trial import BARE, FULL
from adapters.documents.letters import GUIDE, Letters
from bot.app.letter_fields import INVITATION, LETTERS, WARNING
from tests.documents.files import said_in

SOFFICE = which("soffice") or which("libreoffice")
REQUIRED = os.environ.get("REPORT_POST_REQUIRE_OFFICE") == "1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        SOFFICE is None and not REQUIRED, reason="LibreOffice Writer is not on this computer"
    ),
]


def convert(files: Mapping[str, bytes], folder: Path, ending: str) -> dict[str, Path]:
    """Opens the Word files in LibreOffice and saves them with another ending."""
    assert SOFFICE is not None, "REPORT_POST_REQUIRE_OFFICE=1, but LibreOffice is not there."
    sources = []
    for name, content in files.items():
        sources.append(folder / f"{name}.docx")
        sources[-1].write_bytes(content)
    out = folder / "out"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    options = ["--headless", "--convert-to", ending, "--outdir", str(out)]
    subprocess.run(
        [SOFFICE, profile, *options, *map(str, sources)], check=True, capture_output=True
    )
    return {name: out / f"{name}.{ending}" for name in files}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Each letter with everything known, and each with next to nothing, page by page."""
    files = {name: Letters().render(name, FULL) for name in LETTERS}
    files |= {f"{name}-bare": Letters().render(name, BARE) for name in LETTERS}
    made = convert(files, tmp_path_factory.mktemp("office"), "pdf")
    return {
        name: [page.extract_text() for page in PdfReader(path).pages] for name, path in made.items()
    }


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_one_or_two_pages_each_with_its_number(
    pages: dict[str, list[str]], name: str
) -> None:
    full, bare = pages[name], pages[f"{name}-bare"]

    assert len(full) <= 2
    assert len(bare) == 1
    for number, page in enumerate(full, start=1):
        assert f"Page {number} of {len(full)}" in " ".join(page.split())


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_begins_with_the_letterhead_and_is_signed_on_the_page_of_its_end(
    pages: dict[str, list[str]], name: str
) -> None:
    first, last = pages[name][0], pages[name][-1]

    assert first.startswith("Derwent Vale Primary School")
    assert "01632 960100 · office@derwentvale.example" in first
    assert "Ruth Calder" in last
    assert "Headteacher" in last
    # A signature does not stand alone on a page.
    assert len(last.split()) > 25


def test_an_invitation_is_one_page(pages: dict[str, list[str]]) -> None:
    assert len(pages[INVITATION]) == 1


def test_a_template_that_an_office_program_saved_again_can_still_be_used(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    Letters().write_copies(copies)
    files = {path.stem: path.read_bytes() for path in copies.iterdir() if path.name != GUIDE}
    saved = convert(files, tmp_path, "docx")
    letters = Letters(saved[WARNING].parent)

    assert letters.problems() == ()
    for name in LETTERS:
        ours = _words(Letters().render(name, FULL))
        assert _words(letters.render(name, FULL)) == ours, name


def _words(letter: bytes) -> list[str]:
    """In any order, and without the pages, which the office program counted."""
    return sorted(re.sub(r"Page \d+ of \d+", "", said_in(letter)).split())
