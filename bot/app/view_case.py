"""A case as a permitted person sees it: what was told, what to do, what has happened."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.app.act import Act, Look, view_of
from bot.app.case_file import CaseFile, read_case
from bot.app.contacts import stop_cards_of
from bot.app.link_views import links_view
from bot.app.record_forms import LIFT
from bot.app.step_lines import answer_button, is_pending
from bot.domain.advice import is_recommended
from bot.domain.answers import Value, typed
from bot.domain.case import Given, Round, last_given
from bot.domain.conditions import Fact
from bot.domain.deadlines import Due, DueStep, due_steps
from bot.domain.decide import may_open_by_hand, may_start_again
from bot.domain.evaluate import holds, holds_in_answers
from bot.domain.events import NOT_NEEDED
from bot.domain.ids import CaseId, OptionId, Reference, StepId
from bot.domain.lengths import CalendarDays, SchoolDays
from bot.domain.people import owner_of
from bot.domain.permissions import Doing, doing_of
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind, Question
from bot.domain.retention import HeldBack, erasure_of, last_told_on, needs_moving_to_file
from bot.domain.step_rules import StepRule
from bot.screens.chronology import each_link, lines_of
from bot.screens.facts import OptionOf, OutcomeOf, PackText, Plain, SeverityOf, plain
from bot.screens.nodes import (
    Action,
    Actions,
    Facts,
    Guidance,
    Heading,
    Paragraph,
    Picture,
    StepLine,
    StopCard,
    Told,
    View,
    ViewNode,
)
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from bot.screens.why_date import why_this_date

MOST_LINES = 100
"""Entries of the chronology on one screen, the newest ones."""


def open_case(act: Act, case: CaseId) -> View:
    """The whole case; that it was looked at is an entry of its record."""
    return case_view(act, view_of(act, case))


def case_view(look: Look, file: CaseFile) -> View:
    """The case for somebody who may see it; buttons only for what they may do."""
    nodes: list[ViewNode] = [
        *(StopCard(c, n) for c, n in stop_cards_of(look.school, look.roster, file)),
        Facts(tuple(_facts(look, file))),
        *_steps(look, file),
        Heading(plain(Say.WHAT_WAS_TOLD)),
        *_told(look, file),
        *_evidence(look, file),
        *_letters(look, file),
        *_relations(look, file),
        *_more(look, file),
        Heading(plain(Say.CHRONOLOGY_TITLE)),
        *(line for entry in file.entries[-MOST_LINES:] for line in lines_of(entry)),
    ]
    title = plain(Say.REFERENCE, reference=file.state.reference)
    return View(title, tuple(nodes), Press(Verb.OPEN_CASE, file.case))


def why_view(look: Look, case: CaseId, step: StepId, number: int) -> View:
    """*Why this date?* for one round of a step."""
    file = look.file(case, Doing.VIEW)
    back = Action(plain(Say.OPEN_CASE), Press(Verb.OPEN_CASE, case))
    for due in due_steps(file.state, look.school.calendar):
        if due.step == step and due.round.number == number and due.due:
            nodes = why_this_date(step, due.due, due.round.opened_at)
            break
    else:
        nodes = (Paragraph(plain(Say.WRONG_NOT_PENDING)),)
    here = Press(Verb.WHY_DATE, case, step.value, number)
    return View(plain(Say.WHY_THIS_DATE), (*nodes, Actions((back,))), here)


def _facts(look: Look, file: CaseFile) -> Iterable[tuple[Plain, Plain]]:
    state = file.state
    status = plain(Say.CASE_STATUS_OPEN)
    if state.closed:
        status = plain(Say.CASE_STATUS_CLOSED, resolution=state.closed.resolution)
    yield plain(Say.CASE_STATUS), status
    severity = SeverityOf(OptionId(state.severity))
    yield plain(Say.SEVERITY), plain(Say.SEVERITY_IS, severity=severity)
    owner = owner_of(state, file.policy, look.roster)
    whose = plain(Say.WHO_ROLE, role=owner.role) if owner else plain(Say.CASE_NOBODY)
    yield plain(Say.CASE_OWNER), whose
    yield plain(Say.REPORTED_AT), plain(Say.AT, at=state.opened_at)
    for rule in file.policy.restrictions:
        if holds(rule.when, state):
            label = PackText(("restriction", rule.id, "label"))
            yield plain(Say.CASE_RESTRICTED), plain(Say.LABEL, label=label)
    if state.reached and not state.closed:
        yield plain(Say.CASE_FURTHER), plain(Say.CASE_FURTHER_OPEN)
    if state.legal_hold:
        yield plain(Say.LEGAL_HOLD_FACT), plain(Say.LEGAL_HOLD_ON)
    kept = _kept_until(look, file)
    if kept:
        yield plain(Say.KEPT_UNTIL), kept


def _kept_until(look: Look, file: CaseFile) -> Plain | None:
    """When a closed case is erased, unless something holds it back."""
    calendar, rules = look.school.calendar, file.policy.retention
    told_on = last_told_on(file.state, calendar)
    erasure = erasure_of(file.state, rules, calendar, told_on=told_on)
    if erasure.held_back_by == (HeldBack.NOT_MOVED_TO_FILE,):
        return plain(Say.KEPT_FOR_FILE)
    if erasure.on is None or erasure.held_back_by:
        return None
    return plain(Say.KEPT_UNTIL_DAY, on=erasure.on)


def _steps(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    yield Heading(plain(Say.WHAT_TO_DO))
    due = due_steps(file.state, look.school.calendar)
    if not due:
        yield Paragraph(plain(Say.NOTHING_TO_DO))
    actions = {rule.id for rule in file.policy.steps if rule.action}
    for each in due:
        if each.step not in actions:
            yield from _step(look, file, each)
    chosen = [each for each in due if each.step in actions]
    for title, recommended in ((Say.RECOMMENDED_TITLE, True), (Say.POSSIBLE_TITLE, False)):
        those = [
            each
            for each in chosen
            if is_recommended(file.state, file.policy.steps_by_id[each.step], file.policy)
            is recommended
        ]
        if those:
            yield Heading(plain(title))
        for each in those:
            yield from _step(look, file, each)
    yield from _held_back(file)
    yield from _done(look, file)


def _step(look: Look, file: CaseFile, due: DueStep) -> Iterable[ViewNode]:
    rule = file.policy.steps_by_id[due.step]
    yield StepLine(
        due.step,
        None,
        due.due.at if due.due else None,
        _state_of(due.due, look.now),
        tuple(_step_actions(look, file, rule, due)),
        tuple(_step_notes(look, rule, due.round)),
    )
    for card in rule.cards:
        yield Guidance(card)


def _state_of(due: Due | None, now: datetime) -> Plain:
    if due is None:
        return plain(Say.STATE_NO_DATE)
    return plain(Say.STATE_OVERDUE if due.at < now else Say.STATE_DUE, due=due.at)


def _step_actions(look: Look, file: CaseFile, rule: StepRule, due: DueStep) -> Iterable[Action]:
    case, step, number = file.case, rule.id.value, due.round.number
    if look.may_do(doing_of(rule), file):
        yield answer_button(file, rule.id, due.round)
    if rule.letter and look.may_do(Doing.WRITE_LETTERS, file):
        yield Action(plain(Say.DRAFT_LETTER), Press(Verb.DRAFT_LETTER, case, step, number))
    if due.due:
        yield Action(plain(Say.WHY_THIS_DATE), Press(Verb.WHY_DATE, case, step, number))
    days = all(isinstance(each.within, SchoolDays | CalendarDays) for each in due.round.allowed)
    if days and look.may_do(Doing.SNOOZE, file):
        yield Action(plain(Say.SNOOZE), Press(Verb.SNOOZE, case, step, number))
    if look.may_do(Doing.EXTEND, file):
        yield Action(plain(Say.EXTEND), Press(Verb.EXTEND, case, step, number))


def _step_notes(look: Look, rule: StepRule, round_: Round) -> Iterable[Plain]:
    # The first clause says what the step is for; the others would only make the screen long.
    for clause in rule.clauses[:1]:
        summary = PackText(("clause", clause))
        yield plain(Say.STEP_CLAUSE, clause=PackText(("clause-id", clause)), summary=summary)
    if rule.hint:
        yield plain(Say.LABEL, label=PackText(("step", rule.id.value, "hint")))
    other = reference_of(look, round_.of) if round_.of else None
    if other:
        yield plain(Say.STEP_OF_CASE, reference=other)


def _held_back(file: CaseFile) -> Iterable[ViewNode]:
    held = [
        step
        for step, rounds in file.state.rounds.items()
        for each in rounds
        if each.is_open and not each.is_pending and not file.state.closed
    ]
    if held:
        yield Heading(plain(Say.WAITING_TITLE))
    for step in held:
        yield StepLine(step, None, None, plain(Say.STATE_WAITING))


def _done(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    answered = [(step, rounds) for step, rounds in file.state.rounds.items() if last_given(rounds)]
    if answered:
        yield Heading(plain(Say.DONE_TITLE))
    for step, rounds in answered:
        given = last_given(rounds)
        if given is None:
            continue
        said = plain(Say.NOT_NEEDED)
        if given.outcome != NOT_NEEDED:
            said = plain(Say.LABEL, label=OutcomeOf(step, given.outcome))
        actions = tuple(_after_actions(look, file, step))
        notes = (*each_link(step, given.per_link), *_answered(file.policy, given))
        yield StepLine(step, None, None, said, actions, notes)


def _answered(policy: Policy, given: Given) -> Iterable[Plain]:
    """What was decided with an answer; what was typed stands in the chronology."""
    for question, value in given.answers.items():
        rule = policy.asked_by_steps.get(question) or policy.questions.get(question)
        said = chosen(rule, value) if rule else None
        if said and "label" in said.facts:
            asked = question in policy.asked_by_steps
            name = PackText(("asked", question.value, "label")) if asked else question
            yield plain(Say.ANSWERED_WITH, question=name, answer=said.facts["label"])


def _after_actions(look: Look, file: CaseFile, step: StepId) -> Iterable[Action]:
    rule = file.policy.steps_by_id[step]
    if file.state.closed:
        return
    if may_start_again(file.state, rule, file.policy) is None and look.may_do(
        Doing.START_AGAIN, file
    ):
        press = Press(Verb.NEW_ROUND, file.case, step.value)
        yield Action(plain(Say.START_AGAIN), press)
    if look.may_do(Doing.CORRECT, file):
        yield Action(plain(Say.CORRECT), Press(Verb.CORRECT, file.case, step.value))


def _told(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    policy = file.policy
    choices = [
        (plain(Say.LABEL, label=question.id), shown)
        for question in policy.questions.values()
        if (shown := chosen(question, file.state.answers.get(question.id)))
    ]
    if choices:
        yield Facts(tuple(choices))
    for question in policy.questions.values():
        texts = typed(file.state.answers, question.id)
        if texts and question.kind is AnswerKind.LINKS:
            yield from links_view(look.school, file)
        elif texts:
            yield Told(plain(Say.LABEL, label=question.id), texts)


def chosen(question: Question, value: Value | None) -> Plain | None:
    """What was chosen or given as a moment, in words."""
    match value:
        case OptionId():
            return plain(Say.LABEL, label=OptionOf(question.id, value))
        case frozenset() if value:
            ticked = tuple(o.id for o in question.options if o.id in value)
            return plain(Say.LABEL, label=tuple(OptionOf(question.id, each) for each in ticked))
        case datetime():
            return plain(Say.AT, at=value)
        case _:
            return None


def _evidence(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    if not file.state.evidence or not look.may_do(Doing.SEE_EVIDENCE, file):
        return
    yield Heading(plain(Say.YOUR_FILES))
    if holds_in_answers(file.policy.files_forbidden, file.state.answers):
        yield Paragraph(plain(Say.EVIDENCE_HIDDEN))
        return
    for number, each in enumerate(file.state.evidence, start=1):
        key = Say.EVIDENCE_SHOWS_REPORTER if each.shows_reporter else Say.EVIDENCE_LABEL
        yield Picture(each.evidence, plain(key, number=number), each.media_type)


def _letters(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    """The letters that were drafted and issued, each to be had again."""
    if not file.state.letters or not look.may_do(Doing.WRITE_LETTERS, file):
        return
    yield Heading(plain(Say.LETTERS_TITLE))
    for each in file.state.letters:
        name = PackText(("letter", each.letter.value))
        said = Say.LETTER_ISSUED_ON if each.issued else Say.LETTER_DRAFTED_ON
        yield Paragraph(plain(said, letter=name, at=each.at))
        get = Press(Verb.GET_FILE, file.case, each.step.value, each.round, each.file)
        actions = [Action(plain(Say.GET_LETTER), get)]
        if not each.issued and is_pending(file, each.step, each.round):
            approve = replace(get, verb=Verb.ISSUE_LETTER)
            actions.append(Action(plain(Say.APPROVE_LETTER), approve))
        yield Actions(tuple(actions))


def _relations(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    """Other cases that this one has to do with, as far as the person may see them."""
    state = file.state
    possible = [e.case for e in state.earlier if e.confirmed is None]
    same = [e.case for e in state.earlier if e.confirmed]
    if visible(look, possible):
        yield Paragraph(plain(Say.CASE_EARLIER_PERSON))
    confirmed = visible(look, same)
    if confirmed:
        yield Paragraph(plain(Say.CASE_SAME_PERSON, references=confirmed))
    most = state.noted(Fact.MOST_OCCASIONS)
    if confirmed and most > 1:
        yield Paragraph(plain(Say.CASE_OCCASIONS, count=most))
    pairs = [
        (plain(title), plain(Say.LABEL, label=references))
        for title, cases in (
            (Say.CASE_LINKED, state.linked),
            (Say.CASE_EARLIER_POST, state.earlier_same_post),
        )
        if (references := visible(look, cases))
    ]
    if pairs:
        yield Facts(tuple(pairs))


def visible(look: Look, cases: Sequence[CaseId]) -> tuple[Reference, ...]:
    """The references of those cases that the person may see."""
    return tuple(found for case in cases if (found := reference_of(look, case)))


def reference_of(look: Look, case: CaseId) -> Reference | None:
    """The reference of a case, if the person may see it."""
    row = look.reading.case_row(case)
    if row is None:
        return None
    file = read_case(look.school, look.reading, row)
    return row.reference if look.may_do(Doing.VIEW, file) else None


def _more(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    case, state = file.case, file.state
    offered: list[tuple[Verb, Say, Doing, bool]] = [
        (Verb.NOTE, Say.ADD_NOTE, Doing.NOTE, True),
        (Verb.LINK, Say.LINK_CASE, Doing.LINK, True),
        (
            Verb.FURTHER_ACTION,
            Say.OPEN_FURTHER,
            Doing.OPEN_FURTHER_ACTION,
            not state.closed and may_open_by_hand(state, file.policy) is not None,
        ),
        (Verb.PASS_ON, Say.PASS_ON, Doing.PASS_ON, not state.closed),
        (Verb.EXCLUDE, Say.EXCLUDE, Doing.EXCLUDE, not state.closed),
        (Verb.REOPEN, Say.REOPEN, Doing.REOPEN, state.closed is not None),
        (Verb.HAND_OVER, Say.HAND_OVER, Doing.HAND_OVER, True),
        (Verb.WHO_KNOWS, Say.WHO_KNOWS, Doing.RECORD_WHO_KNOWS, True),
    ]
    actions = [
        Action(plain(label), Press(verb, case))
        for verb, label, doing, fits in offered
        if fits and look.may_do(doing, file)
    ]
    if look.may_do(Doing.SET_LEGAL_HOLD, file):
        label, what = (Say.LEGAL_HOLD_LIFT, LIFT) if state.legal_hold else (Say.LEGAL_HOLD, "")
        actions.append(Action(plain(label), Press(Verb.LEGAL_HOLD, case, what=what)))
    waits = needs_moving_to_file(state, file.policy.retention) and not state.moved_to_file
    if waits and look.may_do(Doing.RECORD_MOVED_TO_FILE, file):
        confirm = plain(Say.MOVED_TO_FILE_CONFIRM)
        press = Press(Verb.MOVED_TO_FILE, case)
        actions.append(Action(plain(Say.MOVED_TO_FILE), press, confirm=confirm))
    if look.may_do(Doing.DECLARE_INTEREST, file):
        confirm = plain(Say.DECLARE_CONFIRM)
        press = Press(Verb.DECLARE_INTEREST, case)
        actions.append(Action(plain(Say.DECLARE_INTEREST), press, danger=True, confirm=confirm))
    yield Heading(plain(Say.MORE_ACTIONS))
    yield Actions(tuple(actions))
