"""The messages whose words come from a policy pack, each with as much in it as there can be."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.app.act import Look
from bot.app.case_file import CaseFile
from bot.domain.figures import DigestChart, Published, TermTotal, Timeliness
from bot.domain.ids import CategoryId, ContactId, MessageKind, OptionId, Reference
from bot.domain.policy import Policy
from bot.policies.bundled import CONTACTS
from bot.screens import messages
from bot.screens.digest_body import digest_body
from bot.screens.facts import plain
from bot.screens.messages import ShownCase
from bot.screens.nodes import Message, StepLine
from bot.screens.say import Say

_TERMS = ("Autumn 2025", "Spring 2026", "Summer 2026", "Autumn 2026")
_WEEKS = 12


def messages_of(look: Look, file: CaseFile) -> Iterator[tuple[str, Message]]:
    """Each with the place in the pack that decides on it."""
    policy, now = file.policy, look.now
    for shown in _shown(file, now):
        yield _place(MessageKind.NEW_CASE), messages.new_case(shown)
        yield _place(MessageKind.URGENT_CASE), messages.urgent_case(shown, again=False)
        yield _place(MessageKind.URGENT_CASE), messages.urgent_case(shown, again=True)
        yield _place(MessageKind.DSL_ALERT), messages.dsl_alert(shown)
    everybody = tuple(map(ContactId, CONTACTS))
    for nobody in (False, True):
        seen = messages.not_yet_seen(file.state.reference, everybody, nobody=nobody)
        yield _place(MessageKind.NOT_YET_SEEN), seen
    lines = tuple(_lines(file, now))
    yield _place(MessageKind.ROUND_UP), messages.round_up(lines, len(lines))
    yield _place(MessageKind.OVERDUE_TO_DEPUTY), messages.overdue_to_deputy(lines)
    body = digest_body(figures_of(policy, now), _chart(now), policy)
    yield _place(MessageKind.DIGEST_PREVIEW), messages.digest_preview(body, now)
    yield _place(MessageKind.DIGEST), messages.digest(body)


def _place(kind: MessageKind) -> str:
    return f"reminder.{kind}"


def _shown(file: CaseFile, now: datetime) -> Iterator[ShownCase]:
    """A case with every category and stop card, once for each severity and first step."""
    policy = file.policy
    categories = tuple(_categories(policy))
    cards = dict.fromkeys(rule.card for rule in policy.stop_cards)
    stop = tuple((card, policy.cards[card].contacts) for card in cards)
    longest = max(policy.steps, key=lambda rule: len(rule.label)).id
    for severity in policy.severities:
        first = (longest, now + timedelta(days=1))
        yield ShownCase(
            file.case,
            file.state.reference,
            categories,
            OptionId(severity.level),
            now,
            stop,
            first,
        )


def _categories(policy: Policy) -> Iterator[CategoryId]:
    for option in policy.questions[policy.categories].options:
        yield CategoryId(option.id.value)


def _lines(file: CaseFile, now: datetime) -> Iterator[StepLine]:
    """Every step of the pack as it is due; twice as many as one case can have."""
    button = messages.open_button(file.case)
    for number in (1, 2):
        reference = Reference(f"2026-{number:03}")
        for rule in file.policy.steps:
            state = plain(Say.STATE_OVERDUE, due=now)
            yield StepLine(rule.id, reference, now, state, (button,))


def figures_of(policy: Policy, now: datetime) -> Published:
    """A digest with every figure in it."""
    return Published(
        at=now,
        term=_TERMS[-1],
        new=5,
        open=5,
        total=10,
        by_category=dict.fromkeys(_categories(policy), True),
        conversation=1,
        removal=1,
        offers={each.id: 5 for each in policy.digest.offers},
        timeliness=Timeliness.SOME_LATE,
        terms=_totals(),
    )


def _chart(now: datetime) -> DigestChart:
    friday = now.date() + timedelta(days=(4 - now.weekday()) % 7)
    weeks: list[tuple[date, Timeliness | None]] = [
        (friday - timedelta(weeks=back), Timeliness.SOME_LATE) for back in reversed(range(_WEEKS))
    ]
    return DigestChart(tuple(weeks), _totals())


def _totals() -> tuple[TermTotal, ...]:
    return tuple(TermTotal(term, 10) for term in _TERMS)
