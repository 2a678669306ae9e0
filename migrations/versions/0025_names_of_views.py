"""Views of the list have names in every language of a programme.

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_language = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("views", sa.Column("names", by_language, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("views", "names")
