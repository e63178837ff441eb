"""How the rules of a pack are said in plain English, for people who read the pack."""

from collections.abc import Iterable
from typing import Final, assert_never

from bot.domain.conditions import (
    AllOf,
    Always,
    Answered,
    AnyOf,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Noted,
    NothingElsePending,
    Outcome,
    Reached,
    Safeguarding,
    School,
    Severity,
)
from bot.domain.ids import OptionId, OutcomeId, QuestionId, ResolutionId, Role, StepId
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind, Question
from bot.domain.step_rules import AfterRule

_OfCase = Outcome | Reached | Severity | Safeguarding | Noted | School | NothingElsePending

ROLES: Final = {
    Role.STAFF: "the reporter",
    Role.HEAD: "the head",
    Role.DEPUTY: "the deputy",
    Role.DSL: "the safeguarding lead",
    Role.CHAIR: "the chair of governors",
    Role.ADMIN: "the administrator",
}

_FACTS: Final = {
    Fact.POSSIBLE_SAME_PERSON: "earlier cases with a poster of the same name",
    Fact.SAME_PERSON: "earlier cases of the same person, confirmed",
    Fact.AGAIN_AFTER_AGREEING: "earlier cases in which the same person agreed to remove it",
    Fact.MOST_OCCASIONS: "occasions against one person",
    Fact.PEOPLE_CONCERNED: "people against whom there was an occasion",
}


class English:
    """Says the rules of one pack with its own labels."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._phrases = dict(policy.phrases)

    def condition(self, condition: Condition, *, so: bool = True) -> str:
        """The condition, or its opposite, as the end of a sentence that begins with *when*."""
        if condition in self._phrases:
            return f"{'' if so else 'it is not so that '}{self._phrases[condition]}"
        return self.in_full(condition, so=so)

    def in_full(self, condition: Condition, *, so: bool = True) -> str:
        """The same without the pack's own phrase for it."""
        match condition:
            case AllOf(parts):
                return self._joined(parts, "and" if so else "or", so=so)
            case AnyOf(parts):
                return self._joined(parts, "or" if so else "and", so=so)
            case Not(part):
                return self.condition(part, so=not so)
            case Always():
                return "always" if so else "never"
            case Is() | Includes() | Answered():
                return self._of_answers(condition, so=so)
            case _:
                return self._of_case(condition, so=so)

    def _joined(self, parts: tuple[Condition, ...], word: str, *, so: bool) -> str:
        said = []
        for part in parts:
            words = self.condition(part, so=so)
            inside = part.part if isinstance(part, Not) else part
            phrased = inside in self._phrases
            several = not phrased and isinstance(inside, AllOf | AnyOf) and len(inside.parts) > 1
            said.append(f"({words})" if several and len(parts) > 1 else words)
        return listed(said, word)

    def _of_answers(self, part: Is | Includes | Answered, *, so: bool) -> str:
        asked = f"“{self.question(part.question)}”"
        match part:
            case Is(question, options) if self._kind(question) is AnswerKind.MANY:
                has = "has only" if so else "does not have only"
                return f"{asked} {has} {self.options(question, options)}"
            case Is(question, options):
                return f"{asked} is {'' if so else 'not '}{self.options(question, options)}"
            case Includes(question, options):
                has = "has" if so else "does not have"
                return f"{asked} {has} {self.options(question, options)}"
            case Answered():
                return f"{asked} is {'' if so else 'not '}answered"
            case _:
                assert_never(part)

    def _of_case(self, part: _OfCase, *, so: bool) -> str:
        no = "" if so else "not "
        match part:
            case Outcome(step, outcomes, times, last):
                given = self.outcomes(step, outcomes)
                last_word, often = "last " if last else "", f" {times} times" if times > 1 else ""
                return f"“{self.step(step)}” was {no}{last_word}answered {given}{often}"
            case Reached(milestone):
                return f"“{self.milestone(milestone)}” is {no}open"
            case Severity(levels):
                order = (rule for rule in self._policy.severities if rule.level in levels)
                return f"the severity is {no}{listed((f'“{r.label}”' for r in order), 'or')}"
            case Safeguarding():
                return f"there is {'a' if so else 'no'} safeguarding side"
            case Noted(fact, at_least):
                return f"there are {no}{at_least} or more {_FACTS[fact]}"
            case School(trait):
                return f"the school is {no}one with {trait.replace('-', ' ')}"
            case NothingElsePending():
                return "nothing else is open" if so else "something else is open"
            case _:
                assert_never(part)

    def question(self, question: QuestionId) -> str:
        """The question as it is asked."""
        found = self._found(question)
        return found.label if found else question.value

    def asked(self, question: QuestionId) -> str:
        """The question as an outcome asks it."""
        found = self._policy.asked_by_steps.get(question)
        return found.label if found else self.question(question)

    def option(self, question: QuestionId, option: OptionId) -> str:
        """An answer, in quotes."""
        for each in (self._policy.questions, self._policy.asked_by_steps):
            found = each[question].option(option) if question in each else None
            if found:
                return f"“{found.label}”"
        return f"“{option}”"

    def step(self, step: StepId) -> str:
        """The name of a step."""
        rule = self._policy.steps_by_id.get(step)
        return rule.label if rule else step.value

    def outcome(self, step: StepId, outcome: OutcomeId) -> str:
        """An outcome of a step, in quotes."""
        rule = self._policy.steps_by_id.get(step)
        found = rule.outcome(outcome) if rule else None
        return f"“{found.label if found else outcome}”"

    def resolution(self, resolution: ResolutionId) -> str:
        """How a case ended, in quotes."""
        labels = {each.id: each.label for each in self._policy.resolutions}
        return f"“{labels.get(resolution, resolution.value)}”"

    def after(self, rule: AfterRule) -> str:
        """The answers after which something follows."""
        given = self.outcomes(rule.step, rule.outcomes)
        return f"“{self.step(rule.step)}” is answered {given}"

    def steps(self, steps: Iterable[StepId]) -> str:
        """The names of steps, in quotes."""
        return listed((f"“{self.step(each)}”" for each in steps), "and")

    def outcomes(self, step: StepId, outcomes: frozenset[OutcomeId]) -> str:
        """Outcomes of a step, in its order."""
        rule = self._policy.steps_by_id.get(step)
        order = [each.id for each in rule.outcomes] if rule else []
        return listed((self.outcome(step, each) for each in order if each in outcomes), "or")

    def options(self, question: QuestionId, options: frozenset[OptionId]) -> str:
        """Answers of a question, in its order."""
        found = self._found(question)
        order = [each.id for each in found.options] if found else sorted(options)
        return listed((self.option(question, each) for each in order if each in options), "or")

    def _found(self, question: QuestionId) -> Question | None:
        return self._policy.questions.get(question) or self._policy.asked_by_steps.get(question)

    def _kind(self, question: QuestionId) -> AnswerKind | None:
        found = self._found(question)
        return found.kind if found else None

    def milestone(self, milestone: str) -> str:
        """The name of a milestone."""
        labels = {each.id: each.label for each in self._policy.milestones}
        return labels.get(milestone, milestone)


def listed(words: Iterable[str], last: str = "and") -> str:
    """The words as a list: "a, b and c"."""
    each = list(words)
    if len(each) < 2:
        return "".join(each)
    return f"{', '.join(each[:-1])} {last} {each[-1]}"


def sources_of(sources: tuple[str, ...]) -> str:
    """The clauses and laws in brackets; nothing if there are none."""
    return f"[{'; '.join(sources)}]" if sources else ""


def when_of(english: English, condition: Condition | None, word: str = "when") -> str:
    """The end of a line that says when it holds; nothing if it always does."""
    if condition is None or condition == Always():
        return ""
    return f" – {word} {english.condition(condition)}"
