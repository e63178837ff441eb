"""Who may do what: one table of standing by action. Exclusion is looked at before any role.

A standing is what somebody is to a case (or to the bot, where there is no case). A refusal carries
no word about whether a case exists (PRODUCT, section 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.ids import Role
from bot.domain.people import (
    LEADERS,
    Roster,
    Who,
    deputy_has_it,
    first_owner_is_out,
    holders_left,
    is_excluded,
    owner_of,
)
from bot.domain.policy import Policy
from bot.domain.step_rules import StepRule

if TYPE_CHECKING:
    from bot.domain.case import CaseState


class Standing(StrEnum):
    """What somebody is to a case, or to the bot."""

    WORKS_IT = "works it"
    """The head, the owner, a deputy it has come to, a chair where the head is out."""
    HEADS_IT = "heads it"
    """Works it, and holds a role that owns cases: the head, a chair, never a deputy alone."""
    SAFEGUARDS = "safeguards"
    """The DSL, on a case with a safeguarding side."""
    REPORTED_IT = "reported it"
    STAFF = "staff"
    LEADS = "leads"
    """Holds head, deputy, dsl or chair."""
    HEADS = "heads"
    """Holds head."""
    RUNS_THE_BOT = "runs the bot"


class Doing(StrEnum):
    """Everything that is asked about."""

    REPORT = "report"
    SEE_OWN_REPORTS = "see own reports"
    LIST_CASES = "list cases"
    GO_AWAY = "go away"
    HOLD_DIGEST = "hold digest"
    POST_DIGEST = "post digest"
    DIGEST_HERE = "digest here"
    SEE_HEALTH = "see health"
    ADD_TO_REPORT = "add to report"
    SEE_STATUS = "see status"
    VIEW = "view"
    SEE_EVIDENCE = "see evidence"
    ANSWER_FOR_SAFEGUARDING = "answer for safeguarding"
    ANSWER = "answer"
    CORRECT = "correct"
    NOTE = "note"
    DECLARE_INTEREST = "declare interest"
    SNOOZE = "snooze"
    EXTEND = "extend"
    START_AGAIN = "start again"
    OPEN_FURTHER_ACTION = "open further action"
    PASS_ON = "pass on"  # noqa: S105 - what is passed on is a case
    EXCLUDE = "exclude"
    LINK = "link"
    REOPEN = "reopen"
    WRITE_LETTERS = "write letters"
    HAND_OVER = "hand over"
    SET_LEGAL_HOLD = "set legal hold"
    RECORD_MOVED_TO_FILE = "record moved to file"
    RECORD_WHO_KNOWS = "record who knows"
    FIND_PERSON = "find a person"
    SEE_TERM_REPORT = "see term report"


_WORKS = frozenset({Standing.WORKS_IT})
_SEES = frozenset({Standing.WORKS_IT, Standing.SAFEGUARDS})

TABLE: Mapping[Doing, frozenset[Standing]] = {
    # A guest who is named in a role is admitted to that role alone, and reports nothing.
    Doing.REPORT: frozenset({Standing.STAFF}),
    Doing.SEE_OWN_REPORTS: frozenset({Standing.STAFF}),
    Doing.LIST_CASES: frozenset({Standing.LEADS}),
    Doing.GO_AWAY: frozenset({Standing.HEADS}),
    Doing.HOLD_DIGEST: frozenset({Standing.HEADS}),
    Doing.POST_DIGEST: frozenset({Standing.HEADS}),
    Doing.DIGEST_HERE: frozenset({Standing.HEADS, Standing.RUNS_THE_BOT}),
    Doing.SEE_HEALTH: frozenset({Standing.RUNS_THE_BOT}),
    Doing.ADD_TO_REPORT: frozenset({Standing.REPORTED_IT}),
    Doing.SEE_STATUS: frozenset({Standing.REPORTED_IT}),
    Doing.VIEW: _SEES,
    Doing.SEE_EVIDENCE: _SEES,
    Doing.ANSWER_FOR_SAFEGUARDING: _SEES,
    Doing.ANSWER: _WORKS,
    Doing.CORRECT: _WORKS,
    Doing.NOTE: _SEES,
    Doing.DECLARE_INTEREST: _SEES,
    Doing.SNOOZE: _WORKS,
    Doing.EXTEND: _WORKS,
    Doing.START_AGAIN: _WORKS,
    Doing.OPEN_FURTHER_ACTION: _WORKS,
    Doing.PASS_ON: _WORKS,
    Doing.EXCLUDE: _WORKS,
    Doing.LINK: _WORKS,
    Doing.REOPEN: _WORKS,
    Doing.WRITE_LETTERS: _WORKS,
    Doing.HAND_OVER: _WORKS,
    # It outlives every month of the pack, so nobody who only stands in decides on it.
    Doing.SET_LEGAL_HOLD: frozenset({Standing.HEADS_IT}),
    Doing.RECORD_MOVED_TO_FILE: _SEES,
    Doing.RECORD_WHO_KNOWS: _SEES,
    Doing.FIND_PERSON: frozenset({Standing.HEADS}),
    Doing.SEE_TERM_REPORT: frozenset({Standing.HEADS}),
}


@dataclass(frozen=True)
class Allowed:
    """Permitted, and by which standing."""

    by: frozenset[Standing]


@dataclass(frozen=True)
class NotAllowed:
    """Not permitted; the reason is for the record, never for the person."""

    reason: str


def may(
    who: Who,
    doing: Doing,
    roster: Roster,
    case: "CaseState | None" = None,
    policy: Policy | None = None,
    today: date = date.min,
) -> Allowed | NotAllowed:
    """Whether somebody may do it; ``case`` and ``policy`` where it is about a case."""
    if case is None or policy is None:
        standing = standing_of(who)
    else:
        standing = standing_in(who, case, policy, roster, today)
    by = standing & TABLE[doing]
    if by:
        return Allowed(by)
    return NotAllowed(f"{doing}: needs one of {', '.join(sorted(TABLE[doing]))}")


def standing_of(who: Who) -> frozenset[Standing]:
    """What somebody is to the bot, where there is no case."""
    found = {
        Standing.STAFF: Role.STAFF in who.roles,
        Standing.LEADS: bool(who.roles & LEADERS),
        Standing.HEADS: Role.HEAD in who.roles,
        Standing.RUNS_THE_BOT: Role.ADMIN in who.roles,
    }
    return frozenset(standing for standing, holds in found.items() if holds)


def standing_in(
    who: Who, case: "CaseState", policy: Policy, roster: Roster, today: date
) -> frozenset[Standing]:
    """What somebody is to a case. The excluded keep nothing but their own report."""
    found: set[Standing] = set()
    if Role.STAFF in who.roles and who.person in case.reporters:
        found.add(Standing.REPORTED_IT)
    if is_excluded(case, who.person, roster):
        return frozenset(found)
    if Role.DSL in who.roles and case.safeguarding:
        found.add(Standing.SAFEGUARDS)
    if _works_it(who, case, policy, roster, today):
        found.add(Standing.WORKS_IT)
        if not who.roles.isdisjoint(policy.owner.roles):
            found.add(Standing.HEADS_IT)
    return frozenset(found)


def _works_it(who: Who, case: "CaseState", policy: Policy, roster: Roster, today: date) -> bool:
    first, *later = policy.owner.roles
    if first in who.roles:
        return True
    owner = owner_of(case, policy, roster)
    if owner and owner.person == who.person and owner.role in who.roles:
        return True
    if first_owner_is_out(case, policy, roster):
        # The case is with the first of the later roles that has somebody left: with all of them.
        with_role = next((role for role in later if holders_left(case, role, roster)), None)
        return with_role in who.roles
    return Role.DEPUTY in who.roles and deputy_has_it(case, policy, roster, who, today)


def doing_of(rule: StepRule) -> Doing:
    """What answering this step is: some steps the DSL answers too."""
    return Doing.ANSWER_FOR_SAFEGUARDING if Role.DSL in rule.for_roles else Doing.ANSWER
