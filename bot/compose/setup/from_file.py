"""Answers from a file: what one would type, by the name of each question.

Every mistake is named at once. A question that is not in the file gets its usual answer.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from bot.compose.setup.asking import NotAccepted, Question
from bot.config.problems import Problems, may_be_shown
from bot.domain.errors import ReportPostError
from bot.policies.problems import did_you_mean

T = TypeVar("T")


class AnswersNotAccepted(ReportPostError):
    """The file of answers has mistakes, or cannot be read. No answer is repeated."""


class FileAsker:
    """Finds every answer in a file (``Asker``)."""

    def __init__(self, path: Path) -> None:
        """Raises ``AnswersNotAccepted`` if the file cannot be read."""
        self._path = path
        self._answers = _read(path)
        self._problems = Problems(str(path))
        self._asked: list[str] = []

    def ask(self, question: Question[T]) -> T:
        """The answer; what is wrong is kept for ``end``, and an answer that would do is given."""
        self._asked.append(question.id)
        given = self._answers.get(question.id)
        instead = question.example if question.usual is None else question.usual
        if given is None:
            if question.usual is None:
                self._problems.add(question.id, "is missing.", f'Add {question.id} = "{instead}".')
            return question.read(instead)
        try:
            return question.read(_typed(given))
        except NotAccepted as wrong:
            self._problems.add(question.id, str(wrong), "")
            return question.read(instead)

    def tell(self, text: str) -> None:
        """Nobody reads it."""

    def end(self) -> None:
        """Raises ``AnswersNotAccepted`` with every mistake, and with what nobody asked."""
        for number, name in enumerate(self._answers, start=1):
            if name not in self._asked:
                shown = name if may_be_shown(name) else f"answer number {number}"
                self._problems.add(shown, "is not asked.", did_you_mean(name, self._asked))
        if len(self._problems):
            lines = str(self._problems.as_error()).splitlines()
            raise AnswersNotAccepted("\n".join(line.rstrip() for line in lines))


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        why = "is not written in UTF-8. Save it again with the encoding UTF-8."
    except ValueError:  # no TOML, or a zero byte in the path; the parser's words may quote the file
        why = 'cannot be read as TOML. Write one answer a line: name = "Our School".'
    except OSError as error:
        why = f"cannot be read ({(error.strerror or 'no reason given').lower()}). Check the path."
    raise AnswersNotAccepted(f"{path}: {why}")


def _typed(value: object) -> str:
    """The answer as it would be typed."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_typed, value))
        case str() | int():
            return str(value)
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            raise NotAccepted("is no text. Write in quotes what you would type.")
