"""Letters are found by their way out, and in their order.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.drop_index("ix_letters_due", table_name="letters")
    op.create_index(
        "ix_letters_due",
        "letters",
        ["channel", "send_at", "id"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_index(
        op.f("ix_letters_programme_id_created_at_id"), "letters", ["programme_id", "created_at", "id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_letters_programme_id_created_at_id"), table_name="letters")
    op.drop_index("ix_letters_due", table_name="letters")
    op.create_index(
        "ix_letters_due", "letters", ["send_at", "id"], postgresql_where=WAITING, sqlite_where=WAITING
    )
