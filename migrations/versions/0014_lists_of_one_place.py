"""The findings of one area and of one post are read in the order of the list.

Revision: 0014
Follows: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OF = ("area_id", "duty_bearer_id")


def upgrade() -> None:
    for column in OF:
        op.create_index(
            op.f(f"ix_findings_{column}_logged_at_id"), "findings", [column, "logged_at", "id"]
        )
        op.drop_index(op.f(f"ix_findings_{column}"), table_name="findings")


def downgrade() -> None:
    for column in OF:
        op.create_index(op.f(f"ix_findings_{column}"), "findings", [column])
        op.drop_index(op.f(f"ix_findings_{column}_logged_at_id"), table_name="findings")
