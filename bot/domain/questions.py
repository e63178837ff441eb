"""What a pack asks and shows: questions, pages, and cards with dated words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.conditions import Condition
from bot.domain.ids import CardId, ContactId, OptionId, PageId, QuestionId


class AnswerKind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    SHORT_TEXT = "short-text"
    LONG_TEXT = "long-text"
    NAMES = "names"
    """Names separated by commas."""
    LINKS = "links"
    FILES = "files"
    MOMENT = "moment"
    """A date, with or without a time; the school's local time."""
    TICK = "tick"


@dataclass(frozen=True)
class Option:
    """One of the answers that a question offers; ``alone`` shuts out every other one."""

    id: OptionId
    label: str
    clauses: tuple[str, ...] = ()
    alone: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """A guided question. ``why`` is the one line that says why it is asked."""

    id: QuestionId
    kind: AnswerKind
    label: str
    why: str
    sources: tuple[str, ...]
    options: tuple[Option, ...] = ()
    optional: bool = False
    folded: bool = False
    """Shown under *More, if you know it*."""
    when: Condition | None = None
    """Asked only when this holds for the answers so far; ``None`` is always."""
    graver: tuple[OptionId, ...] = ()
    """From mild to grave: which single answer counts when reports join."""
    hint: str = ""

    def option(self, option: OptionId) -> Option | None:
        """The option of that id, if the question offers it."""
        return next((each for each in self.options if each.id == option), None)


@dataclass(frozen=True)
class Page:
    """A page of the guided questions, shown when one of its questions is asked."""

    id: PageId
    title: str
    intro: str
    questions: tuple[QuestionId, ...]


@dataclass(frozen=True)
class Card:
    """Dated words: a stop card or guidance, with source and the day it was checked."""

    id: CardId
    title: str
    lines: tuple[str, ...]
    source: str
    checked_on: date
    contacts: tuple[ContactId, ...] = ()


@dataclass(frozen=True)
class StopCardRule:
    """When a stop card is shown, to whom, and whether it has *Alert now*."""

    card: CardId
    when: Condition
    sources: tuple[str, ...]
    alert_now: bool = False
    alert_after: QuestionId | None = None
    """Asked before *Alert now* is pressed: it decides who may be told."""
    to_reporter: bool = True
    """False: only whoever works the case sees it."""
    advice: bool = False
    """Advice that looks like a stop card but is none: no journey lists it."""
