"""Which words of a policy pack stand for an id (the protocol ``Labels`` of ``bot.screens``)."""

from collections.abc import Iterator, Mapping

from bot.domain.ids import (
    CardId,
    CategoryId,
    OptionId,
    PageId,
    QuestionId,
    ResolutionId,
    StepId,
)
from bot.domain.policy import Policy
from bot.domain.questions import Card, Question
from bot.policies.bundled import Platform
from bot.screens.facts import OptionOf, OutcomeOf, SeverityOf


class PackLabels:
    """The words of one pack. Cards are today's; one of the pack's own comes before a shared one."""

    def __init__(
        self,
        policy: Policy,
        guidance: Mapping[CardId, Card],
        platforms: Mapping[str, Platform] | None = None,
    ) -> None:
        self._policy = policy
        self._guidance = guidance
        self._texts = {**dict(_texts(policy)), **dict(_of_platforms(platforms or {}))}
        # Looked up a hundred times for each page of a form.
        self._options = dict(_options(policy))

    def category(self, category: CategoryId) -> str | None:
        """The label of a category: of an option of the pack's question of categories."""
        return self.option(OptionOf(self._policy.categories, OptionId(category.value)))

    def question(self, question: QuestionId) -> str | None:
        """The question as it is asked, on a page before one that an outcome asks."""
        found = self._questions(question)
        return found[0].label if found else None

    def option(self, option: OptionOf) -> str | None:
        """The label of an option."""
        return self._options.get((option.question, option.option))

    def step(self, step: StepId) -> str | None:
        """The name of a step."""
        rule = self._policy.steps_by_id.get(step)
        return rule.label if rule else None

    def outcome(self, outcome: OutcomeOf) -> str | None:
        """The label of an outcome of a step."""
        step = self._policy.steps_by_id.get(outcome.step)
        rule = step.outcome(outcome.outcome) if step else None
        return rule.label if rule else None

    def severity(self, severity: SeverityOf) -> str | None:
        """The label of a severity."""
        levels = self._policy.severities
        return next((rule.label for rule in levels if rule.level == severity.level.value), None)

    def resolution(self, resolution: ResolutionId) -> str | None:
        """How a case ended, in words."""
        ways = self._policy.resolutions
        return next((each.label for each in ways if each.id == resolution), None)

    def page(self, page: PageId) -> str | None:
        """The title of a page."""
        return next((each.title for each in self._policy.pages if each.id == page), None)

    def card(self, card: CardId) -> Card | None:
        """The stop card or guidance card, with its date."""
        return self._policy.cards.get(card) or self._guidance.get(card)

    def text(self, place: tuple[str, ...]) -> str | None:
        """Words that have no id of their own, by their place; ``None`` if there are none there.

        The places: ``("policy", "title")``, ``("clause", id)``, ``("page", id, "intro")``,
        ``("question", id, "why" | "hint")``, ``("asked", id, "label" | "why" | "hint")``,
        ``("option", question, id, "hint")``, ``("step", id, "hint")``,
        ``("milestone", id, "label" | "by_hand_line")``, ``("restriction", id, "label")``,
        ``("digest", id)``, ``("letter", id)`` and ``("platform", id, "name" | "report")``.
        """
        return self._texts.get(place)

    def _questions(self, question: QuestionId) -> tuple[Question, ...]:
        both = (
            self._policy.questions.get(question),
            self._policy.asked_by_steps.get(question),
        )
        return tuple(each for each in both if each)


def _texts(policy: Policy) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("policy", "title"), policy.title
    for clause, summary in policy.clauses.items():
        yield ("clause", clause), summary
        yield ("clause-id", clause), clause
    for page in policy.pages:
        yield ("page", page.id.value, "intro"), page.intro
    for question in policy.questions.values():
        yield from _of_question("question", question)
    for question in policy.asked_by_steps.values():
        yield ("asked", question.id.value, "label"), question.label
        yield from _of_question("asked", question)
    for step in policy.steps:
        yield ("step", step.id.value, "hint"), step.hint
        if step.letter:
            yield ("letter", step.letter.id.value), step.letter.label
    for milestone in policy.milestones:
        yield ("milestone", milestone.id, "label"), milestone.label
        yield ("milestone", milestone.id, "by_hand_line"), milestone.by_hand_line
    for restriction in policy.restrictions:
        yield ("restriction", restriction.id, "label"), restriction.label
    for measure in (*policy.digest.days_to, *policy.digest.offers):
        yield ("digest", measure.id), measure.label


def _options(policy: Policy) -> Iterator[tuple[tuple[QuestionId, OptionId], str]]:
    """The later ones win: those of the questions on pages."""
    for question in (*policy.asked_by_steps.values(), *policy.questions.values()):
        for option in question.options:
            yield (question.id, option.id), option.label


def _of_platforms(platforms: Mapping[str, Platform]) -> Iterator[tuple[tuple[str, ...], str]]:
    for platform in platforms.values():
        yield ("platform", platform.id, "name"), platform.name
        yield ("platform", platform.id, "report"), platform.report


def _of_question(kind: str, question: Question) -> Iterator[tuple[tuple[str, ...], str]]:
    yield (kind, question.id.value, "why"), question.why
    yield (kind, question.id.value, "hint"), question.hint
    for option in question.options:
        yield ("option", question.id.value, option.id.value, "hint"), option.hint
