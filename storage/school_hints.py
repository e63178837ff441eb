"""When the tick is to look at a school next: perhaps early, never late.

This is for what comes by the school's own clock and calendar. A case or a draft that is due is
found by its own time, whoever wrote it, and needs nothing here.
"""

from datetime import datetime

from sqlalchemy import select, update

from storage import straight
from storage.prepared import of_school
from storage.tables import schools
from storage.transaction import Transaction

_LOOKS_AT = select(schools.c.look_again_at).where(of_school(schools))
_HOLD = select(schools.c.school).where(of_school(schools)).with_for_update()
_LOOK_AT = update(schools).where(of_school(schools))


class SchoolHintReading(Transaction):
    """Reads the school's hint."""

    def school_looks_at(self) -> datetime | None:
        """When the school is to be looked at next; ``None``: now."""
        at: datetime | None = straight.scalar(self.connection, _LOOKS_AT, self.of())
        return at


class SchoolHintWriting(SchoolHintReading):
    """Moves the school's hint."""

    def look_at_school_now(self) -> None:
        """Something changed by which the tick finds out what is due."""
        # Always written, so that it waits for a tick that is about to set it, and comes after it.
        self._set(None)

    def hold_school_hint(self) -> None:
        """Keeps everybody else from moving the hint until this transaction ends.

        Whoever looks after this, and then sets the hint, has seen what those before it changed.
        """
        straight.first(self.connection, _HOLD, self.of())

    def look_at_school_again(self, at: datetime) -> None:
        """Nothing is due before this moment. The hint must be held."""
        self._set(at)

    def _set(self, at: datetime | None) -> None:
        straight.run(self.connection, _LOOK_AT, {**self.of(), "look_again_at": at})
