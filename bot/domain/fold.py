"""How each event changes a case. ``fold`` adds up a case from its entries."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import assert_never

from bot.domain.answers import Answers, joined
from bot.domain.case import (
    CaseState,
    Closed,
    Earlier,
    Given,
    Letter,
    ReportLine,
    Round,
    Snooze,
    Told,
)
from bot.domain.changed import changed
from bot.domain.evaluate import holds, holds_in_answers
from bot.domain.events import (
    CHANGES_NO_ROUND,
    AccessRefused,
    ActionStartedAgain,
    CaseClosed,
    CaseHandedOver,
    CaseOpened,
    CasePassedOn,
    CaseReopened,
    CasesLinked,
    CaseViewed,
    DeadlineExtended,
    DocumentFetched,
    Entry,
    EntryCorrected,
    Event,
    EvidenceAttached,
    FurtherActionOpened,
    GovernorTold,
    How,
    InterestDeclared,
    LegalHoldLifted,
    LegalHoldSet,
    LetterDrafted,
    LetterIssued,
    MovedToFile,
    NoteAdded,
    PersonExcluded,
    PersonLookedUp,
    PersonTold,
    ReportJoined,
    SamePersonNoted,
    SamePersonSettled,
    StepAnswered,
    StepSnoozed,
)
from bot.domain.ids import MessageKind, OptionId, OutcomeId, QuestionId, StepId
from bot.domain.policy import Policy
from bot.domain.rounds import settle, start_afresh
from bot.domain.step_rules import OutcomeRule


def fold(entries: Iterable[Entry], policy: Policy) -> CaseState:
    """The state of a case from all its entries, of which the first is ``CaseOpened``."""
    state: CaseState | None = None
    for entry in entries:
        state = apply(state, entry, policy)
    if state is None:
        message = "A case has at least one entry."
        raise ValueError(message)
    return state


def apply(state: CaseState | None, entry: Entry, policy: Policy) -> CaseState:
    """The state after one more entry."""
    event = entry.event
    if state is None:
        if not isinstance(event, CaseOpened):
            message = "The first entry of a case says that it was opened."
            raise TypeError(message)
        state = _opened(event, entry)
        before = changed(state, reports=())
    else:
        before = state
        state = _after(state, event, entry, policy)
    state = changed(state, entries=entry.number, last_at=entry.at)
    if isinstance(event, CHANGES_NO_ROUND):
        return state
    state = assess(state, policy)
    return settle(state, policy, before, entry)


def _opened(event: CaseOpened, entry: Entry) -> CaseState:
    return CaseState(
        reference=event.reference,
        opened_at=entry.at,
        policy_sha256=event.policy_sha256,
        traits=event.traits,
        reports=(ReportLine(event.report, How.OPENED, entry.number, entry.at),),
        earlier_same_post=event.earlier_same_post,
    )


def _after(state: CaseState, event: Event, entry: Entry, policy: Policy) -> CaseState:
    match event:
        case ReportJoined(report, how, of_case):
            line = ReportLine(report, how, entry.number, entry.at, of_case)
            # A duplicate is this very post: it must not count as an occasion of its own.
            earlier = tuple(each for each in state.earlier if each.case != of_case)
            return changed(state, reports=(*state.reports, line), earlier=earlier)
        case EvidenceAttached():
            return changed(state, evidence=(*state.evidence, event))
        case StepAnswered():
            return _answered(state, event, entry, policy)
        case EntryCorrected():
            return _corrected(state, event, entry, policy)
        case SamePersonNoted(earlier):
            known = {each.case for each in state.earlier}
            new = tuple(Earlier(each) for each in earlier if each not in known)
            return changed(state, earlier=state.earlier + new)
        case SamePersonSettled(other, confirmed, agreed_before, concerned):
            settled = Earlier(other, confirmed, agreed_before, concerned)
            return changed(
                state,
                earlier=tuple(settled if each.case == other else each for each in state.earlier),
            )
        case StepSnoozed(step, number, until_on):
            snoozes = (*_round_of(state, step, number).snoozes, Snooze(entry.at, until_on))
            return with_round(state, step, number, lambda one: changed(one, snoozes=snoozes))
        case DeadlineExtended(step, number, due_at):
            return _moved(state, step, number, due_at)
        case _:
            return _steered(state, event, entry, policy)


def _steered(state: CaseState, event: Event, entry: Entry, policy: Policy) -> CaseState:
    match event:
        case FurtherActionOpened(milestone):
            return changed(state, by_hand=state.by_hand | {milestone})
        case CasePassedOn(to, person):
            return changed(state, passed_to=(to, person))
        case InterestDeclared():
            return changed(state, excluded_people=state.excluded_people | {entry.by.person})
        case PersonExcluded(person):
            return changed(state, excluded_people=state.excluded_people | {person})
        case CasesLinked(other):
            return changed(state, linked=tuple(dict.fromkeys((*state.linked, other))))
        case CaseClosed(resolution, by_step, other):
            closed = Closed(resolution, entry.at, by_step, other)
            return changed(state, closed=closed, times_closed=state.times_closed + 1)
        case CaseReopened():
            # What comes now is not in the child's file yet.
            return start_afresh(changed(state, moved_to_file=False), policy, entry)
        case PersonTold(kind, person):
            return changed(state, told=(*state.told, Told(kind, person, entry.at)))
        case ActionStartedAgain() | NoteAdded() | AccessRefused():
            return state
        case _:
            return _kept(state, event, entry)


def _kept(state: CaseState, event: Event, entry: Entry) -> CaseState:
    """What is kept of a case beside its steps: letters, who knows of it, how long it stays."""
    match event:
        case CaseViewed():
            return changed(state, viewed_by=state.viewed_by | {entry.by.person})
        case GovernorTold(governor):
            return changed(state, governors_told=(*state.governors_told, governor))
        case LetterDrafted(letter, step, number, file, sha256):
            drafted = Letter(letter, step, number, file, sha256, entry.at)
            return changed(state, letters=(*state.letters, drafted))
        case LetterIssued(letter, step, number, file, sha256):
            issued = Letter(letter, step, number, file, sha256, entry.at, issued=True)
            return changed(state, letters=(*state.letters, issued))
        case LegalHoldSet():
            # Notice that was given before a hold does not count after it.
            told = (each for each in state.told if each.kind is not MessageKind.RETENTION_PREVIEW)
            return changed(state, legal_hold=True, told=tuple(told))
        case LegalHoldLifted():
            return changed(state, legal_hold=False)
        case MovedToFile():
            return changed(state, moved_to_file=True)
        case CaseHandedOver() | DocumentFetched() | PersonLookedUp():
            return state
        case (
            CaseOpened()
            | ReportJoined()
            | EvidenceAttached()
            | StepAnswered()
            | EntryCorrected()
            | SamePersonNoted()
            | SamePersonSettled()
            | StepSnoozed()
            | DeadlineExtended()
            | FurtherActionOpened()
            | CasePassedOn()
            | InterestDeclared()
            | PersonExcluded()
            | CasesLinked()
            | CaseClosed()
            | CaseReopened()
            | PersonTold()
            | ActionStartedAgain()
            | NoteAdded()
            | AccessRefused()
        ):
            # Dealt with before; a case is opened but once.
            message = "A case is opened once."
            raise ValueError(message)
        case _:
            assert_never(event)


def _moved(state: CaseState, step: StepId, number: int, due_at: datetime) -> CaseState:
    allowed = _round_of(state, step, number).allowed
    moved_after = len(allowed)
    return with_round(
        state, step, number, lambda one: changed(one, moved_to=due_at, moved_after=moved_after)
    )


def _round_of(state: CaseState, step: StepId, number: int) -> Round:
    return next(each for each in state.rounds[step] if each.number == number)


def _answered(state: CaseState, event: StepAnswered, entry: Entry, policy: Policy) -> CaseState:
    given = Given(
        outcome=event.outcome,
        counts_as=counted(policy, state, event.step, event.outcome, event.answers),
        at=entry.at,
        by=entry.by,
        entry=entry.number,
        answers=event.answers,
        reason=event.reason,
        resolution=event.resolution,
        other=event.other,
        per_link=event.per_link,
    )
    state = with_round(state, event.step, event.round, lambda one: changed(one, given=given))
    return _forget_earlier(state, policy, event.step, event.outcome)


def _corrected(state: CaseState, event: EntryCorrected, entry: Entry, policy: Policy) -> CaseState:
    first = _round_of(state, event.step, event.round).given
    given = Given(
        outcome=event.outcome,
        counts_as=counted(policy, state, event.step, event.outcome, event.answers),
        at=first.at if first else entry.at,
        by=first.by if first else entry.by,
        entry=first.entry if first else entry.number,
        answers=event.answers,
        reason=event.answer_reason,
        resolution=first.resolution if first else None,
        other=event.other,
        per_link=_per_link(event, first),
        corrected=True,
    )
    state = with_round(state, event.step, event.round, lambda one: changed(one, given=given))
    return _forget_earlier(state, policy, event.step, event.outcome)


def _per_link(event: EntryCorrected, first: Given | None) -> tuple[OutcomeId, ...]:
    """Link by link as corrected; what was said before stands only beside the same outcome."""
    same = first is not None and first.outcome == event.outcome
    return event.per_link or (first.per_link if first and same else ())


def counted(
    policy: Policy, state: CaseState, step: StepId, outcome: OutcomeId, answers: Answers
) -> OutcomeId:
    """What an outcome counts as, with what was asked (a still unfit edit counts as still up)."""
    rule = _outcome_rule(policy, step, outcome)
    together = {**state.answers, **answers}
    for condition, instead in rule.counts_as if rule else ():
        if holds_in_answers(condition, together):
            return instead
    return outcome


def _outcome_rule(policy: Policy, step: StepId, outcome: OutcomeId) -> OutcomeRule | None:
    rule = policy.steps_by_id.get(step)
    return rule.outcome(outcome) if rule else None


def _forget_earlier(
    state: CaseState, policy: Policy, step: StepId, outcome: OutcomeId
) -> CaseState:
    """Matches found for a name that turned out to be someone else's do not count."""
    rule = _outcome_rule(policy, step, outcome)
    name = policy.same_person.name if policy.same_person else None
    if rule and (rule.identifies or name in rule.clears):
        return changed(state, earlier=())
    return state


def with_round(
    state: CaseState, step: StepId, number: int, change: Callable[[Round], Round]
) -> CaseState:
    """The state with one round changed."""
    rounds = tuple(
        change(each) if each.number == number else each for each in state.rounds.get(step, ())
    )
    return changed(state, rounds={**state.rounds, step: rounds})


def assess(state: CaseState, policy: Policy) -> CaseState:
    """Answers, severity, safeguarding side and exclusions, from all that was told and answered."""
    answers = _answers(state, policy)
    state = changed(state, answers=answers)
    severity = next(rule for rule in policy.severities if holds(rule.when, state))
    excluded = frozenset(
        rule.role
        for rule in policy.exclusions
        if any(_ticked_in(line, rule.question, rule.option) for line in state.reports)
    )
    return changed(
        state,
        severity=severity.level,
        urgent=severity.urgent,
        safeguarding=holds(policy.safeguarding, state),
        excluded_roles=excluded,
    )


def _ticked_in(line: ReportLine, question: QuestionId, option: OptionId) -> bool:
    value = line.report.answers.get(question)
    return value == option or (isinstance(value, frozenset) and option in value)


def _answers(state: CaseState, policy: Policy) -> Answers:
    told: list[ReportLine | tuple[StepId, Round]] = list(state.reports)
    told += [(step, each) for step, rounds in state.rounds.items() for each in rounds if each.given]
    told.sort(key=_entry_of)
    together: Answers = {}
    for each in told:
        if isinstance(each, ReportLine):
            together = joined(policy.questions, (together, each.report.answers))
        else:
            together = _after_answer(together, each, policy)
    return together


def _entry_of(told: ReportLine | tuple[StepId, Round]) -> int:
    if isinstance(told, ReportLine):
        return told.entry
    given = told[1].given
    return given.entry if given else 0


def _after_answer(together: Answers, told: tuple[StepId, Round], policy: Policy) -> Answers:
    step, round_ = told
    given = round_.given
    if given is None:
        return together
    rule = _outcome_rule(policy, step, given.outcome)
    after = {**together, **given.answers}
    if rule:
        after |= dict(rule.sets)
        after = {q: value for q, value in after.items() if q not in rule.clears}
    return after
