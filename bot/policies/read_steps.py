"""Reads the steps of the procedure: when each is pending, by when it is due, what follows it."""

from dataclasses import replace

from bot.domain.conditions import Always, Condition
from bot.domain.ids import LetterId, OptionId, QuestionId, StepId
from bot.domain.lengths import Length, Minutes
from bot.domain.step_rules import AfterRule, AgainRule, DueRule, LetterRule, Opens, StepRule
from bot.policies.known import UNREADABLE
from bot.policies.lengths import HOW_TO_WRITE, length_of
from bot.policies.read_outcomes import read_outcomes
from bot.policies.reader import Reader
from bot.policies.tables import Table


def read_steps(reader: Reader) -> tuple[StepRule, ...]:
    """Every step, in the file's order."""
    steps = tuple(_step(reader, name, table) for name, table in reader.top.by_id("step"))
    if not steps:
        reader.problems.add("", "has no steps.", "Add at least one [step.some-id].")
    return steps


def _step(reader: Reader, name: str, table: Table) -> StepRule:
    mentions = reader.mentions
    opens, each = _opens(reader, table)
    step = StepRule(
        id=mentions.new(StepId, name, table.place),
        label=table.text("label"),
        clauses=reader.sources(table),
        when=reader.conditions.when(table),
        due=_due(reader, table),
        outcomes=read_outcomes(reader, name, table),
        opens=opens,
        each=each,
        again=tuple(_again(reader, name, entry) for entry in table.tables("again")),
        waits_for=mentions.steps(table.texts("after"), table.at("after")),
        may_be_not_needed=table.flag("may_be_not_needed", default=True),
        afresh_on=_afresh_on(reader, table),
        afresh_on_exclusion=table.flag("afresh_on_exclusion"),
        hint=table.text("hint", needed=False),
    )
    step = _how_it_is_told(reader, name, table, step)
    table.end()
    return step


def _how_it_is_told(reader: Reader, name: str, table: Table, step: StepRule) -> StepRule:
    """The part of a step that starts no round: who sees it, how it is shown and reminded of."""
    mentions = reader.mentions
    step = replace(
        step,
        action=table.flag("action"),
        at_once=reader.conditions.of(table, "at_once"),
        recommended=reader.conditions.of(table, "recommended"),
        for_roles=frozenset(table.roles("for_roles")),
        round_up_for=frozenset(table.roles("round_up_for")),
        pressing=table.flag("pressing"),
        in_holidays=table.flag("in_holidays"),
        shows_links=table.flag("shows_links"),
        complaints=table.flag("complaints"),
        per_link=table.flag("per_link"),
        outcomes_by_weight=mentions.outcomes(
            name, table.texts("worst_first"), table.at("worst_first")
        ),
        cards=mentions.cards(table.texts("cards"), table.at("cards")),
        letter=_letter(reader, name, table),
    )
    if not step.action and (step.at_once or step.recommended):
        reader.problems.add(
            table.place,
            "is at once or recommended, but is no action.",
            "Add action = true, or take at_once and recommended out.",
        )
    if step.per_link and set(step.outcomes_by_weight) != {each.id for each in step.outcomes}:
        reader.problems.add(
            table.at("worst_first"),
            "does not list every outcome, so no worst one can be found.",
            "List every outcome, the worst first.",
        )
    return step


def _letter(reader: Reader, step: str, table: Table) -> LetterRule | None:
    """The letter that belongs to the step, if one does."""
    letter = table.table("letter", needed=False)
    if letter is None:
        return None
    said = (letter.text("answers", needed=False),) if "answers" in letter else ()
    outcomes = reader.mentions.outcomes(step, said, letter.at("answers"))
    rule = LetterRule(
        id=reader.mentions.new(LetterId, letter.text("id"), letter.at("id")),
        label=letter.text("label"),
        clauses=reader.sources(letter),
        answers=outcomes[0] if outcomes else None,
    )
    letter.end()
    return rule


def _opens(reader: Reader, table: Table) -> tuple[Opens, tuple[AfterRule, ...]]:
    each = tuple(read_after(reader, entry) for entry in table.tables("each"))
    if not table.flag("each_earlier_case"):
        return (Opens.EACH_ANSWER if each else Opens.WHEN), each
    if each:
        reader.problems.add(
            table.place,
            'says both "each" and "each_earlier_case".',
            "Take one out: a round has one beginning.",
        )
    return Opens.EACH_EARLIER_CASE, each


def read_after(reader: Reader, table: Table) -> AfterRule:
    """Answers of a step after which something else follows."""
    word = table.text("step")
    steps = reader.mentions.steps((word,), table.at("step"))
    words = table.texts("outcome", needed=True)
    outcomes = reader.mentions.outcomes(word, words if steps else (), table.at("outcome"))
    table.end()
    return AfterRule(steps[0] if steps else StepId(UNREADABLE), frozenset(outcomes))


def _again(reader: Reader, step: str, table: Table) -> AgainRule:
    words = table.texts("on", needed=True)
    rule = AgainRule(
        on=frozenset(reader.mentions.outcomes(step, words, table.at("on"))),
        within=read_length(reader, table, "due"),
        at_most=table.number("at_most", needed=False),
    )
    table.end()
    return rule


def _due(reader: Reader, table: Table) -> tuple[DueRule, ...]:
    entries = table.tables("due", needed=True)
    rules = []
    for number, entry in enumerate(entries, start=1):
        rule = DueRule(
            within=read_length(reader, entry, "within"),
            when=reader.conditions.when(entry),
            sources=reader.sources(entry, needed=False),
        )
        entry.end()
        rules.append(rule)
        check_order(reader, entry.place, rule.when, last=number == len(entries))
    return tuple(rules)


def check_order(reader: Reader, place: str, when: Condition, *, last: bool) -> None:
    """Names a rule that stands in a wrong place of a list of which the first that holds counts."""
    if last and when != Always():
        reader.problems.add(
            place, "is the last of its list and must always hold.", 'Take its "when" out.'
        )
    if not last and when == Always():
        reader.problems.add(
            place,
            "always holds, so what follows it is never looked at.",
            'Give it a "when", or put it last.',
        )


def read_length(reader: Reader, table: Table, key: str) -> Length:
    """The length of time at a key; one minute if there is none to read."""
    word = table.text(key)
    length = length_of(word) if word else None
    if word and length is None:
        reader.problems.add(table.at(key), f'"{word}" is no length of time.', HOW_TO_WRITE)
    return length or Minutes(1)


def _afresh_on(reader: Reader, table: Table) -> tuple[tuple[QuestionId, frozenset[OptionId]], ...]:
    below = table.table("afresh_on")
    if below is None:
        return ()
    found = []
    for word in below.ids():
        question = reader.mentions.question(word, below.at(word))
        words = below.texts(word, needed=True)
        if question:
            options = reader.mentions.options(word, words, below.at(word))
            found.append((question, frozenset(options)))
    return tuple(found)
