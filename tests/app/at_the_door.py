"""Acts that come in by the one door, and what is handed over, for tests of letters and records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from bot.app.documents import Document, HandoverPack, PersonCopy
from bot.app.handed import read_document
from bot.app.inbound import Act, Given, Inbound, Pressed, Submitted
from bot.app.letter_fields import LetterFields
from bot.app.respond import respond
from bot.domain.commands import OpenFurtherAction
from bot.domain.errors import Refused
from bot.domain.events import AccessRefused
from bot.domain.ids import CaseId, Cause, Role
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.nodes import (
    Action,
    Actions,
    Done,
    Facts,
    Form,
    Handed,
    Line,
    Message,
    Paragraph,
    Reply,
    StepLine,
    Told,
    View,
)
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork, accepted, the_same_school
from tests.builders import a_school as sample_school

EVERYBODY = (
    *("staff", "staff-2", "head", "deputy", "dsl", "chair", "chair-2", "admin", "guest"),
    "stranger",
)
WHY = Personal("They asked for it")


def a_word_file(text: str = "A letter") -> bytes:
    """The smallest thing that is taken as a Word document."""
    file = BytesIO()
    with ZipFile(file, "w") as made:
        made.writestr("[Content_Types].xml", _TYPES)
        made.writestr("_rels/.rels", _RELS)
        made.writestr("word/document.xml", _BODY.format(text=text))
    return file.getvalue()


_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
    "</Relationships>"
)
_BODY = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
)


@dataclass
class MadeHere:
    """Makes documents that say what was asked of them (``bot.app.documents.Documents``)."""

    letters: list[tuple[str, LetterFields]] = field(default_factory=list)
    packs: list[HandoverPack] = field(default_factory=list)
    copies: list[PersonCopy] = field(default_factory=list)

    def letter(self, letter: str, fields: LetterFields) -> bytes:
        self.letters.append((letter, fields))
        return a_word_file(f"{letter}, draft {len(self.letters)}")

    def handover(self, pack: HandoverPack) -> bytes:
        self.packs.append(pack)
        held = [each.read() for each in (*pack.evidence, *pack.letters)]
        return b"ZIP of " + b"".join(held)

    def person(self, copy: PersonCopy) -> bytes:
        self.copies.append(copy)
        return b"copy"


@dataclass
class Door:
    """A school with its one door."""

    at: SchoolAtWork
    made: MadeHere

    def act(self, who: str, act: Act, cause: str = "") -> Reply:
        """What somebody's act is answered with."""
        named = Cause(cause or f"act-{next(self.at.causes)}")
        return respond(self.at.school, Inbound(self.at.person(who), named, act))

    def press(self, who: str, press: Press, cause: str = "") -> Reply:
        """A button."""
        return self.act(who, Pressed(press), cause)

    def submit(self, who: str, form: Form, given: Mapping[str, Given], cause: str = "") -> Reply:
        """A form comes back."""
        return self.act(who, Submitted(form.ref, given), cause)

    def view(self, who: str, case: CaseId) -> View:
        """The case, opened."""
        return view_in(self.press(who, Press(Verb.OPEN_CASE, case)))

    def fetch(self, who: str, handed: Handed | None) -> Document:
        """What was handed over. Raises ``Refused``."""
        assert handed is not None
        return read_document(self.at.school, self.at.person(who), handed.ref)

    def fetched_by(self, handed: Handed | None) -> set[str]:
        """Everybody to whom it is given."""
        return {who for who in EVERYBODY if self._gets(who, handed)}

    def _gets(self, who: str, handed: Handed | None) -> bool:
        try:
            self.fetch(who, handed)
        except Refused:
            return False
        return True

    def events(self, case: CaseId) -> list[str]:
        """The kinds of the entries of a case, but for who looked at it."""
        kinds = [type(each.event).__name__ for each in self.at.file(case).entries]
        return [each for each in kinds if each != "CaseViewed"]

    def refusals(self, case: CaseId) -> int:
        """How often somebody was refused, as the record keeps it."""
        return sum(isinstance(e.event, AccessRefused) for e in self.at.file(case).entries)

    def further(self, safety: str = "none") -> CaseId:
        """A case whose further steps are open."""
        case = self.at.report(safety={safety})
        self.at.work("head", case, accepted())
        self.at.work("head", case, OpenFurtherAction(WHY))
        return case


def a_door(folder: Path, held: Mapping[Role, tuple[str, ...]] | None = None) -> Door:
    """The sample school, with documents that are made here."""
    made = MadeHere()
    before = sample_school(folder, held=held)
    return Door(the_same_school(before, documents=made), made)


def view_in(reply: Reply) -> View:
    """The view that is shown."""
    assert isinstance(reply.show, View), reply
    return reply.show


def form_in(reply: Reply) -> Form:
    """The form that is shown."""
    assert isinstance(reply.show, Form), reply
    return reply.show


def is_refused(reply: Reply) -> bool:
    """Whether it was refused, without a word of why."""
    return reply == Reply(reply.words, Done(Plain(Say.NOT_FOR_YOU)))


def actions_in(shown: View | Form | Message) -> list[Action]:
    """Every button."""
    nodes = shown.intro if isinstance(shown, Form) else shown.nodes
    found: list[Action] = []
    for node in nodes:
        if isinstance(node, Actions | StepLine):
            found += node.actions
    return found


def button(shown: View | Form | Message, verb: Verb, step: str = "") -> Press:
    """The first button of this kind."""
    for each in actions_in(shown):
        if each.press.verb is verb and step in ("", each.press.step):
            return each.press
    raise AssertionError(f"{verb} is not offered.")


def offers(shown: View | Form | Message, verb: Verb) -> bool:
    """Whether there is a button of this kind."""
    return any(each.press.verb is verb for each in actions_in(shown))


def texts(reply: Reply) -> list[str]:
    """What is read, paragraph by paragraph, and what was told."""
    shown = reply.show
    assert isinstance(shown, View | Form)
    found: list[str] = []
    for node in shown.intro if isinstance(shown, Form) else shown.nodes:
        match node:
            case Paragraph(text):
                found.append(reply.words.text(text))
            case Facts(pairs):
                found += [f"{reply.words.text(a)}: {reply.words.text(b)}" for a, b in pairs]
            case Told(_, told):
                found += [each.reveal() for each in told]
            case Line(who=who, what=what, told=told):
                said = f"{reply.words.text(who)} {reply.words.text(what)}"
                found.append(" / ".join([said, *(each.reveal() for each in told)]))
            case _:
                continue
    return found


def errors_in(reply: Reply) -> dict[str, str]:
    """What is wrong, by field."""
    return {name: reply.words.text(says) for name, says in form_in(reply).errors.items()}


def ref_of(press: Press) -> FormRef:
    """The form that a button opens."""
    return FormRef(press)
