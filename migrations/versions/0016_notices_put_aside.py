"""A notice that cannot be placed is put aside for a while; a webhook counts the messages that it did not take.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notices", sa.Column("park_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("notices", sa.Column("problem", sa.Text(), nullable=True))
    op.add_column("webhooks", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("webhooks", "failures")
    op.drop_column("notices", "problem")
    op.drop_column("notices", "park_count")
    op.drop_column("notices", "parked_until")
