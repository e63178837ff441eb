"""A page of a report that is being written: how it stands, what it came back with, what is missing.

Everything that was given is kept, and what is wrong with it is said beside its field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.app.act import Act
from bot.app.case_keys import clean_links
from bot.app.contacts import right_contacts
from bot.app.drafts import Content, content_of, keep_file, own_draft, save_draft
from bot.app.inbound import Given
from bot.app.join_report import as_if_filed
from bot.app.reading import not_asked, read_questions, uploads_in
from bot.app.stored import Draft
from bot.domain.answers import Answers
from bot.domain.errors import Invalid, Why
from bot.domain.ids import ContactId, DraftId, QuestionId
from bot.domain.policy import Policy
from bot.domain.questionnaire import is_asked, problems_of, still_asked
from bot.domain.questions import AnswerKind, Page, Question
from bot.screens.facts import Plain
from bot.screens.forms import REVIEW, page_form, review_form
from bot.screens.nodes import Action, Form, ViewNode
from bot.screens.press import FormRef, NotOurs, Press, Verb
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

    @cached_property
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
                contacts=lambda wanted: contacts_for(self.act, wanted, told),
                intro=intro,
                errors=errors,
                alerted=self.draft.case is not None,
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
            contacts=lambda wanted: contacts_for(self.act, wanted, told),
            alerted=self.draft.case is not None,
        )


@dataclass(frozen=True)
class Came:
    """A page came back: the draft with it, what is wrong by field, and what to show again."""

    writing: Writing
    page: str
    errors: Mapping[str, Plain]
    shown: Answers
    """The draft's answers, with those that cannot be kept as they are."""

    def again(self) -> Form:
        """The same page, with what is wrong beside its fields."""
        return self.writing.form(self.page, errors=self.errors, answers=self.shown)


def contacts_for(act: Act, wanted: Sequence[ContactId], answers: Answers) -> tuple[ContactId, ...]:
    """The numbers of the right people, were the report sent as it is."""
    policy = act.school.pack.policy
    state = as_if_filed(act, policy, answers)
    return right_contacts(act.school, act.roster, policy, state, wanted)


def page_of(policy: Policy, page: str) -> Page:
    """The page of that id; the first one, if there is none."""
    return next((each for each in policy.pages if each.id.value == page), policy.pages[0])


def questions_on(policy: Policy, page: Page) -> list[Question]:
    """The questions of a page, whether or not they apply."""
    return [policy.questions[each] for each in page.questions]


def wrong_on(policy: Policy, page: Page, answers: Answers) -> Invalid | None:
    """What is missing on a page or wrong with it; ``None`` if it is complete."""
    asked = {
        each.id: each
        for each in questions_on(policy, page)
        if is_asked(policy, each, answers) and each.kind is not AnswerKind.FILES
    }
    here = {question: value for question, value in answers.items() if question in asked}
    problems = problems_of(asked, here)
    if problems:
        return Invalid(problems)
    try:
        clean_links(policy, here)
    except Invalid as wrong:
        return wrong
    return None


def take_page(act: Act, ref: FormRef, given: Mapping[str, Given]) -> Came:
    """Keeps what a page came back with. Raises ``Invalid`` if the draft is gone."""
    if ref.press.verb is not Verb.REPORT:
        raise NotOurs
    draft = own_draft(act, DraftId(ref.press.subject))
    if draft.remind_at is not None:
        # The tick, which may be about to remind of it, locks the school and then the draft.
        act.writing.lock_school()
        draft = own_draft(act, draft.draft)
    writing, policy = Writing(act, draft), act.school.pack.policy
    if ref.page == REVIEW:
        errors = errors_of(Invalid(not_asked(given, ())))
        return Came(writing, REVIEW, errors, writing.content.answers)
    page = page_of(policy, ref.page)
    questions = questions_on(policy, page)
    read, wrong = read_questions(act.school, questions, given)
    held = content_of(draft)
    told = {**_not_on(given, held.answers), **read}
    answers = still_asked(policy, told)
    wrong |= _never_asked(policy, page, given, (held.answers, answers))
    bad = {question for question in read if question.value in wrong}
    kept = {question: value for question, value in answers.items() if question not in bad}
    if kept != held.answers:
        draft = save_draft(act, draft, replace(held, answers=kept))
    draft, refused = _take_files(act, draft, questions, given)
    errors = {**errors_of(Invalid(wrong)), **refused}
    return Came(Writing(act, draft), page.id.value, errors, answers)


def _not_on(given: Mapping[str, Given], answers: Answers) -> Answers:
    """What was not on the page. A field that came back empty was emptied."""
    return {each: value for each, value in answers.items() if each.value not in given}


def _never_asked(
    policy: Policy, page: Page, given: Mapping[str, Given], told: Sequence[Answers]
) -> dict[str, Why]:
    """What was filled in and never stood on the page, neither before nor with these answers.

    What stood there and no longer applies is only dropped (PRODUCT 2.1).
    """
    asked = {
        each.id.value
        for each in questions_on(policy, page)
        if each.kind is AnswerKind.FILES or any(is_asked(policy, each, one) for one in told)
    }
    return not_asked(given, asked)


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


def linked(policy: Policy) -> QuestionId | None:
    """The question of the links by which the same post is found."""
    return policy.same_post.question if policy.same_post else None
