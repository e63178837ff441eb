"""Which ids a pack knows, looked at first, so that every mention of one can be checked in place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.domain.ids import (
    CardId,
    ContactId,
    LetterId,
    OptionId,
    OutcomeId,
    PageId,
    QuestionId,
    ResolutionId,
    StepId,
)
from bot.policies.problems import Problems, did_you_mean

_Id = TypeVar(
    "_Id",
    CardId,
    ContactId,
    LetterId,
    OptionId,
    OutcomeId,
    PageId,
    QuestionId,
    ResolutionId,
    StepId,
)

UNREADABLE: Final = "unreadable"
"""Stands for an id that cannot be read; the pack with it is never handed out."""

NOT_NEEDED: Final = "not-needed"
"""The answer that every step has of itself, so no outcome may have its name."""


@dataclass(frozen=True)
class Known:
    """The ids of a pack. Questions come with the options they offer, steps with their outcomes."""

    clauses: frozenset[str]
    questions: Mapping[str, frozenset[str]]
    asked: frozenset[str]
    """Those that outcomes ask."""
    on_pages: frozenset[str]
    """Those that stand on pages."""
    steps: Mapping[str, frozenset[str]]
    milestones: frozenset[str]
    severities: frozenset[str]
    resolutions: frozenset[str]
    cards: frozenset[str]


def known_in(pack: Mapping[str, object], shared_cards: Iterable[str]) -> Known:
    """The ids that a pack defines, whatever else is wrong with it."""
    questions = _tables(pack, "question")
    asked = _tables(pack, "asked")
    options = {name: _options(table) for name, table in questions.items()}
    for name, table in asked.items():
        own = _options(table) or options.get(str(table.get("same_as")), frozenset())
        options[name] = options.get(name, frozenset()) | own
    levels = pack.get("severity")
    return Known(
        clauses=frozenset(_keys(pack.get("clause"))),
        questions=options,
        asked=frozenset(asked),
        on_pages=frozenset(questions),
        steps={
            name: frozenset(_keys(table.get("outcome")))
            for name, table in _tables(pack, "step").items()
        },
        milestones=frozenset(_keys(pack.get("milestone"))),
        severities=frozenset(
            str(each["level"])
            for each in (levels if isinstance(levels, list) else [])
            if isinstance(each, dict) and "level" in each
        ),
        resolutions=frozenset(_keys(pack.get("resolution"))),
        cards=frozenset(_keys(pack.get("card"))) | frozenset(shared_cards),
    )


def _keys(value: object) -> Iterable[str]:
    return value.keys() if isinstance(value, dict) else ()


def _tables(pack: Mapping[str, object], key: str) -> Mapping[str, Mapping[str, object]]:
    value = pack.get(key)
    if not isinstance(value, dict):
        return {}
    return {name: each for name, each in value.items() if isinstance(each, dict)}


def _options(table: Mapping[str, object]) -> frozenset[str]:
    return frozenset(_keys(table.get("option")))


class Mentions:
    """Turns what a pack mentions into ids, and names every one that it does not know."""

    def __init__(self, known: Known, problems: Problems) -> None:
        self.known = known
        self.problems = problems

    def new(self, kind: type[_Id], word: str, place: str) -> _Id:
        """An id that is defined here; its form is checked."""
        try:
            return kind(word)
        except ValueError:
            self.problems.add(
                place,
                f'"{word}" cannot be an id.',
                "Use small letters, digits, - and _ only, such as review-and-close.",
            )
            return kind(UNREADABLE)

    def of(
        self, kind: type[_Id], words: Iterable[str], among: Iterable[str], place: str, what: str
    ) -> tuple[_Id, ...]:
        """The ids of the words that are known; the others are problems."""
        choices = frozenset(among)
        return tuple(
            self.new(kind, word, place)
            for word in words
            if self.is_known(word, choices, place, what)
        )

    def is_known(self, word: str, among: Iterable[str], place: str, what: str) -> bool:
        """Whether the word is one of those; names a problem if not. An empty word is none."""
        if word in among:
            return True
        if word:
            self.problems.add(place, f'there is no {what} "{word}".', did_you_mean(word, among))
        return False

    def question(self, word: str, place: str) -> QuestionId | None:
        """A question of the pack, on a page or asked by an outcome."""
        if self.is_known(word, self.known.questions, place, "question"):
            return self.new(QuestionId, word, place)
        return None

    def options(self, question: str, words: Iterable[str], place: str) -> tuple[OptionId, ...]:
        """Options of a question that is known."""
        among = self.known.questions.get(question, frozenset())
        return self.of(OptionId, words, among, place, f'option of the question "{question}"')

    def steps(self, words: Iterable[str], place: str) -> tuple[StepId, ...]:
        """Steps of the pack."""
        return self.of(StepId, words, self.known.steps, place, "step")

    def outcomes(self, step: str, words: Iterable[str], place: str) -> tuple[OutcomeId, ...]:
        """Outcomes of a step that is known."""
        among = self.known.steps.get(step, frozenset())
        return self.of(OutcomeId, words, among, place, f'outcome of the step "{step}"')

    def cards(self, words: Iterable[str], place: str) -> tuple[CardId, ...]:
        """Cards of guidance.toml or of the pack."""
        return self.of(CardId, words, self.known.cards, place, "card")

    def sources(self, words: Iterable[str], place: str) -> tuple[str, ...]:
        """Clauses of the policy, or laws and guidance in words (anything with a space in it)."""
        sources = tuple(words)
        for word in sources:
            if " " not in word:
                self.is_known(word, self.known.clauses, place, "clause")
        return sources
