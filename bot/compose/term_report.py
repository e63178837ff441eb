"""Writes the termly report of a school at work, or of a trial, into a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from adapters.clock import SchoolClock
from adapters.documents.on_disk import put_file
from adapters.documents.term_report import FORMATS
from bot.app.school import School
from bot.app.termly_report import TermlyReport, termly_report
from bot.compose.at_rest import record_at_rest
from bot.compose.moving import first_moment
from bot.compose.trial_folder import TrialFolder
from bot.config import sample_settings
from bot.domain.errors import ReportPostError


class ReportNotMade(ReportPostError):
    """The report cannot be made; the message says why and what to do."""


def write_term_report(school: School, term: str, year: int | None, out: Path) -> TermlyReport:
    """Writes the report into the file, whole or not at all, and returns it.

    Raises ``ReportNotMade``, ``NoTermReport`` or ``NotWritten``.
    """
    write = FORMATS.get(out.suffix.lower())
    if write is None:
        raise ReportNotMade(
            f"{out} ends in neither {' nor '.join(FORMATS)}. Name a .docx for Word, or a .csv for "
            "a spreadsheet."
        )
    report = termly_report(school, term, year)
    put_file(out, write(report))
    return report


@contextmanager
def trial_on_record(path: Path) -> Iterator[School]:
    """The sample school of a trial, at its own time.

    Raises ``ReportNotMade``, and whatever ``record_at_rest`` raises.
    """
    folder = TrialFolder(path)
    if not folder.clock.exists():
        raise ReportNotMade(
            f"{path} is not a folder of report-post try. Name one: --data FOLDER. "
            "Of a school at work, name its settings: --config school.toml"
        )
    settings = sample_settings(path)
    clock = SchoolClock(folder.clock, partial(first_moment, settings.calendar))
    with record_at_rest(settings, {}, clock) as school:
        yield school
