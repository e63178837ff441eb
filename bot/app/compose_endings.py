"""What is said to an owner of the records that will be erased."""

from bot.app.ports import Intent
from bot.app.present import Composed, Present
from bot.domain.ids import PersonId
from bot.domain.retention import erased_if_told_on, erasure_of, last_told_on
from bot.screens import messages


def compose_endings(
    at: Present, intent: Intent, person: PersonId, *, sent: bool = False
) -> Composed | None:
    """Those of the cases that still end, and that the person may hear of; ``None`` if none does.

    Nobody is told twice of one. ``sent``: the message stands in a chat already, and the day that it
    names stays that on which the case is erased.
    """
    found = []
    for case in intent.cases:
        file = at.file_of(case)
        rules, calendar = file.policy.retention, at.school.calendar
        told_on = last_told_on(file.state, calendar)
        erasure = erasure_of(file.state, rules, calendar, told_on=told_on)
        on = erased_if_told_on(erasure, rules, told_on or at.today)
        again = told_on is not None and not sent
        if on is not None and not (again or erasure.held_back_by) and at.may_hear(file, person):
            found.append((file, on))
    if not found:
        return None
    shown = [(file.case, file.state.reference, on) for file, on in found]
    message = messages.retention_preview(shown)
    cases = tuple(file.case for file, _ in found)
    return Composed(message, at.school.words(), cases)
