"""Says in plain English when each kind of message goes out and what the digest shows."""

from collections.abc import Iterator
from typing import Final

from bot.domain.ids import MessageKind
from bot.domain.policy import Policy, ReminderRule
from bot.policies.english import ROLES, English, listed
from bot.policies.lengths import words_of

_DAYS: Final = (
    "Mondays",
    "Tuesdays",
    "Wednesdays",
    "Thursdays",
    "Fridays",
    "Saturdays",
    "Sundays",
)

_KINDS: Final = {
    MessageKind.RECEIPT: "Receipt for the reporter",
    MessageKind.NEW_CASE: "A new case, to its owner",
    MessageKind.URGENT_CASE: "An urgent case, to its owner",
    MessageKind.NOT_YET_SEEN: "Not yet seen, to the reporter",
    MessageKind.DSL_ALERT: "A case with a safeguarding side",
    MessageKind.DRAFT_REMINDER: "A danger in a draft, to its writer",
    MessageKind.ROUND_UP: "Round-up, to each owner",
    MessageKind.OVERDUE_TO_DEPUTY: "Overdue",
    MessageKind.OVERDUE_TO_CHAIR: "Badly overdue",
    MessageKind.OUTCOME_TO_REPORTER: "Closed, to the reporter",
    MessageKind.DIGEST_PREVIEW: "Preview of the digest",
    MessageKind.DIGEST_HELD: "The digest is held back",
    MessageKind.DIGEST: "Digest, in the governors' channel",
    MessageKind.RETENTION_PREVIEW: "What will be erased",
    MessageKind.ADMIN_ALERT: "Something needs mending, without content",
}


def reminder_lines(policy: Policy, english: English) -> Iterator[str]:
    """A line for each reminder rule."""
    for rule in policy.reminders:
        to = f" and {listed(ROLES[role] for role in rule.to)}" if rule.to else ""
        who = to if ", to" in _KINDS[rule.kind] else to.replace(" and", ", to", 1)
        times = _times(rule, policy, english)
        yield f"  {_KINDS[rule.kind]}{who} ({rule.kind}): {times} [{'; '.join(rule.sources)}]"


def _times(rule: ReminderRule, policy: Policy, english: English) -> str:
    said = [*_severities(rule, policy), *_clock(rule), *_escalation(rule)]
    if rule.kind is MessageKind.URGENT_CASE:
        said.append("at once at any hour, and again")
    if rule.after:
        said.append(f"after {listed(words_of(each) for each in rule.after)}")
    if rule.until_answered:
        said.append(f"until “{english.step(rule.until_answered)}” is answered")
    if rule.most_times:
        said.append(
            f"an overdue step {rule.most_times} times, then on the first school day of a week"
        )
    return ", ".join(said) or "at once"


def _severities(rule: ReminderRule, policy: Policy) -> Iterator[str]:
    labels = [each.label for each in policy.severities if each.level in rule.severities]
    if labels:
        yield f"severity {listed(labels, 'or')}"


def _clock(rule: ReminderRule) -> Iterator[str]:
    if rule.weekday is not None:
        yield f"on {_DAYS[rule.weekday]}"
    if rule.at:
        yield f"at {rule.at:%H:%M}"
    if rule.earliest and rule.latest:
        days = "any day" if rule.any_day else "school days"
        yield f"at once between {rule.earliest:%H:%M} and {rule.latest:%H:%M} on {days}"
        yield "else when these hours next begin"


def _escalation(rule: ReminderRule) -> Iterator[str]:
    if rule.escalate_after:
        yield f"{words_of(rule.escalate_after)} after the due day"
    if rule.escalate_after_pressing:
        yield f"{words_of(rule.escalate_after_pressing)} if the step is pressing"


def digest_lines(policy: Policy, english: English) -> Iterator[str]:
    """What the governors' digest shows."""
    yield f"  It names nobody [{'; '.join(policy.digest.sources)}]"
    for measure in (*policy.digest.days_to, *policy.digest.offers):
        answers = english.outcomes(measure.step, measure.outcomes)
        yield f"  {measure.label} ({measure.id}): “{english.step(measure.step)}” answered {answers}"
