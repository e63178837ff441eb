"""Reads the conditions of a pack: what each may look like, and what is wrong with one."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.conditions import (
    AllOf,
    Always,
    Answered,
    AnyOf,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Noted,
    NothingElsePending,
    Outcome,
    Reached,
    Safeguarding,
    School,
    Severity,
)
from bot.domain.ids import StepId
from bot.policies.known import Mentions
from bot.policies.problems import did_you_mean
from bot.policies.tables import Table, kind_of

UNREAD: Final = Noted(Fact.POSSIBLE_SAME_PERSON, at_least=0)
"""Stands for a condition that could not be read. It may hold or not: no later check trips on it."""

_EXAMPLE: Final = 'Write for example { is = "place", any = ["public-page"] }.'


class Conditions:
    """Reads conditions, those under ``[named]`` included."""

    def __init__(self, mentions: Mentions, named: Mapping[str, object]) -> None:
        self._mentions = mentions
        self._named = named
        self._read: dict[str, Condition] = {}
        self._reading: list[str] = []
        self._forms: Mapping[str, Callable[[Table], Condition]] = {
            "is": self._is,
            "includes": self._includes,
            "answered": self._answered,
            "step": self._outcome,
            "reached": self._reached,
            "severity": self._severity,
            "noted": self._noted,
            "all": lambda table: AllOf(self._parts(table, "all")),
            "not": lambda table: Not(self.read(table.raw("not"), table.at("not"))),
            "named": self._by_name,
            "safeguarding": lambda table: self._mark(table, "safeguarding", Safeguarding()),
            "nothing_else_pending": lambda table: self._mark(
                table, "nothing_else_pending", NothingElsePending()
            ),
            "school": lambda table: School(table.text("school")),
            "any": lambda table: AnyOf(self._parts(table, "any")),
        }

    def all_named(self) -> None:
        """Reads every condition under ``[named]``, also one that nobody mentions."""
        for name in self._named:
            self._of_name(name, f"named.{name}")

    def phrases(self, table: Table | None) -> tuple[tuple[Condition, str], ...]:
        """How the pack says some of its conditions under ``[named]``."""
        if table is None:
            return ()
        return tuple(
            (self._of_name(name, table.at(name)), table.text(name)) for name in table.ids()
        )

    def of(self, table: Table, key: str) -> Condition | None:
        """The condition at a key of a table; ``None`` if there is none."""
        value = table.raw(key)
        return None if value is None else self.read(value, table.at(key))

    def when(self, table: Table) -> Condition:
        """The condition at ``when``; without one a rule always applies."""
        return self.of(table, "when") or Always()

    def read(self, value: object, place: str) -> Condition:
        """The condition that a value says; the problems of one that says none."""
        problems = self._mentions.problems
        if not isinstance(value, dict):
            problems.add(place, f"is {kind_of(value)}, not a condition.", _EXAMPLE)
            return UNREAD
        forms = [form for form in self._forms if form in value]
        # `any` lists options beside `is` and `includes`; alone it is a condition of its own.
        form = next(iter(forms), None)
        if form is None:
            word = next(iter(value), "")
            problems.add(
                place,
                f'"{word}" is no condition.' if word else "is empty.",
                did_you_mean(word, self._forms) if word else _EXAMPLE,
            )
            return UNREAD
        table = Table(value, place, problems)
        condition = self._forms[form](table)
        table.end()
        return condition

    def _parts(self, table: Table, key: str) -> tuple[Condition, ...]:
        value = table.raw(key)
        if not isinstance(value, list) or not value:
            self._mentions.problems.add(
                table.at(key),
                "is not a list of conditions.",
                f"Write {key} = [{{ … }}, {{ … }}] with at least one.",
            )
            return (UNREAD,)
        return tuple(
            self.read(each, f"{table.at(key)}[{number}]")
            for number, each in enumerate(value, start=1)
        )

    def _mark(self, table: Table, key: str, condition: Condition) -> Condition:
        if not table.flag(key):
            self._mentions.problems.add(
                table.at(key),
                "must be true.",
                f"For the opposite write {{ not = {{ {key} = true }} }}.",
            )
        return condition

    def _is(self, table: Table) -> Condition:
        return self._chosen(table, "is", Is)

    def _includes(self, table: Table) -> Condition:
        return self._chosen(table, "includes", Includes)

    def _chosen(self, table: Table, key: str, kind: type[Is] | type[Includes]) -> Condition:
        word = table.text(key)
        question = self._mentions.question(word, table.at(key))
        words = table.texts("any", needed=True)
        if question is None or not words:
            return UNREAD
        if not self._mentions.known.questions[word]:
            self._mentions.problems.add(
                table.at(key),
                f'"{word}" has no options to choose from.',
                f'Use {{ answered = "{word}" }}.',
            )
            return UNREAD
        options = self._mentions.options(word, words, table.at("any"))
        return kind(question, frozenset(options)) if len(options) == len(words) else UNREAD

    def _answered(self, table: Table) -> Condition:
        question = self._mentions.question(table.text("answered"), table.at("answered"))
        return Answered(question) if question else UNREAD

    def _outcome(self, table: Table) -> Condition:
        word = table.text("step")
        steps = self._mentions.steps((word,), table.at("step"))
        words = table.texts("outcome", needed=True)
        times = table.number("times", needed=False) or 1
        last = table.flag("last")
        if not steps or not words:
            return UNREAD
        if last and times > 1:
            self._mentions.problems.add(
                table.place,
                'says both "times" and "last".',
                "Take one out: the last answer is only one.",
            )
        outcomes = self._mentions.outcomes(word, words, table.at("outcome"))
        if len(outcomes) < len(words):
            return UNREAD
        return Outcome(StepId(word), frozenset(outcomes), times, last)

    def _reached(self, table: Table) -> Condition:
        word = table.text("reached")
        among = self._mentions.known.milestones
        if self._mentions.is_known(word, among, table.at("reached"), "milestone"):
            return Reached(word)
        return UNREAD

    def _severity(self, table: Table) -> Condition:
        words = table.texts("severity", needed=True)
        among = self._mentions.known.severities
        known = [
            self._mentions.is_known(word, among, table.at("severity"), "severity") for word in words
        ]
        return Severity(frozenset(words)) if words and all(known) else UNREAD

    def _noted(self, table: Table) -> Condition:
        fact = table.choice("noted", Fact)
        at_least = table.number("at_least", needed=False) or 1
        return Noted(fact, at_least) if fact else UNREAD

    def _by_name(self, table: Table) -> Condition:
        return self._of_name(table.text("named"), table.at("named"))

    def _of_name(self, name: str, place: str) -> Condition:
        if name in self._read:
            return self._read[name]
        if not self._mentions.is_known(name, self._named, place, "condition under [named]"):
            return UNREAD
        if name in self._reading:
            circle = " → ".join((*self._reading[self._reading.index(name) :], name))
            self._mentions.problems.add(
                f"named.{name}",
                f"goes round in a circle: {circle}.",
                "Say one of them without the others.",
            )
            return UNREAD
        self._reading.append(name)
        condition = self.read(self._named[name], f"named.{name}")
        self._reading.pop()
        self._read[name] = condition
        return condition
