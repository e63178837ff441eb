"""A report comes to an open case, with all that follows from it (PRODUCT 2.4, same post)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.app.act import Act, may_see
from bot.app.case_file import Added, CaseFile, read_case
from bot.app.case_keys import cases_named, index_report, name_key, report_of
from bot.domain.answers import Answers, joined, typed
from bot.domain.case import CaseState
from bot.domain.evaluate import holds_in_answers
from bot.domain.events import (
    CaseOpened,
    Event,
    EvidenceAttached,
    How,
    PersonExcluded,
    Report,
    ReportJoined,
    SamePersonNoted,
)
from bot.domain.ids import CaseId, Reference
from bot.domain.people import owner_of
from bot.domain.policy import Policy


def join(
    act: Act,
    file: CaseFile,
    report: Report,
    how: How,
    evidence: Sequence[EvidenceAttached] = (),
    of_case: CaseId | None = None,
) -> CaseFile:
    """Adds a report to an open case that is locked, with all that follows from it.

    No file comes with it once any report of the case says that pictures are forbidden.
    """
    evidence = allowed_files(file.policy, (*told_in(file), report.answers), evidence)
    report = replace(report, evidence=tuple(each.evidence for each in evidence))
    events: list[Event] = [ReportJoined(report, how, of_case), *evidence]
    added = with_follow_ups(act, file.case, file.policy, file.state, events)
    file = act.recorder.write(file, added)
    index_report(act, file.case, file.policy, report)
    return file


def told_in(file: CaseFile) -> list[Answers]:
    """What each report of the case says."""
    return [line.report.answers for line in file.state.reports]


def allowed_files(
    policy: Policy, told: Iterable[Answers], evidence: Sequence[EvidenceAttached]
) -> Sequence[EvidenceAttached]:
    """The files, unless pictures are forbidden (PRODUCT 2.2)."""
    together = joined(policy.questions, told)
    return () if holds_in_answers(policy.files_forbidden, together) else evidence


def with_follow_ups(
    act: Act, case: CaseId, policy: Policy, state: CaseState | None, events: Sequence[Event]
) -> Added:
    """The change with what the application adds: who is named and so out, which cases may match."""
    added = act.recorder.added(state, policy, events)
    named = _named(act, policy, added.state)
    if named:
        added = act.recorder.added(added.state, policy, named, added.entries)
    matches = _same_person(act, case, policy, added.state)
    if matches:
        noted = (SamePersonNoted(matches),)
        added = act.recorder.added(added.state, policy, noted, added.entries)
    return added


def as_if_filed(act: Act, policy: Policy, answers: Answers) -> CaseState:
    """What a case of these answers would be, with whoever is named in them out."""
    opened = CaseOpened(
        Reference("0000-000"), report_of(act, policy, answers), act.school.pack.sha256
    )
    state = act.recorder.added(None, policy, (opened,)).state
    named = _named(act, policy, state)
    return act.recorder.added(state, policy, named).state if named else state


def _named(act: Act, policy: Policy, state: CaseState) -> list[PersonExcluded]:
    """Holders of a role whose name the report gives: whoever is concerned is out."""
    told = {
        name_key(name)
        for question in policy.excluded_by_name
        for name in typed(state.answers, question)
    }
    return [
        PersonExcluded(person, act.roster.roles_of(person))
        for person, name in act.school.names(act.writing).items()
        if name_key(name) in told and person not in state.excluded_people
    ]


def _same_person(act: Act, case: CaseId, policy: Policy, state: CaseState) -> tuple[CaseId, ...]:
    """Earlier cases of the last years with a poster of the name, that the owner may see."""
    rule = policy.same_person
    owner = owner_of(state, policy, act.roster)
    if rule is None or owner is None:
        return ()
    known = {each.case for each in state.earlier}
    since = act.now - timedelta(days=365.25 * rule.years)
    found = []
    for row in cases_named(act.writing, rule.name, state):
        if row.case == case or row.case in known or row.opened_at < since:
            continue
        file = read_case(act.school, act.writing, row)
        if file.state.duplicate_of is None and may_see(
            owner.person, file, act.roster, file.policy, act.today
        ):
            found.append(row.case)
    return tuple(found)
