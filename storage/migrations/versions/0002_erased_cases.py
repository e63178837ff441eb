"""Erased cases: when each was erased, and what still counts of it.

What a sent draft became had no time and was kept for ever; such values are not needed any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Gives the index of cases two columns, and forgets what drafts were sent as."""
    op.add_column("cases", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("figures", sa.LargeBinary(), nullable=True))
    op.execute(sa.text("DELETE FROM school_values WHERE name LIKE 'sent-draft:%'"))
