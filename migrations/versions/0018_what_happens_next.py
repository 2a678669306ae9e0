"""What falls due on a day, and the next step of each obligation, are read from an index alone.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')")
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_index(
        "ix_obligations_due_on",
        "obligations",
        ["programme_id", "due_on", "due_at", "id", "state"],
        postgresql_where=LIVE,
        sqlite_where=LIVE,
    )
    op.create_index(
        "ix_obligations_steps",
        "obligations",
        ["programme_id", "next_step_at", "id", "stage", "ladder_id"],
        postgresql_where=RUNNING,
        sqlite_where=RUNNING,
    )


def downgrade() -> None:
    op.drop_index("ix_obligations_steps", table_name="obligations")
    op.drop_index("ix_obligations_due_on", table_name="obligations")
