"""Reads what follows from the answers alone: severity, owner, exclusions, stop cards, same post."""

from bot.domain.conditions import Always, Condition, Not
from bot.domain.ids import CardId, OptionId, QuestionId, Role
from bot.domain.policy import ExclusionRule, OwnerRule, SamePerson, SamePost, SeverityRule
from bot.domain.questions import StopCardRule
from bot.policies.known import UNREADABLE
from bot.policies.read_steps import check_order
from bot.policies.reader import Reader
from bot.policies.tables import Table


def read_severities(reader: Reader) -> tuple[SeverityRule, ...]:
    """The severities in order: the first that holds counts, the last always holds."""
    tables = reader.top.tables("severity", needed=True)
    rules: list[SeverityRule] = []
    for number, table in enumerate(tables, start=1):
        rule = SeverityRule(
            level=table.text("level"),
            label=table.text("label"),
            when=reader.conditions.when(table),
            sources=reader.sources(table),
            urgent=table.flag("urgent"),
        )
        reader.mentions.new(OptionId, rule.level or UNREADABLE, table.at("level"))
        table.end()
        if rule.level in {each.level for each in rules}:
            reader.problems.add(
                table.at("level"), f'"{rule.level}" is taken.', "Give it another name."
            )
        check_order(reader, table.place, rule.when, last=number == len(tables))
        rules.append(rule)
    return tuple(rules)


def read_condition(reader: Reader, key: str, *, needed: bool) -> Condition:
    """A table that is only a condition with its source; without one it never holds."""
    table = reader.top.table(key, needed=needed)
    if table is None:
        return Not(Always())
    condition = reader.conditions.of(table, "when")
    reader.sources(table)
    table.end()
    if condition is None:
        reader.problems.add(table.place, 'has no "when".', "Add when = { … }.")
    return condition or Not(Always())


def read_owner(reader: Reader) -> OwnerRule:
    """The roles that own a case, in order."""
    table = reader.top.table("owner", needed=True)
    if table is None:
        return OwnerRule((), ())
    rule = OwnerRule(table.roles("roles"), reader.sources(table))
    if not rule.roles and "roles" not in table:
        reader.problems.add(table.place, "names no role.", 'Add roles = ["head", "chair"].')
    table.end()
    return rule


def read_exclusions(reader: Reader) -> tuple[ExclusionRule, ...]:
    """Which answers exclude the holders of which role."""
    return tuple(_exclusion(reader, table) for table in reader.top.tables("exclusion"))


def _exclusion(reader: Reader, table: Table) -> ExclusionRule:
    question = reader.a_question(table, "question")
    options = reader.some_options(question, table, "option")
    role = table.choice("role", Role)
    rule = ExclusionRule(
        question=question,
        option=options[0] if options else OptionId(UNREADABLE),
        role=role or Role.STAFF,
        sources=reader.sources(table),
    )
    table.end()
    return rule


def read_excluded_by_name(reader: Reader) -> tuple[QuestionId, ...]:
    """The questions in which a role's holder may be named and is then excluded."""
    table = reader.top.table("excluded_by_name")
    if table is None:
        return ()
    words = table.texts("questions", needed=True)
    reader.sources(table)
    questions = reader.mentions.of(
        QuestionId, words, reader.mentions.known.on_pages, table.at("questions"), "question"
    )
    table.end()
    return questions


def read_stop_cards(reader: Reader) -> tuple[StopCardRule, ...]:
    """When each stop card is shown."""
    return tuple(_stop_card(reader, table) for table in reader.top.tables("stop_card"))


def _stop_card(reader: Reader, table: Table) -> StopCardRule:
    cards = reader.mentions.cards((table.text("card"),), table.at("card"))
    rule = StopCardRule(
        card=cards[0] if cards else CardId(UNREADABLE),
        when=reader.conditions.when(table),
        sources=reader.sources(table),
        alert_now=table.flag("alert_now"),
        alert_after=reader.a_question(table, "alert_after") if "alert_after" in table else None,
        to_reporter=table.flag("to_reporter", default=True),
        advice=table.flag("advice"),
    )
    table.end()
    return rule


def read_same_post(reader: Reader) -> SamePost | None:
    """Which question holds the links by which a report joins an open case."""
    table = reader.top.table("same_post")
    if table is None:
        return None
    rule = SamePost(reader.a_question(table, "question"), reader.sources(table))
    table.end()
    return rule


def read_same_person(reader: Reader) -> SamePerson | None:
    """How the earlier cases of the same poster are found and counted."""
    table = reader.top.table("same_person")
    if table is None:
        return None
    concerned_roles = reader.a_question(table, "concerned_roles")
    rule = SamePerson(
        name=reader.a_question(table, "name"),
        years=table.number("years") or 1,
        concerned=reader.a_question(table, "concerned"),
        concerned_roles=concerned_roles,
        role_options=frozenset(reader.some_options(concerned_roles, table, "role_options")),
        agreed=reader.conditions.of(table, "agreed") or Always(),
        sources=reader.sources(table),
    )
    table.end()
    return rule
