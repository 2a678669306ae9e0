"""Programmes, rounds and forums have names in every language of a programme.

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("programmes", "rounds", "forums")


def upgrade() -> None:
    for table in TABLES:
        by_language = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
        op.add_column(table, sa.Column("names", by_language, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "names")
