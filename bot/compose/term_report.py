"""Writes the termly report of a school at work, or of a trial, into a file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from adapters.clock import SchoolClock, SystemClock
from adapters.documents.on_disk import put_file
from adapters.documents.term_report import FORMATS
from bot.app.ports import Clock
from bot.app.school import School
from bot.app.termly_report import TermlyReport, termly_report
from bot.compose.moving import first_moment
from bot.compose.schools import open_the_store, school_of
from bot.compose.trial_folder import TrialFolder
from bot.config import Settings, read_settings, sample_settings
from bot.domain.errors import ReportPostError
from storage.checked import schools_in


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
def school_on_record(config: Path, environment: Mapping[str, str]) -> Iterator[School]:
    """The school of that ``school.toml``, with its record open; closed at the end.

    Raises ``ReportNotMade``, ``SettingsNotAccepted``, ``KeyProblem``, ``DatabaseUnusable`` or
    ``DatabaseTooNew``.
    """
    settings = read_settings(config, environment)
    with _opened(settings, environment, SystemClock()) as school:
        yield school


@contextmanager
def trial_on_record(path: Path) -> Iterator[School]:
    """The sample school of a trial, at its own time. Raises as ``school_on_record``."""
    folder = TrialFolder(path)
    if not folder.clock.exists():
        raise ReportNotMade(
            f"{path} is not a folder of report-post try. Name one: --data FOLDER. "
            "Of a school at work, name its settings: --config school.toml"
        )
    settings = sample_settings(path)
    clock = SchoolClock(folder.clock, partial(first_moment, settings.calendar))
    with _opened(settings, {}, clock) as school:
        yield school


@contextmanager
def _opened(settings: Settings, environment: Mapping[str, str], clock: Clock) -> Iterator[School]:
    # Opening a store makes what is missing, and nothing is to be made by asking for a report.
    if settings.id not in schools_in(settings.database):
        raise ReportNotMade(
            f"There is no record of the school {settings.id} yet: nothing was ever kept in its "
            "database. Check that the id and the place of the data are the right ones."
        )
    store = open_the_store(settings, environment)
    try:
        yield school_of(settings, store, clock)
    finally:
        store.close()
