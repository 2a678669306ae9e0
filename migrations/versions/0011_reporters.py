"""Who reported a finding, sealed and apart.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reporters",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_reporters_finding_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_reporters_programme_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_reporters")),
    )
    op.create_index(op.f("ix_reporters_programme_id"), "reporters", ["programme_id"])
    op.create_index(op.f("ix_reporters_latest_on"), "reporters", ["latest_on"])
    op.create_index(
        "ix_ledger_of_reporters",
        "ledger",
        ["subject_id", "seq"],
        postgresql_where=sa.text("subject = 'reporter'"),
        sqlite_where=sa.text("subject = 'reporter'"),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_of_reporters", table_name="ledger")
    op.drop_table("reporters")
