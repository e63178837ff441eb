"""The tick: what is due is written once, whenever it runs, and one fault holds up nothing else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.digest_record import digest_record
from bot.app.drafts import (
    alert_from_draft,
    begin_draft,
    content_of,
    keep_file,
    open_drafts,
    save_draft,
)
from bot.app.remind import tick
from bot.app.work_case import come_back, go_away
from bot.domain.commands import PassOn, Reopen, SnoozeStep
from bot.domain.digest_shown import shown_figures
from bot.domain.errors import Invalid
from bot.domain.ids import MessageKind, Role, StepId
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.messages import cases_in, steps_in
from tests.builders import (
    SchoolAtWork,
    a_report,
    a_school,
    accepted,
    an_answer,
    school_time,
    the_same_school,
)
from tests.fakes import out_of_order

WHY = Personal("because")


def round_ups(school: SchoolAtWork, to: str) -> list[tuple[str, ...]]:
    """The steps of each round-up that somebody got."""
    return [steps_in(each.message) for each in school.sent(MessageKind.ROUND_UP) if each.to == to]


def test_a_tick_twice_writes_nothing_twice(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report(safety={"hurt-soon"})
    school.jump_to("2026-11-27T16:00")
    school.news()
    for _ in range(3):
        tick(school.school)
        school.deliver()
    assert school.news() == []


@pytest.mark.parametrize(("seconds", "commits"), [(60.0, 1), (0.0, 6)])
def test_a_tick_that_has_much_to_do_lets_acts_write_between_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, commits: int
) -> None:
    monkeypatch.setattr("bot.app.remind._TOGETHER_SECONDS", seconds)
    school = a_school(tmp_path)
    school.report(safety={"hurt-soon"})
    school.clock.at += timedelta(days=1)
    wrote = list[float]()
    school.school.store.wrote = lambda _, took: wrote.append(took)  # type: ignore[attr-defined]
    tick(school.school)
    assert len(wrote) == commits


def test_after_three_days_nothing_ran_each_person_gets_one_round_up(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report(content={"threat"})
    school.settle()
    school.jump_to("2026-11-26T10:00")
    assert len(round_ups(school, "head")) == 1
    assert len(round_ups(school, "dsl")) == 1
    school.jump_to("2026-11-27T08:15")
    assert len(round_ups(school, "head")) == 2


def test_what_became_overdue_while_nothing_ran_is_one_message(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report()
    school.jump_to("2026-11-24T10:00")
    school.report("staff-2")
    school.jump_to("2026-12-04T10:00")
    overdue = school.sent(MessageKind.OVERDUE_TO_DEPUTY)
    assert [len(cases_in(each.message)) for each in overdue] == [2]
    assert len(school.sent(MessageKind.OVERDUE_TO_CHAIR)) == 1


def test_steps_overdue_at_the_same_moment_share_one_message(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report()
    school.report("staff-2")
    school.move_to("2026-11-26T16:01")
    assert [steps_in(each.message) for each in school.sent(MessageKind.OVERDUE_TO_DEPUTY)] == [
        ("acknowledge", "acknowledge")
    ]


def test_a_morning_that_was_missed_is_made_up_for_in_the_holidays(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2026-10-21T10:00")
    school.report()
    school.settle()
    school.jump_to("2026-10-26T10:00")  # half-term; nothing ran since Wednesday
    assert round_ups(school, "head") == [("acknowledge",)]
    school.jump_to("2026-10-27T10:00")
    assert len(round_ups(school, "head")) == 1


def test_round_ups_that_could_not_be_delivered_do_not_pile_up(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = out_of_order()
    school.report()
    school.move_to("2026-11-26T09:00")
    del school.platform.failing["head"]
    school.jump_to("2026-11-26T09:01")
    assert len(round_ups(school, "head")) == 1


def test_in_the_holidays_only_what_presses_brings_a_round_up(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2026-10-23T09:00")
    school.report()
    school.move_to("2026-10-30T12:00")
    assert round_ups(school, "head") == []
    other = a_school(tmp_path / "other", starts="2026-10-23T09:00")
    other.report(content={"threat"})
    other.move_to("2026-10-26T12:00")
    assert len(round_ups(other, "head")) == 1


def test_while_the_head_is_away_the_deputy_gets_everything_but_what_concerns_them(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    with school.acting("head") as act:
        go_away(act, school_time("2026-11-25T00:00").date())
    school.report()
    school.report("staff-2", about={"deputy"})
    school.settle()
    news = school.news()
    assert news.count(("deputy", "new-case")) == 1
    assert news.count(("head", "new-case")) == 1
    school.move_to("2026-11-24T08:16")
    assert round_ups(school, "deputy") == [("acknowledge",)]
    assert round_ups(school, "head") == [("acknowledge",)]
    with school.acting("head") as act:
        come_back(act)
    school.move_to("2026-11-25T08:16")
    assert round_ups(school, "head")[-1] == ("acknowledge", "acknowledge")


def test_past_the_calendar_the_admin_hears_and_nothing_is_guessed(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2027-07-19T10:00")
    case = school.report()
    school.work("head", case, accepted())
    school.settle()
    assert ("admin", "admin-alert") in school.news()
    school.move_to("2027-08-04T12:00")
    news = school.news()
    assert ("admin", "admin-alert") in news
    assert not {"overdue-to-deputy", "digest"} & {kind for _, kind in news}
    school.report("staff-2")
    school.settle()
    assert ("head", "new-case") in school.news()


def test_a_calendar_that_is_continued_is_noticed_at_once(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2027-07-19T10:00")
    case = school.report()
    school.work("head", case, accepted())
    school.settle()
    terms = school.school.calendar.terms
    first, last = (school_time(f"2027-{day}T00:00").date() for day in ("09-02", "12-17"))
    autumn = replace(terms[-1], name="autumn", first_on=first, last_on=last, half_term=None)
    longer = replace(school.school.calendar, terms=(*terms, autumn))
    school = the_same_school(school, calendar=longer)
    school.news()
    school.jump_to("2027-09-06T16:01")
    assert ("deputy", "overdue-to-deputy") in school.news()


@pytest.mark.parametrize("looked", [True, False])
def test_what_is_done_in_a_case_just_before_the_tick_delays_no_reminder(
    tmp_path: Path, looked: bool
) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.move_to("2026-11-26T15:59:59")
    school.news()
    school.clock.at = school_time("2026-11-26T16:00:10")
    if looked:
        school.view("head", case)
    else:
        school.work("head", case, SnoozeStep(StepId("acknowledge"), 2, WHY))
    school.settle()
    assert ("deputy", str(MessageKind.OVERDUE_TO_DEPUTY)) in school.news()


def test_a_case_that_cannot_be_read_silences_no_other(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    broken = school.report()
    school.report("staff-2")
    school.settle()
    with school.school.store.writing() as writing:
        writing.lock_case(broken)
        writing.append(broken, school.clock.now(), [b'{"type": "Unheard", "v": 99}'])
    with pytest.raises(ExceptionGroup):
        school.jump_to("2026-11-24T08:16")
    school.deliver()
    assert round_ups(school, "head") == [("acknowledge",)]
    with pytest.raises(ExceptionGroup):
        school.jump_to("2026-11-26T16:01")
    school.deliver()
    assert len(school.sent(MessageKind.OVERDUE_TO_DEPUTY)) == 1


def test_an_overdue_case_about_the_head_goes_to_another_chair_and_else_to_the_admin(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    school.report(about={"head"})
    school.move_to("2026-11-26T16:01")
    assert [each.to for each in school.sent(MessageKind.OVERDUE_TO_DEPUTY)] == ["chair-2"]
    alone = a_school(tmp_path / "alone", held={Role.CHAIR: ("chair",)})
    alone.report(about={"head"})
    alone.move_to("2026-11-26T16:01")
    assert alone.sent(MessageKind.OVERDUE_TO_DEPUTY) == []
    alerts = alone.sent(MessageKind.ADMIN_ALERT)
    assert [(each.to, cases_in(each.message)) for each in alerts] == [("admin", ())]


def test_a_snoozed_step_is_left_out_of_the_round_up(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.work("head", case, SnoozeStep(StepId("acknowledge"), 2, WHY))
    school.move_to("2026-11-25T08:16")
    assert round_ups(school, "head") == [("acknowledge",)]


def test_a_reporter_hears_the_end_once_however_often_it_is_reopened(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2026-11-27T20:00")
    case = school.report()
    closes = an_answer("acknowledge", "not-inappropriate", fair_concern="no")
    school.work("head", case, closes)
    school.work("head", case, Reopen(WHY))
    school.work("head", case, closes)
    school.move_to("2026-11-30T08:00")
    assert len(school.sent(MessageKind.OUTCOME_TO_REPORTER)) == 1


def test_a_case_passed_on_is_in_the_round_up_of_whoever_has_it_now(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.work("head", case, PassOn(Role.DEPUTY, WHY))
    school.move_to("2026-11-24T08:16")
    assert (round_ups(school, "head"), round_ups(school, "deputy")) == ([], [("acknowledge",)])


def test_a_draft_about_a_danger_is_reminded_of_once(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    with school.acting("staff") as act:
        begin_draft(act, a_report(safety={"hurt-soon"}))
    school.move_to("2026-11-23T12:00")
    assert school.news() == [("staff", "draft-reminder")]


def kept(folder: Path) -> int:
    """How many files the vault holds."""
    return len(list((folder / "evidence").iterdir()))


def test_a_draft_is_deleted_after_seven_days_with_its_files(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    with school.acting("staff") as act:
        keep_file(act, begin_draft(act, a_report()), file_named("screenshot.png"))
    school.move_to("2026-11-24T09:00")
    with school.acting("staff-2") as act:
        younger = begin_draft(act, a_report())
    school.move_to("2026-11-30T08:16")
    with school.acting("staff") as act:
        assert (len(open_drafts(act)), kept(tmp_path)) == (1, 1)
    school.move_to("2026-12-01T08:16")
    with school.acting("staff") as act:
        assert (len(open_drafts(act)), kept(tmp_path)) == (0, 0)
    with school.acting("staff-2") as act:
        assert [each.draft for each in open_drafts(act)] == [younger.draft]


def test_a_draft_that_somebody_goes_on_with_is_no_younger_for_that(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    with school.acting("staff") as act:
        draft = begin_draft(act, a_report())
    school.move_to("2026-11-29T20:00")
    with school.acting("staff") as act:
        draft = save_draft(act, draft, content_of(draft))
    school.move_to("2026-12-01T08:16")
    with school.acting("staff") as act:
        assert open_drafts(act) == ()
        with pytest.raises(Invalid):
            save_draft(act, draft, content_of(draft))


def test_a_case_that_a_draft_alerted_to_outlives_it(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    with school.acting("staff") as act:
        draft = begin_draft(act, a_report(safety={"hurt-soon"}))
        case = alert_from_draft(act, draft).case
    school.move_to("2026-12-01T08:16")
    with school.acting("staff") as act:
        assert open_drafts(act) == ()
    assert "make-safe" in {each.value for each in school.state(case).pending_steps()}


def test_a_report_that_was_sent_keeps_its_files(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(files=["screenshot.png"])
    school.move_to("2026-12-01T08:16")
    assert (kept(tmp_path), len(school.state(case).evidence)) == (1, 1)


def test_the_digest_leaves_out_every_case_that_excludes_a_leader(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    for number in range(5):
        school.report(links={f"https://example.com/{number}"}, about={"dsl"})
    school.move_to("2026-11-27T15:31")
    with school.school.store.reading() as reading:
        figures = shown_figures(digest_record(reading).printed[-1])
    assert (figures["new"], figures["total"]) == ("fewer than 5", "fewer than 5")
    assert [each.to for each in school.sent(MessageKind.DIGEST)] == ["governors"]


def test_the_digest_counts_five_cases_that_exclude_nobody(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    for number in range(5):
        school.report(links={f"https://example.com/{number}"})
    school.move_to("2026-11-27T15:31")
    with school.school.store.reading() as reading:
        figures = shown_figures(digest_record(reading).printed[-1])
    assert (figures["new"], figures["total"]) == ("5", "5")
