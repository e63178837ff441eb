"""The copy of what is held on a person names the files that nobody can search."""

from datetime import date, datetime

from adapters.documents.person import draw_person_copy
from bot.app.documents import FileToSee, MarkedCase, PersonCopy
from bot.domain.ids import Reference
from bot.domain.personal import Personal
from bot.domain.subject_access import AnswerBy
from tests.documents.files import said_in
from tests.documents.packs import LONDON

ON = date(2026, 11, 24)
CASE = MarkedCase(
    Reference("2026-014"),
    ON,
    (),
    (FileToSee("File 1", "image/png", 2048, ON), FileToSee("Invitation", "text/plain", 9, ON)),
)


def said_of(case: MarkedCase) -> str:
    made_at = datetime(2026, 11, 25, 9, 5, tzinfo=LONDON)
    due = AnswerBy(ON, ON, ON)
    return said_in(draw_person_copy(PersonCopy("Hill Top", Personal("Pat"), made_at, due, (case,))))


def test_the_files_of_a_case_are_listed_to_be_looked_through() -> None:
    said = said_of(CASE)
    for each in (
        "Look through these too",
        "File 1",
        "image/png",
        "2 KB",
        "24 November 2026",
        "Invitation",
        "9 bytes",
    ):
        assert each in said


def test_a_case_without_files_has_no_list() -> None:
    assert "Look through" not in said_of(MarkedCase(CASE.reference, ON, ()))
