"""Random walks through a case: permitted commands, reports that join, time that passes."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from bot.domain.answering import needs_reason, questions_of
from bot.domain.answers import Answers, Value
from bot.domain.case import CaseState
from bot.domain.commands import (
    SNOOZES,
    AnswerStep,
    Command,
    CorrectAnswer,
    DeclareInterest,
    Exclude,
    ExtendDeadline,
    OpenFurtherAction,
    Reopen,
    SnoozeStep,
    StartAgain,
)
from bot.domain.decide import offered_outcomes
from bot.domain.errors import Invalid
from bot.domain.events import NOT_NEEDED, SamePersonNoted
from bot.domain.ids import CaseId, PersonId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import is_asked
from bot.domain.questions import AnswerKind, Question
from bot.domain.step_rules import Needs, OutcomeRule
from tests.domain.at_work import CHAIR, DEPUTY, DSL, HEAD, CaseAtWork, a_case

WHY = Personal("because")
PEOPLE = (HEAD, DEPUTY, DSL, CHAIR)
KINDS = ("answer", "answer", "answer", "answer", "not-needed", "join", "wait", "correct", "steer")
LEFT_OUT = (AnswerKind.FILES, AnswerKind.MOMENT)


@st.composite
def reports(draw: DrawFn, policy: Policy) -> Answers:
    """The answers of a complete report."""
    told: dict[object, Value] = {}
    for page in policy.pages:
        for name in page.questions:
            question = policy.questions[name]
            if question.kind in LEFT_OUT or not is_asked(policy, question, told):  # type: ignore[arg-type]
                continue
            if question.optional and draw(st.booleans()):
                continue
            told[name] = draw(values(question))
    return {each: told[each] for each in told}  # type: ignore[misc]


@st.composite
def values(draw: DrawFn, question: Question) -> Value:
    """An answer to a question."""
    match question.kind:
        case AnswerKind.ONE:
            return draw(st.sampled_from([each.id for each in question.options]))
        case AnswerKind.MANY:
            alone = [frozenset({each.id}) for each in question.options if each.alone]
            rest = [each.id for each in question.options if not each.alone]
            many = st.frozensets(st.sampled_from(rest), min_size=1, max_size=3)
            return draw(st.sampled_from(alone) | many if alone else many)
        case AnswerKind.TICK:
            return draw(st.booleans())
        case _:
            return (Personal(draw(st.sampled_from(("Pat Example", "Sam Doe")))),)


def pending_answers(case: CaseAtWork) -> list[AnswerStep]:
    """Every way to answer something that is pending, its questions left open."""
    found = []
    for step, round_ in case.state.pending():
        rule = case.policy.steps_by_id[step]
        found += [
            AnswerStep(step, outcome.id, round_.number)
            for outcome in offered_outcomes(case.state, rule)
        ]
    return found


def completed(
    case: CaseAtWork, command: AnswerStep, answers: Answers, resolution: int = 0
) -> AnswerStep:
    """The command with what its outcome needs."""
    rule = case.policy.steps_by_id[command.step]
    outcome = rule.outcome(command.outcome)
    by_hand = [each.id for each in case.policy.resolutions if each.by_hand]
    needs: frozenset[Needs] = outcome.needs if outcome else frozenset()
    return AnswerStep(
        command.step,
        command.outcome,
        command.round,
        answers=answers,
        reason=WHY if outcome is None or needs_reason(case.state, outcome) else None,
        resolution=by_hand[resolution % len(by_hand)] if Needs.RESOLUTION in needs else None,
        other=CaseId("the-other") if Needs.OTHER_CASE in needs else None,
    )


@st.composite
def answers_to(draw: DrawFn, state: CaseState, policy: Policy, outcome: OutcomeRule) -> Answers:
    """The answers that an outcome asks for."""
    return {
        name: draw(values(question))
        for name, question in questions_of(state, policy, outcome).items()
    }


@st.composite
def walks(draw: DrawFn, policy: Policy, most: int = 12) -> CaseAtWork:
    """A case after some steps of somebody's work; every state on the way is kept."""
    traits = draw(st.sampled_from((frozenset[str](), frozenset({"pupils-under-13"}))))
    case = a_case(draw(reports(policy)), policy=policy, traits=traits)
    for _ in range(draw(st.integers(0, most))):
        take_a_step(draw, case)
    return case


def take_a_step(draw: DrawFn, case: CaseAtWork) -> None:
    """One more thing that may happen; what is not accepted changes nothing."""
    kind = draw(st.sampled_from(KINDS))
    if kind == "wait":
        case.now += timedelta(minutes=draw(st.sampled_from((1, 40, 60 * 25, 60 * 24 * 8))))
    elif kind == "join" and not case.state.closed:
        case.join(draw(reports(case.policy)))
    else:
        command = _command(draw, case, kind)
        if command is not None:
            attempt(case, command, draw(st.sampled_from(PEOPLE)))


def attempt(case: CaseAtWork, command: Command, by: PersonId) -> None:
    before = len(case.states)
    try:
        case.do(command, by)
    except Invalid:
        assert len(case.states) == before


def _command(draw: DrawFn, case: CaseAtWork, kind: str) -> Command | None:
    match kind:
        case "answer" if ways := pending_answers(case):
            command = draw(st.sampled_from(ways))
            outcome = case.policy.steps_by_id[command.step].outcome(command.outcome)
            assert outcome is not None
            answers = draw(answers_to(case.state, case.policy, outcome))
            return completed(case, command, answers, draw(st.integers(0, 9)))
        case "not-needed" if pending := case.state.pending():
            step, round_ = draw(st.sampled_from(pending))
            return AnswerStep(step, NOT_NEEDED, round_.number, reason=WHY)
        case "correct":
            return _correction(draw, case)
        case "steer":
            return _steering(draw, case)
        case _:
            return None


def _correction(draw: DrawFn, case: CaseAtWork) -> Command | None:
    answered = [
        (step, each.number)
        for step, rounds in case.state.rounds.items()
        for each in rounds
        if each.given and each.given.resolution is None
    ]
    if not answered:
        return None
    step, number = draw(st.sampled_from(answered))
    offered = offered_outcomes(case.state, case.policy.steps_by_id[step])
    outcome = draw(st.sampled_from(offered))
    answers = draw(answers_to(case.state, case.policy, outcome))
    other = CaseId("the-other") if Needs.OTHER_CASE in outcome.needs else None
    return CorrectAnswer(step, outcome.id, WHY, number, answers, None, other)


def _steering(draw: DrawFn, case: CaseAtWork) -> Command | None:
    steps = [step for step, _ in case.state.pending()]
    actions = [rule.id for rule in case.policy.steps if rule.action]
    today = case.calendar.local_date(case.now)
    ways: list[Command] = [
        OpenFurtherAction(WHY),
        Reopen(WHY),
        Exclude(draw(st.sampled_from(PEOPLE)), WHY),
        DeclareInterest(),
        *(StartAgain(each, WHY) for each in actions),
        *(SnoozeStep(each, draw(st.sampled_from(SNOOZES)), WHY) for each in steps),
        *(ExtendDeadline(each, today + timedelta(days=9), WHY) for each in steps),
    ]
    return draw(st.sampled_from(ways))


def note_an_earlier_case(case: CaseAtWork, name: str) -> None:
    """As the application does when a report names the poster."""
    case.record(SamePersonNoted((CaseId(name),)))
