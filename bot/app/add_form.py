"""The form with which a reporter adds to an own report: every question, none of them required."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.act import Act, Look
from bot.app.case_file import CaseFile
from bot.app.drafts import file_kept
from bot.app.file_report import add_to_report, told_by
from bot.app.inbound import Given
from bot.app.reading import not_asked, read_questions, uploads_in
from bot.domain.errors import Invalid
from bot.domain.events import EvidenceAttached
from bot.domain.ids import CaseId
from bot.domain.permissions import Doing
from bot.domain.policy import Policy
from bot.domain.questionnaire import is_asked
from bot.domain.questions import AnswerKind, Question
from bot.screens.facts import Plain, plain
from bot.screens.forms import field_of, revealing
from bot.screens.nodes import Form, Paragraph
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wrong import beside, errors_of


def add_form(
    look: Look,
    case: CaseId,
    given: Mapping[str, Given],
    errors: Mapping[str, Plain] | None = None,
    *,
    added: bool = False,
) -> Form:
    """The form, with what was given so far; ``added`` says that a file is. Raises ``Refused``."""
    file = look.file(case, Doing.ADD_TO_REPORT)
    questions = _questions(look, file, given)
    held, _ = read_questions(look.school, questions, given)
    watched = frozenset().union(*(revealing(file.policy, page) for page in file.policy.pages))
    fields = tuple(
        replace(field_of(each, held.get(each.id), reveals=each.id in watched), required=False)
        for each in questions
    )
    return Form(
        ref=FormRef(Press(Verb.ADD, case), "", file.state.entries),
        title=plain(Say.ADD_TITLE),
        intro=(Paragraph(plain(Say.FILES_ADDED if added else Say.ADD_INTRO)),),
        fields=fields,
        submit=plain(Say.SAVE),
        errors=beside(errors or {}, fields),
    )


def _questions(look: Look, file: CaseFile, given: Mapping[str, Given]) -> list[Question]:
    """Those that apply to what the person told so far and tells now, in the order of the pages."""
    policy = file.policy
    new, _ = read_questions(look.school, list(policy.questions.values()), given)
    told = told_by(look.who.person, file, new)
    return [
        policy.questions[each]
        for page in policy.pages
        for each in page.questions
        if is_asked(policy, policy.questions[each], told)
    ]


def files_in(look: Look, given: Mapping[str, Given]) -> Mapping[str, Given]:
    """The fields that came back with files."""
    policy = look.school.pack.policy
    kinds = {question.id.value: question.kind for question in policy.questions.values()}
    return {
        name: value
        for name, value in given.items()
        if kinds.get(name) is AnswerKind.FILES and uploads_in(value)
    }


def read_addition(act: Act, case: CaseId, given: Mapping[str, Given]) -> CaseFile:
    """Adds what the form came back with. Raises ``Refused`` and ``Invalid``; no file stays then."""
    file = act.file(case, Doing.ADD_TO_REPORT)
    questions = _questions(act, file, given)
    answers, wrong = read_questions(act.school, questions, given)
    wrong |= not_asked(given, {each.id.value for each in questions})
    if wrong:
        raise Invalid(wrong)
    shows = answers.get(file.policy.shows_reporter) is True if file.policy.shows_reporter else False
    # A tick that was left alone says nothing new.
    answers = {each: value for each, value in answers.items() if value is not False}
    evidence: list[EvidenceAttached] = []
    try:
        for each in questions:
            for upload in uploads_in(given.get(each.id.value)):
                kept = file_kept(act, case, upload.content, len(evidence))
                evidence.append(replace(kept, shows_reporter=shows))
        return add_to_report(act, case, answers, evidence)
    except Invalid:
        for each_kept in evidence:
            act.writing.delete_file(each_kept.evidence)
        raise


def errors_of_addition(
    policy: Policy, wrong: Invalid, given: Mapping[str, Given]
) -> Mapping[str, Plain]:
    """What is wrong, by field; files that came along must be chosen again."""
    errors = errors_of(wrong)
    field = policy.files.value if policy.files else ""
    if field not in errors and uploads_in(given.get(field)):
        return {**errors, field: plain(Say.FILES_AGAIN)}
    return errors
