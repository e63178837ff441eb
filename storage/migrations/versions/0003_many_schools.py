"""Many schools: each says when it is looked at next, and each message how urgent it is.

All of it is additive, so that replicas of the version before go on working beside this one: they
leave the new columns alone, and what they write is found by its own time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FIRST = ("urgent-case", "not-yet-seen", "dsl-alert", "draft-reminder")
_IN_ORDER = ["urgency", "attempts", "not_before", "row"]


def upgrade() -> None:
    """Adds the columns and the indexes by which what is due is found among all schools.

    The table of schools comes first: every transaction that writes has looked at it, so that from
    then on none is under way that could wait for us while we wait for it.
    """
    op.add_column("schools", sa.Column("look_again_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_schools_look_again_at", "schools", ["look_again_at"])
    _index("ix_cases_due", "cases", ["look_again_at", "school"], "look_again_at IS NOT NULL")
    _index("ix_drafts_due", "drafts", ["remind_at", "school"], "remind_at IS NOT NULL")
    urgency = sa.Column("urgency", sa.Integer(), nullable=False, server_default=sa.text("1"))
    op.add_column("outbox", urgency)
    _rank_what_waits()
    _index("ix_outbox_waiting", "outbox", _IN_ORDER, "state = 'waiting'")
    _index("ix_outbox_due", "outbox", ["not_before"], "state = 'waiting'")
    _index("ix_outbox_changed", "outbox", _IN_ORDER, "stale > 0")
    _index("ix_outbox_leased", "outbox", ["school", "recipient"], "lease_token IS NOT NULL")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def _rank_what_waits() -> None:
    outbox = sa.table("outbox", sa.column("state"), sa.column("kind"), sa.column("urgency"))
    for kinds, urgency in (
        (_FIRST, 0),
        (("round-up",), 2),
        (("digest", "retention-preview"), 3),
    ):
        which = sa.and_(outbox.c.state == "waiting", outbox.c.kind.in_(kinds))
        op.execute(outbox.update().where(which).values(urgency=urgency))
