"""What is said of the records that will be erased, and of those that must be moved before."""

from datetime import date

from bot.app.case_file import CaseFile
from bot.app.intents import Intent
from bot.app.present import Composed, Present
from bot.app.retention import TO_BE_MOVED
from bot.domain.ids import PersonId
from bot.domain.retention import Erasure, erased_if_told_on, erasure_of, last_told_on
from bot.screens import messages


def compose_endings(
    at: Present, intent: Intent, person: PersonId, *, sent: bool = False
) -> Composed | None:
    """Those of the cases that still end, and that the person may hear of; ``None`` if none does.

    Nobody is told twice of one. ``sent``: the message stands in a chat already. The day that it
    names stays that on which the case is erased, and a case that is kept after all says so.
    """
    files = [file for case in intent.cases if at.may_hear(file := at.file_of(case), person)]
    if intent.facts == TO_BE_MOVED:
        return _to_be_moved(at, files, sent=sent)
    named = [(file, _named_on(at, file, sent=sent)) for file in files]
    found = [(file, on) for file, on in named if sent or on is not None]
    if not found:
        return None
    shown = [(file.case, file.state.reference, on) for file, on in found]
    message = messages.retention_preview(shown)
    cases = tuple(file.case for file, _ in found)
    return Composed(message, at.school.words(), cases)


def _named_on(at: Present, file: CaseFile, *, sent: bool) -> date | None:
    """The day that is named; ``None`` if there is none, or it is not to be told again."""
    told_on, erasure = _erasure(at, file)
    # What was sent without its notice counting any more, as after a hold, names no day.
    if erasure.held_back_by or sent is (told_on is None):
        return None
    return erased_if_told_on(erasure, file.policy.retention, told_on or at.today)


def _to_be_moved(at: Present, files: list[CaseFile], *, sent: bool) -> Composed | None:
    """Those that still wait; it is no notice of their end, so no record keeps it as one."""
    waiting = [file for file in files if _erasure(at, file)[1].is_to_be_moved(at.today)]
    if not waiting and not (sent and files):
        return None
    shown = [(file.case, file.state.reference) for file in waiting]
    return Composed(messages.to_be_moved(shown), at.school.words())


def _erasure(at: Present, file: CaseFile) -> tuple[date | None, Erasure]:
    """When its owner was told, and its end."""
    rules, calendar = file.policy.retention, at.school.calendar
    told_on = last_told_on(file.state, calendar)
    return told_on, erasure_of(file.state, rules, calendar, told_on=told_on)
