"""Two clicks that Teams brings as two activities, perhaps to two processes, are one act."""

from pathlib import Path

from adapters.teams.same_act import cause_of_form
from bot.app.inbound import Given
from bot.domain.ids import Cause
from bot.domain.personal import Personal
from bot.screens.press import FormRef, Press, Verb
from tests.app.at_the_door import Door, a_door, form_in


def note(door: Door, case: str, text: str, clicks: int) -> None:
    """Writes a note and presses *Save* so many times."""
    form = form_in(door.press("head", Press(Verb.NOTE, case)))
    given: dict[str, Given] = {form.fields[0].id: Personal(text)}
    for number in range(clicks):
        cause = cause_of_form(form.ref, given, door.at.person("head"), Cause(f"click {number}"))
        door.submit("head", form, given, cause)


def test_a_note_that_is_saved_twice_is_one_entry(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = door.at.report()
    note(door, case, "They rang", 2)
    assert door.events(case).count("NoteAdded") == 1
    note(door, case, "They rang", 1)
    assert door.events(case).count("NoteAdded") == 2, "told again later, it is another one"


def test_other_answers_and_other_people_are_other_acts(tmp_path: Path) -> None:
    person = a_door(tmp_path).at.person
    form, cause = FormRef(Press(Verb.NOTE, "c"), "", 3), Cause("click")
    told: list[dict[str, Given]] = [
        {"text": Personal("a")},
        {"text": Personal("b")},
        {"text": ("a",)},
    ]
    causes = {cause_of_form(form, each, person("head"), cause) for each in told}
    causes.add(cause_of_form(form, told[0], person("deputy"), cause))
    assert len(causes) == 4
    assert cause not in causes


def test_a_report_and_a_search_are_told_apart_by_the_click(tmp_path: Path) -> None:
    person = a_door(tmp_path).at.person("staff")
    for form in (FormRef(Press(Verb.REPORT, "d"), "p", 3), FormRef(Press(Verb.FIND_PERSON))):
        assert cause_of_form(form, {}, person, Cause("click")) == "click"
