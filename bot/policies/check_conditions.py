"""Names conditions that look forward: at answers not yet given, or at what follows from them."""

from collections.abc import Iterator

from bot.domain.conditions import (
    AllOf,
    Always,
    Answered,
    AnyOf,
    Condition,
    Includes,
    Is,
    Not,
    Noted,
    NothingElsePending,
    Outcome,
    Reached,
    Safeguarding,
    School,
    Severity,
    parts_of,
)
from bot.domain.ids import QuestionId
from bot.domain.policy import Policy
from bot.policies.atoms import conditions_of
from bot.policies.problems import Problems
from bot.policies.read_conditions import UNREAD


def check_conditions(policy: Policy, problems: Problems) -> None:
    """Names each condition that asks for something that is decided only later."""
    _check_questions(policy, problems)
    for place, condition in _decided_by_answers(policy):
        _check_answers_only(place, condition, policy, problems)
    for number, rule in enumerate(policy.severities, start=1):
        _check_answers_only(f"severity[{number}].when", rule.when, policy, problems)
    _check_nothing_else(policy, problems)
    for milestone in policy.milestones:
        for part in (*parts_of(milestone.base), *parts_of(milestone.opens)):
            if part == Reached(milestone.id):
                problems.add(
                    f"milestone.{milestone.id}",
                    "waits for itself.",
                    'Take { reached = "…" } out of it.',
                )


def _check_questions(policy: Policy, problems: Problems) -> None:
    """A question may look only at those before it, since the others are not answered yet."""
    before: set[QuestionId] = set()
    for page in policy.pages:
        for identity in page.questions:
            question = policy.questions.get(identity)
            if question and question.when:
                _check_before(identity, question.when, before, problems)
            before.add(identity)


def _check_before(
    identity: QuestionId, when: Condition, before: set[QuestionId], problems: Problems
) -> None:
    place = f"question.{identity}.when"
    for part in parts_of(when):
        if isinstance(part, Is | Includes | Answered):
            if part.question not in before:
                problems.add(
                    place,
                    f'looks forward: "{part.question}" is not asked before it.',
                    "Ask that question earlier, or take it out of the condition.",
                )
        elif not _of_answers(part):
            problems.add(
                place,
                f"looks forward: {_named(part)} is not known while questions are asked.",
                "Use answers to earlier questions only.",
            )


def _decided_by_answers(policy: Policy) -> Iterator[tuple[str, Condition]]:
    yield "safeguarding.when", policy.safeguarding
    yield "files_forbidden.when", policy.files_forbidden
    for number, card in enumerate(policy.stop_cards, start=1):
        if card.to_reporter:
            yield f"stop_card[{number}].when", card.when


def _check_answers_only(
    place: str, condition: Condition, policy: Policy, problems: Problems
) -> None:
    """Severity, safeguarding side and the reporter's stop cards follow from the report itself."""
    for part in parts_of(condition):
        if isinstance(part, Is | Includes | Answered) and part.question not in policy.questions:
            problems.add(
                place,
                f'looks forward: "{part.question}" is asked only when a step is answered.',
                "Use questions that stand on a page.",
            )
        elif not _of_answers(part):
            problems.add(
                place,
                f"looks forward: {_named(part)} is not known when a report comes in.",
                "Use answers to the guided questions only.",
            )


def _check_nothing_else(policy: Policy, problems: Problems) -> None:
    """What waits for everything else is looked at last, so only one step may."""
    last = [rule for rule in policy.steps if NothingElsePending() in parts_of(rule.when)]
    for rule in last[1:]:
        problems.add(
            f"step.{rule.id}.when",
            f"waits for everything else, and so does {last[0].id}: each waits for the other.",
            "Let only one step wait for everything else.",
        )
    whens = {f"step.{rule.id}.when" for rule in policy.steps}
    for place, condition in conditions_of(policy):
        if place not in whens and NothingElsePending() in parts_of(condition):
            problems.add(
                place,
                "asks whether nothing else is pending, which is known only at the very end.",
                'Use it in the "when" of a step.',
            )


def _of_answers(part: Condition) -> bool:
    answers = Always | Is | Includes | Answered | AllOf | AnyOf | Not
    return isinstance(part, answers) or part == UNREAD


def _named(part: Condition) -> str:
    match part:
        case Outcome(step):
            return f'how the step "{step}" was answered'
        case Reached(milestone):
            return f'whether "{milestone}" is reached'
        case Severity():
            return "the severity"
        case Safeguarding():
            return "the safeguarding side"
        case Noted():
            return "what other cases say"
        case School():
            return "what is true of the school"
        case _:
            return "whether anything else is pending"
