"""How messages leave: each once, to whoever may have it at that moment, whatever fails."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.addresses import tell_of_unreached
from bot.app.deliver import Deliverer
from bot.app.delivery_watch import Unwatched
from bot.app.intents import Claimed, Intent, LeaseToken, RowId, ToChannel, ToPerson, ToRole
from bot.app.leaving import Leaving
from bot.app.messenger import DeliveryError, NoAddress, OurFault
from bot.app.school import Holder
from bot.domain.commands import DeclareInterest, Exclude, PassOn
from bot.domain.events import PersonTold
from bot.domain.ids import CaseId, MessageKind, PersonId, Role
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.messages import cases_in
from bot.screens.nodes import Paragraph, StepLine
from bot.screens.say import Say
from tests.builders import (
    SchoolAtWork,
    Told,
    a_school,
    accepted,
    an_answer,
    run_here,
    the_same_school,
)
from tests.fakes import gone, out_of_order, too_many

WHY = Personal("because")
LONG = timedelta(hours=2)


def kinds(school: SchoolAtWork, to: str) -> list[str]:
    return [str(each.kind) for each in school.platform.taken if each.to == to]


def try_again(school: SchoolAtWork, times: int = 1) -> None:
    for _ in range(times):
        school.clock.machine_waits(LONG)
        school.deliver()


def told_of(school: SchoolAtWork, case: CaseId) -> list[MessageKind]:
    found = [each.event for each in school.file(case).entries]
    return [each.kind for each in found if isinstance(each, PersonTold)]


def test_a_message_goes_out_once_however_often_delivery_runs(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report()
    for _ in range(3):
        school.settle()
    assert school.news() == [("head", "new-case"), ("staff", "receipt")]


def test_nothing_counts_as_sent_until_the_platform_said_so(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = out_of_order()
    case = school.report()
    school.settle()
    assert told_of(school, case) == []
    del school.platform.failing["head"]
    try_again(school)
    assert told_of(school, case) == [MessageKind.NEW_CASE]


def test_one_persons_failing_delivery_never_stops_anothers(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = RuntimeError("a fault of our own")
    school.report(safety={"hurt-soon"})
    with pytest.raises(ExceptionGroup):
        school.settle()
    assert school.news() == [("dsl", "urgent-case"), ("staff", "receipt")]


def test_a_fault_of_our_own_is_tried_later_and_does_not_loop(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = RuntimeError("a fault of our own")
    school.report()
    with pytest.raises(ExceptionGroup):
        school.settle()
    school.deliver()
    assert school.platform.tried.count("head") == 1
    del school.platform.failing["head"]
    try_again(school)
    assert kinds(school, "head") == ["new-case"]


def test_a_message_that_cannot_be_made_blocks_no_other(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    broken = Intent(
        "broken", MessageKind.NEW_CASE, ToPerson(school.id_of("head")),
        school.clock.now(), (CaseId("no-such-case"),),
    )  # fmt: skip
    with school.school.store.writing() as writing:
        writing.enqueue([broken])
    school.report()
    with pytest.raises(ExceptionGroup):
        school.settle()
    school.deliver()
    assert school.news() == [("head", "new-case"), ("staff", "receipt")]


def test_a_role_that_cannot_be_worked_out_blocks_no_other(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    broken = Intent(
        "broken", MessageKind.NEW_CASE, ToRole("owner"), school.clock.now(), (CaseId("none"),)
    )
    with school.school.store.writing() as writing:
        writing.enqueue([broken])
    school.report()
    with pytest.raises(ExceptionGroup):
        school.settle()
    try_again_quietly(school)
    assert ("head", "new-case") in school.news()


def try_again_quietly(school: SchoolAtWork) -> None:
    school.clock.machine_waits(LONG)
    with pytest.raises(ExceptionGroup):
        school.deliver()


def test_a_pause_that_the_platform_asks_for_counts_as_no_failure(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = too_many()
    school.report()
    school.settle()
    for _ in range(8):
        school.clock.machine_waits(timedelta(seconds=31))
        school.deliver()
    assert school.platform.tried.count("head") == 9
    assert kinds(school, "admin") == []
    del school.platform.failing["head"]
    school.clock.machine_waits(timedelta(seconds=31))
    school.deliver()
    assert kinds(school, "head") == ["new-case"]


def test_the_pause_is_kept(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = too_many()
    school.report()
    school.settle()
    school.clock.machine_waits(timedelta(seconds=29))
    school.deliver()
    assert school.platform.tried.count("head") == 1


def test_the_fifth_failure_alerts_the_admin_once(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = out_of_order()
    school.report()
    school.settle()
    try_again(school, 3)
    assert kinds(school, "admin") == []
    try_again(school, 1)
    assert kinds(school, "admin") == ["admin-alert"]
    try_again(school, 60)
    assert kinds(school, "admin") == ["admin-alert"]
    assert school.platform.tried.count("head") == 65
    del school.platform.failing["head"]
    try_again(school)
    assert kinds(school, "head") == ["new-case"]


def test_what_can_never_be_delivered_is_given_up_and_the_admin_hears_once(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = gone()
    school.report()
    school.settle()
    try_again(school, 3)
    assert school.platform.tried.count("head") == 1
    assert kinds(school, "admin") == ["admin-alert"]


def told_to_the_admin(school: SchoolAtWork) -> list[str]:
    alerts = [each for each in school.platform.taken if each.kind is MessageKind.ADMIN_ALERT]
    texts = [node for each in alerts for node in each.message.nodes]
    says = [node.text for node in texts if isinstance(node, Paragraph)]
    return [each.key.value for each in says if isinstance(each, Plain)]


def test_the_admin_is_told_truly_why_a_message_does_not_arrive(tmp_path: Path) -> None:
    reasons = {
        "outage": (out_of_order(), Say.ADMIN_DELIVERY),
        "account gone": (gone(), Say.ADMIN_DELIVERY_REFUSED),
        "a mistake of ours": (OurFault(), Say.ADMIN_DELIVERY_FAULT),
    }
    for name, (error, says) in reasons.items():
        (tmp_path / name).mkdir()
        school = a_school(tmp_path / name)
        school.platform.failing["head"] = error
        school.report()
        school.settle()
        try_again(school, 4)
        assert told_to_the_admin(school) == [says.value]


def test_a_digest_that_is_refused_is_a_matter_of_its_channel(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    digest = Intent("d", MessageKind.DIGEST, ToChannel(), school.clock.now())
    refused = Leaving(school.school, school.platform, lambda person: person).failed(
        Claimed(RowId(1), LeaseToken("t"), digest, 0, None, None), gone()
    )
    with school.school.store.writing() as writing:
        refused.write(writing)
    school.settle()
    assert told_to_the_admin(school) == [Say.ADMIN_DIGEST_REFUSED.value]


def delivered_without_address_of(who: str, school: SchoolAtWork) -> None:
    """Reports, and tries six times while nobody knows where that person is reached."""
    counted = NoAddresses()

    def known(person: PersonId) -> PersonId | None:
        return None if person == school.id_of(who) else person

    school.report()
    for _ in range(6):
        school.clock.machine_waits(LONG)
        deliverer = Deliverer(school.school, school.platform, run_here, known, counted)
        asyncio.run(deliverer.deliver_due())
    assert counted.times == 6
    assert counted.told == [NoAddress]


def test_of_somebody_who_never_opened_the_app_the_admin_hears_just_that_and_once(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    (head,) = school.school.holders[Role.HEAD]
    tell_of_unreached(school.school, [head.email])
    delivered_without_address_of("head", school)
    assert told_to_the_admin(school) == [Say.ADMIN_HOLDER.value]


def test_while_nobody_could_be_looked_up_no_address_is_called_wrong(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    delivered_without_address_of("head", school)
    assert told_to_the_admin(school) == [Say.ADMIN_DELIVERY.value]


def test_of_a_reporter_without_an_address_the_admin_hears_nothing(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    delivered_without_address_of("staff", school)
    assert told_to_the_admin(school) == []


class NoAddresses(Unwatched):
    """Counts tries without an address, and notes of what it was told that it keeps failing."""

    def __init__(self) -> None:
        self.times = 0
        self.told: list[type[DeliveryError]] = []

    def no_address(self) -> None:
        self.times += 1

    def keeps_failing(self, claimed: Claimed, error: DeliveryError) -> None:
        del claimed
        self.told.append(type(error))


def test_an_admin_who_cannot_be_reached_is_told_nothing_of_it_for_ever(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing |= {"head": gone(), "admin": gone()}
    school.report()
    school.settle()
    try_again(school, 3)
    assert school.platform.tried.count("admin") == 1


def test_permission_is_asked_again_when_a_message_leaves(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2026-11-28T12:00")
    case = school.report()  # on a Saturday: the head is to hear on Monday
    school.settle()
    school.work("head", case, DeclareInterest())
    school.move_to("2026-11-30T09:00")
    assert kinds(school, "head") == []
    assert kinds(school, "chair") == ["new-case", "round-up"]


def test_a_message_addressed_to_somebody_who_is_out_since_is_dropped(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = out_of_order()
    case = school.report()
    school.settle()
    del school.platform.failing["head"]
    school.work("head", case, DeclareInterest())
    try_again(school, 2)
    assert kinds(school, "head") == []
    assert kinds(school, "chair") == ["new-case"]


def test_a_deputy_alert_written_before_the_head_was_excluded_is_never_sent(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["deputy"] = out_of_order()
    case = school.report(safety={"hurt-soon"})
    school.move_to("2026-11-23T09:20")
    school.work("head", case, DeclareInterest())
    del school.platform.failing["deputy"]
    try_again(school, 2)
    assert kinds(school, "deputy") == []


def test_an_urgent_case_has_no_other_alert_besides(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2026-11-28T12:00")
    school.report(poster="pupil", links={"https://example.com/1"})
    school.settle()
    school.news()
    school.report("staff-2", safety={"hurt-soon"}, links={"https://example.com/1"})
    school.settle()
    assert school.news() == [
        ("dsl", "urgent-case"), ("head", "urgent-case"), ("staff-2", "receipt"),
    ]  # fmt: skip
    school.move_to("2026-11-30T08:00")
    sent = {kind for _, kind in school.news()}
    assert not sent & {"new-case", "dsl-alert"}


def test_of_repeats_that_could_not_be_delivered_only_the_newest_goes_out(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.platform.failing["head"] = out_of_order()
    school.report(safety={"hurt-soon"})
    school.move_to("2026-11-23T10:30")
    del school.platform.failing["head"]
    try_again(school, 5)
    assert kinds(school, "head") == ["urgent-case", "urgent-case"]


def test_somebody_with_several_roles_gets_each_message_once(tmp_path: Path) -> None:
    school = a_school(
        tmp_path, held={Role.HEAD: ("head",), Role.DSL: ("head",), Role.DEPUTY: ("head",)}
    )
    school.report(safety={"hurt-soon"})
    school.move_to("2026-11-23T09:21")
    assert kinds(school, "head") == ["urgent-case", "urgent-case"]


def test_older_messages_show_what_was_done_meanwhile(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.move_to("2026-11-24T08:16")
    round_up = next(
        n for n, each in enumerate(school.platform.taken) if str(each.kind) == "round-up"
    )
    school.work("head", case, accepted())
    school.deliver()
    shown = school.platform.updated[str(round_up)]
    lines = [node for node in shown.nodes if isinstance(node, StepLine)]
    assert [(each.state.key, each.actions) for each in lines] == [(Say.STATE_DONE, ())]


def test_an_older_message_is_withdrawn_from_somebody_who_is_out_since(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.settle()
    ref = next(str(n) for n, each in enumerate(school.platform.taken) if each.to == "head")
    school.work("head", case, PassOn(Role.CHAIR, WHY))
    school.work("chair", case, Exclude(school.id_of("head"), WHY))
    school.settle()
    assert cases_in(school.platform.updated.pop(ref)) == ()
    school.work("chair", case, an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    school.settle()
    assert ref not in school.platform.updated


def test_a_case_that_waits_is_told_to_a_holder_who_is_added(tmp_path: Path) -> None:
    school = a_school(tmp_path, held={Role.HEAD: ("head",), Role.CHAIR: ("chair",)})
    school.report(safety={"hurt-soon"}, about_names={"Name head", "name CHAIR"})
    school.move_to("2026-11-23T11:30")
    assert school.news() == [
        ("admin", "admin-alert"), ("dsl", "urgent-case"),
        *[("dsl", "urgent-case")] * 3, ("staff", "not-yet-seen"), ("staff", "not-yet-seen"),
        ("staff", "receipt"),
    ]  # fmt: skip
    chairs = (*school.school.holders[Role.CHAIR], Holder("chair-2@derwentvale.example"))
    school = the_same_school(school, holders={**school.school.holders, Role.CHAIR: chairs})
    school.move_to("2026-11-23T12:31")
    assert ("chair-2", "urgent-case") in school.news()
    assert kinds(school, "chair-2").count("urgent-case") == 1


def test_everybody_who_reports_a_danger_that_nobody_may_see_is_told_whom_to_ring(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    told: dict[str, Told] = {"about": {"head", "chair"}, "links": {"https://example.com/1"}}
    school.report("staff", (), **told)
    school.settle()
    assert kinds(school, "staff") == ["receipt"]
    school.report("staff-2", (), safety={"hurt-soon"}, **told)
    school.settle()
    assert sorted(kinds(school, "staff")) == ["not-yet-seen", "receipt"]
    school.report("staff-3", (), safety={"hurt-soon"}, **told)
    school.settle()
    assert sorted(kinds(school, "staff-3")) == ["not-yet-seen", "receipt"]
    assert sorted(kinds(school, "staff-2")) == ["not-yet-seen", "receipt"]


def test_a_platform_that_asks_for_a_long_pause_is_asked_again_within_the_hour(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    school.report()
    asked = DeliveryError(permanent=False, wait_seconds=10 * 3600)
    school.platform.failing["head"] = asked
    school.deliver()
    tried = len(school.platform.tried)
    school.deliver()
    assert len(school.platform.tried) == tried
    del school.platform.failing["head"]
    school.clock.machine_waits(timedelta(hours=1))
    school.deliver()
    assert kinds(school, "head")
