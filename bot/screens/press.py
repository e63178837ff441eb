"""What a button and a form carry back: small, checked, and never trusted.

Both are encoded as one short line, so that they fit a Slack ``value`` (2,000 characters), a Slack
``callback_id`` (255) and a form field. Nobody may do anything because a press says so: permission
is asked again when it arrives.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verb(StrEnum):
    """Everything a button can ask for."""

    REPORT = "report"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    ALERT_NOW = "alert-now"
    REMOVE_FILE = "remove-file"
    ADD = "add"
    MY_WORDS = "my-words"
    MY_REPORTS = "my-reports"
    CASES = "cases"
    OPEN_CASE = "open-case"
    WHY_DATE = "why-date"
    ANSWER = "answer"
    SNOOZE = "snooze"
    EXTEND = "extend"
    NEW_ROUND = "new-round"
    CORRECT = "correct"
    FURTHER_ACTION = "further-action"
    PASS_ON = "pass-on"  # noqa: S105 - what is passed on is a case
    EXCLUDE = "exclude"
    DECLARE_INTEREST = "declare-interest"
    NOTE = "note"
    LINK = "link"
    REOPEN = "reopen"
    AWAY = "away"
    BACK = "back"
    HOLD_DIGEST = "hold-digest"
    POST_DIGEST = "post-digest"
    DRAFT_LETTER = "draft-letter"
    ISSUE_LETTER = "issue-letter"
    GET_FILE = "get-file"
    HAND_OVER = "hand-over"
    LEGAL_HOLD = "legal-hold"
    MOVED_TO_FILE = "moved-to-file"
    WHO_KNOWS = "who-knows"
    FIND_PERSON = "find-person"
    TERM_REPORT = "term-report"
    GO_ON = "go-on"
    """With what was kept until its writer said for which of their schools it is."""


_STEP = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SCHOOL = re.compile(r"[a-z0-9-]{1,40}")


_NOT_PLAIN = re.compile(r"[\x00\ud800-\udfff]")


def is_plain(text: str) -> bool:
    """Whether it can be a name of ours: databases take no NUL, and nobody half a character."""
    return _NOT_PLAIN.search(text) is None


class NotOurs(ValueError):
    """A press or form reference that the bot did not make."""


@dataclass(frozen=True)
class Press:
    """What a button asks for. Unused parts are empty."""

    verb: Verb
    subject: str = ""
    """A case's, a draft's or another thing's id."""
    step: str = ""
    round: int = 0
    what: str = ""
    """An outcome, a page or a file."""
    school: str = ""
    """Which school's screen it stands on, where several are served together."""

    def encode(self) -> str:
        """One line of JSON."""
        parts = [self.verb, self.subject, self.step, self.round, self.what]
        if self.school:
            parts.append(self.school)
        return json.dumps(parts, separators=(",", ":"))


def read_press(text: str) -> Press:
    """The press that ``encode`` wrote. Raises ``NotOurs``."""
    try:
        verb, subject, step, round_, what, *more = json.loads(text)
        (school,) = more or ("",)
        press = Press(Verb(verb), subject, step, round_, what, school)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise NotOurs from wrong
    texts = (subject, step, what, school)
    if not all(isinstance(part, str) for part in texts) or type(round_) is not int:
        raise NotOurs
    if (step and not _STEP.fullmatch(step)) or not (is_plain(subject) and is_plain(what)):
        raise NotOurs
    if more and not _SCHOOL.fullmatch(school):
        raise NotOurs
    return press


@dataclass(frozen=True)
class FormRef:
    """Which form this is, of what, and at which revision; a form is acted on once."""

    press: Press
    page: str = ""
    revision: int = 0

    def encode(self) -> str:
        """One line of JSON."""
        return json.dumps([self.press.encode(), self.page, self.revision], separators=(",", ":"))


def read_form_ref(text: str) -> FormRef:
    """The reference that ``encode`` wrote. Raises ``NotOurs``."""
    try:
        press, page, revision = json.loads(text)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise NotOurs from wrong
    if not (isinstance(press, str) and isinstance(page, str) and type(revision) is int):
        raise NotOurs
    if not is_plain(page):
        raise NotOurs
    return FormRef(read_press(press), page, revision)


ONLY_SHOWS: Final = frozenset(
    {Verb.OPEN_CASE, Verb.WHY_DATE, Verb.CASES, Verb.MY_REPORTS, Verb.MY_WORDS, Verb.TERM_REPORT}
)
"""What only shows something: it is asked for when it can be shown, and not before."""


def what_was_told(form: FormRef) -> Press | None:
    """What shows, on demand, the words that a form in a chat may not repeat; nothing for some."""
    press = form.press
    if press.verb is Verb.REPORT:
        return Press(Verb.MY_WORDS, press.subject, school=press.school)
    no_case = press.verb in (Verb.ADD, Verb.FIND_PERSON)
    return None if no_case else Press(Verb.OPEN_CASE, press.subject, school=press.school)
