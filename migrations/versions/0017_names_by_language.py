"""Posts and closed days have names in every language of a programme.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("duty_bearers", "titles"), ("duty_bearers", "institutions"), ("closed_days", "names")):
        by_language = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
        op.add_column(table, sa.Column(column, by_language, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("closed_days", "names")
    op.drop_column("duty_bearers", "institutions")
    op.drop_column("duty_bearers", "titles")
