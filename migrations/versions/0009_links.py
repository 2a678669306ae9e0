"""Who came by a link without an account: on the line of the ledger, among the keys of requests, and how often.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger", sa.Column("link_id", sa.Uuid(), nullable=True))
    op.create_table(
        "link_counts",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_link_counts_link_id")),
        sa.PrimaryKeyConstraint("link_id", "what", name=op.f("pk_link_counts")),
    )
    with op.batch_alter_table("once_keys") as keys:
        keys.drop_constraint(op.f("fk_once_keys_person_id"), type_="foreignkey")


def downgrade() -> None:
    op.execute("DELETE FROM once_keys WHERE person_id NOT IN (SELECT id FROM people)")
    with op.batch_alter_table("once_keys") as keys:
        keys.create_foreign_key(op.f("fk_once_keys_person_id"), "people", ["person_id"], ["id"])
    op.drop_table("link_counts")
    op.drop_column("ledger", "link_id")  # SQLite can; a batch would lose the guards of the table
