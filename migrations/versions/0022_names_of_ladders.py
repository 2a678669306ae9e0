"""Ladders have names in every language of a programme; those of their stages stand in the stages.

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_language = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("ladders", sa.Column("names", by_language, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("ladders", "names")
