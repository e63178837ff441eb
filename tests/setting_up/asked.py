"""Somebody who answers the questions of ``init``: by their names, else as is usual."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from bot.compose.setup.answers import Answers
from bot.compose.setup.asking import Question
from bot.compose.setup.interview import interview

T = TypeVar("T")

TODAY = date(2026, 11, 22)
NEEDED: Mapping[str, str] = {
    "name": "Hill Top Primary School",
    "head": "Ada Grant <head@hilltop.example>",
    "dsl": "head@hilltop.example",
    "chair": "chair@hilltop.example, Dan Marsh <vice@hilltop.example>",
    "admin": "it@hilltop.example",
}


class Somebody:
    """Answers at once (``Asker``); keeps what was asked."""

    def __init__(self, **answers: str) -> None:
        self._answers = {**NEEDED, **answers}
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: Question[T]) -> T:
        self.asked.append(question.id)
        answer = self._answers.get(question.id, question.usual)
        assert answer is not None, question.id
        return question.read(answer)

    def tell(self, text: str) -> None:
        self.told.append(text)


def answered(today: date = TODAY, **answers: str) -> Answers:
    """What a school has answered."""
    return interview(Somebody(**answers), today)
