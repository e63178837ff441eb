"""Who owns a case, who is told, and who steps in for whom (PRODUCT, section 1)."""

from datetime import date

import pytest

from bot.domain.events import CasePassedOn, InterestDeclared, PersonExcluded
from bot.domain.ids import PersonId, Role
from bot.domain.people import (
    Owner,
    Roster,
    is_anyone_excluded,
    owner_of,
    stands_for,
    who_hears,
)
from bot.domain.personal import Personal
from tests.builders import a_report
from tests.domain.at_work import (
    ADMIN,
    CHAIR,
    CHAIR_2,
    DEPUTY,
    DSL,
    DSL_2,
    HEAD,
    HOLDERS,
    ROSTER,
    CaseAtWork,
    a_case,
)

WHY = Personal("because")
TODAY = date(2026, 11, 23)
HEAD_2 = PersonId("head-2")


def owner(case: CaseAtWork, roster: Roster = ROSTER) -> Owner | None:
    return owner_of(case.state, case.policy, roster)


def hears(case: CaseAtWork, roster: Roster) -> PersonId:
    found = owner(case, roster)
    assert found is not None
    return who_hears(case.state, found, case.policy, roster, TODAY)


def stands(case: CaseAtWork, role: Role, roster: Roster = ROSTER) -> PersonId | None:
    return stands_for(case.state, role, case.policy, roster, TODAY)


def test_the_head_owns_a_case() -> None:
    assert owner(a_case()) == Owner(Role.HEAD, HEAD)


def test_a_case_about_the_head_goes_to_the_chair_and_never_to_the_deputy() -> None:
    case = a_case(a_report(about={"head"}))
    assert owner(case) == Owner(Role.CHAIR, CHAIR)
    case.record(PersonExcluded(CHAIR, frozenset({Role.CHAIR})))
    assert owner(case) == Owner(Role.CHAIR, CHAIR_2)
    case.record(PersonExcluded(CHAIR_2, frozenset({Role.CHAIR})))
    assert owner(case) is None


def test_a_second_head_steps_in_before_the_chair() -> None:
    roster = Roster({**HOLDERS, Role.HEAD: (HEAD, HEAD_2)})
    case = a_case(roster=roster)
    case.record(InterestDeclared(), by=HEAD)
    assert owner(case, roster) == Owner(Role.HEAD, HEAD_2)


def test_a_later_report_about_the_head_moves_the_case_at_that_moment() -> None:
    case = a_case()
    case.record(CasePassedOn(Role.DEPUTY, DEPUTY, WHY))
    assert owner(case) == Owner(Role.DEPUTY, DEPUTY)
    case.join(a_report(about={"head"}))
    assert owner(case) == Owner(Role.CHAIR, CHAIR)


def test_a_case_passed_on_to_somebody_who_is_out_later_comes_back() -> None:
    case = a_case()
    case.record(CasePassedOn(Role.DEPUTY, DEPUTY, WHY))
    case.join(a_report(about={"deputy"}))
    assert owner(case) == Owner(Role.HEAD, HEAD)


def test_a_case_that_waits_goes_to_a_holder_who_is_added() -> None:
    case = a_case(a_report(about={"head", "chair"}))
    assert owner(case) is None
    case = a_case(a_report(about={"head"}))
    case.record(*(PersonExcluded(each, frozenset({Role.CHAIR})) for each in (CHAIR, CHAIR_2)))
    added = PersonId("new-chair")
    roster = Roster({**HOLDERS, Role.CHAIR: (CHAIR, CHAIR_2, added)})
    assert owner(case, roster) == Owner(Role.CHAIR, added)


def test_while_the_head_is_away_the_deputy_hears() -> None:
    assert hears(a_case(), Roster(HOLDERS, {HEAD: TODAY})) == DEPUTY
    assert hears(a_case(), Roster(HOLDERS, {HEAD: date(2026, 11, 22)})) == HEAD


def test_a_case_excluded_for_the_deputy_stays_with_the_head_who_is_away() -> None:
    case = a_case(a_report(about={"deputy"}))
    assert hears(case, Roster(HOLDERS, {HEAD: TODAY})) == HEAD


def test_a_second_head_who_is_here_hears_before_the_deputy() -> None:
    roster = Roster({**HOLDERS, Role.HEAD: (HEAD, HEAD_2)}, {HEAD: TODAY})
    assert hears(a_case(roster=roster), roster) == HEAD_2


def test_for_the_dsl_the_next_holder_steps_in_and_then_the_owner() -> None:
    case = a_case(a_report(safety={"unsure"}))
    roster = Roster({**HOLDERS, Role.DSL: (DSL, DSL_2)})
    assert stands(case, Role.DSL, roster) == DSL
    case.record(PersonExcluded(DSL, frozenset({Role.DSL})))
    assert stands(case, Role.DSL, roster) == DSL_2
    assert stands(case, Role.DSL) == HEAD


def test_for_the_dsl_of_a_case_about_the_head_the_chair_steps_in() -> None:
    assert stands(a_case(a_report(about={"head", "dsl"})), Role.DSL) == CHAIR


def test_for_a_dsl_who_is_the_head_and_away_the_deputy_hears() -> None:
    roster = Roster({**HOLDERS, Role.DSL: (HEAD,)}, {HEAD: TODAY})
    assert stands(a_case(roster=roster), Role.DSL, roster) == DEPUTY


def test_a_dsl_who_is_the_head_and_away_hears_if_nobody_else_may() -> None:
    roster = Roster({**HOLDERS, Role.DSL: (HEAD,), Role.DEPUTY: ()}, {HEAD: TODAY})
    assert stands(a_case(roster=roster), Role.DSL, roster) == HEAD


def test_in_a_small_school_one_exclusion_counts_for_every_role_of_a_person() -> None:
    roster = Roster({**HOLDERS, Role.DSL: (HEAD,), Role.DEPUTY: (HEAD,)})
    case = a_case(a_report(about={"deputy"}), roster=roster)
    assert owner(case, roster) == Owner(Role.CHAIR, CHAIR)
    assert stands(case, Role.DSL, roster) == CHAIR


@pytest.mark.parametrize(
    ("out", "left_out"),
    [(HEAD, True), (DEPUTY, True), (DSL, True), (CHAIR_2, True), (ADMIN, False)],
)
def test_the_digest_leaves_out_what_excludes_any_leader(out: PersonId, *, left_out: bool) -> None:
    case = a_case()
    case.record(PersonExcluded(out, ROSTER.roles_of(out)))
    assert is_anyone_excluded(case.state, ROSTER) is left_out


def test_the_digest_leaves_out_what_is_about_a_role_that_nobody_holds() -> None:
    roster = Roster({**HOLDERS, Role.DEPUTY: ()})
    assert is_anyone_excluded(a_case(a_report(about={"deputy"})).state, roster)
