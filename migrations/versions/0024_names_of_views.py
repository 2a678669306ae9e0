"""Views of the list have names in every language of a programme.

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_language = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("views", sa.Column("names", by_language, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("views", "names")
