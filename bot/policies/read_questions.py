"""Reads the pages, the guided questions with their options, and what outcomes ask."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.ids import OptionId, PageId, QuestionId
from bot.domain.questions import AnswerKind, Option, Page, Question
from bot.policies.reader import Reader
from bot.policies.tables import Table

_CHOSEN = frozenset({AnswerKind.ONE, AnswerKind.MANY})


def read_pages(reader: Reader) -> tuple[Page, ...]:
    """The pages in order, each question on exactly one of them."""
    pages = tuple(_page(reader, table) for table in reader.top.tables("page", needed=True))
    seen: dict[str, str] = {}
    for number, page in enumerate(pages, start=1):
        place = f"page[{number}]"
        if page.id in (each.id for each in pages[: number - 1]):
            reader.problems.add(f"{place}.id", f'"{page.id}" is taken.', "Give it another id.")
        for question in page.questions:
            if question.value in seen:
                reader.problems.add(
                    f"{place}.questions",
                    f'"{question}" is on {seen[question.value]} already.',
                    "Leave it on one page.",
                )
            seen.setdefault(question.value, place)
    for name in sorted(reader.mentions.known.on_pages - seen.keys()):
        reader.problems.add(
            f"question.{name}",
            "is on no page, so nobody is ever asked.",
            "Name it in the questions of a [[page]], or take it out.",
        )
    return pages


def _page(reader: Reader, table: Table) -> Page:
    words = table.texts("questions", needed=True)
    page = Page(
        id=reader.mentions.new(PageId, table.text("id") or "unreadable", table.at("id")),
        title=table.text("title"),
        intro=table.text("intro", needed=False),
        questions=reader.mentions.of(
            QuestionId, words, reader.mentions.known.on_pages, table.at("questions"), "question"
        ),
    )
    table.end()
    return page


def read_questions(reader: Reader) -> Mapping[QuestionId, Question]:
    """The guided questions, in the file's order."""
    return {
        each.id: each
        for each in (_question(reader, name, table) for name, table in reader.top.by_id("question"))
    }


def read_asked(
    reader: Reader, questions: Mapping[QuestionId, Question]
) -> Mapping[QuestionId, Question]:
    """The questions that outcomes ask; ``same_as`` lends one the options of a guided question."""
    asked = {}
    for name, table in reader.top.by_id("asked"):
        question = _question(reader, name, table, _lent(reader, table, questions))
        asked[question.id] = question
        guided = questions.get(question.id)
        if guided and not _fits(question, guided):
            reader.problems.add(
                table.place,
                f"is not answered like the question on a page that is also called {name}.",
                f'Write same_as = "{name}", or give it another id.',
            )
    return asked


def _lent(
    reader: Reader, table: Table, questions: Mapping[QuestionId, Question]
) -> Question | None:
    """The guided question whose kind and options an asked one has, without some of them."""
    if "same_as" not in table:
        return None
    same_as = reader.a_question(table, "same_as")
    without = reader.some_options(same_as, table, "without") if "without" in table else ()
    question = questions.get(same_as)
    if question is None:
        return Question(same_as, AnswerKind.SHORT_TEXT, "", "", ())
    options = tuple(each for each in question.options if each.id not in without)
    return replace(question, options=options)


def _fits(asked: Question, guided: Question) -> bool:
    return asked.kind is guided.kind and {each.id for each in asked.options} <= {
        each.id for each in guided.options
    }


def _question(reader: Reader, name: str, table: Table, lent: Question | None = None) -> Question:
    identity = reader.mentions.new(QuestionId, name, table.place)
    question = Question(
        id=identity,
        kind=(lent.kind if lent else table.choice("kind", AnswerKind)) or AnswerKind.SHORT_TEXT,
        label=table.text("label"),
        why=table.text("why"),
        sources=reader.sources(table),
        options=lent.options if lent else _options(reader, table),
        optional=table.flag("optional"),
        folded=table.flag("folded"),
        when=reader.conditions.of(table, "when"),
        graver=reader.some_options(identity, table, "graver") if "graver" in table else (),
        hint=table.text("hint", needed=False),
    )
    table.end()
    _check_options(reader, table, question)
    return question


def _options(reader: Reader, table: Table) -> tuple[Option, ...]:
    options = table.by_id("option", plain="label")
    return tuple(_option(reader, name, each) for name, each in options)


def _option(reader: Reader, name: str, table: Table) -> Option:
    option = Option(
        id=reader.mentions.new(OptionId, name, table.place),
        label=table.text("label"),
        clauses=reader.sources(table, needed=False),
        alone=table.flag("alone"),
        hint=table.text("hint", needed=False),
    )
    table.end()
    return option


def _check_options(reader: Reader, table: Table, question: Question) -> None:
    place = table.place
    if question.kind in _CHOSEN and not question.options:
        reader.problems.add(
            place, "offers nothing to choose from.", f"Add a table [{place}.option]."
        )
    if question.kind not in _CHOSEN and question.options and "kind" in table:
        reader.problems.add(
            f"{place}.option",
            f"cannot be chosen from: the kind is {question.kind}.",
            "Make the kind one or many, or take the options out.",
        )
    if question.kind is not AnswerKind.MANY and any(each.alone for each in question.options):
        reader.problems.add(
            f"{place}.option",
            "has an answer that stands alone, but only one can be given anyway.",
            'Take "alone" out, or make the kind many.',
        )
    left_out = {each.id for each in question.options} - set(question.graver)
    if question.graver and left_out:
        listed = ", ".join(sorted(each.value for each in left_out))
        reader.problems.add(
            f"{place}.graver", f"leaves out {listed}.", "List every option, from mild to grave."
        )
    if question.folded and not question.optional:
        reader.problems.add(
            f"{place}.folded",
            "hides a question that must be answered.",
            "Add optional = true, or take folded out.",
        )
