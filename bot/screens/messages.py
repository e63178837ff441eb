"""What each kind of message says.

A message is kept by the platform: references, names of categories, dates and counts, nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.ids import (
    CardId,
    CaseId,
    CategoryId,
    ContactId,
    MessageKind,
    OptionId,
    Reference,
    StepId,
)
from bot.screens.facts import Plain, SeverityOf, plain
from bot.screens.nodes import (
    Action,
    Actions,
    Bullets,
    Facts,
    Heading,
    Message,
    MessageNode,
    Paragraph,
    StepLine,
    StopCard,
)
from bot.screens.press import Press, Verb
from bot.screens.say import Say

_ADMIN: Mapping[str, Say] = {
    "nobody-left": Say.ADMIN_NOBODY_LEFT,
    "calendar": Say.ADMIN_CALENDAR,
    "delivery": Say.ADMIN_DELIVERY,
    "delivery-fault": Say.ADMIN_DELIVERY_FAULT,
    "delivery-refused": Say.ADMIN_DELIVERY_REFUSED,
    "digest-refused": Say.ADMIN_DIGEST_REFUSED,
    "overdue": Say.ADMIN_OVERDUE,
    "holder-without-account": Say.ADMIN_HOLDER,
    "backup": Say.ADMIN_BACKUP,
}


@dataclass(frozen=True)
class ShownCase:
    """What a message may say of a case."""

    case: str
    reference: Reference
    categories: tuple[CategoryId, ...]
    severity: OptionId
    reported_at: datetime
    stop_cards: tuple[tuple[CardId, tuple[ContactId, ...]], ...] = ()
    first: tuple[StepId, datetime] | None = None
    """The step that is due first, and when."""


def bullets(keys: Sequence[Say]) -> Bullets:
    """A list of plain sentences."""
    return Bullets(tuple(plain(key) for key in keys))


def help_message(
    first: Say | None = None, *, reports: bool, leads: bool, heads: bool, runs: bool
) -> Message:
    """What the bot can do, for this person."""
    lines = [Say.HELP_REPORT, Say.HELP_STATUS] if reports else []
    lines += [Say.HELP_CASES, Say.HELP_CASE] if leads else []
    lines += [Say.HELP_FIND, Say.HELP_TERM, Say.HELP_AWAY, Say.HELP_BACK] if heads else []
    lines += [Say.HELP_DIGEST_HERE] if heads or runs else []
    nodes: list[MessageNode] = [Paragraph(plain(first))] if first else []
    nodes += [
        Heading(plain(Say.HELP_TITLE)),
        bullets(lines),
        Paragraph(plain(Say.HELP_DANGER)),
    ]
    buttons = [report_button()] if reports else []
    buttons += [Action(plain(Say.OPEN_CASES), Press(Verb.CASES))] if leads else []
    if buttons:
        nodes.append(Actions(tuple(buttons)))
    return Message(None, tuple(nodes), plain(first or Say.HELP_TITLE))


def one_line(key: Say, **facts: Reference | date | int) -> Message:
    """A message of one sentence."""
    text = Plain(key, facts)
    return Message(None, (Paragraph(text),), text)


def report_button() -> Action:
    """*Report a post*."""
    return Action(plain(Say.REPORT_A_POST), Press(Verb.REPORT), primary=True)


def term_report_button() -> Action:
    """Opens the report of this term."""
    return Action(plain(Say.TERM_REPORT), Press(Verb.TERM_REPORT))


def find_button() -> Action:
    """*Find a person*."""
    return Action(plain(Say.FIND_PERSON), Press(Verb.FIND_PERSON))


def open_button(case: str) -> Action:
    """*Open case*."""
    return Action(plain(Say.OPEN_CASE), Press(Verb.OPEN_CASE, case), primary=True)


DELETE_THEM, LEAVE_THEM, NOT_KEPT = "delete-them", "leave-them", "not-kept"
"""What became of a report's pictures, and so what its receipt says of those in the chat."""

_OF_PICTURES: Mapping[str, Say] = {
    LEAVE_THEM: Say.RECEIPT_LEAVE_PICTURES,
    NOT_KEPT: Say.RECEIPT_PICTURES_NOT_KEPT,
}


def receipt(reference: Reference, pictures: str = DELETE_THEM) -> Message:
    """What happens next, and what to delete from the chat, or to leave there."""
    last = _OF_PICTURES.get(pictures, Say.RECEIPT_DELETE)
    summary = plain(Say.RECEIPT_SUMMARY, reference=reference)
    nodes: tuple[MessageNode, ...] = (
        Heading(plain(Say.RECEIPT_SUMMARY, reference=reference)),
        bullets((Say.RECEIPT_NEXT, Say.RECEIPT_DO_NOT_REPLY, last)),
        Actions((Action(plain(Say.MY_REPORTS), Press(Verb.MY_REPORTS)),)),
    )
    return Message(MessageKind.RECEIPT, nodes, summary)


MOST_BUTTONS = 10
"""Cases that get a button of their own in one message."""


def retention_preview(shown: Sequence[tuple[CaseId, Reference, date | None]]) -> Message:
    """Which records will be erased, and when; without a day: one that is kept after all."""
    ending = sum(on is not None for _, _, on in shown)
    facts = tuple(
        (
            plain(Say.REFERENCE, reference=each),
            plain(Say.KEPT_UNTIL_DAY, on=on) if on else plain(Say.RETENTION_KEPT),
        )
        for _, each, on in shown
    )
    nodes: tuple[MessageNode, ...] = (
        Heading(plain(Say.RETENTION_TITLE)),
        Paragraph(plain(Say.RETENTION_PREVIEW if ending else Say.RETENTION_ALL_KEPT)),
        Facts(facts),
        Actions(tuple(_open_named(case, name) for case, name, _ in shown[:MOST_BUTTONS])),
    )
    summary = plain(Say.RETENTION_SUMMARY, count=ending)
    return Message(MessageKind.RETENTION_PREVIEW, nodes, summary)


def to_be_moved(shown: Sequence[tuple[CaseId, Reference]]) -> Message:
    """Which records are kept only because nobody has moved them to the child's file."""
    nodes: list[MessageNode] = [
        Heading(plain(Say.TO_BE_MOVED_TITLE)),
        Paragraph(plain(Say.TO_BE_MOVED if shown else Say.TO_BE_MOVED_NONE)),
    ]
    if shown:
        names = tuple(plain(Say.REFERENCE, reference=each) for _, each in shown)
        buttons = tuple(_open_named(*each) for each in shown[:MOST_BUTTONS])
        nodes += [Bullets(names), Actions(buttons)]
    summary = plain(Say.TO_BE_MOVED_SUMMARY, count=len(shown))
    return Message(MessageKind.RETENTION_PREVIEW, tuple(nodes), summary)


def _open_named(case: CaseId, reference: Reference) -> Action:
    return Action(plain(Say.REFERENCE, reference=reference), Press(Verb.OPEN_CASE, case))


def _facts(shown: ShownCase) -> Facts:
    pairs = [(plain(Say.REPORTED_AT), plain(Say.AT, at=shown.reported_at))]
    if shown.categories:
        listed = plain(Say.CATEGORY_LIST, categories=shown.categories)
        pairs.insert(0, (plain(Say.CATEGORIES), listed))
    severity = plain(Say.SEVERITY_IS, severity=SeverityOf(shown.severity))
    return Facts((*pairs, (plain(Say.SEVERITY), severity)))


def _cards(shown: ShownCase) -> tuple[StopCard, ...]:
    return tuple(StopCard(card, contacts) for card, contacts in shown.stop_cards)


def new_case(shown: ShownCase) -> Message:
    """A case has come to its owner."""
    first = plain(Say.NEW_CASE_BARE)
    if shown.first:
        first = plain(Say.NEW_CASE, step=shown.first[0], due=shown.first[1])
    nodes: tuple[MessageNode, ...] = (
        Heading(plain(Say.NEW_CASE_SUMMARY, reference=shown.reference)),
        *_cards(shown),
        Paragraph(first),
        _facts(shown),
        Actions((open_button(shown.case),)),
    )
    summary = plain(Say.NEW_CASE_SUMMARY, reference=shown.reference)
    return Message(MessageKind.NEW_CASE, nodes, summary)


def urgent_case(shown: ShownCase, *, again: bool) -> Message:
    """Danger: to the owner and the DSL at once, and again until somebody has acted."""
    nodes: tuple[MessageNode, ...] = (
        Heading(plain(Say.URGENT_TITLE, reference=shown.reference)),
        *_cards(shown),
        Paragraph(plain(Say.URGENT_AGAIN if again else Say.URGENT)),
        _facts(shown),
        Actions((open_button(shown.case),)),
    )
    summary = plain(Say.URGENT_SUMMARY, reference=shown.reference)
    return Message(MessageKind.URGENT_CASE, nodes, summary)


def dsl_alert(shown: ShownCase) -> Message:
    """A case has a safeguarding side."""
    nodes: tuple[MessageNode, ...] = (
        Heading(plain(Say.DSL_ALERT_SUMMARY, reference=shown.reference)),
        *_cards(shown),
        Paragraph(plain(Say.DSL_ALERT)),
        _facts(shown),
        Actions((open_button(shown.case),)),
    )
    summary = plain(Say.DSL_ALERT_SUMMARY, reference=shown.reference)
    return Message(MessageKind.DSL_ALERT, nodes, summary)


def not_yet_seen(reference: Reference, contacts: Sequence[ContactId], *, nobody: bool) -> Message:
    """The reporter of a danger is told whom to ring."""
    text = plain(Say.NOBODY_TO_SEE if nobody else Say.NOT_YET_SEEN, reference=reference)
    ring = tuple(plain(Say.TEXT, text=contact) for contact in contacts)
    nodes: tuple[MessageNode, ...] = (Paragraph(text), Bullets((*ring, plain(Say.RING_999))))
    return Message(MessageKind.NOT_YET_SEEN, nodes, plain(Say.NOT_YET_SEEN_SUMMARY))


def draft_reminder(draft: str) -> Message:
    """A report about a danger was begun and not sent."""
    resume = Action(plain(Say.RESUME_REPORT), Press(Verb.RESUME, draft), primary=True)
    nodes: tuple[MessageNode, ...] = (Paragraph(plain(Say.DRAFT_REMINDER)), Actions((resume,)))
    return Message(MessageKind.DRAFT_REMINDER, nodes, plain(Say.DRAFT_REMINDER_SUMMARY))


def outcome_to_reporter(reference: Reference) -> Message:
    """*This is now closed*, and nothing more."""
    return Message(
        MessageKind.OUTCOME_TO_REPORTER,
        (Paragraph(plain(Say.OUTCOME, reference=reference)),),
        plain(Say.OUTCOME_SUMMARY, reference=reference),
    )


def withdrawn(kind: MessageKind) -> Message:
    """What is left of a message about a case from which its reader is out by now."""
    text = plain(Say.WITHDRAWN)
    return Message(kind, (Paragraph(text),), text)


def round_up(lines: tuple[StepLine, ...], waiting: int) -> Message:
    """What is overdue or due by the end of the next school day, a button a step."""
    few = (Say.ROUND_UP_NONE, Say.ROUND_UP_ONE)
    count = plain(few[waiting]) if waiting < len(few) else plain(Say.ROUND_UP_SOME, count=waiting)
    nodes: tuple[MessageNode, ...] = (Heading(plain(Say.ROUND_UP_TITLE)), Paragraph(count), *lines)
    return Message(MessageKind.ROUND_UP, nodes, plain(Say.ROUND_UP_SUMMARY, count=waiting))


def overdue_to_deputy(lines: tuple[StepLine, ...]) -> Message:
    """Steps that are overdue come to the deputy."""
    nodes: tuple[MessageNode, ...] = (Paragraph(plain(Say.OVERDUE_DEPUTY)), *lines)
    return Message(MessageKind.OVERDUE_TO_DEPUTY, nodes, plain(Say.OVERDUE_DEPUTY_SUMMARY))


def overdue_to_chair(
    overdue: Mapping[Reference, int], *, without_head: Mapping[Reference, int]
) -> Message:
    """References and the number of days, nothing else; apart those that the head is out of."""
    nodes: list[MessageNode] = []
    for days, asks in ((overdue, Say.OVERDUE_CHAIR), (without_head, Say.OVERDUE_OTHER_CHAIR)):
        if days:
            nodes += [Paragraph(plain(asks)), Bullets(tuple(_late(*each) for each in days.items()))]
    return Message(MessageKind.OVERDUE_TO_CHAIR, tuple(nodes), plain(Say.OVERDUE_CHAIR_SUMMARY))


def _late(reference: Reference, days: int) -> Plain:
    if days == 1:
        return plain(Say.OVERDUE_CHAIR_LINE_ONE, reference=reference)
    return plain(Say.OVERDUE_CHAIR_LINE, reference=reference, days=days)


def admin_alert(why: str) -> Message:
    """Something only the administrator can mend; no content of any case."""
    text = plain(_ADMIN[why])
    return Message(MessageKind.ADMIN_ALERT, (Paragraph(text),), plain(Say.ADMIN_SUMMARY))


def digest_held() -> Message:
    """The chair hears that the week's digest is held back."""
    text = plain(Say.DIGEST_HELD)
    return Message(MessageKind.DIGEST_HELD, (Paragraph(text),), plain(Say.DIGEST_HELD_SUMMARY))


def digest_preview(body: tuple[MessageNode, ...], at: datetime) -> Message:
    """The digest before it goes out, with *Hold this week* and *Post now*."""
    actions = (
        Action(plain(Say.POST_DIGEST), Press(Verb.POST_DIGEST), primary=True),
        Action(plain(Say.HOLD_DIGEST), Press(Verb.HOLD_DIGEST)),
    )
    nodes: tuple[MessageNode, ...] = (
        Heading(plain(Say.DIGEST_PREVIEW_TITLE, at=at)),
        *body,
        Actions(actions),
    )
    return Message(MessageKind.DIGEST_PREVIEW, nodes, plain(Say.DIGEST_PREVIEW_SUMMARY))


def digest(body: tuple[MessageNode, ...]) -> Message:
    """The governors' digest."""
    nodes: tuple[MessageNode, ...] = (Heading(plain(Say.DIGEST_TITLE)), *body)
    return Message(MessageKind.DIGEST, nodes, plain(Say.DIGEST_SUMMARY))


def cases_in(message: Message) -> tuple[Reference, ...]:
    """Every reference that the message shows, each once."""
    found: list[Reference] = []
    for node in message.nodes:
        match node:
            case StepLine(reference=Reference() as reference):
                found.append(reference)
            case Heading(text) | Paragraph(text):
                found += _references(text)
            case Bullets(lines):
                found += [each for line in lines for each in _references(line)]
            case _:
                continue
    return tuple(dict.fromkeys((*_references(message.summary), *found)))


def _references(text: Plain) -> list[Reference]:
    return [fact for fact in text.facts.values() if isinstance(fact, Reference)]


def steps_in(message: Message) -> tuple[str, ...]:
    """Every step that the message has a line for."""
    return tuple(node.step.value for node in message.nodes if isinstance(node, StepLine))
