"""What every button is about, and what it asks for: a case, a draft, or nothing of somebody's."""

from collections.abc import Mapping
from typing import Final

from bot.app.case_forms import DOINGS
from bot.domain.permissions import Doing
from bot.screens.press import Verb

STEP: Final = "acknowledge"

NONE: Final = "0" * 32
"""No case's id, and no draft's."""

OF_CASES: Final[Mapping[Verb, Doing]] = {
    **DOINGS,
    Verb.OPEN_CASE: Doing.VIEW,
    Verb.WHY_DATE: Doing.VIEW,
    Verb.ADD: Doing.ADD_TO_REPORT,
    Verb.MOVED_TO_FILE: Doing.RECORD_MOVED_TO_FILE,
    Verb.GET_FILE: Doing.WRITE_LETTERS,
    Verb.DECLARE_INTEREST: Doing.DECLARE_INTEREST,
}
OF_NONE: Final[Mapping[Verb, Doing]] = {
    Verb.REPORT: Doing.REPORT,
    Verb.MY_REPORTS: Doing.SEE_OWN_REPORTS,
    Verb.CASES: Doing.LIST_CASES,
    Verb.FIND_PERSON: Doing.FIND_PERSON,
    Verb.TERM_REPORT: Doing.SEE_TERM_REPORT,
    Verb.HOLD_DIGEST: Doing.HOLD_DIGEST,
    Verb.POST_DIGEST: Doing.POST_DIGEST,
}
OF_A_WRITER: Final = frozenset(
    {Verb.RESUME, Verb.MY_WORDS, Verb.ALERT_NOW, Verb.REMOVE_FILE, Verb.WITHDRAW}
)
TYPED: Final = frozenset({Verb.AWAY, Verb.BACK})
"""Are only ever typed: as buttons they are none of ours."""

NAMES_MORE: Final = frozenset(
    {*OF_A_WRITER, Verb.GET_FILE, Verb.DRAFT_LETTER, Verb.ISSUE_LETTER, Verb.TERM_REPORT}
)
"""May be refused to somebody who is permitted too: what they name is not there."""

LAST: Final = (Verb.MOVED_TO_FILE, Verb.REOPEN, Verb.WITHDRAW, Verb.DECLARE_INTEREST)
"""What changes who may do what; so it is done after everything else."""
