"""A case is worked: a permitted command becomes entries, with what other cases have to say."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.app.act import Act, DoingIn, answering
from bot.app.case_file import OPEN, CaseFile, read_case
from bot.app.case_keys import index_names
from bot.app.join_report import allowed_files, join, told_in, with_follow_ups
from bot.app.school import put_away
from bot.domain.answers import typed
from bot.domain.commands import (
    AddNote,
    AnswerStep,
    Command,
    CorrectAnswer,
    DeclareInterest,
    Exclude,
    ExtendDeadline,
    HandOver,
    LinkCase,
    OpenFurtherAction,
    PassOn,
    RecordGovernorTold,
    RecordMovedToFile,
    Reopen,
    SetLegalHold,
    SnoozeStep,
    StartAgain,
)
from bot.domain.decide import Surroundings, decide
from bot.domain.errors import Invalid, Why
from bot.domain.evaluate import holds
from bot.domain.events import (
    AccessRefused,
    EntryCorrected,
    Event,
    EvidenceAttached,
    How,
    SamePersonSettled,
    StepAnswered,
)
from bot.domain.fold import fold
from bot.domain.ids import CaseId, EvidenceId
from bot.domain.permissions import Doing
from bot.domain.policy import Policy
from bot.domain.step_rules import OutcomeRule

_DOING: dict[type[Command], Doing] = {
    CorrectAnswer: Doing.CORRECT,
    SnoozeStep: Doing.SNOOZE,
    ExtendDeadline: Doing.EXTEND,
    OpenFurtherAction: Doing.OPEN_FURTHER_ACTION,
    StartAgain: Doing.START_AGAIN,
    PassOn: Doing.PASS_ON,
    Exclude: Doing.EXCLUDE,
    DeclareInterest: Doing.DECLARE_INTEREST,
    AddNote: Doing.NOTE,
    LinkCase: Doing.LINK,
    Reopen: Doing.REOPEN,
    HandOver: Doing.HAND_OVER,
    RecordGovernorTold: Doing.RECORD_WHO_KNOWS,
    SetLegalHold: Doing.SET_LEGAL_HOLD,
    RecordMovedToFile: Doing.RECORD_MOVED_TO_FILE,
}


def work_case(act: Act, case: CaseId, command: Command, first: Sequence[Event] = ()) -> CaseFile:
    """Does what a permitted person asks in a case; ``first`` goes on its record before that.

    Raises ``Refused`` and ``Invalid``; then nothing has changed, but that a try at a case that is
    not theirs is on that case's record.
    """
    other = command.other if isinstance(command, AnswerStep | CorrectAnswer | LinkCase) else None
    if other is not None and other != case:
        # Two cases are always locked in the order of their ids.
        for each in sorted((case, other)):
            if act.reading.case_row(each):
                act.writing.lock_case(each)
    file = act.locked(case, _doing(command))
    target = _target(act, file, command, other)
    around = Surroundings(file.policy, act.roster, act.school.calendar, act.now, act.by)
    events: list[Event] = [*first, *decide(file.state, command, around)]
    events += _settled(act, file, events)
    added = with_follow_ups(act, file.case, file.policy, file.state, events)
    file = act.recorder.write(file, added)
    _index_identified(act, file, events)
    if target is not None and isinstance(command, AnswerStep | CorrectAnswer):
        _hand_over(act, file, target)
    return file


def go_away(act: Act, until_on: date) -> None:
    """The head is away until a day, that day included: what is for the head goes to the deputy."""
    act.ask(Doing.GO_AWAY)
    act.writing.lock_school()
    if until_on < act.today:
        raise Invalid({"until": Why.IN_THE_PAST})
    put_away(act.writing, act.who.person, until_on)


def come_back(act: Act) -> None:
    """The head is back."""
    act.ask(Doing.GO_AWAY)
    act.writing.lock_school()
    put_away(act.writing, act.who.person, None)


def _doing(command: Command) -> Doing | DoingIn:
    if isinstance(command, AnswerStep):
        return answering(command.step)
    return _DOING[type(command)]


def _target(act: Act, file: CaseFile, command: Command, other: CaseId | None) -> CaseFile | None:
    """The other case that a command names, if the person may see it.

    One that is not theirs, is closed, is a duplicate itself or is this very case gets the answer
    for a reference that does not exist.
    """
    if other is None:
        return None
    row = act.reading.case_row(other)
    wrong = Invalid({"of": Why.NO_SUCH_CASE})
    if row is None or other == file.case:
        raise wrong
    found = read_case(act.school, act.reading, row)
    if not act.may_do(Doing.VIEW, found):
        # Nothing of this act is written but the refusal, on the record of the case that was meant.
        act.recorder.record(found, (AccessRefused(Doing.VIEW.value),))
        raise wrong
    if not isinstance(command, LinkCase) and (row.status != OPEN or found.state.duplicate_of):
        raise wrong
    return found


def _settled(act: Act, file: CaseFile, events: list[Event]) -> list[Event]:
    """What an earlier case says, once its poster is confirmed to be the same person, or not."""
    found: list[Event] = []
    for event in events:
        if not isinstance(event, StepAnswered | EntryCorrected):
            continue
        outcome = _outcome(file.policy, event)
        round_ = next(r for r in file.state.rounds[event.step] if r.number == event.round)
        if round_.of is None:
            continue
        if outcome is None or not outcome.confirms_same_person:
            found.append(SamePersonSettled(round_.of, confirmed=False))
            continue
        row = act.reading.case_row(round_.of)
        earlier = read_case(act.school, act.reading, row) if row else None
        if earlier is None or not act.may_do(Doing.VIEW, earlier):
            # The case came to somebody else meanwhile: what they may not see they can't confirm.
            raise Invalid({"outcome": Why.NO_SUCH_CASE})
        found.append(_confirmed(earlier, file))
    return found


def _confirmed(earlier: CaseFile, file: CaseFile) -> SamePersonSettled:
    rule = file.policy.same_person
    then = [entry for entry in earlier.entries if entry.at <= file.state.opened_at]
    agreed = rule is not None and holds(rule.agreed, fold(then, earlier.policy))
    return SamePersonSettled(
        earlier.case, confirmed=True, agreed_before=agreed, concerned=earlier.state.concerned
    )


def _outcome(policy: Policy, event: StepAnswered | EntryCorrected) -> OutcomeRule | None:
    return policy.steps_by_id[event.step].outcome(event.outcome)


def _index_identified(act: Act, file: CaseFile, events: list[Event]) -> None:
    """A poster who was identified is found by that name from now on."""
    rule = file.policy.same_person
    if rule is None:
        return
    for event in events:
        if isinstance(event, StepAnswered | EntryCorrected):
            outcome = _outcome(file.policy, event)
            if outcome and (outcome.identifies or rule.name in outcome.clears):
                act.writing.forget_names(file.case)
                index_names(act, file.case, typed(file.state.answers, rule.name))


def _hand_over(act: Act, file: CaseFile, target: CaseFile) -> None:
    """The reports and the evidence of a duplicate join the case that it is a duplicate of."""
    theirs = {each for line in file.state.reports for each in line.report.evidence}
    told = (*told_in(file), *told_in(target))
    allowed = allowed_files(target.policy, told, file.state.evidence)
    for number, line in enumerate(file.state.reports):
        evidence = [
            _copied(act, each, target.case)
            for each in allowed
            if each.evidence in line.report.evidence or (not number and each.evidence not in theirs)
        ]
        target = join(act, target, line.report, How.DUPLICATE, evidence, file.case)


def _copied(act: Act, evidence: EvidenceAttached, case: CaseId) -> EvidenceAttached:
    content = act.reading.file_content(evidence.evidence)
    copy = EvidenceId(uuid.uuid4().hex)
    act.writing.keep_file(copy, case, content, evidence.media_type)
    return replace(evidence, evidence=copy)
