"""The names of things: what may be told apart, and what may stand in a message.

A plain NewType is an id that stays inside. A frozen class checks its own form, and is one of the
few facts that a message may carry (PRODUCT, promise 3).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
"""One account on one platform, such as ``desk:head``."""

CaseId = NewType("CaseId", str)
"""A random id of a case; the outside sees only its Reference."""

SchoolId = NewType("SchoolId", str)
DraftId = NewType("DraftId", str)
EvidenceId = NewType("EvidenceId", str)
Cause = NewType("Cause", str)
"""What an act came from; the same through every retry of the platform."""

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_REFERENCE = re.compile(r"\d{4}-\d{3,6}")


@dataclass(frozen=True, order=True)
class _Slug:
    value: str

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.value):
            msg = "An id holds small letters, digits, '-' and '_' only."
            raise ValueError(msg)

    # What a dataclass makes of these builds tuples, and ids are looked up by the thousand.
    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.value == self.value

    def __str__(self) -> str:
        return self.value


class CategoryId(_Slug):
    """A category of the policy (P14 to P22 in the Derwent Vale pack)."""


class QuestionId(_Slug):
    """A question of the pack, on a page or asked by an outcome."""


class OptionId(_Slug):
    """One of the answers that a question offers."""


class StepId(_Slug):
    """A step of the procedure."""


class LetterId(_Slug):
    """A letter or note that the school writes, by the name of its Word template."""


class OutcomeId(_Slug):
    """One of the ways in which a step can be answered."""


class ResolutionId(_Slug):
    """How a case ended."""


class CardId(_Slug):
    """A stop card or a guidance card."""


class PageId(_Slug):
    """A page of the guided questions."""


class ContactId(_Slug):
    """A telephone number of ``[contacts]``: a role's, the LADO's, social care's."""


@dataclass(frozen=True, order=True)
class Reference:
    """What a case is called outside: the year and a number, such as ``2026-014``."""

    value: str

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.value):
            msg = "A reference is a year and a number, such as 2026-014."
            raise ValueError(msg)

    def __str__(self) -> str:
        return self.value


class Role(StrEnum):
    """Who somebody is for the bot (PRODUCT, section 1)."""

    STAFF = "staff"
    HEAD = "head"
    DEPUTY = "deputy"
    DSL = "dsl"
    CHAIR = "chair"
    ADMIN = "admin"


class MessageKind(StrEnum):
    """Every kind of message that the bot sends (DESIGN, Journeys)."""

    RECEIPT = "receipt"
    NEW_CASE = "new-case"
    URGENT_CASE = "urgent-case"
    NOT_YET_SEEN = "not-yet-seen"
    DSL_ALERT = "dsl-alert"
    DRAFT_REMINDER = "draft-reminder"
    ROUND_UP = "round-up"
    OVERDUE_TO_DEPUTY = "overdue-to-deputy"
    OVERDUE_TO_CHAIR = "overdue-to-chair"
    OUTCOME_TO_REPORTER = "outcome-to-reporter"
    DIGEST_PREVIEW = "digest-preview"
    DIGEST_HELD = "digest-held"
    DIGEST = "digest"
    RETENTION_PREVIEW = "retention-preview"
    ADMIN_ALERT = "admin-alert"
