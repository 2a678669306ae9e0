"""A draft may have no severity yet; where somebody logged last is found by index.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "findings", sa.Column("severity_is_said", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_index("ix_findings_logged_by_logged_at", "findings", ["logged_by", "logged_at"])


def downgrade() -> None:
    op.drop_index("ix_findings_logged_by_logged_at", "findings")
    op.drop_column("findings", "severity_is_said")  # SQLite can; a batch would lose the guards of the table
