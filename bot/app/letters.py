"""Letters of a case: drafted from a template, changed by the owner, approved, and on the record.

Nothing is sent for anybody. What was approved is kept as it was approved, with its fingerprint.
"""

import uuid
from collections.abc import Mapping

from bot.app.act import Act, Look
from bot.app.answered import Answer
from bot.app.asking import Asking
from bot.app.case_file import CaseFile
from bot.app.handed import DOCX, handed_letter, letter_in
from bot.app.inbound import Given
from bot.app.letter_of_case import fields_for
from bot.app.reading import chosen_in, uploads_in
from bot.app.view_case import case_view
from bot.app.work_case import work_case
from bot.domain.commands import AnswerStep
from bot.domain.decide import pending_round
from bot.domain.errors import Invalid, Refused, Why
from bot.domain.events import LetterDrafted, LetterIssued
from bot.domain.ids import CaseId, EvidenceId, StepId
from bot.domain.letter_files import LetterNotAccepted, TemplatesNotAccepted, check_letter
from bot.domain.permissions import Doing
from bot.domain.step_rules import LetterRule
from bot.screens.facts import OutcomeOf, PackText, Plain, plain
from bot.screens.nodes import (
    Action,
    Actions,
    AddFiles,
    Choice,
    ChooseOne,
    Done,
    Form,
    FormField,
    Paragraph,
)
from bot.screens.press import FormRef, NotOurs, Press, Verb
from bot.screens.say import Say

VERSION, FILE, ANSWER = "version", "file", "answer"
DRAFTED, OWN = "as-drafted", "own"
NOW, LATER = "now", "later"


def draft_letter(act: Act, press: Press) -> Answer:
    """Writes the letter of a step, hands it over, and asks which version is approved."""
    case, step = CaseId(press.subject), _step(press)
    file = act.locked(case, Doing.WRITE_LETTERS)
    rule = rule_of(file, step)
    round_ = pending_round(file.state, step, press.round or None)
    content = _written(act, file, rule)
    evidence = EvidenceId(uuid.uuid4().hex)
    kept = act.writing.keep_file(evidence, case, content, DOCX)
    event = LetterDrafted(rule.id, step, round_.number, evidence, kept.sha256)
    file = act.recorder.record(file, (event,))
    issue = Press(Verb.ISSUE_LETTER, case, press.step, round_.number, evidence)
    form = letter_form(Asking(act, file, issue, {}, {}))
    return Answer(form, policy=file.policy, again=case, hand=handed_letter(file, evidence))


def _written(act: Act, file: CaseFile, rule: LetterRule) -> bytes:
    try:
        return act.school.documents.letter(rule.id.value, fields_for(act, file))
    except TemplatesNotAccepted as wrong:
        raise Invalid({"": Why.TEMPLATE_UNUSABLE}) from wrong


def get_letter(
    look: Look, press: Press, form: FormRef | None, given: Mapping[str, Given]
) -> Answer:
    """Hands a letter over once more; the form from which it was asked for stays as it is."""
    file = look.file(CaseId(press.subject), Doing.WRITE_LETTERS)
    handed = handed_letter(file, EvidenceId(press.what))
    if form is None or form.press.verb is not Verb.ISSUE_LETTER:
        return Answer(Done(handed.says), policy=file.policy, hand=handed)
    if CaseId(form.press.subject) != file.case:
        raise NotOurs
    again = {FILE: plain(Say.FILES_AGAIN)} if uploads_in(given.get(FILE)) else {}
    shown = letter_form(Asking(look, file, form.press, given, again))
    return Answer(shown, policy=file.policy, hand=handed)


def letter_form(asking: Asking) -> Form:
    """Which version is approved, and whether it has gone out."""
    rule, file = rule_of(asking.file, asking.step), asking.file
    label = PackText(("letter", rule.id.value))
    again = Press(
        Verb.GET_FILE, file.case, asking.press.step, asking.press.round, asking.press.what
    )
    intro = (
        Paragraph(plain(Say.LETTER_INTRO)),
        Actions((Action(plain(Say.GET_DRAFT), again),)),
    )
    form = asking.form(plain(Say.LETTER_TITLE, letter=label), *_fields(asking, rule), intro=intro)
    return Form(
        form.ref,
        form.title,
        form.intro,
        form.fields,
        plain(Say.LETTER_APPROVE),
        errors=form.errors,
    )


def _fields(asking: Asking, rule: LetterRule) -> list[FormField]:
    fields: list[FormField] = [
        ChooseOne(
            id=VERSION,
            label=plain(Say.LETTER_WHICH),
            required=True,
            options=(
                Choice(DRAFTED, plain(Say.LETTER_AS_DRAFTED)),
                Choice(OWN, plain(Say.LETTER_THIS_VERSION)),
            ),
            chosen=chosen_in(asking.given.get(VERSION)) or None,
        ),
        AddFiles(
            id=FILE,
            label=plain(Say.LETTER_FILE),
            why=plain(Say.LETTER_FILE_WHY),
            most=1,
            letters=True,
        ),
    ]
    if rule.answers is not None:
        gone = plain(Say.LETTER_GONE, outcome=OutcomeOf(asking.step, rule.answers))
        fields.append(
            ChooseOne(
                id=ANSWER,
                label=plain(Say.LETTER_ANSWERS),
                required=True,
                options=(Choice(NOW, gone), Choice(LATER, plain(Say.LETTER_NOT_YET))),
                chosen=chosen_in(asking.given.get(ANSWER)) or None,
            )
        )
    return fields


def issue_letter(act: Act, asking: Asking) -> Answer:
    """Puts the approved version on the record, and answers the step if it has gone out.

    Raises ``Invalid``.
    """
    file = act.locked(asking.file.case, Doing.WRITE_LETTERS)
    rule = rule_of(file, asking.step)
    drafted = letter_in(file, EvidenceId(asking.press.what))
    if drafted.issued or drafted.step != asking.step:
        raise Refused
    wrong = _missing(asking.given, rule)
    if wrong:
        raise Invalid(wrong)
    own = chosen_in(asking.given.get(VERSION)) == OWN
    issued = _kept(act, file.case, asking.given) if own else (drafted.file, drafted.sha256)
    event = LetterIssued(rule.id, asking.step, drafted.round, *issued, as_drafted=not own)
    try:
        file = _put_on_record(act, file, event, rule, asking.given)
    except Invalid:
        if own:
            act.writing.delete_file(event.file)
        raise
    if not act.may_do(Doing.VIEW, file):
        return Answer(Done(plain(Say.LETTER_APPROVED)), again=plain(Say.LETTER_APPROVED))
    return Answer(case_view(act, file), policy=file.policy, again=file.case)


def _put_on_record(
    act: Act, file: CaseFile, event: LetterIssued, rule: LetterRule, given: Mapping[str, Given]
) -> CaseFile:
    """The approved letter, and the answer with it: both or neither."""
    if rule.answers is None or chosen_in(given.get(ANSWER)) != NOW:
        return act.recorder.record(file, (event,))
    command = AnswerStep(event.step, rule.answers, event.round)
    return work_case(act, file.case, command, first=(event,))


def approve_upload(act: Act, asking: Asking, given: Given) -> Plain:
    """A version that was sent into the chat: approved, the step answered. Raises ``Invalid``."""
    told = {VERSION: OWN, FILE: given, ANSWER: NOW}
    again = Asking(act, asking.file, asking.press, told, {})
    issue_letter(act, again)
    return plain(Say.LETTER_APPROVED)


def rule_of(file: CaseFile, step: StepId) -> LetterRule:
    """The letter of a step. Raises ``Invalid`` if it has none."""
    rule = file.policy.steps_by_id.get(step)
    if rule is None or rule.letter is None:
        raise Invalid({"": Why.NO_LETTER})
    return rule.letter


def _missing(given: Mapping[str, Given], rule: LetterRule) -> dict[str, Why]:
    wrong: dict[str, Why] = {}
    version, files = chosen_in(given.get(VERSION)), len(uploads_in(given.get(FILE)))
    if version not in (DRAFTED, OWN):
        wrong[VERSION] = Why.NOT_AN_OPTION if version else Why.MISSING
    if version == DRAFTED and files:
        wrong[VERSION] = Why.LETTER_NOT_CHOSEN
    if version == OWN and files != 1:
        wrong[FILE] = Why.TOO_MANY_LETTERS if files else Why.MISSING
    answer = chosen_in(given.get(ANSWER))
    if rule.answers is not None and answer not in (NOW, LATER):
        wrong[ANSWER] = Why.NOT_AN_OPTION if answer else Why.MISSING
    return wrong


def _kept(act: Act, case: CaseId, given: Mapping[str, Given]) -> tuple[EvidenceId, str]:
    (upload,) = uploads_in(given.get(FILE))
    try:
        media_type = check_letter(upload.content)
    except LetterNotAccepted as wrong:
        raise Invalid({FILE: Why.LETTER_REFUSED}, because=wrong) from None
    kept = act.writing.keep_file(EvidenceId(uuid.uuid4().hex), case, upload.content, media_type)
    return kept.evidence, kept.sha256


def _step(press: Press) -> StepId:
    try:
        return StepId(press.step)
    except ValueError as wrong:
        raise NotOurs from wrong
