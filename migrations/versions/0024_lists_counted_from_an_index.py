"""Lists by severity, of one area, of one post and of what is late are counted from an index alone, on PostgreSQL.

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('running', 'paused', 'suspended', 'awaiting_decision')")
# By name: the table, its columns, what stands beside them, and which rows.
INDEXES = {
    "ix_findings_programme_id_severity_logged_at_id": (
        "findings",
        ["programme_id", "severity", "logged_at", "id"],
        ["status"],
        None,
    ),
    "ix_findings_area_id_logged_at_id": (
        "findings",
        ["area_id", "logged_at", "id"],
        ["programme_id", "status"],
        None,
    ),
    "ix_findings_duty_bearer_id_logged_at_id": (
        "findings",
        ["duty_bearer_id", "logged_at", "id"],
        ["programme_id", "status"],
        None,
    ),
    "ix_obligations_finding_id": ("obligations", ["finding_id"], ["state", "due_at", "id"], None),
    "ix_obligations_due_at": (
        "obligations",
        ["programme_id", "due_at", "id"],
        ["state", "finding_id"],
        LIVE,
    ),
}


def upgrade() -> None:
    _make_anew(beside=True)


def downgrade() -> None:
    _make_anew(beside=False)


def _make_anew(*, beside: bool) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return  # SQLite keeps nothing beside the columns of an index
    for name, (table, columns, also, which) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(
            name, table, columns, postgresql_include=also if beside else [], postgresql_where=which
        )
