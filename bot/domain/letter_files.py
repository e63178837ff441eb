"""Decides which files are taken as a letter: Word documents and PDFs in which nothing runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import ReportPostError
from bot.domain.uploads import FileKind, recognise
from bot.domain.word_files import WORD, LetterNotAccepted, check_size, check_word

PDF: Final = "application/pdf"

__all__ = [
    "PDF",
    "WORD",
    "LetterNotAccepted",
    "LetterProblem",
    "TemplatesNotAccepted",
    "check_letter",
]


@dataclass(frozen=True, slots=True)
class LetterProblem:
    """What is wrong with the template of a letter: which file, where in it, what, how to mend."""

    file: str
    place: str
    """The field or the part of the document; empty for the whole file."""
    wrong: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.wrong} {self.mend}".rstrip()


class TemplatesNotAccepted(ReportPostError):
    """A template of a letter has problems; each names its place and how to mend it."""

    def __init__(self, problems: tuple[LetterProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def check_letter(content: bytes) -> str:
    """Return the media type of a letter that is taken: a Word document or a PDF.

    Raises LetterNotAccepted with a sentence that says what is wrong and how to mend it.
    """
    check_size(content)
    if recognise(content) is FileKind.PDF:
        _check_pdf(content)
        return PDF
    check_word(content)
    return WORD


# ISO 32000-1: 12.6.4.16 JavaScript, 12.6.4.5 Launch, 7.11.4 embedded files. Found only where they
# are not packed; Word writes none of them.
_PDF_RUNS: Final = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?)\b")


def _check_pdf(content: bytes) -> None:
    if _PDF_RUNS.search(content):
        raise LetterNotAccepted(
            "That PDF carries a program or another file inside it. Please save the letter as a PDF "
            "from Word once more, and add that file."
        )
