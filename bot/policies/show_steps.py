"""Says in plain English when each step is to be done, by when, and what its answers lead to."""

from collections.abc import Iterator
from typing import Final

from bot.domain.conditions import Always
from bot.domain.policy import Policy
from bot.domain.step_rules import MilestoneRule, Needs, Opens, OutcomeRule, StepRule
from bot.policies.english import ROLES, English, listed, sources_of, when_of
from bot.policies.lengths import words_of

_NEEDS: Final = {
    Needs.REASON: "a reason",
    Needs.RESOLUTION: "how it ended",
    Needs.OTHER_CASE: "which other case",
}


def step_lines(policy: Policy, english: English) -> Iterator[str]:
    """The milestones, the restrictions and every step."""
    for milestone in policy.milestones:
        yield from _milestone(milestone, english)
    for restriction in policy.restrictions:
        yield ""
        yield f"{restriction.label} {sources_of(restriction.clauses)}"
        yield f"  Holds when {english.condition(restriction.when)}."
        yield f"  Then there are only {english.steps(restriction.only)}."
    yield ""
    never = english.condition(policy.never_recommended_when)
    yield f"Nothing but what is due at once is recommended when {never}."
    if policy.start_again_after:
        after = english.after(policy.start_again_after)
        yield f"The owner may start any action again after {after}."
    for number, step in enumerate(policy.steps, start=1):
        yield ""
        yield f"{number}. {step.label} ({step.id}) {sources_of(step.clauses)}"
        yield from _step(step, english)


def _milestone(milestone: MilestoneRule, english: English) -> Iterator[str]:
    yield ""
    yield f"{milestone.label} ({milestone.id}) {sources_of(milestone.clauses)}"
    yield f"  Opens as soon as {english.condition(milestone.opens)}."
    yield f"  Only when {english.condition(milestone.base)}."
    if milestone.waits_for:
        yield f"  Waits while there is still to do: {english.steps(milestone.waits_for)}."
    if milestone.by_hand:
        yield f"  The owner may open it early, with a reason: “{milestone.by_hand_line}”"


def _step(step: StepRule, english: English) -> Iterator[str]:
    yield f"   To do {_begins(step, english)}."
    for due in step.due:
        yield f"   Due within {words_of(due.within)}{when_of(english, due.when)}"
    if step.waits_for:
        yield f"   Waits while there is still to do: {english.steps(step.waits_for)}"
    for outcome in step.outcomes:
        yield from _outcome(step, outcome, english)
    if step.may_be_not_needed:
        yield "   – Not needed: with a reason"
    yield from _marks(step, english)


def _begins(step: StepRule, english: English) -> str:
    after = listed((english.after(each) for each in step.each), "or when")
    when = "" if step.when == Always() else english.condition(step.when)
    if step.opens is Opens.EACH_EARLIER_CASE:
        return "for each earlier case of what may be the same person"
    if after:
        return f"each time when {after}" + (f", while {when}" if when else "")
    return f"when {when}" if when else "in every case"


def _outcome(step: StepRule, outcome: OutcomeRule, english: English) -> Iterator[str]:
    yield f"   – {outcome.label} ({outcome.id}){when_of(english, outcome.when, 'only when')}"
    for ask in outcome.asks:
        yield f"       asks “{english.asked(ask.question)}”{when_of(english, ask.when)}"
    if outcome.needs:
        yield f"       asks {listed(sorted(_NEEDS[each] for each in outcome.needs))}"
    if outcome.reason_when:
        yield f"       asks for a reason when {english.condition(outcome.reason_when)}"
    for again in step.again:
        if outcome.id in again.on:
            most = f", at most {again.at_most} times" if again.at_most else ""
            yield f"       then again within {words_of(again.within)}{most}"
    for condition, counts_as in outcome.counts_as:
        other = english.outcome(step.id, counts_as)
        yield f"       counts as {other} when {english.condition(condition)}"
    for question in outcome.clears:
        yield f"       “{english.question(question)}” is forgotten"
    for question, option in outcome.sets:
        answer = english.option(question, option)
        yield f"       “{english.question(question)}” becomes {answer}"
    if outcome.closing:
        keeps = english.steps(outcome.closing.keeps)
        yield f"       closes the case as {english.resolution(outcome.closing.resolution)}"
        yield f"       as soon as none of these is to do: {keeps}" if keeps else "       at once"
    if outcome.closes:
        yield "       closes the case"


def _marks(step: StepRule, english: English) -> Iterator[str]:
    if step.at_once:
        yield f"   At once, and recommended, when {english.condition(step.at_once)}"
    if step.recommended:
        yield f"   Recommended when {english.condition(step.recommended)}"
    elif step.action and not step.at_once:
        yield "   An action to consider; never recommended by itself"
    if step.afresh_on or step.afresh_on_exclusion:
        ticked = [english.options(question, options) for question, options in step.afresh_on]
        excluded = ["the exclusion of whoever answered it"] if step.afresh_on_exclusion else []
        yield f"   Again after {listed([*ticked, *excluded], 'or')}"
    if step.per_link:
        worst = listed((english.outcome(step.id, each) for each in step.outcomes_by_weight), "then")
        yield f"   Answered for each link; the worst counts: {worst}"
    if step.for_roles:
        yield f"   May also be done by: {listed(ROLES[role] for role in sorted(step.for_roles))}"
    if step.pressing:
        yield "   Pressing: escalated sooner, never left out of a round-up"
    if step.in_holidays:
        yield "   Round-ups name it on working days in the holidays too"
