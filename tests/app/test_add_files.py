"""A picture that is added to an own report is never lost (PRODUCT, section 1, staff)."""

from pathlib import Path

from bot.app.inbound import Changed, Inbound, Pressed, Upload
from bot.app.respond import respond
from bot.domain.ids import Cause
from bot.journeys.sample import file_named
from bot.screens.nodes import Form
from bot.screens.press import Press, Verb
from tests.builders import SchoolAtWork, a_school


def test_a_file_chosen_while_adding_is_added_at_once_even_after_a_wrong_one(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    add = respond(school.school, adding(school, Pressed(Press(Verb.ADD, case)), "1")).show
    assert isinstance(add, Form)
    wrong = {"screenshots": (Upload(b"no picture"),)}
    again = respond(school.school, adding(school, Changed(add.ref, wrong), "2")).show
    assert isinstance(again, Form)
    assert "screenshots" in again.errors
    right = {"screenshots": (Upload(file_named("a.png")),)}
    after = respond(school.school, adding(school, Changed(add.ref, right), "3")).show
    assert isinstance(after, Form)
    assert len(school.state(case).evidence) == 1


def adding(school: SchoolAtWork, act: Pressed | Changed, cause: str) -> Inbound:
    return Inbound(school.person("staff"), Cause(cause), act)
