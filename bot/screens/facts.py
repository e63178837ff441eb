"""What a message may carry: ids that the pack words, references, dates and counts. No ``str``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.domain.ids import (
    CardId,
    CategoryId,
    ContactId,
    OptionId,
    OutcomeId,
    PageId,
    QuestionId,
    Reference,
    ResolutionId,
    Role,
    SchoolId,
    StepId,
)
from bot.domain.links import LinkNotAccepted
from bot.domain.uploads import UploadNotAccepted
from bot.screens.say import Say

if TYPE_CHECKING:
    from bot.domain.letter_files import LetterNotAccepted


@dataclass(frozen=True)
class OptionOf:
    """The label of an option of a question of the pack."""

    question: QuestionId
    option: OptionId


@dataclass(frozen=True)
class OutcomeOf:
    """The label of an outcome of a step of the pack."""

    step: StepId
    outcome: OutcomeId


@dataclass(frozen=True)
class SeverityOf:
    """The label of a severity of the pack."""

    level: OptionId


@dataclass(frozen=True)
class PackText:
    """Words of the pack that have no id of their own, by their place: ``("step", id, "hint")``."""

    place: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """Why a link or a file was not taken, as the error says it; it never repeats what was given."""

    wrong: "LinkNotAccepted | UploadNotAccepted | LetterNotAccepted"


_SCHOOL = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True)
class NamedSchool:
    """The name of a school that is served here, by its id."""

    id: SchoolId

    def __post_init__(self) -> None:
        if not _SCHOOL.fullmatch(self.id):
            msg = "The id of a school holds small letters, digits and '-' only."
            raise ValueError(msg)


Fact = (
    Reference
    | CategoryId
    | QuestionId
    | OptionOf
    | StepId
    | OutcomeOf
    | SeverityOf
    | ResolutionId
    | CardId
    | PageId
    | ContactId
    | PackText
    | Sentence
    | NamedSchool
    | Role
    | Say
    | datetime
    | date
    | int
)


@dataclass(frozen=True)
class Plain:
    """A sentence of the product: a wording key and the facts that fill it.

    A tuple of facts is worded as a list ("racist comments, offensive comments").
    """

    key: Say
    facts: Mapping[str, Fact | tuple[Fact, ...]] = field(default_factory=dict)
    of: NamedSchool | None = None
    """The school that is named before it, where several are served together."""


def plain(key: Say, **facts: Fact | tuple[Fact, ...]) -> Plain:
    """Shorthand for ``Plain(key, {...})``."""
    return Plain(key, facts)
