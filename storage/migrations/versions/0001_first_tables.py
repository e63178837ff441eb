"""The first tables: streams, cases, drafts, evidence, memory, outbox.

Plain types only: a migration keeps its meaning when the code around it changes. Instants are whole
microseconds since 1970 UTC.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes every table of the first version."""
    _create_streams()
    _create_cases()
    _create_finding_aids()
    _create_drafts()
    _create_evidence()
    _create_memory()
    _create_outbox()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _create(table: str, *parts: sa.schema.SchemaItem, key: tuple[str, ...]) -> None:
    """Makes a table whose primary key is the school and ``key``."""
    primary = sa.PrimaryKeyConstraint("school", *key, name=f"pk_{table}")
    op.create_table(table, _text("school"), *parts, primary)


def _belongs_to(
    here: str, there: str, column: str, their_column: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school", column],
        [f"{there}.school", f"{there}.{their_column or column}"],
        name=f"fk_{here}_{there}",
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{columns[0]}", table, ["school", *columns])


def _create_streams() -> None:
    _create("schools", _bytes("chain_key"), _bytes("index_key"), key=())
    _create(
        "heads",
        _text("stream"),
        _number("number"),
        _bytes("hash"),
        _number("members"),
        _bytes("members_sum"),
        _bytes("mac"),
        _bytes("wrapped_key", nullable=True),
        key=("stream",),
    )
    _create(
        "entries",
        _text("stream"),
        _number("number"),
        _instant("at"),
        _bytes("ciphertext"),
        _bytes("hash"),
        _belongs_to("entries", "heads", "stream"),
        key=("stream", "number"),
    )


def _create_cases() -> None:
    _create(
        "cases",
        _text("case_id"),
        _number("position"),
        _text("reference"),
        _instant("opened_at"),
        _text("policy_sha256"),
        _bytes("mac"),
        _text("status"),
        _instant("look_again_at", nullable=True),
        _instant("closed_at", nullable=True),
        _belongs_to("cases", "heads", "case_id", "stream"),
        sa.UniqueConstraint("school", "reference", name="uq_cases_reference"),
        sa.UniqueConstraint("school", "position", name="uq_cases_position"),
        key=("case_id",),
    )
    _index("cases", "look_again_at")
    _index("cases", "status", "position")
    _create("counters", _number("year"), _number("last"), key=("year",))


def _create_finding_aids() -> None:
    for table, found_by in (
        ("case_links", "link_key"),
        ("case_names", "name_key"),
        ("case_reporters", "reporter_key"),
    ):
        _create(
            table,
            _text(found_by),
            _text("case_id"),
            _belongs_to(table, "cases", "case_id"),
            key=(found_by, "case_id"),
        )


def _create_drafts() -> None:
    _create(
        "drafts",
        _text("draft_id"),
        _text("person_key"),
        _instant("started_at"),
        _number("revision"),
        _instant("remind_at", nullable=True),
        _text("case_id", nullable=True),
        _bytes("sealed"),
        _bytes("wrapped_key"),
        key=("draft_id",),
    )
    _index("drafts", "person_key")
    _index("drafts", "remind_at")


def _create_evidence() -> None:
    _create(
        "evidence",
        _text("evidence_id"),
        _text("draft_id", nullable=True),
        _text("case_id", nullable=True),
        _text("file_name"),
        _text("file_sha256"),
        _text("sha256"),
        _number("size"),
        _text("media_type"),
        _bytes("wrapped_key", nullable=True),
        _belongs_to("evidence", "drafts", "draft_id"),
        _belongs_to("evidence", "heads", "case_id", "stream"),
        key=("evidence_id",),
    )
    _index("evidence", "draft_id")
    _index("evidence", "case_id")


def _create_memory() -> None:
    _create("answers", _text("cause_key"), _instant("at"), _bytes("sealed"), key=("cause_key",))
    _index("answers", "at")
    _create("school_values", _text("name"), _bytes("sealed"), key=("name",))
    _create("policies", _text("sha256"), _text("text"), key=("sha256",))


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        _text("school"),
        sa.Column("row", sa.Integer(), primary_key=True),
        _text("key"),
        _text("kind"),
        _text("recipient"),
        _instant("not_before"),
        sa.Column("facts", sa.JSON(), nullable=False),
        _text("state"),
        _number("attempts"),
        _instant("try_again_at", nullable=True),
        _instant("lease_until", nullable=True),
        _text("lease_token", nullable=True),
        _instant("sent_at", nullable=True),
        _text("person", nullable=True),
        _text("message_ref", nullable=True),
        _text("shown", nullable=True),
        _number("stale"),
        _text("why", nullable=True),
        sa.PrimaryKeyConstraint("row", name="pk_outbox"),
        sa.UniqueConstraint("school", "key", name="uq_outbox_key"),
    )
    _index("outbox", "state", "not_before")
    _index("outbox", "recipient")
    _index("outbox", "stale")
    _create_shown_cases()


def _create_shown_cases() -> None:
    _create(
        "outbox_cases",
        _number("row"),
        _text("case_id"),
        _number("place"),
        sa.ForeignKeyConstraint(["row"], ["outbox.row"], name="fk_outbox_cases_outbox"),
        key=("row", "case_id"),
    )
    _index("outbox_cases", "case_id")
