"""Decides what a scripted world and a small pack are for the tests of journeys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.conditions import Always
from bot.domain.errors import ReportPostError
from bot.domain.ids import (
    CardId,
    CaseId,
    MessageKind,
    OptionId,
    OutcomeId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.lengths import Hours
from bot.domain.policy import (
    DigestRule,
    ExclusionRule,
    OwnerRule,
    Policy,
    ReminderRule,
    Resolution,
    SeverityRule,
)
from bot.domain.questions import AnswerKind, Card, Option, Question, StopCardRule
from bot.domain.retention import RetentionRules
from bot.domain.step_rules import DueRule, OutcomeRule, StepRule
from bot.journeys.deeds import Deed
from bot.journeys.reading import read_journey
from bot.journeys.running import Mismatch, run_journey
from bot.journeys.sample import ZONE
from bot.journeys.story import Journey
from bot.journeys.world import CaseFacts, DigestFacts, Happened, SentMessage

A, B = CaseId("case-1"), CaseId("case-2")
HEAD = 'title = "T"\npolicy = "small"\nstarts = 2026-11-23T09:05:00\n'
CAME = Happened(case=A)
REPORT = 'who = "staff"\ndoes = "report"\nas = "A"\nanswers = {}\n'
REPORT_B = REPORT.replace('"A"', '"B"')
VIEW = 'who = "head"\ndoes = "view"\ncase = "A"\n'


def a_question(name: str, kind: AnswerKind, *options: str) -> Question:
    offered = tuple(Option(OptionId(each), each) for each in options)
    return Question(QuestionId(name), kind, name, "why", ("P9",), offered)


def a_policy() -> Policy:
    """One question of each kind, two steps and one of everything else."""
    asked = (
        a_question("danger", AnswerKind.MANY, "fire", "none"),
        a_question("place", AnswerKind.ONE, "street", "school"),
        a_question("words", AnswerKind.LONG_TEXT),
        a_question("names", AnswerKind.NAMES),
        a_question("links", AnswerKind.LINKS),
        a_question("pictures", AnswerKind.FILES),
        a_question("seen_at", AnswerKind.MOMENT),
        a_question("mine", AnswerKind.TICK),
    )
    by_step = a_question("fair", AnswerKind.ONE, "yes", "no")
    steps = (a_step("look", "seen", "gone"), a_step("close", "closed", not_needed=False))
    outline = Card(CardId("call"), "Call", ("Now.",), "a test", date(2026, 11, 22))
    return Policy(
        id="small",
        title="A small pack",
        dated_on=date(2026, 11, 22),
        clauses={"P9": "Ask."},
        pages=(),
        questions={each.id: each for each in asked},
        asked_by_steps={by_step.id: by_step},
        categories=QuestionId("danger"),
        safety=QuestionId("danger"),
        dangers=frozenset({OptionId("fire")}),
        severities=(SeverityRule("grave", "Grave", Always(), ("P9",)),),
        safeguarding=Always(),
        owner=OwnerRule((Role.HEAD,), ("P9",)),
        exclusions=(ExclusionRule(QuestionId("place"), OptionId("school"), Role.HEAD, ("P9",)),),
        excluded_by_name=(),
        stop_cards=(StopCardRule(outline.id, Always(), ("P9",)),),
        cards={outline.id: outline},
        files_forbidden=Always(),
        files=QuestionId("pictures"),
        milestones=(),
        restrictions=(),
        steps=steps,
        first_step=StepId("look"),
        never_recommended_when=Always(),
        resolutions=(Resolution(ResolutionId("mended"), "Mended", 72),),
        retention=RetentionRules({ResolutionId("mended"): 72}, Always(), 1, ("P9",)),
        same_post=None,
        same_person=None,
        reminders=(ReminderRule(MessageKind.RECEIPT, ("P9",)),),
        digest=DigestRule(("P9",), (), ()),
    )


def a_step(name: str, *outcomes: str, not_needed: bool = True) -> StepRule:
    return StepRule(
        StepId(name),
        name,
        ("P9",),
        Always(),
        (DueRule(Hours(1), Always()),),
        tuple(OutcomeRule(OutcomeId(each), each, Always()) for each in outcomes),
        may_be_not_needed=not_needed,
    )


def some_facts() -> CaseFacts:
    """A case of which every fact is told."""
    return CaseFacts(
        severity="grave",
        owner="chair",
        owner_person="chair-2",
        status="open",
        safeguarding=True,
        further_action=True,
        resolution="mended",
        categories=frozenset({"fire"}),
        stop_cards=frozenset({"call"}),
        pending=frozenset({"look", "close"}),
        recommended=frozenset({"look"}),
        possible=frozenset({"close"}),
        due={"look": datetime(2026, 11, 24, 16)},  # noqa: DTZ001 -- local time is what is meant
        earlier=frozenset({B}),
        occasions=2,
    )


@dataclass
class ScriptedWorld:
    """Does what the script says, one ``Happened`` a deed, and keeps what it was asked.

    ``mail`` is delivered by the first ``settle``, the second, and so on; ``on_the_way`` by the
    first, second … ``move_to``. ``fails_at`` names a method that raises ``error``.
    """

    script: list[Happened] = field(default_factory=list)
    stored: Mapping[CaseId, CaseFacts] = field(default_factory=lambda: {A: some_facts()})
    lists: Mapping[str, frozenset[CaseId]] = field(default_factory=dict)
    mail: list[tuple[SentMessage, ...]] = field(default_factory=list)
    on_the_way: list[tuple[SentMessage, ...]] = field(default_factory=list)
    posted: DigestFacts | None = None
    fails_at: str = ""
    error: Exception = field(default_factory=lambda: ReportPostError("The calendar ends."))
    calls: list[str] = field(default_factory=list)
    deeds: list[tuple[str, Deed]] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    box: tuple[SentMessage, ...] = ()

    @property
    def policy(self) -> Policy:
        return a_policy()

    @property
    def zone(self) -> ZoneInfo:
        return ZONE

    def do(self, who: str, deed: Deed) -> Happened:
        self._called("do")
        self.deeds.append((who, deed))
        return self.script.pop(0) if self.script else Happened()

    def move_to(self, moment: datetime) -> None:
        self._called("move_to")
        self.moments.append(moment)
        self.box += self.on_the_way.pop(0) if self.on_the_way else ()

    def settle(self) -> None:
        self._called("settle")
        self.box += self.mail.pop(0) if self.mail else ()

    def sent(self) -> tuple[SentMessage, ...]:
        return self.box

    def facts(self, case: CaseId) -> CaseFacts:
        self._called("facts")
        return self.stored[case]

    def listed(self, who: str) -> frozenset[CaseId]:
        return self.lists.get(who, frozenset())

    def digest(self) -> DigestFacts | None:
        return self.posted

    def close(self) -> None:
        self._called("close")

    def _called(self, method: str) -> None:
        self.calls.append(method)
        if method == self.fails_at:
            raise self.error


def a_journey(*steps: str) -> Journey:
    """A journey of these steps, each as the TOML under its ``[[step]]``."""
    return read_journey(HEAD + "".join(f"\n[[step]]\n{step}\n" for step in steps), "t.toml")


def run(world: ScriptedWorld, *steps: str) -> tuple[Mismatch, ...]:
    return run_journey(a_journey(*steps), lambda _: world)


def said(mismatches: Iterable[Mismatch]) -> list[tuple[int | None, str, str, str]]:
    """Each mismatch as (step, about, expected, came)."""
    return [(each.step, each.about, each.expected, each.came) for each in mismatches]
