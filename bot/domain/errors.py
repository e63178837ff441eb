"""What can go wrong, as one small tree; every message says what is wrong and how to mend it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class ReportPostError(Exception):
    """The root of every error that Report Post raises on purpose."""


class Why(StrEnum):
    """Why an input was not accepted; the wording of each is in ``bot.screens.wording``."""

    MISSING = "missing"
    NOT_ASKED = "not-asked"
    NOT_AN_OPTION = "not-an-option"
    ALONE = "alone"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    NOT_A_LINK = "not-a-link"
    NOT_A_DATE = "not-a-date"
    IN_THE_PAST = "in-the-past"
    IN_THE_FUTURE = "in-the-future"
    REASON_NEEDED = "reason-needed"
    NOT_PENDING = "not-pending"
    ALREADY_ANSWERED = "already-answered"
    CASE_CLOSED = "case-closed"
    CASE_OPEN = "case-open"
    NO_SUCH_CASE = "no-such-case"
    NO_SUCH_STEP = "no-such-step"
    NO_SUCH_OUTCOME = "no-such-outcome"
    CANNOT_SNOOZE = "cannot-snooze"
    NOT_AN_ACTION = "not-an-action"
    NOT_YET_STILL_UP = "not-yet-still-up"
    FURTHER_ACTION_CLOSED = "further-action-closed"
    FURTHER_ACTION_OPEN = "further-action-open"
    NOBODY_HOLDS_IT = "nobody-holds-it"
    EXCLUDED_THERE = "excluded-there"
    NOTHING_TO_CORRECT = "nothing-to-correct"
    ALREADY_HELD = "already-held"
    NO_DIGEST_WAITING = "no-digest-waiting"
    FILES_FORBIDDEN = "files-forbidden"
    FILE_REFUSED = "file-refused"
    DRAFT_GONE = "draft-gone"
    OUT_OF_DATE = "out-of-date"
    NOT_A_DANGER = "not-a-danger"
    SAME_CASE = "same-case"
    CALENDAR_ENDS = "calendar-ends"
    HOLD_ALREADY = "hold-already"
    NO_HOLD = "no-hold"
    NO_CHILD_CONCERNED = "no-child-concerned"
    NO_LETTER = "no-letter"
    LETTER_REFUSED = "letter-refused"
    LETTER_NOT_CHOSEN = "letter-not-chosen"
    TOO_MANY_LETTERS = "too-many-letters"
    TEMPLATE_UNUSABLE = "template-unusable"


class Invalid(ReportPostError):
    """Permitted, but the input is not accepted; nothing has changed.

    ``problems`` maps the field (a question's id, or ``""`` for the whole) to why; ``facts`` holds
    what the wording of it needs (numbers, dates, labels; never personal text).
    """

    def __init__(self, problems: Mapping[str, Why], **facts: object) -> None:
        self.problems = dict(problems)
        self.facts = facts
        super().__init__("; ".join(f"{field or 'input'}: {why}" for field, why in problems.items()))


class Refused(ReportPostError):
    """Not permitted. Says nothing about whether a case exists (PRODUCT, section 1)."""

    def __init__(self, reason: str = "not-for-you") -> None:
        self.reason = reason
        super().__init__(reason)


class CalendarEndsTooSoon(ReportPostError):
    """A date lies past the last known term; the school's calendar must be continued."""

    def __init__(self, ends_on: date) -> None:
        self.ends_on = ends_on
        super().__init__(
            f"The school calendar ends on {ends_on:%d %B %Y}. Add the next term to school.toml."
        )


class PolicyNotAccepted(ReportPostError):
    """A policy pack has problems; each names its place and how to mend it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class SettingsNotAccepted(ReportPostError):
    """``school.toml`` or the environment has problems; each names its place and how to mend it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
