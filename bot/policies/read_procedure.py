"""Reads what stands around the steps: milestones, restrictions, resolutions, reminders, digest."""

from typing import Final

from bot.domain.conditions import Always, Condition
from bot.domain.ids import MessageKind, OutcomeId, ResolutionId, StepId
from bot.domain.lengths import Length
from bot.domain.policy import DigestMeasure, DigestRule, ReminderRule, Resolution
from bot.domain.step_rules import AfterRule, MilestoneRule, RestrictionRule
from bot.policies.known import UNREADABLE
from bot.policies.lengths import HOW_TO_WRITE, length_of
from bot.policies.problems import did_you_mean
from bot.policies.read_retention import read_keep_months
from bot.policies.read_steps import read_after, read_length
from bot.policies.reader import Reader
from bot.policies.tables import Table

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_milestones(reader: Reader) -> tuple[MilestoneRule, ...]:
    """The points of the procedure that stay reached."""
    found = []
    for name, table in reader.top.by_id("milestone"):
        by_hand, line = _by_hand(reader, table)
        rule = MilestoneRule(
            id=name,
            label=table.text("label"),
            clauses=reader.sources(table),
            base=reader.conditions.when(table),
            opens=_opens(reader, table),
            waits_for=reader.mentions.steps(table.texts("after"), table.at("after")),
            by_hand=by_hand,
            by_hand_line=line,
        )
        table.end()
        found.append(rule)
    return tuple(found)


def _opens(reader: Reader, table: Table) -> Condition:
    any_of = table.raw("any")
    if any_of is None:
        reader.problems.add(
            table.place,
            "says nowhere what opens it.",
            'Add any = [{ step = "…", outcome = ["…"] }].',
        )
        return Always()
    return reader.conditions.read({"any": any_of}, table.place)


def _by_hand(reader: Reader, table: Table) -> tuple[bool, str]:
    below = table.table("by_hand")
    if below is None:
        return False, ""
    needs = below.text("needs")
    if needs and needs != "reason":
        reader.problems.add(
            below.at("needs"), f'"{needs}" is not known.', 'Write needs = "reason".'
        )
    line = below.text("line")
    below.end()
    return True, line


def read_restrictions(reader: Reader) -> tuple[RestrictionRule, ...]:
    """When only some of the steps apply."""
    found = []
    for name, table in reader.top.by_id("restriction"):
        rule = RestrictionRule(
            id=name,
            label=table.text("label"),
            clauses=reader.sources(table),
            when=reader.conditions.when(table),
            only=reader.mentions.steps(table.texts("only", needed=True), table.at("only")),
        )
        table.end()
        found.append(rule)
    return tuple(found)


def read_resolutions(reader: Reader) -> tuple[Resolution, ...]:
    """The ways in which a case can end."""
    found = []
    for name, table in reader.top.by_id("resolution"):
        resolution = Resolution(
            id=reader.mentions.new(ResolutionId, name, table.place),
            label=table.text("label"),
            keep_months=read_keep_months(reader, table),
            by_hand=table.flag("by_hand", default=True),
        )
        table.end()
        found.append(resolution)
    return tuple(found)


def read_start_again(reader: Reader) -> AfterRule | None:
    """The answer after which the owner may start a new round of an action."""
    table = reader.top.table("start_again")
    if table is None:
        return None
    reader.sources(table)
    return read_after(reader, table)


def read_reminders(reader: Reader) -> tuple[ReminderRule, ...]:
    """When each kind of message goes out."""
    return tuple(_reminder(reader, table) for table in reader.top.tables("reminder", needed=True))


def _reminder(reader: Reader, table: Table) -> ReminderRule:
    until = table.text("until_answered", needed=False)
    steps = reader.mentions.steps((until,), table.at("until_answered"))
    rule = ReminderRule(
        kind=table.choice("kind", MessageKind) or MessageKind.RECEIPT,
        sources=reader.sources(table),
        at=table.time_of_day("at"),
        weekday=_weekday(reader, table),
        earliest=table.time_of_day("earliest"),
        latest=table.time_of_day("latest"),
        any_day=table.flag("any_day"),
        severities=_severities(reader, table),
        after=_lengths(reader, table, "after"),
        until_answered=steps[0] if steps else None,
        to=table.roles("to"),
        escalate_after=_length_if_any(reader, table, "escalate_after"),
        escalate_after_pressing=_length_if_any(reader, table, "escalate_after_pressing"),
        most_times=table.number("most_times", needed=False),
    )
    table.end()
    if (rule.earliest is None) != (rule.latest is None):
        reader.problems.add(
            table.place,
            'has one of "earliest" and "latest" without the other.',
            "Give both, or neither.",
        )
    elif rule.earliest and rule.latest and rule.earliest >= rule.latest:
        reader.problems.add(
            table.at("earliest"), "is not before latest.", "Give the earlier time first."
        )
    return rule


def _weekday(reader: Reader, table: Table) -> int | None:
    word = table.text("weekday", needed=False)
    if not word:
        return None
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    reader.problems.add(
        table.at("weekday"), f'"{word}" is no day of the week.', did_you_mean(word, _WEEKDAYS)
    )
    return None


def _severities(reader: Reader, table: Table) -> frozenset[str]:
    known = reader.mentions.known.severities
    return frozenset(
        word
        for word in table.texts("severities")
        if reader.mentions.is_known(word, known, table.at("severities"), "severity")
    )


def _lengths(reader: Reader, table: Table, key: str) -> tuple[Length, ...]:
    found = []
    for number, word in enumerate(table.texts(key), start=1):
        length = length_of(word)
        if length is None:
            place = f"{table.at(key)}[{number}]"
            reader.problems.add(place, f'"{word}" is no length of time.', HOW_TO_WRITE)
        else:
            found.append(length)
    return tuple(found)


def _length_if_any(reader: Reader, table: Table, key: str) -> Length | None:
    return read_length(reader, table, key) if key in table else None


def read_digest(reader: Reader) -> DigestRule:
    """Which measures the governors' digest shows."""
    table = reader.top.table("digest", needed=True)
    if table is None:
        return DigestRule((), (), ())
    rule = DigestRule(
        sources=reader.sources(table),
        days_to=_measures(reader, table, "days_to"),
        offers=_measures(reader, table, "offers"),
    )
    table.end()
    return rule


def _measures(reader: Reader, table: Table, key: str) -> tuple[DigestMeasure, ...]:
    found = []
    for name, each in table.by_id(key):
        word = each.text("step")
        steps = reader.mentions.steps((word,), each.at("step"))
        words = each.texts("outcome", needed=True) if steps else ()
        outcomes: tuple[OutcomeId, ...] = reader.mentions.outcomes(word, words, each.at("outcome"))
        found.append(
            DigestMeasure(
                id=name,
                label=each.text("label"),
                step=steps[0] if steps else StepId(UNREADABLE),
                outcomes=frozenset(outcomes),
            )
        )
        if steps:
            each.end()
    return tuple(found)
