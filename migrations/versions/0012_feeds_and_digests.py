"""How often a calendar is read, who has the weekly letter, and that nobody has two of one week.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("asked_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feeds", sa.Column("asked", sa.Integer(), server_default="0", nullable=False))
    op.add_column("people", sa.Column("digest", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("letters", sa.Column("digest_of", sa.Text(), nullable=True))
    op.create_index(op.f("ix_letters_digest_of"), "letters", ["digest_of"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_letters_digest_of"), table_name="letters")
    op.drop_column("letters", "digest_of")
    op.drop_column("people", "digest")
    op.drop_column("feeds", "asked")
    op.drop_column("feeds", "asked_since")
