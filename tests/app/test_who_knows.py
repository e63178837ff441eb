"""Before a case comes to another governor it is said how many are left who know nothing of it."""

from dataclasses import replace
from pathlib import Path

from bot.domain.ids import Role
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.app.at_the_door import Door, a_door, texts
from tests.builders import accepted


def with_governors(door: Door, count: int) -> Door:
    school = replace(door.at.school, governors=count)
    return Door(replace(door.at, school=school), door.made)


def test_what_brings_it_to_a_chair_says_how_many_are_left_for_a_panel(tmp_path: Path) -> None:
    for count, says in ((9, Say.WHO_KNOWS_LEFT), (3, Say.WHO_KNOWS_TOO_FEW)):
        door = with_governors(a_door(tmp_path / str(count)), count)
        case = door.at.report()
        door.at.work("head", case, accepted())
        for verb in (Verb.PASS_ON, Verb.EXCLUDE):
            said = texts(door.press("head", Press(verb, case)))
            assert says.value.replace("{count}", str(count)) in said


def test_where_no_chair_can_get_it_nothing_is_said_of_governors(tmp_path: Path) -> None:
    door = with_governors(a_door(tmp_path, {Role.CHAIR: ("chair",)}), 3)
    case = door.at.report(about={"chair"})
    for verb in (Verb.PASS_ON, Verb.EXCLUDE):
        said = texts(door.press("head", Press(verb, case)))
        assert Say.WHO_KNOWS_TOO_FEW.value.replace("{count}", "3") not in said
