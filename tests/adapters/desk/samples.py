"""Screens of every kind to draw, with words of their own, so that no policy pack is needed."""

import struct
import zlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.figures import DigestChart, TermTotal, Timeliness
from bot.domain.ids import (
    CardId,
    CategoryId,
    ContactId,
    EvidenceId,
    MessageKind,
    PageId,
    QuestionId,
    Reference,
    ResolutionId,
    StepId,
)
from bot.domain.personal import Personal
from bot.domain.questions import Card
from bot.screens.facts import OptionOf, OutcomeOf, PackText, Plain, SeverityOf, plain
from bot.screens.nodes import (
    Action,
    Actions,
    AddFiles,
    Bullets,
    Chart,
    Choice,
    ChooseMany,
    ChooseOne,
    Facts,
    Form,
    FormField,
    Guidance,
    Heading,
    KeptFileLine,
    Line,
    Links,
    LongText,
    Message,
    MessageNode,
    Paragraph,
    PickDate,
    Picture,
    ShortText,
    StepLine,
    StopCard,
    Told,
    View,
    ViewNode,
)
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Contact, Words

STEPS = {
    "acknowledge": "Look at the report and decide what it is",
    "speak-to-parent": "Speak to the parent",
    "inform-dsl": "Tell the safeguarding lead",
}
CARDS = {
    "call-999": Card(
        id=CardId("call-999"),
        title="If somebody is in danger now, ring 999",
        lines=(
            "This can wait. For anything that is not happening now, ring 101.",
            "Then ring one of these people. Don’t wait for an answer here.",
        ),
        source="Keeping children safe in education, part one.",
        checked_on=date(2026, 9, 1),
    ),
    "do-not-copy": Card(
        id=CardId("do-not-copy"),
        title="Don’t look again, and don’t copy it",
        lines=(
            "Don’t save, print, forward or delete it, and don’t show it to anyone.",
            "Ring the safeguarding lead now.",
        ),
        source="Sharing nudes and semi-nudes, UKCIS.",
        checked_on=date(2026, 9, 1),
    ),
    "talk-guide": Card(
        id=CardId("talk-guide"),
        title="For the conversation",
        lines=(
            "Start by asking what happened. They may not know how it came across.",
            "If there is a fair concern in it, say how it can be raised.",
        ),
        source="Policy, P9 to P13.",
        checked_on=date(2026, 9, 1),
    ),
}


class SampleLabels:
    """Words by id; ``PackText`` says its own words, so that a sample can say anything."""

    def category(self, category: CategoryId) -> str | None:
        return category.value.replace("-", " ")

    def question(self, question: QuestionId) -> str | None:
        return question.value

    def option(self, option: OptionOf) -> str | None:
        return option.option.value

    def step(self, step: StepId) -> str | None:
        return STEPS.get(step.value, step.value)

    def outcome(self, outcome: OutcomeOf) -> str | None:
        return outcome.outcome.value

    def severity(self, severity: SeverityOf) -> str | None:
        return severity.level.value

    def resolution(self, resolution: ResolutionId) -> str | None:
        return resolution.value

    def page(self, page: PageId) -> str | None:
        return page.value

    def card(self, card: CardId) -> Card | None:
        return CARDS.get(card.value)

    def text(self, place: tuple[str, ...]) -> str | None:
        return place[-1]


WORDS = Words(
    packs=(SampleLabels(),),
    contacts={
        ContactId("dsl"): Contact("Safeguarding lead (Mrs Akande)", "01632 960 123"),
        ContactId("head"): Contact("Headteacher", "+44 1632 960100"),
        ContactId("social-care"): Contact("Children’s social care, day and night", "01632 960 199"),
    },
    zone=ZoneInfo("Europe/London"),
)


def words(text: str) -> Plain:
    """Any words at all."""
    return plain(Say.TEXT, text=PackText(("text", text)))


def an_action(label: str, verb: Verb = Verb.OPEN_CASE, **more: object) -> Action:
    """A button."""
    press = Press(verb, subject="c-1", step="speak-to-parent", round=1, what=label.lower())
    primary, danger = bool(more.get("primary")), bool(more.get("danger"))
    confirm = more.get("confirm")
    return Action(
        words(label),
        press,
        primary=primary,
        danger=danger,
        confirm=words(str(confirm)) if confirm else None,
    )


def choices(**labels: str) -> tuple[Choice, ...]:
    """Options by value; ``none`` stands alone."""
    return tuple(
        Choice(value.replace("_", "-"), words(label), alone=value == "none")
        for value, label in labels.items()
    )


def a_ref(page: str = "what", revision: int = 1) -> FormRef:
    """A form of a draft."""
    return FormRef(Press(Verb.REPORT, subject="d-1"), page, revision)


SAFETY = ChooseMany(
    id="safety",
    label=words("Is anyone in danger, or is a child being harmed?"),
    why=words("This comes first, whatever else the post says. Tick all that may be true."),
    required=True,
    reveals=True,
    options=choices(
        hurt_soon="Someone could be hurt soon",
        may_harm_themselves="Someone may harm themselves",
        adult_harmed_child="It says an adult at school harmed, or could harm, a child",
        sexual_image="A sexual image of a child",
        unsure="I’m not sure",
        none="None of these",
    ),
)
CONTENT = ChooseMany(
    id="content",
    label=words("What is it about the post that worries you?"),
    why=words("It decides which part of the policy applies. Tick all that fit."),
    required=True,
    options=choices(
        names_children="It names or shows children",
        offensive="It is offensive about somebody",
        racist="It is racist",
        threat="It threatens somebody",
        complaint="It is a complaint about the school",
        other_content="Something else",
    ),
)
PLACE = ChooseOne(
    id="place",
    label=words("Where is it?"),
    why=words("A closed group and a public page are asked to take things down in different ways."),
    required=True,
    options=(
        Choice("public-page", words("A public page"), hint=words("Anyone can read it")),
        Choice("closed-group", words("A closed group"), hint=words("Only its members can read it")),
        Choice("other-place", words("Somewhere else")),
    ),
)
LINKS = Links(
    id="links",
    label=words("Link to the post"),
    why=words("So that nobody has to search for it. Copy it from the address bar or “Share”."),
)
WORDS_OF_POST = LongText(
    id="words", label=words("What does it say?"), why=words("In its own words, as well as you can.")
)
POSTER_NAME = ShortText(
    id="poster_name", label=words("Who posted it?"), why=words("The name as it is shown there.")
)
SEEN_AT = PickDate(
    id="seen_at", label=words("When did you see it?"), why=words("Posts change."), with_time=True
)
SEEN_ON = PickDate(id="seen_on", label=words("On which day?"))
SCREENSHOTS = AddFiles(
    id="screenshots",
    label=words("A picture of it"),
    why=words("Posts disappear. A picture shows later what stood there."),
    kept=(
        KeptFileLine(
            EvidenceId("e-1"), "image/png", 245_760, Press(Verb.REMOVE_FILE, "d-1", what="e-1")
        ),
        KeptFileLine(
            EvidenceId("e-2"),
            "application/pdf",
            2_400_000,
            Press(Verb.REMOVE_FILE, "d-1", what="e-2"),
        ),
    ),
)
LETTER = AddFiles(
    id="file",
    label=words("Your own version"),
    why=words("A Word document or a PDF."),
    most=1,
    letters=True,
)
TICK = ChooseMany(
    id="shows_reporter",
    label=words("The picture shows who I am"),
    options=(Choice("yes", words("The picture shows who I am")),),
)
EVERY_FIELD: tuple[FormField, ...] = (
    SAFETY, CONTENT, PLACE, LINKS, WORDS_OF_POST, POSTER_NAME, SEEN_AT, SEEN_ON, SCREENSHOTS, TICK,
)  # fmt: skip

STOP = StopCard(
    CardId("call-999"),
    contacts=(ContactId("dsl"), ContactId("head"), ContactId("social-care")),
    actions=(an_action("Alert now", Verb.ALERT_NOW, danger=True),),
)


def a_form(
    *fields: FormField,
    title: str = "What is happening?",
    intro: tuple[ViewNode, ...] = (),
    more: tuple[FormField, ...] = (),
    errors: dict[str, Plain] | None = None,
    ref: FormRef | None = None,
    submit: Say = Say.NEXT,
    back: bool = False,
    actions: tuple[Action, ...] = (),
) -> Form:
    """A form of the fields given."""
    return Form(
        ref=ref or a_ref(),
        title=words(title),
        intro=intro,
        fields=fields,
        submit=plain(submit),
        more=more,
        back=back,
        actions=actions,
        errors=errors or {},
    )


def a_png(width: int = 480, height: int = 300) -> bytes:
    """A picture with soft stripes."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            shade = 232 if (y // 26) % 2 and 30 < x < width - 30 - (y * 7) % 160 else 250
            rows += bytes((shade, shade, shade - 6))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


CHART = DigestChart(
    tuple(
        (date(2026, 9, 4) + timedelta(weeks=week), Timeliness.ALL_ON_TIME if week % 5 else None)
        for week in range(12)
    ),
    (TermTotal("Summer 2026", 15), TermTotal("Autumn 2026", 10)),
)
NODES: dict[str, ViewNode] = {
    "heading": Heading(words("Two things are due today")),
    "paragraph": Paragraph(words("Neither needs more than a phone call.")),
    "bullets": Bullets((words("Please don’t reply to the post."), words("Don’t pass it on."))),
    "facts": Facts(
        (
            (words("Reference"), plain(Say.TEXT, text=Reference("2026-014"))),
            (words("What it is"), plain(Say.TEXT, text=CategoryId("racist"))),
            (words("Opened"), plain(Say.TEXT, text=datetime(2026, 11, 24, 9, 5, tzinfo=UTC))),
        )
    ),
    "step-line": StepLine(
        step=StepId("speak-to-parent"),
        reference=Reference("2026-014"),
        due_at=datetime(2026, 11, 25, 16, 0, tzinfo=UTC),
        state=words("Due tomorrow"),
        actions=(an_action("Answer", Verb.ANSWER, primary=True), an_action("Why this date?")),
        notes=(words("Start by asking what happened. They may not know how it came across."),),
    ),
    "stop-card": STOP,
    "guidance": Guidance(CardId("talk-guide")),
    "chart": Chart(CHART, words("Timeliness and cases by term")),
    "actions": Actions(
        (
            an_action("Report a post", Verb.REPORT, primary=True),
            an_action("My reports"),
            an_action("Withdraw", Verb.WITHDRAW, danger=True, confirm="Delete what you wrote?"),
        )
    ),
    "told": Told(words("What it says"), (Personal("Mr <b>Example</b> is a disgrace"),)),
    "told-links": Told(
        words("Links"),
        (
            Personal("https://www.facebook.com/groups/1/posts/2?a=1&b=%22"),
            Personal("javascript:alert(1)"),
        ),
        links=True,
    ),
    "picture": Picture(EvidenceId("e-1"), words("Picture 1, 24 November 2026"), "image/png"),
    "picture-pdf": Picture(EvidenceId("e-2"), words("Document 2"), "application/pdf"),
    "line": Line(
        datetime(2026, 11, 24, 9, 5, tzinfo=UTC),
        words("The headteacher"),
        words("Spoke to the parent: agreed to remove it"),
        (Personal("She was upset about the coach & said sorry."),),
    ),
}

ROUND_UP_NODES: tuple[MessageNode, ...] = (
    Heading(words("Two things are due today")),
    Paragraph(words("Neither needs more than a phone call.")),
    StepLine(
        step=StepId("speak-to-parent"),
        reference=Reference("2026-014"),
        due_at=datetime(2026, 11, 24, 16, 0, tzinfo=UTC),
        state=words("Due today"),
        actions=(an_action("Answer", Verb.ANSWER, primary=True), an_action("Remind me later")),
    ),
    StepLine(
        step=StepId("acknowledge"),
        reference=Reference("2026-015"),
        due_at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
        state=plain(Say.STATE_OVERDUE, due=datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
        actions=(an_action("Answer", Verb.ANSWER, primary=True),),
    ),
)
ROUND_UP = Message(MessageKind.ROUND_UP, ROUND_UP_NODES, words("Two things are due today"))
DIGEST = Message(
    MessageKind.DIGEST,
    (
        Heading(words("This week in parents’ posts")),
        Paragraph(words("Every step that fell due was done on time.")),
        Facts(
            (
                (words("New"), words("fewer than 5")),
                (words("Open"), words("fewer than 5")),
                (words("This term"), words("10")),
            )
        ),
        Chart(CHART, words("Timeliness and cases by term")),
    ),
    words("The governors’ digest"),
)
RECEIPT = Message(
    MessageKind.RECEIPT,
    (
        Heading(words("Thank you. Your report is 2026-014.")),
        Paragraph(words("The headteacher has it now. You will hear when it is closed.")),
        Bullets((words("Please don’t reply to the post, or pass it on."),)),
    ),
    words("Your report is 2026-014"),
)
CASE_VIEW = View(
    words("Case 2026-014"),
    (
        NODES["facts"],
        NODES["told"],
        NODES["told-links"],
        NODES["picture"],
        NODES["picture-pdf"],
        Heading(words("What is to be done")),
        NODES["step-line"],
        NODES["guidance"],
        Heading(words("What was done")),
        NODES["line"],
        Line(
            datetime(2026, 11, 24, 11, 40, tzinfo=UTC),
            words("The safeguarding lead"),
            words("Looked at the case"),
        ),
        Actions(
            (
                an_action("Add a note"),
                an_action("Pass on"),
                an_action(
                    "Declare an interest",
                    Verb.DECLARE_INTEREST,
                    danger=True,
                    confirm="You will not see this case any more. Declare an interest?",
                ),
            )
        ),
    ),
    Press(Verb.OPEN_CASE, subject="c-1"),
)
