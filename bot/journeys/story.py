"""What a journey is: a story in steps, each with what must follow from it (DESIGN, Journeys)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from bot.domain.ids import MessageKind

RawAnswer = str | bool | date | datetime | tuple[str, ...]
"""An answer as the file gives it; ``bot.journeys.answers`` makes a domain answer of it."""

NOBODY = "nobody"
"""Stands for the owner of a case that nobody is left to work."""


class Verb(StrEnum):
    """What somebody can do in a step."""

    REPORT = "report"
    ALERT_NOW = "alert-now"
    ANSWER = "answer"
    SNOOZE = "snooze"
    EXTEND = "extend"
    OPEN_FURTHER_ACTION = "open-further-action"
    NEW_ROUND = "new-round"
    PASS_ON = "pass-on"  # noqa: S105 -- what is passed on is a case
    EXCLUDE = "exclude"
    LINK = "link"
    DECLARE_INTEREST = "declare-interest"
    REOPEN = "reopen"
    CORRECT = "correct"
    NOTE = "note"
    ADD = "add"
    VIEW = "view"
    AWAY = "away"
    BACK = "back"
    HOLD_DIGEST = "hold-digest"
    POST_DIGEST = "post-digest"


OPENING = frozenset({Verb.REPORT, Verb.ALERT_NOW})
"""What may open a case, and is about the case that it opened or joined."""


@dataclass(frozen=True)
class ExpectedMessage:
    """A message that must have been sent; ``None`` is not checked."""

    to: str | None = None
    kind: MessageKind | None = None
    case: str | None = None
    """A name of a case that the message covers."""
    steps: frozenset[str] | None = None
    """All the steps that it lists."""


@dataclass(frozen=True)
class ExpectedDigest:
    """How the last digest must read, each figure as its shown text; ``None`` is not checked."""

    new: str | None = None
    open: str | None = None
    total: str | None = None
    timeliness: str | None = None
    """The id or the shown text."""
    by_category: Mapping[str, str] | None = None
    """Those named; if empty, no table is shown."""


@dataclass(frozen=True)
class Expectation:
    """What must be so when the step is over; ``None`` is not checked. Cases go by their names."""

    severity: str | None = None
    owner: str | None = None
    categories: frozenset[str] | None = None
    safeguarding: bool | None = None
    stop_cards: frozenset[str] | None = None
    status: str | None = None
    resolution: str | None = None
    joined: str | None = None
    pending: frozenset[str] | None = None
    recommended: frozenset[str] | None = None
    possible: frozenset[str] | None = None
    further_action: bool | None = None
    due: Mapping[str, datetime] | None = None
    """Of those steps named; the school's local time."""
    earlier: frozenset[str] | None = None
    occasions: int | None = None
    refused: bool = False
    invalid: bool = False
    lists: frozenset[str] | None = None
    sent: tuple[ExpectedMessage, ...] | None = None
    digest: ExpectedDigest | None = None


@dataclass(frozen=True)
class JourneyStep:
    """A step of the story: the clock moves, somebody does something, and something is expected."""

    number: int
    """Counts from 1."""
    at: datetime | None = None
    """The school's local time."""
    who: str | None = None
    does: Verb | None = None
    case: str | None = None
    """The name of the case that it is about."""
    named: str | None = None
    """The name that the case of this report gets (``as`` in the file)."""
    answers: Mapping[str, RawAnswer] = field(default_factory=dict)
    step: str | None = None
    outcome: str | None = None
    resolution: str | None = None
    reason: str | None = None
    text: str | None = None
    of: str | None = None
    """The name of the other case that an answer speaks of."""
    to: str | None = None
    """Whom a case is passed on to, or the name of the case that it is linked to."""
    whom: str | None = None
    days: int | None = None
    until: date | None = None
    expect: Expectation = field(default_factory=Expectation)

    @property
    def says(self) -> str:
        """The step in a few words: "head: answer acknowledge"."""
        if self.does is None:
            return "the clock moves" if self.at else "looking again"
        return " ".join(word for word in (f"{self.who}:", self.does.value, self.step) if word)


@dataclass(frozen=True)
class Journey:
    """A whole story. ``place`` is the file that it was read from."""

    title: str
    policy: str
    """The id of a bundled pack, or the path of a pack's file."""
    starts: datetime
    """The school's local time; nothing happens before it."""
    steps: tuple[JourneyStep, ...]
    place: str

    @property
    def pack(self) -> str:
        """What ``load_pack`` takes: a path is meant from the folder of the journey's file."""
        if not self.policy.endswith(".toml"):
            return self.policy
        return str(Path(self.place).parent / self.policy)
