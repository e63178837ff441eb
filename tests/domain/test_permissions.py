"""Who may do what: every role, action and kind of case, in one table (PRODUCT, section 1)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from bot.domain.case import Told
from bot.domain.events import CasePassedOn, PersonExcluded, PersonTold
from bot.domain.ids import MessageKind, PersonId, Role
from bot.domain.people import Roster, Who
from bot.domain.permissions import TABLE, Allowed, Doing, may
from bot.domain.personal import Personal
from tests.builders import a_report, an_answer
from tests.domain.at_work import (
    ADMIN,
    CHAIR,
    CHAIR_2,
    DEPUTY,
    DSL,
    HEAD,
    HOLDERS,
    MONDAY,
    ROSTER,
    STAFF,
    STAFF_2,
    CaseAtWork,
    a_case,
)

WHY = Personal("because")
TODAY = date(2026, 11, 23)
STRANGER = PersonId("stranger")
# Chairs are guests, as in most schools; the guest and the stranger hold no role at all.
PEOPLE = {
    "reporter": Who(STAFF, frozenset({Role.STAFF})),
    "colleague": Who(STAFF_2, frozenset({Role.STAFF})),
    "head": Who(HEAD, frozenset({Role.HEAD, Role.STAFF})),
    "deputy": Who(DEPUTY, frozenset({Role.DEPUTY, Role.STAFF})),
    "dsl": Who(DSL, frozenset({Role.DSL, Role.STAFF})),
    "chair": Who(CHAIR, frozenset({Role.CHAIR})),
    "chair-2": Who(CHAIR_2, frozenset({Role.CHAIR})),
    "admin": Who(ADMIN, frozenset({Role.ADMIN, Role.STAFF})),
    "guest": Who(PersonId("guest"), frozenset()),
    "stranger": Who(STRANGER, frozenset()),
}

WORKS = {
    Doing.VIEW, Doing.SEE_EVIDENCE, Doing.ANSWER_FOR_SAFEGUARDING, Doing.ANSWER, Doing.CORRECT,
    Doing.NOTE, Doing.DECLARE_INTEREST, Doing.SNOOZE, Doing.EXTEND, Doing.START_AGAIN,
    Doing.OPEN_FURTHER_ACTION, Doing.PASS_ON, Doing.EXCLUDE, Doing.LINK, Doing.REOPEN,
    Doing.WRITE_LETTERS, Doing.HAND_OVER, Doing.SET_LEGAL_HOLD, Doing.RECORD_MOVED_TO_FILE,
    Doing.RECORD_WHO_KNOWS,
}  # fmt: skip
SAFEGUARDS = {
    Doing.VIEW, Doing.SEE_EVIDENCE, Doing.ANSWER_FOR_SAFEGUARDING, Doing.NOTE,
    Doing.DECLARE_INTEREST, Doing.RECORD_MOVED_TO_FILE, Doing.RECORD_WHO_KNOWS,
}  # fmt: skip
STANDS_IN = WORKS - {Doing.SET_LEGAL_HOLD}
OWN = {Doing.ADD_TO_REPORT, Doing.SEE_STATUS}
OF_A_CASE = WORKS | OWN
NOTHING: set[Doing] = set()


@dataclass(frozen=True)
class Kind:
    """A kind of case, and who may do what in it."""

    make: Callable[[], CaseAtWork]
    allowed: dict[str, set[Doing]]
    roster: Roster = ROSTER


def closed() -> CaseAtWork:
    case = a_case()
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    assert case.state.closed
    return case


def told(kind: MessageKind) -> Callable[[], CaseAtWork]:
    def make() -> CaseAtWork:
        case = a_case()
        case.record(PersonTold(kind, DEPUTY, frozenset({Role.DEPUTY})))
        return case

    return make


def told_of_a_case_about_the_head() -> CaseAtWork:
    case = a_case(a_report(about={"head"}))
    state = case.state
    case.states.append(replace(state, told=(Told(MessageKind.URGENT_CASE, DEPUTY, MONDAY),)))
    return case


def passed_on(to: Role, person: PersonId) -> Callable[[], CaseAtWork]:
    def make() -> CaseAtWork:
        case = a_case()
        case.record(CasePassedOn(to, person, WHY))
        return case

    return make


def passed_on_then_about_the_head() -> CaseAtWork:
    case = passed_on(Role.DEPUTY, DEPUTY)()
    case.join(a_report(about={"head"}), by=STAFF)
    return case


def excluded(person: PersonId) -> Callable[[], CaseAtWork]:
    def make() -> CaseAtWork:
        case = a_case(a_report(safety={"unsure"}))
        case.record(PersonExcluded(person, ROSTER.roles_of(person), WHY))
        return case

    return make


def about(*whom: str) -> Callable[[], CaseAtWork]:
    return lambda: a_case(a_report(about=set(whom), safety={"unsure"}))


AWAY = Roster(HOLDERS, {HEAD: TODAY})
BACK = Roster(HOLDERS, {HEAD: date(2026, 11, 22)})
NO_DEPUTY = Roster({**HOLDERS, Role.DEPUTY: ()})
SMALL = Roster({**HOLDERS, Role.DSL: (HEAD,), Role.DEPUTY: (DSL,)})
BOTH_CHAIRS = {"chair": WORKS, "chair-2": WORKS}

KINDS = {
    "open": Kind(a_case, {"head": WORKS}),
    "closed": Kind(closed, {"head": WORKS}),
    "with a safeguarding side": Kind(
        lambda: a_case(a_report(safety={"unsure"})), {"head": WORKS, "dsl": SAFEGUARDS}
    ),
    "passed on to the deputy": Kind(
        passed_on(Role.DEPUTY, DEPUTY), {"head": WORKS, "deputy": STANDS_IN}
    ),
    "passed on to a chair": Kind(passed_on(Role.CHAIR, CHAIR_2), {"head": WORKS, "chair-2": WORKS}),
    "passed on, then about the head": Kind(passed_on_then_about_the_head, BOTH_CHAIRS),
    "the head is away": Kind(a_case, {"head": WORKS, "deputy": STANDS_IN}, AWAY),
    "the head was away until yesterday": Kind(a_case, {"head": WORKS}, BACK),
    "away, but the deputy is excluded": Kind(
        excluded(DEPUTY), {"head": WORKS, "dsl": SAFEGUARDS}, AWAY
    ),
    "the deputy was told that it is urgent": Kind(
        told(MessageKind.URGENT_CASE), {"head": WORKS, "deputy": STANDS_IN}
    ),
    "the deputy was told that it is overdue": Kind(
        told(MessageKind.OVERDUE_TO_DEPUTY), {"head": WORKS, "deputy": STANDS_IN}
    ),
    "the deputy was told something else": Kind(told(MessageKind.ROUND_UP), {"head": WORKS}),
    "about the head": Kind(about("head"), {**BOTH_CHAIRS, "dsl": SAFEGUARDS}),
    "about the head, told to the deputy before": Kind(told_of_a_case_about_the_head, BOTH_CHAIRS),
    "about the head and the chairs": Kind(about("head", "chair"), {"dsl": SAFEGUARDS}),
    "about the dsl": Kind(about("dsl"), {"head": WORKS}),
    "about the deputy": Kind(about("deputy"), {"head": WORKS, "dsl": SAFEGUARDS}, AWAY),
    "the head declared an interest": Kind(excluded(HEAD), {**BOTH_CHAIRS, "dsl": SAFEGUARDS}),
    "a chair is excluded beside the head": Kind(
        lambda: _and_excluded(about("head")(), CHAIR), {"chair-2": WORKS, "dsl": SAFEGUARDS}
    ),
    "nobody is deputy": Kind(a_case, {"head": WORKS}, Roster({**NO_DEPUTY.holders}, {HEAD: TODAY})),
    "about the dsl, who is the head": Kind(about("dsl"), BOTH_CHAIRS, SMALL),
}


def _and_excluded(case: CaseAtWork, person: PersonId) -> CaseAtWork:
    case.record(PersonExcluded(person, ROSTER.roles_of(person), WHY))
    return case


def with_roles(who: Who, roster: Roster) -> Who:
    """The person with the roles of that ``school.toml``."""
    return replace(who, roles=roster.roles_of(who.person) | who.roles & {Role.STAFF})


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("label", PEOPLE)
def test_who_may_do_what_in_a_case(kind: Kind, label: str) -> None:
    who = with_roles(PEOPLE[label], kind.roster)
    case = kind.make()
    allowed = {
        doing
        for doing in OF_A_CASE
        if isinstance(may(who, doing, kind.roster, case.state, case.policy, TODAY), Allowed)
    }
    own = OWN if label == "reporter" else NOTHING
    assert allowed == kind.allowed.get(label, NOTHING) | own


AT_ALL = {
    Doing.REPORT: {"reporter", "colleague", "head", "deputy", "dsl", "admin"},
    Doing.SEE_OWN_REPORTS: {"reporter", "colleague", "head", "deputy", "dsl", "admin"},
    Doing.LIST_CASES: {"head", "deputy", "dsl", "chair", "chair-2"},
    Doing.GO_AWAY: {"head"},
    Doing.HOLD_DIGEST: {"head"},
    Doing.POST_DIGEST: {"head"},
    Doing.DIGEST_HERE: {"head", "admin"},
    Doing.SEE_HEALTH: {"admin"},
    Doing.FIND_PERSON: {"head"},
    Doing.SEE_TERM_REPORT: {"head"},
}


@pytest.mark.parametrize("label", PEOPLE)
@pytest.mark.parametrize("doing", AT_ALL)
def test_who_may_do_what_where_there_is_no_case(label: str, doing: Doing) -> None:
    answer = may(PEOPLE[label], doing, ROSTER)
    assert isinstance(answer, Allowed) == (label in AT_ALL[doing])


def test_everything_that_is_asked_about_stands_in_the_tables() -> None:
    assert set(TABLE) == set(Doing) == OF_A_CASE | set(AT_ALL)


@pytest.mark.parametrize("label", ["head", "dsl", "deputy"])
def test_somebody_excluded_keeps_their_own_report_and_nothing_else(label: str) -> None:
    person = PEOPLE[label].person
    case = a_case(a_report(about={"head", "deputy", "dsl"}, safety={"unsure"}))
    case.join(a_report(), by=person)
    allowed = {
        doing
        for doing in OF_A_CASE
        if isinstance(may(PEOPLE[label], doing, ROSTER, case.state, case.policy, TODAY), Allowed)
    }
    assert allowed == OWN


def test_a_reporter_who_has_left_the_school_sees_nothing_more() -> None:
    case = a_case()
    left = Who(STAFF, frozenset())
    for doing in OWN:
        assert not isinstance(may(left, doing, ROSTER, case.state, case.policy, TODAY), Allowed)


def test_a_refusal_says_the_same_whether_there_is_a_case_or_none() -> None:
    case = a_case()
    stranger = PEOPLE["stranger"]
    with_case = may(stranger, Doing.VIEW, ROSTER, case.state, case.policy, TODAY)
    assert with_case == may(stranger, Doing.VIEW, ROSTER)
