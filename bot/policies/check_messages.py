"""Names the reminder and digest rules that a pack must have and has not, or not in full."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.ids import MessageKind
from bot.domain.lengths import Hours, Minutes, SchoolDays, WorkingDays
from bot.domain.policy import Policy, ReminderRule
from bot.policies.problems import Problems

_URGENT: Final = (MessageKind.URGENT_CASE, MessageKind.NOT_YET_SEEN)
_OVERDUE: Final = (MessageKind.OVERDUE_TO_DEPUTY, MessageKind.OVERDUE_TO_CHAIR)
_WEEKLY: Final = (MessageKind.DIGEST_PREVIEW, MessageKind.DIGEST)

_NEEDED: Final[Mapping[MessageKind, str]] = {
    MessageKind.OUTCOME_TO_REPORTER: "earliest = 07:30:00 and latest = 18:00:00",
    MessageKind.ROUND_UP: "at = 08:15:00",
    MessageKind.OVERDUE_TO_DEPUTY: 'escalate_after = "2 school days"',
    MessageKind.OVERDUE_TO_CHAIR: 'escalate_after = "5 school days"',
    MessageKind.DIGEST_PREVIEW: 'weekday = "friday" and at = 09:00:00',
    MessageKind.DIGEST: 'weekday = "friday" and at = 15:30:00',
}

_MOST_MEASURES: Final = 2
"""The digest prints the days to a first conversation and to removal (PRODUCT, section 5)."""


def check_messages(policy: Policy, problems: Problems) -> None:
    """Names every kind of message that would have no rule to go out by."""
    kinds = {rule.kind for rule in policy.reminders}
    for kind, example in _NEEDED.items():
        if kind not in kinds:
            problems.add("reminder", f'has none of the kind "{kind}".', f"Add one with {example}.")
    if any(rule.urgent for rule in policy.severities):
        for kind in _URGENT:
            if kind not in kinds:
                problems.add(
                    "reminder",
                    f'has none of the kind "{kind}", though a severity is urgent.',
                    'Add one with after = ["15 minutes"] and until_answered = "…".',
                )
    _check_new_cases(policy, problems)
    for number, rule in enumerate(policy.reminders, start=1):
        for wrong, mend in _wrong(rule):
            problems.add(f"reminder[{number}]", wrong, mend)
    if not 1 <= len(policy.digest.days_to) <= _MOST_MEASURES:
        problems.add(
            "digest.days_to",
            f"has {len(policy.digest.days_to)} measures.",
            "Give one or two: the digest has room for two.",
        )


def _check_new_cases(policy: Policy, problems: Problems) -> None:
    rules = [rule for rule in policy.reminders if rule.kind is MessageKind.NEW_CASE]
    for severity in policy.severities:
        told = any(not rule.severities or severity.level in rule.severities for rule in rules)
        if not told and not severity.urgent:
            problems.add(
                "reminder",
                f'has none of the kind "new-case" for the severity "{severity.level}".',
                f'Add one with severities = ["{severity.level}"].',
            )


def _wrong(rule: ReminderRule) -> Iterator[tuple[str, str]]:
    """What the kind of message cannot do without, or cannot use."""
    if rule.kind in _URGENT:
        if rule.until_answered is None or not rule.after:
            yield (
                "repeats for ever, or never.",
                'Give it after = ["15 minutes"] and until_answered = "…".',
            )
        if rule.severities:
            yield "is for an urgent case anyway.", 'Take "severities" out.'
        if not all(isinstance(each, Minutes | Hours) for each in rule.after):
            yield "repeats in days.", "Give minutes or hours, which always run."
    if rule.kind in _OVERDUE:
        lengths = (rule.escalate_after, rule.escalate_after_pressing)
        if not all(isinstance(each, SchoolDays | WorkingDays) for each in lengths):
            yield (
                "does not say in school days or working days when to escalate.",
                'Give escalate_after = "2 school days", escalate_after_pressing = "1 working day".',
            )
    if rule.kind in _WEEKLY and (rule.weekday is None or rule.at is None):
        yield "does not say when.", 'Give weekday = "friday" and at = 09:00:00.'
    if rule.kind is MessageKind.ROUND_UP and rule.at is None:
        yield "does not say when.", "Give at = 08:15:00."
