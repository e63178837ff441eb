"""What working a case answers to whoever answers badly, twice, late, or about the wrong case."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.app.evidence import read_evidence
from bot.app.inbound import Given
from bot.domain.errors import Refused
from bot.domain.ids import CaseId, EvidenceId, PersonId
from bot.journeys.sample import PEOPLE
from bot.screens.say import Say
from tests.app.at_the_page import (
    PNG,
    a_school,
    accept,
    errors,
    evidence_of,
    files,
    open_case,
    page,
    press,
    reference_in,
    reference_of,
    report,
    text,
    typed,
)
from tests.desk_page import DrawnPostbox, Visitor
from tests.desk_world import DeskWorld

LATER = Say.ALREADY_ANSWERED.value.partition("{")[0]


def test_a_step_that_was_answered_meanwhile_says_by_whom_and_shows_the_case() -> None:
    with a_school() as world:
        case = report(world, safety=("may-harm-themselves",))
        head, deputy = world.at("head"), open_case(world, "dsl", case)
        press(open_case(world, "head", case), "Answer: Make")
        press(deputy, "Answer: Make")
        page(head, {"outcome": "done"})
        page(deputy, {"outcome": "done"})
        assert deputy.shows(f"{LATER}Monday 23 November 2026, 09:05, by the headteacher.")
        assert deputy.sheet.title == f"Case {reference_of(world, case)}"
        assert world.facts(case).pending == {"inform-dsl", "acknowledge"}


def test_an_old_form_sent_after_the_case_moved_on_shows_the_case_as_it_is() -> None:
    with a_school() as world:
        case = report(world)
        accept(world, case)
        head = open_case(world, "head", case)
        press(head, "Snooze")
        old = head.form
        old.fill({"days": "1", "reason": text("Ill today")})
        for _ in range(2):
            step = press(open_case(world, "head", case), "Answer")
            assert step
            page(head, {"outcome": "not-needed"}, "change")
            page(head, {"reason": text("Settled")})
        head.post(old.payload())
        assert head.shows(Say.WRONG_NOT_PENDING.value)
        assert head.sheet.title == f"Case {reference_of(world, case)}"


def test_a_form_of_a_case_that_is_closed_says_so() -> None:
    with a_school() as world:
        case = report(world)
        head = open_case(world, "head", case)
        press(head, "Give it more time")
        old = head.form
        old.fill({"until": text("2026-12-01"), "reason": text("Why not")})
        press(open_case(world, "head", case), "Answer")
        page(head, {"outcome": "not-inappropriate"}, "change")
        page(head, {"fair_concern": "no"})
        assert world.facts(case).status == "closed"
        head.post(old.payload())
        assert head.shows(Say.WRONG_CASE_CLOSED.value)


def test_the_same_answer_posted_twice_is_one_answer_and_shows_the_same() -> None:
    with a_school() as world:
        case = report(world)
        head = open_case(world, "head", case)
        press(head, "Answer")
        page(head, {"outcome": "accepted"}, "change")
        form = head.form
        form.fill({"fair_concern": "no", "gravely_offensive": "no"})
        payload = form.payload()
        head.post(payload)
        first = head.sheet.text
        head.post(payload)
        assert head.sheet.text == first
        assert head.sheet.text.count("Accept") == first.count("Accept")


@pytest.mark.parametrize(
    ("label", "given", "says"),
    [
        ("Give it more time", {"reason": "x"}, Say.WRONG_MISSING),
        ("Give it more time", {"until": "2026-02-31", "reason": "x"}, Say.WRONG_NOT_A_DATE),
        ("Give it more time", {"until": "9999-12-31", "reason": "x"}, Say.WRONG_NOT_A_DATE),
        ("Give it more time", {"until": "2026-11-02", "reason": "x"}, Say.WRONG_IN_THE_PAST),
        ("Give it more time", {"until": "2026-12-01"}, Say.WRONG_REASON_NEEDED),
        ("Give it more time", {"until": "2026-12-01", "reason": "x" * 10_001}, Say.WRONG_TOO_LONG),
        ("Snooze", {"reason": "x"}, Say.WRONG_NOT_AN_OPTION),
        ("Add a note", {"text": "x" * 10_001}, Say.WRONG_TOO_LONG),
        ("Add a note", {"text": "   "}, Say.WRONG_MISSING),
        ("Link a related case", {"of": "2026-999"}, Say.WRONG_NO_SUCH_CASE),
        ("Link a related case", {"of": "<b>"}, Say.WRONG_NO_SUCH_CASE),
        ("Pass the case on", {"reason": "x"}, Say.WRONG_MISSING),
        ("Keep somebody out", {"reason": "x"}, Say.WRONG_MISSING),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_is_still_there(
    label: str, given: dict[str, str], says: Say
) -> None:
    with a_school() as world:
        case = report(world)
        head = open_case(world, "head", case)
        press(head, label)
        page(head, {name: text(value) for name, value in given.items()})
        assert errors(head) == [says.value]
        held = [each.value.strip() for each in head.form.controls]
        typed_in = {value.strip() for name, value in given.items() if name != "until"}
        assert typed_in <= {*held, ""}


def test_a_reference_that_does_not_exist_is_answered_as_one_that_is_not_yours() -> None:
    with a_school() as world:
        theirs = report(world, about=("head",))
        for who in ("head", "deputy", "staff", "staff-2", "admin"):
            me = open_case(world, who, theirs)
            first = me.panel, me.passing, me.said
            for typed in ("case 2026-777", "2026-777", "#2026-777", reference_of(world, theirs)):
                me.type(typed)
                assert (me.panel, me.passing, me.said) == first == ("", Say.NOT_FOR_YOU.value, "")


def test_a_reference_alone_opens_its_case() -> None:
    with a_school() as world:
        reference = reference_of(world, report(world))
        for typed in (reference, f"#{reference}"):
            me = world.at("head")
            me.type(typed)
            assert reference in me.panel


def test_a_related_case_or_a_duplicate_that_is_not_yours_is_none() -> None:
    with a_school() as world:
        theirs, mine = report(world, about=("head",)), report(world, who="staff-2")
        seen = []
        for reference in (reference_of(world, theirs), "2026-777"):
            head = open_case(world, "head", mine)
            press(head, "Link a related case")
            page(head, {"of": text(reference)})
            seen.append([each for each in head.sheet.texts if each != reference])
            assert errors(head) == [Say.WRONG_NO_SUCH_CASE.value]
            press(open_case(world, "head", mine), "Answer")
            page(head, {"outcome": "duplicate"}, "change")
            page(head, {"of": text(reference)})
            assert errors(head) == [Say.WRONG_NO_SUCH_CASE.value]
        assert seen[0] == seen[1]


def test_an_outcome_that_is_not_offered_is_said_and_changes_nothing() -> None:
    with a_school() as world:
        case = report(world)
        head = open_case(world, "head", case)
        press(head, "Answer")
        page(head, more=(("one.outcome", "shrugged"),))
        assert errors(head) == [Say.WRONG_NOT_AN_OPTION.value]
        assert world.facts(case).pending == {"acknowledge"}


def test_each_link_is_asked_for_and_the_worst_counts() -> None:
    with a_school() as world:
        links = text("https://example.com/1 https://example.com/2")
        case = report(world, links=links)
        accept(world, case)
        head = open_case(world, "head", case)
        _answer(head, "speak-to-parent", {"outcome": "agreed-to-remove"})
        press(open_case(world, "head", case), "Answer", "Check")
        page(head, {"link-0": "gone"})
        assert errors(head) == [Say.WRONG_MISSING.value]
        page(head, {"link-1": "still-up"})
        assert errors(head) == []
        assert world.facts(case).further_action


def test_a_step_with_links_can_be_not_needed_and_that_can_be_taken_back() -> None:
    with a_school() as world:
        case = report(world, links=text("https://example.com/1"))
        accept(world, case)
        head = open_case(world, "head", case)
        _answer(head, "speak-to-parent", {"outcome": "agreed-to-remove"})
        press(open_case(world, "head", case), "Answer", "Check")
        page(head, {"outcome": "not-needed"}, "change")
        assert head.sheet.text.count(Say.REASON.value) == 1
        page(head, {"outcome": (), "link-0": "gone"})
        assert errors(head) == []
        assert "check-removed" not in world.facts(case).pending


def _answer(me: Visitor, step: str, given: dict[str, Given]) -> None:
    do = next(each.do for each in me.sheet.buttons if '"answer"' in each.do and step in each.do)
    me.press(do)
    page(me, given, "change")
    page(me, given)


def test_a_round_up_has_a_button_a_step_that_opens_its_form() -> None:
    with a_school() as world:
        case = report(world)
        world.move_to(world.core.clock.now() + timedelta(days=1))
        head = world.at("head")
        message, words = next(
            each for each in world.post.log.of("head") if each[0].kind == "round-up"
        )
        head.press(head.message(message, words).buttons[0].do)
        assert "data-form" in head.panel
        page(head, {"outcome": "accepted"}, "change")
        page(head, {"fair_concern": "no", "gravely_offensive": "no"})
        assert "speak-to-parent" in world.facts(case).pending


def test_what_was_decided_stands_in_the_view() -> None:
    with a_school() as world:
        case = report(world)
        accept(world, case)
        head = open_case(world, "head", case)
        assert "should look into? No" in head.sheet.text


# --- evidence


def test_files_are_shown_only_to_the_permitted() -> None:
    with a_school() as world:
        case = report(world, screenshots=files(PNG))
        (evidence,) = evidence_of(world, case)
        allowed = {who for who in PEOPLE if _shown(world, who, evidence)}
        assert allowed == {"head"}


def _shown(world: DeskWorld, who: str, evidence: EvidenceId) -> bool:

    try:
        content, media_type = read_evidence(world.core.school, world.at(who).person, evidence)
    except Refused:
        return False
    return (content, media_type) == (PNG, "image/png")


def test_a_file_of_a_draft_is_shown_to_its_writer_alone() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me, {"safety": ("none",), "content": ("racist",), "about": ("school",)})
        page(me, {"screenshots": files(PNG)}, "change")
        do = next(each.do for each in me.sheet.buttons if "remove-file" in each.do)
        evidence = EvidenceId(do.rpartition(',"')[2].removesuffix('"]'))
        assert {who for who in PEOPLE if _shown(world, who, evidence)} == {"staff"}
        page(me, {}, "back")
        page(me, {"safety": ("sexual-image",)})
        assert not _shown(world, "staff", evidence)


def test_evidence_is_hidden_once_a_later_report_says_sexual_image() -> None:
    with a_school() as world:
        link = text("https://www.facebook.com/groups/1/posts/2")
        case = report(world, links=link, screenshots=files(PNG))
        (evidence,) = evidence_of(world, case)
        assert "/evidence/" in open_case(world, "head", case).panel
        assert report(world, "staff-2", links=link, safety=("sexual-image",)) == case
        head = open_case(world, "head", case)
        assert "/evidence/" not in head.panel
        assert head.shows(Say.EVIDENCE_HIDDEN.value)
        assert not _shown(world, "head", evidence)


def test_a_file_that_comes_with_an_addition_is_kept_or_said_to_be_missing() -> None:
    with a_school() as world:
        case = report(world)
        me = typed(world.at("staff"), "status")
        press(me, Say.ADD_SOMETHING.value)
        page(me, {"screenshots": files(PNG), "links": text("javascript:alert(1)")})
        assert Say.FILES_AGAIN.value in errors(me)
        assert evidence_of(world, case) == ()
        page(me, {"screenshots": files(PNG), "links": text(""), "shows_reporter": ("yes",)})
        assert reference_in(me.passing) == reference_of(world, case)
        assert len(evidence_of(world, case)) == 1
        assert "it shows who took it" in open_case(world, "head", case).sheet.text


def test_an_addition_asks_what_follows_from_it() -> None:
    with a_school() as world:
        case = report(world)
        me = typed(world.at("staff"), "status")
        press(me, Say.ADD_SOMETHING.value)
        assert "whose_child" not in me.form.asked
        page(me, {"content": ("names-children",)}, "change")
        page(me, {"whose_child": "others"})
        assert errors(me) == []
        assert world.facts(case).severity == "high"


# --- the preview


def test_the_digest_is_held_once_in_a_row_and_posted_from_the_preview() -> None:
    with a_school(datetime(2026, 11, 26, 9, 5)) as world:  # noqa: DTZ001 - local time
        calendar, head = world.core.school.calendar, world.at("head")
        world.move_to(calendar.at(date(2026, 11, 27), time(9, 0, 30)))
        assert _of_preview(world, head, Say.HOLD_DIGEST) == Say.DIGEST_WILL_BE_HELD.value
        world.move_to(calendar.at(date(2026, 12, 4), time(9, 0, 30)))
        assert _of_preview(world, head, Say.HOLD_DIGEST) == Say.WRONG_ALREADY_HELD.value
        assert _of_preview(world, head, Say.POST_DIGEST) == Say.DIGEST_WILL_BE_POSTED.value
        world.settle()
        assert _of_preview(world, head, Say.POST_DIGEST) == Say.WRONG_NO_DIGEST.value
        assert [each.to for each in world.sent() if each.kind == "digest"] == ["governors"]


def _of_preview(world: DeskWorld, me: Visitor, label: Say) -> str:
    log = world.post.log.of(me.label)
    message, words = next(each for each in log if each[0].kind == "digest-preview")
    buttons = me.message(message, words).buttons
    me.press(next(each.do for each in buttons if each.label == label.value))
    return me.passing


def test_a_message_for_a_person_is_in_nobody_elses_log() -> None:
    with a_school() as world:
        report(world)
        assert isinstance(world.post, DrawnPostbox)
        assert [kind_of(world, who) for who in ("staff", "head", "deputy")] == [
            ["receipt"],
            ["new-case"],
            [],
        ]


def kind_of(world: DeskWorld, who: str) -> list[str | None]:
    """The kinds of the messages in a log."""
    return [message.kind for message, _ in world.post.log.of(who)]


def test_a_case_id_that_somebody_made_up_is_refused() -> None:
    with a_school() as world:
        case = report(world)
        head = world.at("head")
        for made_up in (CaseId("nothing"), CaseId(""), CaseId(case[::-1]), PersonId("x" * 500)):
            head.press(f'press:["open-case","{made_up}","",0,""]')
            assert head.passing == Say.NOT_FOR_YOU.value
