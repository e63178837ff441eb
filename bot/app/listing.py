"""The lists that people see: their own reports, and the cases they may work."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.app.act import Look
from bot.app.case_file import CaseFile, read_case
from bot.app.stored import CaseRow
from bot.domain.deadlines import DueStep, due_steps
from bot.domain.permissions import Doing


@dataclass(frozen=True)
class ListedCase:
    """A case in a list, with what is due first."""

    file: CaseFile
    first: DueStep | None


def own_reports(look: Look) -> Sequence[CaseRow]:
    """The cases the person reported, newest first: reference, date and coarse status only."""
    look.ask(Doing.SEE_OWN_REPORTS)
    return look.reading.reports_of(look.who.person)


def listed_cases(look: Look, *, status: str | None = None) -> tuple[ListedCase, ...]:
    """The cases the person may see, what is due first on top; no trace of the others."""
    look.ask(Doing.LIST_CASES)
    found = []
    for row in look.reading.case_rows(status=status):
        file = read_case(look.school, look.reading, row)
        if look.may_do(Doing.VIEW, file):
            due = [each for each in due_steps(file.state, look.school.calendar) if each.due]
            found.append(ListedCase(file, due[0] if due else None))
    return tuple(sorted(found, key=_by_due_date))


def _by_due_date(listed: ListedCase) -> tuple[bool, float, str]:
    first = listed.first
    at = first.due.at.timestamp() if first and first.due else 0.0
    return first is None, at, str(listed.file.state.reference)
