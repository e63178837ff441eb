"""Reads the outcomes of a step: what each asks, and what it changes or closes."""

from dataclasses import replace

from bot.domain.conditions import Condition
from bot.domain.ids import OptionId, OutcomeId, QuestionId, ResolutionId
from bot.domain.step_rules import Ask, Closing, Needs, OutcomeRule
from bot.policies.known import NOT_NEEDED, UNREADABLE
from bot.policies.reader import Reader
from bot.policies.tables import Table, kind_of


def read_outcomes(reader: Reader, step: str, table: Table) -> tuple[OutcomeRule, ...]:
    """The outcomes of a step, in the file's order; a step without any is a problem."""
    outcomes = tuple(
        _outcome(reader, step, name, each) for name, each in table.by_id("outcome", plain="label")
    )
    if not outcomes:
        reader.problems.add(
            table.place,
            "has no outcomes, so it can never be answered.",
            f"Add a table [{table.place}.outcome].",
        )
    return outcomes


def _outcome(reader: Reader, step: str, name: str, table: Table) -> OutcomeRule:
    if name == NOT_NEEDED:
        reader.problems.add(
            table.place,
            "has the name of the answer that steps have of themselves.",
            "Give it another id.",
        )
    outcome = OutcomeRule(
        id=reader.mentions.new(OutcomeId, name, table.place),
        label=table.text("label"),
        when=reader.conditions.when(table),
        asks=_asks(reader, table),
        needs=frozenset(table.choices("needs", Needs)),
        reason_when=reader.conditions.of(table, "reason_when"),
        closing=_closing(reader, table),
        closes=table.flag("closes"),
        joins_other_case=table.flag("joins_other_case"),
        counts_as=tuple(_counts_as(reader, step, each) for each in table.tables("counts_as")),
    )
    outcome = replace(
        outcome,
        sets=_sets(reader, table),
        clears=_cleared(reader, table),
        identifies=table.flag("identifies"),
        confirms_same_person=table.flag("confirms_same_person"),
    )
    table.end()
    _check_needs(reader, table.place, outcome)
    return outcome


def _check_needs(reader: Reader, place: str, outcome: OutcomeRule) -> None:
    if outcome.closes and Needs.RESOLUTION not in outcome.needs:
        reader.problems.add(
            place, "closes the case without saying how it ended.", 'Add needs = ["resolution"].'
        )
    if outcome.joins_other_case and Needs.OTHER_CASE not in outcome.needs:
        reader.problems.add(
            place, "joins another case without asking which.", 'Add needs = ["of"].'
        )
    if outcome.closes and outcome.closing:
        reader.problems.add(
            place, 'says both "closes" and "closing".', "Take one out: a case closes once."
        )
    if outcome.identifies and not outcome.asks:
        reader.problems.add(place, "identifies somebody without asking whom.", 'Add asks = ["…"].')


def _asks(reader: Reader, table: Table) -> tuple[Ask, ...]:
    value = table.raw("asks")
    if value is None:
        return ()
    if not isinstance(value, list):
        reader.problems.add(
            table.at("asks"), f"is {kind_of(value)}, not a list.", 'Write asks = ["…"].'
        )
        return ()
    found = []
    for number, each in enumerate(value, start=1):
        plain = {"question": each} if isinstance(each, str) else each
        place = f"{table.at('asks')}[{number}]"
        if not isinstance(plain, dict):
            reader.problems.add(
                place, f"is {kind_of(each)}, not a question.", 'Write { question = "…" }.'
            )
            continue
        entry = Table(plain, place, reader.problems)
        ask = _ask(reader, entry)
        entry.end()
        found += [ask] if ask else []
    return tuple(found)


def _ask(reader: Reader, entry: Table) -> Ask | None:
    word = entry.text("question")
    when = reader.conditions.when(entry)
    among = reader.mentions.known.asked
    if not reader.mentions.is_known(word, among, entry.place, "question under [asked]"):
        return None
    return Ask(reader.mentions.new(QuestionId, word, entry.place), when)


def _closing(reader: Reader, table: Table) -> Closing | None:
    below = table.table("closing")
    if below is None:
        return None
    word = below.text("resolution")
    resolutions = reader.mentions.of(
        ResolutionId,
        (word,),
        reader.mentions.known.resolutions,
        below.at("resolution"),
        "resolution",
    )
    keeps = reader.mentions.steps(below.texts("keeps"), below.at("keeps"))
    below.end()
    return Closing(resolutions[0] if resolutions else ResolutionId(UNREADABLE), keeps)


def _counts_as(reader: Reader, step: str, table: Table) -> tuple[Condition, OutcomeId]:
    word = table.text("outcome")
    outcomes = reader.mentions.outcomes(step, (word,), table.at("outcome"))
    rule = (
        reader.conditions.when(table),
        outcomes[0] if outcomes else OutcomeId(UNREADABLE),
    )
    table.end()
    return rule


def _sets(reader: Reader, table: Table) -> tuple[tuple[QuestionId, OptionId], ...]:
    below = table.table("sets")
    if below is None:
        return ()
    found = []
    for word in below.ids():
        question = reader.mentions.question(word, below.at(word))
        value = below.text(word)
        if question:
            options = reader.mentions.options(word, (value,), below.at(word))
            found += [(question, option) for option in options]
    return tuple(found)


def _cleared(reader: Reader, table: Table) -> tuple[QuestionId, ...]:
    return reader.mentions.of(
        QuestionId,
        table.texts("clears"),
        reader.mentions.known.questions,
        table.at("clears"),
        "question",
    )
