"""A report is filed: it opens a case, or joins the open case of the same post (PRODUCT 2.4)."""

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.app.act import Act, may_see
from bot.app.case_file import OPEN, CaseFile, read_case
from bot.app.ports import CaseRow, Draft, Intent, Reading, ToPerson
from bot.domain.answers import Answers, ticked, typed
from bot.domain.case import CaseState
from bot.domain.errors import Invalid, Why
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
from bot.domain.ids import CaseId, MessageKind, QuestionId, Reference
from bot.domain.links import LinkNotAccepted, normalise, read_link
from bot.domain.people import owner_of
from bot.domain.permissions import Doing
from bot.domain.personal import Personal
from bot.domain.policy import AnswerKind, Policy
from bot.domain.questionnaire import check_report, is_danger, problems_of, still_asked


@dataclass(frozen=True)
class Filed:
    """What became of a report."""

    case: CaseId
    reference: Reference
    joined: bool


def file_report(
    act: Act,
    answers: Answers,
    *,
    draft: Draft | None = None,
    evidence: Sequence[EvidenceAttached] = (),
) -> Filed:
    """Files a complete report, and sends its receipt.

    The school stays locked until the end of the transaction, so that no two cases are opened for
    one link. Raises ``Refused`` and ``Invalid``; then nothing has changed.
    """
    act.ask(Doing.REPORT)
    policy = act.school.pack.policy
    answers = clean_links(policy, still_asked(policy, answers))
    check_report(policy, answers)
    if holds_in_answers(policy.files_forbidden, answers):
        evidence = ()
    act.writing.lock_school()
    filed = _into_a_case(act, answers, draft, evidence)
    if draft is not None:
        act.writing.hand_files(draft.draft, filed.case, [each.evidence for each in evidence])
        act.writing.delete_draft(draft.draft)
    receipt = Intent(
        f"{filed.case}:{MessageKind.RECEIPT}:{act.cause}",
        MessageKind.RECEIPT,
        ToPerson(act.who.person),
        act.now,
        (filed.case,),
    )
    act.writing.enqueue([receipt])
    return filed


def alert_now(act: Act, answers: Answers) -> Filed:
    """Opens an urgent case at once, from the answers so far; the report completes it later.

    Raises ``Invalid`` unless the safety answer is a danger.
    """
    act.ask(Doing.REPORT)
    policy = act.school.pack.policy
    answers = clean_links(policy, still_asked(policy, answers))
    if not is_danger(policy, answers):
        raise Invalid({policy.safety.value: Why.NOT_A_DANGER})
    act.writing.lock_school()
    return _open(act, _report(act, policy, answers), ())


def add_to_report(
    act: Act, case: CaseId, answers: Answers, evidence: Sequence[EvidenceAttached] = ()
) -> CaseFile:
    """The reporter adds to an own report, while its case is open. Nothing in it is required."""
    file = act.locked(case, Doing.ADD_TO_REPORT)
    if file.state.closed:
        raise Invalid({"": Why.CASE_CLOSED})
    # What only makes sense with what the person told before is judged together with that.
    own = [
        line.report.answers for line in file.state.reports if line.report.reporter == act.who.person
    ]
    before = own[-1] if own else {}
    answers = clean_links(file.policy, answers)
    asked = still_asked(file.policy, {**before, **answers})
    extra = {question.value: Why.NOT_ASKED for question in answers if question not in asked}
    problems = extra or problems_of(
        {each: file.policy.questions[each] for each in answers}, answers, needed=False
    )
    if problems:
        raise Invalid(problems)
    report = _report(act, file.policy, answers)
    return join(act, file, report, How.ADDED, evidence)


def join(
    act: Act,
    file: CaseFile,
    report: Report,
    how: How,
    evidence: Sequence[EvidenceAttached] = (),
    of_case: CaseId | None = None,
) -> CaseFile:
    """Adds a report to an open case that is locked, with all that follows from it."""
    events: list[Event] = [ReportJoined(report, how, of_case), *evidence]
    events += follow_ups(act, file.case, file.policy, file.state, events)
    file = act.recorder.record(file, events)
    _index(act, file.case, file.policy, report)
    return file


def follow_ups(
    act: Act, case: CaseId, policy: Policy, state: CaseState | None, events: Sequence[Event]
) -> list[Event]:
    """What the application adds to a change: who is named and so out, which cases may match."""
    after = act.recorder.after(state, policy, events)
    found: list[Event] = [*_named(act, policy, after)]
    if found:
        after = act.recorder.after(state, policy, [*events, *found])
    matches = _same_person(act, case, policy, after)
    if matches:
        found.append(SamePersonNoted(matches))
    return found


def clean_links(policy: Policy, answers: Answers) -> Answers:
    """The answers with each link cleaned for keeping. Raises ``Invalid`` for one that is none."""
    changed = dict(answers)
    for question, value in answers.items():
        asked = policy.questions.get(question)
        if asked and asked.kind is AnswerKind.LINKS and isinstance(value, tuple):
            try:
                links = [Personal(read_link(each.reveal())) for each in value]
            except LinkNotAccepted as wrong:
                raise Invalid({question.value: Why.NOT_A_LINK}, because=wrong) from None
            changed[question] = tuple(dict.fromkeys(links))
    return changed


def name_key(name: Personal) -> str:
    """A name without case and spaces, to be hashed (PRODUCT 2.4, same person)."""
    return "".join(unicodedata.normalize("NFKC", name.reveal()).casefold().split())


def _into_a_case(
    act: Act, answers: Answers, draft: Draft | None, evidence: Sequence[EvidenceAttached]
) -> Filed:
    policy = act.school.pack.policy
    report = _report(act, policy, answers)
    report = replace(report, evidence=tuple(each.evidence for each in evidence))
    row, how = _case_for(act, policy, answers, draft)
    if row is None:
        return _open(act, report, evidence)
    act.writing.lock_case(row.case)
    file = read_case(act.school, act.writing, row)
    file = join(act, file, report, how, evidence)
    return Filed(file.case, file.state.reference, joined=True)


def _case_for(
    act: Act, policy: Policy, answers: Answers, draft: Draft | None
) -> tuple[CaseRow | None, How]:
    """The open case that the report belongs to: its own *Alert now*, else the same post's."""
    if draft is not None and draft.case is not None:
        row = act.writing.case_row(draft.case)
        if row is not None and row.status == OPEN:
            return row, How.COMPLETED
    rows = [row for row in _same_post(act.writing, policy, answers) if row.status == OPEN]
    return (rows[0] if rows else None), How.JOINED


def _same_post(reading: Reading, policy: Policy, answers: Answers) -> list[CaseRow]:
    found = {
        row.case: row
        for key in link_keys(reading, policy, answers)
        for row in reading.cases_with_link(key)
    }
    return sorted(found.values(), key=lambda row: (row.opened_at, row.reference))


def link_keys(reading: Reading, policy: Policy, answers: Answers) -> tuple[str, ...]:
    """The keyed hashes of the links by which the same post is found."""
    if policy.same_post is None:
        return ()
    links = typed(answers, policy.same_post.question)
    return tuple(reading.keyed_hash("link", normalise(link.reveal())) for link in links)


def _open(act: Act, report: Report, evidence: Sequence[EvidenceAttached]) -> Filed:
    school = act.school
    policy = school.pack.policy
    case = CaseId(uuid.uuid4().hex)
    reference = act.writing.next_reference(school.calendar.local(act.now).year)
    earlier = tuple(row.case for row in _same_post(act.writing, policy, report.answers))
    act.writing.keep_policy(school.pack.sha256, school.pack.text)
    row = CaseRow(case, reference, act.now, OPEN, school.pack.sha256, act.now)
    events: list[Event] = [
        CaseOpened(reference, report, school.pack.sha256, school.traits, earlier),
        *evidence,
    ]
    events += follow_ups(act, case, policy, None, events)
    act.recorder.start(row, policy, events)
    _index(act, case, policy, report)
    return Filed(case, reference, joined=False)


def _report(act: Act, policy: Policy, answers: Answers) -> Report:
    return Report(act.who.person, answers, concerned_by(act.writing, policy, answers))


def concerned_by(reading: Reading, policy: Policy, answers: Answers) -> frozenset[str]:
    """Whom a post is about: names as keyed hashes, and roles of the school (PRODUCT 2.4)."""
    rule = policy.same_person
    if rule is None:
        return frozenset()
    names = typed(answers, rule.concerned)
    roles = ticked(answers, rule.concerned_roles) & rule.role_options
    return frozenset(
        {f"name:{reading.keyed_hash('name', name_key(name))}" for name in names}
        | {f"role:{role}" for role in roles}
    )


def _index(act: Act, case: CaseId, policy: Policy, report: Report) -> None:
    for key in link_keys(act.writing, policy, report.answers):
        act.writing.keep_link(case, key)
    act.writing.keep_reporter(case, report.reporter)
    if policy.same_person:
        index_names(act, case, typed(report.answers, policy.same_person.name))


def index_names(act: Act, case: CaseId, names: Sequence[Personal]) -> None:
    """Keeps under which names the poster of a case is found."""
    for name in names:
        act.writing.keep_name(case, act.writing.keyed_hash("name", name_key(name)))


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
    for row in _cases_named(act.writing, rule.name, state):
        if row.case == case or row.case in known or row.opened_at < since:
            continue
        file = read_case(act.school, act.writing, row)
        if may_see(owner.person, file, act.roster, file.policy, act.today):
            found.append(row.case)
    return tuple(found)


def _cases_named(reading: Reading, name: QuestionId, state: CaseState) -> list[CaseRow]:
    found = {
        row.case: row
        for each in typed(state.answers, name)
        for row in reading.cases_with_name(reading.keyed_hash("name", name_key(each)))
        if row.opened_at <= state.opened_at
    }
    return sorted(found.values(), key=lambda row: (row.opened_at, row.reference))
