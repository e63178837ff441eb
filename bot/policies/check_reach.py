"""Names what can never happen: questions never asked, steps never pending, circles of waiting."""

from collections.abc import Iterator, Mapping

from bot.domain.conditions import (
    AllOf,
    Always,
    AnyOf,
    Condition,
    NothingElsePending,
    parts_of,
)
from bot.domain.ids import OutcomeId, StepId
from bot.domain.policy import Policy
from bot.domain.step_rules import Opens, StepRule
from bot.policies.problems import Problems
from bot.policies.satisfy import Possible, can_hold


def check_reach(policy: Policy, problems: Problems) -> None:
    """Names each part of the pack that no case can ever come to."""
    possible = what_can_happen(policy)
    for rule in policy.steps:
        if not _can_open(rule, policy, possible):
            problems.add(
                f"step.{rule.id}",
                "can never become pending.",
                f"{_why_never(rule, policy, possible)}",
            )
    for milestone in policy.milestones:
        if milestone.id not in possible.milestones:
            problems.add(
                f"milestone.{milestone.id}",
                "can never be reached.",
                "Mend its conditions, or take it out.",
            )
    for place, condition in _conditions(policy, possible):
        if not can_hold(condition, policy, possible):
            problems.add(place, "can never hold.", "Mend the condition, or take the rule out.")
    _check_asked(policy, problems)
    _check_circles(policy, problems)


def what_can_happen(policy: Policy) -> Possible:
    """The outcomes and milestones that some case can come to, each made possible by others."""
    possible = Possible({}, frozenset())
    while True:
        outcomes = {
            (rule.id, outcome.id): _times(rule, outcome.id)
            for rule in policy.steps
            if _can_open(rule, policy, possible)
            for outcome in rule.outcomes
            if can_hold(AllOf((rule.when, outcome.when)), policy, possible)
        }
        milestones = frozenset(
            rule.id
            for rule in policy.milestones
            if can_hold(
                AllOf((rule.base, Always() if rule.by_hand else rule.opens)), policy, possible
            )
        )
        found = Possible(outcomes, milestones)
        if found == possible:
            return possible
        possible = found


def _can_open(rule: StepRule, policy: Policy, possible: Possible) -> bool:
    answered = any(
        (after.step, outcome) in possible.outcomes
        for after in rule.each
        for outcome in after.outcomes
    )
    if rule.opens is Opens.EACH_ANSWER and rule.each and not answered:
        return False
    return can_hold(rule.when, policy, possible)


def _times(rule: StepRule, outcome: OutcomeId) -> int:
    """How often a step can be answered so while it goes on applying; 0 is any number."""
    if rule.opens is not Opens.WHEN or rule.action or rule.afresh_on or rule.afresh_on_exclusion:
        return 0
    again = [each for each in rule.again if outcome in each.on]
    if any(each.at_most is None for each in rule.again):
        return 0
    return 1 + sum(each.at_most or 0 for each in again)


def _why_never(rule: StepRule, policy: Policy, possible: Possible) -> str:
    if not can_hold(rule.when, policy, possible):
        return 'Its "when" can never hold: mend it, or take the step out.'
    return 'None of the answers that it follows can ever be given: mend its "each".'


def _conditions(policy: Policy, possible: Possible) -> Iterator[tuple[str, Condition]]:
    for question in policy.questions.values():
        yield f"question.{question.id}.when", question.when or Always()
    yield "safeguarding.when", policy.safeguarding
    if policy.files:
        yield "files_forbidden.when", policy.files_forbidden
    for number, severity in enumerate(policy.severities, start=1):
        yield f"severity[{number}].when", severity.when
    for number, card in enumerate(policy.stop_cards, start=1):
        yield f"stop_card[{number}].when", card.when
    for restriction in policy.restrictions:
        yield f"restriction.{restriction.id}.when", restriction.when
    for milestone in policy.milestones:
        if milestone.id in possible.milestones:
            for number, part in enumerate(_parts(milestone.opens), start=1):
                yield f"milestone.{milestone.id}.any[{number}]", part
    yield "retention.moved_to_file_first", policy.retention.moved_to_file_first
    for rule in policy.steps:
        if _can_open(rule, policy, possible):
            yield from _in_step(rule)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, AnyOf) else (condition,)


def _in_step(rule: StepRule) -> Iterator[tuple[str, Condition]]:
    place = f"step.{rule.id}"
    for number, due in enumerate(rule.due, start=1):
        yield f"{place}.due[{number}].when", AllOf((rule.when, due.when))
    yield f"{place}.recommended", rule.recommended or Always()
    yield f"{place}.at_once", rule.at_once or Always()
    for outcome in rule.outcomes:
        there = f"{place}.outcome.{outcome.id}"
        yield f"{there}.when", AllOf((rule.when, outcome.when))
        yield f"{there}.reason_when", outcome.reason_when or Always()
        for number, ask in enumerate(outcome.asks, start=1):
            yield f"{there}.asks[{number}].when", AllOf((rule.when, ask.when))
        for number, (condition, _) in enumerate(outcome.counts_as, start=1):
            yield f"{there}.counts_as[{number}].when", condition


def _check_asked(policy: Policy, problems: Problems) -> None:
    asked = {
        ask.question for rule in policy.steps for outcome in rule.outcomes for ask in outcome.asks
    }
    for question in policy.asked_by_steps:
        if question not in asked:
            problems.add(
                f"asked.{question}",
                "is asked by no outcome.",
                'Name it in the "asks" of an outcome, or take it out.',
            )


def _check_circles(policy: Policy, problems: Problems) -> None:
    waits = {rule.id: _waits_for(rule, policy) for rule in policy.steps}
    told: set[frozenset[StepId]] = set()
    for rule in policy.steps:
        circle = _circle(rule.id, waits)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            listed = " → ".join(each.value for each in circle)
            problems.add(
                f"step.{rule.id}.after",
                f"waits in a circle: {listed}.",
                'Take one of them out of the other\'s "after".',
            )


def _waits_for(rule: StepRule, policy: Policy) -> tuple[StepId, ...]:
    if NothingElsePending() in parts_of(rule.when):
        return tuple(each.id for each in policy.steps if each.id != rule.id)
    return rule.waits_for


def _circle(start: StepId, waits: Mapping[StepId, tuple[StepId, ...]]) -> tuple[StepId, ...]:
    """The shortest way by which a step waits for itself; nothing if it does not."""
    ways: list[tuple[StepId, ...]] = [(start,)]
    seen: set[StepId] = set()
    while ways:
        way = ways.pop(0)
        for step in waits.get(way[-1], ()):
            if step == start:
                return (*way, start)
            if step not in seen:
                seen.add(step)
                ways.append((*way, step))
    return ()
