"""Which cases stay folded in memory, so that reading one again costs what was added to it since."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.app.stored import EntryMark
from bot.domain.ids import CaseId, SchoolId

if TYPE_CHECKING:
    from bot.domain.case import CaseState
    from bot.domain.events import Entry

MOST_ENTRIES = 2_000
"""Some 7 MB: more than a school has open at once."""


@dataclass(frozen=True)
class FoldedCase:
    """A case up to an entry that was committed: its entries, and the state they add up to."""

    last: EntryMark
    entries: "tuple[Entry, ...]"
    state: "CaseState"


@dataclass
class FoldedCases:
    """The cases that were used last, decrypted; any number of threads may use it.

    Personal detail stays in this process's memory through it: at most ``most`` entries, and nothing
    of a case that was erased here. All is forgotten each night, and so what another process erased.

    It is never asked what a case is, only what it was up to an entry of that hash. Whoever uses it
    has seen in the same transaction that the case has a key and ends with that entry or later ones:
    the hash is chained, so the same hash means the same entries. That the stored entries still say
    so is not looked at while they are kept, a day at most; ``verify`` always does.
    """

    most: int = MOST_ENTRIES
    _kept: OrderedDict[tuple[SchoolId, CaseId, str], FoldedCase] = field(
        default_factory=OrderedDict, repr=False
    )
    _erased: set[tuple[SchoolId, CaseId]] = field(default_factory=set, repr=False)
    _entries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def of(self, school: SchoolId, case: CaseId, policy_sha256: str) -> FoldedCase | None:
        """What is kept of the case under that pack; ``None`` if nothing is."""
        with self._lock:
            found = self._kept.get((school, case, policy_sha256))
            if found is not None:
                self._kept.move_to_end((school, case, policy_sha256))
            return found

    def keep(self, school: SchoolId, case: CaseId, policy_sha256: str, folded: FoldedCase) -> None:
        """Keeps it in place of what was kept of the case, if the case was not erased meanwhile.

        It must be committed: what may still be rolled back never gets here.
        """
        with self._lock:
            if (school, case) in self._erased:
                return
            self._drop((school, case, policy_sha256))
            self._kept[school, case, policy_sha256] = folded
            self._entries += len(folded.entries)
            while self._entries > self.most:
                self._drop(next(iter(self._kept)))

    def forget(self, school: SchoolId, case: CaseId) -> None:
        """The case is erased: nothing of it is kept, now or later."""
        with self._lock:
            self._erased.add((school, case))
            for key in [key for key in self._kept if key[:2] == (school, case)]:
                self._drop(key)

    def forget_all(self, school: SchoolId) -> None:
        """Forgets all cases of the school; whoever needs one reads it, as it is stored now."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == school]:
                self._drop(key)

    def _drop(self, key: tuple[SchoolId, CaseId, str]) -> None:
        dropped = self._kept.pop(key, None)
        self._entries -= len(dropped.entries) if dropped else 0
