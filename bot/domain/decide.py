"""What a command leads to: the events that it adds to a case, or why it is not accepted.

Who may give a command is asked before (``bot.domain.permissions``). What must be known of other
cases is found by the application and comes with it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.answering import check_answers, check_outcome, outcome_of
from bot.domain.calendar import SchoolCalendar
from bot.domain.case import CaseState, Given, Round, last_given
from bot.domain.commands import (
    LONGEST_EXTENSION,
    SNOOZES,
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
from bot.domain.errors import CalendarEndsTooSoon, Invalid, Why
from bot.domain.evaluate import holds
from bot.domain.events import (
    NOT_NEEDED,
    ActionStartedAgain,
    Actor,
    CaseClosed,
    CaseHandedOver,
    CasePassedOn,
    CaseReopened,
    CasesLinked,
    DeadlineExtended,
    EntryCorrected,
    Event,
    FurtherActionOpened,
    GovernorTold,
    InterestDeclared,
    LegalHoldLifted,
    LegalHoldSet,
    MovedToFile,
    NoteAdded,
    PersonExcluded,
    StepAnswered,
    StepSnoozed,
)
from bot.domain.ids import CaseId, ResolutionId, StepId
from bot.domain.lengths import CalendarDays, SchoolDays
from bot.domain.people import LEADERS, Roster, first_owner_is_out, holders_left
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import LONGEST_TEXT
from bot.domain.retention import needs_moving_to_file
from bot.domain.rounds import closing_in_force
from bot.domain.step_rules import MilestoneRule, Needs, OutcomeRule, StepRule

_AFTER_CLOSING = (
    Reopen
    | AddNote
    | LinkCase
    | DeclareInterest
    | HandOver
    | RecordGovernorTold
    | SetLegalHold
    | RecordMovedToFile
)
"""What may be asked of a closed case."""


@dataclass(frozen=True)
class Surroundings:
    """What a decision depends on beside the case: rules, people, calendar, time and actor."""

    policy: Policy
    roster: Roster
    calendar: SchoolCalendar
    now: datetime
    actor: Actor


def decide(state: CaseState, command: Command, around: Surroundings) -> tuple[Event, ...]:
    """The events of a permitted command. Raises ``Invalid``; then nothing has changed."""
    if state.closed and not isinstance(command, _AFTER_CLOSING):
        raise Invalid({"": Why.CASE_CLOSED})
    match command:
        case AnswerStep():
            return (_answer(state, command, around),)
        case CorrectAnswer():
            return (_correct(state, command, around),)
        case SnoozeStep():
            return (_snooze(state, command, around),)
        case ExtendDeadline():
            return (_extend(state, command, around),)
        case OpenFurtherAction():
            return (_open_further(state, command, around.policy),)
        case StartAgain():
            return (_start_again(state, command, around.policy),)
        case PassOn():
            return (_pass_on(state, command, around),)
        case Exclude():
            return (_exclude(command, around),)
        case DeclareInterest():
            return (InterestDeclared(),)
        case AddNote(text):
            return (NoteAdded(needed(text, "text", Why.MISSING)),)
        case LinkCase(other):
            return (CasesLinked(other),)
        case Reopen(reason):
            if not state.closed:
                raise Invalid({"": Why.CASE_OPEN})
            return (CaseReopened(needed(reason)),)
        case _:
            return (_kept(state, command, around.policy),)


def _kept(
    state: CaseState,
    command: HandOver | RecordGovernorTold | SetLegalHold | RecordMovedToFile,
    policy: Policy,
) -> Event:
    """What is decided of the record, and of who knows it; no step is touched by it."""
    match command:
        case HandOver(for_whom, why):
            wrong = {"for_whom": Why.MISSING} if not for_whom else {}
            wrong |= {"why": Why.MISSING} if not why else {}
            if wrong:
                raise Invalid(wrong)
            whom = needed(for_whom, "for_whom", Why.MISSING)
            return CaseHandedOver(whom, needed(why, "why", Why.MISSING))
        case RecordGovernorTold(governor, why):
            name = needed(governor, "told", Why.MISSING)
            return GovernorTold(name, needed(why, "why", Why.MISSING))
        case SetLegalHold(hold, reason):
            if hold is state.legal_hold:
                raise Invalid({"": Why.HOLD_ALREADY if hold else Why.NO_HOLD})
            return LegalHoldSet(needed(reason)) if hold else LegalHoldLifted(needed(reason))
        case RecordMovedToFile():
            if not needs_moving_to_file(state, policy.retention):
                raise Invalid({"": Why.NO_CHILD_CONCERNED})
            return MovedToFile()
        case _:
            assert_never(command)


def closing_of(state: CaseState, policy: Policy) -> CaseClosed | None:
    """The close that now follows by itself, from an outcome that closes as soon as it can."""
    if state.closed:
        return None
    for rule in policy.steps:
        rounds = state.rounds.get(rule.id, ())
        given = last_given(rounds)
        outcome = rule.outcome(given.outcome) if given else None
        answered = given and rounds[-1].given is given
        if given and outcome and outcome.closes and answered and _closes_now(state, rule, given):
            return CaseClosed(_resolution(given), rule.id)
    closing = closing_in_force(state, policy)
    if closing and not state.pending_steps() & set(closing[1].keeps):
        return CaseClosed(closing[1].resolution, closing[0], state.duplicate_of)
    return None


def _closes_now(state: CaseState, rule: StepRule, given: Given) -> bool:
    # A reopened case keeps the old answer; only the answer that was just given closes.
    return state.entries == given.entry and rule.id in state.holding


def _resolution(given: Given) -> ResolutionId:
    if given.resolution is None:
        message = "A closing answer has a resolution; decide() asks for it."
        raise ValueError(message)
    return given.resolution


def needed(text: Personal | None, field: str = "reason", why: Why = Why.REASON_NEEDED) -> Personal:
    """The text, if there is one and it is not too long; raises ``Invalid`` otherwise."""
    if not text:
        raise Invalid({field: why})
    if len(text.reveal()) > LONGEST_TEXT:
        raise Invalid({field: Why.TOO_LONG}, most=LONGEST_TEXT)
    return text


def pending_round(
    state: CaseState, step: StepId, number: int | None = None, of: CaseId | None = None
) -> Round:
    """The pending round that a command means; raises ``Invalid`` with who answered it already."""
    rounds = tuple(
        each
        for each in state.rounds.get(step, ())
        if number in (None, each.number) and of in (None, each.of)
    )
    pending = next((each for each in rounds if each.is_pending), None)
    if pending:
        return pending
    given = last_given(rounds)
    if given:
        raise Invalid({"": Why.ALREADY_ANSWERED}, at=given.at, by=given.by)
    raise Invalid({"": Why.NOT_PENDING})


def _rule(policy: Policy, step: StepId) -> StepRule:
    rule = policy.steps_by_id.get(step)
    if rule is None:
        raise Invalid({"": Why.NO_SUCH_STEP})
    return rule


def _answer(state: CaseState, command: AnswerStep, around: Surroundings) -> StepAnswered:
    rule = _rule(around.policy, command.step)
    round_ = pending_round(state, command.step, command.round, command.of)
    if command.outcome == NOT_NEEDED:
        if not rule.may_be_not_needed:
            raise Invalid({"outcome": Why.NO_SUCH_OUTCOME})
        return StepAnswered(rule.id, round_.number, NOT_NEEDED, reason=needed(command.reason))
    outcome = outcome_of(state, rule, command.outcome)
    check_answers(state, around.policy, outcome, command.answers)
    check_outcome(state, around.policy, outcome, command)
    return StepAnswered(
        rule.id,
        round_.number,
        outcome.id,
        command.answers,
        command.reason or None,
        command.resolution if Needs.RESOLUTION in outcome.needs else None,
        command.other if Needs.OTHER_CASE in outcome.needs else None,
        command.per_link,
    )


def _correct(state: CaseState, command: CorrectAnswer, around: Surroundings) -> EntryCorrected:
    rule = _rule(around.policy, command.step)
    answered = [
        each
        for each in state.rounds.get(rule.id, ())
        if each.given and command.round in (None, each.number)
    ]
    if not answered:
        raise Invalid({"": Why.NOTHING_TO_CORRECT})
    reason = needed(command.reason)
    answers = command.answers
    if command.outcome == NOT_NEEDED:
        if not rule.may_be_not_needed or answers:
            raise Invalid({"outcome": Why.NO_SUCH_OUTCOME})
    else:
        outcome = outcome_of(state, rule, command.outcome)
        check_answers(state, around.policy, outcome, answers)
        if Needs.OTHER_CASE in outcome.needs and command.other is None:
            raise Invalid({"of": Why.NO_SUCH_CASE})
    return EntryCorrected(
        rule.id,
        answered[-1].number,
        command.outcome,
        answers,
        reason,
        command.answer_reason,
        command.other,
        command.per_link,
    )


def _snooze(state: CaseState, command: SnoozeStep, around: Surroundings) -> StepSnoozed:
    _rule(around.policy, command.step)
    round_ = pending_round(state, command.step, command.round)
    if not all(isinstance(a.within, SchoolDays | CalendarDays) for a in round_.allowed):
        raise Invalid({"": Why.CANNOT_SNOOZE})
    if command.school_days not in SNOOZES:
        raise Invalid({"days": Why.NOT_AN_OPTION})
    reason = needed(command.reason)
    today = around.calendar.local_date(around.now)
    try:
        until_on = around.calendar.nth_school_day_after(today, command.school_days)
    except CalendarEndsTooSoon as ends:
        raise Invalid({"days": Why.CALENDAR_ENDS}) from ends
    return StepSnoozed(command.step, round_.number, until_on, reason)


def _extend(state: CaseState, command: ExtendDeadline, around: Surroundings) -> DeadlineExtended:
    _rule(around.policy, command.step)
    round_ = pending_round(state, command.step, command.round)
    if command.until_on > around.calendar.local_date(around.now) + LONGEST_EXTENSION:
        raise Invalid({"until": Why.NOT_A_DATE})
    due_at = around.calendar.at(command.until_on, around.calendar.end_of_day)
    if due_at <= around.now:
        raise Invalid({"until": Why.IN_THE_PAST})
    return DeadlineExtended(command.step, round_.number, due_at, needed(command.reason))


def may_open_by_hand(state: CaseState, policy: Policy) -> MilestoneRule | None:
    """The milestone that the owner may open early now, if there is one."""
    for rule in policy.milestones:
        waits = state.pending_steps() & set(rule.waits_for)
        closed = rule.id not in state.reached
        if rule.by_hand and closed and not waits and holds(rule.base, state):
            return rule
    return None


def _open_further(
    state: CaseState, command: OpenFurtherAction, policy: Policy
) -> FurtherActionOpened:
    rule = may_open_by_hand(state, policy)
    if rule is None:
        reached = any(each.id in state.reached for each in policy.milestones)
        raise Invalid({"": Why.FURTHER_ACTION_OPEN if reached else Why.FURTHER_ACTION_CLOSED})
    return FurtherActionOpened(rule.id, needed(command.reason))


def may_start_again(state: CaseState, rule: StepRule, policy: Policy) -> Why | None:
    """Why a new round of this step may not be started now; ``None`` if it may."""
    after = policy.start_again_after
    if not rule.action or after is None:
        return Why.NOT_AN_ACTION
    given = last_given(state.rounds.get(rule.id, ()))
    if given is None or any(each.is_open for each in state.rounds[rule.id]):
        return Why.NOT_YET_STILL_UP
    later = any(
        each.given is not None
        and each.given.counts_as in after.outcomes
        and each.given.entry > given.entry
        for each in state.rounds.get(after.step, ())
    )
    return None if later and rule.id in state.holding else Why.NOT_YET_STILL_UP


def _start_again(state: CaseState, command: StartAgain, policy: Policy) -> ActionStartedAgain:
    why = may_start_again(state, _rule(policy, command.step), policy)
    if why:
        raise Invalid({"": why})
    return ActionStartedAgain(command.step, needed(command.reason))


def _pass_on(state: CaseState, command: PassOn, around: Surroundings) -> CasePassedOn:
    left = holders_left(state, command.to, around.roster) if command.to in LEADERS else ()
    if first_owner_is_out(state, around.policy, around.roster) and (
        command.to not in around.policy.owner.roles
    ):
        raise Invalid({"to": Why.EXCLUDED_THERE})
    if not left or (command.person is not None and command.person not in left):
        raise Invalid({"to": Why.NOBODY_HOLDS_IT})
    reason = needed(command.reason)
    return CasePassedOn(command.to, command.person or left[0], reason)


def _exclude(command: Exclude, around: Surroundings) -> PersonExcluded:
    roles = around.roster.roles_of(command.person)
    if not roles:
        raise Invalid({"whom": Why.NOBODY_HOLDS_IT})
    return PersonExcluded(command.person, roles, needed(command.reason))


def offered_outcomes(state: CaseState, rule: StepRule) -> tuple[OutcomeRule, ...]:
    """The outcomes that the step offers in this case."""
    return tuple(each for each in rule.outcomes if holds(each.when, state))
