"""When the rounds of each step open, are held back and are withdrawn, after each event.

A round opens at an event's time. What holds it back (a step it waits for, a restriction, a closing
that is in force) stops its clock; when that ends the clock starts. What no longer applies is
withdrawn; if it applies again, that is a new round.
"""

from collections.abc import Iterable
from operator import is_

from bot.domain.answers import ticked
from bot.domain.case import Allowed, CaseState, Round, last_given
from bot.domain.changed import changed
from bot.domain.evaluate import holds
from bot.domain.events import ActionStartedAgain, Entry, EntryCorrected, StepAnswered
from bot.domain.ids import CaseId, StepId
from bot.domain.lengths import Length
from bot.domain.policy import Policy
from bot.domain.step_rules import AgainRule, Closing, MilestoneRule, Opens, StepRule


def settle(state: CaseState, policy: Policy, before: CaseState, entry: Entry) -> CaseState:
    """The state with every step's rounds as they follow from this event."""
    if state.closed:
        return state
    for rule in policy.steps_on_their_own:
        state = _follow(state, rule, before, entry)
    state = _hold_back(state, policy, entry)
    for milestone in policy.milestones:
        state = _reach(state, milestone)
    if state.reached != before.reached:
        for rule in policy.steps_on_their_own:
            state = _follow_condition(state, rule, entry)
        state = _hold_back(state, policy, entry)
    for rule in policy.steps_after_all_others:
        state = _follow(state, rule, before, entry)
        state = _hold_back(state, policy, entry)
    return state


def start_afresh(state: CaseState, policy: Policy, entry: Entry) -> CaseState:
    """Reopened: every step still open starts a new round, and so does what closed the case.

    What was held back is still open too: it starts anew like the rest.
    """
    closed = state.closed
    if closed is None:
        return state
    state = changed(state, closed=None)
    for step, rounds in state.rounds.items():
        still_open = [each for each in rounds if each.is_open]
        state = _withdraw(state, step)
        for old in still_open:
            state = _open_again(state, step, entry, old)
    closer = policy.steps_by_id[closed.by_step]
    again = closer.id if any(each.closes for each in closer.outcomes) else policy.first_step
    return state if _is_open(state, again) else _open(state, again, entry)


def _follow(state: CaseState, rule: StepRule, before: CaseState, entry: Entry) -> CaseState:
    state = _follow_condition(state, rule, entry)
    if rule.id in state.holding:
        state = _follow_answers(state, rule, entry)
        state = _follow_danger(state, rule, before, entry)
    return state


def _follow_condition(state: CaseState, rule: StepRule, entry: Entry) -> CaseState:
    holding = holds(rule.when, state, rule.id)
    held = rule.id in state.holding
    if holding and not held:
        state = changed(
            state,
            holding=state.holding | {rule.id},
            spells={**state.spells, rule.id: state.spells.get(rule.id, 0) + 1},
        )
        if rule.opens is Opens.WHEN and not _is_open(state, rule.id):
            state = _open(state, rule.id, entry)
    elif held and not holding:
        state = changed(_withdraw(state, rule.id), holding=state.holding - {rule.id})
    return _follow_others(state, rule, entry) if holding else state


def _follow_others(state: CaseState, rule: StepRule, entry: Entry) -> CaseState:
    """Rounds that follow answers of other steps, or earlier cases: one for each that stands."""
    if rule.opens is Opens.EACH_ANSWER:
        return _one_for_each_answer(state, rule, entry)
    if rule.opens is Opens.EACH_EARLIER_CASE:
        return _one_for_each_earlier_case(state, rule, entry)
    return state


def _one_for_each_answer(state: CaseState, rule: StepRule, entry: Entry) -> CaseState:
    stands = {
        (after.step, each.number)
        for after in rule.each
        for each in state.rounds.get(after.step, ())
        if each.given and each.given.counts_as in after.outcomes
    }
    rounds = tuple(
        changed(each, withdrawn=True)
        if each.is_open and each.after and not each.after & stands
        else each
        for each in state.rounds.get(rule.id, ())
    )
    state = _with_rounds(state, rule.id, rounds)
    owed = stands.difference(*(each.after for each in rounds if not each.withdrawn))
    if not owed:
        return state
    if _is_open(state, rule.id):
        rounds = tuple(
            changed(each, after=each.after | owed) if each.is_open else each for each in rounds
        )
        return _with_rounds(state, rule.id, rounds)
    return _open(state, rule.id, entry, after=frozenset(owed))


def _one_for_each_earlier_case(state: CaseState, rule: StepRule, entry: Entry) -> CaseState:
    known = {each.case for each in state.earlier}
    rounds = tuple(
        changed(each, withdrawn=True) if each.is_open and each.of not in known else each
        for each in state.rounds.get(rule.id, ())
    )
    state = _with_rounds(state, rule.id, rounds)
    asked = {each.of for each in rounds if not each.withdrawn}
    for earlier in state.earlier:
        if earlier.case not in asked:
            state = _open(state, rule.id, entry, of=earlier.case)
    return state


def _follow_answers(state: CaseState, rule: StepRule, entry: Entry) -> CaseState:
    """A new round after an answer of the step itself, or because the owner starts one."""
    event = entry.event
    if isinstance(event, ActionStartedAgain) and event.step == rule.id:
        return state if _is_open(state, rule.id) else _open(state, rule.id, entry)
    if not isinstance(event, StepAnswered | EntryCorrected) or event.step != rule.id:
        return state
    state = _without_what_nobody_asks_for(state, rule)
    rounds = state.rounds[rule.id]
    last = next((each for each in reversed(rounds) if each.given), None)
    for again in rule.again:
        if last and _asks(again, last) and not _is_open(state, rule.id):
            times = sum(
                _asks(again, each) for each in rounds if each.spell == state.spells[rule.id]
            )
            if again.at_most is None or times <= again.at_most:
                state = _open(
                    state,
                    rule.id,
                    entry,
                    after=last.after,
                    again_of=last.number,
                    within=again.within,
                )
    return state


def _asks(again: AgainRule, round_: Round) -> bool:
    return round_.given is not None and round_.given.counts_as in again.on


def _without_what_nobody_asks_for(state: CaseState, rule: StepRule) -> CaseState:
    """Without the round that followed an answer of the step which was corrected since."""
    rounds = state.rounds[rule.id]
    corrected = {
        each.number: each.after
        for each in rounds
        if not any(_asks(again, each) for again in rule.again)
    }
    return _with_rounds(
        state,
        rule.id,
        (
            changed(each, withdrawn=True)
            if each.is_open
            and each.again_of in corrected
            and each.after <= corrected[each.again_of]
            else each
            for each in rounds
        ),
    )


def _follow_danger(state: CaseState, rule: StepRule, before: CaseState, entry: Entry) -> CaseState:
    """A newly ticked danger, or the exclusion of whoever answered, starts a new round."""
    if _is_open(state, rule.id) or rule.id not in before.holding:
        return state
    newly = any(
        options & (ticked(state.answers, question) - ticked(before.answers, question))
        for question, options in rule.afresh_on
    )
    given = last_given(state.rounds.get(rule.id, ()))
    out = (
        rule.afresh_on_exclusion
        and given is not None
        and (
            given.by.person in state.excluded_people - before.excluded_people
            or bool(given.by.roles & (state.excluded_roles - before.excluded_roles))
        )
    )
    return _open(state, rule.id, entry) if newly or out else state


def _reach(state: CaseState, rule: MilestoneRule) -> CaseState:
    opened = rule.id in state.by_hand or holds(rule.opens, state)
    stays = rule.id in state.reached
    reached = opened and (stays or not _waits(state, rule.waits_for)) and holds(rule.base, state)
    if reached == stays:
        return state
    return changed(state, reached=state.reached ^ {rule.id})


def _hold_back(state: CaseState, policy: Policy, entry: Entry) -> CaseState:
    """Stops the clocks of what is held back, starts those of what is not."""
    closing = closing_in_force(state, policy)
    keeps = (*closing[1].keeps, closing[0]) if closing else None
    only = [each.only for each in policy.restrictions if holds(each.when, state)]
    # A step that is itself held back makes nobody wait, so those that are waited for come first.
    for step in sorted(_open_steps(state), key=policy.turns.__getitem__):
        rule = policy.steps_by_id[step]
        held = (
            (keeps is not None and step not in keeps)
            or any(step not in each for each in only)
            or _waits(state, rule.waits_for)
        )
        state = _clock(state, rule, entry, held=held)
    return state


def _open_steps(state: CaseState) -> list[StepId]:
    return [step for step, rounds in state.rounds.items() if any(each.is_open for each in rounds)]


def _waits(state: CaseState, waits_for: tuple[StepId, ...]) -> bool:
    return any(each.is_pending for step in waits_for for each in state.rounds.get(step, ()))


def _clock(state: CaseState, rule: StepRule, entry: Entry, *, held: bool) -> CaseState:
    within = None if held else time_allowed(state, rule)
    return _with_rounds(
        state,
        rule.id,
        (_clocked(each, within, entry) if each.is_open else each for each in state.rounds[rule.id]),
    )


def _clocked(round_: Round, within: Length | None, entry: Entry) -> Round:
    """The open round with the time allowed; with ``None`` it is held back."""
    if within is None:
        if not (round_.allowed or round_.moved_to or round_.moved_after or round_.snoozes):
            return round_
        return changed(round_, allowed=(), moved_to=None, moved_after=0, snoozes=())
    within = round_.within or within
    if round_.allowed and round_.allowed[-1].within == within:
        return round_
    return changed(round_, allowed=(*round_.allowed, Allowed(entry.at, within)))


def time_allowed(state: CaseState, rule: StepRule) -> Length:
    """The time that the step's first holding rule allows."""
    return next(each.within for each in rule.due if holds(each.when, state))


def closing_in_force(state: CaseState, policy: Policy) -> tuple[StepId, Closing] | None:
    """The outcome that closes the case as soon as it can, unless its step is open again."""
    for rule in policy.steps_that_may_close:
        rounds = state.rounds.get(rule.id, ())
        given = last_given(rounds)
        if given and not any(each.is_open for each in rounds):
            outcome = rule.outcome(given.outcome)
            if outcome and outcome.closing:
                return rule.id, outcome.closing
    return None


def _is_open(state: CaseState, step: StepId) -> bool:
    return any(each.is_open for each in state.rounds.get(step, ()))


def _open(
    state: CaseState,
    step: StepId,
    entry: Entry,
    *,
    of: CaseId | None = None,
    after: frozenset[tuple[StepId, int]] = frozenset(),
    again_of: int | None = None,
    within: Length | None = None,
) -> CaseState:
    rounds = state.rounds.get(step, ())
    new = Round(
        number=len(rounds) + 1,
        opened_at=entry.at,
        opened_by=entry.number,
        spell=state.spells.get(step, 0),
        of=of,
        after=after,
        again_of=again_of,
        within=within,
    )
    return _with_rounds(state, step, (*rounds, new))


def _open_again(state: CaseState, step: StepId, entry: Entry, old: Round) -> CaseState:
    """A new round in the place of one that was open, for the same reason."""
    return _open(
        state,
        step,
        entry,
        of=old.of,
        after=old.after,
        again_of=old.again_of,
        within=old.within,
    )


def _withdraw(state: CaseState, step: StepId) -> CaseState:
    rounds = (
        changed(each, withdrawn=True) if each.is_open else each
        for each in state.rounds.get(step, ())
    )
    return _with_rounds(state, step, rounds)


def _with_rounds(state: CaseState, step: StepId, rounds: Iterable[Round]) -> CaseState:
    before, after = state.rounds.get(step), tuple(rounds)
    if before is not None and len(before) == len(after) and all(map(is_, before, after)):
        return state
    return changed(state, rounds={**state.rounds, step: after})
