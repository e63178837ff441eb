"""What the school remembers besides its cases: answered causes, small values, policy packs."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, delete, select

from bot.app.ports import ActedOnAlready, StoreDamaged
from bot.domain.ids import Cause
from storage import straight
from storage.engine import insert_if_new, insert_into
from storage.prepared import of_school
from storage.sealing import Unreadable, seal, unseal
from storage.tables import answers, policies, school_values
from storage.transaction import Transaction

_CAUSE = "cause"

_POLICY = select(policies.c.text).where(of_school(policies, "sha256"))
_POLICY_KEPT = select(policies.c.sha256).where(of_school(policies, "sha256"))
_ANSWER = select(answers.c.sealed).where(of_school(answers, "cause_key"))
_VALUE = select(school_values.c.sealed).where(of_school(school_values, "name"))


class MemoryReading(Transaction):
    """Reads what is remembered."""

    def policy_text(self, sha256: str) -> str | None:
        """The policy pack of that hash, ``None`` if it was never kept."""
        return cast("str | None", straight.scalar(self.connection, _POLICY, self.of(sha256=sha256)))

    def remembered(self, cause: Cause) -> bytes | None:
        """What was answered to this cause before, if it was acted on already."""
        key = self.keyed_hash(_CAUSE, cause)
        found = straight.scalar(self.connection, _ANSWER, self.of(cause_key=key))
        return self._opened_value(found, "answer", key)

    def value(self, name: str) -> bytes | None:
        """A small value of the school's, ``None`` if it was never put."""
        found = straight.scalar(self.connection, _VALUE, self.of(name=name))
        return self._opened_value(found, "value", name)

    def values(self, beginning: str) -> Mapping[str, bytes]:
        """The small values whose names begin like this, by name."""
        found = self.connection.execute(
            select(school_values.c.name, school_values.c.sealed)
            .where(self.here(school_values), self._begins(beginning))
            .order_by(school_values.c.name)
        ).all()
        opened = {row.name: self._opened_value(row.sealed, "value", row.name) for row in found}
        return {name: value for name, value in opened.items() if value is not None}

    @staticmethod
    def _begins(beginning: str) -> ColumnElement[bool]:
        return school_values.c.name.startswith(beginning, autoescape=True)

    def _opened_value(self, sealed: bytes | None, what: str, name: str) -> bytes | None:
        if sealed is None:
            return None
        try:
            return unseal(self.keys.stream, sealed, what, self.school, name)
        except Unreadable as error:
            # Not its name, which may hold somebody's address.
            msg = f"A stored {what} of the school was altered. Run report-post verify."
            raise StoreDamaged(msg) from error


class MemoryWriting(MemoryReading):
    """Writes what is remembered."""

    def keep_policy(self, sha256: str, text: str) -> None:
        """Keeps a policy pack under its hash; a second time changes nothing."""
        if straight.scalar(self.connection, _POLICY_KEPT, self.of(sha256=sha256)) is not None:
            return
        insert_if_new(self.connection, policies, school=self.school, sha256=sha256, text=text)

    def remember(self, cause: Cause, answer: bytes, at: datetime) -> None:
        """Raises ``ActedOnAlready`` if the cause was remembered meanwhile."""
        key = self.keyed_hash(_CAUSE, cause)
        sealed = self._sealed_value(answer, "answer", key)
        if not insert_if_new(
            self.connection, answers, school=self.school, cause_key=key, at=at, sealed=sealed
        ):
            raise ActedOnAlready(cause)

    def forget_causes_before(self, moment: datetime) -> int:
        """Forgets what was answered before the moment; returns how many answers there were."""
        old = delete(answers).where(self.here(answers), answers.c.at < moment)
        return self.connection.execute(old).rowcount

    def put_value(self, name: str, value: bytes) -> None:
        """Keeps a small value of the school's in place of the one before."""
        sealed = self._sealed_value(value, "value", name)
        row = insert_into(self.connection, school_values).values(
            school=self.school, name=name, sealed=sealed
        )
        self.connection.execute(
            row.on_conflict_do_update(index_elements=["school", "name"], set_={"sealed": sealed})
        )

    def forget_value(self, name: str) -> None:
        """Keeps it no longer."""
        gone = delete(school_values).where(self.here(school_values), school_values.c.name == name)
        self.connection.execute(gone)

    def forget_values(self, beginning: str) -> None:
        """Keeps none of them any longer whose name begins like this."""
        named = self._begins(beginning)
        self.connection.execute(delete(school_values).where(self.here(school_values), named))

    def _sealed_value(self, content: bytes, what: str, name: str) -> bytes:
        return seal(self.keys.stream, content, what, self.school, name)
