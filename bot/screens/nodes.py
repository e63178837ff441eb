"""What a screen can say: closed unions of nodes, and three kinds of screen.

A ``Message`` is kept by a platform and holds ``Plain`` text only: a wording key and typed facts.
A ``Form`` and a ``View`` are shown on demand to a permitted person and may hold ``Personal`` text.
Renderers say how a node looks and end in ``assert_never``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.figures import DigestChart
from bot.domain.ids import CardId, ContactId, EvidenceId, MessageKind, Reference, StepId
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.press import FormRef, Press
from bot.screens.wording import Words


@dataclass(frozen=True)
class Action:
    """A button. ``press`` comes back when it is pressed; nothing in it is trusted."""

    label: Plain
    press: Press
    primary: bool = False
    danger: bool = False
    confirm: Plain | None = None
    """Asked before, on what cannot be undone."""


@dataclass(frozen=True)
class Heading:
    """A short line that says what follows."""

    text: Plain


@dataclass(frozen=True)
class Paragraph:
    """A sentence or two."""

    text: Plain


@dataclass(frozen=True)
class Bullets:
    """A short list."""

    lines: tuple[Plain, ...]


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and a value."""

    pairs: tuple[tuple[Plain, Plain], ...]


@dataclass(frozen=True)
class StepLine:
    """A step of a case with its deadline and its buttons."""

    step: StepId
    reference: Reference | None
    due_at: datetime | None
    state: Plain
    """Overdue, due today, recommended, done …"""
    actions: tuple[Action, ...] = ()
    notes: tuple[Plain, ...] = ()


@dataclass(frozen=True)
class StopCard:
    """A stop card of the pack with the telephone numbers of the right people for this case."""

    card: CardId
    contacts: tuple[ContactId, ...]
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Guidance:
    """A dated guidance card of the pack."""

    card: CardId


@dataclass(frozen=True)
class Chart:
    """The digest's picture, drawn by the adapter, with words beside it that say the same."""

    chart: DigestChart
    title: Plain


@dataclass(frozen=True)
class Actions:
    """A row of buttons."""

    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Told:
    """What a person told, with what it is. On demand only."""

    label: Plain
    texts: tuple[Personal, ...]
    links: bool = False
    """The texts are links that may be opened in a new window, without a referrer."""


@dataclass(frozen=True)
class Picture:
    """A piece of evidence, on demand only."""

    evidence: EvidenceId
    label: Plain
    media_type: str


@dataclass(frozen=True)
class Line:
    """An entry of the chronology: when, who, what, and what was told with it."""

    at: datetime
    who: Plain
    what: Plain
    told: tuple[Personal, ...] = ()


MessageNode = (
    Heading | Paragraph | Bullets | Facts | StepLine | StopCard | Guidance | Chart | Actions
)
ViewNode = MessageNode | Told | Picture | Line


@dataclass(frozen=True)
class Message:
    """What the bot posts. The platform keeps it: no personal detail, and the types see to that."""

    kind: MessageKind | None
    nodes: tuple[MessageNode, ...]
    summary: Plain
    """One line for the notification."""


@dataclass(frozen=True)
class View:
    """What a permitted person sees on demand."""

    title: Plain
    nodes: tuple[ViewNode, ...]
    here: Press
    """Shows the same view again."""


@dataclass(frozen=True)
class Choice:
    """An option as it is offered."""

    value: str
    label: Plain | Personal
    """Personal where the choice is one of several links or names."""
    hint: Plain | None = None
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class _Field:
    id: str
    label: Plain
    why: Plain | None = None
    """The one line that says why it is asked."""
    required: bool = False
    told: Personal | None = None
    """What the label alone does not say, such as the link that is asked about."""


@dataclass(frozen=True, kw_only=True)
class ChooseOne(_Field):
    """One of several. ``reveals``: other fields of the form may follow from it, so tell at once."""

    options: tuple[Choice, ...]
    chosen: str | None = None
    reveals: bool = False


@dataclass(frozen=True, kw_only=True)
class ChooseMany(_Field):
    """Some of several; an option that is ``alone`` shuts out the others. One option is a tick."""

    options: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    reveals: bool = False


@dataclass(frozen=True, kw_only=True)
class ShortText(_Field):
    """One line, at most ``most`` characters."""

    value: Personal | None = None
    most: int = 300


@dataclass(frozen=True, kw_only=True)
class LongText(_Field):
    """Several lines."""

    value: Personal | None = None
    most: int = 10_000


@dataclass(frozen=True, kw_only=True)
class Links(_Field):
    """Up to ``most`` links, one a line or in running text."""

    value: tuple[Personal, ...] = ()
    most: int = 10


@dataclass(frozen=True, kw_only=True)
class PickDate(_Field):
    """A day, or with ``with_time`` a moment, in the school's local time."""

    value: datetime | date | None = None
    with_time: bool = False


@dataclass(frozen=True)
class KeptFileLine:
    """A file that is kept with the form, or still arriving."""

    evidence: EvidenceId
    media_type: str
    size: int
    remove: Press


@dataclass(frozen=True, kw_only=True)
class AddFiles(_Field):
    """Pictures and PDFs; how many are kept already, and how to take one out."""

    kept: tuple[KeptFileLine, ...] = ()
    most: int = 10
    letters: bool = False
    """Word documents and PDFs are taken, and no pictures."""


FormField = ChooseOne | ChooseMany | ShortText | LongText | Links | PickDate | AddFiles


@dataclass(frozen=True)
class Form:
    """A page of questions for one person. ``errors`` stand beside the field they belong to."""

    ref: FormRef
    title: Plain
    intro: tuple[ViewNode, ...]
    fields: tuple[FormField, ...]
    submit: Plain
    more: tuple[FormField, ...] = ()
    """Folded under *More, if you know it*."""
    back: bool = False
    """Has *Back*, which keeps what was answered."""
    actions: tuple[Action, ...] = ()
    errors: Mapping[str, Plain] = field(default_factory=dict)
    """By field id; ``""`` is for the whole form."""


@dataclass(frozen=True)
class FieldErrors:
    """The form stays as it is, with these words beside its fields."""

    ref: FormRef
    errors: Mapping[str, Plain]


@dataclass(frozen=True)
class Done:
    """The form or view closes; ``says`` is what the person is told in passing."""

    says: Plain


Show = Form | View | FieldErrors | Done


@dataclass(frozen=True)
class Handed:
    """A document for the person alone. ``ref`` fetches it; permission is asked then."""

    ref: str
    name: Plain
    """The file's name; like a message, it holds no personal detail."""
    says: Plain
    """What is said with it."""


@dataclass(frozen=True)
class Reply:
    """What an act is answered with. Where it opens is the adapter's choice, by place."""

    words: Words
    """How the reply's texts are worded; renderers ask it for every text."""
    show: Show | None = None
    say: Message | None = None
    """Said to the person in their chat with the bot."""
    hand: Handed | None = None
    """Handed to the person, as the platform can."""
