"""A record with something in every table, to be backed up, restored and rotated."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import text

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId, Cause, DraftId, EvidenceId
from storage import SqlStore
from storage.tables import METADATA
from tests.claiming import claim_in
from tests.storage.places import HEAD, MINUTE, NOW, STAFF, a_case, a_draft, an_intent

A, B, C = CaseId("case-a"), CaseId("case-b"), CaseId("case-c")
PACK = "title = “Derwent Vale”\n"
MACHINE_NOW = datetime(2026, 11, 24, 3, 17, 0, 999, tzinfo=UTC)


def fill(store: SqlStore) -> None:
    """Three cases, one of them erased, with evidence, messages, drafts and memory."""
    with store.writing() as writing:
        for case in (A, B, C):
            a_case(writing, case, payloads=[b"one", b"two"])
            writing.append(SCHOOL_STREAM, NOW, [f"filed {case}".encode()])
            writing.keep_link(case, writing.keyed_hash("link", case))
            writing.keep_name(case, writing.keyed_hash("name", case))
            writing.keep_reporter(case, STAFF)
            for number in (1, 2):
                content = f"picture {number} of {case}".encode() * 50
                writing.keep_file(EvidenceId(f"{case}/{number}"), case, content, "image/png")
        writing.put_draft(a_draft())
        writing.keep_file(EvidenceId("draft/1"), DraftId("d1"), b"drafted", "image/png")
        writing.enqueue([an_intent("k1", HEAD, A, B), an_intent("k2")])
        (claimed,) = claim_in(writing, NOW, NOW, 1)
        writing.mark_sent(claimed, "ref", "shown", NOW, HEAD)
        writing.put_value("away", b"until Friday")
        writing.remember(Cause("cause"), b"answer", NOW)
        writing.keep_policy(sha256_of(PACK), PACK)
    with store.writing() as writing:
        writing.erase_case(C, NOW + MINUTE, figures=b"figures of c", entry=b"erased c")


def sha256_of(content: str) -> str:
    """The hash under which a pack is kept."""
    return hashlib.sha256(content.encode()).hexdigest()


def rows_of(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as the database has it."""
    with store.reading() as reading:
        return {
            table.name: sorted(
                (
                    tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                    for row in reading.connection.execute(text(f"SELECT * FROM {table.name}"))  # noqa: S608
                ),
                key=repr,
            )
            for table in METADATA.sorted_tables
        }
