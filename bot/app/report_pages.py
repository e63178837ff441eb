"""The guided questions, page by page: shown, answered, gone back to, resumed and sent.

Answers are kept as a draft after every page. What is wrong with a page is said beside its fields,
and everything that was given on it is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.app.act import Act
from bot.app.drafts import (
    Content,
    alert_from_draft,
    begin_draft,
    content_of,
    file_from_draft,
    keep_file,
    open_drafts,
    own_draft,
    remove_file,
    save_draft,
    sent_as,
    withdraw_draft,
)
from bot.app.inbound import Given
from bot.app.ports import Draft
from bot.app.reading import read_questions, uploads_in
from bot.domain.answers import Answers, Value, ticked
from bot.domain.errors import Invalid, Why
from bot.domain.ids import CaseId, ContactId, DraftId, EvidenceId, PageId, QuestionId, Role
from bot.domain.personal import Personal
from bot.domain.policy import AnswerKind, Page, Policy, Question
from bot.domain.questionnaire import (
    is_asked,
    pages_for,
    problems_of,
    still_asked,
    stop_cards_for,
)
from bot.screens.facts import Plain, plain
from bot.screens.forms import REVIEW, is_last_page, page_form, review_form
from bot.screens.nodes import Action, Done, Form, Paragraph, Show, ViewNode
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wrong import errors_of


@dataclass(frozen=True)
class Writing:
    """Somebody writes a report: the act, and the draft as it stands."""

    act: Act
    draft: Draft

    @property
    def policy(self) -> Policy:
        """The school's pack."""
        return self.act.school.pack.policy

    @property
    def content(self) -> Content:
        """What the draft holds."""
        return content_of(self.draft)

    def form(
        self,
        page: str,
        errors: Mapping[str, Plain] | None = None,
        answers: Answers | None = None,
        actions: tuple[Action, ...] = (),
        intro: tuple[ViewNode, ...] = (),
    ) -> Form:
        """A page as it stands; ``answers`` are shown instead of the draft's."""
        told = self.content.answers if answers is None else answers
        ref = FormRef(Press(Verb.REPORT, self.draft.draft), page, self.draft.revision)
        files = self.content.files
        if page == REVIEW:
            return review_form(
                self.policy,
                told,
                ref,
                files=len(files),
                contacts=lambda wanted: self._contacts(wanted, told),
                errors=errors,
            )
        return page_form(
            self.policy,
            page_of(self.policy, page),
            told,
            ref,
            kept=files,
            actions=actions,
            intro=intro,
            errors=errors,
            contacts=lambda wanted: self._contacts(wanted, told),
        )

    def _contacts(self, wanted: Sequence[ContactId], answers: Answers) -> tuple[ContactId, ...]:
        return contacts_for(self.act, wanted, answers)


@dataclass(frozen=True)
class Sent:
    """The report was sent."""

    case: CaseId


def contacts_for(act: Act, wanted: Sequence[ContactId], answers: Answers) -> tuple[ContactId, ...]:
    """The numbers of the right people: without those whom the post is about."""
    policy = act.school.pack.policy
    out = {
        rule.role.value
        for rule in policy.exclusions
        if rule.option in ticked(answers, rule.question)
    }
    found = [each for each in wanted if each.value not in out and each in act.school.contacts]
    chair = ContactId(Role.CHAIR.value)
    if Role.HEAD.value in out and chair not in found and chair in act.school.contacts:
        found.insert(0, chair)
    return tuple(each for each in found if each.value not in out)


def page_of(policy: Policy, page: str) -> Page:
    """The page of that id; the first one, if there is none."""
    return next((each for each in policy.pages if each.id.value == page), policy.pages[0])


def start_report(act: Act, links: Sequence[Personal] = ()) -> Show:
    """The first page. Unfinished reports are offered; links that came along are filled in."""
    older = [each for each in open_drafts(act) if content_of(each).answers]
    rule = act.school.pack.policy.same_post
    known: dict[QuestionId, Value] = {}
    if links and rule is not None:
        known[rule.question] = tuple(links)
    empty = [each for each in open_drafts(act) if not content_of(each).answers]
    draft = empty[0] if empty else begin_draft(act, {})
    if known:
        draft = save_draft(act, draft, Content(known))
    intro: tuple[ViewNode, ...] = ()
    actions: tuple[Action, ...] = ()
    if older:
        last = older[-1]
        intro = (Paragraph(plain(Say.RESUME_OFFER, at=last.started_at)),)
        resume = Press(Verb.RESUME, last.draft)
        withdraw = Press(Verb.WITHDRAW, last.draft)
        actions = (
            Action(plain(Say.RESUME_REPORT), resume),
            Action(plain(Say.WITHDRAW_REPORT), withdraw, danger=True),
        )
    first = act.school.pack.policy.pages[0].id.value
    return Writing(act, draft).form(first, actions=actions, intro=intro)


def resume_report(act: Act, draft: DraftId) -> Show:
    """The first page that still needs an answer."""
    writing = Writing(act, own_draft(act, draft))
    return writing.form(first_open_page(writing))


def first_open_page(writing: Writing) -> str:
    """The first page on which something that is needed has no answer; else the last one."""
    answers = writing.content.answers
    pages = pages_for(writing.policy, answers)
    for page in pages:
        if page_problems(writing.policy, page, answers):
            return page.id.value
    return REVIEW if stop_cards_for(writing.policy, answers) else pages[-1].id.value


def withdraw_report(act: Act, draft: DraftId) -> Show:
    """Throws the draft away."""
    withdraw_draft(act, own_draft(act, draft))
    return Done(plain(Say.REPORT_WITHDRAWN))


def page_problems(policy: Policy, page: Page, answers: Answers) -> dict[str, Why]:
    """What is wrong with the answers of a page."""
    asked = {
        each.id: each
        for each in _questions(policy, page)
        if is_asked(policy, each, answers) and each.kind is not AnswerKind.FILES
    }
    here = {question: value for question, value in answers.items() if question in asked}
    return problems_of(asked, here)


def _questions(policy: Policy, page: Page) -> list[Question]:
    return [policy.questions[each] for each in page.questions]


def answer_page(
    act: Act, ref: FormRef, given: Mapping[str, Given], *, back: bool, stay: bool = False
) -> Show | Sent:
    """A page came back: kept, checked, and followed by the next one, or sent.

    ``back``: to the page before, unchecked. ``stay``: the same page anew, since a choice on it may
    reveal or hide something.
    """
    writing, errors = take_page(act, ref, given)
    page = ref.page
    if stay:
        return writing.form(page, errors=errors)
    if back:
        return writing.form(page_before(writing, page))
    if errors:
        return writing.form(page, errors=errors)
    return go_on(writing, page)


def go_on(writing: Writing, page: str) -> Show | Sent:
    """What follows a page that is complete."""
    answers, policy = writing.content.answers, writing.policy
    if page != REVIEW:
        wrong = page_problems(policy, page_of(policy, page), answers)
        if wrong:
            return writing.form(page, errors=errors_of(Invalid(wrong)))
        if not is_last_page(policy, PageId(page), answers):
            return writing.form(page_after(writing, page))
    try:
        return Sent(file_from_draft(writing.act, writing.draft).case)
    except Invalid as wrong_answers:
        # Something on an earlier page: that page is shown, with what is wrong beside it.
        return writing.form(
            _page_with(policy, wrong_answers) or first_open_page(writing),
            errors=errors_of(wrong_answers),
        )


def _page_with(policy: Policy, wrong: Invalid) -> str | None:
    for page in policy.pages:
        if any(each.value in wrong.problems for each in page.questions):
            return page.id.value
    return None


def page_after(writing: Writing, page: str) -> str:
    """The next page that has something to ask; the review at the end."""
    ids = [each.id.value for each in pages_for(writing.policy, writing.content.answers)]
    later = ids[ids.index(page) + 1 :] if page in ids else ids
    return later[0] if later else REVIEW


def page_before(writing: Writing, page: str) -> str:
    """The page before that has something to ask."""
    ids = [each.id.value for each in pages_for(writing.policy, writing.content.answers)]
    if page == REVIEW:
        return ids[-1]
    return ids[max(ids.index(page) - 1, 0)] if page in ids else ids[0]


def take_page(
    act: Act, ref: FormRef, given: Mapping[str, Given]
) -> tuple[Writing, dict[str, Plain]]:
    """Keeps what a page came back with; what could not be taken is said, by field."""
    draft = own_draft(act, DraftId(ref.press.subject))
    policy = act.school.pack.policy
    if ref.page == REVIEW:
        return Writing(act, draft), {}
    page = page_of(policy, ref.page)
    questions = _questions(policy, page)
    read, wrong = read_questions(act.school, questions, given)
    held = content_of(draft)
    # A field that came back empty was emptied; one that was not shown keeps its answer.
    shown = {question.id for question in questions if question.id.value in given}
    kept = {each: value for each, value in held.answers.items() if each not in shown}
    answers = still_asked(policy, {**kept, **read})
    draft = save_draft(act, draft, replace(held, answers=answers))
    errors = dict(errors_of(Invalid(wrong))) if wrong else {}
    draft, refused = _take_files(act, draft, questions, given)
    return Writing(act, draft), errors | refused


def _take_files(
    act: Act, draft: Draft, questions: Sequence[Question], given: Mapping[str, Given]
) -> tuple[Draft, dict[str, Plain]]:
    errors: dict[str, Plain] = {}
    for question in questions:
        if question.kind is not AnswerKind.FILES:
            continue
        for upload in uploads_in(given.get(question.id.value)):
            try:
                draft = keep_file(act, draft, upload.content)
            except Invalid as wrong:
                errors |= errors_of(wrong)
    return draft, errors


def alert(act: Act, ref: FormRef, given: Mapping[str, Given]) -> tuple[Show, CaseId]:
    """*Alert now*: the case is opened at once; the person may go on writing."""
    writing, _ = take_page(act, ref, given)
    filed = alert_from_draft(act, writing.draft)
    draft = act.reading.draft(writing.draft.draft) or writing.draft
    told = (Paragraph(plain(Say.ALERTED)),)
    after = Writing(act, draft)
    page = ref.page if page_problems_on(after, ref.page) else page_after(after, ref.page)
    return after.form(page, intro=told), filed.case


def page_problems_on(writing: Writing, page: str) -> dict[str, Why]:
    """What is still missing on a page; nothing on the review."""
    if page == REVIEW:
        return {}
    return page_problems(writing.policy, page_of(writing.policy, page), writing.content.answers)


def take_out_file(act: Act, ref: FormRef, given: Mapping[str, Given], evidence: str) -> Show:
    """Takes a file out of the draft; the page stays as it is."""
    writing, errors = take_page(act, ref, given)
    draft = remove_file(act, writing.draft, EvidenceId(evidence))
    return Writing(act, draft).form(ref.page, errors=errors)


def leave_page(act: Act, ref: FormRef, given: Mapping[str, Given]) -> None:
    """The form was closed: what was answered so far is kept."""
    take_page(act, ref, given)


def gone(act: Act, draft: str) -> Done:
    """The draft is no more: it was sent, and as what, or thrown away."""
    case = sent_as(act, DraftId(draft))
    row = act.reading.case_row(CaseId(case)) if case else None
    if row is None:
        return Done(plain(Say.WRONG_DRAFT_GONE))
    return Done(plain(Say.WRONG_DRAFT_SENT, reference=row.reference))
