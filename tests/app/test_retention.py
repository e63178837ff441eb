"""The end of a record, from the night in which its owner is told to the one that erases it."""

from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import update

from bot.app.folded_cases import FoldedCases
from bot.app.retention import endings, erase_due, tell_of_endings
from bot.app.subject_access import copy_for_subject
from bot.compose.upkeep import upkeep
from bot.domain.errors import Refused
from bot.domain.ids import CaseId, MessageKind, Role
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.nodes import Facts, Message, Paragraph
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from storage import SqlStore
from storage.backup_names import backups_in
from storage.tables import entries
from tests.app.at_the_door import WHY, Door, a_door, actions_in, button, form_in
from tests.builders import Told, an_answer, school_time, the_same_school
from tests.storage.places import findings

CLOSED_ON, TOLD_ON, ERASED_ON = "2026-11-23", "2027-04-26", "2027-05-26"
"""Six months after a closing on a Monday in November; the month's notice begins on a weekend."""


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path)


def closed(door: Door, owner: str = "head", **told: Told) -> CaseId:
    """A case to which the policy does not apply: it is kept for six months."""
    case = door.at.report(
        files=("chart.png",),
        **{"poster_name": "Pat Example", **told},  # type: ignore[arg-type]
    )
    answer = an_answer("acknowledge", "not-inappropriate", fair_concern="no")
    door.at.work(owner, case, answer)
    door.at.settle()
    return case


def night(door: Door, day: str) -> None:
    """The maintenance of that night, and what is sent in the morning."""
    door.at.clock.at = school_time(f"{day}T03:17")
    upkeep(door.at.school, stored(door))
    door.at.deliver()
    door.at.clock.at = school_time(f"{day}T07:30")
    door.at.clock.machine_waits(timedelta(hours=4))
    door.at.deliver()


def stored(door: Door) -> SqlStore:
    return cast("SqlStore", door.at.school.store)


def previews(door: Door) -> list[tuple[str, str, list[object]]]:
    """To whom, at what time of their clocks the newest was sent, and the days named."""
    return [
        (each.to, f"{door.at.clock.at:%H:%M}", days_in(each.message))
        for each in door.at.sent(MessageKind.RETENTION_PREVIEW)
    ]


def dated(door: Door) -> list[list[object]]:
    """The days that the messages name, of those that name any."""
    return [days for _, _, days in previews(door) if days]


def days_in(message: Message) -> list[object]:
    facts = [pair for node in message.nodes if isinstance(node, Facts) for pair in node.pairs]
    return [value.facts["on"] for _, value in facts if "on" in value.facts]


def left(door: Door) -> list[CaseId]:
    with door.at.school.store.reading() as reading:
        return [each.file.case for each in endings(door.at.school, reading)]


def test_its_owner_is_told_a_month_before_in_working_hours_and_then_it_is_erased(
    door: Door,
) -> None:
    case = closed(door)
    for day in ("2027-04-22", "2027-04-24", "2027-04-25"):
        night(door, day)
        assert previews(door) == []
    night(door, TOLD_ON)
    assert previews(door) == [("head", "07:30", [date(2027, 5, 26)])]
    (message,) = door.at.sent(MessageKind.RETENTION_PREVIEW)
    assert [each.press for each in actions_in(message.message)] == [Press(Verb.OPEN_CASE, case)]
    for day in ("2027-04-27", "2027-05-25"):
        night(door, day)
        assert (len(previews(door)), left(door)) == (1, [case])
    night(door, ERASED_ON)
    assert left(door) == []
    assert findings(stored(door)) == []
    assert list((stored(door).folder).iterdir()) == []
    assert copy_for_subject(door.at.school, Personal("Pat Example")).cases == 0


def test_the_day_that_was_named_stays_when_the_message_is_shown_anew(door: Door) -> None:
    case = closed(door)
    night(door, TOLD_ON)
    door.at.clock.at = school_time("2027-05-14T09:00")
    door.view("head", case)
    door.at.deliver()
    shown = list(door.at.platform.updated.values())
    assert {day for each in shown for day in days_in(each)} <= {date(2027, 5, 26)}
    with door.at.school.store.reading() as reading:
        assert [each.named_on for each in endings(door.at.school, reading)] == [date(2027, 5, 26)]


def test_what_was_sent_names_no_day_any_more_once_a_hold_is_put_on(door: Door) -> None:
    case = closed(door)
    night(door, TOLD_ON)
    form = form_in(door.press("head", button(door.view("head", case), Verb.LEGAL_HOLD)))
    door.submit("head", form, {"reason": WHY})
    door.at.deliver()
    (shown,) = door.at.platform.updated.values()
    assert days_in(shown) == []
    assert Paragraph(Plain(Say.RETENTION_ALL_KEPT)) in shown.nodes


def test_a_platform_that_was_away_for_nights_brings_one_message(door: Door) -> None:
    closed(door)
    for day in ("2027-04-26", "2027-04-27", "2027-04-28"):
        door.at.clock.at = school_time(f"{day}T03:17")
        upkeep(door.at.school, stored(door))
    door.at.clock.at = school_time("2027-04-28T09:00")
    door.at.deliver()
    assert previews(door) == [("head", "09:00", [date(2027, 5, 28)])]


def test_where_the_head_is_out_the_chair_is_told(door: Door) -> None:
    closed(door, "chair", about={"head"})
    night(door, TOLD_ON)
    assert [to for to, _, _ in previews(door)] == ["chair"]


def test_nothing_is_erased_of_which_nobody_was_told(door: Door) -> None:
    case = closed(door)
    door.at.clock.at = school_time("2027-07-12T03:17")
    assert erase_due(door.at.school) == ()
    assert left(door) == [case]


def test_a_hold_keeps_it_and_the_month_begins_anew_once_it_is_lifted(door: Door) -> None:
    case = closed(door)
    night(door, TOLD_ON)
    for _ in range(2):  # put on, and lifted a month later
        form = form_in(door.press("head", button(door.view("head", case), Verb.LEGAL_HOLD)))
        door.submit("head", form, {"reason": WHY})
        night(door, ERASED_ON)
        assert left(door) == [case]
    assert previews(door)[1:] == [("head", "07:30", [date(2027, 6, 26)])]
    night(door, "2027-06-26")
    assert left(door) == []


def test_what_concerns_a_child_stays_until_it_is_in_the_childs_file(door: Door) -> None:
    case = closed(door, content={"names-children"}, whose_child="others")
    door.at.work("dsl", case, an_answer("inform-dsl", "done"))
    night(door, TOLD_ON)
    night(door, ERASED_ON)
    assert (dated(door), left(door)) == ([], [case])
    door.press("dsl", Press(Verb.MOVED_TO_FILE, case))
    night(door, "2027-06-14")
    assert dated(door) == [[date(2027, 7, 14)]]
    night(door, "2027-07-14")
    assert left(door) == []


def test_who_must_move_it_is_asked_once_a_term_until_it_is_moved(door: Door) -> None:
    case = closed(door, content={"names-children"}, whose_child="others")
    door.at.work("dsl", case, an_answer("inform-dsl", "done"))
    night(door, "2027-04-22")
    assert previews(door) == []
    night(door, TOLD_ON)
    asked = door.at.sent(MessageKind.RETENTION_PREVIEW)
    assert sorted(each.to for each in asked) == ["dsl", "head"]
    for each in asked:
        assert Paragraph(Plain(Say.TO_BE_MOVED)) in each.message.nodes
        assert [each.press for each in actions_in(each.message)] == [Press(Verb.OPEN_CASE, case)]
    night(door, "2027-07-24")
    assert len(previews(door)) == 2
    night(door, "2027-07-26")
    door.at.clock.at = school_time("2027-09-13T09:00")
    door.at.deliver()
    assert len(previews(door)) == 4
    door.press("dsl", Press(Verb.MOVED_TO_FILE, case))
    door.at.deliver()
    shown = door.at.platform.updated.values()
    assert Paragraph(Plain(Say.TO_BE_MOVED_NONE)) in [n for each in shown for n in each.nodes]


def test_a_hold_that_comes_before_the_message_leaves_stops_it(door: Door) -> None:
    case = closed(door)
    door.at.clock.at = school_time(f"{TOLD_ON}T03:17")
    assert tell_of_endings(door.at.school) == 1
    form = form_in(door.press("head", button(door.view("head", case), Verb.LEGAL_HOLD)))
    door.submit("head", form, {"reason": WHY})
    door.at.clock.at = school_time(f"{TOLD_ON}T07:30")
    door.at.deliver()
    assert previews(door) == []


def test_of_a_case_that_is_erased_nobody_gets_anything(door: Door) -> None:
    case = closed(door)
    form = form_in(door.press("head", button(door.view("head", case), Verb.HAND_OVER)))
    hand = door.submit("head", form, {"for_whom": WHY, "why": WHY}).hand
    night(door, TOLD_ON)
    night(door, ERASED_ON)
    with pytest.raises(Refused):
        door.fetch("head", hand)


def test_a_record_that_is_damaged_keeps_no_backup_from_being_taken(
    door: Door, tmp_path: Path
) -> None:
    case = closed(door)
    store, folder = stored(door), tmp_path / "backups"
    store.backups = folder
    with store.writing() as writing:
        spoil = update(entries).where(entries.c.stream == case).values(ciphertext=b"")
        writing.connection.execute(spoil)
    door.at.clock.at = school_time(f"{TOLD_ON}T03:17")
    just_started = the_same_school(door.at, folded=FoldedCases()).school
    with pytest.raises(ExceptionGroup):
        upkeep(just_started, store)
    assert len(backups_in(folder, door.at.school.id)) == 1
    store.backups = None
    door.at.clock.machine_waits(timedelta(hours=2))
    door.at.deliver()
    assert [each.to for each in door.at.sent(MessageKind.ADMIN_ALERT)] == [Role.ADMIN.value]


def test_how_far_the_long_work_has_come_is_told(door: Door) -> None:
    closed(door)
    night(door, TOLD_ON)
    door.at.clock.at = school_time(f"{ERASED_ON}T09:00")
    told: list[tuple[str, int, int]] = []
    copy_for_subject(door.at.school, Personal("Pat Example"), lambda *how: told.append(how))
    erase_due(door.at.school, lambda *how: told.append(how))
    assert told == [
        ("Looking through every case", 1, 1),
        ("Looking at closed cases", 1, 1),
        ("Erasing", 1, 1),
    ]
