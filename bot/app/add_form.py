"""The form with which a reporter adds to an own report: every question, none of them required."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.act import Act, Look
from bot.app.case_file import CaseFile
from bot.app.drafts import file_kept
from bot.app.file_report import add_to_report
from bot.app.inbound import Given
from bot.app.reading import read_questions, uploads_in
from bot.domain.errors import Invalid
from bot.domain.ids import CaseId
from bot.domain.permissions import Doing
from bot.domain.policy import AnswerKind, Question
from bot.domain.questionnaire import is_asked
from bot.screens.facts import Plain, plain
from bot.screens.forms import field_of
from bot.screens.nodes import Form, Paragraph
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say


def add_form(
    look: Look,
    case: CaseId,
    given: Mapping[str, Given],
    errors: Mapping[str, Plain] | None = None,
) -> Form:
    """The form, with what was given so far. Raises ``Refused``."""
    file = look.file(case, Doing.ADD_TO_REPORT)
    questions = _questions(look, file)
    held, _ = read_questions(look.school, questions, given)
    return Form(
        ref=FormRef(Press(Verb.ADD, case), "", file.state.entries),
        title=plain(Say.ADD_TITLE),
        intro=(Paragraph(plain(Say.ADD_INTRO)),),
        fields=tuple(
            replace(field_of(each, held.get(each.id)), required=False) for each in questions
        ),
        submit=plain(Say.SAVE),
        errors=errors or {},
    )


def _questions(look: Look, file: CaseFile) -> list[Question]:
    """Those that apply to what the person told so far, in the order of the pages."""
    own = [r.report.answers for r in file.state.reports if r.report.reporter == look.who.person]
    told = own[-1] if own else {}
    policy = file.policy
    return [
        policy.questions[each]
        for page in policy.pages
        for each in page.questions
        if is_asked(policy, policy.questions[each], told)
    ]


def read_addition(act: Act, case: CaseId, given: Mapping[str, Given]) -> CaseFile:
    """Adds what the form came back with. Raises ``Refused`` and ``Invalid``."""
    questions = _questions(act, act.file(case, Doing.ADD_TO_REPORT))
    answers, wrong = read_questions(act.school, questions, given)
    if wrong:
        raise Invalid(wrong)
    # A tick that was left alone says nothing new.
    answers = {each: value for each, value in answers.items() if value is not False}
    uploads = [
        upload
        for each in questions
        if each.kind is AnswerKind.FILES
        for upload in uploads_in(given.get(each.id.value))
    ]
    evidence = [file_kept(act, case, each.content, n) for n, each in enumerate(uploads)]
    return add_to_report(act, case, answers, evidence)
