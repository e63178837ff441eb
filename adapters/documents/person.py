"""Decides what the copy of what is held on a person looks like: a Word file, to be blacked out."""

from collections.abc import Mapping
from typing import Final

from adapters.documents.letter_context import day_in_words, size_in_words
from adapters.documents.word import WordDocument
from bot.app.documents import Mark, MarkedCase, MarkedEntry, PersonCopy

_MARKS: Final[Mapping[Mark, str]] = {
    Mark.OWN: "Theirs",
    Mark.BLACK_OUT: "BLACK OUT",
    Mark.READ_FIRST: "Read first",
}
_HOW: Final = (
    "Black out: it names somebody else.",
    "Read first: it may tell of somebody else, or of who told the school. Black that out too.",
    "Theirs: it is the person’s own name.",
    (
        "Before you send it, ask whoever advises the school on data protection. Some things need "
        "not be given out, such as what would harm a child or identify who reported a post."
    ),
)


def draw_person_copy(copy: PersonCopy) -> bytes:
    """The Word file."""
    due = copy.answer_by
    document = WordDocument(
        "What is held on a person", school=copy.school, note="Confidential: not to be passed on"
    )
    document.paragraph(copy.name.reveal(), bold_start="Looked for: ")
    document.paragraph(f"{copy.made_at:%d %B %Y, %H:%M}", bold_start="Copied: ")
    document.paragraph(
        f"If they asked on {day_in_words(due.asked_on)}, one calendar month ends on "
        f"{day_in_words(due.a_month_on)}; the answer is due by {day_in_words(due.due_on)}. "
        "School holidays count. It may be two months longer if the request is complex.",
        bold_start="By when: ",
    )
    document.heading("Before this leaves the school")
    document.bullets(_HOW)
    for case in copy.cases:
        _draw_case(document, case)
    return document.bytes()


def _draw_case(document: WordDocument, case: MarkedCase) -> None:
    document.heading(f"Case {case.reference}, opened {day_in_words(case.opened_on)}")
    for entry in case.entries:
        document.heading(f"Entry {entry.number}, {entry.at:%d %B %Y, %H:%M}", 2)
        document.paragraph(entry.what, bold_start=f"{entry.who}: ")
        _draw_texts(document, entry)
    _draw_files(document, case)


def _draw_files(document: WordDocument, case: MarkedCase) -> None:
    if not case.files:
        return
    document.heading("Look through these too", 2)
    document.paragraph(
        "They may show the person or name them. They are not in this copy: open them in the case."
    )
    rows = [
        (
            str(number),
            each.name,
            each.media_type,
            size_in_words(each.size),
            day_in_words(each.added_on),
        )
        for number, each in enumerate(case.files, start=1)
    ]
    head = ("Number", "What it is", "Kind", "Size", "Added on")
    document.table(head, rows, widths=(1.0, 3.0, 3.0, 1.0, 2.0))


def _draw_texts(document: WordDocument, entry: MarkedEntry) -> None:
    rows = [(_MARKS[each.mark], each.text.reveal()) for each in entry.texts]
    if rows:
        document.table(("Mark", "What was written"), rows, widths=(1.0, 4.0))
