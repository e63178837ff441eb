"""Decides what of a pack no journey tells of: a story that nobody wrote is a rule nobody tried."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.domain.events import NOT_NEEDED
from bot.domain.policy import Policy
from bot.journeys.story import Journey, JourneyStep, Verb

_ANSWERING = (Verb.ANSWER, Verb.CORRECT)
_REPORTING = (Verb.REPORT, Verb.ALERT_NOW, Verb.ADD)


def missing_from(journeys: Iterable[Journey], policy: Policy) -> dict[str, tuple[str, ...]]:
    """What the pack has and no journey tells of, by sort; empty if nothing is missing.

    Verbs, outcomes and exclusions count when they are done (refused or invalid is not done); steps
    also when they are expected to be pending; everything else when it is expected.
    """
    told = _told([step for journey in journeys for step in journey.steps])
    missing = {sort: tuple(sorted(has - told[sort])) for sort, has in _has(policy).items()}
    return {sort: names for sort, names in missing.items() if names}


def fewest_that_tell_all(journeys: Sequence[Journey], policy: Policy) -> tuple[Journey, ...]:
    """A few journeys that together tell of all that these tell of, whichever tells most first."""
    chosen: list[Journey] = []
    left = list(journeys)
    while missing := _count(missing_from(chosen, policy)):
        best = min(left, key=lambda each: _count(missing_from([*chosen, each], policy)))
        if _count(missing_from([*chosen, best], policy)) == missing:
            break
        chosen.append(best)
        left.remove(best)
    return tuple(chosen)


def _count(missing: Mapping[str, tuple[str, ...]]) -> int:
    return sum(len(names) for names in missing.values())


def _has(policy: Policy) -> dict[str, set[str]]:
    outcomes = {f"{rule.id} {each.id}" for rule in policy.steps for each in rule.outcomes}
    # One story will do for the outcome that nearly every step may have.
    not_needed = {str(NOT_NEEDED) for rule in policy.steps if rule.may_be_not_needed}
    return {
        "verbs": {verb.value for verb in Verb},
        "steps": {str(rule.id) for rule in policy.steps},
        "outcomes": outcomes | not_needed,
        "resolutions": {str(each.id) for each in policy.resolutions},
        "stop cards": {str(rule.card) for rule in policy.stop_cards if not rule.advice},
        "severities": {rule.level for rule in policy.severities},
        "exclusions": {f"{rule.question} {rule.option}" for rule in policy.exclusions},
        "messages": {rule.kind.value for rule in policy.reminders},
    }


def _told(steps: Iterable[JourneyStep]) -> dict[str, set[str]]:
    steps = list(steps)
    done = [step for step in steps if not (step.expect.refused or step.expect.invalid)]
    answered = [step for step in done if step.does in _ANSWERING]
    outcomes = {f"{step.step} {step.outcome}" for step in answered}
    sent = [entry for step in steps for entry in step.expect.sent or ()]
    return {
        "verbs": {step.does.value for step in done if step.does},
        "steps": {str(step.step) for step in answered}
        | _expected(steps, lambda step: step.expect.pending),
        "outcomes": outcomes | {str(step.outcome) for step in answered},
        "resolutions": {str(step.expect.resolution) for step in steps},
        "stop cards": _expected(steps, lambda step: step.expect.stop_cards),
        "severities": {str(step.expect.severity) for step in steps},
        "exclusions": {each for step in done for each in _ticked(step)},
        "messages": {entry.kind.value for entry in sent if entry.kind},
    }


def _expected(
    steps: Iterable[JourneyStep], key: Callable[[JourneyStep], frozenset[str] | None]
) -> set[str]:
    return {each for step in steps for each in key(step) or ()}


def _ticked(step: JourneyStep) -> set[str]:
    if step.does not in _REPORTING:
        return set()
    return {
        f"{question} {option}"
        for question, value in step.answers.items()
        for option in (value if isinstance(value, tuple) else (value,))
    }
