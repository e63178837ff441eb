"""Every condition of a pack with its place, and the simple ones that they are made of."""

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.conditions import AllOf, AnyOf, Condition, Not, parts_of
from bot.domain.policy import Policy
from bot.domain.step_rules import OutcomeRule, StepRule

_STEERS_NOTHING: Final = re.compile(
    r"^(stop_card|never_recommended|files_forbidden|same_person|retention)"
    r"|^step\.[^.]+\.(due|at_once|recommended)|\.reason_when$"
)
"""Places of conditions that start no step, offer no outcome and ask nothing."""


def conditions_of(policy: Policy) -> Iterator[tuple[str, Condition]]:
    """Each condition as it stands in the pack, with its place."""
    for question in policy.questions.values():
        if question.when:
            yield f"question.{question.id}.when", question.when
    for number, severity in enumerate(policy.severities, start=1):
        yield f"severity[{number}].when", severity.when
    yield "safeguarding.when", policy.safeguarding
    yield "files_forbidden.when", policy.files_forbidden
    yield "never_recommended.when", policy.never_recommended_when
    for number, card in enumerate(policy.stop_cards, start=1):
        yield f"stop_card[{number}].when", card.when
    for milestone in policy.milestones:
        yield f"milestone.{milestone.id}.when", milestone.base
        yield f"milestone.{milestone.id}.any", milestone.opens
    for restriction in policy.restrictions:
        yield f"restriction.{restriction.id}.when", restriction.when
    if policy.same_person:
        yield "same_person.agreed", policy.same_person.agreed
    yield "retention.moved_to_file_first", policy.retention.moved_to_file_first
    for rule in policy.steps:
        yield from _of_step(rule)


def _of_step(rule: StepRule) -> Iterator[tuple[str, Condition]]:
    place = f"step.{rule.id}"
    yield f"{place}.when", rule.when
    for number, due in enumerate(rule.due, start=1):
        yield f"{place}.due[{number}].when", due.when
    for name, condition in (("at_once", rule.at_once), ("recommended", rule.recommended)):
        if condition:
            yield f"{place}.{name}", condition
    for outcome in rule.outcomes:
        yield from _of_outcome(f"{place}.outcome.{outcome.id}", outcome)


def _of_outcome(place: str, outcome: OutcomeRule) -> Iterator[tuple[str, Condition]]:
    yield f"{place}.when", outcome.when
    if outcome.reason_when:
        yield f"{place}.reason_when", outcome.reason_when
    for number, ask in enumerate(outcome.asks, start=1):
        yield f"{place}.asks[{number}].when", ask.when
    for number, (condition, _) in enumerate(outcome.counts_as, start=1):
        yield f"{place}.counts_as[{number}].when", condition


def steering_atoms(policy: Policy) -> tuple[Condition, ...]:
    """The simple conditions that decide what can be done next, each once, in the pack's order.

    Not those that only say by when, how strongly or with which card something is to be done.
    """
    parts = (
        part
        for place, condition in conditions_of(policy)
        if not _STEERS_NOTHING.search(place)
        for part in parts_of(condition)
    )
    return tuple(dict.fromkeys(p for p in parts if not isinstance(p, AllOf | AnyOf | Not)))
