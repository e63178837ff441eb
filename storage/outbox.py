"""Which messages wait to be sent, which were sent, and which show something older than it is."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from bot.app.intents import Addressee, Intent, ToChannel, ToPerson, ToRole
from bot.domain.ids import CaseId, MessageKind, PersonId
from bot.domain.urgency import URGENCY
from storage import straight
from storage.engine import insert_on
from storage.prepared import of_school
from storage.tables import outbox, outbox_cases
from storage.transaction import Transaction

_PERSON, _ROLE, _CHANNEL = "person", "role", "channel"


class State(StrEnum):
    """What became of an intent."""

    WAITING = "waiting"
    SENT = "sent"
    GAVE_UP = "gave-up"
    DROPPED = "dropped"
    SPLIT = "split"


class Stale(IntEnum):
    """Whether a message shows what is so now."""

    NO = 0
    YES = 1
    AGAIN = 2
    """It changed while somebody was showing it."""


def recipient_of(to: Addressee) -> str:
    """The addressee as one text: messages for the same text are sent one at a time."""
    match to:
        case ToPerson(person):
            return f"{_PERSON}:{person}"
        case ToRole(role):
            return f"{_ROLE}:{role}"
        case ToChannel():
            return f"{_CHANNEL}:"


def addressee_of(recipient: str) -> Addressee:
    """The addressee that ``recipient_of`` made this text of."""
    kind, _, name = recipient.partition(":")
    if kind == _PERSON:
        return ToPerson(PersonId(name))
    return ToRole(name) if kind == _ROLE else ToChannel()


# With the place, which only the table holds: SQLite would else look through all rows of the school
# in the index of the primary key, which holds the rest, and not go by the case.
_ROWS_THAT_SHOW = select(outbox_cases.c.row, outbox_cases.c.place).where(
    of_school(outbox_cases, "case_id")
)
_KINDS_SENT = (
    select(outbox.c.kind)
    .where(
        outbox.c.row.in_(bindparam("rows", expanding=True)),
        outbox.c.state == State.SENT.value,
        outbox.c.person == bindparam("person"),
    )
    .order_by(outbox.c.sent_at, outbox.c.row)
)


class OutboxReading(Transaction):
    """Reads the outbox."""

    def sent_kinds(self, case: CaseId, person: PersonId) -> tuple[MessageKind, ...]:
        """Kinds of message about the case that were delivered to the person, each once."""
        rows = {"rows": self._rows_that_show(case), "person": person}
        kinds = self.connection.scalars(_KINDS_SENT, rows)
        return tuple(dict.fromkeys(MessageKind(kind) for kind in kinds))

    def _rows_that_show(self, case: CaseId) -> list[int]:
        found = straight.rows(self.connection, _ROWS_THAT_SHOW, self.of(case_id=case))
        return [each.row for each in found]

    def next_intent_at(self, after: datetime) -> datetime | None:
        """When the next intent is due that is not due yet at ``after`` (the school's clock)."""
        found: datetime | None = self.connection.scalar(
            select(func.min(outbox.c.not_before)).where(
                self.here(outbox, state=State.WAITING), outbox.c.not_before > after
            )
        )
        return found


def _changed() -> ColumnElement[int]:
    return case((outbox.c.lease_token.is_(None), Stale.YES.value), else_=Stale.AGAIN.value)


_NEW_SHOWN = insert(outbox_cases)
# Waiting rows too: one may be claimed by a transaction that has not committed yet, and would then
# be sent with what was true before. Claiming clears the mark.
_SHOWING = (
    select(outbox.c.row)
    .where(
        of_school(outbox),
        outbox.c.state.in_((State.WAITING, State.SENT)),
        outbox.c.row.in_(
            select(outbox_cases.c.row).where(
                of_school(outbox_cases),
                outbox_cases.c.case_id.in_(bindparam("changed", expanding=True)),
            )
        ),
    )
    .order_by(outbox.c.row)
    .with_for_update()
)
_MARK_ROW = (
    update(outbox)
    .where(
        outbox.c.row == bindparam("of_row"),
        or_(outbox.c.state == State.WAITING.value, outbox.c.state == State.SENT.value),
    )
    .values(stale=_changed())
)
_MARK_STALE = (
    update(outbox)
    .where(outbox.c.row.in_(bindparam("rows", expanding=True)))
    .values(stale=_changed())
)


@cache
def _new_on(dialect: str) -> ReturningInsert[Any]:
    return insert_on(dialect, outbox).on_conflict_do_nothing().returning(outbox.c.row)


class OutboxWriting(OutboxReading):
    """Writes intents, and marks what they show as stale."""

    def enqueue(self, intents: Sequence[Intent]) -> int:
        """Writes the intents whose key is new; returns how many there were."""
        # In the order of their keys: two replicas that write the same reminders at once would
        # otherwise wait for each other.
        return sum(self._enqueue(each) for each in sorted(intents, key=lambda each: each.key))

    def _enqueue(self, intent: Intent) -> bool:
        new = _new_on(self.connection.dialect.name)
        row: int | None = straight.scalar(self.connection, new, self._intent_columns(intent))
        if row is None:
            return False
        shown = [
            {"school": self.school, "row": row, "case_id": each, "place": place}
            for place, each in enumerate(dict.fromkeys(intent.cases))
        ]
        if shown:
            straight.run_each(self.connection, _NEW_SHOWN, shown)
        return True

    def _intent_columns(self, intent: Intent) -> dict[str, Any]:
        return {
            "school": self.school,
            "key": intent.key,
            "kind": intent.kind.value,
            "recipient": recipient_of(intent.to),
            "not_before": intent.not_before,
            "facts": dict(intent.facts),
            "state": State.WAITING.value,
            "urgency": URGENCY[intent.kind].value,
            "attempts": 0,
            "stale": Stale.NO.value,
        }

    def mark_stale(self, case: CaseId) -> None:
        """Rows that show the case, sent or being sent, are to be looked at again."""
        self.changed_cases.add(case)

    def settle(self) -> None:
        """Marks what shows the changed cases, in one go and in the order of the rows.

        Two transactions that mark shared round-ups in another order would wait for each other.
        """
        if not self.changed_cases:
            return
        if self.connection.dialect.name == "sqlite":  # nobody else waits for a row
            for row in {row for case in self.changed_cases for row in self._rows_that_show(case)}:
                straight.run(self.connection, _MARK_ROW, {"of_row": row})
            self.changed_cases.clear()
            return
        which = {**self.of(), "changed": sorted(self.changed_cases)}
        rows = self.connection.scalars(_SHOWING, which).all()
        if rows:
            self.connection.execute(_MARK_STALE, {"rows": rows})
        self.changed_cases.clear()

    def forget_messages(self, case: CaseId) -> None:
        """Messages about the case are gone, sent or not; those that show others too show only them.

        Whoever is just sending one has lost its lease.
        """
        self.settle()
        about_it = self._messages_about(case)
        alone = [row.row for row in about_it if not row.others]
        shown = or_(outbox_cases.c.case_id == case, outbox_cases.c.row.in_(alone))
        self.connection.execute(delete(outbox_cases).where(self.here(outbox_cases), shown))
        self.connection.execute(delete(outbox).where(outbox.c.row.in_(alone)))
        for row in about_it:
            if row.others:
                left = update(outbox).where(outbox.c.row == row.row)
                self.connection.execute(left.values(facts=facts_without(row.facts, case)))

    def _messages_about(self, case: CaseId) -> Sequence[Row[Any, Any, Any]]:
        """Rows that show the case or are named after it, and how many other cases each shows."""
        showing = select(outbox_cases.c.row).where(self.here(outbox_cases, case_id=case))
        others = (
            select(func.count())
            .select_from(outbox_cases)
            .where(outbox_cases.c.row == outbox.c.row, outbox_cases.c.case_id != case)
            .scalar_subquery()
        )
        named_so = outbox.c.key.startswith(f"{case}:", autoescape=True)
        return self.connection.execute(
            select(outbox.c.row, outbox.c.facts, others.label("others"))
            .where(self.here(outbox), or_(outbox.c.row.in_(showing), named_so))
            .order_by(outbox.c.row)
            .with_for_update(of=outbox)
        ).all()


def facts_without(facts: object, case: CaseId) -> object:
    """The facts of a message without what is the case, or is a list that names it."""
    match facts:
        case list():
            return [facts_without(each, case) for each in facts if not _names(each, case)]
        case dict():
            left = {key: each for key, each in facts.items() if case not in (key, each)}
            return {key: facts_without(each, case) for key, each in left.items()}
        case _:
            return facts


def _names(fact: object, case: CaseId) -> bool:
    return fact == case or (isinstance(fact, list) and case in fact)
