"""Which deed a step of a journey means, once its cases have ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.answers import Answers
from bot.domain.ids import CaseId, OutcomeId, ResolutionId, Role, StepId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.journeys.answers import report_answers, step_answers
from bot.journeys.deeds import (
    Add,
    AlertNow,
    Answer,
    Away,
    Back,
    Correct,
    DeclareInterest,
    Deed,
    ExcludePerson,
    Extend,
    HoldDigest,
    Link,
    NewRound,
    Note,
    OpenFurtherAction,
    PassOn,
    PostDigest,
    ReopenCase,
    Report,
    Snooze,
    ViewCase,
)
from bot.journeys.sample import role_meant
from bot.journeys.story import JourneyStep, Verb

_Given = TypeVar("_Given")


class NotNamed(Exception):
    """No case goes by this name: the report that should have opened it was not accepted."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def case_named(name: str, cases: Mapping[str, CaseId]) -> CaseId:
    """The case of that name. Raises ``NotNamed``."""
    if name not in cases:
        raise NotNamed(name)
    return cases[name]


def deed_of(
    step: JourneyStep, cases: Mapping[str, CaseId], policy: Policy, zone: ZoneInfo
) -> Deed | None:
    """What is done in the step, if anything. Raises ``NotNamed``."""
    return _DEEDS[step.does](_Meant(step, cases, policy, zone)) if step.does else None


@dataclass(frozen=True)
class _Meant:
    """What the keys of a step mean. Reading has seen to it that those needed are there."""

    _step: JourneyStep
    _cases: Mapping[str, CaseId]
    _policy: Policy
    _zone: ZoneInfo

    @property
    def case(self) -> CaseId:
        return case_named(_there(self._step.case), self._cases)

    @property
    def linked(self) -> CaseId:
        return case_named(_there(self._step.to), self._cases)

    @property
    def other(self) -> CaseId | None:
        return case_named(self._step.of, self._cases) if self._step.of else None

    @property
    def what(self) -> StepId:
        return StepId(_there(self._step.step))

    @property
    def outcome(self) -> OutcomeId:
        return OutcomeId(_there(self._step.outcome))

    @property
    def resolution(self) -> ResolutionId | None:
        return ResolutionId(self._step.resolution) if self._step.resolution else None

    @property
    def reason(self) -> Personal | None:
        return None if self._step.reason is None else Personal(self._step.reason)

    @property
    def told(self) -> tuple[Answers, tuple[str, ...]]:
        return report_answers(self._step.answers, self._policy, self._zone)

    @property
    def answers(self) -> Answers:
        return step_answers(self._step.answers, self._policy, self._zone)

    @property
    def until(self) -> date:
        return _there(self._step.until)

    @property
    def days(self) -> int:
        return _there(self._step.days)

    @property
    def whom(self) -> str:
        return _there(self._step.whom)

    @property
    def text(self) -> Personal:
        return Personal(_there(self._step.text))

    @property
    def passed_to(self) -> tuple[Role, str | None]:
        return role_meant(_there(self._step.to))


def _there(value: _Given | None) -> _Given:
    if value is None:
        raise ValueError("Reading a journey makes sure that what a verb needs is there.")
    return value


_DEEDS: Final[Mapping[Verb, Callable[[_Meant], Deed]]] = {
    Verb.REPORT: lambda m: Report(*m.told),
    Verb.ALERT_NOW: lambda m: AlertNow(m.told[0]),
    Verb.ANSWER: lambda m: Answer(
        m.case, m.what, m.outcome, m.answers, m.reason, m.resolution, m.other
    ),
    Verb.SNOOZE: lambda m: Snooze(m.case, m.what, m.days, m.reason),
    Verb.EXTEND: lambda m: Extend(m.case, m.what, m.until, m.reason),
    Verb.OPEN_FURTHER_ACTION: lambda m: OpenFurtherAction(m.case, m.reason),
    Verb.NEW_ROUND: lambda m: NewRound(m.case, m.what, m.reason),
    Verb.PASS_ON: lambda m: PassOn(m.case, *m.passed_to, m.reason),
    Verb.EXCLUDE: lambda m: ExcludePerson(m.case, m.whom, m.reason),
    Verb.LINK: lambda m: Link(m.case, m.linked),
    Verb.DECLARE_INTEREST: lambda m: DeclareInterest(m.case),
    Verb.REOPEN: lambda m: ReopenCase(m.case, m.reason),
    Verb.CORRECT: lambda m: Correct(m.case, m.what, m.outcome, m.answers, m.reason),
    Verb.NOTE: lambda m: Note(m.case, m.text),
    Verb.ADD: lambda m: Add(m.case, *m.told),
    Verb.VIEW: lambda m: ViewCase(m.case),
    Verb.AWAY: lambda m: Away(m.until),
    Verb.BACK: lambda _: Back(),
    Verb.HOLD_DIGEST: lambda _: HoldDigest(),
    Verb.POST_DIGEST: lambda _: PostDigest(),
}
