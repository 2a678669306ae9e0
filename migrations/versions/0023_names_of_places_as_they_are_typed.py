"""Places keep their names folded, as what somebody types is compared with them.

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

from clm_tracker.db import names

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("areas", "sites"):
        op.add_column(table, sa.Column("folded", sa.Text(), server_default="", nullable=False))
    names.fold_all(op.get_bind())


def downgrade() -> None:
    for table in ("sites", "areas"):
        op.drop_column(table, "folded")
