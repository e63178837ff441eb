"""A report is filed: it opens a case, or joins the open case of the same post (PRODUCT 2.4)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.app.act import Act
from bot.app.case_file import OPEN, CaseFile, read_case
from bot.app.case_keys import cases_of_the_post, clean_links, index_report, report_of
from bot.app.intents import Intent, ToPerson
from bot.app.join_report import allowed_files, join, told_in, with_follow_ups
from bot.app.stored import CaseRow, Draft
from bot.domain.answers import Answers, joined
from bot.domain.errors import Invalid, Why
from bot.domain.evaluate import holds_in_answers
from bot.domain.events import CaseOpened, Event, EvidenceAttached, How, Report
from bot.domain.ids import CaseId, MessageKind, PersonId, Reference
from bot.domain.permissions import Doing
from bot.domain.policy import Policy
from bot.domain.questionnaire import check_report, is_danger, problems_of, still_asked
from bot.screens import messages


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
    act.writing.lock_school()
    filed, kept = _into_a_case(act, answers, draft, evidence)
    if draft is not None:
        if kept:
            act.writing.hand_files(draft.draft, filed.case, [each.evidence for each in kept])
        act.writing.delete_draft(draft.draft)
    receipt = Intent(
        f"{filed.case}:{MessageKind.RECEIPT}:{act.cause}",
        MessageKind.RECEIPT,
        ToPerson(act.who.person),
        act.now,
        (filed.case,),
        {"pictures": _what_became_of_pictures(policy, answers, evidence, kept)},
    )
    act.writing.enqueue([receipt])
    return filed


def _what_became_of_pictures(
    policy: Policy,
    answers: Answers,
    sent: Sequence[EvidenceAttached],
    kept: Sequence[EvidenceAttached],
) -> str:
    """What the receipt says of them. Where none may be added, none may be deleted either."""
    if sent and not kept:
        return messages.NOT_KEPT
    forbidden = holds_in_answers(policy.files_forbidden, answers)
    return messages.LEAVE_THEM if forbidden else messages.DELETE_THEM


def alert_now(act: Act, answers: Answers) -> Filed:
    """Opens an urgent case at once, from the answers so far; the report completes it later.

    Of a post that is known already it makes that case urgent. Raises ``Invalid`` unless the safety
    answer is a danger.
    """
    act.ask(Doing.REPORT)
    policy = act.school.pack.policy
    answers = clean_links(policy, still_asked(policy, answers))
    if not is_danger(policy, answers):
        raise Invalid({policy.safety.value: Why.NOT_A_DANGER})
    act.writing.lock_school()
    return _into_a_case(act, answers, None, ())[0]


def add_to_report(
    act: Act, case: CaseId, answers: Answers, evidence: Sequence[EvidenceAttached] = ()
) -> CaseFile:
    """The reporter adds to an own report, while its case is open. Nothing in it is required."""
    file = act.locked(case, Doing.ADD_TO_REPORT)
    if file.state.closed:
        raise Invalid({"": Why.CASE_CLOSED})
    answers = clean_links(file.policy, answers)
    asked = still_asked(file.policy, told_by(act.who.person, file, answers))
    if evidence and not allowed_files(file.policy, (*told_in(file), answers), evidence):
        raise Invalid({_files_field(file.policy): Why.FILES_FORBIDDEN})
    extra = {question.value: Why.NOT_ASKED for question in answers if question not in asked}
    problems = extra or problems_of(
        {each: file.policy.questions[each] for each in answers}, answers, needed=False
    )
    if problems:
        raise Invalid(problems)
    report = report_of(act, file.policy, answers)
    return join(act, file, report, How.ADDED, evidence)


def _files_field(policy: Policy) -> str:
    return policy.files.value if policy.files else ""


def told_by(person: PersonId, file: CaseFile, also: Answers) -> Answers:
    """All that a person told in a case, with what is added now.

    What only makes sense with what was told before is judged together with that.
    """
    lines = (line.report for line in file.state.reports if line.report.reporter == person)
    return joined(file.policy.questions, (*(each.answers for each in lines), also))


def _into_a_case(
    act: Act, answers: Answers, draft: Draft | None, evidence: Sequence[EvidenceAttached]
) -> tuple[Filed, Sequence[EvidenceAttached]]:
    """What became of the report, and which of its files came with it."""
    policy = act.school.pack.policy
    report = report_of(act, policy, answers)
    same_post = cases_of_the_post(act.writing, policy, answers)
    row, how = _case_for(act, same_post, draft)
    if row is not None:
        act.writing.lock_case(row.case)
        # It may have been closed before it was locked.
        row = act.writing.case_row(row.case)
    if row is None or row.status != OPEN:
        evidence = allowed_files(policy, (answers,), evidence)
        report = replace(report, evidence=tuple(each.evidence for each in evidence))
        return _open(act, report, same_post, evidence), evidence
    file = read_case(act.school, act.writing, row)
    evidence = allowed_files(file.policy, (*told_in(file), answers), evidence)
    file = join(act, file, report, how, evidence)
    return Filed(file.case, file.state.reference, joined=True), evidence


def _case_for(
    act: Act, same_post: Sequence[CaseRow], draft: Draft | None
) -> tuple[CaseRow | None, How]:
    """The open case that the report belongs to: its own *Alert now*, else the same post's."""
    if draft is not None and draft.case is not None:
        row = act.writing.case_row(draft.case)
        if row is not None and row.status == OPEN:
            return row, How.COMPLETED
    rows = [row for row in same_post if row.status == OPEN]
    if len(rows) > 1:
        # What was found to be a duplicate has handed its report on, and takes none.
        rows = [row for row in rows if not _is_duplicate(act, row)] or rows
    return (rows[0] if rows else None), How.JOINED


def _is_duplicate(act: Act, row: CaseRow) -> bool:
    return read_case(act.school, act.writing, row).state.duplicate_of is not None


def _open(
    act: Act, report: Report, same_post: Sequence[CaseRow], evidence: Sequence[EvidenceAttached]
) -> Filed:
    school = act.school
    policy = school.pack.policy
    case = CaseId(uuid.uuid4().hex)
    reference = act.writing.next_reference(school.calendar.local(act.now).year)
    earlier = tuple(row.case for row in same_post)
    act.writing.keep_policy(school.pack.sha256, school.pack.text)
    row = CaseRow(case, reference, act.now, OPEN, school.pack.sha256, look_again_at=None)
    events: list[Event] = [
        CaseOpened(reference, report, school.pack.sha256, school.traits, earlier),
        *evidence,
    ]
    added = with_follow_ups(act, case, policy, None, events)
    act.recorder.start(row, policy, added)
    index_report(act, case, policy, report)
    return Filed(case, reference, joined=False)
