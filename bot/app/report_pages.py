"""The guided questions, page by page: shown, answered, gone back to, resumed and sent.

Answers are kept as a draft after every page. What is wrong with a page is said beside its fields,
and everything that was given on it is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.app.act import Act
from bot.app.case_file import read_case
from bot.app.drafts import (
    alert_from_draft,
    begin_draft,
    content_of,
    file_from_draft,
    open_drafts,
    own_draft,
    remove_file,
    save_draft,
    sent_as,
    withdraw_draft,
)
from bot.app.inbound import Given
from bot.app.report_draft import Came, Writing, linked, page_of, take_page, wrong_on
from bot.app.stored import Draft
from bot.domain.answers import Answers
from bot.domain.errors import Invalid
from bot.domain.ids import CaseId, DraftId, EvidenceId, PageId, QuestionId, Reference
from bot.domain.permissions import Doing
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import pages_for, stop_cards_for
from bot.screens.facts import plain
from bot.screens.forms import REVIEW, is_last_page
from bot.screens.nodes import Action, Done, Paragraph, Show, ViewNode
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wrong import errors_of


@dataclass(frozen=True)
class Sent:
    """The report was sent."""

    reference: Reference


def start_report(act: Act, links: Sequence[Personal] = ()) -> Show:
    """The first page. Unfinished reports are offered; links that came along are filled in.

    A report that was only begun, with these links or with none, is not begun a second time.
    """
    question = linked(act.school.pack.policy)
    known: Answers = {question: tuple(links)} if links and question is not None else {}
    drafts = open_drafts(act)
    same = [each for each in drafts if content_of(each).answers == known]
    empty = [each for each in drafts if not content_of(each).answers]
    draft = next(iter((*same, *empty)), None) or begin_draft(act, {})
    if content_of(draft).answers != known:
        draft = save_draft(act, draft, replace(content_of(draft), answers=known))
    return _first_page(act, draft, drafts)


def _first_page(act: Act, draft: Draft, drafts: Sequence[Draft]) -> Show:
    """The first page of a report that is only begun; the newest other one is offered."""
    others = [each for each in drafts if each.draft != draft.draft]
    older = [each for each in others if content_of(each).answers]
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
    if _is_only_begun(writing):
        # Where nothing opens at once, a report that was just begun is opened by this button.
        return _first_page(act, writing.draft, open_drafts(act))
    return writing.form(first_open_page(writing))


def _is_only_begun(writing: Writing) -> bool:
    """Whether nothing was answered yet; links may have come along."""
    return not set(writing.content.answers) - {linked(writing.policy)}


def first_open_page(writing: Writing) -> str:
    """The first page on which something that is needed has no answer; else the last one."""
    answers = writing.content.answers
    pages = pages_for(writing.policy, answers)
    for page in pages:
        if wrong_on(writing.policy, page, answers):
            return page.id.value
    return REVIEW if stop_cards_for(writing.policy, answers) else pages[-1].id.value


def withdraw_report(act: Act, draft: DraftId) -> Show:
    """Throws the draft away; what was alerted stays a case."""
    found = own_draft(act, draft)
    withdraw_draft(act, found)
    alerted = found.case is not None
    return Done(plain(Say.REPORT_WITHDRAWN_ALERTED if alerted else Say.REPORT_WITHDRAWN))


def answer_page(
    act: Act, ref: FormRef, given: Mapping[str, Given], *, back: bool, stay: bool = False
) -> Show | Sent:
    """A page came back: kept, checked, and followed by the next one, or sent.

    ``back``: to the page before, unchecked. ``stay``: the same page anew, since a choice on it may
    reveal or hide something.
    """
    came = take_page(act, ref, given)
    if stay:
        return came.again()
    if back:
        return _page_before(came)
    if came.errors:
        return _everything_wrong(came).again()
    return go_on(came.writing, came.page)


def _everything_wrong(came: Came) -> Came:
    """With what is missing too, so that it is all said at once."""
    if came.page == REVIEW:
        return came
    wrong = wrong_on(came.writing.policy, page_of(came.writing.policy, came.page), came.shown)
    also = errors_of(wrong) if wrong else {}
    return replace(came, errors={**also, **came.errors})


def go_on(writing: Writing, page: str) -> Show | Sent:
    """What follows a page that was taken without a mistake."""
    answers, policy = writing.content.answers, writing.policy
    if page != REVIEW:
        wrong = wrong_on(policy, page_of(policy, page), answers)
        if wrong:
            return writing.form(page, errors=errors_of(wrong))
        if not is_last_page(policy, PageId(page), answers):
            return writing.form(page_after(writing, page))
    try:
        return Sent(file_from_draft(writing.act, writing.draft).reference)
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


def _page_before(came: Came) -> Show:
    """The page before that has something to ask; a file that was not taken is told there."""
    policy = came.writing.policy
    ids = [each.id.value for each in pages_for(policy, came.writing.content.answers)]
    before = ids[-1]
    if came.page != REVIEW:
        before = ids[max(ids.index(came.page) - 1, 0)] if came.page in ids else ids[0]
    files = policy.files.value if policy.files else ""
    errors = {field: says for field, says in came.errors.items() if field == files}
    return came.writing.form(before, errors=errors)


def alert(act: Act, ref: FormRef, given: Mapping[str, Given]) -> Show:
    """*Alert now*: the case is opened at once; the person may go on writing."""
    act.writing.lock_school()  # before the draft: whoever sends it in another window does so, too
    came = take_page(act, ref, given)
    first = _asked_before_alert(came.writing)
    if first is not None:
        page = _page_of(came.writing.policy, first)
        who = {first.value: plain(Say.WRONG_WHO_FIRST)}
        return came.writing.form(page, errors={**came.errors, **who})
    try:
        alert_from_draft(act, came.writing.draft)
    except Invalid as wrong:
        return came.writing.form(came.page, errors={**errors_of(wrong), **came.errors})
    draft = act.reading.draft(came.writing.draft.draft) or came.writing.draft
    after = Writing(act, draft)
    stays = came.errors or _is_incomplete(after, came.page)
    page = came.page if stays else page_after(after, came.page)
    return after.form(page, errors=came.errors)


def _asked_before_alert(writing: Writing) -> QuestionId | None:
    """What decides who may be told, if it is not answered yet."""
    answers = writing.content.answers
    for rule in stop_cards_for(writing.policy, answers):
        if rule.alert_after is not None and rule.alert_after not in answers:
            return rule.alert_after
    return None


def _page_of(policy: Policy, question: QuestionId) -> str:
    return next(page.id.value for page in policy.pages if question in page.questions)


def _is_incomplete(writing: Writing, page: str) -> bool:
    if page == REVIEW:
        return True  # nothing comes after it: it stays until the report is sent
    answers = writing.content.answers
    return wrong_on(writing.policy, page_of(writing.policy, page), answers) is not None


def take_out_file(act: Act, ref: FormRef, given: Mapping[str, Given], evidence: str) -> Show:
    """Takes a file out of the draft; the page stays as it is."""
    came = take_page(act, ref, given)
    draft = remove_file(act, came.writing.draft, EvidenceId(evidence))
    return replace(came, writing=Writing(act, draft)).again()


def leave_page(act: Act, ref: FormRef, given: Mapping[str, Given]) -> bool:
    """The form was closed: what was answered so far is kept. Whether there was anything."""
    return bool(take_page(act, ref, given).writing.content.answers)


def gone(act: Act, draft: str) -> Done:
    """The draft is no more: it was sent, and as what, or thrown away. Only its writer is told."""
    case = sent_as(act, DraftId(draft))
    row = act.reading.case_row(CaseId(case)) if case else None
    if row is None or not act.may_do(Doing.SEE_STATUS, read_case(act.school, act.reading, row)):
        return Done(plain(Say.WRONG_DRAFT_GONE))
    return Done(plain(Say.WRONG_DRAFT_SENT, reference=row.reference))
