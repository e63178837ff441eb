"""Where the storage tests put a store, and short ways of making what goes into it."""

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.intents import Claimed, Intent, ToPerson
from bot.app.ports import Finding
from bot.app.stored import CaseRow, Draft
from bot.domain.ids import (
    CaseId,
    DraftId,
    MessageKind,
    PersonId,
    SchoolId,
)
from storage import MasterKey, SqlStore, SqlVerifier, open_store
from storage.store import SqlWriting

SCHOOL = SchoolId("derwent-vale")
MASTER = MasterKey(bytes(range(32)))
NOW = datetime(2026, 11, 23, 9, 5, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HEAD = PersonId("desk:head")
STAFF = PersonId("desk:staff")


@dataclass
class Place:
    """A new database and the folder of its evidence; opens any number of stores there."""

    url: str
    folder: Path
    opened: list[SqlStore] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """SQLite's file."""
        return self.folder / "data.db"

    @property
    def evidence(self) -> Path:
        """The folder of the sealed files."""
        return self.folder / "evidence"

    def store(self, school: SchoolId = SCHOOL, master: MasterKey = MASTER) -> SqlStore:
        """A store on the database, closed when the test ends."""
        store = open_store(
            self.url, school=school, master_key=master, evidence_folder=self.evidence
        )
        self.opened.append(store)
        return store

    def close(self) -> None:
        """Closes every store."""
        for store in self.opened:
            store.close()
        self.opened.clear()


def a_case(
    writing: SqlWriting,
    name: str = "",
    *,
    at: datetime = NOW,
    status: str = "open",
    payloads: Sequence[bytes] = (b"opened",),
) -> CaseRow:
    """Starts a case with its first entries, as the application does."""
    writing.lock_school()
    row = CaseRow(
        case=CaseId(name or f"case-{secrets.token_hex(8)}"),
        reference=writing.next_reference(at.year),
        opened_at=at,
        status=status,
        policy_sha256="a" * 64,
        look_again_at=at + MINUTE,
    )
    writing.start_case(row)
    writing.append(row.case, at, payloads)
    return row


def a_draft(
    name: str = "d1", revision: int = 1, person: PersonId = STAFF, answers: bytes = b"answers"
) -> Draft:
    """A draft begun now."""
    return Draft(DraftId(name), person, NOW, revision, answers)


def an_intent(
    key: str,
    to: PersonId = HEAD,
    *cases: CaseId,
    kind: MessageKind = MessageKind.NEW_CASE,
    not_before: datetime = NOW,
) -> Intent:
    """A message for one person, due now."""
    return Intent(key, kind, ToPerson(to), not_before, cases, {"count": 1})


def done_later() -> None:
    """Waits until what was put off is done (``storage.later``)."""
    while under_way := [each for each in threading.enumerate() if each.name == "later"]:
        for each in under_way:
            each.join()


def keys_of(claimed: Sequence[Claimed]) -> list[str]:
    """The keys of claimed rows in their order."""
    return [each.intent.key for each in claimed]


def findings(store: SqlStore) -> list[Finding]:
    """What ``verify`` says of the store."""
    return list(SqlVerifier(store).findings())
