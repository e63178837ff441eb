"""Reads which answers and steps tell what stands in letters."""

from collections.abc import Iterator

from bot.domain.ids import OptionId, OutcomeId, QuestionId, StepId
from bot.domain.policy import LetterSources
from bot.policies.reader import Reader
from bot.policies.tables import Table


def read_letters(reader: Reader, categories: QuestionId) -> LetterSources:
    """The table ``[letters]``; without it letters name no place, no day and no talks."""
    table = reader.top.table("letters")
    if table is None:
        return LetterSources()
    found = LetterSources(
        place=_question(reader, table, "place"),
        poster=_question(reader, table, "poster"),
        seen=_question(reader, table, "seen"),
        says=dict(_says(reader, table)),
        left_out=frozenset[OptionId](_left_out(reader, categories, table)),
    )
    table.end()
    return found


def _question(reader: Reader, table: Table, key: str) -> QuestionId | None:
    return reader.a_question(table, key) if key in table else None


def _left_out(reader: Reader, categories: QuestionId, table: Table) -> tuple[OptionId, ...]:
    if "left_out" not in table:
        return ()
    return reader.some_options(categories, table, "left_out")


def _says(reader: Reader, table: Table) -> Iterator[tuple[tuple[StepId, OutcomeId], str]]:
    """By step and outcome; a step or an outcome that the pack does not have is a problem."""
    for name, told in table.by_id("says"):
        steps = reader.mentions.steps((name,), told.place)
        for word in told.ids():
            text = told.text(word)
            outcomes = reader.mentions.outcomes(name, (word,) if steps else (), told.at(word))
            for step in steps:
                for outcome in outcomes:
                    yield (step, outcome), text
        told.end()
