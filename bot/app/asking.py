"""A form of a case that somebody opens: what it is about, what it holds so far, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.app.act import Look
from bot.app.case_file import CaseFile
from bot.app.inbound import Given
from bot.app.reading import text_in
from bot.domain.errors import Invalid, Why
from bot.domain.ids import CaseId, Reference, StepId
from bot.domain.questionnaire import LONGEST_TEXT
from bot.screens.facts import Plain, plain
from bot.screens.nodes import Form, FormField, LongText, Paragraph, ShortText, ViewNode
from bot.screens.press import FormRef, Press
from bot.screens.say import Say
from bot.screens.wrong import beside

REASON, OF = "reason", "of"


@dataclass(frozen=True)
class Asking:
    """Somebody opens a form of a case they may work; ``given`` is what it holds so far."""

    look: Look
    file: CaseFile
    press: Press
    given: Mapping[str, Given]
    errors: Mapping[str, Plain]

    @property
    def step(self) -> StepId:
        """The step that the form is about."""
        return StepId(self.press.step)

    def form(self, title: Plain, *fields: FormField, intro: tuple[ViewNode, ...] = ()) -> Form:
        """The form, with what is wrong beside its fields."""
        ref = FormRef(self.press, "", self.file.state.entries)
        errors = beside(self.errors, fields)
        which = Paragraph(plain(Say.REFERENCE, reference=self.file.state.reference))
        return Form(ref, title, (which, *intro), fields, plain(Say.SAVE), errors=errors)

    def reason(self, label: Plain | None = None) -> LongText:
        """*Why?*, which must be answered."""
        return LongText(
            id=REASON,
            label=label or plain(Say.REASON),
            why=plain(Say.REASON_WHY),
            required=True,
            value=text_in(self.given.get(REASON)),
            most=LONGEST_TEXT,
        )


def other_field(given: Mapping[str, Given], label: Plain) -> ShortText:
    """Asks for the reference of another case."""
    return ShortText(
        id=OF,
        label=label,
        why=plain(Say.OTHER_CASE_WHY),
        required=True,
        value=text_in(given.get(OF)),
        most=30,
    )


def other_case(look: Look, given: Mapping[str, Given]) -> CaseId:
    """The case of a typed reference. Raises ``Invalid``, alike whether it exists or not."""
    typed = text_in(given.get(OF))
    try:
        reference = Reference(typed.reveal().strip()) if typed else None
    except ValueError:
        reference = None
    row = look.reading.case_by_reference(reference) if reference else None
    if row is None:
        raise Invalid({OF: Why.NO_SUCH_CASE if typed else Why.MISSING})
    return row.case
