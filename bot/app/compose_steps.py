"""Messages that list steps: round-ups, and what is overdue."""

from collections.abc import Sequence
from typing import Any

from bot.app.case_file import CaseFile
from bot.app.intents import Intent
from bot.app.present import Composed, Present
from bot.app.step_lines import is_pending, step_line
from bot.domain.deadlines import due_steps
from bot.domain.events import NOT_NEEDED
from bot.domain.ids import CaseId, MessageKind, PersonId, Reference, StepId
from bot.domain.notices import rule_of
from bot.domain.people import first_owner_is_out, is_excluded
from bot.domain.round_up import morning_of
from bot.screens import messages
from bot.screens.facts import plain
from bot.screens.nodes import Message, StepLine
from bot.screens.say import Say

ToldStep = tuple[CaseFile, StepId, int]
"""A round of a step of a case that somebody is told of."""


def compose_steps(
    present: Present, intent: Intent, person: PersonId, *, sent: bool
) -> Composed | None:
    """What of the intent's steps the person may hear of and is still to do.

    ``sent``: with what was done meanwhile, shown as done.
    """
    if not sent and _a_newer_round_up_came(present, intent):
        return None
    told = _told(present, intent, person)
    waiting = [each for each in told if is_pending(*each)]
    if not told or not (waiting or sent):
        return None
    words = present.school.words(*(file.policy for file, _, _ in told))
    records = tuple(dict.fromkeys(file.case for file, _, _ in waiting))
    names = tuple(step for _, step, _ in waiting)
    if intent.kind is MessageKind.OVERDUE_TO_CHAIR:
        # It says how things were; whoever it asks was asked, and it has no button to go stale.
        if sent:
            return None
        return Composed(_overdue_to_chair(present, waiting), words, records, names)
    lines = tuple(_line(present, *each) for each in (told if sent else waiting))
    if intent.kind is MessageKind.OVERDUE_TO_DEPUTY:
        return Composed(messages.overdue_to_deputy(lines), words, records, names)
    return Composed(messages.round_up(lines, len(waiting)), words, (), names)


def _told(present: Present, intent: Intent, person: PersonId) -> list[ToldStep]:
    """The steps of those cases that the person may hear of; a chair hears of more references."""
    steps: Sequence[Sequence[Any]] = intent.facts["steps"]  # type: ignore[assignment]
    files = {case: present.file_of(CaseId(case)) for case in dict.fromkeys(s[0] for s in steps)}
    to_chair = intent.kind is MessageKind.OVERDUE_TO_CHAIR
    heard = {
        case
        for case, file in files.items()
        if present.may_hear(file, person)
        or (to_chair and not is_excluded(file.state, person, present.roster))
    }
    return [(files[case], StepId(step), number) for case, step, number in steps if case in heard]


def _a_newer_round_up_came(present: Present, intent: Intent) -> bool:
    """After days on which nothing could be delivered each person gets one, not a pile."""
    if intent.kind is not MessageKind.ROUND_UP:
        return False
    rule = rule_of(present.school.pack.policy, MessageKind.ROUND_UP)
    newest = morning_of(rule, present.school.calendar, present.now, school_days_only=True)
    return newest is not None and newest.at > intent.not_before


def _overdue_to_chair(present: Present, told: Sequence[ToldStep]) -> Message:
    """The references and days; those that the head is out of stand apart, with whom to ask."""
    days: tuple[dict[Reference, int], dict[Reference, int]] = ({}, {})
    calendar = present.school.calendar
    for file, step, number in told:
        apart = first_owner_is_out(file.state, file.policy, present.roster)
        for each in due_steps(file.state, calendar):
            if each.step == step and each.round.number == number and each.due:
                late = (present.today - calendar.local_date(each.due.at)).days
                known = days[apart].get(file.state.reference, 0)
                days[apart][file.state.reference] = max(late, known)
    return messages.overdue_to_chair(days[False], without_head=days[True])


def _line(present: Present, file: CaseFile, step: StepId, number: int) -> StepLine:
    for each in due_steps(file.state, present.school.calendar):
        if each.step == step and each.round.number == number:
            return step_line(file, each, present.now)
    round_ = next(r for r in file.state.rounds[step] if r.number == number)
    state = plain(Say.STATE_DONE if round_.given else Say.STATE_GONE)
    if round_.given and round_.given.outcome == NOT_NEEDED:
        state = plain(Say.STATE_NOT_NEEDED)
    return StepLine(step, file.state.reference, None, state)
