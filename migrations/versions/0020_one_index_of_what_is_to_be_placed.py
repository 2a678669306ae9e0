"""What is still to be placed is found by its own index alone: SQLite took the one of all that waits, of which there is more.

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_notices_waiting", table_name="notices")


def downgrade() -> None:
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["state", "created_at"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
