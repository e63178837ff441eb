"""A file that was sent into the chat: it goes with the form that asked for it, or is not kept.

Where no form is known, it goes with the newest report that the person is writing. What is sent for
a letter that waits is its approved version.
"""

from bot.app.act import Act
from bot.app.answered import Answer
from bot.app.asking import Asking
from bot.app.drafts import open_drafts
from bot.app.inbound import Attached, Changed, Upload
from bot.app.letters import approve_upload
from bot.app.pressed import changed
from bot.app.step_lines import is_pending
from bot.domain.errors import Invalid
from bot.domain.ids import CaseId, DraftId
from bot.domain.permissions import Doing
from bot.screens.facts import Plain, plain
from bot.screens.messages import report_button
from bot.screens.nodes import (
    Action,
    Actions,
    AddFiles,
    Done,
    Form,
    Message,
    MessageNode,
    Paragraph,
)
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wrong import errors_of


def attached(act: Act, what: Attached) -> Answer:
    """Says in the chat what became of the file. The same file that comes again is kept once."""
    form = what.form
    if form is not None and form.press.verb is Verb.ISSUE_LETTER:
        asking = _letter_that_waits(act, form)
        if asking is not None:
            return _approved(act, asking, what.upload)
        form = None
    form = form or _newest(act)
    if form is None:
        return Answer(say=_with(plain(Say.PICTURE_FOR_NOTHING), report_button()))
    if what.upload is None:
        return Answer(say=_with(plain(Say.PICTURE_LOST), _go_on(form)))
    answer = changed(act, Changed(_where_files_are_asked(act, form), _as_given(act, what.upload)))
    match answer.show:
        case Form() as shown:
            wrong = _wrong(act, shown)
            says = wrong or _kept(shown, form)
            # One that was refused may come again: it is refused again.
            return Answer(say=_with(says, _go_on(form)), again=None if wrong else says)
        case Done(said):
            return Answer(say=_one(said))
        case _:
            return answer


def _letter_that_waits(act: Act, form: FormRef) -> Asking | None:
    """The form of a letter, unless its step was settled meanwhile. Raises ``Refused``."""
    press = form.press
    file = act.file(CaseId(press.subject), Doing.WRITE_LETTERS)
    asking = Asking(act, file, press, {}, {})
    return asking if is_pending(file, asking.step, press.round) else None


def _approved(act: Act, asking: Asking, upload: Upload | None) -> Answer:
    again = Action(plain(Say.LETTER_APPROVE), asking.press)
    if upload is None:
        return Answer(say=_with(plain(Say.LETTER_LOST), again))
    try:
        says = approve_upload(act, asking, (upload,))
    except Invalid as wrong:
        return Answer(say=_with(next(iter(errors_of(wrong).values())), again))
    return Answer(say=_one(says), again=says)


def _newest(act: Act) -> FormRef | None:
    drafts = open_drafts(act)
    return FormRef(Press(Verb.REPORT, drafts[-1].draft)) if drafts else None


def _where_files_are_asked(act: Act, form: FormRef) -> FormRef:
    policy = act.school.pack.policy
    if form.press.verb is not Verb.REPORT:
        return form
    pages = [page.id.value for page in policy.pages if policy.files in page.questions]
    return FormRef(form.press, pages[0] if pages else "", form.revision)


def _as_given(act: Act, upload: Upload) -> dict[str, tuple[Upload, ...]]:
    files = act.school.pack.policy.files
    return {files.value if files else "": (upload,)}


def _wrong(act: Act, shown: Form) -> Plain | None:
    files = act.school.pack.policy.files
    return shown.errors.get(files.value if files else "") or shown.errors.get("")


def _kept(shown: Form, form: FormRef) -> Plain:
    if form.press.verb is not Verb.REPORT:
        return plain(Say.FILES_ADDED)
    kept = [each.kept for each in (*shown.fields, *shown.more) if isinstance(each, AddFiles)]
    return plain(Say.PICTURE_KEPT, count=sum(map(len, kept)))


def _go_on(form: FormRef) -> Action:
    if form.press.verb is Verb.REPORT:
        resume = Press(Verb.RESUME, DraftId(form.press.subject))
        return Action(plain(Say.RESUME_REPORT), resume, primary=True)
    return Action(plain(Say.ADD_SOMETHING), form.press)


def _with(says: Plain, action: Action) -> Message:
    nodes: tuple[MessageNode, ...] = (Paragraph(says), Actions((action,)))
    return Message(None, nodes, says)


def _one(says: Plain) -> Message:
    return Message(None, (Paragraph(says),), says)
