"""Names what does not fit together: questions of the wrong kind, a case that nothing can close."""

from collections.abc import Iterator

from bot.domain.digest import refuse_category_count
from bot.domain.ids import QuestionId
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind
from bot.policies.problems import Problems

_KINDS_OF_NAMES = frozenset({AnswerKind.NAMES, AnswerKind.SHORT_TEXT})


def check_rules(policy: Policy, problems: Problems) -> None:
    """Names each rule that uses something in a way in which it cannot be used."""
    for place, question, kinds in _kinds_needed(policy):
        found = policy.questions.get(question)
        if found and found.kind not in kinds:
            listed = " or ".join(sorted(kinds))
            problems.add(
                place, f'"{question}" is of the kind {found.kind}.', f"It must be {listed}."
            )
    for place, question in (("categories", policy.categories), ("safety", policy.safety)):
        found = policy.questions.get(question)
        if found and (found.when or found.optional):
            problems.add(
                place,
                f'"{question}" is not asked of everybody.',
                'Take its "when" and "optional" out.',
            )
    _check_categories(policy, problems)
    _check_closing(policy, problems)


def _kinds_needed(
    policy: Policy,
) -> Iterator[tuple[str, QuestionId, frozenset[AnswerKind]]]:
    yield "categories", policy.categories, frozenset({AnswerKind.MANY})
    yield "safety", policy.safety, frozenset({AnswerKind.MANY})
    if policy.files:
        yield "files", policy.files, frozenset({AnswerKind.FILES})
    if policy.same_post:
        yield "same_post.question", policy.same_post.question, frozenset({AnswerKind.LINKS})
    for question in policy.excluded_by_name:
        yield "excluded_by_name.questions", question, _KINDS_OF_NAMES
    if policy.same_person:
        yield "same_person.name", policy.same_person.name, frozenset({AnswerKind.SHORT_TEXT})
        yield "same_person.concerned", policy.same_person.concerned, _KINDS_OF_NAMES


def _check_categories(policy: Policy, problems: Problems) -> None:
    question = policy.questions.get(policy.categories)
    refused = refuse_category_count(len(question.options)) if question else None
    if question and question.options and refused:
        wrong, _, mend = refused.partition(". ")
        problems.add(f"question.{question.id}.option", f"{wrong}.", mend)


def _check_closing(policy: Policy, problems: Problems) -> None:
    outcomes = [outcome for rule in policy.steps for outcome in rule.outcomes]
    closes = any(outcome.closes for outcome in outcomes)
    if policy.steps and not closes and not any(outcome.closing for outcome in outcomes):
        problems.add(
            "step",
            "no outcome closes a case, so there is no way out.",
            "Give an outcome closes = true, or a closing = { … }.",
        )
    given = {outcome.closing.resolution for outcome in outcomes if outcome.closing}
    for resolution in policy.resolutions:
        if not resolution.by_hand and resolution.id not in given:
            problems.add(
                f"resolution.{resolution.id}",
                "cannot be chosen, and no outcome gives it.",
                "Take by_hand = false out, or name it in a closing.",
            )
    if closes and not any(resolution.by_hand for resolution in policy.resolutions):
        problems.add(
            "resolution",
            "has none that can be chosen when a case is closed.",
            "Add one without by_hand = false.",
        )
