"""Which files a report takes, what is said of the others, and that nothing else is lost."""

from pathlib import Path

import pytest

from bot.journeys.sample import file_named
from bot.screens.say import Say
from tests.app.at_the_page import (
    PDF,
    PNG,
    SECOND,
    a_school,
    begin,
    case_of,
    errors,
    evidence_of,
    files,
    open_case,
    page,
    press,
    reference_in,
    report,
    text,
)
from tests.desk_world import DeskWorld


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"MZ\x90 a program", "That file cannot be used."),
        (b"", "That file is empty."),
        (PNG + b"\0" * (10 * 1024**2), "larger than 10 MB"),
    ],
    ids=["type", "empty", "large"],
)
def test_a_file_that_is_not_taken_is_said_and_nothing_else_is_lost(
    content: bytes, says: str
) -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {**SECOND, "screenshots": files(PNG, content), "note": text("My note")})
        assert len(errors(me)) == 1
        assert says in errors(me)[0]
        assert "My note" in me.panel
        assert "1. Picture (PNG)" in me.sheet.text.replace("\n", " ")
        page(me)
        case = case_of(world, reference_in(me.passing))
        assert len(evidence_of(world, case)) == 1


def test_an_eleventh_file_is_too_many_and_the_ten_are_kept() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {**SECOND, "screenshots": files(*[PNG] * 11)})
        assert len(errors(me)) == 1
        assert "10 files" in errors(me)[0]
        press(me, "Remove")
        page(me)
        case = case_of(world, reference_in(me.passing))
        assert len(evidence_of(world, case)) == 9


@pytest.mark.parametrize("safety", ["sexual-image", "unsure"])
def test_no_picture_is_asked_for_or_taken_where_it_may_be_a_sexual_image(safety: str) -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me, {"safety": (safety,)})
        assert "screenshots" not in me.form.asked
        (picture,) = files(PNG)
        sneaked = (("asks", "files.screenshots"), ("files.screenshots", picture))
        page(me, {**SECOND, "note": text("My note")}, more=sneaked)
        assert errors(me) == [Say.WRONG_FILES_FORBIDDEN.value]
        assert "My note" in me.panel
        page(me)
        page(me)
        case = case_of(world, reference_in(me.passing))
        assert evidence_of(world, case) == ()
        assert _vault(world) == []


def _vault(world: DeskWorld) -> list[Path]:
    folder = Path(world.core.folder.name) / "evidence"
    return [each for each in folder.rglob("*") if each.is_file()]


def test_files_given_before_the_danger_was_ticked_are_not_passed_on() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {**SECOND, "screenshots": files(PNG)}, "change")
        assert len(_vault(world)) == 1
        page(me, {}, "back")
        page(me, {"safety": ("sexual-image",)})
        assert "Picture (PNG)" not in me.sheet.text
        page(me)
        page(me)
        case = case_of(world, reference_in(me.passing))
        assert evidence_of(world, case) == ()


def test_a_pdf_is_kept_as_it_came() -> None:
    with a_school() as world:
        case = report(world, screenshots=files(PDF), shows_reporter=("yes",))
        (evidence,) = evidence_of(world, case)
        with world.core.school.store.reading() as reading:
            assert reading.file_content(evidence) == file_named("letter.pdf")
        head = open_case(world, "head", case)
        assert "it shows who took it" in head.sheet.text
