"""Which open actions the bot recommends and which are merely possible (P27: each is a decision)."""

from bot.domain.case import CaseState
from bot.domain.evaluate import holds
from bot.domain.ids import StepId
from bot.domain.policy import Policy
from bot.domain.step_rules import StepRule


def is_recommended(state: CaseState, rule: StepRule, policy: Policy) -> bool:
    """Whether the action is recommended, were it pending: due at once, or the use goes on."""
    if rule.at_once is not None and holds(rule.at_once, state):
        return True
    if rule.recommended is None or holds(policy.never_recommended_when, state):
        return False
    return holds(rule.recommended, state)


def pending_actions(state: CaseState, policy: Policy) -> tuple[tuple[StepId, ...], ...]:
    """The pending actions in two parts: the recommended ones, the other possible ones."""
    pending = state.pending_steps()
    actions = [rule for rule in policy.steps if rule.action and rule.id in pending]
    recommended = tuple(rule.id for rule in actions if is_recommended(state, rule, policy))
    possible = tuple(rule.id for rule in actions if rule.id not in recommended)
    return recommended, possible
