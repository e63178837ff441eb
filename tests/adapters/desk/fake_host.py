"""A host that answers with samples: enough of an application to try the page's own workings."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.desk.host import CannotMoveClock, DeskPerson
from bot.app.documents import Document
from bot.app.inbound import (
    Asked,
    Changed,
    Inbound,
    Left,
    Person,
    Pressed,
    Submitted,
    Upload,
)
from bot.domain.errors import Refused
from bot.domain.ids import EvidenceId, PersonId
from bot.domain.word_files import WORD
from bot.screens.facts import Plain
from bot.screens.nodes import (
    Done,
    FieldErrors,
    Form,
    Handed,
    KeptFileLine,
    Reply,
    Show,
)
from bot.screens.press import Press, Verb
from bot.screens.say import Say

from . import samples
from .samples import WORDS, a_form, a_ref, words


def a_person(slug: str, label: str) -> DeskPerson:
    """Somebody with an account on the page."""
    return DeskPerson(
        slug, label, Person(PersonId(f"desk:{slug}"), f"{slug}@school.example", member=True)
    )


PEOPLE = (
    a_person("staff", "Staff"),
    a_person("staff-2", "Another member of staff"),
    a_person("head", "Headteacher"),
    a_person("deputy", "Deputy"),
    a_person("dsl", "Safeguarding lead"),
    a_person("chair", "Chair of governors"),
    a_person("chair-2", "Vice-chair"),
    DeskPerson("governors", "Governors' channel", None),
    a_person("admin", "Administrator"),
)
LONDON = ZoneInfo("Europe/London")
FULL = a_form(
    *(samples.EVERY_FIELD[:6]),
    title="The post",
    more=samples.EVERY_FIELD[6:],
    back=True,
    submit=Say.SEND_REPORT,
    ref=a_ref("post"),
)


HANDED = Handed("letter:1 & 2", words("Warning letter 2026-014"), words("Here is the draft."))
LETTER_FORM = a_form(
    samples.PLACE, samples.LETTER, title="Warning letter", ref=a_ref("letter"), submit=Say.SAVE
)
HANDED_WITH: dict[str, Show | None] = {
    "letter": LETTER_FORM,
    "copy": samples.CASE_VIEW,
    "again": Done(words("Here is the draft.")),
    "nothing-but-it": None,
}


@dataclass
class FakeHost:
    """Answers as the samples say; remembers what came."""

    school_name: str = "Derwent Vale Primary School"
    zone: ZoneInfo = LONDON
    people: tuple[DeskPerson, ...] = PEOPLE
    clock: datetime = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
    came: list[Inbound] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    errors: dict[str, Plain] = field(default_factory=dict)
    """What is wrong with the next form that is sent."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once somebody left a form."""
    hold: asyncio.Event | None = None
    """Nothing is answered before it is set."""
    both_came: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once two acts came."""
    break_on: str = ""
    """A word at which the host fails."""

    async def respond(self, inbound: Inbound) -> Reply:
        self.came.append(inbound)
        if len(self.came) > 1:
            self.both_came.set()
        if self.hold is not None:
            await self.hold.wait()
        match inbound.act:
            case Asked(text) if text.reveal() == self.break_on:
                raise RuntimeError(f"cannot say {text.reveal()}")
            case Asked(text):
                return self._asked(text.reveal())
            case Pressed(press, _, answers):
                return Reply(WORDS, show=self._pressed(press, answers or {}))
            case Changed(form, answers):
                return Reply(WORDS, show=self._form(form.page, form.revision + 1, answers))
            case Left():
                self.left.set()
                return Reply(WORDS, show=Done(words("Your answers are kept for 7 days.")))
            case Submitted(form, answers, back):
                return self._submitted(form.page, form.revision, back=back)
            case _:
                return Reply(WORDS)

    def _asked(self, text: str) -> Reply:
        if text in HANDED_WITH:
            return Reply(WORDS, show=HANDED_WITH[text], hand=HANDED)
        screens: dict[str, Show] = {"fields": FULL, "case": samples.CASE_VIEW}
        shown = screens.get(text)
        said = {"round-up": samples.ROUND_UP, "receipt": samples.RECEIPT}.get(text)
        if text == "errors":
            wrong = {
                each.id: words("Please choose what fits best.") for each in samples.EVERY_FIELD
            }
            shown = replace(FULL, errors=wrong | {"": words("Some answers are missing.")})
        return Reply(WORDS, show=shown, say=said)

    def _pressed(self, press: Press, answers: dict[str, object] | object) -> Show:
        if press.verb is Verb.REPORT:
            return self._form("what", 1, {})
        if press.verb is Verb.REMOVE_FILE:
            del self.files[int(press.what)]
            return self._form("post", 2, answers)
        if press.verb is Verb.ALERT_NOW:
            return Done(words("The headteacher and the safeguarding lead have been told."))
        return samples.CASE_VIEW

    def _submitted(self, page: str, revision: int, *, back: bool) -> Reply:
        if self.errors and not back:
            errors, self.errors = self.errors, {}
            return Reply(WORDS, show=FieldErrors(a_ref(page, revision), errors))
        if back:
            return Reply(WORDS, show=self._form("what", revision + 1, {}))
        if page == "what":
            return Reply(WORDS, show=self._form("post", revision + 1, {}))
        return Reply(WORDS, show=Done(words("Sent. Thank you.")), say=samples.RECEIPT)

    def _form(self, page: str, revision: int, answers: object) -> Form:
        given = answers if isinstance(answers, dict) else {}
        if page == "what":
            chosen = given.get("safety", ())
            safety = replace(samples.SAFETY, chosen=chosen)
            dangers = set(chosen) - {"none", "unsure"}
            intro = (samples.STOP,) if dangers else ()
            revealed = (samples.PLACE,) if "unsure" in chosen else ()
            return a_form(
                safety, *revealed, samples.CONTENT, intro=intro, ref=a_ref("what", revision)
            )
        for upload in given.get("screenshots", ()):
            assert isinstance(upload, Upload)
            self.files.append(upload.content)
        kept = tuple(
            KeptFileLine(
                EvidenceId(f"e-{n}"),
                "image/png",
                len(content),
                Press(Verb.REMOVE_FILE, what=str(n)),
            )
            for n, content in enumerate(self.files)
        )
        return a_form(
            samples.LINKS,
            samples.PLACE,
            replace(samples.SCREENSHOTS, kept=kept),
            more=(samples.WORDS_OF_POST, samples.POSTER_NAME),
            title="The post",
            back=True,
            submit=Say.SEND_REPORT,
            ref=a_ref("post", revision),
        )

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        if person.id != "desk:head":
            raise Refused
        if evidence == "e-2":
            return b"%PDF-1.7 sample", "application/pdf"
        if evidence == "e-3":
            return b"<script>alert(1)</script>", "text/html"
        return samples.a_png(), "image/png"

    async def document(self, person: Person, ref: str) -> Document:
        if person.id != "desk:head" or ref != HANDED.ref:
            raise Refused
        return Document("warning-letter-2026-014.docx", WORD, b"<script>alert(1)</script>")

    async def now(self) -> datetime:
        return self.clock

    async def move_to(self, moment: datetime) -> None:
        if moment < self.clock:
            raise CannotMoveClock("The clock only goes on. Please choose a later time.")
        self.clock = moment

    async def next_school_morning(self) -> None:
        self.clock += timedelta(days=1)

    async def next_friday_afternoon(self) -> None:
        self.clock = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
