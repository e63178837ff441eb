"""A copy for outside, legal hold, the child's file and who knows: asked, decided, on the record."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.inbound import Given
from bot.domain.commands import Exclude, PassOn
from bot.domain.conditions import Always
from bot.domain.errors import Refused
from bot.domain.events import DocumentFetched, Fetched
from bot.domain.ids import CaseId, Role
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.nodes import Done, Form, Reply, View
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from tests.app.at_the_door import (
    EVERYBODY,
    WHY,
    Door,
    a_door,
    actions_in,
    button,
    errors_in,
    form_in,
    is_refused,
    offers,
    texts,
    view_in,
)
from tests.builders import an_answer

WHOM = Personal("PC 4711, the police at Selby")
GOVERNOR = Personal("Mrs Ilse Ōkami")
HAND_OVER: dict[str, Given] = {"for_whom": WHOM, "why": WHY}
TOLD: dict[str, Given] = {"told": GOVERNOR, "why": WHY}
ON_THE_RECORD = (Verb.HAND_OVER, Verb.WHO_KNOWS, Verb.LEGAL_HOLD, Verb.MOVED_TO_FILE)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path)


def opened(door: Door, who: str, case: CaseId, verb: Verb) -> Form:
    return form_in(door.press(who, button(door.view(who, case), verb)))


def told_in_chronology(reply: Reply) -> str:
    """The newest line of the chronology."""
    return texts(reply)[-1]


# A copy for outside


def test_a_copy_is_made_for_whom_and_why_and_that_is_on_the_record(door: Door) -> None:
    case = door.at.report(files=("chart.png",))
    reply = door.submit("head", opened(door, "head", case, Verb.HAND_OVER), HAND_OVER)
    assert told_in_chronology(reply).endswith(
        f"took out a copy of the whole case / {WHOM.reveal()} / {WHY.reveal()}"
    )
    document = door.fetch("head", reply.hand)
    reference = door.at.state(case).reference
    assert (document.name, document.media_type) == (f"case-{reference}.zip", "application/zip")
    (pack,) = door.made.packs
    assert (pack.for_whom, pack.why, pack.reference) == (WHOM, WHY, reference)
    assert [each.media_type for each in pack.evidence] == ["image/png"]
    hashes = [each.sha256 for each in pack.lines]
    *before, fetched = door.at.file(case).entries
    assert len(set(hashes)) == len(hashes) == len(before)
    assert "took out a copy" in pack.lines[-1].what
    assert fetched.event == DocumentFetched(Fetched.COPY)


def test_pictures_that_may_be_sexual_images_are_left_out(door: Door) -> None:
    link = {"https://www.facebook.com/groups/1/posts/2"}
    case = door.at.report(files=("chart.png",), links=link)
    assert door.at.report("staff-2", links=link, safety={"sexual-image"}) == case
    form = opened(door, "head", case, Verb.HAND_OVER)
    door.fetch("head", door.submit("head", form, HAND_OVER).hand)
    (pack,) = door.made.packs
    assert (pack.evidence, pack.withheld) == ((), True)


def test_it_is_said_before_that_pictures_show_who_took_them(door: Door) -> None:
    case = door.at.report(files=("chart.png",), shows_reporter=True)
    reply = door.press("head", Press(Verb.HAND_OVER, case))
    assert Say.HAND_OVER_SHOWS.value.replace("{count}", "1") in texts(reply)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"for_whom": Say.WRONG_MISSING, "why": Say.WRONG_MISSING}),
        ({"for_whom": Personal("  "), "why": WHY}, {"for_whom": Say.WRONG_MISSING}),
        ({**HAND_OVER, "why": Personal("x" * 10_001)}, {"why": Say.WRONG_TOO_LONG}),
    ],
)
def test_without_for_whom_and_why_there_is_no_copy(
    door: Door, given: dict[str, Given], wrong: dict[str, Say]
) -> None:
    case = door.at.report()
    before = door.events(case)
    reply = door.submit("head", opened(door, "head", case, Verb.HAND_OVER), given)
    assert errors_in(reply) == {name: says.value for name, says in wrong.items()}
    assert (reply.hand, door.events(case)) == (None, before)


def test_the_copy_is_for_who_asked_alone_and_for_a_day(door: Door) -> None:
    case = door.at.report(safety={"unsure"})
    reply = door.submit("head", opened(door, "head", case, Verb.HAND_OVER), HAND_OVER)
    assert door.fetched_by(reply.hand) == {"head"}
    assert door.refusals(case) > 0
    door.at.clock.at += timedelta(hours=24, seconds=1)
    with pytest.raises(Refused):
        door.fetch("head", reply.hand)


def test_who_is_kept_out_meanwhile_gets_no_copy(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = door.at.report(about={"head"})
    reply = door.submit("chair", opened(door, "chair", case, Verb.HAND_OVER), HAND_OVER)
    assert door.fetched_by(reply.hand) == {"chair"}
    door.at.work("chair-2", case, Exclude(door.at.id_of("chair"), WHY))
    assert door.fetched_by(reply.hand) == set()


def test_the_same_form_sent_twice_takes_out_one_copy(door: Door) -> None:
    case = door.at.report()
    form = opened(door, "head", case, Verb.HAND_OVER)
    replies = [door.submit("head", form, HAND_OVER, "once") for _ in range(2)]
    assert replies[0].hand == replies[1].hand
    assert door.events(case).count("CaseHandedOver") == 1
    assert door.fetch("head", replies[1].hand).content


# Who knows


def with_governors(door: Door, count: int | None) -> Door:
    school = replace(door.at.school, governors=count)
    return Door(replace(door.at, school=school), door.made)


@pytest.mark.parametrize(
    ("governors", "told", "says", "count"),
    [
        (None, 0, Say.WHO_KNOWS_UNKNOWN, None),
        (12, 0, Say.WHO_KNOWS_LEFT, 12),
        (4, 0, Say.WHO_KNOWS_LEFT, 4),
        (4, 1, Say.WHO_KNOWS_TOO_FEW, 3),
        (5, 2, Say.WHO_KNOWS_TOO_FEW, 3),
        (1, 2, Say.WHO_KNOWS_TOO_FEW, 0),
    ],
)
def test_how_many_are_left_for_a_panel_is_said_before_anything_is_told(
    door: Door, governors: int | None, told: int, says: Say, count: int | None
) -> None:
    door = with_governors(door, governors)
    case = door.at.report()
    for number in range(told):
        form = opened(door, "head", case, Verb.WHO_KNOWS)
        door.submit("head", form, {**TOLD, "told": Personal(f"Governor {number}")})
    for verb in (Verb.WHO_KNOWS, Verb.HAND_OVER):
        reply = door.press("head", Press(verb, case))
        assert says.value.replace("{count}", str(count)) in texts(reply)


def test_a_governor_who_was_told_twice_is_one(door: Door) -> None:
    door = with_governors(door, 5)
    case = door.at.report()
    form = opened(door, "head", case, Verb.WHO_KNOWS)
    first = door.submit("head", form, {**TOLD, "told": Personal("Ann Other")})
    assert f"told details / Ann Other / {WHY.reveal()}" in told_in_chronology(first)
    form = opened(door, "head", case, Verb.WHO_KNOWS)
    door.submit("head", form, {**TOLD, "told": Personal(" ann  OTHER ")})
    said = texts(door.press("head", Press(Verb.WHO_KNOWS, case)))
    assert "Ann Other" in said
    assert Say.WHO_KNOWS_LEFT.value.replace("{count}", "4") in said


def test_a_chair_who_opened_it_here_and_is_noted_by_hand_is_one(door: Door) -> None:
    door = with_governors(door, 5)
    case = door.at.report(about={"head"})
    door.view("chair", case)
    with door.at.school.store.reading() as reading:
        name = door.at.school.names(reading)[door.at.id_of("chair")]
    form = opened(door, "chair-2", case, Verb.WHO_KNOWS)
    door.submit("chair-2", form, {**TOLD, "told": name})
    said = texts(door.press("chair-2", Press(Verb.EXCLUDE, case)))
    # Both chairs have opened it by now.
    assert Say.WHO_KNOWS_TOO_FEW.value.replace("{count}", "3") in said


def test_a_chair_who_opened_the_case_here_knows_of_it(door: Door) -> None:
    door = with_governors(door, 5)
    case = door.at.report(about={"head"})
    before = texts(door.press("chair-2", Press(Verb.WHO_KNOWS, case)))
    door.view("chair", case)
    after = texts(door.press("chair-2", Press(Verb.WHO_KNOWS, case)))
    assert Say.WHO_KNOWS_NOBODY.value in before
    assert any(each.startswith("Has opened it here: ") for each in after)
    assert Say.WHO_KNOWS_LEFT.value.replace("{count}", "4") in after


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"why": WHY}, "told"),
        ({"told": GOVERNOR}, "why"),
        ({**TOLD, "told": Personal("x" * 10_001)}, "told"),
    ],
)
def test_who_was_told_and_why_must_be_said(door: Door, given: dict[str, Given], field: str) -> None:
    case = door.at.report()
    reply = door.submit("head", opened(door, "head", case, Verb.WHO_KNOWS), given)
    assert set(errors_in(reply)) == {field}
    assert "GovernorTold" not in door.events(case)


# Legal hold


def test_a_legal_hold_is_put_on_and_lifted_with_a_reason(door: Door) -> None:
    case = door.at.report()
    form = opened(door, "head", case, Verb.LEGAL_HOLD)
    assert set(errors_in(door.submit("head", form, {}))) == {"reason"}
    reply = door.submit("head", form, {"reason": Personal("A solicitor’s letter came")})
    assert f"{Say.LEGAL_HOLD_FACT.value}: {Say.LEGAL_HOLD_ON.value}" in texts(reply)
    assert "put a legal hold on the case / A solicitor’s letter came" in told_in_chronology(reply)
    assert door.at.state(case).legal_hold
    lift = opened(door, "head", case, Verb.LEGAL_HOLD)
    assert lift.title == Plain(Say.LEGAL_HOLD_LIFT)
    reply = door.submit("head", lift, {"reason": WHY})
    assert "lifted the legal hold" in told_in_chronology(reply)
    assert not door.at.state(case).legal_hold


def test_a_hold_that_somebody_else_put_on_meanwhile_is_not_lifted(door: Door) -> None:
    case = door.at.report(about={"head"})
    one, two = (opened(door, who, case, Verb.LEGAL_HOLD) for who in ("chair", "chair-2"))
    view_in(door.submit("chair", one, {"reason": WHY}))
    assert errors_in(door.submit("chair-2", two, {"reason": WHY})) == {
        "": Say.WRONG_HOLD_ALREADY.value
    }
    assert door.at.state(case).legal_hold


def test_a_deputy_who_stands_in_decides_on_no_legal_hold(door: Door) -> None:
    case = door.at.report()
    door.at.work("head", case, PassOn(Role.DEPUTY, WHY))
    assert not offers(door.view("deputy", case), Verb.LEGAL_HOLD)
    assert is_refused(door.press("deputy", Press(Verb.LEGAL_HOLD, case)))
    assert offers(door.view("head", case), Verb.LEGAL_HOLD)


def test_a_closed_case_can_be_held_and_handed_over(door: Door) -> None:
    case = door.at.report()
    answer = an_answer("acknowledge", "not-inappropriate", fair_concern="no")
    door.at.work("head", case, answer)
    form = opened(door, "head", case, Verb.LEGAL_HOLD)
    view_in(door.submit("head", form, {"reason": WHY}))
    form = opened(door, "head", case, Verb.HAND_OVER)
    assert door.submit("head", form, HAND_OVER).hand is not None
    assert door.at.state(case).legal_hold


# The child's file


def test_what_concerns_a_child_is_noted_to_be_in_its_file(door: Door) -> None:
    case = door.at.report(content={"names-children"}, whose_child="others")
    view = door.view("dsl", case)
    (action,) = [e for e in actions_in(view) if e.press.verb is Verb.MOVED_TO_FILE]
    assert action.confirm == Plain(Say.MOVED_TO_FILE_CONFIRM)
    reply = door.press("dsl", action.press)
    assert Say.DID_MOVED_TO_FILE.value in told_in_chronology(reply)
    assert door.at.state(case).moved_to_file
    assert not offers(view_in(reply), Verb.MOVED_TO_FILE)


def test_what_the_pack_moves_to_the_file_has_the_button(door: Door) -> None:
    pack = door.at.school.pack
    rules = replace(pack.policy.retention, moved_to_file_first=Always())
    policy = replace(pack.policy, retention=rules)
    school = replace(door.at.school, pack=replace(pack, policy=policy))
    door = Door(replace(door.at, school=school), door.made)
    case = door.at.report()
    reply = door.press("head", button(door.view("head", case), Verb.MOVED_TO_FILE))
    assert not offers(view_in(reply), Verb.MOVED_TO_FILE)
    assert door.at.state(case).moved_to_file


def test_a_case_without_a_child_has_nothing_to_move(door: Door) -> None:
    case = door.at.report()
    assert not offers(door.view("head", case), Verb.MOVED_TO_FILE)
    reply = door.press("head", Press(Verb.MOVED_TO_FILE, case))
    assert reply.show == Done(Plain(Say.WRONG_NO_CHILD))
    assert "MovedToFile" not in door.events(case)


# Who may


def tried(door: Door, who: str, case: CaseId, verb: Verb) -> Reply:
    """The button, and the form that it would open."""
    reply = door.press(who, Press(verb, case))
    if not isinstance(reply.show, Form):
        return reply
    given = {**HAND_OVER, **TOLD, "reason": WHY}
    wanted = {each.id: given[each.id] for each in reply.show.fields}
    return door.submit(who, reply.show, wanted)


@pytest.mark.parametrize(
    ("told", "allowed"),
    [
        ({}, {"head": set(ON_THE_RECORD[:3])}),
        (
            {"content": {"names-children"}, "whose_child": "others"},
            {"head": set(ON_THE_RECORD), "dsl": {Verb.WHO_KNOWS, Verb.MOVED_TO_FILE}},
        ),
        (
            {"about": {"head"}},
            {who: set(ON_THE_RECORD[:3]) for who in ("chair", "chair-2")},
        ),
    ],
)
def test_each_is_for_whom_it_is(
    door: Door, told: dict[str, set[str]], allowed: dict[str, set[Verb]]
) -> None:
    for who in EVERYBODY:
        case = door.at.report(**told)  # type: ignore[arg-type]
        reply = door.press(who, Press(Verb.OPEN_CASE, case))
        if isinstance(reply.show, View):
            shown = {each for each in ON_THE_RECORD if offers(reply.show, each)}
            assert shown == allowed.get(who, set()), who
        for verb in ON_THE_RECORD:
            done = isinstance(tried(door, who, case, verb).show, View)
            assert done == (verb in allowed.get(who, set())), (who, verb)


@pytest.mark.parametrize("verb", ON_THE_RECORD)
def test_a_case_that_is_not_there_is_refused_as_one_that_is_not_yours(
    door: Door, verb: Verb
) -> None:
    theirs = door.at.report(about={"head"})
    for case in (theirs, CaseId("nothing"), CaseId("")):
        assert is_refused(door.press("head", Press(verb, case)))
        form = Form(FormRef(Press(verb, case)), Plain(Say.SAVE), (), (), Plain(Say.SAVE))
        assert is_refused(door.submit("head", form, {**HAND_OVER, **TOLD, "reason": WHY}))
    assert door.refusals(theirs) > 0
