"""A school to which something is done, and all that did not hold then."""

from dataclasses import dataclass, field

from storage import SqlStore
from tests.builders import SchoolAtWork


@dataclass
class WatchedSchool:
    """What every such school has, whatever is done to it."""

    work: SchoolAtWork
    wrong: list[str] = field(default_factory=list, kw_only=True)

    @property
    def store(self) -> SqlStore:
        """Where everything is."""
        store = self.work.school.store
        if not isinstance(store, SqlStore):
            raise TypeError(type(store))
        return store

    def must(self, holds: object, says: str) -> None:
        """What does not hold is wrong."""
        if not holds:
            self.wrong.append(says)
