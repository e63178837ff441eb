"""Every look at a case and every refusal is an entry of its record (PRODUCT, section 1)."""

from pathlib import Path

import pytest

from bot.app.evidence import read_evidence
from bot.app.inbound import Asked, Inbound, Pressed
from bot.app.respond import respond
from bot.app.work_case import work_case
from bot.domain.commands import LinkCase
from bot.domain.errors import Invalid, Refused
from bot.domain.events import AccessRefused, CaseViewed
from bot.domain.ids import CaseId, Cause
from bot.domain.personal import Personal
from bot.screens.press import Press, Verb
from tests.builders import SchoolAtWork, a_school


def looks(school: SchoolAtWork, case: CaseId) -> int:
    return sum(isinstance(each.event, CaseViewed) for each in school.file(case).entries)


def refusals(school: SchoolAtWork, case: CaseId) -> int:
    return sum(isinstance(each.event, AccessRefused) for each in school.file(case).entries)


def press(school: SchoolAtWork, who: str, what: Press, cause: str = "c") -> None:
    act = Pressed(what)
    respond(school.school, Inbound(school.person(who), Cause(cause), act))


@pytest.mark.parametrize(
    "verb", [Verb.OPEN_CASE, Verb.WHY_DATE, Verb.ANSWER, Verb.EXTEND, Verb.SNOOZE]
)
def test_what_shows_the_case_is_a_look_at_it(tmp_path: Path, verb: Verb) -> None:
    school = a_school(tmp_path)
    case = school.report()
    press(school, "head", Press(verb, case, "acknowledge", 1))
    assert looks(school, case) == 1


def test_the_same_act_again_is_one_look(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    for _ in range(2):
        press(school, "head", Press(Verb.OPEN_CASE, case))
    assert looks(school, case) == 1


@pytest.mark.parametrize("verb", list(Verb))
def test_a_refused_button_is_on_the_record_once(tmp_path: Path, verb: Verb) -> None:
    about_a_case = set(Verb) - {
        *(Verb.REPORT, Verb.RESUME, Verb.WITHDRAW, Verb.ALERT_NOW, Verb.REMOVE_FILE),
        *(Verb.MY_WORDS, Verb.FIND_PERSON, Verb.TERM_REPORT, Verb.GO_ON),
        *(Verb.MY_REPORTS, Verb.CASES, Verb.AWAY, Verb.BACK, Verb.HOLD_DIGEST, Verb.POST_DIGEST),
    }
    school = a_school(tmp_path)
    case = school.report()
    for _ in range(2):
        press(school, "staff-2", Press(verb, case, "acknowledge", 1))
    assert refusals(school, case) == (verb in about_a_case)


def test_a_refused_reference_is_on_the_record(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    typed = Asked(Personal("case 2026-001"))
    respond(school.school, Inbound(school.person("deputy"), Cause("c"), typed))
    assert refusals(school, case) == 1


def test_a_refused_picture_is_on_the_record(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(files=["a.png"])
    (picture,) = school.state(case).evidence
    with pytest.raises(Refused):
        read_evidence(school.school, school.person("dsl"), picture.evidence)
    assert refusals(school, case) == 1


def test_a_reference_tried_in_another_case_is_on_its_record(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    own, other = school.report(), school.report(about={"head"})
    with school.acting("head") as act, pytest.raises(Invalid):
        work_case(act, own, LinkCase(other))
    assert refusals(school, other) == 1
