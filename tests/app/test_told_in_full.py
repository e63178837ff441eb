"""A copy for outside says all that was told and answered; no screen is there to say it."""

from pathlib import Path

from bot.domain.ids import CaseId
from bot.screens.press import Verb
from tests.app.at_the_door import WHY, Door, a_door, button, form_in
from tests.builders import accepted, an_answer

ONE, TWO = "https://example.org/a", "https://www.facebook.com/groups/1/posts/2"


def copied(door: Door, case: CaseId) -> dict[int, list[str]]:
    """What the chronology of a copy tells, by entry."""
    form = form_in(door.press("head", button(door.view("head", case), Verb.HAND_OVER)))
    door.fetch("head", door.submit("head", form, {"for_whom": WHY, "why": WHY}).hand)
    lines = door.made.packs[-1].lines
    return {each.number: [text.reveal() for text in each.told] for each in lines}


def test_the_copy_says_what_was_reported_answered_and_seen(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = door.at.report(
        files=("chart.png",), links={ONE, TWO}, poster_name={"Pat Example"}, words={"Liars, all"}
    )
    sha256 = door.at.state(case).evidence[0].sha256
    door.at.work("head", case, accepted(fair_concern="unsure"))
    door.at.work("head", case, an_answer("speak-to-parent", "agreed-to-remove", reason="Rang"))
    form = form_in(
        door.press("head", button(door.view("head", case), Verb.ANSWER, "check-removed"))
    )
    door.submit("head", form, {"link-0": "gone", "link-1": "still-up"})
    told = copied(door, case)
    assert told[1] == [
        "First: is anyone in danger? None of these",
        "What is in the post? Negative or offensive comments",
        "Who or what is it about? The school as a whole",
        f"Link to the post: {ONE}",
        f"Link to the post: {TWO}",
        "Where is it? A closed group",
        "Who posted it? A parent or carer",
        "What does it say? Liars, all",
        "Name of the person who posted it: Pat Example",
    ]
    assert told[2] == [f"File 1. SHA-256: {sha256}"]
    assert told[3] == [
        "Whatever its tone: is there something the school should look into? Not sure",
        "Is it grossly offensive or obscene? No",
    ]
    assert told[4] == ["Rang"]
    assert [f"{ONE}: It is gone", f"{TWO}: It is still up"] in told.values()


def test_the_copy_has_the_fingerprint_of_each_letter(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = door.further()
    press = button(door.view("head", case), Verb.DRAFT_LETTER, "written-warning")
    form = form_in(door.press("head", press))
    door.submit("head", form, {"version": "as-drafted", "answer": "now"})
    (sha256,) = {each.sha256 for each in door.at.state(case).letters}
    told = copied(door, case)
    assert list(told.values()).count([f"SHA-256: {sha256}"]) == 2


def test_a_correction_says_both_reasons(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = door.at.report()
    door.at.work("head", case, accepted())
    door.at.work("head", case, an_answer("speak-to-parent", "refused", reason="They shouted"))
    form = form_in(
        door.press("head", button(door.view("head", case), Verb.CORRECT, "speak-to-parent"))
    )
    door.submit("head", form, {"outcome": "no-answer", "reason": WHY})
    told = [texts for texts in copied(door, case).values() if texts]
    assert ["They shouted"] in told
    assert [WHY.reveal()] in told
