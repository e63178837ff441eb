"""Which keys a journey's file may have, and what each must hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.domain.ids import MessageKind, OptionId, Role
from bot.journeys.sample import ADDRESSEES, PEOPLE
from bot.journeys.story import NOBODY, Verb


@dataclass(frozen=True)
class Kind:
    """What a key must hold: a test, its words, and the choices where there are only so many."""

    fits: Callable[[object], bool]
    says: str
    choices: tuple[str, ...] = ()


def one_of(choices: Iterable[str], says: str) -> Kind:
    """One text of a closed list."""
    listed = tuple(choices)
    return Kind(lambda value: isinstance(value, str) and value in listed, says, listed)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_id(value: object) -> bool:
    try:
        OptionId(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


def _is_local(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


TEXT: Final = Kind(_is_text, "a text in quotes that is not empty")
ANY_TEXT: Final = Kind(lambda value: isinstance(value, str), "a text in quotes")
FLAG: Final = Kind(lambda value: isinstance(value, bool), "true or false")
NUMBER: Final = Kind(
    lambda value: isinstance(value, int) and not isinstance(value, bool),
    "a whole number, such as 2",
)
DAY: Final = Kind(
    lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "a date without quotes and without a time, such as 2026-11-24",
)
MOMENT: Final = Kind(
    _is_local,
    "the school's local date and time, without quotes and without a zone, "
    "such as 2026-11-24T08:15:30",
)
ID: Final = Kind(_is_id, 'an id in quotes, such as "acknowledge"')
IDS: Final = Kind(
    lambda value: _are_texts(value) and isinstance(value, list) and all(map(_is_id, value)),
    'a list of ids, such as ["acknowledge", "police"]',
)
NAMES: Final = Kind(_are_texts, 'a list of names of cases, such as ["A", "B"]')
TABLE: Final = Kind(_is_table, "a table, such as { … }")
TABLES: Final = Kind(
    lambda value: isinstance(value, list) and all(map(_is_table, value)),
    'a list of tables, such as [{ to = "head", kind = "new-case" }]',
)
RAW_ANSWER: Final = Kind(
    lambda value: isinstance(value, str | bool | date) or _are_texts(value),
    "a text, a list of texts, true or false, or a date",
)
PERSON: Final = one_of(PEOPLE, "one of the sample school's people")
ADDRESSEE: Final = one_of(ADDRESSEES, "one of the sample school's people, or governors")
PASSED_TO: Final = one_of(
    (label for label, person in PEOPLE.items() if person.roles), "a role, or somebody who holds one"
)
OWNER: Final = one_of(
    dict.fromkeys((*(role.value for role in Role), *PEOPLE, NOBODY)), "a role, a person or nobody"
)

TOP: Final[Mapping[str, Kind]] = {
    "title": TEXT,
    "policy": TEXT,
    "starts": MOMENT,
    "step": TABLES,
}

STEP: Final[Mapping[str, Kind]] = {
    "at": MOMENT,
    "who": PERSON,
    "does": one_of(tuple(Verb), "something that somebody can do"),
    "as": TEXT,
    "case": TEXT,
    "answers": TABLE,
    "step": ID,
    "outcome": ID,
    "resolution": ID,
    "reason": ANY_TEXT,
    "text": ANY_TEXT,
    "of": TEXT,
    "to": TEXT,
    "whom": PERSON,
    "days": NUMBER,
    "until": DAY,
    "expect": TABLE,
}

ANYWHERE: Final = frozenset({"at", "who", "does", "expect"})
"""Keys that every step may have, whatever is done."""

NEEDED: Final[Mapping[Verb | None, tuple[str, ...]]] = {
    None: (),
    Verb.REPORT: ("answers",),
    Verb.ALERT_NOW: ("answers",),
    Verb.ANSWER: ("case", "step", "outcome"),
    Verb.SNOOZE: ("case", "step", "days"),
    Verb.EXTEND: ("case", "step", "until"),
    Verb.OPEN_FURTHER_ACTION: ("case",),
    Verb.NEW_ROUND: ("case", "step"),
    Verb.PASS_ON: ("case", "to"),
    Verb.EXCLUDE: ("case", "whom"),
    Verb.LINK: ("case", "to"),
    Verb.DECLARE_INTEREST: ("case",),
    Verb.REOPEN: ("case",),
    Verb.CORRECT: ("case", "step", "outcome"),
    Verb.NOTE: ("case", "text"),
    Verb.ADD: ("case", "answers"),
    Verb.VIEW: ("case",),
    Verb.AWAY: ("until",),
    Verb.BACK: (),
    Verb.HOLD_DIGEST: (),
    Verb.POST_DIGEST: (),
}

# Left out, a reason that is asked for makes the deed invalid: a journey may show just that.
OPTIONAL: Final[Mapping[Verb | None, tuple[str, ...]]] = {
    # Without a deed, or with one that is about no case, this is the case that is looked at.
    None: ("case",),
    Verb.AWAY: ("case",),
    Verb.BACK: ("case",),
    Verb.HOLD_DIGEST: ("case",),
    Verb.POST_DIGEST: ("case",),
    Verb.REPORT: ("as",),
    Verb.ALERT_NOW: ("as",),
    Verb.ANSWER: ("answers", "reason", "resolution", "of"),
    Verb.CORRECT: ("answers", "reason"),
    Verb.SNOOZE: ("reason",),
    Verb.EXTEND: ("reason",),
    Verb.OPEN_FURTHER_ACTION: ("reason",),
    Verb.NEW_ROUND: ("reason",),
    Verb.PASS_ON: ("reason",),
    Verb.EXCLUDE: ("reason",),
    Verb.REOPEN: ("reason",),
}

FACTS: Final[Mapping[str, Kind]] = {
    "severity": ID,
    "owner": OWNER,
    "categories": IDS,
    "safeguarding": FLAG,
    "stop_cards": IDS,
    "status": one_of(("open", "closed"), "open or closed"),
    "resolution": ID,
    "pending": IDS,
    "recommended": IDS,
    "possible": IDS,
    "further_action": FLAG,
    "due": TABLE,
    "earlier": NAMES,
    "occasions": NUMBER,
}
"""What can be expected of a case."""

EXPECT: Final[Mapping[str, Kind]] = {
    **FACTS,
    "joined": TEXT,
    "refused": FLAG,
    "invalid": FLAG,
    "lists": NAMES,
    "sent": TABLES,
    "digest": TABLE,
}

SENT: Final[Mapping[str, Kind]] = {
    "to": ADDRESSEE,
    "kind": one_of(tuple(MessageKind), "a kind of message"),
    "case": TEXT,
    "steps": IDS,
}

DIGEST: Final[Mapping[str, Kind]] = {
    "new": TEXT,
    "open": TEXT,
    "total": TEXT,
    "timeliness": TEXT,
    "by_category": TABLE,
}
"""Figures are given as they read: ``"fewer than 5"``, ``"10"``."""
