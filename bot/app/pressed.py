"""What a button does, and what a form that came back does."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app import report_pages
from bot.app.act import Act, DoingIn, answering, view_of
from bot.app.add_form import add_form, errors_of_addition, files_in, read_addition
from bot.app.answered import Answer
from bot.app.asking import Asking
from bot.app.case_file import CaseFile
from bot.app.case_forms import DOINGS, command_from, form_for
from bot.app.find_person import find_form
from bot.app.handed import handed_case
from bot.app.inbound import Changed, Given, Left, Pressed, Submitted
from bot.app.letters import issue_letter
from bot.app.list_views import cases_view, own_reports_view
from bot.app.own_words import own_words_view
from bot.app.pressed_record import (
    moved_to_file,
    pressed_of_letter,
    pressed_of_person,
    submitted_of_person,
)
from bot.app.reading import uploads_in
from bot.app.report_pages import Sent
from bot.app.send_digest import hold_digest, post_digest
from bot.app.termly_view import term_report_view
from bot.app.view_case import case_view, open_case, why_view
from bot.app.work_case import work_case
from bot.domain.commands import DeclareInterest
from bot.domain.errors import Invalid, Why
from bot.domain.events import CaseViewed
from bot.domain.ids import CaseId, DraftId, StepId
from bot.domain.permissions import Doing
from bot.screens.chronology import first_of
from bot.screens.facts import Plain, plain
from bot.screens.nodes import Done, Form, Paragraph, Show
from bot.screens.press import FormRef, NotOurs, Press, Verb
from bot.screens.say import Say
from bot.screens.wrong import errors_of


def pressed(act: Act, what: Pressed) -> Answer:
    """Answers a button."""
    press = what.press
    match press.verb:
        case (
            Verb.REPORT
            | Verb.RESUME
            | Verb.WITHDRAW
            | Verb.ALERT_NOW
            | Verb.REMOVE_FILE
            | Verb.MY_WORDS
        ):
            return _of_a_report(act, what)
        case Verb.ADD:
            return Answer(add_form(act, CaseId(press.subject), {}))
        case Verb.MY_REPORTS:
            return Answer(own_reports_view(act))
        case Verb.CASES:
            return Answer(cases_view(act))
        case Verb.HOLD_DIGEST:
            hold_digest(act)
            return _done(plain(Say.DIGEST_WILL_BE_HELD))
        case Verb.POST_DIGEST:
            post_digest(act)
            return _done(plain(Say.DIGEST_WILL_BE_POSTED))
        case Verb.FIND_PERSON:
            return pressed_of_person(act, press)
        case Verb.TERM_REPORT:
            return Answer(term_report_view(act, press.what))
        case Verb.DRAFT_LETTER | Verb.GET_FILE:
            return pressed_of_letter(act, what)
        case _:
            return _of_a_case(act, press)


def _done(says: Plain) -> Answer:
    return Answer(Done(says), again=says)


def _of_a_report(act: Act, what: Pressed) -> Answer:
    press, given = what.press, what.answers or {}
    draft = DraftId(press.subject)
    try:
        match press.verb:
            case Verb.REPORT:
                return Answer(report_pages.start_report(act))
            case Verb.RESUME:
                return Answer(report_pages.resume_report(act, draft))
            case Verb.WITHDRAW:
                return Answer(report_pages.withdraw_report(act, draft))
            case Verb.MY_WORDS:
                return Answer(own_words_view(act, draft))
            case Verb.ALERT_NOW:
                return _alert(act, draft, what.form, given)
            case _:
                form = _form_of(what)
                return Answer(report_pages.take_out_file(act, form, given, press.what))
    except Invalid as wrong:
        if Why.DRAFT_GONE in wrong.problems.values():
            return Answer(report_pages.gone(act, draft))
        raise


def _form_of(what: Pressed) -> FormRef:
    if what.form is None:
        raise NotOurs
    return what.form


def _alert(act: Act, draft: DraftId, form: FormRef | None, given: Mapping[str, Given]) -> Answer:
    ref = form or FormRef(Press(Verb.REPORT, draft), act.school.pack.policy.pages[0].id.value)
    return Answer(report_pages.alert(act, ref, given))


def _of_a_case(act: Act, press: Press) -> Answer:
    case = CaseId(press.subject)
    if press.verb is Verb.OPEN_CASE:
        return replace(_shown(act, open_case(act, case), case), again=case)
    if press.verb is Verb.WHY_DATE:
        view_of(act, case)
        return _shown(act, why_view(act, case, _step_in(press), press.round), case)
    if press.verb is Verb.DECLARE_INTEREST:
        work_case(act, case, DeclareInterest())
        return _done(plain(Say.DECLARED))
    if press.verb is Verb.MOVED_TO_FILE:
        return moved_to_file(act, case)
    if press.verb not in _OF_A_STEP:
        return _form(act, press, {})
    file = act.locked(case, _doing(press))
    answer = _form_in(act, file, press, {})
    if isinstance(answer.show, Form):
        # The form of a step says what was told; that it was opened is a look at the case.
        act.recorder.record(file, (CaseViewed(),))
    return answer


def _shown(act: Act, show: Show, case: CaseId) -> Answer:
    row = act.reading.case_row(case)
    policy = act.school.policy(row.policy_sha256, act.reading) if row else None
    return Answer(show, policy=policy)


def _asking(act: Act, file: CaseFile, press: Press, given: Mapping[str, Given]) -> Asking:
    """The form of a case. Raises ``NotOurs`` for a step that its rules do not know."""
    if press.verb in _OF_A_STEP and _step_in(press) not in file.policy.steps_by_id:
        raise NotOurs
    return Asking(act, file, press, given, {})


_OF_A_STEP = frozenset(
    {
        Verb.ANSWER,
        Verb.CORRECT,
        Verb.SNOOZE,
        Verb.EXTEND,
        Verb.NEW_ROUND,
        Verb.ISSUE_LETTER,
    }
)


def _doing(press: Press) -> Doing | DoingIn:
    """What a form of a case is for."""
    if press.verb is Verb.ANSWER:
        return answering(_step_in(press))
    if press.verb not in DOINGS:
        raise NotOurs
    return DOINGS[press.verb]


def _step_in(press: Press) -> StepId:
    """The step that a button names. Raises ``NotOurs``."""
    try:
        return StepId(press.step)
    except ValueError as wrong:
        raise NotOurs from wrong


def _form(act: Act, press: Press, given: Mapping[str, Given]) -> Answer:
    """The form of a case, if the person may do what it is for."""
    return _form_in(act, act.file(CaseId(press.subject), _doing(press)), press, given)


def _form_in(act: Act, file: CaseFile, press: Press, given: Mapping[str, Given]) -> Answer:
    asking = _asking(act, file, press, given)
    settled = _answered_already(act, file, press)
    return settled or Answer(form_for(asking), policy=file.policy)


def _answered_already(act: Act, file: CaseFile, press: Press) -> Answer | None:
    """Answered by somebody else meanwhile: who it was and when, and the case as it is now."""
    if press.verb is not Verb.ANSWER or not press.round:
        return None
    for each in file.state.rounds.get(_step_in(press), ()):
        if each.number == press.round and each.given:
            role = first_of(each.given.by.roles)
            return _with_case(act, file, plain(Say.ALREADY_ANSWERED, at=each.given.at, role=role))
    return None


def _with_case(act: Act, file: CaseFile, says: Plain) -> Answer:
    """The case as it is, below why nothing was done."""
    if not act.may_do(Doing.VIEW, file):
        return Answer(Done(says))
    view = open_case(act, file.case)
    return Answer(replace(view, nodes=(Paragraph(says), *view.nodes)), policy=file.policy)


def changed(act: Act, what: Changed) -> Answer:
    """A choice inside a form: the form anew, with what it reveals or hides."""
    press = what.form.press
    if press.verb is Verb.REPORT:
        return _page(act, what.form, what.answers, back=False, stay=True)
    if press.verb is Verb.ADD:
        return _adding(act, CaseId(press.subject), what.answers)
    if press.verb is Verb.FIND_PERSON:
        return Answer(find_form(act, what.answers))
    return _form(act, press, what.answers)


def left(act: Act, what: Left) -> Answer:
    """A form was closed; of a report everything so far is kept."""
    if what.form.press.verb is Verb.REPORT:
        try:
            kept = report_pages.leave_page(act, what.form, what.answers)
        except Invalid as wrong:
            if Why.DRAFT_GONE not in wrong.problems.values():
                raise
        else:
            return Answer(Done(plain(Say.KEPT_FOR_LATER))) if kept else Answer()
    return Answer()


def submitted(act: Act, what: Submitted) -> Answer:
    """A form came back."""
    press = what.form.press
    match press.verb:
        case Verb.REPORT:
            return _page(act, what.form, what.answers, back=what.back)
        case Verb.ADD:
            return _added(act, press, what.answers)
        case Verb.FIND_PERSON:
            return submitted_of_person(act, what.answers)
        case _:
            return _worked(act, press, what.answers)


def _page(
    act: Act,
    form: FormRef,
    given: Mapping[str, Given],
    *,
    back: bool,
    stay: bool = False,
) -> Answer:
    try:
        show = report_pages.answer_page(act, form, given, back=back, stay=stay)
    except Invalid as wrong:
        if Why.DRAFT_GONE in wrong.problems.values():
            return Answer(report_pages.gone(act, form.press.subject))
        raise
    if not isinstance(show, Sent):
        return Answer(show)
    return _done(plain(Say.RECEIPT_SUMMARY, reference=show.reference))


def _adding(act: Act, case: CaseId, given: Mapping[str, Given]) -> Answer:
    """The form anew. A file that was chosen is added at once: no form keeps it when shown again."""
    files = files_in(act, given)
    if not files:
        return Answer(add_form(act, case, given))
    rest = {name: value for name, value in given.items() if name not in files}
    try:
        file = read_addition(act, case, files)
    except Invalid as wrong:
        return Answer(add_form(act, case, rest, errors_of(wrong)))
    form = add_form(act, case, rest, added=True)
    return Answer(form, policy=file.policy, again=plain(Say.FILES_ADDED))


def _added(act: Act, press: Press, given: Mapping[str, Given]) -> Answer:
    case = CaseId(press.subject)
    try:
        file = read_addition(act, case, given)
    except Invalid as wrong:
        policy = act.file(case, Doing.ADD_TO_REPORT).policy
        errors = errors_of_addition(policy, wrong, given)
        return Answer(add_form(act, case, given, errors), policy=policy)
    return _done(plain(Say.ADDED, reference=file.state.reference))


def _worked(act: Act, press: Press, given: Mapping[str, Given]) -> Answer:
    """A case is worked. What is wrong is said beside its field, and nothing given is lost."""
    file = act.file(CaseId(press.subject), _doing(press))
    asking = _asking(act, file, press, given)
    settled = _answered_already(act, asking.file, press)
    if settled:
        return settled
    try:
        if press.verb is Verb.ISSUE_LETTER:
            return issue_letter(act, asking)
        file = work_case(act, asking.file.case, command_from(asking))
    except Invalid as wrong:
        return _still_wrong(act, asking, wrong)
    if press.verb is Verb.HAND_OVER:
        shown = Answer(case_view(act, file), policy=file.policy, again=file.case)
        return replace(shown, hand=handed_case(act, file.case))
    if not act.may_do(Doing.VIEW, file):
        return _done(plain(Say.ANSWERED_DONE))
    return Answer(case_view(act, file), policy=file.policy, again=file.case)


_CASE_MOVED_ON = frozenset({Why.NOT_PENDING, Why.ALREADY_ANSWERED, Why.CASE_CLOSED, Why.CASE_OPEN})


def _still_wrong(act: Act, asking: Asking, wrong: Invalid) -> Answer:
    lost = {
        name: plain(Say.FILES_AGAIN) for name, given in asking.given.items() if uploads_in(given)
    }
    errors = {**lost, **errors_of(wrong)}
    if _CASE_MOVED_ON & set(wrong.problems.values()):
        return _with_case(act, asking.file, next(iter(errors_of(wrong).values())))
    again = Asking(act, asking.file, asking.press, asking.given, errors)
    return Answer(form_for(again), policy=asking.file.policy)
