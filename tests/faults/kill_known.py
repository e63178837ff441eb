"""What people and platform know of a school whose process is killed, and who may hear what."""

from collections import Counter
from dataclasses import dataclass, field

from bot.domain.ids import MessageKind
from bot.journeys.sample import CHANNEL
from bot.screens.press import Verb
from tests.faults.kill_deeds import Deed, Leaving

_REPORTERS = frozenset(
    {MessageKind.RECEIPT, MessageKind.NOT_YET_SEEN, MessageKind.OUTCOME_TO_REPORTER}
)
_HEARS = {
    MessageKind.NEW_CASE: {"head"},
    MessageKind.URGENT_CASE: {"head", "deputy", "dsl"},
    MessageKind.DSL_ALERT: {"dsl"},
    MessageKind.ROUND_UP: {"head", "dsl"},
    MessageKind.OVERDUE_TO_DEPUTY: {"deputy"},
    MessageKind.OVERDUE_TO_CHAIR: {"chair"},
}
"""Who may hear of a case that is about none of them."""
_HEARS_OF_HEAD = {
    MessageKind.NEW_CASE: {"chair"},
    MessageKind.URGENT_CASE: {"chair", "dsl"},
    MessageKind.DSL_ALERT: {"dsl"},
    MessageKind.ROUND_UP: {"chair", "dsl"},
    MessageKind.OVERDUE_TO_DEPUTY: {"chair-2"},
    MessageKind.OVERDUE_TO_CHAIR: {"chair-2"},
}
"""The same for a case that is about the head (PRODUCT, section 1)."""
_OF_NO_CASE = {
    MessageKind.DRAFT_REMINDER: {"staff", "staff-2"},
    MessageKind.DIGEST_PREVIEW: {"head"},
    MessageKind.DIGEST: {CHANNEL},
    MessageKind.ADMIN_ALERT: {"admin"},
}
REMINDERS = frozenset(
    {
        MessageKind.ROUND_UP,
        MessageKind.NOT_YET_SEEN,
        MessageKind.URGENT_CASE,
        MessageKind.OVERDUE_TO_DEPUTY,
        MessageKind.OVERDUE_TO_CHAIR,
    }
)

ONCE = frozenset({MessageKind.RECEIPT, MessageKind.NEW_CASE, MessageKind.DSL_ALERT})
"""What somebody hears once of a case, or of a report of theirs."""


@dataclass(frozen=True)
class Yes:
    """The platform took a message, in that life, and gave it the reference."""

    ref: str
    life: int
    message: Leaving


@dataclass
class Known:
    """What the people and the platform of one school know, whatever was killed."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    accepted: dict[str, str] = field(default_factory=dict)
    """By cause: the reference that was told, if one was."""
    taken: list[Yes] = field(default_factory=list)
    marked: set[str] = field(default_factory=set)
    """References of messages of which the process told that it has written that they left."""
    may_repeat: set[str] = field(default_factory=set)
    """References of messages that were on their way at a kill: what they say may come again."""
    found_again: set[str] = field(default_factory=set)
    """References of messages that came again and should not have: each is told once."""
    updated: int = 0
    heard: int = 0
    """How many of ``taken`` were looked at."""

    def take(self, life: int, message: Leaving) -> str:
        """The platform says yes; the reference."""
        ref = f"ref-{len(self.taken)}"
        self.taken.append(Yes(ref, life, message))
        return ref


@dataclass
class Checked:
    """What was found, and what did not hold."""

    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def too_often(known: Known) -> list[Yes]:
    """Messages of which somebody hears once, and heard again though none was under way at a kill.

    Of a case of several reports each reporter may have a receipt of each.
    """
    reports = Counter(
        (deed.who, known.accepted.get(cause, ""))
        for cause, deed in known.deeds.items()
        if deed.verb is Verb.REPORT and known.accepted.get(cause, "")
    )
    heard: Counter[tuple[str, str, str]] = Counter()
    found = []
    for each in known.taken:
        kind = MessageKind(each.message.kind)
        if kind not in ONCE or each.ref in known.may_repeat:
            continue
        for reference in each.message.references:
            heard[each.message.to, kind, reference] += 1
            most = reports[each.message.to, reference] if kind is MessageKind.RECEIPT else 1
            if heard[each.message.to, kind, reference] > most:
                found.append(each)
    return found


def may_hear(message: Leaving, reports: dict[str, list[Deed]]) -> bool:
    """Whether it went to one of those who may hear of every case that it names.

    ``reports`` are those of each reference.
    """
    kind = MessageKind(message.kind)
    if not message.references:
        return message.to in _OF_NO_CASE.get(kind, set())
    for reference in message.references:
        deeds = reports.get(reference)
        if deeds is None:
            return False
        if kind in _REPORTERS:
            allowed = {each.who for each in deeds}
        else:
            about_head = any(each.about_head for each in deeds)
            allowed = (_HEARS_OF_HEAD if about_head else _HEARS).get(kind, set())
        if message.to not in allowed:
            return False
    return True
