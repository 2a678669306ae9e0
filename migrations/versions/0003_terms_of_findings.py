"""Findings are looked up by their terms, apart from them; the text they were compared with goes.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from clm_tracker.db import search

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding_terms",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column(
            "terms", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_finding_terms_finding_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_finding_terms")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_finding_terms_finding_id")),
    )
    # Today's terms and not those of the day this was written: they are derived, and the program looks for today's.
    search.fill(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("finding_search", "finding_terms", ["terms"], postgresql_using="gin")
    else:
        for statement in _on_sqlite():
            op.execute(sa.text(statement))
    op.drop_column("findings", "search")  # SQLite can, since 3.35; a batch would lose the guards of the table


def downgrade() -> None:
    # In small letters as far as the database knows them; the program of that schema writes the rest with each change.
    text = "lower(ref || ' ' || title || ' ' || description)"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("finding_terms")
        # Computed once and then left as it is: an UPDATE would be asked for its line in the ledger.
        op.execute(f"ALTER TABLE findings ADD COLUMN search TEXT NOT NULL GENERATED ALWAYS AS ({text}) STORED")
        op.execute("ALTER TABLE findings ALTER COLUMN search DROP EXPRESSION")
    else:
        op.execute("DROP TABLE finding_search")
        op.drop_table("finding_terms")
        op.add_column("findings", sa.Column("search", sa.Text(), nullable=False, server_default=""))
        op.execute(f"UPDATE findings SET search = {text}")  # noqa: S608 - our own words


def _on_sqlite() -> list[str]:
    """An index of its own over `finding_terms`. Of its tokenizers, "ascii" leaves every other letter and mark alone."""
    forget = "INSERT INTO finding_search (finding_search, rowid, terms) VALUES ('delete', old.number, old.terms);"
    add = "INSERT INTO finding_search (rowid, terms) VALUES (new.number, new.terms);"
    return [
        "CREATE VIRTUAL TABLE finding_search USING fts5"
        " (terms, content='finding_terms', content_rowid='number', tokenize='ascii')",
        "INSERT INTO finding_search (finding_search) VALUES ('rebuild')",
        f"CREATE TRIGGER finding_terms_added AFTER INSERT ON finding_terms BEGIN {add} END",
        f"CREATE TRIGGER finding_terms_changed AFTER UPDATE OF terms ON finding_terms BEGIN {forget} {add} END",
        f"CREATE TRIGGER finding_terms_gone AFTER DELETE ON finding_terms BEGIN {forget} END",
    ]
